"""Testing an explanation's claim: what the surrogate expects of a variant, and what the model answers."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np

from lime_widgets.domain import Variant

_MOST_NAMES = 8


@dataclass(frozen=True)
class WhatIf:
    """The two answers for a variant of an instance: without some of its features, or with other values.

    Parameters
    ----------
    removed : tuple of str
        Names of the features removed.
    expected : float
        What the surrogate expects.
    actual : float or None
        What the model answers; None where there is no model to ask.
    before : float
        What the model answers for the whole instance.
    class_name : str
        The class in question; of a regressor its target.
    changed : tuple of str
        What was changed, and to what: ``"age = 45"``.
    unit : str, optional
        Of a regressor's values; None for probabilities.
    """

    removed: tuple[str, ...]
    expected: float
    actual: float | None
    before: float
    class_name: str
    changed: tuple[str, ...] = ()
    unit: str | None = None

    def __str__(self) -> str:
        """Say it in a sentence."""
        actual = "not asked" if self.actual is None else self._shown(self.actual)
        variant = f"with {_listed(self.changed)}" if self.changed else f"without {_listed(self.removed) or 'nothing'}"
        return (
            f"{variant}: {self.class_name} expected {self._shown(self.expected)}, model {actual} "
            f"({'whole' if self.removed else 'original'} instance {self._shown(self.before)})"
        )

    def _shown(self, answer: float) -> str:
        """Return a probability to three decimals, a value to five digits with its unit."""
        return f"{answer:.3f}" if self.unit is None else f"{answer:,.5g} {self.unit}".rstrip()


def _listed(names: Sequence[str]) -> str:
    """Return names in a line, of many the first few."""
    more = len(names) - _MOST_NAMES
    return ", ".join([*names[:_MOST_NAMES], *([f"{more} more"] if more > 0 else [])])


def feature_ids(names: Sequence[str], wanted: Any) -> list[int]:
    """Return the ids of the features that are meant by names or by ids.

    Raises
    ------
    ValueError
        If there is no such feature; the message names the closest.
    """
    several = isinstance(wanted, Iterable) and not isinstance(wanted, str | bytes)
    return sorted({feature for one in (wanted if several else [wanted]) for feature in _ids_of(names, one)})


def _ids_of(names: Sequence[str], wanted: Any) -> list[int]:
    """Return every feature of that name, or the one of that id."""
    if isinstance(wanted, Integral):
        if 0 <= int(wanted) < len(names):
            return [int(wanted)]
        raise ValueError(f"got feature {wanted}, expected 0 to {len(names) - 1}")
    found = [feature for feature, name in enumerate(names) if name == wanted]
    if not found:
        close = difflib.get_close_matches(str(wanted), [str(name) for name in names], n=3, cutoff=0.0)
        raise ValueError(f"got {wanted!r}, which the instance does not have, try {', '.join(map(repr, close))}")
    return found


def masked_variant(names: Sequence[str], remove: Any) -> Variant:
    """Return the variant of an instance without some features, where a mask says all.

    Raises
    ------
    ValueError
        If nothing is named, or something that the instance does not have.
    """
    if remove is None:
        raise ValueError("got None, which the instance does not have, try what_if(remove=...)")
    removed = feature_ids(names, remove)
    mask = np.ones(len(names), dtype=np.bool_)
    mask[removed] = False
    return Variant(mask.astype(np.float64), mask, removed=tuple(names[feature] for feature in removed))
