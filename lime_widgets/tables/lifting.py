"""Drawing what is rare more often, with weights that make up for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lime_widgets.tables.marginals import Marginal

Floats = NDArray[np.float64]

_RAREST = 0.15
# Weights of many lifted columns multiply: half of the sample at least is to count.
_LARGEST_SPREAD = 2.0
_STEPS = 20


@dataclass(frozen=True)
class Lift:
    """One column's own value, drawn with another probability than that of the training data.

    Parameters
    ----------
    start, share : float
        Which uniform numbers stand for the instance's own value: from where on, and how large a share of them.
    lifted : float
        The share that it is drawn with.
    """

    start: float
    share: float
    lifted: float

    def apply(self, uniforms: Floats) -> tuple[Floats, Floats]:
        """Return uniform numbers moved so that own values come as often as they should, and their importance.

        Parameters
        ----------
        uniforms : ndarray of shape (n,)
            Numbers between 0 and 1; those below `lifted` become own values.
        """
        is_own = uniforms < self.lifted
        own = self.start + uniforms * (self.share / self.lifted)
        other = (uniforms - self.lifted) * ((1 - self.share) / (1 - self.lifted))
        other += np.where(other >= self.start, self.share, 0.0)
        importance = np.where(is_own, self.share / self.lifted, (1 - self.share) / (1 - self.lifted))
        return np.where(is_own, own, other), importance

    @property
    def spread(self) -> float:
        """Mean square of the importance: how many draws one is worth less."""
        return self.share**2 / self.lifted + (1 - self.share) ** 2 / (1 - self.lifted)


def lifts_of(marginals: Sequence[Marginal], row: Floats) -> list[Lift | None]:
    """Return a lift for each column whose own value is rare, or so common that any other is.

    Parameters
    ----------
    marginals : sequence of Marginal
        The columns' distributions.
    row : ndarray of shape (n_columns,)
        The instance.

    Returns
    -------
    list of Lift or None
        None for a column that is drawn as it is.
    """
    own = [marginal.own(float(value)) for marginal, value in zip(marginals, row, strict=True)]
    for step in range(_STEPS):
        rarest = _RAREST * (1 - step / _STEPS)
        lifts = [_lift(interval, rarest) for interval in own]
        if np.prod([lift.spread for lift in lifts if lift]) <= _LARGEST_SPREAD:
            return lifts
    return [None] * len(own)


def _lift(interval: tuple[float, float] | None, rarest: float) -> Lift | None:
    """Return the lift of a column, if it needs one."""
    if interval is None or not 0 < interval[1] < 1 or rarest <= interval[1] <= 1 - rarest:
        return None
    start, share = interval
    return Lift(start, share, min(max(share, rarest), 1 - rarest))
