"""Whether drawing masks in pairs or arrays pays for this model, judged by what it has answered so far."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine.neighborhood import Neighborhood
from lime_widgets.engine.selection import RIDGE_OF_SURROGATE, solve_ridge


def structure_pays(pilot: Neighborhood, proximity: NDArray[np.float64]) -> bool:
    """Tell whether weights estimated from these pairs are surer than from as many single masks.

    Compares the traces of two estimates of the weights' covariance by the masks that were drawn in pairs: one that
    takes each for itself, and one that sums over the two. They differ by twice the product of what the two pull at.
    Judged by the output that varies most. Masks of one size are as likely as each other, so that the covariance of the
    features is a multiple of the identity but for its mean direction, which is left out: what each mask pulls at is
    then had without an inverse.

    Parameters
    ----------
    pilot : Neighborhood
        A sample of masks with pairs in it.
    proximity : ndarray of shape (n_samples,)
        The kernel's weights.
    """
    weights = pilot.weights(proximity)
    output = int(np.argmax(pilot.predictions.var(axis=0)))
    columns = pilot.samples.astype(np.float64)
    columns -= (weights @ columns) / weights.sum()
    answers = pilot.predictions[:, output]
    centred = answers - (weights @ answers) / weights.sum()
    roots = np.sqrt(weights)
    scaled = columns * roots[:, None]
    slopes = solve_ridge(scaled.T @ scaled, scaled.T @ (roots * centred), RIDGE_OF_SURROGATE)
    residuals = centred - columns @ slopes
    pulls = weights * residuals
    firsts = pilot.clusters[np.diff(pilot.clusters, append=pilot.n_samples) == 2]
    means = columns.mean(axis=1)
    products = np.einsum("ij,ij->i", columns[firsts], columns[firsts + 1])
    products -= pilot.n_features * means[firsts] * means[firsts + 1]
    return float((pulls[firsts] * pulls[firsts + 1]) @ products) < 0
