"""Rows as people hold them: arrays, lists, mappings, a data frame's row."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np


def row_values(row: Any, names: Sequence[str], *, named: bool = True) -> Sequence[Any]:
    """Return the values of a row in the order of the columns.

    Parameters
    ----------
    row : ndarray, list, tuple, mapping, Series or one-row data frame
        The row.
    names : sequence of str
        Names of the columns.
    named : bool
        Whether the columns of the training data have names of their own, so that those of a Series or a frame must be
        the same.

    Raises
    ------
    ValueError
        If a column is missing, unexpected or out of order, or this is not one row.
    TypeError
        If this is nothing of the kind.
    """
    if isinstance(row, Mapping):
        by_name = {str(name): value for name, value in row.items()}
        _check_names(list(by_name), names, ordered=False)
        return [by_name[name] for name in names]
    labels: list[Any] | None = None
    values: Sequence[Any]
    if hasattr(type(row), "columns"):
        labels, values = _row_of_frame(row)
    elif hasattr(row, "index") and not callable(row.index):
        labels, values = list(row.index), row.tolist()
    else:
        values = _sequence(row)
    if labels is not None and named and labels != list(range(len(names))):
        _check_names([str(label) for label in labels], names, ordered=True)
    if len(values) != len(names):
        raise ValueError(
            f"got a row of {len(values)} values, expected {len(names)}, as many as the training data has columns, "
            f"{_outline(names)}, try training_data[0] to see one"
        )
    return values


def _sequence(row: Any) -> Sequence[Any]:
    """Return an array's or a list's values."""
    if isinstance(row, str | bytes) or not hasattr(row, "__len__"):
        raise TypeError(
            f"got a {type(row).__name__} as a row, expected its values in a list, an array, a dict or a data frame, "
            "try [value, value, …]"
        )
    if isinstance(row, np.ndarray) and row.ndim != 1:
        raise ValueError(f"got an array of shape {row.shape} as a row, expected (n_features,), try row[0]")
    return list(row)


def _row_of_frame(row: Any) -> tuple[list[Any], Sequence[Any]]:
    """Return the names and values of a one-row data frame."""
    import narwhals as nw

    frame = nw.from_native(row, eager_only=True)
    if len(frame) != 1:
        raise ValueError(f"got a data frame of {len(frame)} rows as a row, expected one, try frame[:1]")
    return list(frame.columns), frame.row(0)


def _check_names(given: Sequence[str], names: Sequence[str], *, ordered: bool) -> None:
    """Say which column is missing, unexpected or out of order."""
    known, there = set(names), set(given)
    missing = next((name for name in names if name not in there), None)
    unexpected = next((name for name in given if name not in known), None)
    if unexpected is not None:
        close = difflib.get_close_matches(unexpected, [name for name in names if name not in there], n=1)
        way = f"renaming it to {close[0]!r}" if close else "leaving it out"
        raise ValueError(f"got column {unexpected!r} in the row, expected {_outline(names)}, try {way}")
    if missing is not None:
        raise ValueError(f"got a row without column {missing!r}, expected {_outline(names)}, try a value for it")
    if len(given) != len(names):
        twice = next(name for index, name in enumerate(given) if name in given[:index])
        raise ValueError(f"got column {twice!r} twice in the row, expected {_outline(names)}, try leaving one out")
    if ordered:
        for place, (got, name) in enumerate(zip(given, names, strict=True)):
            if got != name:
                raise ValueError(
                    f"got column {got!r} at position {place} of the row, expected {name!r}, "
                    "try the training data's order: row[list(training_data.columns)]"
                )


def _outline(names: Iterable[str]) -> str:
    """Return the first few names."""
    names = list(names)
    return "the columns " + ", ".join(repr(name) for name in names[:5]) + (", …" if len(names) > 5 else "")


def checked_names(feature_names: Iterable[Any] | None, own: Sequence[Any]) -> list[str]:
    """Return the columns' names as text, one for each column and each once.

    Parameters
    ----------
    feature_names : iterable of str, or None
        Names that the user gave.
    own : sequence
        Names of the columns themselves.
    """
    names = [str(name) for name in (own if feature_names is None else feature_names)]
    if len(names) != len(own):
        raise ValueError(
            f"got {len(names)} feature names, expected {len(own)}, one for each column of the training data, "
            "try feature_names=None"
        )
    if len(set(names)) != len(names):
        twice = next(name for index, name in enumerate(names) if name in names[:index])
        raise ValueError(f"got two columns of the name {twice!r}, expected each name once, try renaming one of them")
    return names


def checked_positions(
    categorical_features: Iterable[int | str] | None, names: Sequence[str], own: Sequence[Any]
) -> set[int]:
    """Return the positions of the columns that were named as categories, by position or by name."""
    return {
        _position(feature, names, own) for feature in ([] if categorical_features is None else categorical_features)
    }


def by_position(given: Mapping[Any, Any] | None, names: Sequence[str], own: Sequence[Any]) -> dict[int, Any]:
    """Return what was given by a column's position or name by its position."""
    return {_position(key, names, own): value for key, value in (given or {}).items()}


def _position(feature: Any, names: Sequence[str], own: Sequence[Any]) -> int:
    """Return where a column stands."""
    if isinstance(feature, str):
        if feature in names:
            return names.index(feature)
        if feature in own:
            return own.index(feature)
    elif not isinstance(feature, bool | np.bool_):
        try:
            position = int(feature)
        except (TypeError, ValueError):
            position = -1
        if position == feature and 0 <= position < len(names):
            return position
    raise ValueError(
        f"got {feature!r} as a column, expected a position from 0 to {len(names) - 1} or a name of {_outline(names)}, "
        "try the name"
    )
