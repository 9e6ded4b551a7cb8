"""From samples to the moments that a surrogate is fitted to, and to how sure it is: one way for each estimator."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine.assisted import assisted
from lime_widgets.engine.carried import Carried
from lime_widgets.engine.kernels import Kernel, checked_weights
from lime_widgets.engine.moments import Moments
from lime_widgets.engine.neighborhood import Neighborhood
from lime_widgets.engine.population import Features, population_moments
from lime_widgets.engine.uncertainty import degrees_of_freedom

Floats = NDArray[np.float64]


def estimated_moments(neighborhood: Neighborhood, output: int, kernel: Kernel) -> Moments:
    """Return the moments that the surrogate is fitted to.

    With an emulator's help where there is it; else, where the law of the features is known and the samples suffice for
    slopes on all of them, those of the population; else those of the samples, as lime has them.

    Parameters
    ----------
    neighborhood : Neighborhood
        The samples.
    output : int
        Column of the predictions.
    kernel : callable
        Distances to weights.

    Raises
    ------
    ValueError
        If the kernel gives no usable weights.
    """
    proximity = checked_weights(kernel, neighborhood.distances)
    helped = assisted(neighborhood, output, kernel)
    if helped is not None:
        return helped.moments
    features = known_features(neighborhood, kernel, proximity)
    if features is None:
        return neighborhood.moment_source.moments(proximity, output)
    # The instance adds nothing to the sums but its weight, beside which that of all others may vanish.
    weight = float(neighborhood.weights(proximity)[1:].sum())
    others = replace(neighborhood.moment_source.sums(proximity, output), weight=weight)
    answer = float(neighborhood.predictions[0, output])
    sample = others.centred(neighborhood.n_samples, np.ones(neighborhood.n_features), answer)
    return population_moments(sample, features, answer, weight, _mass(neighborhood, features))


def known_features(neighborhood: Neighborhood, kernel: Kernel, proximity: Floats) -> Features | None:
    """Return the features under the law and the kernel; None where they are not known, or samples are too few."""
    population = neighborhood.population
    if population is None or neighborhood.exact:
        return None
    if degrees_of_freedom(neighborhood.weights(proximity), neighborhood.n_features) is None:
        return None
    return population.features(kernel)


def carried(neighborhood: Neighborhood, output: int, kernel: Kernel) -> Carried | None:
    """Return the errors of slopes on all features, where the surrogate rests on them; None where on its own alone."""
    helped = assisted(neighborhood, output, kernel)
    if helped is not None:
        return helped.carried
    proximity = kernel(neighborhood.distances)
    features = known_features(neighborhood, kernel, proximity)
    if features is None:
        return None
    target = neighborhood.predictions[:, output]
    if neighborhood.expected is not None:
        target = target - neighborhood.expected[:, output]
    weights = neighborhood.weights(proximity)
    weights = np.concatenate([[0.0], weights[1:]])
    mass = _mass(neighborhood, features)
    return Carried(neighborhood, weights, target, estimated_moments(neighborhood, output, kernel), mass / (mass + 1))


def _mass(neighborhood: Neighborhood, features: Features) -> float:
    """Return what lime's samples weigh together, but for the instance."""
    return (neighborhood.stands_for - 1) * features.mass
