"""The result: lime's accessors on a neighborhood that can be refitted, extended, tested, shown and saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from lime_widgets.domain import DomainMapper, Variant
from lime_widgets.emulating import emulated
from lime_widgets.engine import Neighborhood, Surrogate, Uncertainty
from lime_widgets.engine.prediction import Model
from lime_widgets.engine.stopping import Convergence
from lime_widgets.estimation import Estimation
from lime_widgets.extension import Extension
from lime_widgets.labels import Labels, checked_labels
from lime_widgets.sampler import Sampler
from lime_widgets.sampling_choice import check_nominal
from lime_widgets.settings import FitSettings
from lime_widgets.task import Task
from lime_widgets.what_if import WhatIf

if TYPE_CHECKING:
    from lime_widgets.widgets.explanation_widget import ExplanationWidget

# A fit of so many features, or of so many products of real-valued columns, holds a page up for about a second.
_MOST_FEATURES_IN_PAGE = 1_500
_MOST_PRODUCTS_IN_PAGE = 10**9
_COMPUTED = frozenset({"local_exp", "informed_neighborhood"})


class Explanation(Estimation):
    """An explanation of one prediction. Changing nothing in place: what alters it returns another.

    Parameters
    ----------
    sampler : Sampler
        The instance, and who to ask for more.
    neighborhood : Neighborhood
        The samples.
    settings : FitSettings
        How they are fitted.
    labels : iterable of int
        The classes explained; of a regressor 0.
    top_labels : list of int, optional
        The classes explained, best first, where they were chosen by the model's answer.
    provenance : dict, optional
        Where it comes from.
    surrogates : dict, optional
        Fits of the labels, where they are known already.
    shown_label : int, optional
        The label that somebody chose to look at.
    convergence : Convergence, optional
        How the number of samples was found, where it was.
    uncertainties : dict, optional
        How sure the fits of the labels are, where that is known already.

    Attributes
    ----------
    mode : str
        ``"classification"``, ``"multilabel"`` or ``"regression"``.
    domain_mapper : DomainMapper
        The instance and its features.
    neighborhood : Neighborhood
        Samples, predictions and distances.
    settings : FitSettings
        Kernel width, number of features, selection.
    random_state : int
        The seed with which the same explanation can be had again.
    answer : ndarray of shape (n_outputs,)
        The model's answer for the instance.
    output_names : list of str
        Names of the classes, or of a regressor's target.
    chosen_label : int or None
        The label that somebody chose to look at.

    Raises
    ------
    ValueError
        If a label is not a class of the model, or the class names are not as many as its classes.
    """

    def __init__(
        self,
        sampler: Sampler,
        neighborhood: Neighborhood,
        settings: FitSettings,
        labels: Labels,
        *,
        top_labels: list[int] | None = None,
        provenance: dict[str, str] | None = None,
        surrogates: dict[int, Surrogate] | None = None,
        shown_label: int | None = None,
        convergence: Convergence | None = None,
        uncertainties: dict[int, Uncertainty] | None = None,
    ) -> None:
        self.convergence = convergence
        self.output_names = sampler.task.output_names(neighborhood.n_outputs)
        self.domain_mapper: DomainMapper = sampler.mapper
        self.sampler = sampler
        self.neighborhood = neighborhood
        self.settings = settings
        self.top_labels = top_labels
        self.provenance = provenance or {}
        self._labels = [0] if self.task.is_regression else checked_labels(labels, neighborhood.n_outputs)
        self._known_surrogates = surrogates or {}
        self.chosen_label = shown_label
        self._uncertainties = dict(uncertainties or {})
        self._widget: ExplanationWidget | None = None

    @property
    def random_state(self) -> int:
        """The seed."""
        return self.sampler.seed

    @property
    def task(self) -> Task:
        """What the model does, and how its answers are called."""
        return self.sampler.task

    @property
    def answer(self) -> NDArray[np.float64]:
        """The model's answer for the instance, shape (n_outputs,)."""
        answer: NDArray[np.float64] = self.neighborhood.predictions[0]
        return answer

    @cached_property
    def surrogates(self) -> dict[int, Surrogate]:
        """The fitted local model of each label."""
        return {label: self._known_surrogates.get(label) or self._fit(label) for label in self._labels}

    def refit(
        self,
        *,
        kernel_width: float | None = None,
        num_features: int | None = None,
        feature_selection: str | None = None,
        labels: Labels | None = None,
        kernel: Callable[..., Any] | None = None,
        model_regressor: Any = None,
        nominal_samples: int | None = None,
    ) -> Self:
        """Return the explanation under other settings, on the same samples: no model call.

        Parameters
        ----------
        kernel_width : float, optional
            Kernel width; as it is if None, and so are the others.
        num_features : int, optional
            Number of features.
        feature_selection : str, optional
            How features are chosen.
        labels : iterable of int, optional
            The classes to explain, any that the model has.
        kernel : callable, optional
            ``kernel(distances, kernel_width=...)``.
        model_regressor : scikit-learn regressor, optional
            Fitted instead of a ridge regression.
        nominal_samples : int, optional
            How many of lime's samples the explanation stands for: the more, the less the ridge penalty shrinks.

        Raises
        ------
        ValueError
            If a setting has no meaning.
        """
        changes = {
            "kernel_width": kernel_width,
            "num_features": num_features,
            "feature_selection": feature_selection,
            "kernel": kernel,
            "model_regressor": model_regressor,
        }
        settings: FitSettings | None = self.settings.changed(**changes)
        if settings == self.settings:
            settings = None
        neighborhood = sampler = None
        if nominal_samples is not None:
            check_nominal(nominal_samples, 5000)
            neighborhood = replace(self.neighborhood, nominal=nominal_samples)
            # Samples that are added later stand for as many.
            sampler = replace(self.sampler, nominal=nominal_samples)
        refitted = self._with(settings=settings, labels=labels, neighborhood=neighborhood, sampler=sampler)
        return refitted.assisted_throughout().fitted()

    def assisted_throughout(self) -> Self:
        """Return it with the emulator's help for every label, if it helps with any."""
        emulation = self.neighborhood.emulation
        if emulation is None or set(self._labels) <= set(emulation.outputs) or not self.domain_mapper.can_ask:
            return self
        kernel = self.settings.bound_kernel()
        helped = emulated(self.sampler, self.neighborhood, kernel, (*emulation.outputs, *self._labels))
        return self._with(neighborhood=helped, convergence=self.convergence)

    def fitted(self) -> Self:
        """Return itself, once every label is fitted: where a kernel or regressor fails, it fails here."""
        _ = self.surrogates
        return self

    def showing(self, label: int) -> Self:
        """Return the explanation with another label to look at, which is fitted too if it was not yet.

        Raises
        ------
        ValueError
            If the model has no such class.
        """
        label = self.output_of(label)
        if label in self._labels:
            return self._with(shown_label=label)
        added = self._with(labels=[*self._labels, label], shown_label=label)
        added.top_labels = self.top_labels
        return added.assisted_throughout()

    def extend(self, num_samples: int, *, progress_bar: bool = True) -> Self:
        """Return the explanation with more samples; what it has is kept, and not asked again.

        Parameters
        ----------
        num_samples : int
            How many to add.
        progress_bar : bool
            Show one when it takes long.

        Raises
        ------
        LimeError
            If there is no model to ask.
        PredictionError
            If the model fails; ``error.resume()`` goes on from there.
        """
        return self.extension(num_samples).complete(self.with_extension, progress_bar)

    def extension(self, num_samples: int) -> Extension:
        """Return the work of adding samples, for somebody who does it batch by batch; see `with_extension`."""
        return self.sampler.extension(self.neighborhood, num_samples)

    def with_extension(
        self,
        extension: Extension,
        convergence: Convergence | None = None,
        noise: NDArray[np.float64] | None = None,
    ) -> Self:
        """Return the explanation on the samples that an extension has answers for.

        Parameters
        ----------
        extension : Extension
            The samples.
        convergence : Convergence, optional
            How their number was found, where it was.
        noise : ndarray of shape (n_outputs,), optional
            The variance of the model's answer to the same question, where more is known of it than there was.
        """
        noise = self.neighborhood.noise if noise is None else noise
        neighborhood = replace(extension.neighborhood(), noise=noise)
        if self.neighborhood.emulation is not None:
            outputs = self.neighborhood.emulation.outputs
            neighborhood = emulated(extension.sampler, neighborhood, self.settings.bound_kernel(), outputs)
        return self._with(sampler=extension.sampler, neighborhood=neighborhood, convergence=convergence)

    def with_model(self, predict_fn: Model) -> Self:
        """Return the explanation with a model to ask, which one that was unpickled or read from JSON has not."""
        return self._with(sampler=replace(self.sampler, model=predict_fn))

    @property
    def has_model(self) -> bool:
        """Whether there is a model to ask, and all that a question to it takes."""
        return self.sampler.model is not None and self.domain_mapper.can_ask

    @property
    def page_can_refit(self) -> bool:
        """Whether a page computes the surrogate itself, or shows the fits that Python sends."""
        n_samples, n_features = self.neighborhood.samples.shape
        products = 0 if self.neighborhood.has_masks else n_samples * n_features**2
        is_light = n_features <= _MOST_FEATURES_IN_PAGE and products <= _MOST_PRODUCTS_IN_PAGE
        return self.settings.page_can_refit and is_light and self.estimator == "regression"

    def what_if(
        self,
        remove: str | int | Iterable[str | int] | None = None,
        label: int | None = None,
        *,
        values: Mapping[Any, Any] | None = None,
    ) -> WhatIf:
        """Return what the surrogate expects of a variant of the instance, beside what the model answers.

        Parameters
        ----------
        remove : str, int, or iterable of them, optional
            Features to take away, by name (every one of that name) or by the id that `as_map` has for them, which for a
            superpixel is its label. A table's columns cannot be taken away.
        values : mapping, optional
            Of a table: the columns to change, by name or position, and their new values.
        label : int, optional
            A label that was explained; `first_label`, which the widget shows, if None.

        Raises
        ------
        ValueError
            If the instance has no such feature, or cannot have such a value.
        PredictionError
            If the model fails.
        """
        variant = self.domain_mapper.variant(remove, values)
        fit = self.surrogate(self.first_label if label is None else label)
        output = self.output_of(self.first_label if label is None else label)
        actual = self.ask(variant) if self.has_model else None
        return WhatIf(
            removed=variant.removed,
            changed=variant.changed,
            expected=fit.expectation(variant.sample, self.neighborhood.samples[0]),
            actual=None if actual is None else float(actual[output]),
            before=float(self.answer[output]),
            class_name=self.output_names[output],
            unit=self.task.unit if self.task.is_regression else None,
        )

    def ask(self, variant: Variant) -> NDArray[np.float64]:
        """Return the model's answer for a variant of the instance, shape (n_outputs,).

        Raises
        ------
        LimeError
            If there is no model to ask.
        PredictionError
            If the model fails.
        """
        return self.sampler.answer(variant.question)

    def doubts(self, label: int | None = None) -> list[str]:
        """Return reasons not to trust the explanation of a label, in plain words; none is a good sign."""
        from lime_widgets.doubts import doubts_about

        return doubts_about(self, self.first_label if label is None else label)

    def to_json(self) -> str:
        """Return it as JSON, exact to the last bit, without the model."""
        from lime_widgets.serialization import to_json

        return to_json(self)

    @classmethod
    def from_json(cls, text: str) -> Explanation:
        """Return the explanation that `to_json` wrote. Data alone is read: nothing in it is executed.

        Raises
        ------
        ValueError
            If it is something else.
        """
        from lime_widgets.serialization import from_json

        return from_json(text)

    @property
    def widget(self) -> ExplanationWidget:
        """The live widget, the one that is shown; ``widget.explanation`` follows what its reader does."""
        from lime_widgets.widgets.explanation_widget import ExplanationWidget

        if self._widget is None or self._widget.closed:
            self._widget = ExplanationWidget(self)
        return self._widget

    def __repr__(self) -> str:
        """Return a bar chart in text."""
        from lime_widgets.text_chart import text_chart

        return "\n\n".join(text_chart(self, label) for label in self.labels)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **kwargs: Any) -> Any:
        """Show the live widget, with a static copy for hosts that have none."""
        return self.widget._repr_mimebundle_(include=include, exclude=exclude, **kwargs)

    def _ipython_display_(self) -> None:
        """Show the live widget and, beneath it and hidden while it lives, a static copy."""
        from lime_widgets.widgets.display import show_live

        show_live(self.widget)

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what can be computed again, and the widget."""
        kept = {name: value for name, value in self.__dict__.items() if name not in _COMPUTED}
        return {**kept, "_widget": None}

    def _fit(self, label: int) -> Surrogate:
        """Fit one label."""
        return self.settings.fit(self.neighborhood, label)

    def _with(
        self,
        *,
        sampler: Sampler | None = None,
        neighborhood: Neighborhood | None = None,
        settings: FitSettings | None = None,
        labels: Labels | None = None,
        shown_label: int | None = None,
        convergence: Convergence | None = None,
    ) -> Self:
        """Return a copy with some parts replaced."""
        fits_hold = neighborhood is None and settings is None
        return type(self)(
            sampler or self.sampler,
            neighborhood or self.neighborhood,
            settings or self.settings,
            self._labels if labels is None else labels,
            top_labels=self.top_labels if labels is None else None,
            provenance=self.provenance,
            surrogates=self.__dict__.get("surrogates", self._known_surrogates) if fits_hold else None,
            shown_label=shown_label if shown_label is not None or labels is not None else self.chosen_label,
            # What was reached was so of these samples under these settings.
            convergence=self.convergence if fits_hold and labels is None else convergence,
            uncertainties=self._uncertainties if fits_hold else None,
        )
