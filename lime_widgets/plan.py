"""How many samples there are to be: a number, or as many as it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from lime_widgets.engine import Neighborhood
from lime_widgets.engine.stopping import Convergence

_GROWTH = 1.4
_FEWEST = 64
_FEWEST_PER_FEATURE = 4


class Plan(Protocol):
    """Says, whenever what was asked for is answered, how many samples to have next."""

    @property
    def most(self) -> int:
        """The number of samples that it will not go beyond."""
        ...

    def next_size(self, known: Neighborhood | None, calls: int) -> int | None:
        """Return how many samples to have next, of which `known` are there; None if they are enough.

        Parameters
        ----------
        known : Neighborhood, optional
            What there is.
        calls : int
            Rows that the model has been asked about.
        """
        ...


@dataclass(frozen=True)
class FixedPlan:
    """So many samples.

    Parameters
    ----------
    most : int
        The number.
    """

    most: int

    def next_size(self, known: Neighborhood | None, calls: int) -> int | None:  # noqa: ARG002 - the protocol's
        """Return the number, until it is there."""
        return self.most if known is None or known.n_samples < self.most else None


class SequentialPlan:
    """As many samples as it takes: looks at what is known after every two fifths more.

    Parameters
    ----------
    convergence : Convergence
        What is to be reached.
    most : int
        Where to stop at the latest.
    measure : callable
        ``measure(neighborhood, look)`` returns what look number `look`, from 1 on, finds; infinity (of a stability, 0)
        where there is no telling yet.
    seen : callable, optional
        Told of every look.
    calls_before : int
        Rows that the model was asked about before.

    Attributes
    ----------
    convergence : Convergence
        With the looks so far.
    """

    def __init__(
        self,
        convergence: Convergence,
        most: int,
        measure: Callable[[Neighborhood, int], float],
        seen: Callable[[Convergence], None] | None = None,
        calls_before: int = 0,
    ) -> None:
        self._calls_before = calls_before
        self.convergence = convergence
        self.most = most
        self._measure = measure
        self._seen = seen

    def next_size(self, known: Neighborhood | None, calls: int) -> int | None:
        """Look at what is known, and return how many samples to have before the next look."""
        calls += self._calls_before
        if known is None:
            return min(_FEWEST, self.most)
        first = max(_FEWEST, _FEWEST_PER_FEATURE * known.n_features)
        if known.exact:
            nothing_left = 1.0 if self.convergence.measure == "stability" else 0.0
            self.convergence = self.convergence.looked(calls, nothing_left).ended("exact")
            return None
        if known.n_samples < min(first, self.most):
            return min(first, self.most)
        self.convergence = self.convergence.looked(calls, self._measure(known, len(self.convergence.looks) + 1))
        if self._seen is not None:
            self._seen(self.convergence)
        if self.convergence.is_reached:
            self.convergence = self.convergence.ended("reached")
            return None
        if known.n_samples >= self.most:
            self.convergence = self.convergence.ended("cap")
            return None
        return min(int(known.n_samples * _GROWTH), self.most)
