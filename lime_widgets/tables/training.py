"""What an explainer of tables knows of its training data: how each column is distributed, in bins or as it is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lime_widgets.tables.base_discretizer import LARGEST, SMALLEST_STD, BaseDiscretizer
from lime_widgets.tables.columns import Column, TableCodec
from lime_widgets.tables.conditions import Condition, Scaled, edge_text
from lime_widgets.tables.features import TableFeature
from lime_widgets.tables.marginals import Bins, Categories, Gaussian, Marginal

Floats = NDArray[np.float64]

# A list of more categories than this is not one that anybody picks from.
_MOST_CHOICES = 200
_FEW_CHOICES = 20

_MOST_DEVIATIONS = 1e15  # the digits of a float64


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
        conditions = [marginal.condition(float(value)) for marginal, value in zip(self.marginals, row, strict=True)]
        for column, condition, value in zip(columns, conditions, row, strict=True):
            _refuse_far(column, condition, float(value))
        return [
            TableFeature(
                column,
                float(value),
                conditions[position],
                position,
                names[position],
                self.bounds[position],
                self._is_constant(position, float(value)),
                self._offered(position),
            )
            for position, (column, value) in enumerate(zip(columns, row, strict=True))
        ]

    def _offered(self, position: int) -> tuple[float, ...] | None:
        """Return the categories of a column that a page may offer; None for all.

        Of very many those that occur most often. What occurs as seldom as anything else is left out of these, and where
        most do: a name or a number of a person's own is nothing to pick from, and nothing to give away.
        """
        column = self.codec.columns[position]
        if column.kind != "category" or len(column.names) <= _FEW_CHOICES:
            return None
        values, shares = np.asarray(self.values[position]), self.frequencies[position]
        if len(column.names) <= _MOST_CHOICES and np.mean(shares == shares.min()) <= 0.5:
            return None
        often = np.argsort(-shares, kind="stable")[:_MOST_CHOICES]
        kept = often[(shares[often] > shares.min()) & ~np.isnan(values[often])]
        return tuple(values[kept].tolist())

    def _is_constant(self, position: int, value: float) -> bool:
        """Whether the training data has but one value in a column, and the row one that looks the same.

        A row that differs from all training rows is alone with its value in the neighborhood, and so has a weight.
        """
        bounds = self.bounds[position]
        if bounds is None or self.codec.columns[position].kind == "category":
            varies = len(self.values[position]) > 1
        else:
            varies = bounds[0] != bounds[1] or self.codec.columns[position].missing
        if varies:
            return False
        marginal = self.marginals[position]
        drawn, _ = marginal.draw(np.full(1, 0.5), value)
        return bool(drawn[0] == marginal.condition(value).sample(np.full(1, value))[0])


def lime_names(columns: Sequence[Column], discretizer: BaseDiscretizer | None, row: Floats) -> list[str]:
    """Return lime's name of each feature of a row: ``"28.00 < age <= 37.00"``, ``"workclass=Private"``, ``"age"``."""
    names = [
        f"{column.name}={column.value_text(float(value))}" if column.kind == "category" else column.name
        for column, value in zip(columns, row, strict=True)
    ]
    if discretizer is not None:
        codes = discretizer.discretize(row)
        for position, bins in discretizer.names.items():
            code = int(codes[position])
            names[position] = bins[code] if code < len(bins) else missing_name(columns[position])
            if columns[position].kind == "date" and not math.isnan(row[position]):
                names[position] = _date_bin_name(columns[position], discretizer.edges[position], code)
    return names


def _date_bin_name(column: Column, edges: Floats, code: int) -> str:
    """Return the name of a bin of dates, in dates: lime, which has none, would say microseconds."""
    borders = [edge_text(column, float(edge)) for edge in edges]
    if not borders:
        return f"{column.name} has any value"
    if code == 0:
        return f"{column.name} <= {borders[0]}"
    if code == len(borders):
        return f"{column.name} > {borders[-1]}"
    return f"{borders[code - 1]} < {column.name} <= {borders[code]}"


