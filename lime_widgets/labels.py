"""Which classes to explain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np

from lime_widgets.engine import Neighborhood
from lime_widgets.engine.checks import check_count

Labels = Iterable[int]


@dataclass(frozen=True)
class LabelChoice:
    """Which classes to explain.

    Parameters
    ----------
    labels : iterable of int
        These,
    top_labels : int, optional
        unless given: then so many of those that the model finds most probable.
    """

    labels: Labels
    top_labels: int | None = None

    def check(self) -> None:
        """Refuse a number of top labels that has no meaning.

        Raises
        ------
        ValueError
            If it is not a whole number. 0 means none, as in lime.
        """
        if self.top_labels != 0 and self.top_labels is not None:
            check_count("top_labels", self.top_labels, 1)

    def best_first(self, neighborhood: Neighborhood) -> list[int] | None:
        """Return the top labels, best first, or None where labels were given."""
        if not self.top_labels:
            return None
        # Ties fall as in lime, which reverses the end of a rising sort.
        rising: list[int] = np.argsort(neighborhood.predictions[0])[-self.top_labels :].tolist()
        return rising[::-1]


def whole_labels(labels: Any) -> list[int]:
    """Return the labels as a list of integers.

    Raises
    ------
    ValueError
        If they are something else.
    """
    listed: list[Any] = list(labels) if isinstance(labels, Iterable) else [None]
    if not all(isinstance(label, Integral) for label in listed):
        raise ValueError(f"got labels={labels!r}, expected class indices, try labels=(1,) or top_labels=1")
    return [int(label) for label in listed]


def checked_labels(labels: Labels, n_classes: int) -> list[int]:
    """Return the labels as integers, each one a class of the model."""
    checked = whole_labels(labels)
    wrong = [label for label in checked if not 0 <= label < n_classes]
    if wrong or not checked:
        raise ValueError(
            f"got labels {checked}, expected class indices from 0 to {n_classes - 1}, try labels=(0,) or top_labels=1"
        )
    return checked
