"""More samples for a neighborhood: what a plan wants is drawn, asked about and kept, stage after stage."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from lime_widgets.domain import Design, Draw
from lime_widgets.engine import Neighborhood, PredictionError, Samples, distinct_rows
from lime_widgets.engine.prediction import Model
from lime_widgets.plan import Plan
from lime_widgets.progress import progress_bar

if TYPE_CHECKING:
    from lime_widgets.sampler import Sampler

Result = TypeVar("Result")


class Extension:
    """More samples for a neighborhood, asked for at once or batch by batch; what is answered is kept throughout.

    Parameters
    ----------
    sampler : Sampler
        Draws and asks.
    known : Neighborhood, optional
        What there is.
    plan : Plan
        How many samples there are to be.

    Attributes
    ----------
    sampler : Sampler
        Who draws and asks; another once another model is to.
    plan : Plan
        As given.
    n_answered : int
        Rows that the model has answered.
    seconds : float
        How long it took for them.
    """

    def __init__(self, sampler: Sampler, known: Neighborhood | None, plan: Plan) -> None:
        sampler.require_model()
        self.sampler = sampler
        self.plan = plan
        self.seconds = 0.0
        self.n_answered = 0
        self._known = known
        self._stage: _Stage | None = None
        self._wanted: int | None = None
        self._open()

    @property
    def is_empty(self) -> bool:
        """Whether no sample is answered yet."""
        return self._known is None and (self._stage is None or not self._stage.inquiry.n_answered)

    @property
    def finished(self) -> bool:
        """Whether everything is answered."""
        return self._stage is None

    @property
    def n_rows(self) -> int:
        """Rows that the model will have answered in the end, as far as is known."""
        if self._stage is None:
            return self.n_answered
        left = self._stage.inquiry.n_rows - self._stage.inquiry.n_answered
        return self.n_answered + left + max(0, self.plan.most - self._stage.n_samples)

    def step(self, seconds: float | None = None) -> None:
        """Ask one batch, sized to take about `seconds`, if given.

        Raises
        ------
        PredictionError
            If the model fails; nothing that was answered is lost.
        """
        if self._stage is None:
            return
        inquiry = self._stage.inquiry
        before = inquiry.n_answered
        if not inquiry.finished:
            began = time.perf_counter()
            inquiry.step(seconds)
            self.seconds += time.perf_counter() - began
            self.n_answered += inquiry.n_answered - before
        if inquiry.finished:
            self._known = self._stage.neighborhood()
            self._stage = None
            self._open()

    def neighborhood(self) -> Neighborhood:
        """Return what is answered so far: the known samples and the drawn ones up to the first without an answer."""
        if self._stage is None:
            if self._known is None:
                raise ValueError("got an extension without an answer, expected one that was asked, try step()")
            return self._known
        return self._stage.neighborhood()

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
            with progress_bar(show_progress, self.n_answered, self.n_rows) as progress:
                while not self.finished:
                    is_first = check is not None and not self.n_answered
                    self.step()
                    if is_first and check is not None:
                        check(self)
                    if progress is not None:
                        progress(self.n_answered, self.n_rows)
            return wrap(self)
        except PredictionError as error:
            error.resume = lambda predict_fn=None: self.with_model(predict_fn).complete(wrap, show_progress, check)
            raise

    def with_model(self, model: Model | None) -> Extension:
        """Go on with another model, for what is not answered yet; None changes nothing."""
        if model is not None:
            self.sampler = replace(self.sampler, model=model)
            if self._stage is not None:
                self._stage.inquiry.model = model
        return self

    def _open(self) -> None:
        """Draw what the plan wants next, until something of it has to be asked about."""
        while self._stage is None:
            n_known = 0 if self._known is None else self._known.n_samples
            # What was wanted before the pilot is wanted still.
            is_exact = self._known is not None and self._known.exact
            if self._wanted is None or n_known >= self._wanted or is_exact:
                self._wanted = self.plan.next_size(self._known, self.n_answered)
            if self._wanted is None:
                return
            design, size = self._designed(self._wanted)
            if size <= n_known:
                # There are no more: what is known is every mask there is, and stands for as many as are wanted.
                if self._known is not None and self._known.exact and self.sampler.nominal is None:
                    self._known = replace(self._known, nominal=self._wanted)
                return
            stage = _Stage(self.sampler, design, self._known, size, self._wanted)
            if stage.inquiry.finished:
                self._known = stage.neighborhood()
            else:
                self._stage = stage

    def _designed(self, wanted: int) -> tuple[Design, int]:
        """Return how to draw, and how far: to the pilot first, by which the design is judged, and to where it ends."""
        design = self.sampler.design.for_rows(wanted)
        known = self._known
        if design.n_rows is not None:
            return design, min(wanted, design.n_rows)
        if design.pilot is None or wanted <= design.pilot:
            return design, wanted
        if known is None or known.n_samples < design.pilot:
            return design, design.pilot
        return design.judged(known), wanted


class _Stage:
    """Samples that are drawn together.

    Parameters
    ----------
    sampler : Sampler
        Asks.
    design : Design
        Draws.
    known : Neighborhood, optional
        What there is.
    n_samples : int
        How many samples there are to be.
    wanted : int
        How many were asked for, which may be more than there are.
    """

    def __init__(
        self, sampler: Sampler, design: Design, known: Neighborhood | None, n_samples: int, wanted: int
    ) -> None:
        self._sampler = sampler
        self._nominal = wanted if sampler.nominal is None and n_samples < wanted else sampler.nominal
        self._known = known
        self._is_finite = design.n_rows is not None
        self._population = design.population
        self.n_samples = n_samples
        # All masks there are take the place of those known, whose answers are used again.
        n_known = 0 if known is None else known.n_samples
        n_kept = 0 if self._is_finite else n_known
        drawn = design.draw(n_kept, n_samples, sampler.seed)
        self._samples: Samples = drawn.samples
        if known is not None:
            self._samples = np.concatenate([known.samples, drawn.samples])
        self._importance = _joined(known, n_kept, drawn)
        self._dropped = n_known - n_kept
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

    def neighborhood(self) -> Neighborhood:
        """Return the known samples and the drawn ones up to the first without an answer."""
        answers = self.inquiry.predictions
        if self._known is not None:
            answers = np.concatenate([self._known.predictions[self._seen], answers.reshape(-1, self._known.n_outputs)])
        missing = self._distinct >= len(answers)
        n_complete = int(np.argmax(missing)) if missing.any() else len(missing)
        begin = self._dropped
        if begin and n_complete < len(self._distinct) and self._known is not None:
            # Of all masks a part is no better than what was known before.
            return self._known
        rows = slice(begin, n_complete)
        return Neighborhood(
            self._samples[rows],
            answers[self._distinct[rows]],
            self._distances[rows],
            None if self._importance is None else self._importance[: n_complete - begin],
            nominal=self._nominal,
            population=self._population,
            exact=self._is_finite and n_complete == len(self._distinct),
        )

    @cached_property
    def _distances(self) -> NDArray[np.float64]:
        """Distance of every sample to the instance, answered or not."""
        return self._sampler.mapper.distances(self._samples, self._sampler.metric)


def _joined(known: Neighborhood | None, n_kept: int, drawn: Draw) -> NDArray[np.float64] | None:
    """Return the importance of what is kept and of what is drawn; None where all are 1."""
    kept = None if known is None or not n_kept else known.importance
    if kept is None and drawn.importance is None:
        return None
    return np.concatenate(
        [
            np.ones(n_kept) if kept is None else kept,
            np.ones(len(drawn.samples)) if drawn.importance is None else drawn.importance,
        ]
    )


def _after_known(
    n_known: int, first: NDArray[np.intp], inverse: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Put distinct rows after known ones, each of which counts as distinct: what was asked about them is not kept."""
    known = np.arange(n_known)
    return np.concatenate([known, first + n_known]), np.concatenate([known, inverse + n_known])
