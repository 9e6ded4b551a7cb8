"""Errors of a regression on few features that rests on slopes of all of them and on known moments of the features."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine.influence import Regression, clustered, inverse_of
from lime_widgets.engine.moments import Moments
from lime_widgets.engine.neighborhood import Neighborhood
from lime_widgets.engine.selection import RIDGE_OF_SURROGATE, Indices

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
    share : float
        Of the mean, what is not the instance's own.
    added : ndarray of shape (n_features, n_features), optional
        Covariance of the slopes that comes from elsewhere.
    added_to_mean : float
        Variance of the mean answer that does.
    clusters : ndarray of int, shape (n_clusters,), optional
        Which of the samples' clusters are one, the same number for each; by default none.
    """

    neighborhood: Neighborhood
    weights: Floats
    target: Floats
    moments: Moments
    share: float
    added: Floats | None = None
    added_to_mean: float = 0.0
    clusters: NDArray[np.intp] | None = None

    def errors(self, features: Indices) -> Floats:
        """Return the standard errors of the weights of `features` in their joint fit."""
        return self._errors_of(self._carrier(features))

    def error_of_local_prediction(self, features: Indices) -> float:
        """Return the standard error of the local prediction from `features`."""
        own = np.append(-self._steps, self.share)
        return float(self._errors_of((own + self._steps[features] @ self._carrier(features))[None])[0])

    def covariance(self) -> Floats:
        """Return the covariance of the weights of all features in their joint fit, shape (n_features, n_features)."""
        carrier = self._carrier(np.arange(len(self.moments.cross)))
        influence = self._influence(carrier)
        covariance: Floats = influence.T @ influence + carrier @ self._added @ carrier.T
        return covariance

    def _errors_of(self, times: Floats) -> Floats:
        """Return the standard errors of sums of slopes and prediction, `times` (n_sums, n_features + 1) each."""
        influence = self._influence(times)
        variances = (influence**2).sum(axis=0) + np.einsum("ij,jk,ik->i", times, self._added, times)
        errors: Floats = np.sqrt(np.maximum(variances, 0))
        return errors

    def _influence(self, times: Floats) -> Floats:
        """Return the influence on such sums of what was drawn together, shape (n_clusters, n_sums)."""
        of_slopes = self._regression.of_sums(self._pulls, times[:, :-1])
        of_prediction = self._regression.of_local_prediction(self._pulls)
        influence = clustered(of_slopes + np.outer(of_prediction, times[:, -1]), self.neighborhood.clusters)
        if self.clusters is None:
            return influence
        summed = np.zeros((int(self.clusters.max()) + 1, influence.shape[1]))
        np.add.at(summed, self.clusters, influence)
        return summed

    def _carrier(self, features: Indices) -> Floats:
        """Return what takes slopes on all features, and what they say of the instance, to weights of some.

        The instance's answer is known: the higher the slopes' prediction of it, the less it pulls at the weights.
        """
        gram = self.moments.gram
        pull = np.column_stack([gram[features], -self._steps[features]])
        carrier: Floats = inverse_of(gram[np.ix_(features, features)], RIDGE_OF_SURROGATE) @ pull
        return carrier

    @cached_property
    def _steps(self) -> Floats:
        """From the means to the instance, shape (n_features,)."""
        steps: Floats = self.moments.instance - self.moments.feature_means
        return steps

    @cached_property
    def _added(self) -> Floats:
        """Covariance of slopes and prediction that comes from elsewhere, shape (n_features + 1, n_features + 1)."""
        size = len(self._steps)
        added = np.zeros((size + 1, size + 1))
        if self.added is not None:
            # The prediction is the mean answer and, from the mean without the instance to it, the slopes.
            to_both = np.vstack([np.eye(size), self._steps / self.share])
            added = to_both @ self.added @ to_both.T
        added[-1, -1] += self.added_to_mean
        return added

    @cached_property
    def _regression(self) -> Regression:
        """The regression on all features, without a penalty as the slopes are."""
        return Regression(self.neighborhood, self.weights, np.arange(self.neighborhood.n_features), is_ridge=False)

    @cached_property
    def _pulls(self) -> Floats:
        """How far each sample pulls, shape (n_samples,)."""
        return self._regression.pulls(self.target)
