"""Who is asked, about what, and how the questions are drawn."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lime_widgets.domain import Design, DomainMapper, Sampling
from lime_widgets.engine import Inquiry, LimeError, Neighborhood
from lime_widgets.engine.checks import check_count
from lime_widgets.engine.prediction import Model
from lime_widgets.extension import Extension
from lime_widgets.plan import FixedPlan, Plan
from lime_widgets.task import Task

_LIME = Sampling("lime")

# Of the standard deviation of a model's answers.
_ROUNDING = 1e-4

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
    sampling : Sampling
        Which perturbations to ask about.
    nominal : int, optional
        How many of lime's samples the neighborhood is to stand for, whatever its size; as many as it has if None.
    """

    mapper: DomainMapper
    seed: int
    metric: Any = "cosine"
    model: Model | None = None
    batch_size: int | None = None
    task: Task = field(default_factory=Task)
    sampling: Sampling = _LIME
    nominal: int | None = None

    @cached_property
    def design(self) -> Design:
        """How perturbations are drawn.

        Raises
        ------
        LimeError
            If there is no such design.
        """
        return self.mapper.design(self.sampling, self.metric)

    def extension(self, known: Neighborhood | None, n_samples: int) -> Extension:
        """Return the work of growing `known` by `n_samples` samples; nothing is asked yet.

        Raises
        ------
        ValueError
            If the number of samples is not a whole number of 1 or more, or the instance has too many features.
        LimeError
            If there is no model to ask, or no such design.
        """
        check_count("num_samples", n_samples, 5000)
        n_known = 0
        if known is not None:
            # Of every mask there is there are no more, but they can stand for more.
            n_known = known.stands_for if known.exact else known.n_samples
        return self.planned(known, FixedPlan(n_samples + n_known))

    def planned(self, known: Neighborhood | None, plan: Plan) -> Extension:
        """Return the work of growing `known` as a plan has it; nothing is asked yet.

        Raises
        ------
        ValueError
            If the instance has too many features.
        LimeError
            If there is no model to ask, or no such design.
        """
        if self.mapper.n_features > _MAX_FEATURES:
            raise ValueError(
                f"got an instance of {self.mapper.n_features} distinct {self.mapper.unit}, expected at most "
                f"{_MAX_FEATURES}, try fewer and larger ones, or a part of the instance"
            )
        return Extension(self, known, plan)

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

    def noise(self, neighborhood: Neighborhood, n_rows: int) -> Neighborhood:
        """Return the neighborhood with the variance of the model's answer to the same question.

        The first `n_rows` rows are asked about once more: half the mean squared difference of two answers. What a
        network's rounding makes of another batch is no noise.

        Raises
        ------
        PredictionError
            If the model fails.
        """
        known = neighborhood.predictions[: min(n_rows, neighborhood.n_samples)]
        if self.mapper.asks_by_sample:
            questions = neighborhood.samples[: len(known)]
        else:
            questions = self.design.draw(0, len(known), self.seed).questions
            if not self.design.is_stable:
                # These are others than were asked about.
                known = self.inquiry(questions, neighborhood.n_outputs).run()
        again = self.inquiry(questions, neighborhood.n_outputs).run()
        noise = ((again - known) ** 2).mean(axis=0) / 2
        noise[noise <= _ROUNDING**2 * neighborhood.predictions.var(axis=0)] = 0.0
        return replace(neighborhood, noise=noise)

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
        return {**{name: value for name, value in self.__dict__.items() if name != "design"}, "model": None}
