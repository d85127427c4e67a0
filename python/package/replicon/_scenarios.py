"""Scenarios from Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from typing import Any, TypeAlias

import numpy as np

from . import _arguments as arguments
from . import _native
from ._arguments import refuse

#: A dict with the keys of a scenario file, a path, the name of a shipped scenario, or the text of a scenario file.
Scenario: TypeAlias = Mapping[str, Any] | PathLike[str] | str


def as_source(scenario: Scenario) -> Any:
    """What the compiled part takes: dicts with numpy values become dicts of lists and numbers."""
    if isinstance(scenario, Mapping):
        return _plain(scenario)
    if not isinstance(scenario, (str, PathLike)):
        raise refuse("scenario", scenario, "a dict, a path, the name of a shipped scenario, or the text of a file")
    return scenario


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items() if entry is not None}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (list, tuple, range)):
        return [_plain(entry) for entry in value]
    return str(value) if isinstance(value, PathLike) else value


def overrides(settings: Mapping[str, Any] | None, seed: int | None) -> list[str]:
    """`key=value` of each setting, as on the command line."""
    given = {} if settings is None else arguments.settings("set", settings)
    found = [f"{key}={_toml(key, _plain(value))}" for key, value in given.items()]
    return found if seed is None else [*found, f"seed={arguments.whole('seed', seed)}"]


def _toml(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, list):
        return "[" + ", ".join(_toml(key, entry) for entry in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_toml(key, name)} = {_toml(key, entry)}" for name, entry in value.items()) + " }"
    if not isinstance(value, (int, float)):
        raise refuse(f'set["{key}"]', value, "a value of TOML: text, a number, True, False, a list or a dict of these")
    return repr(value)


def cores(threads: int | None) -> int | None:
    return None if threads is None else arguments.whole("threads", threads, 1)


def part(shard: str | None) -> str | None:
    return None if shard is None else arguments.text("shard", shard, 'text "i/n", from "0/n" to "n-1/n"')


def scenarios() -> dict[str, str]:
    """The scenarios inside the package: name and what each claims."""
    return dict(_native.shipped())


def scenario_text(name: str) -> str:
    """A shipped scenario as the text of its file."""
    return _native.shipped_text(arguments.text("name", name, "the name of a shipped scenario"))


@dataclass(frozen=True)
class Plan:
    """What a run will cost."""

    tasks: int
    #: Temperatures of 1RSB, each with all its loads.
    temperatures_of_1rsb: int
    threads: int
    seconds: float
    peak_memory_bytes: int
    #: Of each column of the grid its place, tasks, memory_bytes and task_seconds: ready for a DataFrame.
    columns: list[dict[str, Any]] = field(repr=False)
    #: Of a scenario with grid.refine the columns and the seconds that it may add at most, else None.
    refinement: dict[str, Any] | None
    warnings: list[str]


def plan(
    scenario: Scenario,
    *,
    set: Mapping[str, Any] | None = None,
    threads: int | None = None,
    shard: str | None = None,
) -> Plan:
    """Tasks, memory and time of a scenario, from a short measurement. Runs and writes nothing."""
    return Plan(**_native.plan(as_source(scenario), overrides(set, None), cores(threads), part(shard)))
