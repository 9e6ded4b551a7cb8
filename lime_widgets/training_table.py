"""What an explainer of tables knows of its training data: how each column is distributed, in bins or as it is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lime_widgets.columns import Column, TableCodec
from lime_widgets.conditions import Scaled
from lime_widgets.discretize import BaseDiscretizer
from lime_widgets.marginals import Bins, Categories, Gaussian, Marginal
from lime_widgets.table_features import TableFeature

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TrainingTable:
    """The training data, reduced to each column's own distribution.

    Parameters
    ----------
    codec : TableCodec
        The way to numbers and back.
    marginals : sequence of Marginal
        One for each column.
    bounds : sequence of (float, float) or None
        The least and the greatest value of each column.
    discretizer : BaseDiscretizer, optional
        Where columns are binned.
    values : mapping of int to list of float
        The values, or bins, that each categorical or binned column has, rising.
    frequencies : mapping of int to ndarray
        Their shares.
    """

    codec: TableCodec
    marginals: Sequence[Marginal]
    bounds: Sequence[tuple[float, float] | None]
    discretizer: BaseDiscretizer | None = None
    values: Mapping[int, list[float]] = field(default_factory=dict)
    frequencies: Mapping[int, Floats] = field(default_factory=dict)

    def features(self, row: Floats) -> list[TableFeature]:
        """Return the features of an encoded row, shape (n_columns,)."""
        columns = self.codec.columns
        names = lime_names(columns, self.discretizer, row)
        return [
            TableFeature(
                column,
                float(value),
                self.marginals[position].condition(float(value)),
                position,
                names[position],
                self.bounds[position],
                self._is_constant(position),
            )
            for position, (column, value) in enumerate(zip(columns, row, strict=True))
        ]

    def _is_constant(self, position: int) -> bool:
        """Whether the training data has but one value in a column."""
        if self.codec.columns[position].kind == "category":
            return len(self.values[position]) == 1
        bounds = self.bounds[position]
        return bounds is not None and bounds[0] == bounds[1] and not self.codec.columns[position].missing


def lime_names(columns: Sequence[Column], discretizer: BaseDiscretizer | None, row: Floats) -> list[str]:
    """Return lime's name of each feature of a row: ``"28.00 < age <= 37.00"``, ``"workclass=Private"``, ``"age"``."""
    names = [
        f"{column.name}={column.value_text(float(value))}" if column.kind == "category" else column.name
        for column, value in zip(columns, row, strict=True)
    ]
    if discretizer is not None:
        codes = discretizer.discretize(row)
        for position, bins in discretizer.names.items():
            names[position] = (
                bins[int(codes[position])] if int(codes[position]) < len(bins) else missing_name(columns[position])
            )
    return names


def missing_name(column: Column) -> str:
    """Return the name of a missing value."""
    return f"{column.name} is missing"


def counted(column: Floats) -> tuple[list[float], Floats]:
    """Return the distinct values of a column, rising, NaN last, and their shares."""
    values, counts = np.unique(column, return_counts=True)
    return values.tolist(), counts / counts.sum()


def column_bounds(matrix: Floats) -> list[tuple[float, float] | None]:
    """Return the least and the greatest value of each column; None where there is none."""
    there = ~np.isnan(matrix)
    least = np.where(there, matrix, math.inf).min(axis=0, initial=math.inf)
    greatest = np.where(there, matrix, -math.inf).max(axis=0, initial=-math.inf)
    return [(float(low), float(high)) if low <= high else None for low, high in zip(least, greatest, strict=True)]


def binned_table(
    codec: TableCodec,
    discretizer: BaseDiscretizer,
    matrix: Floats | None,
    statistics: Mapping[str, Any] | None = None,
    *,
    observed: bool = False,
) -> TrainingTable:
    """Return a table whose numbers are in bins.

    Parameters
    ----------
    codec : TableCodec
        Names the columns.
    discretizer : BaseDiscretizer
        Has the bins.
    matrix : ndarray of shape (n_rows, n_columns), optional
        The training rows, encoded.
    statistics : mapping, optional
        lime's ``training_data_stats``, instead of what the training rows say.
    observed : bool
        Whether to draw values within a bin from the training values; from a normal distribution if not.
    """
    if statistics is not None or matrix is None:
        values, frequencies = _given_counts(statistics or {}, codec.columns)
    else:
        values, frequencies = _counted_columns(discretizer.discretize(matrix))
    training = matrix if observed else None
    marginals: list[Marginal] = [
        _bins(column, discretizer, position, values, frequencies, training)
        if position in discretizer.lambdas
        else Categories(np.asarray(values[position], dtype=np.float64), frequencies[position])
        for position, column in enumerate(codec.columns)
    ]
    bounds = [
        (float(marginal.lows[0]), float(marginal.highs[-1])) if isinstance(marginal, Bins) and marginal.n_bins else None
        for marginal in marginals
    ]
    return TrainingTable(codec, marginals, bounds, discretizer, values, frequencies)


