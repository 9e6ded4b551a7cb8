"""Checks of arguments that several parts of the engine take."""

from __future__ import annotations

from numbers import Integral
from typing import Any


def check_count(name: str, value: Any, suggestion: int) -> None:
    """Refuse what is not a whole number of 1 or more.

    Parameters
    ----------
    name : str
        The argument, as its user writes it.
    value : Any
        What came.
    suggestion : int
        A value to try.

    Raises
    ------
    ValueError
        If it is something else.
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or not int(value) >= 1:
        raise ValueError(f"got {name}={value!r}, expected a whole number of 1 or more, try {name}={suggestion}")
