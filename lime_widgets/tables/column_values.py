"""One value of a column: is it missing, what number stands for it, and what to say where none does."""

from __future__ import annotations

import datetime
import difflib
import math
import numbers
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

import numpy as np

from lime_widgets.tables.columns import MICROSECONDS_IN_A_DAY, Column, number_text

LARGEST_WHOLE = 2.0**53
"""Up to here float64 tells whole numbers apart."""

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)
# Told apart millions of times, where an array of objects is read.
_NEVER_MISSING = frozenset({str, int, bool})
_NUMBERS = (numbers.Real, Decimal)
_FLOATING = (float, np.floating)
_PANDAS_MISSING = frozenset({"NAType", "NaTType"})


class ValueReader(Protocol):
    """What a codec knows of one column's values."""

    @property
    def column(self) -> Column: ...  # noqa: D102 - the column that is read

    def read(self, value: Any) -> float:
        """Return the number that stands for a value which is not missing, or raise a ValueError with its column."""
        ...


def read_value(reader: ValueReader, value: Any) -> float:
    """Return the number that stands for a value, NaN for a missing one where the training data has missing ones."""
    if not is_missing(value):
        return reader.read(plain(value))
    if not reader.column.missing:
        raise ValueError(
            f"got a missing value for column {reader.column.name!r}, expected a value, because none is missing in the "
            "training data, try a value that is usual there"
        )
    return math.nan


def is_missing(value: Any) -> bool:
    """Return whether a value is None, NaN, NaT or NA."""
    if type(value) in _NEVER_MISSING:
        return False
    if value is None:
        return True
    if isinstance(value, _FLOATING):
        return math.isnan(value)
    if isinstance(value, np.datetime64):
        return bool(np.isnat(value))
    if isinstance(value, Decimal):
        return value.is_nan()
    # By name, because pandas may not be installed, and must not be loaded for this.
    return type(value).__name__ in _PANDAS_MISSING


def plain(value: Any) -> Any:
    """Return a numpy scalar as Python's own, other values as they are."""
    if type(value) in _NEVER_MISSING or not isinstance(value, np.generic | np.ndarray):
        return value
    return value if np.ndim(value) or isinstance(value, np.datetime64) else value.item()


def is_number(value: Any) -> bool:
    """Return whether a value is a real number; truth values are none."""
    return type(value) is float or (isinstance(value, _NUMBERS) and not isinstance(value, bool))


@dataclass(frozen=True)
class NumberReader:
    """Reads numbers.

    Parameters
    ----------
    column : Column
        The column.
    strict : bool
        Whether a column of whole numbers takes whole numbers alone.
    """

    column: Column
    strict: bool = True

    def read(self, value: Any) -> float:
        """Return the number as a float."""
        if not is_number(value):
            raise _wrong(self.column, value, "a number", "a value such as 37" if self.column.whole else "0.5")
        result = float(value)
        if math.isinf(result):
            raise _wrong(self.column, value, "a finite number", "a value within the training data's range")
        if self.strict and self.column.whole and (not result.is_integer() or abs(result) > LARGEST_WHOLE):
            raise _wrong(self.column, value, "a whole number within ±2**53", f"{round(result)}")
        least, greatest = self.column.least, self.column.greatest
        if not least <= result <= greatest:
            bounds = f"a number from {number_text(least)} to {number_text(greatest)}, which the column's type holds"
            raise _wrong(self.column, value, bounds, "a value within the training data's range")
        return result


