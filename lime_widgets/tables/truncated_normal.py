"""Normal distributions cut off at both ends, exact in their far tails."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_FLAT = 1e-9  # over so few standard deviations a normal density does not change


def truncated_normal(uniforms: Floats, low: Floats, high: Floats, mean: Floats, std: Floats) -> Floats:
    """Return quantiles of normal distributions that are cut off.

    Parameters
    ----------
    uniforms : ndarray of float
        Which quantiles, above 0 and below 1.
    low, high : ndarray of float
        Where the distributions are cut off, finite.
    mean, std : ndarray of float
        Mean and standard deviation before the cut; no deviation is 0. The mean may be far outside.

    Returns
    -------
    ndarray of float
        May leave `low` and `high` by rounding.
    """
    # Loaded when first used: scipy's functions take longer to load than this package may.
    from scipy.special import log_ndtr, ndtri_exp

    first, last = (low - mean) / std, (high - mean) / std
    # Only the left tail has precision to spare: what lies on the right is mirrored.
    mirrored = first > 0
    share = np.where(mirrored, 1 - uniforms, uniforms)
    start, end = np.where(mirrored, -last, first), np.where(mirrored, -first, last)
    with np.errstate(divide="ignore"):
        logs = np.logaddexp(log_ndtr(start) + np.log1p(-share), log_ndtr(end) + np.log(share))
    quantiles = ndtri_exp(logs)
    drawn: Floats = mean + std * np.where(mirrored, -quantiles, quantiles)
    flat = (last - first) * np.maximum(1, np.maximum(abs(first), abs(last))) < _FLAT
    return np.where(flat, low + uniforms * (high - low), drawn)
