"""Capacities by simulation: how many patterns N spins hold, and how that number grows with N."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from . import _native
from ._arguments import flag, path, seconds
from ._run import Progress, shown, warn
from ._scenarios import Scenario, as_source, cores, overrides

#: Columns that are words (None where there is none).
_WORDS = frozenset({"definition", "reason", "extrapolated"})
#: Columns that are true, false or, where it cannot be told, None.
_VERDICTS = frozenset({"fits", "holds"})


class CapacityRun:
    """K_c(N) as far as the searches of a scenario are at their ends, and what the sizes say together."""

    def __init__(self, directory: Path, stored: tuple[str, str, tuple[int, int], list[str], dict[str, Any]]) -> None:
        self.directory = directory
        #: `scenario` is the scenario with every default written out, `searches` how many are at their ends, and of how many.
        self.name, self.scenario, self.searches, damaged, document = stored
        for damage in damaged:
            warnings.warn(damage, stacklevel=3)
        #: The columns of capacity.csv by name, ready for `pandas.DataFrame(run.table)`: a row for each definition, T, P and N; numbers are
        #: NaN where there is none, and `reason` says why there is no k_c.
        self.table: dict[str, Any] = _columns(document["rows"])
        #: The exponents and limits of each definition, T and P, as columns: `against_n_exponent`, `against_n_error`, …
        self.scaling: dict[str, Any] = _columns([_flat(entry) for entry in document["scaling"]])
        #: What capacity.json holds.
        self.document: dict[str, Any] = document

    @property
    def complete(self) -> bool:
        ended, total = self.searches
        return ended == total

    def __len__(self) -> int:
        return len(self.document["rows"])

    def __repr__(self) -> str:
        ended, total = self.searches
        return f"CapacityRun {self.name} in {self.directory}: {ended} of {total} searches are at their ends"


def capacity(
    scenario: Scenario,
    out: str | PathLike[str] | None = None,
    *,
    threads: int | None = None,
    seed: int | None = None,
    set: Mapping[str, Any] | None = None,
    fresh: bool = False,
    max_wall_s: float | None = None,
    progress: bool | Progress = True,
) -> CapacityRun:
    """Finds how many patterns N spins hold, by the adaptive searches of a scenario with [capacity], as `replicon capacity`.

    The keywords are those of `run`: called again it goes on, Ctrl-C raises KeyboardInterrupt with every finished trial kept, after
    `max_wall_s` the run is not `complete`."""
    source, settings = as_source(scenario), overrides(set, seed)
    how = (cores(threads), flag("fresh", fresh), seconds("max_wall_s", max_wall_s))
    directory = None if out is None else path("out", out)
    with shown(progress) as told:
        where = _native.capacity(source, settings, directory, *how, told, warn)
    return load_capacity(where)


def load_capacity(directory: str | PathLike[str]) -> CapacityRun:
    """A finished or interrupted run of `capacity`, from its directory alone."""
    return CapacityRun(Path(path("directory", directory)), _native.load_capacity(directory))


def _flat(entry: dict[str, Any]) -> dict[str, Any]:
    """`against_n: { exponent, … }` as `against_n_exponent`, …; the extrapolations, which are several, stay in `document`."""
    found: dict[str, Any] = {}
    for key, value in entry.items():
        if key in ("against_n", "against_terms"):
            parts = ("exponent", "error", "chi_square", "freedom")
            found.update({f"{key}_{part}": None if value is None else value[part] for part in parts})
        elif not isinstance(value, (dict, list)) and key != "free":
            found[key] = value
    return found


def _columns(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {key: _column(key, [row[key] for row in rows]) for key in (rows[0] if rows else ())}


def _column(key: str, values: list[Any]) -> Any:
    if key in _WORDS or key in _VERDICTS:
        return values
    return np.array([np.nan if value is None else value for value in values])