@dataclass(frozen=True)
class DateReader:
    """Reads dates, as Python's, numpy's or pandas' objects or in ISO 8601, into microseconds since 1970 in UTC."""

    column: Column

    def read(self, value: Any) -> float:
        """Return the microseconds."""
        if isinstance(value, np.datetime64):
            # numpy's are UTC where a zone is meant, and without one else: either way, what stands in the column.
            return self._whole(value, float(value.astype("datetime64[us]").astype(np.int64)))
        moment = self._moment(value)
        if (moment.tzinfo is not None) != self.column.zoned:
            expected = "a date with a time zone" if self.column.zoned else "a date without a time zone"
            way = "value.replace(tzinfo=datetime.UTC)" if self.column.zoned else "value.replace(tzinfo=None)"
            raise _wrong(self.column, value, expected, way)
        aware = moment if self.column.zoned else moment.replace(tzinfo=datetime.UTC)
        return self._whole(value, float((aware - _EPOCH) // _MICROSECOND))

    def _moment(self, value: Any) -> datetime.datetime:
        """Return the date with its time."""
        if isinstance(value, str):
            try:
                return datetime.datetime.fromisoformat(value)
            except ValueError:
                pass
        if isinstance(value, datetime.datetime):
            return value
        if isinstance(value, datetime.date):
            return datetime.datetime.combine(value, datetime.time())
        raise _wrong(self.column, value, "a date", "datetime.datetime(2021, 3, 4) or '2021-03-04'")

    def _whole(self, value: Any, microseconds: float) -> float:
        """Refuse a time of day in a column of days."""
        if self.column.whole and microseconds % MICROSECONDS_IN_A_DAY:
            raise _wrong(self.column, value, "a date without a time of day", "value.date()")
        return microseconds


@dataclass(frozen=True)
class CategoryReader:
    """Reads categories.

    Parameters
    ----------
    column : Column
        The column.
    codes : mapping
        The code of each known value, by `category_key`.
    by_name : mapping of str to float
        Codes by the names that the user gave; read where a text is no value itself.
    """

    column: Column
    codes: Mapping[Any, float]
    by_name: Mapping[str, float] = field(default_factory=dict)

    def read(self, value: Any) -> float:
        """Return the category's code."""
        code = self.codes.get(category_key(value, self.column.name))
        if code is None and isinstance(value, str):
            code = self.by_name.get(value)
        if code is None:
            known = "a category of the training data" if self.codes else "no value, because the training data has none"
            raise _wrong(self.column, value, known, _closest(value, self.codes, self.column.names) or "a missing value")
        return code


def category_key(value: Any, name: str) -> Any:
    """Return what tells a category from others: 1 and 1.0 are one, 1 and True are two."""
    value = plain(value)
    try:
        hash(value)
    except TypeError:
        raise TypeError(
            f"got a {type(value).__name__} in column {name!r}, expected numbers, dates, texts or truth values, "
            "try a column for each of its items, or leave it out"
        ) from None
    return (bool, value) if isinstance(value, bool) else value


def sorted_values(values: Iterable[Any]) -> list[Any]:
    """Return values in their own order, or, where they have none, by their type and text."""
    values = list(values)
    try:
        return sorted(values)
    except TypeError:
        return sorted(values, key=lambda value: (type(value).__name__, str(value)))


def given_name(names: Any, value: Any) -> str | None:
    """Return ``categorical_names[x][value]``, where there is such a name."""
    value = plain(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(names, Mapping):
        return str(names[value]) if value in names else None
    if names is None or not is_number(value) or value != int(value) or not 0 <= value < len(names):
        return None
    return str(names[int(value)])


def unique_names(names: Mapping[float, str]) -> dict[str, float]:
    """Return the code of each name that only one code has."""
    codes: dict[str, list[float]] = {}
    for code, name in names.items():
        codes.setdefault(name, []).append(code)
    return {name: same[0] for name, same in codes.items() if len(same) == 1}


def _closest(value: Any, codes: Mapping[Any, float], names: Mapping[float, str]) -> str:
    """Return the three known categories that a reader may have meant."""
    if is_number(value) and codes and all(is_number(key) for key in codes):
        keys: Sequence[Any] = sorted(codes, key=lambda key: abs(key - value))[:3]
        return _listed([number_text(float(key)) for key in keys])
    known = list(dict.fromkeys(names.values()))
    close = difflib.get_close_matches(str(value), known, n=3, cutoff=0.4)
    return _listed([repr(name) for name in close or known[:3]])


def _listed(words: Sequence[str]) -> str:
    """Return words as in a sentence."""
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _wrong(column: Column, value: Any, expected: str, way: str) -> ValueError:
    """Return the error; what came may be long."""
    shown = repr(value)
    shown = shown if len(shown) <= 60 else f"{shown[:59]}…"
    return ValueError(f"got {shown} for column {column.name!r}, expected {expected}, try {way}")
