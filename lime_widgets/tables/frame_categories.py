"""A data frame's column of categories as codes and back: by picking rows out of the training column."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from lime_widgets.tables.column_values import (
    CategoryReader,
    category_key,
    given_name,
    is_number,
    sorted_values,
    unique_names,
)
from lime_widgets.tables.columns import Column
from lime_widgets.tables.frame_columns import Floats, Series, has_missing, no_missing, nulls_of


@dataclass(frozen=True)
class CategoryColumn:
    """Distinct values of any dtype.

    Parameters
    ----------
    reader : CategoryReader
        Reads one value.
    known : Series
        A training row of each value, as its library has it. A category's code is its row here.
    null_row : int or None
        The row of a null, if there is one.
    """

    reader: CategoryReader
    known: Any
    null_row: int | None

    @classmethod
    def of(cls, series: Series, name: str, names: Any, *, chosen: bool) -> CategoryColumn:
        """Return the column that these training values are of, with the user's names of them."""
        known, keys, null_row = _declared(series) or _distinct(series, name)
        if not chosen and series.dtype == nw.Object:
            _refuse_objects(keys, name)
        values = [key[1] if isinstance(key, tuple) and key[0] is bool else key for key in keys]
        shown = {float(code): given_name(names, value) or str(value) for code, value in enumerate(values)}
        codes = {key: float(code) for code, key in enumerate(keys)}
        column = Column(name, "category", missing=has_missing(series), names=shown)
        return cls(CategoryReader(column, codes, unique_names(shown) if names else {}), known, null_row)

    def encode(self, series: Series) -> Floats:
        """Return the code of each row."""
        codes = np.full(len(series), np.nan)
        rows, keys = _present_keys(series, self.reader.column.name)
        code_of = {key: self._code(key) for key in dict.fromkeys(keys)}
        codes[rows] = [code_of[key] for key in keys]
        return codes

    def decode(self, values: Floats) -> Series:
        """Return the values of these codes."""
        missing = np.isnan(values)
        if self.null_row is None and missing.any():
            raise no_missing(self.reader.column)
        rows = np.where(missing, self.null_row or 0, values).astype(np.intp)
        values_of_rows: Series = nw.from_native(self.known, series_only=True)[rows]
        return values_of_rows

    def _code(self, key: Any) -> float:
        """Return the code of a key that may be of truth values already."""
        code = self.reader.codes.get(key) if isinstance(key, tuple) else None
        return self.reader.read(key) if code is None else code


def _declared(series: Series) -> tuple[Any, list[Any], int] | None:
    """Return the categories that the dtype itself declares, in its order, and a null, as a column."""
    native = series.to_native()
    if series.implementation.is_pandas_like() and hasattr(native, "cat"):
        categories = native.cat.categories.tolist()
        rows = type(native.array).from_codes([*range(len(categories)), -1], dtype=native.dtype)
        return type(native)(rows), [category_key(value, "") for value in categories], len(categories)
    if series.dtype == nw.Enum:
        categories = list(series.dtype.categories)  # type: ignore[attr-defined]
        known = nw.new_series("", [*categories, None], series.dtype, backend=series.implementation)
        return known.to_native(), categories, len(categories)
    return None


def _distinct(series: Series, name: str) -> tuple[Any, list[Any], int | None]:
    """Return the first row of each distinct value, in the values' order, and of a null."""
    rows, keys = _present_keys(series, name)
    first: dict[Any, int] = {}
    for row, key in zip(rows.tolist(), keys, strict=True):
        first.setdefault(key, row)
    ordered = sorted_values(first)
    missing = np.setdiff1d(np.arange(len(series)), rows)[:1].tolist()
    known = series[[first[key] for key in ordered] + missing].to_native()
    return known, ordered, len(ordered) if missing else None


def _present_keys(series: Series, name: str) -> tuple[NDArray[np.intp], list[Any]]:
    """Return which rows have a value, and what tells each of these values from others."""
    nulls = nulls_of(series)
    rows = np.flatnonzero(~np.asarray(nulls.to_numpy(), dtype=np.bool_))
    values = series.filter(~nulls).to_list()
    if isinstance(series.dtype, (nw.Object, nw.Boolean, nw.Unknown)):
        return rows, [category_key(value, name) for value in values]
    return rows, values


def _refuse_objects(keys: Sequence[Any], name: str) -> None:
    """Refuse Python objects that have a dtype of their own, because as categories they would lose their order."""
    if not keys:
        return
    if all(is_number(key) for key in keys):
        raise unfit(name, "object", "numbers in a dtype of numbers", "frame.infer_objects(), or .astype(float)")
    if all(isinstance(key, datetime.date) for key in keys):
        raise unfit(name, "object", "dates in a dtype of dates", "pandas.to_datetime")


def unfit(name: str, dtype: Any, expected: str, way: str) -> TypeError:
    """Return the error of a column whose type cannot be explained."""
    return TypeError(f"got column {name!r} of dtype {dtype}, expected {expected}, try {way}, or leave the column out")
