"""What an explainer of tables is given beside its rows: bins and statistics, refused where they cannot be meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lime_widgets.tables.columns import TableCodec
from lime_widgets.tables.discretizers import (
    BaseDiscretizer,
    DecileDiscretizer,
    EntropyDiscretizer,
    QuartileDiscretizer,
    StatsDiscretizer,
)
from lime_widgets.tables.rows import checked_positions

_DISCRETIZERS: Mapping[str, type[BaseDiscretizer]] = {
    "quartile": QuartileDiscretizer,
    "decile": DecileDiscretizer,
    "entropy": EntropyDiscretizer,
}
_STATISTICS = ("means", "mins", "maxs", "stds", "feature_values", "feature_frequencies")


def discretizer_of(
    wanted: Any,
    codec: TableCodec,
    matrix: NDArray[np.float64] | None,
    labels: Any,
    statistics: Mapping[str, Any] | None,
    random_state: Any,
) -> BaseDiscretizer:
    """Return the discretizer that is meant."""
    categorical = [position for position, column in enumerate(codec.columns) if column.kind == "category"]
    names = [column.name for column in codec.columns]
    if statistics is not None:
        return StatsDiscretizer(matrix, categorical, names, labels, random_state, data_stats=statistics)
    if isinstance(wanted, BaseDiscretizer):
        _check_columns(wanted, names, categorical)
        return wanted
    if not isinstance(wanted, str) or wanted not in _DISCRETIZERS:
        raise ValueError(
            f"got discretizer={wanted!r}, expected {', '.join(map(repr, _DISCRETIZERS))} or an instance of a "
            "lime_widgets.discretize.BaseDiscretizer, try discretizer='quartile'"
        )
    made: Any = _DISCRETIZERS[wanted]
    fitted: BaseDiscretizer = made(matrix, categorical, names, labels, random_state)
    return fitted


def _check_columns(discretizer: BaseDiscretizer, names: Sequence[str], categorical: Sequence[int]) -> None:
    """Refuse a discretizer of another table: with more columns, or with bins of categories."""
    beyond = [column for column in discretizer.lambdas if column >= len(names)]
    if beyond:
        raise ValueError(
            f"got a discretizer with bins of column {beyond[0]}, expected columns from 0 to {len(names) - 1}, "
            "try one made of the same training data"
        )
    binned = [names[column] for column in categorical if column in discretizer.lambdas]
    if binned:
        raise ValueError(
            f"column {binned[0]!r}: got a discretizer with bins of a category, expected none, "
            f"try {type(discretizer).__name__}(data, categorical_features={categorical}, ...)"
        )


def check_lists(**given: Any) -> None:
    """Refuse a single number where several are meant."""
    for name, value in given.items():
        if value is not None and not isinstance(value, Iterable):
            raise TypeError(f"got {name}={value!r}, expected a list, try {name}=[{value!r}]")


def check_statistics(training_data: Any, statistics: Mapping[str, Any] | None) -> None:
    """Refuse statistics without something that lime's have, and neither data nor statistics.

    Raises
    ------
    ValueError
        If something is missing.
    """
    if training_data is None and statistics is None:
        raise ValueError("got neither training_data nor training_data_stats, expected one, try training_data=X_train")
    if statistics is None:
        return
    if not isinstance(statistics, Mapping):
        raise TypeError(
            f"got a {type(statistics).__name__} as training_data_stats, expected a mapping, try explainer.statistics()"
        )
    missing = [key for key in _STATISTICS if not isinstance(statistics.get(key), Mapping)]
    if missing:
        raise ValueError(
            f"Missing keys in training_data_stats. Details: {missing}; expected {', '.join(_STATISTICS)}, "
            "try explainer.statistics()"
        )


def with_whole_keys(statistics: Mapping[str, Any]) -> dict[str, Any]:
    """Return statistics by the columns' numbers, which are texts where they come from JSON."""
    return {
        key: {
            int(column) if isinstance(column, str) and column.isdecimal() else column: value
            for column, value in of_columns.items()
        }
        if isinstance(of_columns, Mapping)
        else of_columns
        for key, of_columns in statistics.items()
    }


def example_rows(
    statistics: Mapping[str, Any], feature_names: Iterable[Any] | None, categorical_features: Iterable[Any] | None
) -> NDArray[np.float64]:
    """Return two rows that stand for the training data: a value of each column and, where some is missing, none.

    Parameters
    ----------
    statistics : mapping
        lime's ``training_data_stats``. A missing value is the bin after the last, or NaN among categories.
    feature_names : iterable of str, optional
        Names of the columns.
    categorical_features : iterable of int or str, optional
        Positions or names of the columns that are categories.

    Returns
    -------
    ndarray of shape (2, n_columns)
    """
    of_columns = statistics["feature_values"]
    places = [str(position) for position in range(len(of_columns))]
    names = places if feature_names is None else [str(name) for name in feature_names]
    categories = checked_positions(categorical_features, names, places)
    rows = np.zeros((2, len(of_columns)))
    for position in range(len(of_columns)):
        known = np.asarray(of_columns.get(position, ()), dtype=np.float64)
        if position in categories:
            there = known[~np.isnan(known)]
            rows[:, position] = there[0] if len(there) else np.nan
        else:
            there = known[known < np.size(statistics["means"].get(position, ()))]
        if len(there) < len(known):
            rows[1, position] = np.nan
    return rows
