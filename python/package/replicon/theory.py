"""Replica theory, vectorised: every number may be an array, and arrays broadcast as in numpy.

The functions ask what ``replicon theory …`` asks, by the same names, and give the same numbers. A result has one attribute for each
quantity, a scalar or an array of the broadcast shape; where there is no solution ``exists`` is False, quantities are NaN, and ``reason``
says why. Units: T in units of the coupling (k_B = 1), free energy, energy and entropy per spin, the load γ = K P!/(2 N^{P−1})
(P = 2: α = K/N). T = 0 is the exact limit.
"""

from __future__ import annotations

import inspect
import math
import os
import re
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _native
from ._arguments import ORDER, array, flag, order, wholes, word
from ._errors import BadInput, Error, NoSolution

__all__ = [
    "Answer",
    "Boundaries",
    "Capacity",
    "ComplexityPoint",
    "ExponentialPoint",
    "LearningPoint",
    "LinePoint",
    "OneRsbPoint",
    "Recall",
    "SaddlePoint",
    "States",
    "capacity",
    "complexity",
    "exponential",
    "learn",
    "line",
    "multitask",
    "multitask_boundaries",
    "one_rsb",
    "recall",
    "rs",
    "triple_points",
]

Ansatz: TypeAlias = Literal["rs", "1rsb"]
Branch: TypeAlias = Literal["retrieval", "glass", "paramagnet", "dominant"]
Couplings: TypeAlias = Literal["hebbian", "gaussian"]
Mode: TypeAlias = Literal["supervised", "unsupervised"]
LineKind: TypeAlias = Literal[
    "retrieval-spinodal",
    "retrieval-thermodynamic",
    "at-retrieval",
    "at-glass",
    "glass-onset",
    "static",
    "dynamic",
    "gardner",
]
#: A scalar where everything asked was one, else an array of the broadcast shape.
Quantity: TypeAlias = Any


class Answer:
    """Quantities by name, each a scalar or an array of the same shape."""

    #: Whether there is a solution.
    exists: Quantity
    #: Why there is none, in words; None where there is one.
    reason: Quantity

    def __init__(self, quantities: dict[str, Any]) -> None:
        self._quantities = quantities
        self.__dict__.update(quantities)

    def to_dict(self) -> dict[str, Any]:
        """All quantities by name: `pandas.DataFrame(answer.to_dict())` where they are arrays of one dimension."""
        return dict(self._quantities)

    def keys(self) -> Iterator[str]:
        return iter(self._quantities)

    def __getitem__(self, name: str) -> Any:
        return self._quantities[name]

    @property
    def shape(self) -> tuple[int, ...]:
        return np.shape(self._quantities["exists"])

    def or_raise(self: _A) -> _A:
        """Itself; raises NoSolution with the first reason where a solution is missing."""
        if not np.all(self.exists):
            reasons = [reason for reason in np.ravel(self.reason) if reason is not None]
            raise NoSolution(reasons[0] if reasons else "no solution")
        return self

    def __repr__(self) -> str:
        name = type(self).__name__
        if self.shape:
            solved = f"{np.count_nonzero(self.exists)} of {np.size(self.exists)} exist"
            head = f"{name}: arrays of shape {self.shape}, {solved}"
        else:
            head = name
        lines = [f"  {key:<24} {_short(value)}" for key, value in self._quantities.items() if _said(value)]
        return "\n".join([head, *lines])


_A = TypeVar("_A", bound=Answer)


def _said(value: Any) -> bool:
    if np.ndim(value) == 0:
        return not (value is None or (isinstance(value, float) and np.isnan(value)))
    array = np.asarray(value)
    if array.dtype == object:
        return any(entry is not None for entry in array.flat)
    return array.dtype.kind != "f" or not bool(np.all(np.isnan(array)))


def _short(value: Any) -> str:
    if np.ndim(value) == 0:
        return f"{value:.12g}" if isinstance(value, float) else str(value)
    return np.array2string(np.asarray(value), threshold=8, edgeitems=3, precision=6, max_line_width=100)


class SaddlePoint(Answer):
    """A replica-symmetric state."""

    p: Quantity
    gamma: Quantity
    temperature: Quantity
    #: Which state it is: retrieval, glass or paramagnet.
    branch: Quantity
    #: Mattis magnetisation m.
    m: Quantity
    #: Overlap q of two replicas.
    q: Quantity
    #: A = (1/N) E log Z; NaN at T = 0.
    pressure: Quantity
    free_energy: Quantity
    energy: Quantity
    entropy: Quantity
    #: Replicon eigenvalue λ; below 0 replica symmetry breaks.
    replicon: Quantity
    stable: Quantity
    #: Of the saddle equations.
    residual: Quantity
    #: Steps of replica symmetry breaking found: 0 where nothing breaks.
    steps: Quantity


