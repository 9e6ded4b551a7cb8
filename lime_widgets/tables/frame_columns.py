"""One column of a data frame as numbers and back, in the same dtype to the letter.

narwhals reads the column of any library; the way back ends in the library's own cast to the training column's dtype, or
in rows picked from the training column, because only these know every dtype there is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from lime_widgets.tables.column_values import LARGEST_WHOLE, DateReader, NumberReader, ValueReader, read_value
from lime_widgets.tables.columns import FIRST_DATE, LAST_DATE, Column

Floats = NDArray[np.float64]
Series = nw.Series[Any]

_NANOSECOND_DATES = 9_223_286_400_000_000.0  # 64 bits of nanoseconds hold the years 1677 to 2262


class FrameColumn(Protocol):
    """A column of the training data, and how to read and write its values."""

    @property
    def reader(self) -> ValueReader: ...  # noqa: D102 - reads one value

    def encode(self, series: Series) -> Floats:
        """Return the column of a frame as numbers, NaN for missing values."""
        ...

    def decode(self, values: Floats) -> Series:
        """Return numbers as a column of the training column's dtype."""
        ...


@dataclass(frozen=True)
class NumberColumn:
    """Numbers, whole or not, of any width.

    Parameters
    ----------
    reader : NumberReader
        Reads one number.
    empty : Series
        No rows of the training column, as its library has it.
    dtype : narwhals.DType
        Of the training column.
    backend : narwhals.Implementation
        Its library.
    has_nulls : bool
        Whether its missing values are nulls; else they are NaN.
    """

    reader: NumberReader
    empty: Any
    dtype: Any
    backend: Any
    has_nulls: bool

    @classmethod
    def of(cls, series: Series, name: str) -> NumberColumn:
        """Return the column that these training values are of."""
        reader = _number_reader(name, series.dtype, missing=has_missing(series))
        has_nulls = bool(series.is_null().any())
        return cls(reader, without_rows(series.to_native()), series.dtype, series.implementation, has_nulls)

    def encode(self, series: Series) -> Floats:
        """Return the numbers as float64."""
        if series.dtype != self.dtype:
            return _read_each(self.reader, series)
        values = _floats(series)
        if np.isinf(values).any():
            raise ValueError(
                f"got infinity in column {self.reader.column.name!r}, expected finite numbers, "
                "try a missing value, or the largest number that makes sense"
            )
        if self.dtype.is_integer() and np.nanmax(np.abs(values), initial=0) >= LARGEST_WHOLE:
            raise ValueError(
                f"got whole numbers beyond 2**53 in column {self.reader.column.name!r}, expected those that a float64 "
                "tells apart, try the column as one of categorical_features, or leave it out if it is an identifier"
            )
        return values

    def decode(self, values: Floats) -> Series:
        """Return the nearest numbers that the dtype holds."""
        held = self.reader.column.rounded(values)
        if not np.isnan(held).any():
            return _cast(nw.new_series("", held, nw.Float64, backend=self.backend), self.empty)
        if not self.reader.column.missing:
            raise no_missing(self.reader.column)
        numbers = nw.new_series("", held, nw.Float64, backend=self.backend)
        # Where a dtype has no null, as in pandas, NaN stays.
        return _cast(numbers.fill_nan(None) if self.has_nulls else numbers, self.empty)


@dataclass(frozen=True)
class DateColumn:
    """Dates with or without time of day and time zone, to the microsecond; parameters as of `NumberColumn`."""

    reader: DateReader
    empty: Any
    dtype: Any
    backend: Any

    @classmethod
    def of(cls, series: Series, name: str) -> DateColumn:
        """Return the column that these training values are of."""
        zoned = getattr(series.dtype, "time_zone", None) is not None
        column = Column(name, "date", series.dtype == nw.Date, missing=has_missing(series), zoned=zoned)
        return cls(DateReader(column), without_rows(series.to_native()), series.dtype, series.implementation)

    def encode(self, series: Series) -> Floats:
        """Return the microseconds since 1970 in UTC."""
        if series.dtype != self.dtype:
            return _read_each(self.reader, series)
        return _floats(series.dt.timestamp("us"))

    def decode(self, values: Floats) -> Series:
        """Return the nearest dates that the dtype holds."""
        nanoseconds = getattr(self.dtype, "time_unit", "us") == "ns"
        low, high = (-_NANOSECOND_DATES, _NANOSECOND_DATES) if nanoseconds else (FIRST_DATE, LAST_DATE)
        missing = np.isnan(values)
        if missing.any() and not self.reader.column.missing:
            raise no_missing(self.reader.column)
        held = np.clip(np.rint(self.reader.column.rounded(np.where(missing, 0, values))), low, high)
        moments = held.astype(np.int64).astype("datetime64[us]")
        moments[missing] = np.datetime64("NaT")
        series = nw.new_series("", moments, backend=self.backend)
        if self.reader.column.zoned:
            series = series.dt.replace_time_zone("UTC")
        return _cast(series, self.empty)


