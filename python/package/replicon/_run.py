"""Runs: started from Python, read as columns, grids and arrays."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from . import _native
from ._arguments import flag, path, seconds, text, whole
from ._errors import BadInput
from ._progress import Display
from ._scenarios import Scenario, as_source, cores, overrides, part

#: Called with (what, done, total, fraction of the work done, seconds) whenever a task is finished.
Progress: TypeAlias = Callable[[str, int, int, float, float], None]

#: The axes of the grid, in their order; of the loads the first that is there.
_AXES = ("p", "n", "load", "quality", "examples", "dilution", "lambda", "temperature", "start")
_LOADS = ("gamma_requested", "rate_requested", "k", "gamma")


def run(
    scenario: Scenario,
    out: str | PathLike[str] | None = None,
    *,
    threads: int | None = None,
    seed: int | None = None,
    set: Mapping[str, Any] | None = None,
    fresh: bool = False,
    shard: str | None = None,
    max_wall_s: float | None = None,
    progress: bool | Progress = True,
) -> Run:
    """Simulates and solves a scenario, and reads what it left in `out` (default runs/<name>). Called again, it goes on.

    `set` overrides keys (`{"disorder.samples": 4}`), `fresh` starts over, `shard` "i/n" runs a part, `max_wall_s` starts no task after
    so many seconds: the run then is not `complete`. `progress` is True for a line that renews itself, False for silence, or a function.
    Ctrl-C stops at once and raises KeyboardInterrupt; every finished task is kept."""
    source, settings = as_source(scenario), overrides(set, seed)
    how = (cores(threads), flag("fresh", fresh), part(shard), seconds("max_wall_s", max_wall_s))
    directory = None if out is None else path("out", out)
    with shown(progress) as told:
        where, *_ = _native.run(source, settings, directory, *how, told, warn)
    return load(where)


@contextmanager
def shown(progress: bool | Progress) -> Iterator[Progress]:
    """What is called to show how far a run is: a line that renews itself, nothing, or the function given."""
    if callable(progress):
        yield progress
    elif flag("progress", progress, "True (a line that renews itself), False, or a function"):
        display = Display()
        try:
            yield display.update
        finally:
            display.end()
    else:
        yield _silent


def load(directory: str | PathLike[str]) -> Run:
    """A finished or interrupted run, from its directory alone."""
    return Run(Path(path("directory", directory)), _native.load(directory))


def _silent(*_: Any) -> None:
    pass


def warn(text: str) -> None:
    warnings.warn(text, stacklevel=3)


@dataclass(frozen=True)
class Grid:
    """A column of a run laid out over the axes of its grid; NaN (None, for words and verdicts) where there is no row."""

    name: str
    values: NDArray[Any]
    dims: tuple[str, ...]
    coords: dict[str, NDArray[Any]]

    def squeeze(self) -> Grid:
        """Without the axes of one value."""
        kept = tuple(dim for dim in self.dims if len(self.coords[dim]) > 1)
        coords = {dim: self.coords[dim] for dim in kept}
        return Grid(self.name, self.values.reshape([len(c) for c in coords.values()]), kept, coords)

    def to_xarray(self) -> Any:
        """An `xarray.DataArray` (xarray is not a dependency: install it)."""
        import xarray

        return xarray.DataArray(self.values, coords=self.coords, dims=self.dims, name=self.name)


@dataclass(frozen=True)
class OverlapDistribution:
    """P(q) of one grid point and start."""

    #: p, n, k, gamma, temperature, start and the keys of the kind.
    place: dict[str, Any]
    #: q = −1, −1 + 2/N, …, 1.
    q: NDArray[np.float64]
    #: Density averaged over samples: Σ P(q) 2/N = 1.
    density: NDArray[np.float64]
    #: One standard error over samples; NaN of a single one.
    density_err: NDArray[np.float64]
    #: How often each q was met, samples × bins.
    counts: NDArray[np.uint64]

    @property
    def by_sample(self) -> NDArray[np.float64]:
        """P_J(q) of each sample as densities, samples × bins, as counted (the average makes it even in q where symmetry does)."""
        counts = self.counts.astype(float)
        return np.asarray(counts / counts.sum(axis=1, keepdims=True) * (len(self.q) - 1) / 2)


@dataclass(frozen=True)
class Configurations:
    """Configurations of the first replica at one grid point and start, samples × N of ±1."""

    place: dict[str, Any]
    #: The disorder samples, in the order of the rows.
    samples: list[int]
    #: At the start, and at the end.
    first: NDArray[np.int8]
    last: NDArray[np.int8]


class Run:
    """A run and everything measured in it."""

    def __init__(self, directory: Path, stored: _native.StoredRun) -> None:
        self.directory = directory
        self._stored = stored
        for damage in stored.damaged:
            warnings.warn(damage, stacklevel=3)
        #: Every column of points.csv by name, ready for `pandas.DataFrame(run.points)` and `polars.DataFrame(run.points)`: arrays of
        #: numbers (NaN where there is none), lists of words and of True, False, None.
        self.points: dict[str, Any] = self.table("points")

    @property
    def name(self) -> str:
        return self._stored.name

    @property
    def scenario(self) -> str:
        """The scenario with every default written out, as TOML."""
        return self._stored.scenario

    @property
    def tasks(self) -> tuple[int, int]:
        """Tasks finished, and in all."""
        return self._stored.tasks

    @property
    def complete(self) -> bool:
        finished, total = self.tasks
        return finished == total

    def table(self, name: str) -> dict[str, Any]:
        """The columns of a table by name: points, overlap-distribution, overlap-samples, configurations, and where the scenario keeps
        them curves, series, joint."""
        name = text("name", name, "the name of a table")
        return {column: values for column, _, _, values in self._stored.table(name)}

    def describe(self, name: str = "points") -> dict[str, tuple[str, str]]:
        """(unit, meaning) of each column of a table; the unit is "1" where there is no dimension."""
        name = text("name", name, "the name of a table")
        return {column: (unit, about) for column, unit, about, _ in self._stored.table(name)}

    def __len__(self) -> int:
        return len(self.points["temperature"])

    def __repr__(self) -> str:
        finished, total = self.tasks
        size = f"{len(self)} rows of {len(self.points)} columns"
        return f"Run {self.name} in {self.directory}: {size}, {finished} of {total} tasks"

    def rows(self, **where: Any) -> dict[str, Any]:
        """The columns of the rows where each named column has this value: `run.rows(start="planted", n=64)`."""
        keep = np.ones(len(self), dtype=bool)
        for name, value in where.items():
            keep &= np.array([_same(entry, value) for entry in self._column(name)], dtype=bool)
        return {
            name: column[keep] if isinstance(column, np.ndarray) else [x for x, k in zip(column, keep) if k]
            for name, column in self.points.items()
        }

    def grid(self, name: str) -> Grid:
        """One column over the axes of the grid: dims, coords and values, ready for xarray."""
        axes = self._axes()
        coords, places = {}, []
        for dim, column in axes.items():
            values, place = np.unique(np.asarray(column), return_inverse=True)
            coords[dim] = values
            places.append(place)
        column = self._column(name)
        numeric = isinstance(column, np.ndarray)
        shape = tuple(len(values) for values in coords.values())
        if len(set(zip(*(place.tolist() for place in places)))) < len(self):
            raise BadInput(f"two rows at one place of {', '.join(coords)}\n  these columns do not tell them apart")
        values = np.full(shape, np.nan) if numeric else np.full(shape, None, dtype=object)
        values[tuple(places)] = column
        return Grid(name, values, tuple(coords), coords)

    def to_xarray(self) -> Any:
        """All columns that are no axes, as an `xarray.Dataset` (xarray is not a dependency: install it)."""
        import xarray

        axes = self._axes()
        names = [name for name in self.points if name not in axes]
        return xarray.Dataset({name: self.grid(name).to_xarray() for name in names})

    def _axes(self) -> dict[str, Any]:
        def there(name: str) -> bool:
            column = self.points.get(name, [None])
            missing = np.isnan(column) if isinstance(column, np.ndarray) else [x is None for x in column]
            return not np.any(missing)

        load = next((name for name in _LOADS if there(name)), None)
        names = [load if axis == "load" else axis for axis in _AXES]
        return {name: self.points[name] for name in names if name is not None and there(name)}

    def _column(self, name: str) -> Any:
        if name not in self.points:
            raise BadInput(f"a column called {name}\n  columns: {', '.join(self.points)}")
        return self.points[name]

    def overlap_distributions(self, **where: Any) -> list[OverlapDistribution]:
        """P(q) of every grid point and start of at least two replicas, or of those with these values: `temperature=0.4`."""
        kinds = ("q", "density", "density_err", "counts")
        return [
            OverlapDistribution(place, **arrays)
            for place, arrays in _split(self._stored.overlap_distributions(), kinds, where)
        ]

    def overlap_distribution(self, **where: Any) -> OverlapDistribution:
        """The P(q) with these values, of which there is one."""
        return _only(self.overlap_distributions(), where)

    def configurations(self, **where: Any) -> list[Configurations]:
        """First and last configurations of every grid point and start, or of those with these values."""
        kinds = ("samples", "first", "last")
        return [
            Configurations(place, **arrays)
            for place, arrays in _split(self._stored.configurations(), kinds, where)
        ]

    def spins(self, **where: Any) -> NDArray[np.int8]:
        """The last configurations with these values, of which there is one grid point and start: samples × N of ±1."""
        return _only(self.configurations(), where).last

    def patterns(self, sample: int = 0, **where: Any) -> NDArray[np.int8]:
        """The patterns of a disorder sample, K × N of ±1 (0 where a diluted pattern leaves a spin free; of learning models the
        archetypes), of the column with these values."""
        found = self._stored.patterns(whole("sample", sample))
        rows: NDArray[np.int8] = chosen([{**p, "patterns": r} for p, r in found], where)["patterns"]
        return rows


def _split(
    entries: list[dict[str, Any]], kinds: tuple[str, ...], where: dict[str, Any]
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    found = []
    for entry in entries:
        arrays = {kind: entry.pop(kind) for kind in kinds}
        if _at(entry, where):
            found.append((entry, arrays))
    return found


def _at(place: dict[str, Any], where: dict[str, Any]) -> bool:
    for name in where:
        if name not in place:
            raise BadInput(f"{name} does not choose among these\n  accepted: {', '.join(place)}")
    return all(_same(place[name], value) for name, value in where.items())


def _same(entry: Any, value: Any) -> bool:
    """Equal; numbers to nine digits: loads are those realised."""
    if isinstance(entry, (int, float, np.number)) and isinstance(value, (int, float, np.number)):
        return bool(np.isclose(float(entry), float(value), rtol=1e-9, atol=0.0))
    return bool(entry == value)


def chosen(entries: list[dict[str, Any]], where: dict[str, Any]) -> dict[str, Any]:
    """The one entry with these values."""
    words = [{k: v for k, v in entry.items() if not isinstance(v, np.ndarray)} for entry in entries]
    fitting = [i for i, place in enumerate(words) if _at(place, where)]
    return entries[_one(fitting, words, where)]


_Placed = TypeVar("_Placed", "OverlapDistribution", "Configurations")


def _only(found: list[_Placed], where: dict[str, Any]) -> _Placed:
    places = [entry.place for entry in found]
    fitting = [i for i, place in enumerate(places) if _at(place, where)]
    return found[_one(fitting, places, where)]


def _one(fitting: list[int], places: list[dict[str, Any]], where: dict[str, Any]) -> int:
    if len(fitting) == 1:
        return fitting[0]
    among = [places[i] for i in fitting] or places
    differ = {
        name: list(dict.fromkeys(place[name] for place in among))
        for name in (among[0] if among else {})
        if len({str(place[name]) for place in among}) > 1
    }
    choices = "; ".join(f"{name}: {', '.join(map(str, values[:20]))}" for name, values in differ.items())
    what = f"{len(fitting)} of {len(places)} have {where}" if where else f"there are {len(places)}"
    raise BadInput(f"{what}, one was asked for\n  choose by {choices or 'nothing: there is none'}")