class OneRsbPoint(SaddlePoint):
    """A state of one-step replica symmetry breaking; its q is NaN, q1 and q2 take its place."""

    #: Overlap of two states.
    q1: Quantity
    #: Overlap inside a state.
    q2: Quantity
    #: Breaking point θ; NaN at T = 0, where y = βθ stays.
    theta: Quantity
    y: Quantity
    replicon_inner: Quantity
    replicon_outer: Quantity
    #: Σ = −θ² ∂A/∂θ.
    complexity: Quantity
    #: Change when the quadrature is refined.
    quadrature_error: Quantity


class Capacity(Answer):
    """Where retrieval ends, and where it stops being the equilibrium state."""

    gamma_spinodal: Quantity
    m_spinodal: Quantity
    gamma_thermodynamic: Quantity
    #: The state that retrieval exchanges with there.
    competitor: Quantity
    residual: Quantity
    #: Steps of replica symmetry breaking found at the spinodal.
    steps: Quantity
    #: Change when the quadrature is refined; NaN under rs.
    quadrature_error: Quantity
    #: Why `gamma_thermodynamic` is missing where looking for it failed, in words.
    reason_thermodynamic: Quantity


class LinePoint(Answer):
    """Points of a line of the phase diagram."""

    gamma: Quantity
    temperature: Quantity
    ln_temperature: Quantity
    m: Quantity
    q: Quantity
    q1: Quantity
    q2: Quantity
    theta: Quantity
    residual: Quantity
    competitor: Quantity
    #: The lines that meet in a triple point.
    meets: Quantity


class ComplexityPoint(Answer):
    """Complexity Σ(f) of the glass states, by breaking point θ."""

    theta: Quantity
    free_energy: Quantity
    complexity: Quantity
    physical: Quantity
    residual: Quantity


class Recall(Answer):
    """Patterns recalled whole at T = 0 with probability ½: one of them, and all."""

    k_one: Quantity
    k_all: Quantity
    ln_k_one: Quantity
    ln_k_all: Quantity


class LearningPoint(Answer):
    """Retrieval of an archetype learnt from M examples of quality r."""

    branch: Quantity
    #: Overlap with the archetype.
    m: Quantity
    #: Overlap with what is stored.
    n: Quantity
    m_example: Quantity
    q: Quantity
    rho: Quantity
    rho_p: Quantity
    #: A = (1/N) E log Z; NaN at T = 0.
    pressure: Quantity
    free_energy: Quantity
    energy: Quantity
    entropy: Quantity
    replicon: Quantity
    stable: Quantity
    residual: Quantity
    critical_gamma: Quantity
    critical_examples: Quantity
    at_gamma: Quantity
    at_gamma_upper: Quantity
    at_temperature: Quantity


class ExponentialPoint(Answer):
    """The exponential network with K = e^{aN} patterns."""

    m: Quantity
    critical_rate: Quantity
    noise: Quantity
    condensed: Quantity
    free_energy_retrieval: Quantity
    free_energy_paramagnet: Quantity
    dominant: Quantity
    recall_rate_one: Quantity
    recall_rate_all: Quantity


class _Several(Answer):
    """Several answers at each place, on a last axis; where `exists` is False there are no more."""

    def or_raise(self: _A) -> _A:
        """Itself: there is always an answer, if none to list."""
        return self


class States(_Several):
    """The states of a network of diluted patterns, one an entry, of lowest free energy first."""

    #: What was learnt from, NaN of stored patterns.
    quality: Quantity
    examples: Quantity
    #: pure, hierarchical, parallel, …
    branch: Quantity
    #: States × patterns.
    m: Quantity
    archetypes: Quantity
    free_energy: Quantity
    energy: Quantity
    stable: Quantity
    curvature: Quantity
    residual: Quantity
    #: Where the paramagnet becomes unstable; NaN for P ≥ 3.
    critical_temperature: Quantity
    #: Largest dilution of the hierarchical state at T = 0.
    hierarchy_end: Quantity


class Boundaries(_Several):
    """Where the states of diluted patterns change along the temperature axis."""

    temperature: Quantity
    change: Quantity
    below: Quantity
    above: Quantity


