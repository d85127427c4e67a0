"""How far a run is, in a terminal and in a notebook."""

from __future__ import annotations

import sys
import time
from typing import Any


class Display:
    """One line that renews itself: on a terminal by carriage returns, in a notebook by its display, elsewhere nothing but the end."""

    def __init__(self) -> None:
        self._last = 0.0
        self._line = ""
        self._handle: Any = None
        self._notebook = _in_notebook()
        self._terminal = not self._notebook and sys.stderr is not None and sys.stderr.isatty()

    def update(self, what: str, done: int, total: int, fraction: float, seconds: float) -> None:
        now = time.monotonic()
        if total == 0 or (done < total and now - self._last < 0.2):
            return
        self._last = now
        left = seconds * (1.0 - fraction) / fraction if fraction > 0.0 else None
        full = int(30 * done / total)
        bar = "█" * full + "·" * (30 - full)
        self._show(f"{bar} {done}/{total} {what}, {'?' if left is None else _time(left)} left")

    def _show(self, line: str) -> None:
        if self._notebook:
            import IPython.display

            show: Any = IPython.display.display

            data = {"text/plain": line}
            if self._handle is None:
                self._handle = show(data, raw=True, display_id=True)
            else:
                self._handle.update(data, raw=True)
        elif self._terminal:
            sys.stderr.write("\r" + line.ljust(len(self._line)))
            sys.stderr.flush()
        self._line = line

    def end(self) -> None:
        if self._terminal and self._line:
            sys.stderr.write("\r" + " " * len(self._line) + "\r")
            sys.stderr.flush()


def _in_notebook() -> bool:
    """Whether the code runs in a Jupyter kernel."""
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module is not None else None
    return shell is not None and type(shell).__name__ == "ZMQInteractiveShell"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
