"""Small networks: exact averages, energies, patterns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _native
from ._errors import BadInput
from ._run import chosen
from ._scenarios import Scenario, as_source, overrides

Kind: TypeAlias = Literal["dense-hebbian", "supervised", "unsupervised", "multitasking"]


def signs(values: ArrayLike, name: str) -> NDArray[np.int8]:
    """A table of −1, 0, 1, one row for each pattern or configuration; a single row may come without its brackets."""
    array = np.atleast_2d(np.asarray(values))
    if array.ndim != 2 or array.dtype.kind not in "iufb" or array.dtype.kind == "b":
        raise BadInput(f"{name}: an array of shape {np.shape(values)} of {array.dtype}\n  rows of ±1")
    small = array.astype(np.int8)
    # What does not fit into a byte, or is no whole number, is no sign: the compiled part refuses 2, and names its place.
    small[small != array] = 2
    return np.ascontiguousarray(small)


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
        tables = _native.exact_scenario(as_source(scenario), overrides(set, None), sample)
        return [_table(table) for table in tables]
    if patterns is None or p is None or temperatures is None:
        raise BadInput("patterns, p and temperatures are needed\n  or scenario alone")
    asked = np.atleast_1d(np.asarray(temperatures, dtype=float)).ravel().tolist()
    return _table(_native.exact(signs(patterns, "patterns"), p, asked, kind, quality, examples))


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
    found = _native.energies(signs(patterns, "patterns"), rows, p, kind, quality, examples)
    return float(found[0]) if np.ndim(spins) == 1 else found


def patterns(
    scenario: Scenario, sample: int = 0, *, set: Mapping[str, Any] | None = None, **where: Any
) -> NDArray[np.int8]:
    """The patterns of one disorder sample of a scenario, K × N of ±1 (0 where a diluted pattern leaves a spin free; of learning models
    the archetypes). `where` chooses among several columns: `n=64, gamma=0.2`."""
    found = _native.sample_patterns(as_source(scenario), overrides(set, None), sample)
    rows: NDArray[np.int8] = chosen([{**place, "patterns": rows} for place, rows in found], where)["patterns"]
    return rows
