"""How an explanation's weights were estimated, how sure they are, and what it would take to know them better."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lime_widgets.domain import BEST
from lime_widgets.emulating import informed
from lime_widgets.engine import Uncertainty
from lime_widgets.engine.neighborhood import Neighborhood
from lime_widgets.engine.stopping import Convergence
from lime_widgets.lime_accessors import LimeAccessors
from lime_widgets.sampler import Sampler
from lime_widgets.sampling_choice import AUTO, SamplingChoice
from lime_widgets.settings import FitSettings

if TYPE_CHECKING:
    from lime_widgets.precision import Precision


class Estimation(LimeAccessors):
    """What an explanation says of its own estimation."""

    sampler: Sampler
    settings: FitSettings
    _uncertainties: dict[int, Uncertainty]

    @property
    def estimator(self) -> str:
        """``"assisted"`` where an emulator helps the estimate, else ``"regression"``."""
        return "regression" if self.neighborhood.emulation is None else "assisted"

    @property
    def design(self) -> str:
        """The design that the samples were drawn by, as ``"lime"``, ``"pairs"`` or ``"sobol"``."""
        if self.neighborhood.exact:
            return "enumeration"
        if self.domain_mapper.can_ask:
            return self.sampler.design.name
        # A table read from JSON does not know how it was perturbed, but what by.
        name = self.sampler.sampling.name
        return self.domain_mapper.designs[0] if name == BEST else name

    @cached_property
    def informed_neighborhood(self) -> Neighborhood:
        """The neighborhood with what is known of each answer from the others, where the design calls for it."""
        return informed(self.sampler, self.neighborhood, self.settings.bound_kernel())

    def uncertainty(self, label: int | None = None) -> Uncertainty:
        """Return how sure the figures of a label's surrogate are.

        Parameters
        ----------
        label : int, optional
            A label that was explained; `first_label`, which the widget shows, if None.

        Returns
        -------
        Uncertainty
            Standard errors of the weights, in the order of `as_list`, of the local prediction and of the fidelity, and
            how far the ranking is to be believed. They are computed when first asked for.
        """
        label = self.first_label if label is None else label
        fit, output = self.surrogate(label), self.output_of(label)
        if output not in self._uncertainties:
            self._uncertainties[output] = self.settings.uncertainty(self.informed_neighborhood, output, fit)
        return self._uncertainties[output]

    def precision(self, precision: Any = "lime", *, seen: Callable[[Convergence], None] | None = None) -> Precision:
        """Return the work of adding samples until the weights are precise, for somebody who does it batch by batch.

        Parameters
        ----------
        precision : str or float
            As for ``explain_instance(num_samples="auto")``.
        seen : callable, optional
            Told of every look at what is known so far.

        Raises
        ------
        LimeError
            If there is no such precision, or no model to ask.
        """
        from lime_widgets.precision import Precision

        nominal = self.neighborhood.stands_for
        choice = SamplingChoice(AUTO, nominal, estimator=self.estimator, precision=precision)
        choice.check()
        sampler = replace(self.sampler, nominal=nominal)
        return Precision(choice, self.settings, lambda _: list(self.surrogates), sampler, self.neighborhood, seen)
