"""Which features the surrogate may use, from weighted moments alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve

from lime_widgets.engine.checks import check_count
from lime_widgets.engine.lasso import lasso_path
from lime_widgets.engine.moments import Moments
from lime_widgets.engine.ties import COLLINEAR, by_falling_size, first_largest

SELECTIONS = ("auto", "forward_selection", "highest_weights", "lasso_path", "none")

RIDGE_OF_SURROGATE = 1.0
"""The penalty of lime's final fit."""

_RIDGE_OF_HIGHEST_WEIGHTS = 0.01
_LAST_FORWARD_SIZE = 6

Indices = NDArray[np.intp]


def selection_in_force(selection: str, num_features: int) -> str:
    """Return the method that `selection` stands for: lime's ``"auto"`` goes forward up to 6 features.

    Raises
    ------
    ValueError
        If the method is not one of `SELECTIONS`, or `num_features` is not a whole number of 1 or more.
    """
    if selection not in SELECTIONS:
        raise ValueError(f"got feature_selection={selection!r}, expected one of {', '.join(SELECTIONS)}, try 'auto'")
    check_count("num_features", num_features, 10)
    if selection == "auto":
        return "forward_selection" if num_features <= _LAST_FORWARD_SIZE else "highest_weights"
    return selection


def select_features(moments: Moments, num_features: int, selection: str = "auto") -> Indices:
    """Return the features that lime 0.2.0.1 selects on the same weighted samples, in its order.

    Parameters
    ----------
    moments : Moments
        Of the features and the output to explain.
    num_features : int
        At most so many (ignored by ``"none"``).
    selection : str
        One of `SELECTIONS`.

    Returns
    -------
    ndarray of int, shape (n_selected,)
        Feature indices.

    Raises
    ------
    ValueError
        As `selection_in_force`.
    """
    method = selection_in_force(selection, num_features)
    if method == "forward_selection":
        return forward_selection(moments, num_features)
    if method == "highest_weights":
        return highest_weights(moments, num_features)
    if method == "lasso_path":
        return last_small_set(lasso_path(moments.gram, moments.cross, moments.n_samples), num_features)
    return np.arange(len(moments.cross))


def forward_selection(moments: Moments, num_features: int) -> Indices:
    """Add the feature that explains most of what is left, one at a time.

    Each step sweeps the chosen column out of the centred Gram matrix (Goodnight 1979), so that the gain in explained
    variation of every candidate is cross² / variance, with no regression refitted.
    """
    gram, cross = moments.gram.copy(), moments.cross.copy()
    floor = COLLINEAR * np.diag(gram).copy()
    free = np.ones(len(cross), dtype=np.bool_)
    selected: list[int] = []
    for _ in range(min(num_features, len(cross))):
        variance = np.diag(gram)
        usable = free & (variance > floor)
        gains = np.where(usable, cross**2 / np.where(usable, variance, 1.0), 0.0)
        chosen = first_largest(np.where(free, gains, -1.0))
        selected.append(chosen)
        free[chosen] = False
        if usable[chosen]:
            column = gram[:, chosen] / np.sqrt(variance[chosen])
            cross = cross - column * (cross[chosen] / np.sqrt(variance[chosen]))
            gram = gram - np.outer(column, column)
    return np.array(selected, dtype=np.intp)


def highest_weights(moments: Moments, num_features: int) -> Indices:
    """Keep the features with the largest |weight x instance| in a ridge regression on all of them."""
    weights = solve_ridge(moments.gram, moments.cross, _RIDGE_OF_HIGHEST_WEIGHTS)
    return by_falling_size(weights * moments.instance)[:num_features]


def last_small_set(path: list[NDArray[np.float64]], num_features: int) -> Indices:
    """Return the features of the last knot of a lasso path that has at most `num_features` of them."""
    selected: Indices = np.arange(len(path[0]))
    for coefficients in path[:0:-1]:
        selected = np.flatnonzero(coefficients)
        if len(selected) <= num_features:
            break
    return selected


def solve_ridge(gram: NDArray[np.float64], cross: NDArray[np.float64], penalty: float) -> NDArray[np.float64]:
    """Return the ridge regression's weights from centred moments, (gram + penalty I)⁻¹ cross."""
    if not len(cross):
        return np.zeros(0)
    penalised = gram + penalty * np.eye(len(cross))
    weights: NDArray[np.float64] = solve(penalised, cross, assume_a="pos", check_finite=False)
    return weights
