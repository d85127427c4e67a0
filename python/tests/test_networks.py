"""Enumeration and energies of given patterns."""

import itertools
import json
import math

import numpy as np
import pytest

import replicon

PATTERNS = np.array([[1, 1, -1, 1, -1, 1], [-1, 1, 1, 1, -1, -1]])


def brute_energy(p, patterns, spins):
    """The Hamiltonian term by term, without its factor."""
    return -sum(
        math.prod(int(pattern[i] * spins[i]) for i in where)
        for pattern in patterns
        for where in itertools.combinations(range(len(spins)), p)
    )


@pytest.mark.parametrize("p", [2, 3, 4])
def test_an_energy_is_the_sum_over_tuples(p):
    spins = np.where(np.random.default_rng(1).random((5, 6)) < 0.5, 1, -1)
    found = replicon.energy(PATTERNS, spins, p)
    tuples = np.array([brute_energy(p, PATTERNS, row) for row in spins])
    unit = found[0] / tuples[0]
    assert np.allclose(found, unit * tuples, rtol=1e-13, atol=1e-13) and unit > 0
    assert replicon.energy(PATTERNS, spins[0], p) == found[0]


def test_exact_averages_are_those_of_all_states():
    temperatures = [0.5, 1.0]
    table = replicon.exact(PATTERNS, 3, temperatures)
    states = np.array(list(itertools.product([1, -1], repeat=6)))
    energies = replicon.energy(PATTERNS, states, 3)
    for index, t in enumerate(temperatures):
        weights = np.exp(-energies / t)
        z = weights.sum()
        assert math.isclose(table["log_z"][index], math.log(z), rel_tol=1e-13)
        assert math.isclose(table["energy"][index], weights @ energies / z / 6, rel_tol=1e-12)
        m = weights @ (states @ PATTERNS.T / 6) / z
        assert np.allclose(table["mattis"][index], m, atol=1e-13)
    assert table["mattis"].shape == (2, 2) and table["n"] == 6 and table["k"] == 2


def test_exact_averages_are_those_of_the_program(program, tmp_path):
    file = tmp_path / "patterns.npy"
    np.save(file, PATTERNS.astype(np.int8))
    document = json.loads(
        program("exact", "--patterns", file, "--p", 3, "--temperature", "0,0.7", "--json").stdout
    )
    table = replicon.exact(PATTERNS, 3, [0, 0.7])
    assert table["energy"].tolist() == [point["energy"] for point in document["points"]]
    assert math.isnan(table["log_z"][0]) and table["log_z"][1] == document["points"][1]["log_z"]


def test_columns_of_a_scenario_are_enumerated_on_the_patterns_it_draws(small):
    small["grid"]["spins"] = 10
    tables = replicon.exact(scenario=small, sample=1)
    assert [table["n"] for table in tables] == [10, 10]
    drawn = replicon.patterns(small, sample=1, gamma=tables[0]["gamma"])
    alone = replicon.exact(drawn, 3, small["grid"]["temperature"])
    assert np.array_equal(alone["energy"], tables[0]["energy"])
    assert set(np.unique(drawn)) == {-1, 1} and drawn.dtype == np.int8


