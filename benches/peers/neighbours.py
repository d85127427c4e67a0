#!/usr/bin/env python3
"""Spin updates per second of replicon and of programs one could use instead, on the same work.

    cargo build --release --bin replicon --example twin
    python benches/peers/neighbours.py --replicon target/release/replicon

Per case every program has a turn in each round (A B C A B C ...), pinned to one core. A turn starts from a random state,
makes 40 sweeps that are not counted, then repeats of about 0.1 s; the best repeat of all rounds counts. Time is CPU time of the
process, of all its threads. Building couplings and compiling are not counted. A neighbour that is not installed is skipped by name.

H(s) = -P!/(2 N^(P-1)) sum_mu sum_{i1<...<iP} prod xi_i s_i, distinct indices, K random patterns, temperature T in units of H.
"""

import argparse
import importlib
import importlib.metadata
import itertools
import json
import math
import os
import subprocess
import sys
import tempfile
import time

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")  # read when numpy is imported

import numpy as np

CASES = [(2, 1000, 0.138, 1.0), (2, 1000, 0.138, 0.1), (4, 64, 0.1, 1.0), (4, 64, 0.1, 0.2), (4, 100, 0.4, 1.0), (4, 100, 0.4, 0.2)]
WARM_UP = 40  # sweeps from the random start, as in `replicon bench`
REPEAT = 0.12  # seconds


def cpu():
    return time.process_time()


# ---------------------------------------------------------------------------------------------------------------- the model


class System:
    """K random patterns and what each program needs of them, built once."""

    def __init__(self, p, n, k, seed=1):
        self.p, self.n, self.k = p, n, k
        self.rng = np.random.default_rng(seed)
        self.patterns = (2 * self.rng.integers(0, 2, (k, n)) - 1).astype(np.int8)
        self.prefactor = math.factorial(p) / (2 * n ** (p - 1))
        self._couplings = None
        self._tuples = None

    def start(self):
        return (2 * self.rng.integers(0, 2, self.n) - 1).astype(np.int8)

    def symmetric(self, m):
        """e_P of N signs whose sum is M."""
        n = self.n
        if self.p == 2:
            return (m * m - n) // 2
        return (m**4 - (6 * n - 8) * m**2 + 3 * n * (n - 2)) // 24

    def energy(self, s):
        """Energy per spin from the overlaps: the check that a neighbour ran the same Hamiltonian."""
        m = self.patterns.astype(np.int64) @ np.asarray(s, dtype=np.int64)
        return -self.prefactor * int(self.symmetric(m).sum()) / self.n

    def couplings(self):
        """P = 2: J_ij = (1/N) sum_mu xi_i xi_j without diagonal."""
        if self._couplings is None:
            x = self.patterns.astype(np.float64)
            self._couplings = x.T @ x / self.n
            np.fill_diagonal(self._couplings, 0)
        return self._couplings

    def tuples(self):
        """P = 4: all i<j<k<l and their couplings, so that H = -sum J_ijkl s_i s_j s_k s_l."""
        if self._tuples is None:
            i, j = np.triu_indices(self.n, 1)
            x = self.patterns.astype(np.float32)  # sums stay below 2^24: exact
            pairs = x[:, i] * x[:, j]
            gram = pairs.T @ pairs
            index = np.zeros((self.n, self.n), dtype=np.int64)
            index[i, j] = np.arange(len(i))
            keys = np.array(list(itertools.combinations(range(self.n), 4)))
            weights = self.prefactor * gram[index[keys[:, 0], keys[:, 1]], index[keys[:, 2], keys[:, 3]]].astype(np.float64)
            keys = keys[weights != 0]
            self._tuples = [tuple(key) for key in keys.tolist()], weights[weights != 0]
        return self._tuples


# ------------------------------------------------------------------------------------------------------------- the programs


