"""Timing something repeatedly, and writing the figures down."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Timing:
    """Repeated measurements of one thing.

    Parameters
    ----------
    seconds : tuple of float
        One for each repeat.
    """

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one, in seconds."""
        return float(np.median(self.seconds))

    @property
    def p95(self) -> float:
        """What 95 of 100 stay below, in seconds; the slowest where there are few."""
        return float(np.quantile(self.seconds, 0.95, method="higher"))


def timed(act: Callable[[], object], repeats: int, *, warm_up: bool = True) -> Timing:
    """Measure an act `repeats` times, after once without measuring.

    Parameters
    ----------
    act : callable
        What to measure.
    repeats : int
        How often.
    warm_up : bool
        Whether to do it once before; not for what takes long.
    """
    if warm_up:
        act()
    return Timing(tuple(_once(act) for _ in range(repeats)))


def _once(act: Callable[[], object]) -> float:
    """Return the seconds that an act takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def duration(seconds: float) -> str:
    """Write a duration in the unit that suits it."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


def verdict(measured: float, budget: float) -> str:
    """Say whether a figure keeps its budget."""
    return "kept" if measured <= budget else "**exceeded**"


def table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table in Markdown."""
    print(f"\n## {title}\n")
    print(f"| {' | '.join(header)} |")
    print(f"|{'---|' * len(header)}")
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)