def test_plefkas_expansion_is_that_of_the_program(program, tmp_path):
    file, means = tmp_path / "patterns.npy", tmp_path / "m.txt"
    np.save(file, PATTERNS.astype(np.int8))
    m = [0.5, -0.25, 0.125, 0.0, 0.75, -0.5]
    means.write_text(" ".join(map(str, m)), encoding="utf-8")
    asked = ["--patterns", file, "--magnetisations", means, "--p", 3, "--temperature", 0.8, "--json"]
    document = json.loads(program("plefka", *asked).stdout)
    found = replicon.plefka(PATTERNS, m, 3, 0.8)
    assert found.orders.tolist() == [entry["minus_beta_g"] for entry in document["orders"]]
    assert (found.averaged, found.exact) == (document["averaged"], document["exact"])
    assert found.lowest_curvature == document["lowest_curvature"] and (found.n, found.k) == (6, 2)
    wide = replicon.plefka(np.ones((1, 24)), np.zeros(24), 3, 0.8)
    assert np.isnan(wide.orders[2:]).all() and math.isnan(wide.exact) and "N ≤ 20" in wide.notes[0]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: replicon.exact(PATTERNS, -1, 0.5), "^p = -1\n"),
        (lambda: replicon.exact(PATTERNS, 3.5, 0.5), "^p = 3.5\n"),
        (lambda: replicon.exact(PATTERNS, 3, "hot"), "^temperatures = 'hot'\n"),
        (lambda: replicon.exact(PATTERNS, 3, math.nan), "^temperatures: temperature NaN"),
        (lambda: replicon.exact(PATTERNS, 3, 0.5, kind="hopfield"), "^kind = 'hopfield'\n"),
        (lambda: replicon.exact(PATTERNS, 3, 0.5, kind="supervised", quality="good", examples=2), "^quality = 'good'"),
        (lambda: replicon.exact(PATTERNS, 3, 0.5, kind="supervised", quality=0.5, examples=-2), "^examples = -2"),
        (lambda: replicon.exact(scenario="retrieval-p3", sample=-1), "^sample = -1\n  accepted: a whole number, at least 0"),
        (lambda: replicon.exact(scenario=3), "^scenario = 3\n"),
        (lambda: replicon.exact([[1, math.nan]], 2, 0.5), "^patterns: entry 1 of pattern 0 is nan\n"),
        (lambda: replicon.exact([[1, -1], [1]], 2, 0.5), "^patterns = "),
        (lambda: replicon.exact([], 2, 0.5), "patterns"),
        (lambda: replicon.exact([["+", "-"]], 2, 0.5), "^patterns = "),
        (lambda: replicon.energy(PATTERNS, np.zeros((2, 2, 2)), 2), "^spins: an array of shape"),
        (lambda: replicon.energy(PATTERNS, PATTERNS, None), "^p = None\n"),
        (lambda: replicon.patterns("retrieval-p3", sample=-1), "^sample = -1\n"),
        (lambda: replicon.patterns("retrieval-p3", sample="first"), "^sample = 'first'\n"),
        (lambda: replicon.plefka(PATTERNS, [0.0] * 5, 3, 0.8), "magnetisations"),
        (lambda: replicon.plefka(PATTERNS, [2.0] * 6, 3, 0.8), "magnetisation"),
        (lambda: replicon.plefka(PATTERNS, [math.nan] * 6, 3, 0.8), "magnetisation"),
        (lambda: replicon.plefka(PATTERNS, 0.0, 3, 0.8), "^magnetisations: an array of shape"),
        (lambda: replicon.plefka(PATTERNS, [0.0] * 6, 3, 0.0), "^temperature: "),
        (lambda: replicon.plefka(PATTERNS, [0.0] * 6, 9, 0.5), "^p 9 for patterns of N = 6"),
    ],
)
def test_a_wrong_argument_is_refused_by_its_name(wrong, said):
    with pytest.raises(replicon.BadInput, match=said):
        wrong()


def test_at_no_temperature_there_is_none_of_each_quantity():
    none, one = replicon.exact(PATTERNS, 3, []), replicon.exact(PATTERNS, 3, [0.5])
    assert none.keys() == one.keys() and none["mattis"].shape == (0, 2) and len(none["energy"]) == 0


def test_a_whole_number_may_be_a_float():
    assert replicon.exact(PATTERNS, 3.0, 0.5)["energy"] == replicon.exact(PATTERNS, 3, 0.5)["energy"]


def test_what_is_no_pattern_is_refused():
    for entry in (2, 0.5, 257):
        with pytest.raises(replicon.BadInput, match="patterns: entry 1 of pattern 0"):
            replicon.energy([[1, entry]], [1, 1], 2)
    with pytest.raises(replicon.BadInput, match="patterns"):
        replicon.energy([[1, 0, 1]], [1, 1, 1], 2)
    with pytest.raises(replicon.BadInput, match="spins"):
        replicon.energy(PATTERNS, [1, 1], 2)
    with pytest.raises(replicon.BadInput, match="^quality is missing\n  learning kinds need it"):
        replicon.energy(PATTERNS, PATTERNS, 2, kind="supervised")
    with pytest.raises(replicon.BadInput, match="choose by k: 5, 24; gamma: "):
        replicon.patterns("retrieval-p3", set={"grid.spins": 12, "grid.gamma": [0.1, 0.5]})