def rs(
    p: ArrayLike,
    gamma: ArrayLike,
    temperature: ArrayLike,
    *,
    branch: Branch = "dominant",
    couplings: Couplings = "hebbian",
    cue: ArrayLike = 0.0,
) -> SaddlePoint:
    """The replica-symmetric state at order P, load γ and temperature T.

    `cue` is a field along the pattern; Gaussian couplings are the p-spin control (P = 2: the SK model)."""
    numbers = {"p": p, "gamma": gamma, "temperature": temperature, "cue": cue}
    words = {"ansatz": "rs", **_state(branch, couplings)}
    overlaps = ("q1", "q2", "theta", "y")
    broken = (*overlaps, "replicon_inner", "replicon_outer", "complexity", "quadrature_error", "ansatz")
    return _ask(SaddlePoint, "point", numbers, words, drop=broken)


def _state(branch: Branch, couplings: Couplings) -> dict[str, str]:
    return {"branch": word("branch", branch, Branch), "couplings": word("couplings", couplings, Couplings)}


def one_rsb(
    p: ArrayLike,
    gamma: ArrayLike,
    temperature: ArrayLike,
    *,
    branch: Branch = "dominant",
    couplings: Couplings = "hebbian",
    theta: ArrayLike | None = None,
    cue: ArrayLike = 0.0,
) -> OneRsbPoint:
    """The state of one-step replica symmetry breaking; at a given breaking point θ of one branch with `theta`."""
    numbers = {"p": p, "gamma": gamma, "temperature": temperature, "cue": cue, "theta": theta}
    words = {"ansatz": "1rsb", **_state(branch, couplings)}
    return _ask(OneRsbPoint, "point", numbers, words, optional=("theta",), drop=("q", "ansatz"))


def capacity(p: ArrayLike, temperature: ArrayLike, *, ansatz: Ansatz = "rs") -> Capacity:
    """The largest load with retrieval, and the largest at which it is the equilibrium state."""
    words = {"ansatz": word("ansatz", ansatz, Ansatz)}
    return _ask(Capacity, "capacity", {"p": p, "temperature": temperature}, words)


def line(
    kind: LineKind,
    p: ArrayLike,
    *,
    gamma: ArrayLike | None = None,
    temperature: ArrayLike | None = None,
    ansatz: Ansatz = "rs",
) -> LinePoint:
    """A line of the phase diagram: its temperature at each `gamma` (the highest where there are two), or its load at each
    `temperature`."""
    if (gamma is None) == (temperature is None):
        both = "gamma and temperature" if gamma is not None else "neither gamma nor temperature"
        raise BadInput(f"{both}\n  one of them: gamma for the temperature of the line there, temperature for its load")
    words = {"kind": word("kind", kind, LineKind), "ansatz": word("ansatz", ansatz, Ansatz)}
    numbers = {"p": p, "gamma": gamma, "temperature": temperature}
    listed = {"gamma": "gammas", "temperature": "temperatures"}
    return _ask(LinePoint, "line", numbers, words, optional=tuple(listed), one_of="points", listed=listed)


def triple_points(p: int) -> LinePoint:
    """Where the lines of 1RSB meet or end."""
    number = order(p)
    [(document, reason)] = _answers("line", [{"p": number, "kind": "triple-points", "ansatz": "1rsb"}])
    rows = document["points"]
    quantities = _columns([row | {"exists": True, "reason": reason} for row in rows], (len(rows),))
    return LinePoint({"p": number, **_nothing(LinePoint, (len(rows),)), **quantities})


def complexity(p: ArrayLike, gamma: ArrayLike, temperature: ArrayLike, theta: ArrayLike) -> ComplexityPoint:
    """Complexity Σ and free energy of the m = 0 glass states of P ≥ 3 at each breaking point θ, 0 < θ ≤ 1."""
    numbers = {"p": p, "gamma": gamma, "temperature": temperature, "theta": theta}
    return _ask(ComplexityPoint, "complexity", numbers, {}, one_of="points", listed={"theta": "thetas"})


def recall(p: ArrayLike, n: ArrayLike) -> Recall:
    """How many patterns N spins recall perfectly at T = 0 (Gaussian noise)."""
    return _ask(Recall, "recall", {"p": p, "n": n}, {})


