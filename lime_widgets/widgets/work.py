"""Asking the model for more samples, as a widget does it: step by step, to be stopped at any time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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

    def result(self, explanation: Explanation) -> Explanation:
        """Return the explanation on what is answered so far."""
        if self.precision is None:
            return explanation.with_extension(self.extension)
        convergence = self.precision.plan.convergence
        if not self.extension.finished:
            convergence = convergence.ended("stopped")
        return explanation.with_extension(
            self.extension, convergence.given_noise(explanation.neighborhood, list(explanation.surrogates))
        )
