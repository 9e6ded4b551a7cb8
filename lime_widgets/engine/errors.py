"""What can go wrong while asking a model."""

from __future__ import annotations

from typing import Any


class LimeError(Exception):
    """Base of the errors that this package raises on its own behalf."""


class PredictionError(LimeError):
    """The model raised an exception, or gave an answer that cannot be used, while it was asked.

    Parameters
    ----------
    message : str
        What came, what was expected and what to try.
    batch : Any
        What the model was asked with when it failed, as the model got it.
    start : int
        Index of the first row of that batch among all the rows to ask about.
    inquiry : Any
        The interrupted `Inquiry`. It keeps the answers given so far; running it again asks only for the rest.

    Attributes
    ----------
    resume : callable or None
        Set by the explainers: ``error.resume()`` asks for the rest and returns the explanation;
        ``error.resume(predict_fn)`` does so with a mended model.
    """

    def __init__(self, message: str, batch: Any = None, start: int = 0, inquiry: Any = None) -> None:
        super().__init__(message)
        self.batch = batch
        self.start = start
        self.inquiry = inquiry
        self.resume: Any = None


class InvalidPredictionError(PredictionError, ValueError):
    """The model answered, but with something that is not one row of finite numbers for each instance."""


class MissingProbabilitiesError(InvalidPredictionError, NotImplementedError):
    """The model answered with one dimension where probabilities of classes are explained; lime's error there, too."""
