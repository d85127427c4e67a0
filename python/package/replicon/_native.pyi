"""The compiled part: use the package around it."""

from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

_Source = str | PathLike[str] | Mapping[str, Any]
_Place = dict[str, Any]

__version__: str

def answers(
    kind: str, questions: Sequence[dict[str, Any]], threads: int
) -> list[tuple[dict[str, Any], str | None]]: ...
def exact(
    patterns: NDArray[np.int8],
    p: int,
    temperatures: Sequence[float],
    kind: str,
    quality: float | None,
    examples: int | None,
) -> dict[str, Any]: ...
def exact_scenario(source: _Source, overrides: Sequence[str], sample: int) -> list[dict[str, Any]]: ...
def energies(
    patterns: NDArray[np.int8],
    spins: NDArray[np.int8],
    p: int,
    kind: str,
    quality: float | None,
    examples: int | None,
) -> NDArray[np.float64]: ...
def plefka(
    patterns: NDArray[np.int8], magnetisations: Sequence[float], p: int, temperature: float
) -> tuple[dict[str, Any], list[str]]: ...
def shipped() -> list[tuple[str, str]]: ...
def shipped_text(name: str) -> str: ...
def sample_patterns(
    source: _Source, overrides: Sequence[str], sample: int
) -> list[tuple[_Place, NDArray[np.int8]]]: ...
def run(
    source: _Source,
    overrides: Sequence[str],
    out: str | PathLike[str] | None,
    threads: int | None,
    fresh: bool,
    shard: str | None,
    max_wall_s: float | None,
    progress: Callable[[str, int, int, float, float], None],
    warning: Callable[[str], None],
) -> tuple[str, int, int, int, bool]: ...
def capacity(
    source: _Source,
    overrides: Sequence[str],
    out: str | PathLike[str] | None,
    threads: int | None,
    fresh: bool,
    max_wall_s: float | None,
    progress: Callable[[str, int, int, float, float], None],
    warning: Callable[[str], None],
) -> str: ...
def load_capacity(
    directory: str | PathLike[str],
) -> tuple[str, str, tuple[int, int], list[str], dict[str, Any]]: ...
def plan(
    source: _Source, overrides: Sequence[str], threads: int | None, shard: str | None
) -> dict[str, Any]: ...
def load(directory: str | PathLike[str]) -> StoredRun: ...
@final
class StoredRun:
    def table(self, name: str) -> list[tuple[str, str, str, Any]]: ...
    @property
    def name(self) -> str: ...
    @property
    def scenario(self) -> str: ...
    @property
    def tasks(self) -> tuple[int, int]: ...
    @property
    def damaged(self) -> list[str]: ...
    def overlap_distributions(self) -> list[dict[str, Any]]: ...
    def configurations(self) -> list[dict[str, Any]]: ...
    def patterns(self, sample: int) -> list[tuple[_Place, NDArray[np.int8]]]: ...
