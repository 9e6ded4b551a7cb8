"""The lasso path from weighted moments."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine.ties import COLLINEAR, TIE

Floats = NDArray[np.float64]

_MAX_STEPS = 500
# A correlation, or a step, this small relative to the largest is round-off.
_NOTHING = 1e-14
_NO_STEP = 1e-9
# scikit-learn, hence lime, ends the path where the penalty falls below this: what follows is often round-off.
_LEAST_PENALTY = float(np.finfo(np.float32).eps)


def lasso_path(gram: Floats, cross: Floats, n_samples: int = 1) -> list[Floats]:
    """Return the coefficients at the knots of the lasso path, by least angle regression (Efron et al. 2004).

    Parameters
    ----------
    gram : ndarray of shape (n_features, n_features)
        Centred Gram matrix, X'WX.
    cross : ndarray of shape (n_features,)
        Centred cross moments, X'Wy.
    n_samples : int
        Number of samples behind them; the penalty of a knot is its largest correlation divided by it.

    Returns
    -------
    list of ndarray of shape (n_features,)
        From all zero to the unpenalised end. A column that the active ones explain never enters.
    """
    path = _Path(gram, cross, n_samples)
    knots = [path.coefficients.copy()]
    while len(knots) <= _MAX_STEPS and path.advance():
        knots.append(path.coefficients.copy())
    return knots


@dataclass
class _Path:
    """A walk along the path: where it stands, and what it needs to go on."""

    gram: Floats
    cross: Floats
    n_samples: int
    coefficients: Floats = field(init=False)
    active: list[int] = field(init=False, default_factory=list)
    inverse: Floats = field(init=False)
    due: int | None = field(init=False, default=None)
    just_left: int | None = field(init=False, default=None)
    ended: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.coefficients = np.zeros_like(self.cross)
        self.correlations = self.cross.copy()
        self.eligible = np.diag(self.gram) > 0
        self.inverse = np.zeros((0, 0))
        self.floor = max(_NOTHING * np.abs(self.cross).max(initial=0.0), _LEAST_PENALTY * self.n_samples)
        self.due = int(np.argmax(np.where(self.eligible, np.abs(self.cross), 0.0)))

    def advance(self) -> bool:
        """Walk to the next knot; False where the path has ended."""
        level = self._level()
        if self.ended or level <= self.floor:
            return False
        if self.due is not None:
            self._enter(self.due)
        if not self.active:
            return False
        direction = self.inverse @ np.sign(self.correlations[self.active])
        slopes = direction @ self.gram[self.active]
        # Along `direction` every active correlation falls at rate 1, so that all reach 0 after a step of `level`.
        self.due, step = self._first_to_enter(level, slopes)
        leaving, step = self._first_to_vanish(direction, step)
        self.coefficients[self.active] += step * direction
        self.correlations = self.correlations - step * slopes
        self.just_left = None
        # With nobody to enter or leave the step went to the end: what correlation is left is round-off.
        self.ended = self.due is None and leaving is None
        if leaving is not None:
            self.due = None
            self._leave(leaving)
        return True

    def _level(self) -> float:
        """Return the largest correlation among the active columns and the one that is due."""
        reached = self.active if self.due is None else [*self.active, self.due]
        return float(np.abs(self.correlations[reached]).max(initial=0.0))

    def _enter(self, column: int) -> None:
        """Let in the column whose correlation has reached the active ones', and any that tie with it."""
        level = abs(self.correlations[column])
        self._activate(column)
        for other in np.flatnonzero(self.eligible & (np.abs(self.correlations) >= level * (1 - TIE))):
            self._activate(int(other))

    def _activate(self, column: int) -> None:
        """Border the inverse by a column, unless the active ones explain it."""
        self.eligible[column] = False
        cross = self.gram[self.active, column]
        projection = self.inverse @ cross
        left = self.gram[column, column] - cross @ projection
        if left <= COLLINEAR * self.gram[column, column]:
            return
        bordered = np.append(projection, -1.0)
        size = len(self.active)
        inverse = np.zeros((size + 1, size + 1))
        inverse[:size, :size] = self.inverse
        self.inverse = inverse + np.outer(bordered, bordered / left)
        self.active.append(column)

    def _leave(self, position: int) -> None:
        """Take the column at `position` of the active ones out of the inverse."""
        column = self.active.pop(position)
        self.coefficients[column] = 0.0
        self.eligible[column] = True
        self.just_left = column
        kept = np.arange(len(self.inverse)) != position
        border = self.inverse[kept, position]
        self.inverse = self.inverse[np.ix_(kept, kept)] - np.outer(border, border / self.inverse[position, position])

    def _first_to_enter(self, level: float, slopes: Floats) -> tuple[int | None, float]:
        """Return which inactive correlation first equals the active ones', if any before 0, and the step to there."""
        outside = np.flatnonzero(self.eligible)
        with np.errstate(divide="ignore", invalid="ignore"):
            above = (level - self.correlations[outside]) / (1 - slopes[outside])
            below = (level + self.correlations[outside]) / (1 + slopes[outside])
        # A column that has just left starts at the active ones' level: there it must not enter again, but it may with
        # the other sign.
        left = outside == self.just_left
        above[left & (self.correlations[outside] > 0)] = np.inf
        below[left & (self.correlations[outside] < 0)] = np.inf
        steps = np.minimum(
            np.where(above > _NO_STEP * level, above, np.inf), np.where(below > _NO_STEP * level, below, np.inf)
        )
        if not steps.min(initial=np.inf) < level:
            return None, level
        first = int(np.argmin(steps))
        return int(outside[first]), float(steps[first])

    def _first_to_vanish(self, direction: Floats, step: float) -> tuple[int | None, float]:
        """Return which active coefficient crosses zero within `step`, if any, and the step to there."""
        with np.errstate(divide="ignore", invalid="ignore"):
            crossings = -self.coefficients[self.active] / direction
        crossings[~(crossings > 0)] = np.inf
        first = int(np.argmin(crossings))
        return (first, float(crossings[first])) if crossings[first] < step else (None, step)
