"""How sure the weights are: standard errors, intervals, and when there is no telling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine.kernels import effective_sample_size
from lime_widgets.engine.ranking import Ranking

Floats = NDArray[np.float64]
Status = Literal["estimated", "exact", "few_samples", "unknown"]

# With fewer independent samples the residuals are the fit's more than the model's.
_MIN_EFFECTIVE = 30
_MIN_PER_FEATURE = 3


@dataclass(frozen=True)
class Uncertainty:
    """Standard errors of a surrogate's figures, against what infinitely many samples would make of the same features.

    Parameters
    ----------
    status : {"estimated", "exact", "few_samples", "unknown"}
        Whether they are estimated from the samples; or every mask was asked about, and nothing is left to chance; or
        the effective sample is too small to tell; or it is a regressor of the user's own, whose errors are not known.
    weights : tuple of float or None
        Standard errors of the weights, in the surrogate's order. None if there is no telling, as below.
    local_prediction, score : float or None
        Those of the local prediction and of the fidelity.
    degrees : float
        Degrees of freedom of the intervals.
    ranking : Ranking or None
        The joint statement on the largest weights; None if there is no telling or it would take too long.
    """

    status: Status
    weights: tuple[float, ...] | None = None
    local_prediction: float | None = None
    score: float | None = None
    degrees: float = 0.0
    ranking: Ranking | None = None

    def quantile(self, level: float = 0.95) -> float:
        """Return how many standard errors an interval goes to either side.

        Parameters
        ----------
        level : float
            Of the interval, between 0 and 1.
        """
        from scipy.special import stdtrit

        if not 0 < level < 1:
            raise ValueError(f"got level={level!r}, expected a number between 0 and 1, try level=0.95")
        return float(stdtrit(self.degrees, (1 + level) / 2)) if self.degrees > 0 else 0.0


def degrees_of_freedom(weights: Floats, n_features: int) -> float | None:
    """Return how many independent samples the errors rest on, or None if too few for `n_features` weights."""
    others = weights[1:]
    n_effective = effective_sample_size(others) if others.any() else 0.0
    if n_effective < max(_MIN_EFFECTIVE, _MIN_PER_FEATURE * (n_features + 1)):
        return None
    return n_effective - n_features - 1
