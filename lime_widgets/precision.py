"""As many samples as it takes: what a sequential plan measures at each look, and when it has enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lime_widgets.emulating import emulated, informed, why_not
from lime_widgets.engine import Neighborhood
from lime_widgets.engine.errors_of_fit import joint_estimate
from lime_widgets.engine.ranking import overlap_of_runs
from lime_widgets.engine.stopping import Convergence, guarded_variance, variance_of_lime
from lime_widgets.engine.uncertainty import degrees_of_freedom
from lime_widgets.extension import Extension
from lime_widgets.plan import SequentialPlan
from lime_widgets.sampler import Sampler
from lime_widgets.sampling_choice import LIME_SAMPLES, SamplingChoice
from lime_widgets.settings import FitSettings

Floats = NDArray[np.float64]

# An error of so small a share of the weights is none.
_NEGLIGIBLE = 0.002
# An emulator takes up to a second for each look; a model this fast answers more questions in the time.
_SLOW_ENOUGH = 0.5e-3
# Who asks for more than lime gives may have more than lime draws.
_MOST_SAMPLES = {"relative_error": LIME_SAMPLES, "standard_error": 20_000, "stability": 20_000}


@dataclass(eq=False)
class Precision:
    """Measures how exact an explanation is so far.

    Parameters
    ----------
    choice : SamplingChoice
        What was asked for.
    settings : FitSettings
        How the explanation is fitted.
    labels : callable
        Which outputs are explained, given the neighborhood.
    sampler : Sampler
        Who asks.
    known : Neighborhood, optional
        What there is already.
    seen : callable, optional
        Told of every look.

    Attributes
    ----------
    measured : Neighborhood or None
        The neighborhood of the last look, with its emulation if there is one.
    """

    choice: SamplingChoice
    settings: FitSettings
    labels: Callable[[Neighborhood], Sequence[int]]
    sampler: Sampler
    known: Neighborhood | None = None
    seen: Callable[[Convergence], None] | None = None

    def __post_init__(self) -> None:
        """Plan, and draw the first samples."""
        self.measured: Neighborhood | None = None
        self._asked: Extension | None = None
        convergence = self.choice.convergence()
        before = 0 if self.known is None else self.known.n_samples
        self.plan = SequentialPlan(convergence, _MOST_SAMPLES[convergence.measure], self.look, self.seen, before)
        # What is known already is looked at while the extension is made.
        self.extension = self._asked = Extension(self.sampler, self.known, self.plan)

    def look(self, neighborhood: Neighborhood, look: int) -> float:
        """Return what is measured at look number `look`; see `SequentialPlan`."""
        kernel = self.settings.bound_kernel()
        outputs = self.labels(neighborhood)
        helped = informed(self.sampler, neighborhood, kernel)
        if self.is_assisted:
            helped = emulated(self.sampler, neighborhood, kernel, outputs)
        self.measured = helped
        proximity = kernel(helped.distances)
        degrees = degrees_of_freedom(helped.weights(proximity), helped.n_features)
        measure = self.plan.convergence.measure
        outputs = [output for output in outputs if np.ptp(neighborhood.predictions[:, output]) > 0]
        if not outputs:
            # Of a model that never varies everything is known.
            return 1.0 if measure == "stability" else 0.0
        if degrees is None:
            return 0.0 if measure == "stability" else np.inf
        if measure == "standard_error":
            return max(self._largest_error(helped, output, look) for output in outputs)
        guard = guarded_variance(look, degrees)
        joint = [joint_estimate(helped, output, kernel) for output in outputs]
        if measure == "stability":
            # All of the features are the same in every run.
            size = max(1, min(self.choice.top or 1, helped.n_features - 1))
            return min(overlap_of_runs(weights, covariance * guard, size) for weights, covariance in joint)
        features = None if helped.population is None else helped.population.features(kernel)
        of_lime = variance_of_lime(helped, outputs, proximity, LIME_SAMPLES, features and features.mass)
        ratios = [
            _over_lime(weights, covariance * guard, variance)
            for (weights, covariance), variance in zip(joint, of_lime, strict=True)
        ]
        return float(np.sqrt(max(ratios)))

    def result(self, neighborhood: Neighborhood) -> Neighborhood:
        """Return a neighborhood with the emulation that the last look made of it, if it did."""
        is_measured = self.measured is not None and self.measured.n_samples == neighborhood.n_samples
        emulation = self.measured.emulation if self.measured is not None and is_measured else None
        return neighborhood if emulation is None else replace(neighborhood, emulation=emulation)

    @property
    def is_assisted(self) -> bool:
        """Whether an emulator is to help: if that was asked for, or the model is slow enough for it to pay."""
        if self.choice.estimator is not None:
            return self.choice.estimator == "assisted"
        if self._asked is None:
            return False
        pace = self._asked.seconds / max(1, self._asked.n_answered)
        return pace > _SLOW_ENOUGH and not why_not(self.sampler)

    def _largest_error(self, neighborhood: Neighborhood, output: int, look: int) -> float:
        """Return the largest standard error of a weight shown, guarded against looking often."""
        found = self.settings.uncertainty(neighborhood, output, self.settings.fit(neighborhood, output))
        if not found.weights:
            return np.inf
        return float(max(found.weights) * np.sqrt(guarded_variance(look, found.degrees)))


def _over_lime(weights: Floats, covariance: Floats, of_lime: float) -> float:
    """Return the variance of all weights over that which lime's would have.

    Where the model is as good as linear lime has hardly an error either, and it takes none of its samples.
    """
    enough = max(of_lime, _NEGLIGIBLE**2 * float(weights @ weights))
    return float(np.trace(covariance)) / enough if enough > 0 else 0.0
