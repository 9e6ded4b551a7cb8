"""lime's laws of masks: how many features are kept, every set of a size being as likely as another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LevelLaw:
    """A law of masks under which all masks that keep equally many features are equally likely.

    Parameters
    ----------
    probabilities : ndarray of shape (n_features + 1,)
        Probability of each number of kept features.
    """

    probabilities: Floats

    @property
    def n_features(self) -> int:
        """Number of features of a mask."""
        return len(self.probabilities) - 1

    @property
    def draws_everything(self) -> bool:
        """Whether the mask that keeps every feature may be drawn again."""
        return bool(self.probabilities[-1] > 0)

    def tilted(self, proximity: Floats) -> Floats:
        """Return the law that a regression with these weights really sees, shape (n_features + 1,).

        Parameters
        ----------
        proximity : ndarray of shape (n_features + 1,)
            Kernel weight of a mask by how many features it keeps. If they all vanish, the law stays as it is.
        """
        mass = self.probabilities * proximity
        total = mass.sum()
        return mass / total if total > 0 else self.probabilities

    def of_masks(self) -> Floats:
        """Return the probability of one mask by how many features it keeps, shape (n_features + 1,)."""
        return self.probabilities / np.exp(_log_binomials(self.n_features))


def uniform_levels(n_features: int) -> LevelLaw:
    """Return lime's law for texts: the number of features kept is uniform on 0 to n_features - 1."""
    probabilities = np.full(n_features + 1, 1 / n_features)
    probabilities[-1] = 0.0
    return LevelLaw(probabilities)


def binomial_levels(n_features: int) -> LevelLaw:
    """Return lime's law for images: each feature is kept by the toss of a coin."""
    return LevelLaw(np.exp(_log_binomials(n_features) - n_features * np.log(2)))


def _log_binomials(n: int) -> Floats:
    """Return the logarithms of the binomial coefficients of n."""
    k = np.arange(n + 1)
    logs: Floats = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return logs
