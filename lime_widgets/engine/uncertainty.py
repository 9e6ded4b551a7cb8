"""How sure the weights are: standard errors, intervals, and when there is no telling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine.influence import Regression, clustered, solve_all
from lime_widgets.engine.kernels import effective_sample_size
from lime_widgets.engine.neighborhood import Neighborhood
from lime_widgets.engine.ranking import Ranking, rank_stability
from lime_widgets.engine.selection import Indices

Floats = NDArray[np.float64]
Status = Literal["estimated", "exact", "few_samples"]

LARGEST_RANKED = 5
# With fewer independent samples the residuals are the fit's more than the model's.
_MIN_EFFECTIVE = 30
_MIN_PER_FEATURE = 3
# Degrees of freedom of what is known to be normal: Student's distribution is, to the eye, and JSON has no infinity.
_MANY = 1e6
# The covariance of more than so many (samples x features²) takes seconds.
_MOST_PRODUCTS = 4_000_000_000


@dataclass(frozen=True)
class Uncertainty:
    """Standard errors of a surrogate's figures, against what infinitely many samples would make of the same features.

    Parameters
    ----------
    status : {"estimated", "exact", "few_samples"}
        Whether they are estimated from the samples; or every mask was asked about, and nothing is left to chance; or
        the effective sample is too small to tell.
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


def estimate_uncertainty(
    neighborhood: Neighborhood, output: int, proximity: Floats, features: tuple[int, ...]
) -> Uncertainty:
    """Return the standard errors of the surrogate that uses `features`.

    The sandwich of Huber (1967) with left-out residuals (HC3), summed over what was drawn together. Where something
    is known of the answers (`Neighborhood.expected`), only what is left of them is uncertain (model-assisted
    estimation: Särndal, Swensson and Wretman 1992, section 6.6).

    Parameters
    ----------
    neighborhood : Neighborhood
        The samples.
    output : int
        Column of the predictions.
    proximity : ndarray of shape (n_samples,)
        The kernel's weights.
    features : tuple of int
        The surrogate's.
    """
    weights = neighborhood.weights(proximity)
    if neighborhood.exact:
        return _exact(neighborhood, output, weights, features)
    degrees = degrees_of_freedom(weights, len(features))
    if degrees is None:
        return Uncertainty("few_samples")
    target = neighborhood.predictions[:, output]
    uncertain = target if neighborhood.expected is None else target - neighborhood.expected[:, output]
    regression = Regression(neighborhood, weights, np.array(features, dtype=np.intp))
    pulls = regression.pulls(uncertain)
    clusters = neighborhood.clusters
    return Uncertainty(
        "estimated",
        tuple(_errors(clustered(regression.of_weights(pulls), clusters)).tolist()),
        float(_errors(clustered(regression.of_local_prediction(pulls), clusters))),
        float(_errors(clustered(regression.of_score(target), clusters))),
        degrees,
        _ranking(neighborhood, output, proximity, len(features)),
    )


def degrees_of_freedom(weights: Floats, n_features: int) -> float | None:
    """Return how many independent samples the errors rest on, or None if too few for `n_features` weights."""
    others = weights[1:]
    n_effective = effective_sample_size(others) if others.any() else 0.0
    if n_effective < max(_MIN_EFFECTIVE, _MIN_PER_FEATURE * (n_features + 1)):
        return None
    return n_effective - n_features - 1


def covariance_of_weights(neighborhood: Neighborhood, output: int, proximity: Floats, features: Indices) -> Floats:
    """Return the covariance matrix of the weights of `features` in their joint fit, shape (n, n)."""
    regression = Regression(neighborhood, neighborhood.weights(proximity), features)
    target = neighborhood.predictions[:, output]
    uncertain = target if neighborhood.expected is None else target - neighborhood.expected[:, output]
    influence = clustered(regression.of_weights(regression.pulls(uncertain)), neighborhood.clusters)
    return influence.T @ influence


def _exact(neighborhood: Neighborhood, output: int, weights: Floats, features: tuple[int, ...]) -> Uncertainty:
    """Return the errors where every mask was asked about: those that the model's own noise makes, if any is known."""
    deviation = 0.0 if neighborhood.noise is None else float(np.sqrt(neighborhood.noise[output]))
    regression = Regression(neighborhood, weights, np.array(features, dtype=np.intp))
    pulls = weights * deviation
    return Uncertainty(
        "exact",
        tuple(_errors(regression.of_weights(pulls)).tolist()),
        float(_errors(regression.of_local_prediction(pulls))),
        0.0,
        _MANY,
    )


def _ranking(neighborhood: Neighborhood, output: int, proximity: Floats, n_selected: int) -> Ranking | None:
    """Return the joint statement on the largest weights."""
    size = min(LARGEST_RANKED, n_selected)
    n_features = neighborhood.n_features
    too_long = neighborhood.n_samples * n_features**2 > _MOST_PRODUCTS
    if too_long or not 0 < size < n_features:
        return None
    if degrees_of_freedom(neighborhood.weights(proximity), n_features) is None:
        return None
    every = np.arange(n_features)
    covariance = covariance_of_weights(neighborhood, output, proximity, every)
    return rank_stability(solve_all(neighborhood, proximity, output), covariance, size)


def _errors(influence: Floats) -> Floats:
    """Return standard errors: the root of the sum of squared influences over the first axis."""
    errors: Floats = np.sqrt((influence**2).sum(axis=0))
    return errors
