"""Asking the model for more samples, as a widget does it: step by step, to be stopped at any time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine.stopping import Convergence
from lime_widgets.explanation import Explanation
from lime_widgets.extension import Extension
from lime_widgets.precision import Precision


@dataclass(eq=False)
class Work:
    """Samples to ask for.

    Parameters
    ----------
    extension : Extension
        The samples.
    precision : Precision, optional
        What says when they are enough, where it is not their number.
    """

    extension: Extension
    precision: Precision | None = None

    _reason: Literal["failed", "stopped"] = field(default="stopped", init=False)
    _noise: NDArray[np.float64] | None = field(default=None, init=False)

    @classmethod
    def precise(cls, explanation: Explanation, seen: Callable[[Convergence], None]) -> Work:
        """Return the work of asking until the weights are as exact as lime's.

        Parameters
        ----------
        explanation : Explanation
            What is to become precise.
        seen : callable
            Told of every look at how precise it is.
        """
        precision = explanation.precision(seen=seen)
        return cls(precision.extension, precision)

    @property
    def finished(self) -> bool:
        """Whether all is asked."""
        return self.extension.finished and (self.precision is None or self._noise is not None)

    def step(self, seconds: float) -> None:
        """Ask for about so long; in the end, where it is to be precise, a few questions once more."""
        try:
            if not self.extension.finished:
                self.extension.step(seconds)
            elif self.precision is not None:
                sampler, neighborhood = self.extension.sampler, self.extension.neighborhood()
                self._noise = sampler.noise(neighborhood, self.precision.choice.n_repeats).noise
        except BaseException:
            self._reason = "failed"
            raise

    def result(self, explanation: Explanation) -> Explanation:
        """Return the explanation on what is answered so far."""
        if self.precision is None:
            return explanation.with_extension(self.extension)
        convergence = self.precision.plan.convergence
        if not self.extension.finished:
            convergence = convergence.ended(self._reason)
        noise = explanation.neighborhood.noise if self._noise is None else self._noise
        neighborhood = replace(self.extension.neighborhood(), noise=noise)
        ended = convergence.given_noise(neighborhood, list(explanation.surrogates))
        return explanation.with_extension(self.extension, ended, noise)
