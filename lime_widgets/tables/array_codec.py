"""Arrays and lists of lists as matrices of numbers, and back to what the model is asked with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lime_widgets.tables.column_values import read_value
from lime_widgets.tables.columns import Column
from lime_widgets.tables.object_columns import NUMERIC, ArrayColumn, array_column
from lime_widgets.tables.rows import by_position, checked_names, checked_positions, row_values


class ArrayCodec:
    """The way from arrays to float64 and back, see `TableCodec`.

    Arrays of numbers are given to the model as float64, as in lime. Arrays of objects, and of texts, are given to it
    as what they are, with the original values. A category's code is its value, where that is a number; otherwise its
    place among the column's sorted values. Keeps no training rows.

    Parameters
    ----------
    training_data : ndarray or list of lists, shape (n, d), or None
        The training rows. With None there are as many columns as `feature_names`.
    feature_names : iterable of str
        What the columns are called; ``"0", "1", …`` if None.
    categorical_features : iterable of int or str
        Positions or names of columns that are categories. Texts and truth values always are.
    categorical_names : mapping of int or str to (sequence or mapping of str)
        ``categorical_names[x][y]`` is the name of the value y of column x.
    feature_values : mapping of int to sequence of float
        Known values of categories, where there are no training rows.

    Raises
    ------
    TypeError
        If the array is not of numbers, truth values or objects, or a column holds what cannot be explained.
    ValueError
        If it is not a table, or a column holds infinity; it is named.

    Examples
    --------
    >>> codec = ArrayCodec([[37, "Male"], [52, "Female"]], ["age", "sex"])
    >>> codec.encode([[40, "Male"]])
    array([[40.,  1.]])
    >>> codec.decode(np.array([[40.0, 1.0]]))
    array([[40, 'Male']], dtype=object)
    """

    def __init__(
        self,
        training_data: Any = None,
        feature_names: Iterable[Any] | None = None,
        categorical_features: Iterable[int | str] | None = None,
        categorical_names: Mapping[Any, Any] | None = None,
        feature_values: Mapping[int, Sequence[float]] | None = None,
    ) -> None:
        given = None if feature_names is None else list(feature_names)
        table = np.empty((0, len(given or []))) if training_data is None else _as_table(training_data)
        if not table.shape[1] or (training_data is not None and not len(table)):
            raise ValueError(
                f"got training data of shape {table.shape}, expected at least one row and one column, "
                "try feature_names for a table without training rows"
            )
        places = [str(place) for place in range(table.shape[1])]
        self._names = checked_names(given, places)
        self._named = given is not None
        self._dtype = table.dtype if table.dtype.kind not in NUMERIC else np.dtype(np.float64)
        categories = checked_positions(categorical_features, self._names, places)
        names = by_position(categorical_names, self._names, places)
        self._fields: list[ArrayColumn] = [
            array_column(
                table[:, place],
                name,
                category=place in categories,
                names=names.get(place),
                values=(feature_values or {}).get(place, ()),
            )
            for place, name in enumerate(self._names)
        ]
        columns = [field.reader.column for field in self._fields]
        self._columns = [replace(one, whole=False) for one in columns] if self._dtype.kind == "f" else columns

    @property
    def columns(self) -> Sequence[Column]:
        """The columns, in the table's order; in an array of numbers they take any number, as in lime."""
        return self._columns

    def encode(self, data: Any) -> NDArray[np.float64]:
        """Return a table with the training data's columns as a matrix, shape (n, d); NaN is a missing value."""
        table = _as_table(data)
        if table.shape[1] != len(self._fields):
            raise ValueError(
                f"got {table.shape[1]} columns, expected {len(self._fields)} as in the training data, "
                f"from {self._names[0]!r} to {self._names[-1]!r}; try data[:, :{len(self._fields)}]"
            )
        matrix = np.empty(table.shape)
        for place, field in enumerate(self._fields):
            matrix[:, place] = field.encode(table[:, place])
        return matrix

    def encode_row(self, row: Any) -> NDArray[np.float64]:
        """Return one row, shape (d,); see `TableCodec`."""
        values = row_values(row, self._names, named=self._named)
        return np.array([read_value(field.reader, value) for field, value in zip(self._fields, values, strict=True)])

    def encode_value(self, column: int, value: Any) -> float:
        """Return one value of a column; see `TableCodec`."""
        return read_value(self._fields[column].reader, value)

    def decode(self, matrix: NDArray[np.float64]) -> NDArray[Any]:
        """Return a new array: float64 where the training data is of numbers, else of the training data's dtype."""
        if self._dtype.kind == "f":
            return np.array(matrix, dtype=np.float64)
        batch = np.empty(matrix.shape, dtype=np.object_)
        for place, field in enumerate(self._fields):
            batch[:, place] = field.decode(matrix[:, place])
        return batch.astype(self._dtype, copy=False)


def _as_table(data: Any) -> NDArray[Any]:
    """Return an array of numbers, texts or objects, whose lists kept their items' types."""
    try:
        table = np.asarray(data)
        if not isinstance(data, np.ndarray) and table.dtype.kind not in NUMERIC:
            table = np.array(data, dtype=np.object_)
    except ValueError:
        raise ValueError("got rows of different lengths, expected as many values in each, try a data frame") from None
    if table.ndim != 2:
        raise ValueError(f"got data of shape {table.shape}, expected (n_samples, n_features), try data.reshape(-1, 1)")
    if table.dtype.kind not in NUMERIC + "OUS":
        raise TypeError(
            f"got an array of dtype {table.dtype}, expected numbers, texts, truth values or objects, try a data frame"
        )
    return table
