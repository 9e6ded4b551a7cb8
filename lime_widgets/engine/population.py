"""LIME's population: what its regression would see of the features in infinitely many samples, known without a call.

Masks come from a known law, so that the mean and the covariance of the features under the kernel are known exactly, and
only the model's answers are left to be sampled. A sample gives slopes of the answers on all features; together they
give every smaller regression, and which features it selects, free of the chance that is in the features themselves (the
generalized regression estimator: Särndal, Swensson and Wretman 1992, section 6.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine.kernels import Kernel
from lime_widgets.engine.moments import Moments

Floats = NDArray[np.float64]

# Under a kernel that weighs each removed feature alike; rounding aside.
_SAME = 1e-9
# Columns that never vary have no slope, and twins share theirs: a share of the mean variance that changes no other.
_JITTER = 1e-6


class Features(NamedTuple):
    """The features under the law and the kernel.

    Parameters
    ----------
    mass : float
        Mean weight of one of lime's samples.
    means : ndarray of shape (n_features,)
        Weighted means.
    covariance : ndarray of shape (n_features, n_features)
        Weighted covariance.
    """

    mass: float
    means: Floats
    covariance: Floats


@dataclass(frozen=True, eq=False)
class Population:
    """lime's law of masks.

    Parameters
    ----------
    distances : ndarray of shape (n_features + 1,)
        Distance to the instance by how many features a mask keeps.
    levels : ndarray of shape (n_features + 1,), optional
        Probability of each number of kept features, all masks of a size being equally likely; or
    kept : ndarray of shape (n_features,), optional
        the probability that each feature is kept, independently of the others.
    """

    distances: Floats
    levels: Floats | None = None
    kept: Floats | None = None

    def features(self, kernel: Kernel) -> Features | None:
        """Return the features under a kernel; None where it is not known, or the kernel leaves nothing.

        Parameters
        ----------
        kernel : callable
            Distances to weights.
        """
        weights = np.asarray(kernel(self.distances), dtype=np.float64)
        if self.levels is not None:
            return _of_levels(self.levels * weights)
        return None if self.kept is None else _of_product(self.kept, weights)


def _of_levels(mass: Floats) -> Features | None:
    """Return the features where masks of a size are equally likely, given the mass of each size."""
    n_features, total = len(mass) - 1, float(mass.sum())
    if not total > 0:
        return None
    sizes = np.arange(n_features + 1)
    one = float(mass @ sizes) / (n_features * total)
    pairs = n_features * (n_features - 1)
    two = float(mass @ (sizes * (sizes - 1))) / (pairs * total) if pairs else one**2
    covariance = (two - one**2) * np.ones((n_features, n_features))
    covariance[np.diag_indices(n_features)] = one - one**2
    return Features(total, np.full(n_features, one), covariance)


def _of_product(kept: Floats, weights: Floats) -> Features | None:
    """Return the features where each is kept by itself, under a kernel that weighs each removed one by a factor."""
    if not weights[-1] > 0:
        return None
    factor = weights[-2] / weights[-1]
    if not np.allclose(weights, weights[-1] * factor ** np.arange(len(weights))[::-1], rtol=_SAME, atol=0):
        return None
    masses = kept + (1 - kept) * factor
    if not (masses > 0).all():
        return None
    means = kept / masses
    return Features(float(weights[-1] * np.prod(masses)), means, np.diag(means * (1 - means)))


def population_moments(sample: Moments, features: Features, answer: float, weight: float, mass: float) -> Moments:
    """Return the moments that a regression on infinitely many samples sees, given slopes from a sample.

    Parameters
    ----------
    sample : Moments
        Of the sample without the instance, whose weights sum to `weight`.
    features : Features
        Of the population.
    answer : float
        The model's for the instance, which has weight 1 beside the samples.
    weight : float
        Sum of the sample's weights.
    mass : float
        What lime's samples that the population stands for weigh together, but for the instance.
    """
    slopes = full_slopes(sample)
    mean = sample.target_mean + float((features.means - sample.feature_means) @ slopes)
    unexplained = max(0.0, sample.variation - float(slopes @ sample.cross)) / weight
    # The instance's own row, of weight 1, pulls at the means.
    share = mass / (mass + 1)
    apart, gap = sample.instance - features.means, answer - mean
    explained = features.covariance @ slopes
    return Moments(
        n_samples=sample.n_samples,
        instance=sample.instance,
        feature_means=features.means + apart / (mass + 1),
        target_mean=mean + gap / (mass + 1),
        gram=mass * features.covariance + share * np.outer(apart, apart),
        cross=mass * explained + share * gap * apart,
        variation=mass * (float(slopes @ explained) + unexplained) + share * gap**2,
    )


def full_slopes(sample: Moments) -> Floats:
    """Return the slopes of the answers on all features, shape (n_features,): least squares, but for rounding."""
    penalty = penalty_of_slopes(sample.gram) * np.eye(len(sample.cross))
    return np.asarray(np.linalg.solve(sample.gram + penalty, sample.cross), dtype=np.float64)


def penalty_of_slopes(gram: Floats) -> float:
    """Return what is added to the diagonal where slopes on all features are solved for."""
    return _JITTER * max(float(np.trace(gram)), 1e-300) / len(gram)
