"""lime's regression on everything it could ever draw: what its answers tend to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

Floats = NDArray[np.float64]
Masks = NDArray[np.bool_]

_RIDGE = 1.0


@dataclass(frozen=True, eq=False)
class Population:
    """Masks as lime's weighted regression sees them: their law times the kernel, scaled to sum to 1.

    Parameters
    ----------
    mean : ndarray of shape (n_features,)
        Share of the masks that keep each feature.
    covariance : ndarray of shape (n_features, n_features)
        Covariance of what masks keep.
    mass : float
        Mean kernel weight of a mask that lime draws.
    """

    mean: Floats
    covariance: Floats
    mass: float


@dataclass(frozen=True, eq=False)
class Moments:
    """What a model contributes to the regression.

    Parameters
    ----------
    covariance : ndarray of shape (n_features,)
        Covariance of the model's answers with what is kept.
    mean : float
        Mean answer.
    instance : float
        The answer for the instance itself.
    """

    covariance: Floats
    mean: float
    instance: float


@dataclass(frozen=True, eq=False)
class Solution:
    """A surrogate.

    Parameters
    ----------
    weights : ndarray of shape (n_features,)
        Its weights.
    local_prediction : float
        What it says of the instance.
    """

    weights: Floats
    local_prediction: float


def limit(population: Population, moments: Moments, nominal: int) -> Solution:
    """Return what lime's ridge regressions on `nominal` samples tend to, where the instance is one of them.

    The sums over the other samples are replaced by their expectations; the ridge is lime's, 1 on unnormalised sums.
    """
    mass = (nominal - 1) * population.mass
    gap = 1 - population.mean
    share = mass / (mass + 1)
    gram = mass * population.covariance + share * np.outer(gap, gap) + _RIDGE * np.eye(len(gap))
    sums = mass * moments.covariance + share * gap * (moments.instance - moments.mean)
    weights = np.asarray(np.linalg.solve(gram, sums), dtype=np.float64)
    mean_answer = (mass * moments.mean + moments.instance) / (mass + 1)
    mean_mask = (mass * population.mean + 1) / (mass + 1)
    return Solution(weights, float(mean_answer + weights @ (1 - mean_mask)))


@dataclass(frozen=True, eq=False)
class SizeLaw:
    """A law of masks in which all masks of a size are equally likely, and lime's cosine kernel.

    Parameters
    ----------
    probabilities : ndarray of shape (n_features + 1,)
        Probability of each number of kept features under lime's sampler.
    """

    probabilities: Floats

    @property
    def n_features(self) -> int:
        """Number of features."""
        return len(self.probabilities) - 1

    @cached_property
    def weights(self) -> Floats:
        """Kernel weight by number of kept features: width 25 on distances x 100, which is 0.25 on distances."""
        kept = np.arange(self.n_features + 1)
        similarity = np.sqrt(kept / self.n_features)
        weights: Floats = np.exp(-8.0 * np.square(1 - similarity))
        return weights

    @cached_property
    def shares(self) -> Floats:
        """Share of each number of kept features in the weighted regression."""
        shares = self.probabilities * self.weights
        normalised: Floats = shares / shares.sum()
        return normalised

    @cached_property
    def population(self) -> Population:
        """Mean and covariance of the masks, in closed form."""
        d, kept = self.n_features, np.arange(self.n_features + 1)
        first = float(self.shares @ kept) / d
        second = float(self.shares @ (kept * (kept - 1))) / (d * (d - 1))
        covariance = np.full((d, d), second - first**2)
        np.fill_diagonal(covariance, first - first**2)
        return Population(np.full(d, first), covariance, float(self.probabilities @ self.weights))

    @cached_property
    def of_one_mask(self) -> Floats:
        """Share of one mask, by how many features it keeps."""
        share: Floats = self.shares * np.exp(-self.log_binomials)
        return share

    @cached_property
    def log_binomials(self) -> Floats:
        """Logarithm of how many masks there are of each size."""
        d, kept = self.n_features, np.arange(self.n_features + 1)
        logs: Floats = gammaln(d + 1) - gammaln(kept + 1) - gammaln(d - kept + 1)
        return logs

    def draw(self, n_masks: int, rng: np.random.Generator) -> Masks:
        """Return masks of the regression's own law, their sizes as even as can be."""
        even = (np.arange(n_masks) + rng.random()) / n_masks
        sizes = np.minimum(np.searchsorted(np.cumsum(self.shares), even), self.n_features)
        keys = rng.random((n_masks, self.n_features), dtype=np.float32)
        ranks = keys.argsort(axis=1).argsort(axis=1)
        masks: Masks = ranks < sizes[:, None]
        return masks


def text_law(n_features: int) -> SizeLaw:
    """Return lime's law for texts: from none to all but one of the words are kept, each number as likely as another."""
    return SizeLaw(np.append(np.full(n_features, 1 / n_features), 0.0))


def image_law(n_features: int) -> SizeLaw:
    """Return lime's law for images: each superpixel is kept by the toss of a coin."""
    d, kept = n_features, np.arange(n_features + 1)
    logs = gammaln(d + 1) - gammaln(kept + 1) - gammaln(d - kept + 1)
    return SizeLaw(np.exp(logs - d * np.log(2)))
