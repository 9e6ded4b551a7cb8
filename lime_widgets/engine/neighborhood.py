"""The perturbed samples of an instance, with the model's answers: data, from which everything else is computed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import pairwise_distances
from sklearn.metrics.pairwise import PAIRWISE_BOOLEAN_FUNCTIONS
from sklearn.utils import gen_batches

from lime_widgets.engine.moments import MomentSource, moment_source

# Between a mask and the all-ones row these depend only on how many features are kept.
_LEVEL_METRICS = frozenset(
    {
        "cosine",
        "euclidean",
        "l2",
        "sqeuclidean",
        "manhattan",
        "cityblock",
        "l1",
        "hamming",
        "chebyshev",
        "braycurtis",
        "canberra",
    }
)
_SLICE_SIZE = 2**22


@dataclass(frozen=True, eq=False)
class Neighborhood:
    """Masks around an instance, the model's predictions for them and their distances to it.

    Parameters
    ----------
    masks : ndarray of bool, shape (n_samples, n_features)
        True where a feature is kept. The first row is the instance.
    predictions : ndarray of float, shape (n_samples, n_outputs)
        The model's answers.
    distances : ndarray of float, shape (n_samples,)
        Distance of each sample to the instance.

    Raises
    ------
    ValueError
        If the shapes do not belong together, there is no sample, or there is no feature.
    """

    masks: NDArray[np.bool_]
    predictions: NDArray[np.float64]
    distances: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Check the shapes and make the arrays read-only."""
        n_samples = len(self.masks)
        if self.masks.ndim != 2 or not self.masks.size:
            raise ValueError(
                f"got masks of shape {self.masks.shape}, expected (n_samples, n_features), neither of them 0"
            )
        if self.predictions.ndim != 2 or len(self.predictions) != n_samples or self.distances.shape != (n_samples,):
            raise ValueError(
                f"got predictions of shape {self.predictions.shape} and distances of shape {self.distances.shape}, "
                f"expected ({n_samples}, n_outputs) and ({n_samples},)"
            )
        for array in (self.masks, self.predictions, self.distances):
            array.flags.writeable = False

    @property
    def n_samples(self) -> int:
        """Number of samples, the instance among them."""
        return int(self.masks.shape[0])

    @property
    def n_features(self) -> int:
        """Number of interpretable features."""
        return int(self.masks.shape[1])

    @property
    def n_outputs(self) -> int:
        """Number of columns of the model's answers."""
        return int(self.predictions.shape[1])

    @cached_property
    def moment_source(self) -> MomentSource:
        """Where weighted moments of this neighborhood come from; built at its first use and kept."""
        return moment_source(self.masks, self.predictions, self.distances)

    def concat(self, other: Neighborhood) -> Neighborhood:
        """Return the samples of both, the instance once.

        Raises
        ------
        ValueError
            If the two have another number of features or outputs.
        """
        if (self.n_features, self.n_outputs) != (other.n_features, other.n_outputs):
            raise ValueError(
                f"got a neighborhood of {other.n_features} features and {other.n_outputs} outputs, "
                f"expected {self.n_features} and {self.n_outputs}, as here"
            )
        return Neighborhood(
            np.concatenate([self.masks, other.masks[1:]]),
            np.concatenate([self.predictions, other.predictions[1:]]),
            np.concatenate([self.distances, other.distances[1:]]),
        )

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what can be computed again."""
        return {name: value for name, value in self.__dict__.items() if name != "moment_source"}


def distinct_masks(masks: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where each distinct mask first stands, and for each row which distinct mask it is.

    Parameters
    ----------
    masks : ndarray of bool, shape (n_samples, n_features)
        Masks, with repeats.

    Returns
    -------
    first : ndarray of int, shape (n_distinct,)
        Row of the first appearance of each distinct mask, rising.
    inverse : ndarray of int, shape (n_samples,)
        ``masks[first][inverse]`` equals ``masks``.
    """
    packed = np.packbits(masks, axis=1)
    rows = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, inverse = np.unique(rows, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return first[order], rank[inverse]


def distances_to_instance(masks: NDArray[np.bool_], metric: Any = "cosine") -> NDArray[np.float64]:
    """Return the distance of each mask to the instance, the row that keeps every feature.

    Parameters
    ----------
    masks : ndarray of bool, shape (n_samples, n_features)
        Masks.
    metric : str or callable
        As for `sklearn.metrics.pairwise_distances`.

    Returns
    -------
    ndarray of float, shape (n_samples,)
        Distances. For the usual metrics they are computed once for each number of kept features, and so are equal to
        the last bit within it.

    Raises
    ------
    ValueError
        If scikit-learn does not know the metric, or a distance is not finite.
    """
    if not isinstance(metric, str) or metric not in _LEVEL_METRICS:
        distances = _pairwise(masks, metric)
    else:
        _, first, level = np.unique(masks.sum(axis=1), return_index=True, return_inverse=True)
        distances = _pairwise(masks[first], metric)[level]
    if not np.isfinite(distances).all():
        raise ValueError(
            f"got NaN or infinity from distance_metric={metric!r}, expected a finite distance for each sample, "
            "try distance_metric='cosine'"
        )
    return distances


def _pairwise(masks: NDArray[np.bool_], metric: Any) -> NDArray[np.float64]:
    """Ask scikit-learn for the distances to the all-ones row."""
    n_samples, n_features = masks.shape
    # Metrics of sets want truth values, and warn of numbers.
    dtype: type[np.generic] = (
        np.bool_ if isinstance(metric, str) and metric in PAIRWISE_BOOLEAN_FUNCTIONS else np.float64
    )
    instance = np.ones((1, n_features), dtype=dtype)
    distances = np.empty(n_samples)
    # In slices, so that the copy in floating point stays small beside the masks.
    for rows in gen_batches(n_samples, max(1, _SLICE_SIZE // n_features)):
        distances[rows] = pairwise_distances(masks[rows].astype(dtype), instance, metric=metric).ravel()
    return distances
