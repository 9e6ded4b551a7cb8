"""Bins: which ranges of a number a table's explanation speaks of.

A missing value (NaN) is in no bin: its index is the one after the last bin's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lime_widgets.tables.base_discretizer import BaseDiscretizer, of_feature

__all__ = ["BaseDiscretizer", "DecileDiscretizer", "EntropyDiscretizer", "QuartileDiscretizer", "StatsDiscretizer"]


class StatsDiscretizer(BaseDiscretizer):
    """Bins whose statistics are known beforehand; no training row is needed.

    Parameters
    ----------
    data : ndarray, shape (n_samples, n_features), or None
        Training rows; only whether they have missing values matters.
    categorical_features, feature_names, labels, random_state
        As for `BaseDiscretizer`. With no data there are as many columns as names.
    data_stats : mapping
        ``"means"``, ``"stds"``, ``"mins"``, ``"maxs"``: for each binned column one number for each bin. ``"bins"``,
        the borders between bins, are taken from ``"maxs"`` where they are not given.

    Examples
    --------
    >>> stats = {"means": {0: [25, 40]}, "stds": {0: [3, 5]}, "mins": {0: [18, 30]}, "maxs": {0: [30, 65]}}
    >>> StatsDiscretizer(None, [], ["age"], data_stats=stats).names[0]
    ['age <= 30.00', 'age > 30.00']
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
        if data_stats is None:
            raise ValueError("got data_stats=None, expected the statistics of the bins, try QuartileDiscretizer")
        super().__init__(data, categorical_features, feature_names, labels, random_state, data_stats)

    def bins(self, data: Any, labels: Any) -> Iterable[Any]:  # noqa: ARG002 - what subclasses override
        """Return the given borders, or else all upper ends but the last."""
        given = self.data_stats or {}
        borders = given.get("bins") or {}
        return [
            borders[feature]
            if borders.get(feature) is not None
            else of_feature(given, "maxs", feature, self._column_names[feature])[:-1]
            for feature in self.to_discretize
        ]


class _PercentileDiscretizer(BaseDiscretizer):
    """What quartiles and deciles share: lime's signature and its percentiles."""

    _percentiles: tuple[int, ...] = ()

    def __init__(
        self,
        data: Any,
        categorical_features: Collection[int],
        feature_names: Sequence[str],
        labels: Any = None,
        random_state: Any = None,
    ) -> None:
        super().__init__(data, categorical_features, feature_names, labels=labels, random_state=random_state)

    def bins(self, data: Any, labels: Any) -> Iterable[Any]:  # noqa: ARG002 - what subclasses override
        """Return the percentiles of the values that are there."""
        columns = (data[:, feature] for feature in self.to_discretize)
        present = (column[~np.isnan(column)] for column in columns)
        return [np.percentile(values, self._percentiles) if len(values) else [] for values in present]


class QuartileDiscretizer(_PercentileDiscretizer):
    """Four bins with equally many training values each; fewer where values repeat.

    Parameters
    ----------
    data, categorical_features, feature_names, labels, random_state
        As for `BaseDiscretizer`.

    Examples
    --------
    >>> import numpy as np
    >>> QuartileDiscretizer(np.arange(9.0)[:, None], [], ["age"]).names[0]
    ['age <= 2.00', '2.00 < age <= 4.00', '4.00 < age <= 6.00', 'age > 6.00']
    """

    _percentiles = (25, 50, 75)


class DecileDiscretizer(_PercentileDiscretizer):
    """Ten bins with equally many training values each; fewer where values repeat.

    Parameters
    ----------
    data, categorical_features, feature_names, labels, random_state
        As for `BaseDiscretizer`.

    Examples
    --------
    >>> import numpy as np
    >>> DecileDiscretizer(np.arange(11.0)[:, None], [], ["age"]).edges[0]
    array([1., 2., 3., 4., 5., 6., 7., 8., 9.])
    """

    _percentiles = (10, 20, 30, 40, 50, 60, 70, 80, 90)


class EntropyDiscretizer(BaseDiscretizer):
    """At most eight bins, cut where a decision tree of depth 3 learns most about the labels.

    Parameters
    ----------
    data, categorical_features, feature_names, labels, random_state
        As for `BaseDiscretizer`. Labels are needed.

    Examples
    --------
    >>> import numpy as np
    >>> EntropyDiscretizer(np.arange(6.0)[:, None], [], ["age"], labels=[0, 0, 0, 0, 1, 1]).names[0]
    ['age <= 3.50', 'age > 3.50']
    """

    def __init__(
        self,
        data: Any,
        categorical_features: Collection[int],
        feature_names: Sequence[str],
        labels: Any = None,
        random_state: Any = None,
    ) -> None:
        from sklearn.utils.multiclass import type_of_target

        if labels is None:
            raise ValueError(
                "got labels=None, expected a label for each training row: labels must be not None when using "
                "EntropyDiscretizer, try labels=y_train"
            )
        kind = type_of_target(np.ravel(labels))
        if kind not in ("binary", "multiclass"):
            raise ValueError(
                f"got labels that are {kind}, expected classes for EntropyDiscretizer, "
                "try discretizer='quartile', or np.digitize on the labels"
            )
        super().__init__(data, categorical_features, feature_names, labels=labels, random_state=random_state)

    def bins(self, data: Any, labels: Any) -> Iterable[Any]:
        """Return the thresholds of a tree for each column, of the rows that have a value there."""
        return [
            self._thresholds(data[:, feature], np.asarray(labels), self._column_names[feature])
            for feature in self.to_discretize
        ]

    def _thresholds(self, column: NDArray[np.float64], labels: NDArray[Any], name: str) -> NDArray[np.float64]:
        """Return where a tree splits one column; its median if nowhere."""
        from sklearn.tree import DecisionTreeClassifier

        present = ~np.isnan(column)
        if not present.any():
            return np.empty(0)
        values = column[present]
        if np.abs(values).max() > np.finfo(np.float32).max:
            raise ValueError(
                f"got {np.abs(values).max():g} in column {name!r}, expected numbers that a tree takes, up to 3e+38, "
                "try other bins: discretizer='quartile'"
            )
        tree = DecisionTreeClassifier(criterion="entropy", max_depth=3, random_state=self.random_state)
        fitted = tree.fit(values[:, None], labels[present]).tree_
        thresholds: NDArray[np.float64] = np.sort(fitted.threshold[fitted.children_left > -1])
        return thresholds if len(thresholds) else np.array([np.median(values)])
