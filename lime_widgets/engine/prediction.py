"""Asking any model, batch by batch, and making sure that its answers can be used."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine.checks import check_count
from lime_widgets.engine.errors import InvalidPredictionError, PredictionError

Model = Callable[[Any], Any]
"""Takes a batch of instances, returns one row of numbers for each."""
Progress = Callable[[int, int], None]
"""Called after each batch with the number of rows answered and the number of rows in all."""

_FIRST_TIMED_BATCH = 16
_TRY_PROBABILITIES = "try the model's predict_proba"


class Inquiry:
    """A list of questions to a model and the answers so far.

    It is run to its end at once (`run`), or batch by batch by somebody who has other things to do in between (`step`).
    When the model fails, the answers so far stay, and another `run` goes on from there.

    Parameters
    ----------
    model : callable
        Takes a batch, returns one row of outputs for each instance in it: an array, a tensor, a frame or lists.
    compose : callable
        Makes the batch from masks of shape (n_rows, n_features).
    masks : ndarray of bool, shape (n_samples, n_features)
        What to ask about.
    batch_size : int
        Rows in a batch at most.
    n_outputs : int, optional
        Number of columns expected; learnt from the first batch if None.

    Raises
    ------
    ValueError
        If the batch size is not a whole number of 1 or more.
    """

    def __init__(
        self,
        model: Model,
        compose: Callable[[NDArray[np.bool_]], Any],
        masks: NDArray[np.bool_],
        batch_size: int,
        n_outputs: int | None = None,
    ) -> None:
        check_count("batch_size", batch_size, 100)
        self.model = model
        self._compose = compose
        self._masks = masks
        self._batch_size = batch_size
        self._n_outputs = n_outputs
        self._answers: list[NDArray[np.float64]] = []
        self._seconds_per_row: float | None = None
        self.n_answered = 0

    @property
    def n_rows(self) -> int:
        """Number of rows to ask about."""
        return len(self._masks)

    @property
    def finished(self) -> bool:
        """Whether every row has its answer."""
        return self.n_answered >= self.n_rows

    @property
    def predictions(self) -> NDArray[np.float64]:
        """The answers so far, shape (n_answered, n_outputs)."""
        return np.concatenate(self._answers) if self._answers else np.empty((0, self._n_outputs or 0))

    def run(self, progress: Progress | None = None) -> NDArray[np.float64]:
        """Ask for all that is not answered yet.

        Parameters
        ----------
        progress : callable, optional
            Called after each batch with (rows answered, rows in all).

        Returns
        -------
        ndarray of float, shape (n_rows, n_outputs)
            The model's answers.

        Raises
        ------
        PredictionError
            If the model raises; carries the batch, and this inquiry with what was answered before.
        InvalidPredictionError
            If the model's answer cannot be used.
        """
        while not self.finished:
            self.step()
            if progress is not None:
                progress(self.n_answered, self.n_rows)
        return self.predictions

    def step(self, seconds: float | None = None) -> None:
        """Ask one batch, sized by the model's pace so far to take about `seconds`, if given.

        Raises
        ------
        PredictionError, InvalidPredictionError
            As `run`.
        """
        start = self.n_answered
        masks = self._masks[start : start + self._rows_within(seconds)]
        batch = self._compose(masks)
        began = time.perf_counter()
        answer = self._ask(batch, start, len(masks))
        self._seconds_per_row = (time.perf_counter() - began) / len(masks)
        self._n_outputs = answer.shape[1]
        self._answers.append(answer)
        self.n_answered += len(masks)

    def _rows_within(self, seconds: float | None) -> int:
        """Return how many rows to ask next."""
        if seconds is None:
            return self._batch_size
        if self._seconds_per_row is None:
            return min(_FIRST_TIMED_BATCH, self._batch_size)
        return max(1, min(self._batch_size, int(seconds / max(self._seconds_per_row, 1e-9))))

    def _ask(self, batch: Sequence[Any], start: int, n_rows: int) -> NDArray[np.float64]:
        """Call the model and check its answer; whatever goes wrong carries the batch."""
        where = f"rows {start} to {start + n_rows - 1} of {self.n_rows}"
        try:
            answer = self.model(batch)
        except Exception as error:
            raise PredictionError(
                f"the model raised {type(error).__name__}: {error} when asked about {where}; expected predictions, "
                "try the model on error.batch, then error.resume()",
                batch,
                start,
                self,
            ) from error
        try:
            return as_class_probabilities(answer, n_rows, self._n_outputs)
        except ValueError as error:
            raise InvalidPredictionError(f"{error} (asked about {where})", batch, start, self) from error


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
    array = _as_array(answer)
    if array.dtype.kind not in "fiu":
        raise ValueError(
            f"got predictions of type {_type_name(array)}, expected probabilities, "
            f"{_TRY_PROBABILITIES} instead of predict"
        )
    if array.ndim not in (1, 2) or len(array) != n_rows or 0 in array.shape[1:]:
        raise ValueError(
            f"got predictions of shape {array.shape}, expected ({n_rows}, n_classes): one row for each instance, "
            "try the model on a list of two instances"
        )
    array = _two_columns(array) if array.ndim == 1 or array.shape[1] == 1 else array.astype(np.float64)
    if n_classes is not None and array.shape[1] != n_classes:
        raise ValueError(
            f"got {array.shape[1]} classes, expected {n_classes} as before, try a model with fixed classes"
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
