"""How far the order of the largest weights is to be believed: all weights at once, not one interval after the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine.ties import by_falling_size

Floats = NDArray[np.float64]

N_DRAWS = 400
_GOLDEN = 0x9E3779B9
_WORD = 0xFFFFFFFF
# Of a singular covariance: so small a share of its mean variance changes nothing but makes it definite.
_JITTER = 1e-10


@dataclass(frozen=True)
class Ranking:
    """Whether the features with the largest weights would be the largest again.

    Parameters
    ----------
    size : int
        How many of the largest weights.
    stability : float
        Share of draws from the weights' joint distribution in which the same features are the largest.
    jaccard : float
        Mean overlap of the sets that two draws find, the size of their intersection over that of their union: how far
        two runs would agree.
    """

    size: int
    stability: float
    jaccard: float


def rank_stability(weights: Floats, covariance: Floats, size: int) -> Ranking:
    """Draw from a normal distribution of the weights and compare which are the largest.

    Parameters
    ----------
    weights : ndarray of shape (n_features,)
        Weights of all features.
    covariance : ndarray of shape (n_features, n_features)
        Their covariance.
    size : int
        How many of the largest, from 1 to n_features.

    Returns
    -------
    Ranking
        The same for the same numbers: the draws are.
    """
    n_features = len(weights)
    draws = weights + standard_normals(N_DRAWS, n_features) @ _root(covariance).T
    largest = np.zeros(n_features, dtype=np.bool_)
    largest[by_falling_size(weights)[:size]] = True
    found = _largest(draws, size)
    shared = (found[0::2] & found[1::2]).sum(axis=1)
    return Ranking(size, float((found == largest).all(axis=1).mean()), float((shared / (2 * size - shared)).mean()))


def overlap_of_runs(weights: Floats, covariance: Floats, size: int) -> float:
    """Return how far the largest weights of two further runs would be the same: their mean Jaccard index.

    Both scatter about the truth, and so did the run that found the weights: two that are found far apart may truly tie.

    Parameters
    ----------
    weights, covariance, size
        As for `rank_stability`.
    """
    truths, *runs = np.split(standard_normals(3 * N_DRAWS, len(weights)) @ _root(covariance).T, 3)
    one, other = (_largest(weights + truths + run, size) for run in runs)
    shared = (one & other).sum(axis=1)
    return float((shared / (2 * size - shared)).mean())


def _largest(draws: Floats, size: int) -> NDArray[np.bool_]:
    """Return which weights of each draw are the largest, shape (n_draws, n_features)."""
    found = np.zeros(draws.shape, dtype=np.bool_)
    order = np.argsort(-np.abs(draws), axis=1, kind="stable")
    np.put_along_axis(found, order[:, :size], True, axis=1)
    return found


def _root(covariance: Floats) -> Floats:
    """Return L with L L' = covariance."""
    variance = float(np.trace(covariance)) / len(covariance)
    if not variance > 0:
        return covariance
    return np.asarray(np.linalg.cholesky(covariance + _JITTER * variance * np.eye(len(covariance))), dtype=np.float64)


def standard_normals(n_rows: int, n_columns: int) -> Floats:
    """Return normal numbers that are the same in every language, shape (n_rows, n_columns).

    Number i is the normal quantile of a hash of i: the finalizer of MurmurHash3 (Appleby) of i times the golden ratio.
    """
    from scipy.special import ndtri

    counter = np.arange(1, n_rows * n_columns + 1, dtype=np.uint64)
    hashed = (counter * _GOLDEN) & _WORD
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        hashed = ((hashed ^ (hashed >> np.uint64(shift))) * np.uint64(factor)) & _WORD
    hashed ^= hashed >> np.uint64(16)
    normals: Floats = ndtri((hashed.astype(np.float64) + 0.5) / 2**32)
    return normals.reshape(n_rows, n_columns)