def learn(
    mode: Mode,
    p: ArrayLike,
    gamma: ArrayLike | None = None,
    temperature: ArrayLike | None = None,
    *,
    quality: ArrayLike,
    examples: ArrayLike | None = None,
    finite_m: bool = False,
    find: Literal["load", "examples", "at"] | None = None,
    ansatz: Ansatz = "rs",
) -> LearningPoint:
    """Retrieval of archetypes learnt from M = `examples` of quality r each.

    `find` looks for the largest load, the smallest number of examples, or the AT line; what it looks for may be left out.
    `finite_m` takes the exact binomial average over the examples instead of the Gaussian one of M ≫ 1."""
    numbers = {
        "p": p,
        "gamma": gamma,
        "temperature": temperature,
        "quality": quality,
        "examples": examples,
    }
    words = {
        "mode": word("mode", mode, Mode),
        "finite_m": flag("finite_m", finite_m),
        "find": None if find is None else word("find", find, Literal["load", "examples", "at"]),
        "ansatz": word("ansatz", ansatz, Ansatz),
    }
    found = ("gamma", "temperature", "examples")
    return _ask(LearningPoint, "learn", numbers, words, optional=found, drop=("ansatz",))


def multitask(
    patterns: ArrayLike,
    dilution: ArrayLike,
    temperature: ArrayLike,
    *,
    p: ArrayLike = 2,
    quality: ArrayLike | None = None,
    examples: ArrayLike | None = None,
    mode: Mode = "supervised",
) -> States:
    """The states of K = `patterns` diluted patterns; with `quality` and `examples` learnt from examples (P = 2).

    Each quantity of a state has a last axis, the states, of lowest free energy first. Of arrays the number of states differs from place
    to place: `exists` is False, and numbers are NaN, beyond those that are there, and m beyond K of them."""
    numbers = {"patterns": patterns, "dilution": dilution, "temperature": temperature, "p": p, "quality": quality, "examples": examples}
    if (quality is None) != (examples is None):
        raise BadInput("quality without examples, or examples without quality\n  both for learning from examples, or neither")
    words = {"mode": word("mode", mode, Mode), "find": None}
    return _ask_several(States, numbers, words, "branches")


def multitask_boundaries(patterns: ArrayLike, dilution: ArrayLike, *, p: ArrayLike = 2) -> Boundaries:
    """Temperatures at which the state of lowest f changes its kind, and stable states of a kind begin or end, on a last axis, as the
    states of `multitask`."""
    numbers = {"patterns": patterns, "dilution": dilution, "p": p}
    return _ask_several(Boundaries, numbers, {"mode": "supervised", "find": "boundaries"}, "boundaries")


def exponential(
    rate: ArrayLike, temperature: ArrayLike, *, lambda_: ArrayLike = 1.0, corrupted: ArrayLike = 0.0
) -> ExponentialPoint:
    """The exponential network with K = e^{aN} patterns, a = `rate`: retrieval, its critical rate, and what descent at T = 0 undoes."""
    numbers = {"rate": rate, "temperature": temperature, "lambda": lambda_, "corrupted": corrupted}
    return _ask(ExponentialPoint, "exponential", numbers, {}, renamed={"lambda": "lambda_"})


#: No other names.
_NONE: Mapping[str, str] = MappingProxyType({})


def _ask(
    answer: type[_A],
    kind: str,
    numbers: Mapping[str, ArrayLike | None],
    words: Mapping[str, Any],
    *,
    optional: Collection[str] = (),
    one_of: str | None = None,
    listed: Mapping[str, str] = _NONE,
    renamed: Mapping[str, str] = _NONE,
    drop: tuple[str, ...] = (),
) -> _A:
    """One question for each element of the broadcast numbers, of which `optional` ones may be None. `listed` numbers are asked as lists of one under another name, whose one
    answer stands in the list `one_of` of the document; `renamed` are keywords that Python calls otherwise."""
    given, shape = _broadcast(numbers, optional, renamed)
    questions = [
        {**words, **{listed.get(key, key): [x] if key in listed else x for key, x in question.items()}}
        for question in _elements(given)
    ]
    rows = []
    for document, reason in _answers(kind, questions, {**{asked: name for name, asked in listed.items()}, **renamed}):
        document.setdefault("exists", True)
        if one_of is not None:
            [point] = document.pop(one_of)
            document = {**document, **point}
        rows.append({**document, "reason": reason})
    columns = _columns(rows, shape) if rows else {**_nothing(answer, shape), **_copies(given)}
    return answer({key: column for key, column in columns.items() if key not in drop})


