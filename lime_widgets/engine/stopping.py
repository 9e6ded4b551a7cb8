"""When to stop asking: looks at what is known so far, each at a price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine.influence import Regression
from lime_widgets.engine.neighborhood import Neighborhood

Measure = Literal["relative_error", "standard_error", "stability"]
Reason = Literal["running", "reached", "cap", "exact", "noisy", "failed", "stopped"]

_LEVEL = 0.05
# Of the answers' standard deviation: noise that shows in no weight.
_TRACE = 1e-3


@dataclass(frozen=True)
class Look:
    """What was found when so many calls had been made.

    Parameters
    ----------
    calls : int
        Rows that the model was asked about.
    value : float
        The measure.
    """

    calls: int
    value: float


@dataclass(frozen=True)
class Convergence:
    """How the number of samples was found.

    Parameters
    ----------
    measure : {"relative_error", "standard_error", "stability"}
        What was looked at: the expected error over that of lime with its own number of samples; the largest standard
        error of a weight shown; the overlap of the largest weights' sets between runs.
    target : float
        What it was to be at most; a stability, at least.
    looks : tuple of Look
        What was found, in order.
    reason : {"running", "reached", "cap", "exact", "noisy", "failed", "stopped"}
        Why the asking ended.
    """

    measure: Measure
    target: float
    looks: tuple[Look, ...] = ()
    reason: Reason = "running"

    @property
    def is_reached(self) -> bool:
        """Whether the last look found what was to be."""
        if not self.looks:
            return False
        value = self.looks[-1].value
        return value >= self.target if self.measure == "stability" else value <= self.target

    def looked(self, calls: int, value: float) -> Convergence:
        """Return it with one more look."""
        return replace(self, looks=(*self.looks, Look(calls, value)))

    def ended(self, reason: Reason) -> Convergence:
        """Return it with the reason why the asking ended."""
        return replace(self, reason=reason)

    def given_noise(self, neighborhood: Neighborhood, outputs: Sequence[int]) -> Convergence:
        """Return it with the model's own noise as the reason, where it was not reached and there is more than a trace.

        Parameters
        ----------
        neighborhood : Neighborhood
            The samples, with the noise of the model if it was asked twice.
        outputs : sequence of int
            The columns of the predictions that are explained.
        """
        if self.reason != "cap" or neighborhood.noise is None:
            return self
        spread = neighborhood.predictions.var(axis=0)
        is_noisy = any(neighborhood.noise[output] > _TRACE**2 * spread[output] for output in outputs)
        return self.ended("noisy") if is_noisy else self


def spent_level(look: int) -> float:
    """Return the level at which look number `look`, from 1 on, may err.

    The levels of all looks, however many, sum to 0.05 (6 / (pi k)² of it for look k), so that looking again and again
    does not make a stop by luck likely (alpha spending: Lan and DeMets 1983).
    """
    return _LEVEL * 6 / (np.pi * look) ** 2


def guarded_variance(look: int, degrees: float) -> float:
    """Return by which factor a variance may have been underestimated, at the level of a look.

    From the chi-square distribution of a variance with so many degrees of freedom (Wilson and Hilferty 1931).
    """
    from scipy.special import ndtri

    spread = 2 / (9 * degrees)
    least = (1 - spread + float(ndtri(spent_level(look))) * np.sqrt(spread)) ** 3
    return 1 / max(float(least), 1e-3)


def variance_of_lime(
    neighborhood: Neighborhood,
    outputs: Sequence[int],
    proximity: NDArray[np.float64],
    n_samples: int,
    mass: float | None = None,
) -> list[float]:
    """Return what the variances of all weights would sum to in lime's own explanation from `n_samples` samples.

    Parameters
    ----------
    neighborhood : Neighborhood
        Samples of any design.
    outputs : sequence of int
        Columns of the predictions.
    proximity : ndarray of shape (n_samples,)
        The kernel's weights.
    n_samples : int
        How many samples lime would draw.
    mass : float, optional
        Mean weight of one of lime's samples, where it is known: a sample that stands for very many of them, and weighs
        nothing, else makes all the others stand for too few.

    Returns
    -------
    list of float
        One for each output.
    """
    weights = neighborhood.weights(proximity)
    regression = Regression(neighborhood, weights, np.arange(neighborhood.n_features))
    # A sample that stands for m of lime's would there be m independent ones, each of its proximity's weight.
    each = np.divide(proximity, weights, out=np.zeros_like(weights), where=weights > 0)
    # Under the same penalty: with another, what it shrinks would pass for chance.
    nominal = neighborhood.stands_for
    share = nominal / n_samples
    if mass:
        share *= float(weights[1:].sum()) / ((nominal - 1) * mass)
    sums = []
    for output in outputs:
        influence = regression.of_weights(regression.typical_pulls(neighborhood.predictions[:, output]))
        sums.append(share * float((influence**2).sum(axis=1) @ each))
    return sums
