"""What the explainers share: draw, ask, choose the labels, fit, wrap."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from lime_widgets.domain import Sampling
from lime_widgets.emulating import emulated, require_emulation
from lime_widgets.engine import LimeError, Neighborhood
from lime_widgets.engine.stopping import Convergence
from lime_widgets.explanation import Explanation
from lime_widgets.extension import Extension
from lime_widgets.labels import LabelChoice, whole_labels
from lime_widgets.precision import Precision
from lime_widgets.provenance import provenance
from lime_widgets.sampler import Sampler
from lime_widgets.sampling_choice import SamplingChoice
from lime_widgets.settings import FitSettings

AnExplanation = TypeVar("AnExplanation", bound=Explanation)


def explain(
    sampler: Sampler,
    settings: FitSettings,
    choice: LabelChoice,
    sampling: SamplingChoice,
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
    sampling : SamplingChoice
        How many samples, by which design, and what is made of them.
    progress_bar : bool
        Show one when it takes long.
    kind : type
        What is returned: `Explanation`, or the kind of it that a domain has.

    Raises
    ------
    ValueError
        If the settings or labels have no meaning.
    LimeError
        If there is no such mode, design, estimator or precision.
    PredictionError
        If the model fails; ``error.resume()`` goes on from there.
    """
    sampler.task.check()
    settings.check()
    settings.try_kernel()
    choice.check()
    sampling.check()
    # A regressor has one answer, which lime calls label 1 and its negative label 0, whatever was asked for.
    regression = sampler.task.is_regression
    labels = [0] if regression else whole_labels(choice.labels)
    sampler = replace(sampler, sampling=Sampling(sampling.sampling, settings.bound_kernel()), nominal=sampling.nominal)
    if sampling.estimator == "assisted":
        require_emulation(sampler)
    if settings.model_regressor is not None and (sampling.is_auto or sampling.estimator == "assisted"):
        raise LimeError(
            "got a model_regressor of your own, of which errors are not known, and num_samples='auto' or "
            "estimator='assisted', which go by them, try a number of samples and estimator='regression'"
        )

    def labels_of(neighborhood: Neighborhood) -> list[int]:
        best = None if regression else choice.best_first(neighborhood)
        return labels if best is None else best

    def wrap(neighborhood: Neighborhood, done: Extension, convergence: Convergence | None) -> AnExplanation:
        return kind(
            done.sampler,
            neighborhood,
            settings,
            labels_of(neighborhood),
            top_labels=None if regression else choice.best_first(neighborhood),
            provenance=provenance(done.sampler.model),
            convergence=convergence,
        )

    def finish(done: Extension) -> AnExplanation:
        neighborhood, convergence = done.neighborhood(), None
        if precision is not None:
            neighborhood, convergence = precision.result(neighborhood), precision.plan.convergence
        elif sampling.estimator == "assisted":
            neighborhood = emulated(done.sampler, neighborhood, settings.bound_kernel(), labels_of(neighborhood))
        if sampling.n_repeats:
            neighborhood = done.sampler.noise(neighborhood, sampling.n_repeats)
        ended = None if convergence is None else convergence.given_noise(neighborhood, labels_of(neighborhood))
        return wrap(neighborhood, done, ended).fitted()

    precision = Precision(sampling, settings, labels_of, sampler) if sampling.is_auto else None
    extension = sampler.extension(None, sampling.num_samples) if precision is None else precision.extension
    return extension.complete(finish, progress_bar, check=lambda done: wrap(done.neighborhood(), done, None))


def print_fits(explanation: Explanation) -> None:
    """Print what lime prints when it is verbose."""
    for label, fit in explanation.surrogates.items():
        lines = (
            f"Intercept {fit.intercept}",
            f"Prediction_local [{fit.local_prediction}]",
            f"Right: {float(explanation.answer[label])}",
        )
        print(*lines, sep="\n")  # noqa: T201 - verbose is to print
