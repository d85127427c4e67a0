"""Scenarios from Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from typing import Any, TypeAlias

import numpy as np

from . import _native

#: A dict with the keys of a scenario file, a path, the name of a shipped scenario, or the text of a scenario file.
Scenario: TypeAlias = Mapping[str, Any] | PathLike[str] | str


def as_source(scenario: Scenario) -> Any:
    """What the compiled part takes: dicts with numpy values become dicts of lists and numbers."""
    return _plain(scenario) if isinstance(scenario, Mapping) else scenario


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
    found = [f"{key}={_toml(_plain(value))}" for key, value in (settings or {}).items()]
    return found if seed is None else [*found, f"seed={int(seed)}"]


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, list):
        return "[" + ", ".join(_toml(entry) for entry in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(entry)}" for key, entry in value.items()) + " }"
    return repr(value)


def scenarios() -> dict[str, str]:
    """The scenarios inside the package: name and what each claims."""
    return dict(_native.shipped())


def scenario_text(name: str) -> str:
    """A shipped scenario as the text of its file."""
    return _native.shipped_text(name)


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
    warnings: list[str]


def plan(
    scenario: Scenario,
    *,
    set: Mapping[str, Any] | None = None,
    threads: int | None = None,
    shard: str | None = None,
) -> Plan:
    """Tasks, memory and time of a scenario, from a short measurement. Runs and writes nothing."""
    return Plan(**_native.plan(as_source(scenario), overrides(set, None), threads, shard))
