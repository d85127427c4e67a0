"""Arguments, refused by name with their value and what would be accepted, before the compiled part sees them."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping
from difflib import get_close_matches
from os import PathLike
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from ._errors import BadInput

#: The largest whole number that the compiled part takes, and the largest P: which of them make sense it says itself.
MOST = 2**63 - 1
MOST_ORDER = 2**32 - 1
ORDER = "the interaction order P, a whole number from 2 to 64"


def refuse(name: str, value: Any, accepted: str) -> BadInput:
    """The exception for an argument that cannot be taken."""
    shown = repr(value.item() if isinstance(value, np.generic) else value)
    short = shown if len(shown) <= 80 else shown[:79] + "…"
    return BadInput(f"{name} = {short}\n  accepted: {accepted}")


def whole(name: str, value: Any, least: int = 0, accepted: str | None = None, most: int = MOST) -> int:
    """A whole number; 4.0 is 4."""
    words = accepted or f"a whole number, at least {least}"
    if isinstance(value, (bool, np.bool_)) or isinstance(value, (float, np.floating)) and not float(value).is_integer():
        raise refuse(name, value, words)
    try:
        number = operator.index(int(value) if isinstance(value, (float, np.floating)) else value)
    except TypeError:
        raise refuse(name, value, words) from None
    if not least <= number <= most:
        raise refuse(name, value, words)
    return number


def order(value: Any) -> int:
    """P"""
    return whole("p", value, 0, ORDER, MOST_ORDER)


def real(name: str, value: Any, accepted: str = "a finite number") -> float:
    if isinstance(value, (bool, np.bool_, str, bytes)):
        raise refuse(name, value, accepted)
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise refuse(name, value, accepted) from None
    if not math.isfinite(number):
        raise refuse(name, value, accepted)
    return number


def seconds(name: str, value: Any) -> float | None:
    """A duration; without end is None."""
    if value is None or (isinstance(value, float) and value == math.inf):
        return None
    words = "seconds, a number from 0 on"
    number = real(name, value, words)
    if number < 0.0:
        raise refuse(name, value, words)
    return number


def flag(name: str, value: Any, accepted: str = "True or False") -> bool:
    if not isinstance(value, (bool, np.bool_)):
        raise refuse(name, value, accepted)
    return bool(value)


def word(name: str, value: Any, words: Any) -> str:
    """One of the words of a Literal."""
    choices = get_args(words)
    if isinstance(value, str) and value in choices:
        return value
    near = get_close_matches(value, choices, 1) if isinstance(value, str) else []
    hint = f'did you mean "{near[0]}"? ' if near else ""
    accepted = ", ".join(f'"{choice}"' for choice in choices)
    shown = refuse(name, value, accepted)
    raise BadInput(str(shown).replace("  accepted:", f"  {hint}accepted:")) if hint else shown


def text(name: str, value: Any, accepted: str) -> str:
    if not isinstance(value, str):
        raise refuse(name, value, accepted)
    return value


def path(name: str, value: Any) -> str | PathLike[str]:
    if not isinstance(value, (str, PathLike)):
        raise refuse(name, value, "a path")
    return value


def settings(name: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise refuse(name, value, 'a dict of keys and values, {"disorder.samples": 4}')
    return value


def array(name: str, value: Any, accepted: str = "a number, or an array of numbers") -> NDArray[Any]:
    """Numbers of any shape, whole or not."""
    try:
        numbers = np.asarray(value)
    except ValueError:
        numbers = np.empty(0, dtype=object)
    if numbers.size == 0 and numbers.dtype != object:
        return numbers.astype(float)
    # Whole numbers beyond 64 bits are objects of numpy.
    if numbers.dtype.kind not in "iuf":
        raise refuse(name, value, accepted)
    return numbers


def wholes(name: str, numbers: NDArray[Any], accepted: str) -> NDArray[np.int64]:
    """4.0 as 4, in an array."""
    with np.errstate(invalid="ignore"):
        small = numbers.astype(np.int64)
    wrong = (small != numbers) | (small < 0) | (small > (MOST_ORDER if name == "p" else MOST))
    if wrong.any():
        raise refuse(name, numbers[wrong].flat[0], accepted)
    return small
