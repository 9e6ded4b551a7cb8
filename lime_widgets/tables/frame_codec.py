"""Data frames of pandas, polars and pyarrow as matrices of numbers, and back to frames of the same kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import narwhals as nw
import numpy as np
from narwhals.exceptions import DuplicateError
from numpy.typing import NDArray

from lime_widgets.tables.column_values import read_value
from lime_widgets.tables.columns import Column
from lime_widgets.tables.frame_categories import CategoryColumn, unfit
from lime_widgets.tables.frame_columns import DateColumn, FrameColumn, NumberColumn, Series, without_rows
from lime_widgets.tables.rows import by_position, checked_names, checked_positions, row_values

_NESTED = (nw.List, nw.Array, nw.Struct)
_CATEGORIES = (nw.String, nw.Categorical, nw.Enum, nw.Boolean, nw.Binary, nw.Object)


class FrameCodec:
    """The way from data frames to float64 and back, see `TableCodec`.

    Keeps no training rows: an empty frame, and each category's distinct values.

    Parameters
    ----------
    training_data : pandas.DataFrame, polars.DataFrame or pyarrow.Table
        The training rows. A pandas index is ignored.
    feature_names : iterable of str
        What the columns are called for readers, in the frame's order; the frame's own names if None.
    categorical_features : iterable of int or str
        Positions or names of columns of numbers or dates that are categories. Texts and truth values always are.
    categorical_names : mapping of int or str to (sequence or mapping of str)
        Names of the values of a column.

    Raises
    ------
    TypeError
        If a column holds what cannot be explained (nested values, durations); it is named.
    ValueError
        If a column holds infinity, or a whole number that float64 cannot tell from its neighbor; it is named. If the
        frame is lazy, empty, or has two columns of one name.

    Examples
    --------
    >>> import polars as pl
    >>> codec = FrameCodec(pl.DataFrame({"age": [37, 52], "sex": ["Male", "Female"]}))
    >>> codec.encode_row({"sex": "Male", "age": 40})
    array([40.,  1.])
    >>> codec.decode(np.array([[40.0, 1.0]])).to_dicts()
    [{'age': 40, 'sex': 'Male'}]
    """

    def __init__(
        self,
        training_data: Any,
        feature_names: Iterable[Any] | None = None,
        categorical_features: Iterable[int | str] | None = None,
        categorical_names: Mapping[Any, Any] | None = None,
    ) -> None:
        frame = _eager(training_data)
        if not len(frame) or not frame.columns:
            raise ValueError(f"got training data of shape {frame.shape}, expected at least one row and one column")
        labels = list(frame.columns)
        self._own_names = checked_names(None, labels)
        names = checked_names(feature_names, labels)
        categories = checked_positions(categorical_features, names, labels)
        given = by_position(categorical_names, names, labels)
        self._fields: list[FrameColumn] = [
            _frame_column(frame[:, position], name, category=position in categories, names=given.get(position))
            for position, name in enumerate(names)
        ]
        self._columns = [field.reader.column for field in self._fields]
        self._backend = frame.implementation
        self._empty = without_rows(frame.to_native())

    @property
    def columns(self) -> Sequence[Column]:
        """The columns, in the frame's order."""
        return self._columns

    def encode(self, data: Any) -> NDArray[np.float64]:
        """Return a frame with the training data's columns as a matrix, shape (n, d); NaN is a missing value."""
        frame = _eager(data)
        names = [str(label) for label in frame.columns]
        if names != self._own_names:
            place = next((i for i, (a, b) in enumerate(zip(names, self._own_names, strict=False)) if a != b), None)
            got = f"{len(names)} columns" if place is None else f"column {names[place]!r} at position {place}"
            want = f"{len(self._own_names)}" if place is None else f"{self._own_names[place]!r}"
            raise ValueError(f"got {got}, expected {want}, try frame[list(training_data.columns)]")
        matrix = np.empty(frame.shape, order="F")
        for position, field in enumerate(self._fields):
            matrix[:, position] = field.encode(frame[:, position])
        return np.ascontiguousarray(matrix)

    def encode_row(self, row: Any) -> NDArray[np.float64]:
        """Return one row, shape (d,); see `TableCodec`."""
        values = row_values(row, self._own_names)
        return np.array([read_value(field.reader, value) for field, value in zip(self._fields, values, strict=True)])

    def encode_value(self, column: int, value: Any) -> float:
        """Return one value of a column; see `TableCodec`."""
        return read_value(self._fields[column].reader, value)

    def decode(self, matrix: NDArray[np.float64]) -> Any:
        """Return a frame of the training data's kind, names and dtypes; numbers beyond a dtype become its ends."""
        labels = list(nw.from_native(self._empty, eager_only=True).columns)
        series = {
            label: field.decode(np.ascontiguousarray(matrix[:, position]))
            for position, (label, field) in enumerate(zip(labels, self._fields, strict=True))
        }
        if self._backend.is_pandas_like():
            # Built by position and labelled afterwards: the labels may be of any type, and their index has a name.
            natives = [column.to_native().reset_index(drop=True) for column in series.values()]
            batch = type(self._empty)(dict(enumerate(natives)), copy=False)
            batch.columns = self._empty.columns
            return batch
        return nw.from_dict(
            {label: column.to_native() for label, column in series.items()}, backend=self._backend
        ).to_native()


def _frame_column(series: Series, name: str, *, category: bool, names: Any) -> FrameColumn:
    """Return how a training column is read and written; `category` is what the user said."""
    dtype = series.dtype
    if isinstance(dtype, _NESTED):
        raise unfit(name, dtype, "one value in each cell", "a column for each of its items")
    if category or isinstance(dtype, _CATEGORIES):
        return CategoryColumn.of(series, name, names, chosen=category)
    if isinstance(dtype, (nw.Date, nw.Datetime)):
        return DateColumn.of(series, name)
    if dtype.is_integer() or dtype.is_float() or dtype.is_decimal():
        numbers = NumberColumn.of(series, name)
        numbers.encode(series)  # refuses what float64 cannot tell
        return numbers
    if bool(series.is_null().all()):
        return CategoryColumn.of(series, name, names, chosen=category)
    raise unfit(name, dtype, "numbers, dates, texts or truth values", "a number, as of seconds")


def _eager(data: Any) -> nw.DataFrame[Any]:
    """Return a frame as narwhals sees it, if it is in memory and each name is there once."""
    if hasattr(data, "collect"):
        raise ValueError(f"got a {type(data).__name__}, expected a data frame in memory, try .collect()")
    try:
        frame: nw.DataFrame[Any] = nw.from_native(data, eager_only=True)
        checked_names(None, list(frame.columns))
    except DuplicateError:
        checked_names(None, list(data.columns))
        raise
    except TypeError:
        raise TypeError(
            f"got a {type(data).__name__}, expected an array, a list of lists, or a data frame of pandas, polars or "
            "pyarrow, try numpy.asarray(data)"
        ) from None
    return frame