def _ask_several(answer: type[_A], numbers: Mapping[str, ArrayLike | None], words: Mapping[str, Any], several: str) -> _A:
    """Questions with several answers each, in the list `several` of the document: they are the last axis."""
    given, shape = _broadcast(numbers, ("quality", "examples"), _NONE)
    asked = list(_elements(given))
    documents = [document for document, _ in _answers("multitask", [{**words, **question} for question in asked])]
    lists = [document.pop(several) for document in documents]
    most = max((len(found) for found in lists), default=0)
    inner = (*shape, most)
    rows: list[dict[str, Any]] = []
    for found in lists:
        rows += [{**entry, "exists": True, "reason": None} for entry in found]
        # A place beyond the last one has none.
        rows += [{"exists": False, "reason": None}] * (most - len(found))
    outer = _columns(documents, shape) if documents else _copies(given)
    return answer({**outer, **_nothing(answer, inner, but=outer), **_columns(rows, inner)})


#: Numbers that count, and what is accepted.
_WHOLE = {
    "p": ORDER,
    "n": "the number of spins N ≥ P, a whole number",
    "examples": "examples per archetype, a whole number M ≥ 1",
    "patterns": "the number of patterns K, a whole number from 1 to 12",
}


def _broadcast(
    numbers: Mapping[str, ArrayLike | None], optional: Collection[str], renamed: Mapping[str, str]
) -> tuple[dict[str, NDArray[Any]], tuple[int, ...]]:
    """The numbers that are given as arrays of one shape, 4.0 as 4 where they count."""
    given = {}
    for key, value in numbers.items():
        if value is None and key in optional:
            continue
        name, accepted = renamed.get(key, key), _WHOLE.get(key)
        given[key] = array(name, value) if accepted is None else wholes(name, array(name, value, accepted), accepted)
    try:
        broadcast = np.broadcast_arrays(*given.values())
    except ValueError:
        shapes = ", ".join(f"{renamed.get(key, key)} {np.shape(value)}" for key, value in given.items() if np.shape(value))
        raise BadInput(f"arrays of shapes {shapes}\n  shapes that broadcast, as those of numpy") from None
    return dict(zip(given, broadcast, strict=True)), broadcast[0].shape


def _elements(given: Mapping[str, NDArray[Any]]) -> Iterator[dict[str, Any]]:
    for element in zip(*(numbers.ravel().tolist() for numbers in given.values()), strict=True):
        yield dict(zip(given, element, strict=True))


def _copies(given: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    return {key: numbers.copy() for key, numbers in given.items()}


def _nothing(answer: type[Answer], shape: tuple[int, ...], but: Collection[str] = ()) -> dict[str, Any]:
    """Every quantity of an answer where nothing is found."""
    names = [name for kind in reversed(answer.__mro__) for name in inspect.get_annotations(kind)]
    size = math.prod(shape)
    return {name: _column(name, [None] * size, shape) for name in dict.fromkeys(names) if name not in but}


def _answers(
    kind: str, questions: list[dict[str, Any]], names: Mapping[str, str] = _NONE
) -> list[tuple[dict[str, Any], str | None]]:
    """`names` are what Python calls the keywords of questions that it asks by another name."""

    def said(words: str) -> str:
        for asked, name in names.items():
            words = re.sub(rf"\b{asked}\b", name, words)
        return words

    try:
        found = _native.answers(kind, questions, _threads())
    except Error as error:
        raise type(error)(said(str(error))) from None
    return [(document, None if reason is None else said(reason)) for document, reason in found]


def _threads() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _columns(rows: list[dict[str, Any]], shape: tuple[int, ...]) -> dict[str, Any]:
    """Rows of the same keys as arrays of a shape, scalars of the shape ()."""
    keys = dict.fromkeys(key for row in rows for key in row)
    return {key: _column(key, [row.get(key) for row in rows], shape) for key in keys}


#: Quantities that are words (None where there is none), and those that are true or false (False where there is no solution).
_WORDS = frozenset({"above", "below", "branch", "change", "competitor", "dominant", "meets", "mode", "reason", "line", "average"})
_FLAGS = frozenset({"exists", "physical", "resolved", "stable"})


def _column(key: str, values: list[Any], shape: tuple[int, ...]) -> Any:
    if key in _WORDS:
        if shape == ():
            return values[0]
        column = np.empty(len(values), dtype=object)
        column[:] = values
        return column.reshape(shape)
    if key in _FLAGS:
        flags = [bool(value) for value in values]
        return flags[0] if shape == () else np.array(flags, dtype=bool).reshape(shape)
    lists = [len(value) for value in values if isinstance(value, list)]
    if lists:
        rows = np.full((len(values), max(lists)), np.nan)
        for row, value in zip(rows, values, strict=True):
            row[: len(value or ())] = value or ()
        return rows.reshape((*shape, max(lists)))
    numbers = [np.nan if value is None else value for value in values]
    return numbers[0] if shape == () else np.array(numbers).reshape(shape)