class Program:
    """One competitor. `sweep(count)` returns the CPU seconds of `count` sweeps; `state` the spins after them."""

    rule = "heat bath"
    order = "random"
    many_terms = False  # whether its list of P-tuples is out of reach above N = 64
    thermal = True  # whether `state` is a sample at T
    repeat = REPEAT

    def __init__(self, system, temperature):
        self.system, self.beta = system, 1 / temperature
        self.seed = 0
        self.proposed = self.accepted = 0
        self.energies = []
        self.build()
        self.restart()
        self.sweep(1)  # compiles what compiles late
        self.sweeps = 1

    def next_seed(self):
        self.seed += 1
        return self.seed

    def turn(self, seconds):
        """Updates per second of the best repeat."""
        self.restart()
        self.warm_up()
        best, end = 0.0, time.monotonic() + seconds
        while True:
            used = self.sweep(self.sweeps)
            if used < 0.5 * self.repeat and self.sweeps < 10**8:
                self.sweeps = max(2 * self.sweeps, int(self.sweeps * min(100, self.repeat / max(used, 1e-6))))
                continue  # too short to time: not counted
            best = max(best, self.sweeps * self.system.n / used)
            if self.thermal:
                self.energies.append(self.system.energy(self.state()))
            if used > 3 * self.repeat:
                self.sweeps = max(1, int(self.sweeps * self.repeat / used))
            if time.monotonic() > end:
                return best

    def warm_up(self):
        self.sweep(WARM_UP)
        self.proposed = self.accepted = 0

    def acceptance(self):
        return self.accepted / self.proposed if self.proposed else None

    def mean_energy(self):
        return float(np.mean(self.energies)) if self.energies else None


class Restarting(Program):
    """For programs whose every call begins anew: a call of warm-up and work less a call of the warm-up alone, from the same start.
    The work is made at least as long as the warm-up, so that the difference can be told."""

    def restart(self):
        self.next_seed()
        self.base = self.call(WARM_UP)

    def warm_up(self):
        self.base = min(self.base, self.call(WARM_UP))
        self.repeat = max(REPEAT, self.base)

    def sweep(self, count):
        return max(self.call(WARM_UP + count) - self.base, 1e-9)


class Neal(Program):
    needs, supports = ("dwave.samplers", "dwave-samplers"), 2
    order = "sequential"

    def build(self):
        from dwave.samplers.sa.simulated_annealing import simulated_annealing

        self.anneal = simulated_annealing
        i, j = np.triu_indices(self.system.n, 1)
        keep = self.system.couplings()[i, j] != 0
        self.edges = i[keep].astype(np.intc), j[keep].astype(np.intc), -self.system.couplings()[i, j][keep]
        self.fields = np.zeros(self.system.n)
        self.spins = self.system.start().reshape(1, -1)
        self.base = min(self.call(0) for _ in range(5))  # copying the couplings and the first fields

    def call(self, count):
        begin = cpu()
        self.anneal(1, self.fields, *self.edges, 1, np.full(count, self.beta), self.next_seed(), self.spins, False, self.rule_name)
        return cpu() - begin

    def restart(self):
        self.spins = self.system.start().reshape(1, -1)

    def sweep(self, count):
        return max(self.call(count) - self.base, 1e-9)

    def state(self):
        return self.spins[0]


class NealMetropolis(Neal):
    name, rule, rule_name = "dwave-samplers, Metropolis", "Metropolis", "Metropolis"


class NealGibbs(Neal):
    name, rule_name = "dwave-samplers, Gibbs", "Gibbs"


class OpenJijPairs(Program):
    needs, supports = ("openjij", "openjij"), 2
    rule, order = "Metropolis", "sequential"

    def build(self):
        import openjij.cxxjij as cxxjij

        self.run = cxxjij.algorithm.Algorithm_SingleSpinFlip_run
        self.new_system = cxxjij.system.make_classical_ising
        self.graph = self.make_graph(cxxjij.graph)

    def restart(self):
        self.ising = self.new_system(self.system.start().tolist(), self.graph)

    def sweep(self, count):
        begin = cpu()
        self.run(self.ising, self.next_seed(), [(self.beta, count)])
        return cpu() - begin

    def state(self):
        return np.array(self.ising.spin)[: self.system.n]


def with_field_spin(matrix):
    """OpenJij's layout: one more spin, always up, whose couplings are the (absent) fields."""
    n = len(matrix)
    larger = np.zeros((n + 1, n + 1))
    larger[:n, :n] = matrix
    larger[n, n] = 1
    return larger


class OpenJijDense(OpenJijPairs):
    """SASampler().sample(..., sparse=False)"""

    name = "OpenJij, dense"

    def make_graph(self, graph):
        dense = graph.Dense(self.system.n)
        matrix = with_field_spin(-self.system.couplings())
        dense.set_interaction_matrix(matrix)
        return dense


