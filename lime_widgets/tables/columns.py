"""What a table's columns are, and the way from a table to a matrix of numbers and back."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

MICROSECONDS_IN_A_DAY = 86_400_000_000
FIRST_DATE, LAST_DATE = -62_135_596_800_000_000.0, 253_402_214_400_000_000.0
"""The first and the last day of Python's calendar, years 1 to 9999, in microseconds since 1970."""
MISSING = "missing"


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name : str
        As a reader sees it.
    kind : {"number", "category", "date"}
        A category is encoded as its code, a date as microseconds since 1970 in UTC.
    whole : bool
        Of numbers: only whole ones make sense. Of dates: only whole days.
    missing : bool
        Whether the training data has missing values here. They are encoded as NaN.
    zoned : bool
        Of dates: whether they are points in time (with a time zone), not what a clock on the wall said.
    names : mapping of float to str
        Of a category: the name of each code, in the order in which they are offered.
    least, greatest : float
        Of numbers: what the column's type can hold.

    Examples
    --------
    >>> Column("sex", "category", names={0.0: "Female", 1.0: "Male"}).value_text(1.0)
    'Male'
    """

    name: str
    kind: Literal["number", "category", "date"]
    whole: bool = False
    missing: bool = False
    zoned: bool = False
    names: Mapping[float, str] = field(default_factory=dict)
    least: float = -math.inf
    greatest: float = math.inf

    def value_text(self, value: float) -> str:
        """Return an encoded value as a reader sees it: ``"37"``, ``"Private"``, ``"2021-03-04"``, ``"missing"``."""
        if math.isnan(value):
            return MISSING
        if self.kind == "category":
            return self.names.get(value, number_text(value))
        if self.kind == "date":
            return date_text(value, zoned=self.zoned)
        return number_text(value)

    def rounded(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the nearest values that the column can hold: whole numbers, whole days, within its type's bounds."""
        step = MICROSECONDS_IN_A_DAY if self.kind == "date" else 1
        nearest = np.round(values / step) * step if self.whole else values
        if math.isinf(self.least) and math.isinf(self.greatest):
            return nearest
        return np.clip(nearest, self.least, self.greatest)


class TableCodec(Protocol):
    """The way from tables and rows as people have them to float64, and back to what the model is asked with.

    Attributes
    ----------
    columns : sequence of Column
        The columns, in the table's order.
    """

    @property
    def columns(self) -> Sequence[Column]: ...  # noqa: D102 - documented with the class

    def encode(self, data: Any) -> NDArray[np.float64]:
        """Return a table of the same kind and columns as a matrix, shape (n, d); NaN is a missing value."""
        ...

    def encode_row(self, row: Any) -> NDArray[np.float64]:
        """Return one row, shape (d,).

        Parameters
        ----------
        row : ndarray, list, tuple, mapping, Series or one-row data frame
            The values, in the order of the columns or by their names.

        Raises
        ------
        ValueError
            Names the column whose value is not of its type, or infinite, or a category never seen, or missing where
            the training data has no missing values; or the first column that is missing, unexpected or out of order.
        """
        ...

    def encode_value(self, column: int, value: Any) -> float:
        """Return one value of a column; errors as in `encode_row`."""
        ...

    def decode(self, matrix: NDArray[np.float64]) -> Any:
        """Return the batch that the model is asked about, one row for each row of `matrix`, shape (n, d)."""
        ...


def table_codec(
    training_data: Any = None,
    feature_names: Iterable[Any] | None = None,
    categorical_features: Iterable[int | str] | None = None,
    categorical_names: Mapping[Any, Any] | None = None,
    feature_values: Mapping[int, Sequence[float]] | None = None,
) -> TableCodec:
    """Return the codec of a table.

    Parameters
    ----------
    training_data : ndarray, list of lists or data frame, shape (n, d)
        pandas, polars or pyarrow for frames. With None there are no training rows: `feature_names` says how many
        columns there are, all of them numbers but for `categorical_features`, as in an array.
    feature_names : iterable of str
        How columns are called; else a frame's own names, or ``"0", "1", …``.
    categorical_features : iterable of int or str
        Positions or names of the columns that are categories. Strings and booleans always are.
    categorical_names : mapping of int or str to (sequence or mapping of str)
        ``categorical_names[x][y]`` is the name of the value y of column x.
    feature_values : mapping of int to sequence of float
        Known values of categories, where there are no training rows.

    Returns
    -------
    TableCodec

    Raises
    ------
    TypeError
        If a column is of a type that cannot be explained; it is named.
    ValueError
        If names and columns do not belong together, or a column has infinite values; it is named.
    """
    # Each kind of table in a module of its own, so that narwhals is loaded for frames alone.
    if hasattr(type(training_data), "columns"):
        from lime_widgets.tables.frame_codec import FrameCodec

        return FrameCodec(training_data, feature_names, categorical_features, categorical_names)
    from lime_widgets.tables.array_codec import ArrayCodec

    return ArrayCodec(training_data, feature_names, categorical_features, categorical_names, feature_values)


def number_text(value: float) -> str:
    """Return a number in few digits: ``"37"``, ``"0.03125"``, ``"1e-12"``; twelve tell a reader enough."""
    if value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    digits = f"{value:.12g}"
    # What was stored in 32 bits reads as it was written, 0.1, not as 64 bits continue it.
    narrow = np.float32(value) if abs(value) <= float(np.finfo(np.float32).max) else np.float32(0)
    return str(narrow) if float(narrow) == value != float(digits) else digits


def date_text(microseconds: float, *, zoned: bool = False) -> str:
    """Return a date, with the time where it is not midnight: ``"2021-03-04"``, ``"2021-03-04 13:05"``."""
    moment = np.datetime64(round(microseconds), "us")
    midnight = round(microseconds) % MICROSECONDS_IN_A_DAY == 0
    if zoned:
        return str(np.datetime_as_string(moment, "m" if midnight else "auto")).replace("T", " ") + " UTC"
    return str(np.datetime_as_string(moment, "D" if midnight else "auto")).replace("T", " ")
