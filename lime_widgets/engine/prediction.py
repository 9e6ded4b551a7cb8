"""Asking any model, batch by batch, and making sure that its answers can be used."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine.answers import as_class_probabilities
from lime_widgets.engine.checks import check_count
from lime_widgets.engine.errors import InvalidPredictionError, MissingProbabilitiesError, PredictionError

Model = Callable[[Any], Any]
"""Takes a batch of instances, returns one row of numbers for each."""
ReadAnswer = Callable[[Any, int, int | None], NDArray[np.float64]]
"""Makes (n_rows, n_outputs) finite floats of what a model returned, given n_rows and, once known, n_outputs."""
Progress = Callable[[int, int], None]
"""Called after each batch with the number of rows answered and the number of rows in all."""

_FIRST_TIMED_BATCH = 16


class Inquiry:
    """A list of questions to a model and the answers so far.

    It is run to its end at once (`run`), or batch by batch by somebody who has other things to do in between (`step`).
    When the model fails, the answers so far stay, and another `run` goes on from there.

    Parameters
    ----------
    model : callable
        Takes a batch, returns one row of outputs for each instance in it: an array, a tensor, a frame or lists.
    compose : callable
        Makes the batch from questions of shape (n_rows, n_columns).
    questions : ndarray of shape (n_samples, n_columns)
        What to ask about: masks, or whatever else `compose` takes.
    batch_size : int
        Rows in a batch at most.
    n_outputs : int, optional
        Number of columns expected; learnt from the first batch if None.
    read : callable
        Makes an array of the model's answer, or raises ValueError; by default that of a classifier.

    Raises
    ------
    ValueError
        If the batch size is not a whole number of 1 or more.
    """

    def __init__(
        self,
        model: Model,
        compose: Callable[[NDArray[Any]], Any],
        questions: NDArray[Any],
        batch_size: int,
        n_outputs: int | None = None,
        read: ReadAnswer = as_class_probabilities,
    ) -> None:
        check_count("batch_size", batch_size, 100)
        self.model = model
        self._compose = compose
        self._questions = questions
        self._read = read
        self._batch_size = batch_size
        self._n_outputs = n_outputs
        self._answers: list[NDArray[np.float64]] = []
        self._seconds_per_row: float | None = None
        self.n_answered = 0

    @property
    def n_rows(self) -> int:
        """Number of rows to ask about."""
        return len(self._questions)

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
        questions = self._questions[start : start + self._rows_within(seconds)]
        batch = self._compose(questions)
        began = time.perf_counter()
        answer = self._ask(batch, start, len(questions))
        self._seconds_per_row = (time.perf_counter() - began) / len(questions)
        self._n_outputs = answer.shape[1]
        self._answers.append(answer)
        self.n_answered += len(questions)

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
            return self._read(answer, n_rows, self._n_outputs)
        except NotImplementedError as error:
            raise MissingProbabilitiesError(f"{error} (asked about {where})", batch, start, self) from error
        except ValueError as error:
            raise InvalidPredictionError(f"{error} (asked about {where})", batch, start, self) from error
