"""Standard errors of a surrogate's figures, whichever way it was estimated."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine.estimate import carried, estimated_moments
from lime_widgets.engine.influence import Regression, clustered
from lime_widgets.engine.kernels import Kernel
from lime_widgets.engine.neighborhood import Neighborhood
from lime_widgets.engine.ranking import Ranking, rank_stability
from lime_widgets.engine.selection import RIDGE_OF_SURROGATE, Indices, solve_ridge
from lime_widgets.engine.uncertainty import Uncertainty, degrees_of_freedom

Floats = NDArray[np.float64]

# The covariance of more than so many (samples x features²) takes seconds.
_MOST_PRODUCTS = 4_000_000_000
# Degrees of freedom of what is known to be normal: Student's distribution is, to the eye, and JSON has no infinity.
_MANY = 1e6
_LARGEST_RANKED = 5


def estimate_uncertainty(
    neighborhood: Neighborhood, output: int, kernel: Kernel, features: tuple[int, ...]
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
    kernel : callable
        Distances to weights.
    features : tuple of int
        The surrogate's.
    """
    chosen = np.array(features, dtype=np.intp)
    weights = neighborhood.weights(kernel(neighborhood.distances))
    if neighborhood.exact:
        return _exact(neighborhood, output, weights, chosen)
    by_slopes = carried(neighborhood, output, kernel)
    # Slopes on all features have to be known, where the surrogate rests on them.
    degrees = degrees_of_freedom(weights, len(features) if by_slopes is None else neighborhood.n_features)
    if degrees is None:
        return Uncertainty("few_samples")
    target = neighborhood.predictions[:, output]
    regression = Regression(neighborhood, weights, chosen)
    of_score = clustered(regression.of_score(target), neighborhood.clusters)
    if by_slopes is None:
        pulls = regression.pulls(_uncertain(neighborhood, output))
        errors = _errors(clustered(regression.of_weights(pulls), neighborhood.clusters))
        of_local = float(_errors(clustered(regression.of_local_prediction(pulls), neighborhood.clusters)))
    else:
        errors, of_local = by_slopes.errors(chosen), by_slopes.error_of_local_prediction(chosen)
    return Uncertainty(
        "estimated",
        tuple(errors.tolist()),
        of_local,
        float(_errors(of_score)),
        degrees,
        _ranking(neighborhood, output, kernel, len(features)),
    )


def joint_estimate(neighborhood: Neighborhood, output: int, kernel: Kernel) -> tuple[Floats, Floats]:
    """Return the weights of all features in their joint fit, and their covariance.

    Parameters
    ----------
    neighborhood, output, kernel
        As for `estimate_uncertainty`.
    """
    moments = estimated_moments(neighborhood, output, kernel)
    weights = solve_ridge(moments.gram, moments.cross, RIDGE_OF_SURROGATE)
    by_slopes = carried(neighborhood, output, kernel)
    if by_slopes is not None:
        return weights, by_slopes.covariance()
    every = np.arange(neighborhood.n_features)
    regression = Regression(neighborhood, neighborhood.weights(kernel(neighborhood.distances)), every)
    pulls = regression.pulls(_uncertain(neighborhood, output))
    influence = clustered(regression.of_weights(pulls), neighborhood.clusters)
    return weights, influence.T @ influence


def _ranking(neighborhood: Neighborhood, output: int, kernel: Kernel, n_selected: int) -> Ranking | None:
    """Return the joint statement on the largest weights, where there is telling it in reasonable time."""
    size, n_features = min(_LARGEST_RANKED, n_selected), neighborhood.n_features
    too_long = neighborhood.n_samples * n_features**2 > _MOST_PRODUCTS
    weights = neighborhood.weights(kernel(neighborhood.distances))
    if too_long or not 0 < size < n_features or degrees_of_freedom(weights, n_features) is None:
        return None
    # Of a model that never varies there is nothing to rank.
    if not np.ptp(neighborhood.predictions[:, output]):
        return None
    return rank_stability(*joint_estimate(neighborhood, output, kernel), size)


def _uncertain(neighborhood: Neighborhood, output: int) -> Floats:
    """Return what of the answers is uncertain, shape (n_samples,): all that was not expected."""
    answers: Floats = neighborhood.predictions[:, output]
    return answers if neighborhood.expected is None else answers - neighborhood.expected[:, output]


def _exact(neighborhood: Neighborhood, output: int, weights: Floats, chosen: Indices) -> Uncertainty:
    """Return the errors where every mask was asked about: those that the model's own noise makes, if any is known."""
    deviation = 0.0 if neighborhood.noise is None else float(np.sqrt(neighborhood.noise[output]))
    regression = Regression(neighborhood, weights, chosen)
    pulls = weights * deviation
    return Uncertainty(
        "exact",
        tuple(_errors(regression.of_weights(pulls)).tolist()),
        float(_errors(regression.of_local_prediction(pulls))),
        0.0,
        _MANY,
    )


def _errors(influence: Floats) -> Floats:
    """Return standard errors: the root of the sum of squared influences over the first axis."""
    errors: Floats = np.sqrt((influence**2).sum(axis=0))
    return errors
