"""What the explainers share: draw, ask, choose the labels, fit, wrap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from lime_widgets.engine import Neighborhood
from lime_widgets.engine.checks import check_count
from lime_widgets.explanation import Explanation, whole_labels
from lime_widgets.provenance import provenance
from lime_widgets.sampler import Extension, Sampler
from lime_widgets.settings import FitSettings

AnExplanation = TypeVar("AnExplanation", bound=Explanation)


@dataclass(frozen=True)
class LabelChoice:
    """Which classes to explain.

    Parameters
    ----------
    labels : iterable of int
        These,
    top_labels : int, optional
        unless given: then so many of those that the model finds most probable.
    """

    labels: Iterable[int]
    top_labels: int | None = None

    def check(self) -> None:
        """Refuse a number of top labels that has no meaning.

        Raises
        ------
        ValueError
            If it is not a whole number. 0 means none, as in lime.
        """
        if self.top_labels != 0 and self.top_labels is not None:
            check_count("top_labels", self.top_labels, 1)

    def best_first(self, neighborhood: Neighborhood) -> list[int] | None:
        """Return the top labels, best first, or None where labels were given."""
        if not self.top_labels:
            return None
        # Ties fall as in lime, which reverses the end of a rising sort.
        rising: list[int] = np.argsort(neighborhood.predictions[0])[-self.top_labels :].tolist()
        return rising[::-1]


def explain(
    sampler: Sampler,
    settings: FitSettings,
    choice: LabelChoice,
    num_samples: int,
    *,
    progress_bar: bool,
    kind: type[AnExplanation],
) -> AnExplanation:
    """Draw a neighborhood, ask the model about it and return the explanation.

    Parameters
    ----------
    sampler : Sampler
        The instance, its model, the model's task and the seed.
    settings : FitSettings
        How the surrogate is fitted.
    choice : LabelChoice
        Which classes are explained.
    num_samples : int
        Size of the neighborhood, the instance among it.
    progress_bar : bool
        Show one when it takes long.
    kind : type
        What is returned: `Explanation`, or the kind of it that a domain has.

    Raises
    ------
    ValueError
        If the settings or labels have no meaning.
    LimeError
        If there is no such mode.
    PredictionError
        If the model fails; ``error.resume()`` goes on from there.
    """
    sampler.task.check()
    settings.check()
    settings.try_kernel()
    choice.check()
    # A regressor has one answer, which lime calls label 1 and its negative label 0, whatever was asked for.
    regression = sampler.task.is_regression
    labels = [0] if regression else whole_labels(choice.labels)

    def wrap(done: Extension) -> AnExplanation:
        neighborhood = done.neighborhood()
        top_labels = None if regression else choice.best_first(neighborhood)
        return kind(
            done.sampler,
            neighborhood,
            settings,
            labels if top_labels is None else top_labels,
            top_labels=top_labels,
            provenance=provenance(done.sampler.model),
        )

    extension = sampler.extension(None, num_samples)
    return extension.complete(lambda done: wrap(done).fitted(), progress_bar, check=wrap)


def print_fits(explanation: Explanation) -> None:
    """Print what lime prints when it is verbose."""
    for label, fit in explanation.surrogates.items():
        lines = (
            f"Intercept {fit.intercept}",
            f"Prediction_local [{fit.local_prediction}]",
            f"Right: {float(explanation.answer[label])}",
        )
        print(*lines, sep="\n")  # noqa: T201 - verbose is to print
