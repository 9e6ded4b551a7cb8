"""What a feature of a table says about a value: what a surrogate sees of it, and how a reader is told."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lime_widgets.tables.columns import Column

Floats = NDArray[np.float64]


class Condition(Protocol):
    """What of a column's value the surrogate sees."""

    def sample(self, values: Floats) -> Floats:
        """Return what the surrogate sees of each value, shape (n,)."""
        ...

    def text(self, column: Column) -> str:
        """Return what is asked of a value, to be read beside the instance's; "" where that says all."""
        ...

    def to_state(self) -> dict[str, Any]:
        """Return its part of a column in ``docs/wire.md``."""
        ...


@dataclass(frozen=True)
class SameBin:
    """1 where a value is in the instance's bin, low < x <= high, else 0.

    Parameters
    ----------
    low, high : float or None
        The bin's borders; None for none.
    """

    low: float | None
    high: float | None

    def sample(self, values: Floats) -> Floats:
        """Return 1 for each value in the bin, 0 for others and for missing ones."""
        low, high = -math.inf if self.low is None else self.low, math.inf if self.high is None else self.high
        return ((low < values) & (values <= high)).astype(np.float64)

    def text(self, column: Column) -> str:
        """Return the bin: ``"(28 to 38]"``, ``"(up to 28]"``, ``"(above 48)"``."""
        if self.low is None and self.high is None:
            return ""
        if self.low is None:
            return f"(up to {edge_text(column, self.high)}]"
        if self.high is None:
            return f"(above {edge_text(column, self.low)})"
        return f"({edge_text(column, self.low)} to {edge_text(column, self.high)}]"

    def to_state(self) -> dict[str, Any]:
        """Return the borders."""
        return {"bin": [self.low, self.high]}


@dataclass(frozen=True)
class SameValue:
    """1 where a value equals the instance's, else 0.

    Parameters
    ----------
    value : float
        The instance's; NaN if it is missing, which only a missing value equals.
    """

    value: float

    def sample(self, values: Floats) -> Floats:
        """Return 1 for each value that is the instance's, 0 for others."""
        same = np.isnan(values) if math.isnan(self.value) else values == self.value
        return same.astype(np.float64)

    def text(self, column: Column) -> str:  # noqa: ARG002 - the protocol's
        """Return nothing: the value says all."""
        return ""

    def to_state(self) -> dict[str, Any]:
        """Return nothing: the value is in the state of its column."""
        return {}


@dataclass(frozen=True)
class Scaled:
    """The value itself, (x - mean) / scale.

    Parameters
    ----------
    mean, scale : float
        What is subtracted, and what it is divided by.
    """

    mean: float
    scale: float

    def sample(self, values: Floats) -> Floats:
        """Return the scaled values."""
        return (values - self.mean) / self.scale

    def text(self, column: Column) -> str:  # noqa: ARG002 - the protocol's
        """Return nothing: the value says all."""
        return ""

    def to_state(self) -> dict[str, Any]:
        """Return how values are scaled."""
        return {"scale": [self.mean, self.scale]}


def edge_text(column: Column, edge: float | None) -> str:
    """Return a bin's border in no more digits than a reader needs."""
    if edge is None:
        return ""
    if column.kind == "date":
        return column.value_text(edge)
    return f"{edge:.6g}"
