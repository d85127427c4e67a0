"""Small networks: exact averages, energies, patterns."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _arguments as arguments
from . import _native
from ._errors import BadInput
from ._run import chosen
from ._scenarios import Scenario, as_source, overrides

Kind: TypeAlias = Literal["dense-hebbian", "supervised", "unsupervised", "multitasking"]


def signs(values: ArrayLike, name: str) -> NDArray[np.int8]:
    """A table of −1, 0, 1, one row for each pattern or configuration; a single row may come without its brackets."""
    array = np.atleast_2d(arguments.array(name, values))
    if array.ndim != 2:
        raise BadInput(f"{name}: an array of shape {array.shape}\n  rows of ±1")
    wrong = np.argwhere(~np.isin(array, (-1, 0, 1)))
    if len(wrong):
        row, entry = wrong[0]
        raise BadInput(f"{name}: entry {entry} of {'pattern' if name == 'patterns' else 'configuration'} {row} is "
                       f"{array[row, entry]}\n  entries are 1 and -1 (of multitasking patterns also 0)")
    return np.ascontiguousarray(array.astype(np.int8))


def exact(
    patterns: ArrayLike | None = None,
    p: int | None = None,
    temperatures: ArrayLike | None = None,
    *,
    kind: Kind = "dense-hebbian",
    quality: float | None = None,
    examples: int | None = None,
    scenario: Scenario | None = None,
    sample: int = 0,
    set: Mapping[str, Any] | None = None,
) -> Any:
    """Thermal averages by enumeration of all 2^N states, N up to 24.

    Of `patterns` (K × N of ±1; 0 too for multitasking): a dict with p, n, k and, an entry for each temperature, temperature, log_z
    (total), energy and heat_capacity (per spin), mattis, mattis_sq, mattis_abs (temperatures × K) and overlap_sq. What does not exist at
    T = 0 is NaN. Of a `scenario`: a list of these, one for each column, for one disorder sample."""
    if scenario is not None:
        if patterns is not None or p is not None or temperatures is not None:
            raise BadInput("a scenario beside patterns, p or temperatures\n  give one or the other")
        tables = _native.exact_scenario(as_source(scenario), overrides(set, None), arguments.whole("sample", sample))
        return [_table(table) for table in tables]
    if patterns is None or p is None or temperatures is None:
        raise BadInput("patterns, p and temperatures are needed\n  or scenario alone")
    asked = np.atleast_1d(arguments.array("temperatures", temperatures)).astype(float).ravel().tolist()
    stored = _stored(kind, quality, examples)
    # At no temperature the quantities are those of any, none of each.
    table = _table(_native.exact(signs(patterns, "patterns"), arguments.order(p), asked or [1.0], *stored))
    return table if asked else {key: x[:0] if isinstance(x, np.ndarray) else x for key, x in table.items()}


def _stored(kind: Any, quality: Any, examples: Any) -> tuple[str, float | None, int | None]:
    return (
        arguments.word("kind", kind, Kind),
        None if quality is None else arguments.real("quality", quality),
        None if examples is None else arguments.whole("examples", examples),
    )


@dataclass(frozen=True)
class PlefkaExpansion:
    """−βG (total) of one sample at fixed magnetisations; NaN where something is missing, and `notes` says why."""

    p: int
    n: int
    k: int
    temperature: float
    #: To the orders 0, 1, 2 and 3 in β, each with those before it.
    orders: NDArray[np.float64]
    #: With the second order averaged over the disorder (P = 2: resummed).
    averaged: float
    #: To all orders, by enumeration.
    exact: float
    #: Lowest eigenvalue of the Hessian of βG with the averaged reaction.
    lowest_curvature: float
    notes: list[str]


def plefka(patterns: ArrayLike, magnetisations: ArrayLike, p: int, temperature: float) -> PlefkaExpansion:
    """Plefka's expansion of −βG of the dense Hebbian network of `patterns` (K × N of ±1) at `magnetisations` (N numbers from −1 to 1)
    and T > 0, as `replicon plefka`. Orders 2 and 3 and the exact value sum over all 2^N states, N up to 20."""
    m = arguments.array("magnetisations", magnetisations).astype(float)
    if m.ndim != 1:
        raise BadInput(f"magnetisations: an array of shape {m.shape}\n  one magnetisation m_i for every spin, from -1 to 1")
    found, notes = _native.plefka(
        signs(patterns, "patterns"), m.tolist(), arguments.order(p), arguments.real("temperature", temperature)
    )
    orders = np.array([_number(entry["minus_beta_g"]) for entry in found.pop("orders")])
    for key in ("averaged", "exact", "lowest_curvature"):
        found[key] = _number(found[key])
    return PlefkaExpansion(**found, orders=orders, notes=notes)


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _table(document: dict[str, Any]) -> dict[str, Any]:
    points = document.pop("points")
    keys = points[0].keys() if points else ()
    values = {key: [np.nan if point[key] is None else point[key] for point in points] for key in keys}
    return {**document, **{key: np.array(column, dtype=float) for key, column in values.items()}}


def energy(
    patterns: ArrayLike,
    spins: ArrayLike,
    p: int,
    *,
    kind: Kind = "dense-hebbian",
    quality: float | None = None,
    examples: int | None = None,
) -> Any:
    """Total energy H of a configuration (N spins: a float) or of several (rows of spins: an array)."""
    rows = signs(spins, "spins")
    stored = _stored(kind, quality, examples)
    found = _native.energies(signs(patterns, "patterns"), rows, arguments.order(p), *stored)
    return float(found[0]) if np.ndim(spins) == 1 else found


def patterns(
    scenario: Scenario, sample: int = 0, *, set: Mapping[str, Any] | None = None, **where: Any
) -> NDArray[np.int8]:
    """The patterns of one disorder sample of a scenario, K × N of ±1 (0 where a diluted pattern leaves a spin free; of learning models
    the archetypes). `where` chooses among several columns: `n=64, gamma=0.2`."""
    found = _native.sample_patterns(as_source(scenario), overrides(set, None), arguments.whole("sample", sample))
    rows: NDArray[np.int8] = chosen([{**place, "patterns": rows} for place, rows in found], where)["patterns"]
    return rows
