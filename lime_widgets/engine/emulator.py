"""A stand-in for the black box that costs nothing to ask: a Gaussian process fitted to the answers so far.

It is used as a control variate alone: what it gets wrong is put right by the answers themselves, so that a poor
emulator costs precision and never truth. Scikit-learn's Gaussian process has no left-out predictions in closed form,
and chooses its parameters by likelihood; here both come from one eigendecomposition (Rasmussen and Williams 2006,
section 5.4.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_MOST_ROWS = 800
_ROWS_TO_CHOOSE_BY = 350
_DECAYS = (0.1, 0.5, 2.0)
_SHARES = (0.3, 3.0, 30.0, 300.0)
_NOISES = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
_LINEAR_SCALE = 10.0
_SIZE_SCALE = 1.5
# The least that a feature counts in distances, beside the one with the largest effect.
_LEAST_RELEVANCE = 0.03
# Probabilities nearer to 0 or 1 are as good as these on the logit scale.
_PROBABILITY_FLOOR = 2e-3
_CHUNK = 8192
# Of the answers' standard deviation.
_LARGEST_ROUNDING = 1e-3
_PENALTIES = (1e-6, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0)


class _Shape(NamedTuple):
    """What is chosen by left-out error: the scale of the answers, the kernel and its noise."""

    on_logit: bool
    decay: float
    share: float
    noise: float


@dataclass(frozen=True, eq=False)
class _Space:
    """Descriptors, scaled so that kernels can be had from matrix products.

    Parameters
    ----------
    means, scales : ndarray of shape (n_descriptors,)
        Weighted means and deviations of the descriptors.
    relevance : ndarray of shape (n_descriptors,)
        How much each counts in distances: by its effect in a ridge regression.
    has_sizes : bool
        Whether the mean of the descriptors is a quantity of its own, as the number of kept features is.
    """

    means: Floats
    scales: Floats
    relevance: Floats
    has_sizes: bool

    def points(self, descriptors: NDArray[np.number], dtype: type[np.floating[Any]] = np.float64) -> _Points:
        """Return descriptors as kernels take them; in 64 bits to fit, since near points make kernels near singular."""
        linear = ((descriptors - self.means) / self.scales).astype(dtype)
        size = _SIZE_SCALE * linear.mean(axis=1, keepdims=True) if self.has_sizes else np.zeros((len(linear), 1))
        near = linear * np.sqrt(self.relevance).astype(dtype)
        return _Points(linear, size.astype(dtype), near, (near**2).sum(axis=1))

    def kernel(self, one: _Points, other: _Points, decay: float, share: float) -> NDArray[Any]:
        """Return the prior covariance: linear, linear by size, and Gaussian in the distance by relevance."""
        n_descriptors = one.linear.shape[1]
        sizes = one.size @ other.size.T
        covariance = one.linear @ other.linear.T
        covariance *= _LINEAR_SCALE / n_descriptors
        if self.has_sizes:
            covariance *= 1 + sizes
            covariance += sizes**2
        if share > 0:
            distances = one.near @ other.near.T
            distances *= -2
            distances += one.squares[:, None]
            distances += other.squares
            np.maximum(distances, 0, out=distances)
            distances *= -decay / float(self.relevance.sum())
            np.exp(distances, out=distances)
            distances *= share
            covariance += distances
        kernel: NDArray[Any] = covariance
        return kernel


class _Points(NamedTuple):
    """Scaled descriptors: as they are, their mean, by relevance, and the squared length of those."""

    linear: NDArray[Any]
    size: NDArray[Any]
    near: NDArray[Any]
    squares: NDArray[Any]

    def in_32_bits(self) -> _Points:
        """Return them as is enough, and fast, for very many predictions."""
        return _Points(*(part.astype(np.float32) for part in self))


@dataclass(frozen=True, eq=False)
class Emulator:
    """A fitted emulator of one output.

    Parameters
    ----------
    space : _Space
        How descriptors are scaled.
    shape : _Shape
        Kernel, noise, and scale of the answers.
    points : _Points
        What it was fitted to.
    coefficients : ndarray of shape (n_fitted,)
        Of the kernel at these points.
    center, deviation : float
        Of the answers, on their scale.
    """

    space: _Space
    shape: _Shape
    points: _Points
    coefficients: Floats
    center: float
    deviation: float

    def predict(self, descriptors: NDArray[np.number]) -> Floats:
        """Return what the model would answer, shape (n,), to descriptors (n, n_descriptors)."""
        predictions = np.empty(len(descriptors))
        dtype: type[np.floating[Any]] = np.float32 if self._bears_rounding else np.float64
        fitted = self.points.in_32_bits() if self._bears_rounding else self.points
        coefficients = self.coefficients.astype(dtype)
        for start in range(0, len(descriptors), _CHUNK):
            points = self.space.points(descriptors[start : start + _CHUNK], dtype)
            kernel = self.space.kernel(points, fitted, self.shape.decay, self.shape.share)
            predictions[start : start + _CHUNK] = kernel @ coefficients
        return _answers(self.center + self.deviation * predictions, self.shape.on_logit)

    @property
    def _bears_rounding(self) -> bool:
        """Whether 32 bits are enough to predict: not where large coefficients cancel, as of a smooth model they do."""
        largest = _LINEAR_SCALE + self.shape.share
        rounding = float(np.linalg.norm(self.coefficients)) * largest * float(np.finfo(np.float32).eps)
        return rounding < _LARGEST_ROUNDING


def fit_emulator(
    descriptors: Floats, answers: Floats, weights: Floats, seed: int, *, has_sizes: bool
) -> tuple[Emulator, Floats]:
    """Fit an emulator, and say what it makes of each row without the row's own answer.

    Parameters
    ----------
    descriptors : ndarray of shape (n, n_descriptors)
        Of each row: masks, or bins and places within them.
    answers : ndarray of shape (n,)
        The model's, of one output. All from 0 to 1, they are tried on the logit scale, too.
    weights : ndarray of shape (n,)
        What each row weighs in the surrogate.
    seed : int
        Of very many rows it says which are used.
    has_sizes : bool
        Whether the mean of the descriptors is a quantity of its own.

    Returns
    -------
    emulator : Emulator
        The one with the least left-out error.
    left_out : ndarray of shape (n,)
        Left-out predictions: leave-one-out of the rows used, plain ones of the others.
    """
    rng = np.random.default_rng([seed, len(answers)])
    relative = np.maximum(weights / weights.mean(), 1e-3)
    used = np.sort(rng.permutation(len(answers))[:_MOST_ROWS])
    chosen_by = rng.permutation(used)[:_ROWS_TO_CHOOSE_BY]
    means = (weights @ descriptors) / weights.sum()
    scales = np.sqrt(np.maximum((weights @ (descriptors - means) ** 2) / weights.sum(), 1e-6))
    is_probability = answers.min() >= 0 and answers.max() <= 1
    spaces = {
        on_logit: _space(descriptors, means, scales, has_sizes, answers, relative, used, on_logit)
        for on_logit in ((True, False) if is_probability else (False,))
    }
    tried = (
        found
        for on_logit, space in spaces.items()
        for found in _left_out_errors(space, descriptors, answers, relative, used, chosen_by, on_logit)
    )
    _, shape = min(tried, key=lambda found: found[0])
    return _fitted(spaces[shape.on_logit], shape, descriptors, answers, relative, used)


def _space(
    descriptors: Floats,
    means: Floats,
    scales: Floats,
    has_sizes: bool,
    answers: Floats,
    relative: Floats,
    used: NDArray[np.intp],
    on_logit: bool,
) -> _Space:
    """Return the scaled space in which answers on one scale are fitted."""
    target, _, _ = _standardised(answers, relative, used, on_logit)
    relevance = _relevance((descriptors[used] - means) / scales, target[used], relative[used])
    return _Space(means, scales, relevance, has_sizes)


def _left_out_errors(
    space: _Space,
    descriptors: Floats,
    answers: Floats,
    relative: Floats,
    used: NDArray[np.intp],
    rows: NDArray[np.intp],
    on_logit: bool,
) -> Iterator[tuple[float, _Shape]]:
    """Yield the weighted left-out error of every shape, in the unit of the answers."""
    target, center, deviation = _standardised(answers, relative, used, on_logit)
    points, roots = space.points(descriptors[rows]), np.sqrt(relative[rows])
    for decay, share in ((0.0, 0.0), *((decay, share) for decay in _DECAYS for share in _SHARES)):
        # Scaled by the weights' roots, so that the noise of a row is the less the more it weighs.
        kernel = space.kernel(points, points, decay, share) * roots[:, None] * roots
        values, vectors = np.linalg.eigh(kernel)
        turned = vectors.T @ (target[rows] * roots)
        for noise in _NOISES:
            inverse = 1 / (np.maximum(values, 0) + noise)
            left_out = target[rows] - (vectors @ (inverse * turned)) / ((vectors**2) @ inverse) / roots
            errors = answers[rows] - _answers(center + deviation * left_out, on_logit)
            yield float(relative[rows] @ errors**2), _Shape(on_logit, decay, share, noise)


def _fitted(
    space: _Space,
    shape: _Shape,
    descriptors: Floats,
    answers: Floats,
    relative: Floats,
    used: NDArray[np.intp],
) -> tuple[Emulator, Floats]:
    """Fit one shape to all rows used."""
    target, center, deviation = _standardised(answers, relative, used, shape.on_logit)
    points = space.points(descriptors[used])
    kernel = space.kernel(points, points, shape.decay, shape.share)
    kernel[np.diag_indices(len(used))] += shape.noise / relative[used]
    inverse = np.linalg.inv(kernel)
    coefficients = inverse @ target[used]
    emulator = Emulator(space, shape, points, coefficients, center, deviation)
    left_out = emulator.predict(descriptors)
    left_out[used] = _answers(center + deviation * (target[used] - coefficients / np.diag(inverse)), shape.on_logit)
    return emulator, left_out


def _standardised(
    answers: Floats, relative: Floats, used: NDArray[np.intp], on_logit: bool
) -> tuple[Floats, float, float]:
    """Return answers on their scale, less their weighted mean and over their deviation, and these two."""
    scaled = answers
    if on_logit:
        clipped = np.clip(answers, _PROBABILITY_FLOOR, 1 - _PROBABILITY_FLOOR)
        scaled = np.log(clipped / (1 - clipped))
    center = float(np.average(scaled[used], weights=relative[used]))
    deviation = float(np.sqrt(np.average((scaled[used] - center) ** 2, weights=relative[used]))) + 1e-12
    return (scaled - center) / deviation, center, deviation


def _answers(scaled: Floats, on_logit: bool) -> Floats:
    """Go back to the scale of the answers."""
    return 1 / (1 + np.exp(-np.clip(scaled, -30, 30))) if on_logit else scaled


def _relevance(columns: Floats, target: Floats, weights: Floats) -> Floats:
    """Return how much each descriptor matters, from the weights of a ridge regression; 1 for the largest."""
    sizes = np.abs(cross_validated_ridge(columns, target, weights)[0])
    largest = sizes.max()
    return np.maximum(sizes / largest, _LEAST_RELEVANCE) if largest > 0 else np.ones(len(sizes))


def cross_validated_ridge(
    columns: Floats, target: Floats, weights: Floats, penalties: tuple[float, ...] = _PENALTIES
) -> tuple[Floats, float]:
    """Return slopes and intercept of the weighted ridge regression with the least left-out error.

    Parameters
    ----------
    columns : ndarray of shape (n, n_columns)
        Regressors.
    target : ndarray of shape (n,)
        What is regressed.
    weights : ndarray of shape (n,)
        Weights.
    penalties : tuple of float
        Those tried, over the sum of the weights.
    """
    shares = weights / weights.sum()
    means, mean, roots = shares @ columns, float(shares @ target), np.sqrt(shares)
    left, values, right = np.linalg.svd((columns - means) * roots[:, None], full_matrices=False)
    centred = (target - mean) * roots
    turned = left.T @ centred
    best = (np.inf, np.zeros(columns.shape[1]))
    for penalty in penalties:
        kept = values**2 / (values**2 + penalty)
        leverages = np.minimum((left**2) @ kept + shares, 0.999)
        error = float((((centred - left @ (kept * turned)) / (1 - leverages)) ** 2).sum())
        if error < best[0]:
            best = error, right.T @ (kept / np.maximum(values, 1e-12) * turned)
    return best[1], mean - float(means @ best[1])
