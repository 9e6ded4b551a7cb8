"""Reading what any model returns: probabilities of classes, of labels, or values, as finite floats."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

_TRY_PROBABILITIES = "try the model's predict_proba"
_LARGEST = 1e38  # pages keep answers in 32 bits
_NOT_PREDICT = f"{_TRY_PROBABILITIES} instead of predict"


def as_class_probabilities(answer: Any, n_rows: int, n_classes: int | None = None) -> NDArray[np.float64]:
    """Return a classifier's answer as an array of shape (n_rows, n_classes).

    Parameters
    ----------
    answer : array, tensor, frame, or nested lists
        What the model returned. A single column of probabilities, (n_rows,) or (n_rows, 1), is that of the second of
        two classes.
    n_rows : int
        Number of instances that the model was asked about.
    n_classes : int, optional
        Number of classes that it answered before.

    Raises
    ------
    ValueError
        If the answer has another number of rows or classes, is ragged, not made of numbers, not finite, or one column
        that cannot be a probability.
    """
    array = _numbers(answer, "probabilities", _NOT_PREDICT)
    _check_rows(array, n_rows, "n_classes", (1, 2))
    array = _two_columns(array) if array.ndim == 1 or array.shape[1] == 1 else array.astype(np.float64)
    return _moderate(_checked(array, n_classes))


def as_class_columns(answer: Any, n_rows: int, n_classes: int | None = None) -> NDArray[np.float64]:
    """Return a classifier's answer as `as_class_probabilities`; a single dimension is refused, as lime does for tables.

    Raises
    ------
    NotImplementedError
        If the answer has one dimension: labels, or the values of a regressor.
    ValueError
        As `as_class_probabilities`.
    """
    array = _numbers(answer, "probabilities", _NOT_PREDICT)
    if array.ndim == 1:
        raise NotImplementedError(
            f"got predictions of one dimension, expected ({n_rows}, n_classes) probabilities, {_TRY_PROBABILITIES}, "
            "or mode='regression'"
        )
    return as_class_probabilities(array, n_rows, n_classes)


def as_label_probabilities(answer: Any, n_rows: int, n_labels: int | None = None) -> NDArray[np.float64]:
    """Return a multi-label classifier's answer as an array of shape (n_rows, n_labels).

    Parameters
    ----------
    answer : array, tensor, frame, or lists
        Probabilities that need not sum to 1. A list of one array (n_rows, 2) for each label, as scikit-learn's
        multi-output classifiers return, stands for their second columns.
    n_rows : int
        Number of instances that the model was asked about.
    n_labels : int, optional
        Number of labels that it answered before.

    Raises
    ------
    ValueError
        If the answer is something else.
    """
    array = _numbers(answer, "probabilities", _TRY_PROBABILITIES)
    if isinstance(answer, list) and array.ndim == 3 and array.shape[1:] == (n_rows, 2):
        array = array[:, :, 1].T
    _check_rows(array, n_rows, "n_labels", (2,))
    return _moderate(_checked(array.astype(np.float64), n_labels))


def as_values(answer: Any, n_rows: int, n_outputs: int | None = None) -> NDArray[np.float64]:
    """Return a regressor's answer as one column, shape (n_rows, 1).

    Parameters
    ----------
    answer : array, tensor, frame, or lists
        Values of shape (n_rows,) or (n_rows, 1).
    n_rows : int
        Number of instances that the model was asked about.
    n_outputs : int, optional
        Number of outputs before: 1.

    Raises
    ------
    ValueError
        If the answer is something else.
    """
    array = _numbers(answer, "numbers", "try the regressor's predict")
    _check_rows(array, n_rows, "1", (1, 2))
    array = array.reshape(n_rows, -1).astype(np.float64)
    if array.shape[1] != 1:
        raise ValueError(
            f"got predictions of shape {array.shape}, expected one value for each of {n_rows} instances, "
            "try a function that returns one of the columns"
        )
    return _moderate(_checked(array, n_outputs))


def _numbers(answer: Any, expected: str, remedy: str) -> NDArray[Any]:
    """Return the answer as an array of numbers."""
    array = _as_array(answer)
    if array.dtype.kind not in "fiu":
        raise ValueError(f"got predictions of type {_type_name(array)}, expected {expected}, {remedy}")
    return array


def _check_rows(array: NDArray[Any], n_rows: int, columns: str, dimensions: tuple[int, ...]) -> None:
    """Refuse what is not one row for each instance."""
    if array.ndim not in dimensions or len(array) != n_rows or 0 in array.shape[1:]:
        raise ValueError(
            f"got predictions of shape {array.shape}, expected ({n_rows}, {columns}): one row for each instance, "
            "try the model on two instances"
        )


def _checked(array: NDArray[np.float64], n_columns: int | None) -> NDArray[np.float64]:
    """Refuse another number of columns than before, and what is not finite."""
    if n_columns is not None and array.shape[1] != n_columns:
        raise ValueError(
            f"got {array.shape[1]} classes, expected {n_columns} as before, try a model with fixed classes"
        )
    _refuse_not_finite(array)
    return array


def _as_array(answer: Any) -> NDArray[Any]:
    """Turn tensors (detached, on the CPU), frames, sparse matrices and lists into one array."""
    try:
        rows = [_from_tensor(row) for row in answer] if isinstance(answer, list | tuple) else _from_tensor(answer)
        array = np.asarray(rows)
        # Numbers in an array of objects, as a frame of mixed columns gives them, become numbers.
        return np.asarray(array.tolist()) if array.dtype == object else array
    except ValueError as error:
        raise ValueError(
            "got ragged predictions: rows of different length, expected (n_rows, n_classes), "
            "try returning one probability for every class in every row"
        ) from error
    except Exception as error:
        # Tensors raise what they like, a TypeError for a type that numpy lacks.
        raise ValueError(
            f"got predictions that numpy cannot read ({type(error).__name__}: {error}), expected numbers, "
            "try .float().cpu().numpy() on a tensor"
        ) from error


def _type_name(array: NDArray[Any]) -> str:
    """Name the type of an array's items; of objects, that of the first which is no number."""
    strange = (type(item).__name__ for item in array.flat if array.dtype == object and not isinstance(item, Real))
    return next(strange, str(array.dtype))