def without_rows(native: Any) -> Any:
    """Return an empty column or frame of the same dtypes, which, unlike a slice, holds on to no row."""
    if hasattr(native, "schema") and hasattr(native.schema, "empty_table"):  # an Arrow table
        return native.schema.empty_table()
    if hasattr(native, "combine_chunks"):  # an Arrow column
        import pyarrow

        return pyarrow.chunked_array([], type=native.type)
    empty = native[:0]
    return empty.copy() if hasattr(empty, "copy") else empty.clear()


def nulls_of(series: Series) -> Series:
    """Return which rows have no value: null, or not a number."""
    nulls = series.is_null()
    return nulls | series.is_nan().fill_null(value=True) if series.dtype.is_float() else nulls


def has_missing(series: Series) -> bool:
    """Return whether a row has no value."""
    return bool(nulls_of(series).any())


def _floats(series: Series) -> Floats:
    """Return numbers of any dtype as float64, NaN for nulls."""
    # By way of numpy, because Arrow refuses to round a whole number that float64 does not hold.
    present = ~np.asarray(nulls_of(series).to_numpy(), dtype=np.bool_)
    values = np.full(len(series), np.nan)
    there = series if present.all() else series.filter(present.tolist())
    # numpy has no whole numbers of 128 bits.
    values[present] = (there.cast(nw.Float64) if "128" in str(there.dtype) else there).to_numpy()
    return values


def _read_each(reader: ValueReader, series: Series) -> Floats:
    """Return the numbers that stand for the values of another dtype than the training column's, one by one."""
    return np.array([read_value(reader, value) for value in series.to_list()], dtype=np.float64)


def _number_reader(name: str, dtype: Any, *, missing: bool) -> NumberReader:
    """Return the reader of a dtype of numbers."""
    column = Column(name, "number", dtype.is_integer(), missing)
    least, greatest = _bounds(dtype)
    return NumberReader(replace(column, least=least, greatest=greatest))


def _bounds(dtype: Any) -> tuple[float, float]:
    """Return the least and the greatest number that a dtype holds, and float64 tells apart."""
    if dtype.is_integer():
        width = str(dtype).lower()
        low, high = (-LARGEST_WHOLE, LARGEST_WHOLE)
        if "128" not in width:
            low, high = max(low, float(np.iinfo(width).min)), min(high, float(np.iinfo(width).max))
        return 0.0 if dtype.is_unsigned_integer() else low, high
    if dtype.is_decimal():
        largest = 10.0 ** (dtype.precision - dtype.scale) - 10.0**-dtype.scale
        return -largest, largest
    largest = float(np.finfo(str(dtype).lower()).max)
    return -largest, largest


def _cast(series: Series, empty: Any) -> Series:
    """Return a column in the dtype of an empty one, by the library's own cast."""
    native = series.to_native()
    if hasattr(native, "astype"):
        cast = native.astype(empty.dtype)
    else:
        cast = native.cast(empty.type if hasattr(empty, "type") else empty.dtype)
    return nw.from_native(cast, series_only=True)


def no_missing(column: Column) -> ValueError:
    """Return the error of a column whose dtype has nothing to say that a value is missing."""
    return ValueError(
        f"got a missing value for column {column.name!r}, expected a value, because none is missing in the training "
        "data, try a value that is usual there"
    )
