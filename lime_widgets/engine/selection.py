"""Which features the surrogate may use, from weighted moments alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve
from sklearn.linear_model import lars_path_gram

from lime_widgets.engine.moments import Moments

SELECTIONS = ("auto", "forward_selection", "highest_weights", "lasso_path", "none")

# Quantities closer than this, relative to the largest, tie; ties go to the lower index, in every language alike.
TIE = 1e-10
# What is left of a feature's variance once the selected ones explain it; below this it is one of their combinations.
_COLLINEAR = 1e-12
_RIDGE_OF_HIGHEST_WEIGHTS = 0.01
_LAST_FORWARD_SIZE = 6

Indices = NDArray[np.intp]


def selection_in_force(selection: str, num_features: int) -> str:
    """Return the method that `selection` stands for: lime's ``"auto"`` goes forward up to 6 features.

    Raises
    ------
    ValueError
        If the method is not one of `SELECTIONS`, or `num_features` is less than 1.
    """
    if selection not in SELECTIONS:
        raise ValueError(f"got feature_selection={selection!r}, expected one of {', '.join(SELECTIONS)}, try 'auto'")
    if num_features < 1:
        raise ValueError(f"got num_features={num_features}, expected 1 or more, try num_features=10")
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
        return lasso_path(moments, num_features)
    return np.arange(len(moments.cross))


def forward_selection(moments: Moments, num_features: int) -> Indices:
    """Add the feature that explains most of what is left, one at a time.

    Each step sweeps the chosen column out of the centred Gram matrix (Goodnight 1979), so that the gain in explained
    variation of every candidate is cross² / variance, with no regression refitted.
    """
    gram, cross = moments.gram.copy(), moments.cross.copy()
    floor = _COLLINEAR * np.diag(gram).copy()
    free = np.ones(len(cross), dtype=np.bool_)
    selected: list[int] = []
    for _ in range(min(num_features, len(cross))):
        variance = np.diag(gram)
        usable = free & (variance > floor)
        gains = np.where(usable, cross**2 / np.where(usable, variance, 1.0), 0.0)
        chosen = int(np.argmax(free & (gains >= gains.max() * (1 - TIE))))
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


def lasso_path(moments: Moments, num_features: int) -> Indices:
    """Keep the largest set of at most `num_features` on the lasso path, seen from its unpenalised end."""
    _, _, path = lars_path_gram(moments.cross, moments.gram, n_samples=moments.n_samples, method="lasso")
    selected: Indices = np.arange(len(moments.cross))
    for coefficients in path.T[:0:-1]:
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


def by_falling_size(values: NDArray[np.float64]) -> Indices:
    """Return the order of falling absolute value, in which what ties keeps its place."""
    sizes = np.abs(values)
    largest = sizes.max(initial=0.0)
    steps = np.floor(sizes / largest / TIE + 0.5) if largest > 0 else sizes
    return np.argsort(-steps, kind="stable")
