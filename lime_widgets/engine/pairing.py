"""Whether drawing masks in pairs or arrays pays for this model, judged by what it has answered so far."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine.influence import Regression, clustered
from lime_widgets.engine.neighborhood import Neighborhood

# Pairs halve the variance at best and double it at worst; estimated from a few masks, a small gain may be none.
_LEAST_GAIN = 1.2
_MOST_OUTPUTS = 8


def structure_pays(pilot: Neighborhood, proximity: NDArray[np.float64]) -> bool:
    """Tell whether weights estimated from these pairs are surer than from as many single masks.

    Compares the traces of two estimates of the weights' covariance: one that takes each mask for itself, and one that
    sums over what was drawn together.

    Parameters
    ----------
    pilot : Neighborhood
        A sample with pairs in it.
    proximity : ndarray of shape (n_samples,)
        The kernel's weights.
    """
    regression = Regression(pilot, pilot.weights(proximity), np.arange(pilot.n_features))
    spread = pilot.predictions.var(axis=0)
    alone = together = 0.0
    for output in np.argsort(-spread, kind="stable")[:_MOST_OUTPUTS]:
        pulls = regression.pulls(pilot.predictions[:, output])
        influence = regression.of_weights(pulls)
        alone += float((influence**2).sum())
        together += float((clustered(influence, pilot.clusters) ** 2).sum())
    return alone > _LEAST_GAIN * together