class OpenJijSparse(OpenJijPairs):
    """What SASampler().sample takes unless told otherwise."""

    name = "OpenJij, sparse (its default)"

    def make_graph(self, graph):
        from scipy.sparse import csr_matrix

        return graph.CSRSparse(csr_matrix(with_field_spin(-self.system.couplings())))


class OpenJijTuples(Restarting):
    """SASampler().sample_hubo(..., updater="HEAT_BATH"): N^4/24 terms, and a field for every spin, renewed at each flip."""

    name, needs, supports = "OpenJij, higher order", ("openjij", "openjij"), 4
    order, many_terms = "sequential", True

    def build(self):
        from openjij.cxxjij.graph import IsingPolynomialModel
        from openjij.cxxjij.sampler import make_sa_sampler
        from openjij.utils.cxx_cast import cast_to_cxx_temperature_schedule, cast_to_cxx_update_method

        keys, weights = self.system.tuples()
        self.sampler = make_sa_sampler(IsingPolynomialModel(key_list=keys, value_list=(-weights).tolist()))
        self.sampler.set_num_reads(1)
        self.sampler.set_num_threads(1)
        self.sampler.set_update_method(cast_to_cxx_update_method("HEAT_BATH"))
        self.sampler.set_temperature_schedule(cast_to_cxx_temperature_schedule("LINEAR"))
        self.sampler.set_beta_min(self.beta)
        self.sampler.set_beta_max(self.beta)

    def call(self, count):
        self.sampler.set_num_sweeps(count)
        begin = cpu()
        self.sampler.sample(seed=self.seed)
        return cpu() - begin

    def state(self):
        values = dict(zip(self.sampler.get_index_list(), self.sampler.get_samples()[0]))
        return [values[i] for i in range(self.system.n)]


class FerrothermPairs(Program):
    name, needs, supports = "ferrotherm, pairs", ("ferrotherm", "ferrotherm"), 2
    order = "sequential"

    def build(self):
        import ferrotherm

        self.library = ferrotherm
        j = self.system.couplings()
        self.pairs = [(a, b, j[a, b]) for a in range(self.system.n) for b in range(a) if j[a, b] != 0]

    def restart(self):
        if hasattr(self, "sim"):
            self.sim.close()
        model = self.library.Model(self.system.n).couple_many(self.pairs)
        self.sim = model.build(beta=self.beta, seed=self.next_seed())

    def sweep(self, count):
        begin = cpu()
        self.sim.sweep(count)
        return cpu() - begin

    def state(self):
        return self.sim.spins