def _refuse_far(column: Column, condition: Condition, value: float) -> None:
    """Refuse a number so far from the training data's that beside it no other can be told from the mean."""
    if isinstance(condition, Scaled) and not abs(value - condition.mean) <= _MOST_DEVIATIONS * condition.scale:
        raise ValueError(
            f"got {value:g} for column {column.name!r}, expected a number within {_MOST_DEVIATIONS:g} standard "
            f"deviations of the training data's mean, {condition.mean:g}, try a value within its range"
        )


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
    within_bins = "observed" if observed else "normal"
    marginals: list[Marginal] = [
        _bins(column, discretizer, position, values, frequencies, matrix, within_bins)
        if position in discretizer.lambdas
        else Categories(np.asarray(values[position], dtype=np.float64), frequencies[position])
        for position, column in enumerate(codec.columns)
    ]
    bounds = [
        (float(discretizer.mins[position][0]), float(discretizer.maxs[position][-1]))
        if isinstance(marginal, Bins) and marginal.n_bins
        else None
        for position, marginal in enumerate(marginals)
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
    largest = float(np.abs(training).max())
    if largest > LARGEST:
        raise ValueError(
            f"column {column.name!r}: got {largest:g}, expected numbers within ±{LARGEST:g}, whose variance is a "
            "number, try NaN if it means that the value is missing"
        )
    scaler = StandardScaler(with_mean=False).fit(training[:, None])
    mean, scale = float(scaler.mean_[0]), float(scaler.scale_[0])
    if training.min() == training.max():
        # What never varies is not varied: around the instance, by nothing. Its mean is itself, to the last bit.
        value = float(training[0])
        return Gaussian(column, value, 0.0, Scaled(value, scale), around_instance=True)
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
        counts = np.asarray([] if given[1] is None else given[1], dtype=np.float64)
        if lengths[0] != lengths[1] or not (counts >= 0).all() or not 0 < counts.sum() < math.inf:
            raise ValueError(
                f"column {column.name!r}: got {lengths[0]} feature_values and {lengths[1]} feature_frequencies in "
                "training_data_stats, expected equally many, no frequency below 0 and some above, "
                "try explainer.statistics()"
            )
        # What is never drawn would be divided by its share.
        values[position] = [float(value) for value, count in zip(given[0], counts, strict=True) if count > 0]
        frequencies[position] = counts[counts > 0] / counts.sum()
    return values, frequencies


def _bins(
    column: Column,
    discretizer: BaseDiscretizer,
    position: int,
    values: Mapping[int, list[float]],
    frequencies: Mapping[int, Floats],
    rows: Floats | None,
    within_bins: str,
) -> Bins:
    """Return the marginal of a binned column."""
    lows, highs, means, stds = (
        np.asarray(statistic[position], dtype=np.float64)
        for statistic in (discretizer.mins, discretizer.maxs, discretizer.means, discretizer.stds)
    )
    codes = np.asarray(values[position]).astype(np.intp)
    # A border of the user's own may lie beyond the data: that bin is empty, and never drawn.
    drawn = np.isin(np.arange(len(lows)), codes)
    if not all(np.isfinite(statistic).all() for statistic in (lows, highs, means, stds)) or (lows > highs)[drawn].any():
        raise ValueError(
            f"column {column.name!r}: got the bins' mins {lows}, maxs {highs}, means {means} and stds {stds}, "
            "expected finite numbers and no min above its max, try explainer.statistics()"
        )
    if not np.array_equal(codes, values[position]) or codes.min() < 0 or codes.max() > len(lows):
        raise ValueError(
            f"column {column.name!r}: got the bins {values[position]} in feature_values, expected numbers from 0 to "
            f"{len(lows) - 1}, or {len(lows)} for missing values, try explainer.statistics()"
        )
    edges = np.asarray(discretizer.edges[position], dtype=np.float64)
    observed = None
    if rows is not None and within_bins == "observed":
        observed = _observed(column, rows[:, position], edges, codes, len(lows))
    # Where all values of a bin are equal, that value is drawn, not one next to it: a category is often such a number.
    single = (stds <= 2 * SMALLEST_STD) & (lows <= means) & (means <= highs)
    if rows is not None:
        means = _exact(means, single, rows[:, position], edges)
    lows, highs = np.where(single, means, lows), np.where(single, means, np.maximum(lows, highs))
    deviations = np.maximum(stds, SMALLEST_STD)
    return Bins(column, edges, codes, frequencies[position], lows, highs, means, deviations, observed)


def _exact(means: Floats, single: NDArray[np.bool_], column: Floats, edges: Floats) -> Floats:
    """Return the means, those of bins with a single value to the last bit: a mean is rounded."""
    exact = means.copy()
    there = column[~np.isnan(column)]
    codes = np.searchsorted(edges, there)
    for code in np.flatnonzero(single):
        exact[code] = there[codes == code][:1].max(initial=-math.inf)
    return np.where(np.isfinite(exact), exact, means)


def _observed(
    column: Column, training: Floats, edges: Floats, codes: NDArray[np.intp], n_bins: int
) -> tuple[Floats, ...]:
    """Return the training values in each bin, if there are some in each that can be drawn."""
    there = np.sort(training[~np.isnan(training)])
    observed = tuple(np.split(there, np.searchsorted(there, edges, side="right")))
    empty = [code for code in codes.tolist() if code < n_bins and not len(observed[code])]
    if empty:
        raise ValueError(
            f"column {column.name!r}: got no training value in the bin {empty[0]} with within_bins='observed', "
            "expected some in each bin of the statistics, try within_bins='normal'"
        )
    return observed
