"""Errors of a regression on few features that rests on slopes of all of them and on known moments of the features."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine.influence import Regression, clustered, inverse_of
from lime_widgets.engine.moments import Moments
from lime_widgets.engine.neighborhood import Neighborhood
from lime_widgets.engine.selection import Indices

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Carried:
    """Errors of the slopes on all features, and what they make of the surrogate's.

    Parameters
    ----------
    neighborhood : Neighborhood
        The samples.
    weights : ndarray of shape (n_samples,)
        What each weighs; the instance, which is not left to chance, nothing.
    target : ndarray of shape (n_samples,)
        What is uncertain of the answers: all of them, or what is not expected.
    moments : Moments
        Those that the surrogate is fitted to.
    added : ndarray of shape (n_features, n_features), optional
        Covariance of the slopes that comes from elsewhere.
    added_to_mean : float
        Variance of the mean answer that does.
    """

    neighborhood: Neighborhood
    weights: Floats
    target: Floats
    moments: Moments
    added: Floats | None = None
    added_to_mean: float = 0.0

    def errors(self, features: Indices) -> Floats:
        """Return the standard errors of the weights of `features` in their joint fit."""
        carrier = self._carrier(features)
        variances = np.einsum("ij,jk,ik->i", carrier, self.covariance_of_slopes, carrier)
        errors: Floats = np.sqrt(np.maximum(variances, 0))
        return errors

    def error_of_local_prediction(self, features: Indices) -> float:
        """Return the standard error of the local prediction from `features`."""
        steps = self.moments.instance[features] - self.moments.feature_means[features]
        times = self._carrier(features).T @ steps
        influence = self._pulls / float(self.weights.sum()) + self._slope_influence @ times
        variance = float((clustered(influence, self.neighborhood.clusters) ** 2).sum()) + self.added_to_mean
        return float(np.sqrt(variance + (0.0 if self.added is None else float(times @ self.added @ times))))

    def covariance(self) -> Floats:
        """Return the covariance of the weights of all features in their joint fit, shape (n_features, n_features)."""
        carrier = self._carrier(np.arange(len(self.moments.cross)))
        covariance: Floats = carrier @ self.covariance_of_slopes @ carrier.T
        return covariance

    @cached_property
    def covariance_of_slopes(self) -> Floats:
        """Covariance of the slopes on all features, shape (n_features, n_features)."""
        influence = clustered(self._slope_influence, self.neighborhood.clusters)
        covariance: Floats = influence.T @ influence
        return covariance if self.added is None else covariance + self.added

    def _carrier(self, features: Indices) -> Floats:
        """Return the matrix that takes slopes on all features to weights of some."""
        gram = self.moments.gram
        carrier: Floats = inverse_of(gram[np.ix_(features, features)]) @ gram[features]
        return carrier

    @cached_property
    def _regression(self) -> Regression:
        """The regression on all features."""
        return Regression(self.neighborhood, self.weights, np.arange(self.neighborhood.n_features))

    @cached_property
    def _pulls(self) -> Floats:
        """How far each sample pulls, shape (n_samples,)."""
        return self._regression.pulls(self.target)

    @cached_property
    def _slope_influence(self) -> Floats:
        """Influence of each sample on the slopes, shape (n_samples, n_features)."""
        return self._regression.of_weights(self._pulls)