class FerrothermTuples(Restarting):
    """Its explicit higher-order terms. Its dense memory, which needs no list of terms, has no Python binding."""

    name, needs, supports = "ferrotherm, higher order", ("ferrotherm", "ferrotherm"), 4
    rule, order, many_terms = "Metropolis", "sequential", True
    thermal = False  # it keeps the best state

    def build(self):
        import ferrotherm

        self.hubo = ferrotherm.Hubo(self.system.n)
        for key, weight in zip(*self.system.tuples()):
            self.hubo.add(key, weight)

    def call(self, count):
        begin = cpu()
        # Two stages at least, from beta to a beta above it: equal but for rounding.
        self.hubo.anneal(self.beta, self.beta * (1 + 1e-9), 2, count // 2, self.seed)
        return cpu() - begin

    def warm_up(self):
        super().warm_up()
        self.cold = self.hubo.proposals, self.hubo.accepted

    def sweep(self, count):
        even = count + count % 2
        used = super().sweep(even)
        if hasattr(self, "cold"):
            self.proposed, self.accepted = self.hubo.proposals - self.cold[0], self.hubo.accepted - self.cold[1]
        return used * count / even

    def state(self):
        return self.hubo.state


class Own(Program):
    """Loops written for this comparison: what one would write in an afternoon."""

    def sweep(self, count):
        begin = cpu()
        accepted = self.loop(count)
        used = cpu() - begin
        self.proposed += count * self.system.n
        self.accepted += accepted
        return used

    def state(self):
        return self.spins


class NumbaFields(Own):
    """Dense J, all local fields kept."""

    name, needs, supports = "numba loop, local fields (f32)", ("numba", "numba"), 2

    def build(self):
        self.kernel = numba_kernels()["fields"]
        self.j = self.system.couplings().astype(np.float32)

    def restart(self):
        self.spins = self.system.start()
        self.fields = (self.j @ self.spins).astype(np.float32)

    def loop(self, count):
        return self.kernel(self.j, self.spins, self.fields, self.beta, count, self.next_seed())


class NumbaTable(Own):
    """A table of e_P over the overlaps of all patterns, exact integers."""

    name, needs, supports = "numba loop, table over patterns", ("numba", "numba"), 4

    def build(self):
        self.kernel = numba_kernels()["table"]
        n = self.system.n
        self.sites = np.ascontiguousarray(self.system.patterns.T)
        self.table = np.array([self.system.symmetric(m) for m in range(-n, n + 1)], dtype=np.int64)

    def restart(self):
        self.spins = self.system.start()
        self.overlaps = self.system.patterns.astype(np.int32) @ self.spins.astype(np.int32)

    def loop(self, count):
        factor = self.system.prefactor * self.beta
        return self.kernel(self.sites, self.table, self.spins, self.overlaps, factor, count, self.next_seed())


class NumbaPolynomial(Own):
    """The same with e_4's cubic difference in f32 and reordered sums: inexact, 32 times the pattern memory, vectorised."""

    name, needs, supports = "numba loop, polynomial (f32, inexact)", ("numba", "numba"), 4

    def build(self):
        self.kernel = numba_kernels()["polynomial"]
        self.sites = np.ascontiguousarray(self.system.patterns.T.astype(np.float32))

    def restart(self):
        self.spins = self.system.start()
        self.overlaps = (self.system.patterns.astype(np.int32) @ self.spins.astype(np.int32)).astype(np.float32)

    def loop(self, count):
        factor = self.system.prefactor * self.beta
        return self.kernel(self.sites, self.spins, self.overlaps, factor, count, self.next_seed())


class NumpyLoop(Own):
    name, needs, supports = "numpy loop", ("numpy", "numpy"), (2, 4)

    def build(self):
        n = self.system.n
        self.random = np.random.default_rng(2)
        if self.system.p == 2:
            self.j = self.system.couplings()
        else:
            self.sites = np.ascontiguousarray(self.system.patterns.T).astype(np.int64)
            self.table = np.array([self.system.symmetric(m) for m in range(-n, n + 1)], dtype=np.int64)

    def restart(self):
        self.spins = self.system.start()
        if self.system.p == 2:
            self.fields = self.j @ self.spins
        else:
            self.overlaps = self.sites.T @ self.spins.astype(np.int64)

    def loop(self, count):
        n, accepted = self.system.n, 0
        for _ in range(count):
            sites = self.random.integers(0, n, n).tolist()
            uniforms = self.random.random(n).tolist()
            accepted += (self.pair_sweep if self.system.p == 2 else self.pattern_sweep)(sites, uniforms)
        return accepted

    def pair_sweep(self, sites, uniforms):
        s, h, j, accepted = self.spins, self.fields, self.j, 0
        for i, u in zip(sites, uniforms):
            x = 2 * self.beta * s[i] * h[i]
            if x < 700 and u * (1 + math.exp(x)) < 1:
                h -= (2.0 * s[i]) * j[i]
                s[i] = -s[i]
                accepted += 1
        return accepted

    def pattern_sweep(self, sites, uniforms):
        n, accepted = self.system.n, 0
        for i, u in zip(sites, uniforms):
            moved = self.overlaps - (2 * int(self.spins[i])) * self.sites[i]
            rise = int((self.table[self.overlaps + n] - self.table[moved + n]).sum())
            x = self.beta * self.system.prefactor * rise
            if x < 700 and u * (1 + math.exp(x)) < 1:
                self.overlaps = moved
                self.spins[i] = -self.spins[i]
                accepted += 1
        return accepted


KERNELS = {}


def numba_kernels():
    if KERNELS:
        return KERNELS
    from numba import njit

    # x = beta dE; heat bath accepts with probability 1/(1 + e^x).

    @njit(fastmath=True)
    def fields(j, s, h, beta, sweeps, seed):
        np.random.seed(seed)
        n, accepted = len(s), 0
        for _ in range(sweeps * n):
            i = int(np.random.random() * n)
            x = 2 * beta * s[i] * h[i]
            if x < 40 and np.random.random() * (1 + math.exp(x)) < 1:
                step = np.float32(2 * s[i])
                for l in range(n):
                    h[l] -= step * j[i, l]
                s[i] = -s[i]
                accepted += 1
        return accepted

    @njit
    def table(xi, e, s, m, factor, sweeps, seed):
        np.random.seed(seed)
        n, k, accepted = xi.shape[0], xi.shape[1], 0
        for _ in range(sweeps * n):
            i = int(np.random.random() * n)
            rise = 0
            for mu in range(k):
                old = m[mu] + n
                rise += e[old] - e[old - 2 * xi[i, mu] * s[i]]
            x = factor * rise
            if x < 40 and np.random.random() * (1 + math.exp(x)) < 1:
                for mu in range(k):
                    m[mu] -= 2 * xi[i, mu] * s[i]
                s[i] = -s[i]
                accepted += 1
        return accepted

    @njit(fastmath=True)
    def polynomial(xi, s, m, factor, sweeps, seed):
        # e_4(M - 2d) - e_4(M) = [-8 d M^3 + 24 M^2 - 32 d M + 16 + (6N - 8)(4 d M - 4)]/24 with d = xi_i s_i
        np.random.seed(seed)
        n, k, accepted = xi.shape[0], xi.shape[1], 0
        linear = np.float32(24 * n - 64)
        for _ in range(sweeps * n):
            i = int(np.random.random() * n)
            odd = np.float32(0)
            even = np.float32(0)
            for mu in range(k):
                square = m[mu] * m[mu]
                odd += xi[i, mu] * m[mu] * (linear - np.float32(8) * square)
                even += square
            x = -factor * (s[i] * odd + 24.0 * even + k * (48.0 - 24.0 * n)) / 24
            if x < 40 and np.random.random() * (1 + math.exp(x)) < 1:
                step = np.float32(2 * s[i])
                for mu in range(k):
                    m[mu] -= step * xi[i, mu]
                s[i] = -s[i]
                accepted += 1
        return accepted

    KERNELS.update(fields=fields, table=table, polynomial=polynomial)
    return KERNELS


class Replicon:
    """`replicon bench`: best of nine repeats of 0.12 s, CPU time of its thread, patterns of its own."""

    rule = "heat bath"

    def __init__(self, path, case, order):
        p, n, gamma, temperature = case
        self.order = order
        self.name = "**replicon**" if order == "random" else f"replicon, --order {order}"
        self.command = [path, "bench", "--p", str(p), "--n", str(n), "--gamma", str(gamma)]
        self.command += ["--temperature", str(temperature), "--order", order, "--json"]

    def turn(self, seconds):
        self.answer = json.loads(subprocess.run(self.command, capture_output=True, text=True, check=True).stdout)
        return self.answer["spin_updates_per_s"]

    def acceptance(self):
        return self.answer["acceptance"]

    def mean_energy(self):
        return None


class Twin(Replicon):
    """Another twin of replicon's kernels, which the program does not take on this machine."""

    def __init__(self, path, case, twin):
        p, n, gamma, temperature = case
        self.name, self.order = f"replicon, {twin} twin", "random"
        self.command = [os.path.join(os.path.dirname(path), "examples", "twin"), twin]
        self.command += [str(p), str(n), str(gamma), str(temperature)]

    def turn(self, seconds):
        speed, acceptance, _ = map(float, subprocess.run(self.command, capture_output=True, text=True, check=True).stdout.split())
        self.answer = {"acceptance": acceptance}
        return speed


class Plain:
    """plain.cpp, patterns of its own: by its thread's CPU clock."""

    rule, order, many_terms = "heat bath", "random", False
    needs = ("plain", "plain")
    program = None

    def __init__(self, system, temperature):
        self.seed, self.energies, self.accepted = 0, [], None
        self.arguments = [self.kernel, str(system.n), str(system.k), str(temperature)]

    @classmethod
    def compile(cls, folder):
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "plain.cpp")
        cls.program = os.path.join(folder, "plain")
        subprocess.run(["g++", "-O3", "-march=native", "-std=c++17", "-o", cls.program, source], check=True)

    def turn(self, seconds):
        self.seed += 1
        command = [self.program, *self.arguments, str(seconds), str(self.seed)]
        speed, self.accepted, energy = map(float, subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
        self.energies.append(energy)
        return speed

    def acceptance(self):
        return self.accepted

    def mean_energy(self):
        return float(np.mean(self.energies))


class PlainFields(Plain):
    name, kernel, supports = "C++, local fields (f32)", "fields", 2


class PlainTable(Plain):
    name, kernel, supports = "C++, table over patterns", "table", 4


class PlainPolynomial(Plain):
    name, kernel, supports = "C++, polynomial (integers)", "polynomial", 4


NEIGHBOURS = [PlainFields, PlainTable, PlainPolynomial, NealMetropolis, NealGibbs, OpenJijDense, OpenJijSparse, OpenJijTuples, FerrothermPairs, FerrothermTuples,
              NumbaFields, NumbaTable, NumbaPolynomial, NumpyLoop]


# ------------------------------------------------------------------------------------------------------------------- the run


def scientific(x):
    if x is None:
        return ""
    exponent = math.floor(math.log10(x))
    mantissa = f"{x / 10**exponent:.1f}"
    if mantissa == "10.0":
        mantissa, exponent = "1.0", exponent + 1
    return f"{mantissa}·10{str(exponent).translate(str.maketrans('0123456789-', '⁰¹²³⁴⁵⁶⁷⁸⁹⁻'))}"


def ratio(x):
    return f"{x:.2g}" if x < 10 else f"{x:.0f}" if x < 100 else f"{float(f'{x:.2g}'):.0f}"


def measure(case, arguments, missing):
    p, n, _, temperature = case
    programs = [Replicon(arguments.replicon, case, order) for order in ("random", "sequential")]
    programs += [Twin(arguments.replicon, case, twin) for twin in ("portable", "avx2")]
    for variant in programs:
        variant.turn(0)
    answer = programs[0].answer
    system = System(p, n, answer["k"])
    for kind in NEIGHBOURS:
        too_large = p == 4 and n > 64 and kind.many_terms
        if p in np.atleast_1d(kind.supports) and kind.needs[0] not in missing and not too_large:
            print(f"  building {kind.name}", file=sys.stderr)
            programs.append(kind(system, temperature))
    best = [0.0] * len(programs)
    for round_ in range(arguments.rounds):
        print(f"  round {round_ + 1} of {arguments.rounds}", file=sys.stderr)
        for index, program in enumerate(programs):
            best[index] = max(best[index], program.turn(arguments.seconds))
    fraction = f"{programs[0].answer['fraction_of_limit']:.2f}"
    label = f"P = {p}, N = {n}, K = {system.k}, T = {temperature:g} ({answer['kernel']}; {fraction} of its limit)"
    for program, speed in zip(programs, best):
        acceptance, energy = program.acceptance(), program.mean_energy()
        cells = [label, program.name, f"{program.rule}, {program.order}", scientific(speed), ratio(best[0] / speed)]
        cells += ["" if acceptance is None else f"{acceptance:.3f}", "" if energy is None else f"{energy:.3f}".replace("-", "−")]
        print("| " + " | ".join(cells) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--replicon", required=True, help="path of the replicon program, built with --release")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.1, help="length of a neighbour's turn")
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    version = subprocess.run([arguments.replicon, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    versions, missing = [version, f"Python {sys.version.split()[0]}"], set()
    folder = tempfile.mkdtemp()
    try:
        Plain.compile(folder)
        compiler = subprocess.run(["g++", "-dumpfullversion"], capture_output=True, text=True, check=True).stdout.strip()
        versions.append(f"g++ {compiler}")
    except (OSError, subprocess.CalledProcessError):
        missing.add("plain")
        print("skipped: C++ (no g++)")
    for module, distribution in dict.fromkeys(kind.needs for kind in NEIGHBOURS if kind.needs[0] != "plain"):
        try:
            importlib.import_module(module)
            versions.append(f"{distribution} {importlib.metadata.version(distribution)}")
        except ImportError:
            missing.add(module)
            print(f"skipped: {distribution} (not installed)")
    print(", ".join(versions) + "\n")
    print("| case | program | rule, order | spin updates/s | replicon is × as fast | acceptance | energy per spin |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for case in CASES:
        measure(case, arguments, missing)
    print("\nNot measured: ferrotherm's polynomial dense memory (Rust only, no Python binding).")


if __name__ == "__main__":
    main()