def _from_tensor(value: Any) -> Any:
    """Bring a tensor or a sparse matrix to numpy; leave anything else alone."""
    for method in ("detach", "cpu", "toarray", "numpy"):
        if hasattr(value, method) and not isinstance(value, np.ndarray):
            value = getattr(value, method)()
    return value


def _two_columns(column: NDArray[Any]) -> NDArray[np.float64]:
    """Complete the probability of the second class by that of the first."""
    column = column.reshape(len(column))
    if column.dtype.kind != "f" or (column < 0).any() or (column > 1).any():
        raise ValueError(
            f"got one column of {'labels' if column.dtype.kind != 'f' else 'values outside 0 to 1'}, expected "
            f"(n_rows, n_classes) probabilities or one column, that of the second class, {_TRY_PROBABILITIES}"
        )
    second = column.astype(np.float64)
    return np.column_stack([1 - second, second])


def _refuse_not_finite(array: NDArray[np.float64]) -> None:
    """Raise on NaN or infinity, naming the first row that has one."""
    bad = ~np.isfinite(array).all(axis=1)
    if bad.any():
        raise ValueError(
            f"got NaN or infinity in {int(bad.sum())} of {len(array)} predictions, the first at row "
            f"{int(np.argmax(bad))} of the batch, expected finite numbers, try the model on that row of error.batch"
        )


def _moderate(array: NDArray[np.float64]) -> NDArray[np.float64]:
    """Refuse what is too large to be squared and shown."""
    largest = np.abs(array).max(initial=0)
    if largest > _LARGEST:
        raise ValueError(
            f"got a prediction of {largest:g}, expected numbers within ±{_LARGEST:g}, try the logarithm of them"
        )
    return array