def scaled_table(codec: TableCodec, matrix: Floats, *, around_instance: bool) -> TrainingTable:
    """Return a table whose numbers are as they are.

    Parameters
    ----------
    codec : TableCodec
        Names the columns.
    matrix : ndarray of shape (n_rows, n_columns)
        The training rows, encoded.
    around_instance : bool
        Whether rows are drawn around the instance.

    Raises
    ------
    ValueError
        If a number is missing: what is missing has no place on a scale.
    """
    categorical = [position for position, column in enumerate(codec.columns) if column.kind == "category"]
    counts = {position: counted(matrix[:, position]) for position in categorical}
    values = {position: count[0] for position, count in counts.items()}
    frequencies = {position: count[1] for position, count in counts.items()}
    bounds = column_bounds(matrix)
    marginals: list[Marginal] = [
        Categories(np.asarray(values[position], dtype=np.float64), frequencies[position])
        if position in values
        else _gaussian(column, matrix[:, position], around_instance)
        for position, column in enumerate(codec.columns)
    ]
    return TrainingTable(codec, marginals, bounds, None, values, frequencies)


def _gaussian(column: Column, training: Floats, around_instance: bool) -> Gaussian:
    """Return the marginal of a column of numbers as they are."""
    from sklearn.preprocessing import StandardScaler

    if np.isnan(training).any():
        raise ValueError(
            f"column {column.name!r}: got missing values with discretize_continuous=False, expected none: they have "
            "no place on a scale, try discretize_continuous=True, which makes a bin of them"
        )
    scaler = StandardScaler(with_mean=False).fit(training[:, None])
    mean, scale = float(scaler.mean_[0]), float(scaler.scale_[0])
    if training.min() == training.max():
        # What never varies is not varied: around the instance, by nothing.
        return Gaussian(column, mean, 0.0, Scaled(mean, scale), around_instance=True)
    return Gaussian(column, mean, scale, Scaled(mean, scale), around_instance)


def _counted_columns(codes: Floats) -> tuple[dict[int, list[float]], dict[int, Floats]]:
    """Return the values of every column, and their shares."""
    counts = [counted(column) for column in codes.T]
    return {at: count[0] for at, count in enumerate(counts)}, {at: count[1] for at, count in enumerate(counts)}


def _given_counts(
    statistics: Mapping[str, Any], columns: Sequence[Column]
) -> tuple[dict[int, list[float]], dict[int, Floats]]:
    """Return the values of every column, and their shares, as lime's statistics give them.

    Raises
    ------
    ValueError
        If a column has no values, or not one count for each.
    """
    values, frequencies = {}, {}
    for position, column in enumerate(columns):
        given = [statistics[key].get(position) for key in ("feature_values", "feature_frequencies")]
        lengths = [0 if of_column is None else len(of_column) for of_column in given]
        if lengths[0] != lengths[1] or not lengths[0] or not np.sum(given[1]) > 0:
            raise ValueError(
                f"column {column.name!r}: got {lengths[0]} feature_values and {lengths[1]} feature_frequencies in "
                "training_data_stats, expected equally many and some frequency above 0, try explainer.statistics()"
            )
        values[position] = [float(value) for value in given[0]]
        frequencies[position] = np.asarray(given[1], dtype=np.float64) / np.sum(given[1])
    return values, frequencies


def _bins(
    column: Column,
    discretizer: BaseDiscretizer,
    position: int,
    values: Mapping[int, list[float]],
    frequencies: Mapping[int, Floats],
    training: Floats | None,
) -> Bins:
    """Return the marginal of a binned column; values within bins are those of the training rows, if given."""
    lows, highs, means, stds = (
        np.asarray(statistic[position], dtype=np.float64)
        for statistic in (discretizer.mins, discretizer.maxs, discretizer.means, discretizer.stds)
    )
    edges = np.asarray(discretizer.edges[position], dtype=np.float64)
    observed = None
    if training is not None:
        there = np.sort(training[:, position])
        there = there[~np.isnan(there)]
        observed = tuple(np.split(there, np.searchsorted(there, edges, side="right")))
    codes = np.asarray(values[position]).astype(np.intp)
    return Bins(column, edges, codes, frequencies[position], lows, highs, means, stds, observed)
