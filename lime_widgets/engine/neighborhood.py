"""The perturbed samples of an instance, with the model's answers: data, from which everything else is computed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import pairwise_distances
from sklearn.metrics.pairwise import PAIRWISE_BOOLEAN_FUNCTIONS
from sklearn.utils import gen_batches

from lime_widgets.engine.moments import MomentSource, moment_source
from lime_widgets.engine.pool import Emulation
from lime_widgets.engine.population import Population

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
_COMPUTED = frozenset({"moment_source", "multiplicities", "clusters"})

Samples = NDArray[Any]
"""Interpretable samples (n_samples, n_features): masks of bool, or real-valued columns of float64."""


@dataclass(frozen=True, eq=False)
class Neighborhood:
    """Samples around an instance, the model's predictions for them and their distances to it.

    Parameters
    ----------
    samples : ndarray of bool or float, shape (n_samples, n_features)
        The perturbed instances as the surrogate sees them: masks, True where a feature is kept, or real-valued
        interpretable columns. The first row is the instance; of masks, it keeps everything.
    predictions : ndarray of float, shape (n_samples, n_outputs)
        The model's answers.
    distances : ndarray of float, shape (n_samples,)
        Distance of each sample to the instance.
    importance : ndarray of float, shape (n_samples,), optional
        How likely lime's sampler is to draw each sample over how likely the design was that drew it: importance
        weights. None where lime's own law was drawn from. That of the instance, which is always there, is 1.
    nominal : int, optional
        How many of lime's samples these stand for, so that the ridge penalty means the same however few calls were
        made; as many as they are if None.
    exact : bool
        Whether every mask that can be is here, so that nothing is left to chance.
    noise : ndarray of float, shape (n_outputs,), optional
        Variance of the model's answer to the same question, where it was asked more than once.
    expected : ndarray of float, shape (n_samples, n_outputs), optional
        What is known of each answer from the others: predictions that the row's own answer had no part in.
    population : Population, optional
        lime's law of masks, where that is to take the place of the sample's own moments of the features. None for
        lime's own sampler, whose fit is lime's to the letter.
    emulation : Emulation, optional
        What an emulator makes of some of the outputs, for model-assisted estimation.

    Raises
    ------
    ValueError
        If the shapes do not belong together, there is no sample, or there is no feature.
    """

    samples: Samples
    predictions: NDArray[np.float64]
    distances: NDArray[np.float64]
    importance: NDArray[np.float64] | None = None
    nominal: int | None = None
    exact: bool = False
    noise: NDArray[np.float64] | None = None
    expected: NDArray[np.float64] | None = None
    population: Population | None = None
    emulation: Emulation | None = None

    def __post_init__(self) -> None:
        """Check the shapes and make the arrays read-only."""
        n_samples = len(self.samples)
        if self.samples.ndim != 2 or not self.samples.size:
            raise ValueError(
                f"got samples of shape {self.samples.shape}, expected (n_samples, n_features), neither of them 0"
            )
        if self.predictions.ndim != 2 or len(self.predictions) != n_samples or self.distances.shape != (n_samples,):
            raise ValueError(
                f"got predictions of shape {self.predictions.shape} and distances of shape {self.distances.shape}, "
                f"expected ({n_samples}, n_outputs) and ({n_samples},)"
            )
        if self.importance is not None and self.importance.shape != (n_samples,):
            raise ValueError(f"got importance of shape {self.importance.shape}, expected ({n_samples},)")
        if self.expected is not None and self.expected.shape != self.predictions.shape:
            raise ValueError(f"got expected of shape {self.expected.shape}, expected {self.predictions.shape}")
        for array in (self.samples, self.predictions, self.distances, self.importance, self.expected):
            if array is not None:
                array.flags.writeable = False

    @property
    def n_samples(self) -> int:
        """Number of samples, the instance among them."""
        return int(self.samples.shape[0])

    @property
    def n_features(self) -> int:
        """Number of interpretable features."""
        return int(self.samples.shape[1])

    @property
    def n_outputs(self) -> int:
        """Number of columns of the model's answers."""
        return int(self.predictions.shape[1])

    @cached_property
    def moment_source(self) -> MomentSource:
        """Where weighted moments of this neighborhood come from; built at its first use and kept."""
        return moment_source(self.samples, self.predictions, self.distances, self.multiplicities)

    @cached_property
    def multiplicities(self) -> NDArray[np.float64] | None:
        """How many of lime's samples each sample stands for, shape (n_samples,); None where each is one of them."""
        n_others = self.n_samples - 1
        nominal = self.n_samples if self.nominal is None else self.nominal
        if (self.importance is None and nominal == self.n_samples) or not n_others:
            return None
        others = np.ones(n_others) if self.importance is None else self.importance[1:]
        return np.concatenate([[1.0], others * ((nominal - 1) / others.sum())])

    @property
    def stands_for(self) -> int:
        """How many of lime's samples these stand for."""
        return self.nominal or self.n_samples

    def weights(self, proximity: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what each sample weighs in the fit: its proximity, as often as it stands for one of lime's samples.

        Parameters
        ----------
        proximity : ndarray of float, shape (n_samples,)
            The kernel's weights.
        """
        return proximity if self.multiplicities is None else proximity * self.multiplicities

    @cached_property
    def clusters(self) -> NDArray[np.intp]:
        """First rows of what was drawn together, shape (n_clusters,): a mask and its complement, or one row."""
        starts = np.ones(self.n_samples, dtype=np.bool_)
        if self.has_masks and self.n_features > 1:
            complements = (self.samples[2:] != self.samples[1:-1]).all(axis=1)
            for row in np.flatnonzero(complements) + 2:
                starts[row] = not starts[row - 1]
        return np.flatnonzero(starts)

    @property
    def has_masks(self) -> bool:
        """Whether the samples are masks: each feature is the instance's own, or not."""
        return self.samples.dtype == np.bool_

    def first(self, n_samples: int) -> Neighborhood:
        """Return the neighborhood of the first samples alone."""
        return Neighborhood(
            self.samples[:n_samples],
            self.predictions[:n_samples],
            self.distances[:n_samples],
            None if self.importance is None else self.importance[:n_samples],
        )

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what can be computed again."""
        return {name: value for name, value in self.__dict__.items() if name not in _COMPUTED}


def distinct_rows(table: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where each distinct row first stands, and for each row which distinct row it is.

    Parameters
    ----------
    table : ndarray of bool or float, shape (n_samples, n_columns)
        Rows, with repeats.

    Returns
    -------
    first : ndarray of int, shape (n_distinct,)
        Row of the first appearance of each distinct row, rising.
    inverse : ndarray of int, shape (n_samples,)
        ``table[first][inverse]`` equals ``table``, to the bit.
    """
    packed = np.ascontiguousarray(np.packbits(table, axis=1) if table.dtype == np.bool_ else table)
    rows = packed.view(np.dtype((np.void, packed.dtype.itemsize * packed.shape[1]))).ravel()
    _, first, inverse = np.unique(rows, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return first[order], rank[inverse]


def distances_to_instance(
    samples: Samples, metric: Any = "cosine", instance: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Return the distance of each sample to the instance.

    Parameters
    ----------
    samples : ndarray of bool or float, shape (n_samples, n_features)
        Masks, or real-valued columns.
    metric : str or callable
        As for `sklearn.metrics.pairwise_distances`.
    instance : ndarray of float, shape (n_features,)
        The instance's own row; the one that keeps every feature if None.

    Returns
    -------
    ndarray of float, shape (n_samples,)
        Distances. For masks and the usual metrics they are computed once for each number of kept features, and so are
        equal to the last bit within it.

    Raises
    ------
    ValueError
        If scikit-learn does not know the metric, or a distance is not finite.
    """
    row = np.ones(samples.shape[1]) if instance is None else instance
    is_masks = instance is None and samples.dtype == np.bool_
    by_level = distances_by_level(samples.shape[1], metric) if is_masks else None
    return _pairwise(samples, row, metric) if by_level is None else by_level[samples.sum(axis=1)]


def distances_by_level(n_features: int, metric: Any) -> NDArray[np.float64] | None:
    """Return the distance of a mask to the instance by how many features it keeps, shape (n_features + 1,).

    None under a metric to which other things may matter, too.
    """
    if not isinstance(metric, str) or metric not in _LEVEL_METRICS:
        return None
    return _level_distances(n_features, metric)


@lru_cache(maxsize=64)
def _level_distances(n_features: int, metric: str) -> NDArray[np.float64]:
    """Return the distance by how many features are kept: asked for at every look, and by every explanation."""
    masks = np.tri(n_features + 1, n_features, -1, dtype=np.bool_)
    distances = _pairwise(masks, np.ones(n_features), metric)
    distances.flags.writeable = False
    return distances


def _pairwise(samples: Samples, instance: NDArray[np.float64], metric: Any) -> NDArray[np.float64]:
    """Ask scikit-learn for the distances to one row."""
    n_samples, n_features = samples.shape
    # Metrics of sets want truth values, and warn of numbers.
    dtype: type[np.generic] = (
        np.bool_ if isinstance(metric, str) and metric in PAIRWISE_BOOLEAN_FUNCTIONS else np.float64
    )
    row = instance[None].astype(dtype)
    distances = np.empty(n_samples)
    # In slices, so that the copy in floating point stays small beside the masks.
    for rows in gen_batches(n_samples, max(1, _SLICE_SIZE // n_features)):
        distances[rows] = pairwise_distances(samples[rows].astype(dtype), row, metric=metric).ravel()
    if not np.isfinite(distances).all():
        raise ValueError(
            f"got NaN or infinity from distance_metric={metric!r}, expected a finite distance for each sample, "
            "try distance_metric='euclidean'"
        )
    return distances
