"""What all discretizers share: names, statistics, and the ways from a value to its bin and back."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine import new_seed
from lime_widgets.tables.truncated_normal import truncated_normal

Floats = NDArray[np.float64]

LARGEST = 1e140
"""The square of a number within it, summed over any number of rows and columns, is still finite."""
SMALLEST_STD = 0.00000000001
"""lime's, so that nothing is divided by 0."""


class BaseDiscretizer:
    """The base of all discretizers; for one of your own, override `bins`.

    Parameters
    ----------
    data : ndarray, shape (n_samples, n_features)
        Training rows. NaN is a missing value.
    categorical_features : collection of int
        Columns that are not binned.
    feature_names : sequence of str
        Names of all columns.
    labels : array-like, shape (n_samples,)
        Targets of the training rows, for bins that depend on them.
    random_state : None, int, RandomState or Generator
        Seed of `undiscretize`.
    data_stats : mapping
        ``"means"``, ``"stds"``, ``"mins"`` and ``"maxs"`` of the bins, by column; computed from `data` if None.

    Attributes
    ----------
    names : dict of int to list of str
        Name of each bin: ``"age <= 28.00"``; and last ``"age is missing"``, if the training data has missing values
        there. A column with nothing else has this one name, and no bin.
    edges : dict of int to ndarray
        The borders between bins, rising: one fewer than bins. A border belongs to the bin below it.
    lambdas : dict of int to callable
        From a value to the index of its bin.
    means, stds, mins, maxs : dict of int to list of float
        Statistics of the values that are there, one for each bin. Missing values have no entry.
    to_discretize : list of int
        The columns that are binned.
    seed : int
        Where chance begins.
    data_stats, random_state
        As in lime; `random_state` is a RandomState.

    Raises
    ------
    ValueError
        If shapes do not belong together, or a column holds infinite values; it is named.

    Examples
    --------
    >>> import numpy as np
    >>> class Halves(BaseDiscretizer):
    ...     def bins(self, data, labels):
    ...         return [np.nanmedian(data[:, [feature]], axis=0) for feature in self.to_discretize]
    >>> halves = Halves(np.array([[20.0], [30.0], [40.0], [np.nan]]), [], ["age"])
    >>> halves.names[0]
    ['age <= 30.00', 'age > 30.00', 'age is missing']
    >>> halves.discretize(np.array([[25.0], [35.0], [np.nan]])).ravel()
    array([0., 1., 2.])
    """

    def __init__(
        self,
        data: Any,
        categorical_features: Collection[int],
        feature_names: Sequence[str],
        labels: Any = None,
        random_state: Any = None,
        data_stats: Mapping[str, Any] | None = None,
    ) -> None:
        n_features = len(feature_names) if data is None else np.shape(data)[-1]
        self.to_discretize = [feature for feature in range(n_features) if feature not in categorical_features]
        self.data_stats = data_stats
        self._column_names = [str(name) for name in feature_names]
        self.seed = new_seed(random_state)
        # A RandomState, as in lime, because scikit-learn's trees are handed it; it takes 32 bits.
        self.random_state = np.random.RandomState(self.seed % 2**32)
        self.names: dict[int, list[str]] = {}
        self.edges: dict[int, Floats] = {}
        self.lambdas: dict[int, Callable[[Any], Any]] = {}
        self.means: dict[int, list[float]] = {}
        self.stds: dict[int, list[float]] = {}
        self.mins: dict[int, list[float]] = {}
        self.maxs: dict[int, list[float]] = {}
        rows = None if data is None else self._checked_rows(data, labels)
        if rows is None and data_stats is None:
            raise ValueError("got neither data nor data_stats, expected one of them, try data=training_data")
        borders = list(self.bins(rows, labels))
        if len(borders) != len(self.to_discretize):
            raise ValueError(
                f"got bins of {len(borders)} columns from {type(self).__name__}.bins, expected "
                f"{len(self.to_discretize)}, one array for each of self.to_discretize"
            )
        for feature, edges in zip(self.to_discretize, borders, strict=True):
            self._describe(feature, self._column_names[feature], edges, None if rows is None else rows[:, feature])

    def bins(self, data: Any, labels: Any) -> Iterable[Any]:
        """Return the borders between bins of each column in `to_discretize`; override this.

        Parameters
        ----------
        data : ndarray of float, shape (n_samples, n_features)
            The training rows; NaN is a missing value.
        labels : array-like, shape (n_samples,), or None
            Their targets.

        Returns
        -------
        iterable of array-like
            For each column its borders, in any order.
        """
        raise NotImplementedError("Must override bins() method")

    def discretize(self, data: NDArray[Any]) -> NDArray[Any]:
        """Return a copy in which each binned value is the index of its bin.

        Parameters
        ----------
        data : ndarray, shape (n_samples, n_features) or (n_features,)
            Rows, or one row.

        Returns
        -------
        ndarray
            Of the same shape and dtype (float, where the dtype is of truth values).
        """
        indices = np.array(data, dtype=np.float64 if np.asarray(data).dtype.kind == "b" else None)
        for feature in self.lambdas:
            indices[..., feature] = self._bin_indices(feature, indices[..., feature])
        return indices

    def undiscretize(self, data: NDArray[Any]) -> NDArray[Any]:
        """Return a copy in which each index of a bin is a value drawn in that bin.

        Values are drawn from the normal distribution of the bin's mean and standard deviation, cut off at the bin's
        ends. Two calls in a row draw different values; two discretizers of one seed draw the same ones.

        Parameters
        ----------
        data : ndarray, shape (n_samples, n_features) or (n_features,)
            Rows of indices, or one row.

        Returns
        -------
        ndarray
            Of the same shape, and of float unless `data` is of objects. NaN where the index is of missing values.
        """
        values = np.array(data, dtype=None if np.asarray(data).dtype.kind == "O" else np.float64)
        for feature in self.means:
            if feature in self.lambdas:
                indices = np.atleast_1d(values[..., feature]).astype(np.intp)
                drawn = self.get_undiscretize_values(feature, indices)
                values[..., feature] = drawn if values.ndim > 1 else drawn[0]
        return values

    def get_undiscretize_values(self, feature: int, values: NDArray[np.intp]) -> Floats:
        """Return one value drawn in each of these bins of a column, shape (n_samples,)."""
        drawn = np.full(len(values), np.nan)
        uniforms = self.random_state.random_sample(len(values))
        real = (values >= 0) & (values < len(self.means[feature]))
        bins = values[real]
        statistics = (self.mins, self.maxs, self.means, self.stds)
        low, high, mean, std = (np.asarray(column[feature], dtype=np.float64)[bins] for column in statistics)
        within = truncated_normal(uniforms[real], low, high, mean, std)
        # The lower border belongs to the bin below.
        above = np.minimum(np.nextafter(low, np.inf), high)
        drawn[real] = np.clip(within, np.where(bins > 0, above, low), high)
        return drawn

    def _checked_rows(self, data: Any, labels: Any) -> Floats:
        """Return the training rows as float64, or say which column cannot be binned."""
        table = np.asarray(data)
        if table.ndim != 2 or len(self._column_names) != table.shape[1] or not len(table):
            raise ValueError(
                f"got data of shape {table.shape} and {len(self._column_names)} feature names, "
                "expected one row or more, and a name for each column"
            )
        if labels is not None and np.shape(labels)[:1] != table.shape[:1]:
            raise ValueError(f"got {np.size(labels)} labels, expected {len(table)}, one for each row of data")
        rows = np.full(table.shape, np.nan)
        if table.dtype.kind != "O":
            rows[:] = table
        for feature in self.to_discretize:
            rows[:, feature] = table[:, feature]
            largest = np.max(np.abs(rows[:, feature]), initial=0, where=~np.isnan(rows[:, feature]))
            if largest > LARGEST:
                raise ValueError(
                    f"got {largest:g} in column {self._column_names[feature]!r}, expected numbers within "
                    f"±{LARGEST:g}, try NaN if it means that the value is missing"
                )
        return rows

    def _describe(self, feature: int, name: str, borders: Any, column: Floats | None) -> None:
        """Set the names, the borders and the statistics of a column's bins."""
        present = np.empty(0) if column is None else column[~np.isnan(column)]
        missing = column is not None and len(present) < len(column)
        has_bins = column is None or self.data_stats is not None or len(present) > 0
        edges = np.unique(np.asarray(borders, dtype=np.float64).ravel() if has_bins else np.empty(0))
        if not np.isfinite(edges).all():
            raise ValueError(
                f"got the borders {edges.tolist()} for column {name!r}, expected finite numbers, "
                "try np.nanpercentile where values are missing; the outer bins are open by themselves"
            )
        self.edges[feature] = edges
        self.lambdas[feature] = partial(np.searchsorted, edges)
        self.names[feature] = (_bin_names(name, edges.tolist()) if has_bins else []) + [f"{name} is missing"] * missing
        if self.data_stats is not None:
            self._take_statistics(feature, name, len(edges) + 1)
        elif has_bins:
            self._compute_statistics(feature, present)
        else:
            self.means[feature], self.stds[feature], self.mins[feature], self.maxs[feature] = [], [], [], []

    def _compute_statistics(self, feature: int, present: Floats) -> None:
        """Set mean, standard deviation and ends of each bin; 0 as mean of an empty one, as in lime."""
        edges = self.edges[feature]
        indices = np.searchsorted(edges, present)
        members = [present[indices == index] for index in range(len(edges) + 1)]
        self.means[feature] = [float(np.mean(values)) if len(values) else 0.0 for values in members]
        self.stds[feature] = [(float(np.std(values)) if len(values) else 0.0) + SMALLEST_STD for values in members]
        self.mins[feature] = [float(present.min()), *edges.tolist()]
        self.maxs[feature] = [*edges.tolist(), float(present.max())]

    def _take_statistics(self, feature: int, name: str, n_bins: int) -> None:
        """Set the statistics that were given, if there is one of each kind for each bin."""
        given = self.data_stats or {}
        for key in ("means", "stds", "mins", "maxs"):
            values = [float(value) for value in of_feature(given, key, feature, name)]
            if len(values) != n_bins:
                raise ValueError(
                    f"got {len(values)} {key} for column {name!r} in data_stats, expected {n_bins}, one for each bin"
                )
            getattr(self, key)[feature] = values

    def _bin_indices(self, feature: int, values: Any) -> NDArray[np.intp]:
        """Return the index of each value's bin; missing values come after the last bin."""
        numbers = np.asarray(values, dtype=np.float64)
        n_bins = len(self.means[feature])
        # Where nothing but missing values is known, index 0 is theirs, and a value must not be taken for one.
        indices = self.lambdas[feature](numbers) + (n_bins == 0)
        return np.where(np.isnan(numbers), n_bins, indices)


def _bin_names(name: str, edges: list[float]) -> list[str]:
    """Return lime's name of each bin."""
    if not edges:
        return [f"{name} has any value"]
    between = [f"{low:.2f} < {name} <= {high:.2f}" for low, high in itertools.pairwise(edges)]
    return [f"{name} <= {edges[0]:.2f}", *between, f"{name} > {edges[-1]:.2f}"]


def of_feature(stats: Mapping[str, Any], key: str, feature: int, name: str) -> Any:
    """Return one kind of statistics of one column."""
    if key not in stats or feature not in stats[key]:
        raise ValueError(
            f"got data_stats without {key!r} of column {feature} ({name!r}), expected one number for each bin, "
            f"try data_stats[{key!r}] = {{{feature}: […], …}}"
        )
    return stats[key][feature]
