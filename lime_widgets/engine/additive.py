"""What an additive model of the columns knows of each answer without that answer itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_PENALTIES = (1e-5, 1e-4, 1e-3, 1e-2, 0.1)
_LARGEST_LEVERAGE = 0.95


def additive_expectations(descriptors: Floats, answers: Floats, weights: Floats) -> Floats:
    """Return left-out predictions of a weighted ridge regression on descriptors of the columns.

    A Sobol sequence leaves hardly any chance in what each column does by itself: taken for chance, as by plain standard
    errors, it makes intervals too wide. What an additive model leaves is what chance is in.

    Parameters
    ----------
    descriptors : ndarray of shape (n, n_descriptors)
        Bins of each column, and places within them.
    answers : ndarray of shape (n, n_outputs)
        The model's.
    weights : ndarray of shape (n,)
        What each row weighs in the surrogate.

    Returns
    -------
    ndarray of shape (n, n_outputs)
        Leave-one-out predictions (Allen 1974), under the penalty with the least left-out error.
    """
    shares = weights / weights.sum()
    roots = np.sqrt(shares)[:, None]
    centred = (descriptors - shares @ descriptors) * roots
    means = shares @ answers
    target = (answers - means) * roots
    values, vectors = np.linalg.eigh(centred.T @ centred)
    turned = centred @ vectors
    cross = turned.T @ target
    best, least = target, np.inf
    for penalty in _PENALTIES:
        inverse = 1 / (np.maximum(values, 0) + penalty)
        leverages = np.minimum((turned**2) @ inverse + shares, _LARGEST_LEVERAGE)
        left_out = (target - turned @ (inverse[:, None] * cross)) / (1 - leverages)[:, None]
        error = float((left_out**2).sum())
        if error < least:
            best, least = left_out, error
    # A row that weighs nothing has no say, and needs no prediction.
    expected: Floats = answers - np.divide(best, roots, out=np.zeros_like(best), where=roots > 0)
    return expected
