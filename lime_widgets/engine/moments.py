"""Weighted moments of a neighborhood: all that selection and fit need, from two sources behind one face.

Sums are taken over deviations from the instance, in features and in prediction. The instance itself then contributes
nothing, so that a narrow kernel, under which it outweighs all else, does not cancel the rest away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# A table of one Gram matrix per level larger than this costs more to keep and to read than computing the Gram afresh.
_MAX_LEVEL_BYTES = 32 * 2**20


@dataclass(frozen=True, eq=False)
class Moments:
    """Weighted first and second moments of the features z and one output y of a model.

    Parameters
    ----------
    n_samples : int
        Number of samples behind the moments.
    instance : ndarray of shape (n_features,)
        The instance's own row.
    feature_means : ndarray of shape (n_features,)
        Weighted mean of each feature.
    target_mean : float
        Weighted mean of the output.
    gram : ndarray of shape (n_features, n_features)
        Σ w (z - mean)(z - mean)'.
    cross : ndarray of shape (n_features,)
        Σ w (z - mean)(y - mean).
    variation : float
        Σ w (y - mean)².
    """

    n_samples: int
    instance: Floats
    feature_means: Floats
    target_mean: float
    gram: Floats
    cross: Floats
    variation: float


class MomentSource(Protocol):
    """Gives the moments of a neighborhood under any weights."""

    def moments(self, proximity: Floats, output: int) -> Moments:
        """Return the moments for column `output` of the predictions.

        Parameters
        ----------
        proximity : ndarray of shape (n_samples,)
            The kernel's weights. Each counts as often as its sample stands for one.
        output : int
            Column of the predictions.
        """
        ...


def moment_source(
    samples: NDArray[np.bool_] | Floats,
    predictions: Floats,
    distances: Floats,
    multiplicities: Floats | None = None,
) -> MomentSource:
    """Return the cheaper source for this neighborhood.

    Parameters
    ----------
    samples : ndarray of bool or float, shape (n_samples, n_features)
        Masks or real-valued columns; the first row is the instance.
    predictions : ndarray of shape (n_samples, n_outputs)
        The model's answers.
    distances : ndarray of shape (n_samples,)
        Distances to the instance.
    multiplicities : ndarray of shape (n_samples,), optional
        How many samples each of them stands for; one if None.

    Returns
    -------
    MomentSource
        By level when equally many kept features mean equal distance and the table is not too large; else per sample.
    """
    if samples.dtype != np.bool_ or not samples[0].all():
        return SampleMoments(samples, predictions, multiplicities)
    levels, level_of = np.unique(samples.sum(axis=1), return_inverse=True)
    fits = len(levels) * samples.shape[1] ** 2 * 8 <= _MAX_LEVEL_BYTES
    if fits and _constant_within(level_of, distances):
        masks = samples.astype(np.bool_, copy=False)
        return LevelMoments(masks, predictions, level_of, len(levels), multiplicities)
    return SampleMoments(samples, predictions, multiplicities)


def _constant_within(groups: NDArray[np.intp], values: Floats) -> bool:
    """Tell whether `values` are the same within each group."""
    representative = np.empty(groups.max() + 1)
    representative[groups] = values
    return bool(np.array_equal(representative[groups], values))


class SampleMoments:
    """Moments summed over the samples: any weights, any columns."""

    def __init__(
        self, rows: NDArray[np.bool_] | Floats, predictions: Floats, multiplicities: Floats | None = None
    ) -> None:
        self._multiplicities = multiplicities
        self._instance = np.asarray(rows[0], dtype=np.float64)
        self._rows = rows
        self._answer = predictions[0]
        self._answers = predictions

    def moments(self, proximity: Floats, output: int) -> Moments:
        """Return the moments under the kernel's weights, shape (n_samples,), for column `output` of the predictions."""
        weights = proximity if self._multiplicities is None else proximity * self._multiplicities
        roots = np.sqrt(weights)
        features = self._rows.astype(np.float64)
        features -= self._instance
        features *= roots[:, None]
        target = (self._answers[:, output] - self._answer[output]) * roots
        return _centred(
            len(roots),
            self._instance,
            float(self._answer[output]),
            weight=float(weights.sum()),
            features=roots @ features,
            target=float(roots @ target),
            gram=features.T @ features,
            cross=target @ features,
            squares=float(target @ target),
        )


class LevelMoments:
    """Moments summed beforehand over the samples that keep equally many features, hence weigh the same.

    A change of kernel width then costs one weighted sum over at most n_features + 1 levels.
    """

    def __init__(
        self,
        masks: NDArray[np.bool_],
        predictions: Floats,
        level_of: NDArray[np.intp],
        n_levels: int,
        multiplicities: Floats | None = None,
    ) -> None:
        n_samples, n_features = masks.shape
        order = np.argsort(level_of, kind="stable")
        starts = np.searchsorted(level_of[order], np.arange(n_levels))
        # Deviations from the instance: -1 where a feature is removed. Counts stay exact in float32 up to 2**24.
        counts_are_exact = n_samples < 2**24 and multiplicities is None
        features: NDArray[Any] = masks[order].astype(np.float32 if counts_are_exact else np.float64) - 1
        targets = predictions[order] - predictions[0]
        ends = [*starts[1:], n_samples]
        times = np.ones(n_samples) if multiplicities is None else multiplicities[order]
        weighted = features if multiplicities is None else features * times[:, None]
        self._n_samples = n_samples
        self._instance = np.ones(n_features)
        self._answer = predictions[0]
        self._representative = order[starts]
        self._counts = np.add.reduceat(times, starts)
        self._features = np.add.reduceat(weighted, starts, axis=0).astype(np.float64)
        self._targets = np.add.reduceat(targets * times[:, None], starts, axis=0)
        self._squares = np.add.reduceat(targets**2 * times[:, None], starts, axis=0)
        self._grams = np.empty((n_levels, n_features * n_features))
        self._crosses = np.empty((n_levels, n_features, predictions.shape[1]))
        for level, (start, end) in enumerate(zip(starts, ends, strict=True)):
            rows = weighted[start:end]
            self._grams[level] = (rows.T @ features[start:end]).ravel()
            self._crosses[level] = rows.astype(np.float64).T @ targets[start:end]

    def moments(self, proximity: Floats, output: int) -> Moments:
        """Return the moments under the kernel's weights, shape (n_samples,), for column `output` of the predictions."""
        level_weights = proximity[self._representative]
        n_features = len(self._instance)
        return _centred(
            self._n_samples,
            self._instance,
            float(self._answer[output]),
            weight=float(level_weights @ self._counts),
            features=level_weights @ self._features,
            target=float(level_weights @ self._targets[:, output]),
            gram=(level_weights @ self._grams).reshape(n_features, n_features),
            cross=level_weights @ self._crosses[:, :, output],
            squares=float(level_weights @ self._squares[:, output]),
        )


def _centred(
    n_samples: int,
    instance: Floats,
    answer: float,
    *,
    weight: float,
    features: Floats,
    target: float,
    gram: Floats,
    cross: Floats,
    squares: float,
) -> Moments:
    """Move sums of deviations from the instance to their weighted means."""
    return Moments(
        n_samples=n_samples,
        instance=instance,
        feature_means=instance + features / weight,
        target_mean=answer + target / weight,
        gram=gram - np.outer(features, features / weight),
        cross=cross - features * (target / weight),
        variation=max(0.0, squares - target * target / weight),
    )
