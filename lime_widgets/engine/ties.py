"""When two quantities count as equal, so that every language settles ties alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TIE = 1e-10
"""Quantities closer than this, relative to the largest, tie; the lower index goes first."""

COLLINEAR = 1e-12
"""The share of a column's variance below which it counts as a combination of others."""


def first_largest(values: NDArray[np.float64]) -> int:
    """Return the lowest index whose value, at least 0, ties with the largest."""
    return int(np.argmax(values >= values.max() * (1 - TIE)))


def by_falling_size(values: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the order of falling absolute value, in which what ties keeps its place."""
    sizes = np.abs(values)
    largest = sizes.max(initial=0.0)
    steps = np.floor(sizes / largest / TIE + 0.5) if largest > 0 else sizes
    return np.argsort(-steps, kind="stable")
