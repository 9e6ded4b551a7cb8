"""Standard errors of a surrogate's figures, whichever way it was estimated."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine.carried import Carried
from lime_widgets.engine.estimate import carried, estimated_moments
from lime_widgets.engine.influence import Regression, clustered
from lime_widgets.engine.kernels import Kernel
from lime_widgets.engine.neighborhood import Neighborhood
from lime_widgets.engine.selection import RIDGE_OF_SURROGATE, Indices, solve_ridge
from lime_widgets.engine.uncertainty import Uncertainty, degrees_of_freedom

Floats = NDArray[np.float64]

# The covariance of more than so many (samples x features²) takes seconds.
_MOST_PRODUCTS = 4_000_000_000
# Degrees of freedom of what is known to be normal: Student's distribution is, to the eye, and JSON has no infinity.
_MANY = 1e6


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
    ranked = by_slopes or _of_sample(neighborhood, output, kernel)
    if by_slopes is None:
        uncertain = target if neighborhood.expected is None else target - neighborhood.expected[:, output]
        pulls = regression.pulls(uncertain)
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
        None if ranked is None else ranked.ranking(len(features)),
    )


def joint_estimate(neighborhood: Neighborhood, output: int, kernel: Kernel) -> tuple[Floats, Floats]:
    """Return the weights of all features in their joint fit, and their covariance.

    Parameters
    ----------
    neighborhood, output, kernel
        As for `estimate_uncertainty`.
    """
    moments = estimated_moments(neighborhood, output, kernel)
    by_slopes = carried(neighborhood, output, kernel) or _whole(neighborhood, output, kernel)
    return solve_ridge(moments.gram, moments.cross, RIDGE_OF_SURROGATE), by_slopes.covariance()


def _of_sample(neighborhood: Neighborhood, output: int, kernel: Kernel) -> Carried | None:
    """Return the errors of slopes on all features under the sample's own moments, where there is telling them."""
    too_long = neighborhood.n_samples * neighborhood.n_features**2 > _MOST_PRODUCTS
    weights = neighborhood.weights(kernel(neighborhood.distances))
    if too_long or degrees_of_freedom(weights, neighborhood.n_features) is None:
        return None
    return _whole(neighborhood, output, kernel)


def _whole(neighborhood: Neighborhood, output: int, kernel: Kernel) -> Carried:
    """Return the errors of slopes on all features under the sample's own moments."""
    proximity = kernel(neighborhood.distances)
    target = neighborhood.predictions[:, output]
    if neighborhood.expected is not None:
        target = target - neighborhood.expected[:, output]
    moments = neighborhood.moment_source.moments(proximity, output)
    return Carried(neighborhood, neighborhood.weights(proximity), target, moments)


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
