"""Small readers of untrusted JSON: each returns the value in its type, or says what came and what was expected."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any, TypeVar

Item = TypeVar("Item")


def whole(value: Any, where: str, least: int = 0, end: float = math.inf) -> int:
    """Return a whole number of at least `least` and less than `end`."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value < end:
        bounds = f"of at least {least}" if end == math.inf else f"from {least} to {end - 1}"
        raise _wrong(where, value, f"a whole number {bounds}")
    return value


def number(value: Any, where: str, least: float = -math.inf, greatest: float = math.inf) -> float:
    """Return a finite number within bounds."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # A whole number of JSON may be finite and yet no float.
    largest = sys.float_info.max
    if not is_number or not -largest <= value <= largest or not least <= value <= greatest:
        bounds = (
            ""
            if least == -math.inf
            else f" of at least {least:g}"
            if greatest == math.inf
            else f" from {least:g} to {greatest:g}"
        )
        raise _wrong(where, value, f"a finite number{bounds}")
    return float(value)


def truth(value: Any, where: str) -> bool:
    """Return a truth value."""
    if not isinstance(value, bool):
        raise _wrong(where, value, "true or false")
    return value


def text(value: Any, where: str) -> str:
    """Return a str."""
    if not isinstance(value, str):
        raise _wrong(where, value, "a text")
    return value


def one_of(value: Any, where: str, allowed: tuple[str, ...]) -> str:
    """Return one of a few words."""
    if value not in allowed:
        raise _wrong(where, value, f"one of {', '.join(allowed)}")
    return str(value)


def items(value: Any, where: str, read: Callable[[Any, str], Item]) -> list[Item]:
    """Return a list, each item of which `read` has read."""
    if not isinstance(value, list):
        raise _wrong(where, value, "a list")
    return [read(item, f"{where}[{index}]") for index, item in enumerate(value)]


def _wrong(where: str, got: Any, expected: str) -> ValueError:
    """Return the error; what came may be long."""
    return ValueError(f"got {ascii(got)[:60]} for {where}, expected {expected}, try the explanation's own to_json")
