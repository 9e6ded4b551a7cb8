"""How far each sample pulls at each weight: what standard errors are made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine.neighborhood import Neighborhood
from lime_widgets.engine.population import penalty_of_slopes
from lime_widgets.engine.selection import RIDGE_OF_SURROGATE, Indices

Floats = NDArray[np.float64]

# A sample that the fit goes through all but exactly says nothing of its own error.
_LARGEST_LEVERAGE = 0.95


@dataclass(frozen=True, eq=False)
class Regression:
    """A weighted regression on some features, written out by sample: the surrogate's ridge, or one without its penalty.

    Parameters
    ----------
    neighborhood : Neighborhood
        The samples.
    weights : ndarray of shape (n_samples,)
        What each weighs; see `Neighborhood.weights`.
    features : ndarray of int, shape (n_selected,)
        The features of the regression.
    is_ridge : bool
        Whether under lime's penalty.
    """

    neighborhood: Neighborhood
    weights: Floats
    features: Indices
    is_ridge: bool = True

    @cached_property
    def columns(self) -> Floats:
        """The features, centred at their weighted mean, shape (n_samples, n_selected)."""
        columns: Floats = self.neighborhood.samples[:, self.features].astype(np.float64)
        means: Floats = np.asarray(self.weights @ columns) / float(self.weights.sum())
        return columns - means

    @cached_property
    def inverse(self) -> Floats:
        """Inverse of the Gram matrix with its penalty, shape (n_selected, n_selected)."""
        gram = (self.columns * self.weights[:, None]).T @ self.columns
        return inverse_of(gram, RIDGE_OF_SURROGATE if self.is_ridge else penalty_of_slopes(gram))

    @cached_property
    def leverages(self) -> Floats:
        """How much each sample's fitted value follows its own answer, shape (n_samples,)."""
        spread = np.einsum("ij,ij->i", self.columns @ self.inverse, self.columns)
        leverages: Floats = self.weights * (1 / self.weights.sum() + spread)
        return leverages

    def residuals(self, target: Floats) -> Floats:
        """Return what the regression leaves of a target, both of shape (n_samples,)."""
        centred = target - (self.weights @ target) / self.weights.sum()
        slopes = self.inverse @ (self.columns.T @ (self.weights * centred))
        residuals: Floats = centred - self.columns @ slopes
        return residuals

    def pulls(self, target: Floats) -> Floats:
        """Return weight times left-out residual of each sample, shape (n_samples,) (HC3: MacKinnon and White 1985).

        The instance is always there: it is not left to chance and pulls at nothing.
        """
        return self._pulls(target, 1.0)

    def typical_pulls(self, target: Floats) -> Floats:
        """Return the same by the residuals' own size, whose squares are not too large on average (HC2)."""
        return self._pulls(target, 0.5)

    def _pulls(self, target: Floats, power: float) -> Floats:
        """Return weight times residual over that power of what the leverage leaves of it."""
        left = 1 - np.minimum(self.leverages, _LARGEST_LEVERAGE)
        pulls: Floats = self.weights * self.residuals(target) / left**power
        pulls[0] = 0.0
        return pulls

    def of_weights(self, pulls: Floats) -> Floats:
        """Return the influence of each sample on each weight, shape (n_samples, n_selected)."""
        influence: Floats = (self.columns * pulls[:, None]) @ self.inverse
        return influence

    def of_sums(self, pulls: Floats, times: Floats) -> Floats:
        """Return the influence of each sample on sums of weights, each so many `times`, (n_sums, n_selected)."""
        influence: Floats = pulls[:, None] * (self.columns @ (self.inverse @ times.T))
        return influence

    def of_local_prediction(self, pulls: Floats) -> Floats:
        """Return the influence of each sample on the local prediction, shape (n_samples,)."""
        leans = self.columns @ (self.inverse @ self.columns[0])
        influence: Floats = pulls * (1 / float(self.weights.sum()) + leans)
        return influence

    def of_score(self, target: Floats) -> Floats:
        """Return the influence of each sample on the fidelity R², shape (n_samples,)."""
        squares = self.residuals(target) ** 2
        deviations = (target - (self.weights @ target) / self.weights.sum()) ** 2
        variation = float(self.weights @ deviations)
        if not variation > 0:
            return np.zeros(len(target))
        unexplained = float(self.weights @ squares) / variation
        influence: Floats = self.weights * (unexplained * deviations - squares) / variation
        influence[0] = 0.0
        return influence


def inverse_of(gram: Floats, penalty: float) -> Floats:
    """Return the inverse of a Gram matrix with a penalty on its diagonal."""
    return np.asarray(np.linalg.inv(gram + penalty * np.eye(len(gram))), dtype=np.float64)


def clustered(influence: Floats, clusters: NDArray[np.intp]) -> Floats:
    """Return influences summed over what was drawn together (Liang and Zeger 1986), first rows `clusters`."""
    summed: Floats = np.add.reduceat(influence, clusters, axis=0)
    return summed
