"""One column of an array, of numbers or of Python objects, as numbers and back."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lime_widgets.tables.column_values import (
    LARGEST_WHOLE,
    CategoryReader,
    NumberReader,
    ValueReader,
    category_key,
    given_name,
    is_missing,
    is_number,
    plain,
    sorted_values,
    unique_names,
)
from lime_widgets.tables.columns import Column, number_text

Floats = NDArray[np.float64]

NUMERIC = "biuf"
"""Kinds of dtypes that are given to the model as float64."""


class ArrayColumn(Protocol):
    """A column of the training array, and how to read and write its values."""

    @property
    def reader(self) -> ValueReader: ...  # noqa: D102 - reads one value

    def encode(self, values: NDArray[Any]) -> Floats:
        """Return the column of an array as numbers, NaN for missing values."""
        ...

    def decode(self, values: Floats) -> NDArray[Any]:
        """Return numbers as a column of objects, as they were in the training array."""
        ...


@dataclass(frozen=True)
class NumbersInArray:
    """Numbers, or categories whose codes they are.

    Parameters
    ----------
    reader : NumberReader or CategoryReader
        Reads one value.
    null : Any
        What stands for a missing value among objects.
    whole : bool
        Whether they are int objects.
    """

    reader: NumberReader | CategoryReader
    null: Any
    whole: bool

    def encode(self, values: NDArray[Any]) -> Floats:
        """Return the numbers as float64."""
        column = self.reader.column
        if values.dtype.kind not in NUMERIC:
            return np.array([np.nan if is_missing(value) else self.reader.read(plain(value)) for value in values])
        numbers = values.astype(np.float64)
        # For categories, each distinct value is read: one that is not known is refused.
        for unfit in np.unique(numbers[~np.isnan(numbers)] if column.names else numbers[np.isinf(numbers)]):
            self.reader.read(float(unfit))
        return numbers

    def decode(self, values: Floats) -> NDArray[Any]:
        """Return int or float objects."""
        missing = np.isnan(values)
        numbers = np.where(missing, 0, values)
        if self.whole:
            whole = np.clip(np.rint(numbers), -LARGEST_WHOLE, LARGEST_WHOLE).astype(np.int64)
        objects = (whole if self.whole else numbers).astype(np.object_)
        objects[missing] = self.null
        return objects


@dataclass(frozen=True)
class ObjectsInArray:
    """Distinct objects. A category's code is its place in `known`.

    Parameters
    ----------
    reader : CategoryReader
        Reads one value.
    known : ndarray of object
        Each distinct value, and last what stands for a missing one.
    """

    reader: CategoryReader
    known: NDArray[np.object_]

    def encode(self, values: NDArray[Any]) -> Floats:
        """Return the code of each object."""
        read = self.reader.read
        return np.array([np.nan if is_missing(value) else read(value) for value in values.tolist()], dtype=np.float64)

    def decode(self, values: Floats) -> NDArray[Any]:
        """Return the objects of these codes."""
        codes = np.where(np.isnan(values), len(self.known) - 1, values)
        return self.known[codes.astype(np.intp)]


def array_column(
    training: NDArray[Any], name: str, *, category: bool, names: Any, values: Iterable[float] = ()
) -> ArrayColumn:
    """Return the reader and writer of a training column.

    Parameters
    ----------
    training : ndarray, shape (n_samples,)
        The training column.
    name : str
        What it is called.
    category : bool
        Whether the user said that it is one. Texts and truth values always are.
    names : sequence or mapping of str, or None
        The user's names of its values.
    values : iterable of float
        Known values beside those of `training`.
    """
    if training.dtype.kind in NUMERIC:
        missing = bool(np.isnan(training).any()) if training.dtype.kind == "f" else False
        if category or training.dtype.kind == "b":
            distinct = np.unique(training).tolist()
            return _number_categories([*distinct, *values], name, names, missing=missing, null=None)
        return _numbers(Column(name, "number", training.dtype.kind in "iu", missing), None, training)
    nulls = [value for value in training if is_missing(value)]
    objects = [plain(value) for value in training if not is_missing(value)]
    null = nulls[0] if nulls else None
    if objects and all(is_number(value) for value in objects):
        if category:
            return _number_categories(objects, name, names, missing=bool(nulls), null=null)
        whole = all(isinstance(value, int) and abs(value) < LARGEST_WHOLE for value in objects)
        return _numbers(Column(name, "number", whole, bool(nulls)), null, training)
    if not category and objects and all(isinstance(value, datetime.date | np.datetime64) for value in objects):
        raise TypeError(
            f"got dates in column {name!r} of an array, expected numbers, texts or truth values, "
            "try a data frame, which knows dates"
        )
    return _object_categories(objects, name, names, missing=bool(nulls), null=null)


def _numbers(column: Column, null: Any, training: NDArray[Any]) -> NumbersInArray:
    """Return a column of numbers, if none of them is infinite."""
    # Not strict, because the model is asked with floats: a row may have 3.5 where the training data has whole numbers.
    numbers = NumbersInArray(NumberReader(column, strict=False), null, column.whole)
    numbers.encode(training)
    return numbers


def _number_categories(training: Sequence[Any], name: str, names: Any, *, missing: bool, null: Any) -> NumbersInArray:
    """Return a column of categories that are numbers, those that only have a name among them."""
    values = {float(value): value for value in training if not is_missing(value)}
    for code in names if hasattr(names, "keys") else range(len(() if names is None else names)):
        if is_number(plain(code)):
            values.setdefault(float(code), code)
    for code in values:
        if np.isinf(code):
            raise ValueError(f"got infinity in column {name!r}, expected finite numbers, try NaN for a missing value")
    shown = {
        code: given_name(names, code) or (str(values[code]) if isinstance(values[code], bool) else number_text(code))
        for code in sorted(values)
    }
    # A truth value is read as such, and as the number that it becomes in a float64 array.
    codes = {category_key(value, name): code for code, value in values.items()} | {code: code for code in values}
    column = Column(name, "category", missing=missing, names=shown)
    whole = all(isinstance(value, int) for value in values.values())
    return NumbersInArray(CategoryReader(column, codes, unique_names(shown) if names is not None else {}), null, whole)


def _object_categories(objects: Sequence[Any], name: str, names: Any, *, missing: bool, null: Any) -> ObjectsInArray:
    """Return a column of categories that are any objects."""
    first: dict[Any, Any] = {}
    for value in objects:
        first.setdefault(category_key(value, name), value)
    keys = sorted_values(first)
    known = np.empty(len(keys) + 1, dtype=np.object_)
    known[:] = [*(first[key] for key in keys), null]
    shown = {float(code): given_name(names, first[key]) or str(first[key]) for code, key in enumerate(keys)}
    codes = {key: float(code) for code, key in enumerate(keys)}
    column = Column(name, "category", missing=missing, names=shown)
    return ObjectsInArray(CategoryReader(column, codes, unique_names(shown) if names is not None else {}), known)
