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

    def sums(self, proximity: Floats, output: int) -> Sums:
        """Return the sums behind the moments, the instance's weight among them."""
        ...

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
        answer = float(self._answer[output])
        return self.sums(proximity, output).centred(len(self._rows), self._instance, answer)

    def sums(self, proximity: Floats, output: int) -> Sums:
        """Return the sums under the kernel's weights."""
        weights = proximity if self._multiplicities is None else proximity * self._multiplicities
        roots = np.sqrt(weights)
        features = self._rows - self._instance
        features *= roots[:, None]
        target = (self._answers[:, output] - self._answer[output]) * roots
        return Sums(
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
        order = np.argsort(level_of, kind="stable")
        starts = np.searchsorted(level_of[order], np.arange(n_levels))
        self._n_samples = len(masks)
        self._answer = predictions[0]
        self._representative = order[starts]
        times = None if multiplicities is None else multiplicities[order]
        self._levels = level_sums(masks[order], predictions[order] - predictions[0], starts, times)

    def moments(self, proximity: Floats, output: int) -> Moments:
        """Return the moments under the kernel's weights, shape (n_samples,), for column `output` of the predictions."""
        total = self.sums(proximity, output)
        return total.centred(self._n_samples, np.ones(len(total.features)), float(self._answer[output]))

    def sums(self, proximity: Floats, output: int) -> Sums:
        """Return the sums under the kernel's weights."""
        return self._levels.weighted(proximity[self._representative], output)


@dataclass(frozen=True, eq=False)
class LevelSums:
    """Sums over the masks of each level, of deviations from the instance: u = z - 1 in features, and η in answers.

    Parameters
    ----------
    counts : ndarray of shape (n_levels,)
        How many masks.
    features : ndarray of shape (n_levels, n_features)
        Σ u.
    grams : ndarray of shape (n_levels, n_features²)
        Σ u u'.
    targets, squares : ndarray of shape (n_levels, n_outputs)
        Σ η and Σ η².
    crosses : ndarray of shape (n_levels, n_features, n_outputs)
        Σ u η'.
    """

    counts: Floats
    features: Floats
    grams: Floats
    targets: Floats
    squares: Floats
    crosses: Floats

    def weighted(self, level_weights: Floats, output: int) -> Sums:
        """Return the sums over all levels, each by its weight, shape (n_levels,)."""
        n_features = self.features.shape[1]
        return Sums(
            weight=float(level_weights @ self.counts),
            features=level_weights @ self.features,
            target=float(level_weights @ self.targets[:, output]),
            gram=(level_weights @ self.grams).reshape(n_features, n_features),
            cross=level_weights @ self.crosses[:, :, output],
            squares=float(level_weights @ self.squares[:, output]),
        )


def level_sums(
    masks: NDArray[np.bool_], deviations: Floats, starts: NDArray[np.intp], multiplicities: Floats | None = None
) -> LevelSums:
    """Sum over masks that are sorted by level.

    Parameters
    ----------
    masks : ndarray of bool, shape (n, n_features)
        Masks.
    deviations : ndarray of shape (n, n_outputs)
        Answers less that for the instance.
    starts : ndarray of int, shape (n_levels,)
        The first row of each level.
    multiplicities : ndarray of shape (n,), optional
        How often each counts; once if None.
    """
    n_samples, n_features = masks.shape
    times = np.ones(n_samples) if multiplicities is None else multiplicities
    # Deviations are -1 where a feature is removed: counts of them stay exact in float32 up to 2**24.
    dtype: type[np.generic] = np.float32 if multiplicities is None and n_samples < 2**24 else np.float64
    features = np.empty((len(starts), n_features))
    grams = np.empty((len(starts), n_features * n_features))
    crosses = np.empty((len(starts), n_features, deviations.shape[1]))
    for level, (start, end) in enumerate(zip(starts, [*starts[1:], n_samples], strict=True)):
        rows: NDArray[Any] = masks[start:end].astype(dtype) - 1
        weighted = rows if multiplicities is None else rows * times[start:end, None]
        features[level] = weighted.sum(axis=0)
        grams[level] = (weighted.T @ rows).ravel()
        crosses[level] = weighted.astype(np.float64).T @ deviations[start:end]
    return LevelSums(
        np.add.reduceat(times, starts),
        features,
        grams,
        np.add.reduceat(deviations * times[:, None], starts, axis=0),
        np.add.reduceat(deviations**2 * times[:, None], starts, axis=0),
        crosses,
    )


@dataclass(frozen=True, eq=False)
class Sums:
    """Weighted sums of deviations from the instance, to which it contributes nothing but its weight.

    Parameters
    ----------
    weight : float
        Σ w.
    features : ndarray of shape (n_features,)
        Σ w u.
    target, squares : float
        Σ w η and Σ w η².
    gram : ndarray of shape (n_features, n_features)
        Σ w u u'.
    cross : ndarray of shape (n_features,)
        Σ w u η.
    """

    weight: float
    features: Floats
    target: float
    gram: Floats
    cross: Floats
    squares: float

    def centred(self, n_samples: int, instance: Floats, answer: float) -> Moments:
        """Return moments about the weighted means.

        Parameters
        ----------
        n_samples : int
            Number of samples behind the sums.
        instance : ndarray of shape (n_features,)
            The instance's own row.
        answer : float
            The model's for the instance.
        """
        return Moments(
            n_samples=n_samples,
            instance=instance,
            feature_means=instance + self.features / self.weight,
            target_mean=answer + self.target / self.weight,
            gram=self.gram - np.outer(self.features, self.features / self.weight),
            cross=self.cross - self.features * (self.target / self.weight),
            variation=max(0.0, self.squares - self.target * self.target / self.weight),
        )
