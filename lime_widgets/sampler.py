"""Growing a neighborhood: perturb the instance, ask the model about what it has not seen, keep the answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from lime_widgets.domain import DomainMapper
from lime_widgets.engine import Inquiry, LimeError, Neighborhood, PredictionError, Samples, distinct_rows
from lime_widgets.engine.checks import check_count
from lime_widgets.engine.prediction import Model
from lime_widgets.progress import progress_bar
from lime_widgets.task import Task

Result = TypeVar("Result")

# A Gram matrix of more columns takes an ordinary machine a gigabyte, and a quarter of a minute for each fit.
_MAX_FEATURES = 5_000


@dataclass(frozen=True)
class Sampler:
    """Who is asked, about what, and how the questions are drawn.

    Parameters
    ----------
    mapper : DomainMapper
        The instance.
    seed : int
        Seed of the endless stream of perturbations.
    metric : str or callable
        Distance metric.
    model : callable, optional
        The black box. Not pickled: a sampler without one can be given another.
    batch_size : int, optional
        Rows asked at once; sized to the instance if None.
    task : Task
        How the model's answers are read.
    """

    mapper: DomainMapper
    seed: int
    metric: Any = "cosine"
    model: Model | None = None
    batch_size: int | None = None
    task: Task = field(default_factory=Task)

    def extension(self, known: Neighborhood | None, n_samples: int) -> Extension:
        """Return the work of growing `known` by `n_samples` samples; nothing is asked yet.

        Raises
        ------
        ValueError
            If the number of samples is not a whole number of 1 or more, or the instance has too many features.
        LimeError
            If there is no model to ask.
        """
        check_count("num_samples", n_samples, 5000)
        if self.mapper.n_features > _MAX_FEATURES:
            raise ValueError(
                f"got an instance of {self.mapper.n_features} distinct {self.mapper.unit}, expected at most "
                f"{_MAX_FEATURES}, try fewer and larger ones, or a part of the instance"
            )
        return Extension(self, known, n_samples)

    def inquiry(self, questions: NDArray[Any], n_outputs: int | None) -> Inquiry:
        """Return an inquiry about `questions`, not begun."""
        return Inquiry(
            self.require_model(),
            self.mapper.compose,
            questions,
            self.mapper.default_batch_size() if self.batch_size is None else self.batch_size,
            n_outputs,
            self.task.read,
        )

    def answer(self, question: NDArray[Any]) -> NDArray[np.float64]:
        """Ask the model one question now, shape (n_outputs,)."""
        answers = self.inquiry(question[None], None).run()
        return np.ravel(answers)

    def require_model(self) -> Model:
        """Return the model.

        Raises
        ------
        LimeError
            If there is none.
        """
        self.mapper.require_asking()
        if self.model is None:
            raise LimeError(
                "got an explanation without its model (it was unpickled or read from JSON), expected one that can be "
                "asked, try explanation.with_model(predict_fn)"
            )
        return self.model

    def __getstate__(self) -> dict[str, Any]:
        """Leave the model out: it may be large, or not to be pickled at all."""
        return {**self.__dict__, "model": None}


class Extension:
    """More samples for a neighborhood, asked for at once or batch by batch; what is answered is kept throughout.

    Parameters
    ----------
    sampler : Sampler
        Draws and asks.
    known : Neighborhood, optional
        What there is.
    n_samples : int
        Number of samples to add.
    """

    def __init__(self, sampler: Sampler, known: Neighborhood | None, n_samples: int) -> None:
        self.sampler = sampler
        self._known = known
        n_known = 0 if known is None else known.n_samples
        sampler.require_model()
        drawn = sampler.mapper.draw(n_known, n_known + n_samples, sampler.seed)
        self._samples: Samples = drawn.samples if known is None else np.concatenate([known.samples, drawn.samples])
        # Questions repeat, above all where features are few: the model is asked once for each.
        if sampler.mapper.asks_by_sample:
            first, self._distinct = distinct_rows(self._samples)
        else:
            rows = np.arange(len(drawn.questions))
            distinct = distinct_rows(drawn.questions) if drawn.may_repeat else (rows, rows)
            first, self._distinct = _after_known(n_known, *distinct)
        self._seen = first[first < n_known]
        unseen = first[first >= n_known] - n_known
        self.inquiry = sampler.inquiry(drawn.questions[unseen], known.n_outputs if known else None)

    @property
    def is_empty(self) -> bool:
        """Whether no sample is answered yet."""
        return self._known is None and not self.inquiry.n_answered

    def neighborhood(self) -> Neighborhood:
        """Return what is answered so far: the known samples and the drawn ones up to the first without an answer."""
        answers = self.inquiry.predictions
        if self._known is not None:
            answers = np.concatenate([self._known.predictions[self._seen], answers.reshape(-1, self._known.n_outputs)])
        missing = self._distinct >= len(answers)
        n_complete = int(np.argmax(missing)) if missing.any() else len(missing)
        return Neighborhood(
            self._samples[:n_complete], answers[self._distinct[:n_complete]], self._distances[:n_complete]
        )

    @cached_property
    def _distances(self) -> NDArray[np.float64]:
        """Distance of every sample to the instance, answered or not."""
        return self.sampler.mapper.distances(self._samples, self.sampler.metric)

    def complete(
        self,
        wrap: Callable[[Extension], Result],
        show_progress: bool,
        check: Callable[[Extension], object] | None = None,
    ) -> Result:
        """Ask for all that is not answered yet and wrap the result; where the model fails, that can be resumed.

        Parameters
        ----------
        wrap : callable
            Makes the result of this extension, once every answer is there.
        show_progress : bool
            Whether to show a progress bar.
        check : callable, optional
            Called once, after the first batch: what the model's answers do not fit is then known before the rest is
            asked.

        Raises
        ------
        PredictionError
            If the model fails. Its `resume` goes on with the rest.
        """
        try:
            with progress_bar(show_progress, self.inquiry.n_answered, self.inquiry.n_rows) as progress:
                if check is not None and not self.inquiry.n_answered:
                    self.inquiry.step()
                    check(self)
                self.inquiry.run(progress)
        except PredictionError as error:
            error.resume = lambda predict_fn=None: self.with_model(predict_fn).complete(wrap, show_progress, check)
            raise
        return wrap(self)

    def with_model(self, model: Model | None) -> Extension:
        """Go on with another model, for what is not answered yet; None changes nothing."""
        if model is not None:
            self.sampler = replace(self.sampler, model=model)
            self.inquiry.model = model
        return self


def _after_known(
    n_known: int, first: NDArray[np.intp], inverse: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Put distinct rows after known ones, each of which counts as distinct: what was asked about them is not kept."""
    known = np.arange(n_known)
    return np.concatenate([known, first + n_known]), np.concatenate([known, inverse + n_known])
