"""How many samples, by which design, and what is made of them: what a user may say about sampling."""

from __future__ import annotations

import re
from dataclasses import dataclass
from numbers import Real
from typing import Any

from lime_widgets.engine import LimeError
from lime_widgets.engine.checks import check_count
from lime_widgets.engine.stopping import Convergence

AUTO = "auto"
ESTIMATORS = ("regression", "assisted")

_RUNS_AGREE = 0.9
_FEWEST_NOMINAL = 2
_REPEATS_OF_AUTO = 16
LIME_SAMPLES = 5000
"""lime's own number of samples of texts and tables: what ``precision="lime"`` compares with."""


@dataclass(frozen=True)
class SamplingChoice:
    """What a user said about sampling.

    Parameters
    ----------
    num_samples : int or "auto"
        Size of the neighborhood, or as many samples as `precision` takes.
    default_samples : int
        lime's own number in this domain: what an explanation with ``"auto"`` stands for.
    sampling : str
        ``"best"``, ``"lime"``, or a design by name.
    estimator : {"regression", "assisted"}, optional
        If None, regression; with ``"auto"`` the one that is worth its time, by how long the model takes.
    precision : str or float
        With ``"auto"``: ``"lime"`` (as exact as lime with 5,000 samples), a standard error that no weight shown is to
        exceed, or ``"top 5"`` (the five largest weights of two runs are nine tenths the same features).
    nominal_samples : int, optional
        How many of lime's samples the explanation stands for, on which the ridge penalty depends.
    repeats : int, optional
        Ask the model again about so many rows, to see whether it answers alike; with ``"auto"`` 16 if None, else 0.
    """

    num_samples: Any
    default_samples: int
    sampling: str = "best"
    estimator: str | None = None
    precision: Any = "lime"
    nominal_samples: int | None = None
    repeats: int | None = None

    @property
    def is_auto(self) -> bool:
        """Whether as many samples are asked for as it takes."""
        return isinstance(self.num_samples, str) and self.num_samples == AUTO

    @property
    def nominal(self) -> int | None:
        """How many of lime's samples the neighborhood stands for; None for as many as it has."""
        if self.nominal_samples is None and self.is_auto:
            return self.default_samples
        return self.nominal_samples

    @property
    def n_repeats(self) -> int:
        """How many rows to ask about again."""
        if self.repeats is None:
            return _REPEATS_OF_AUTO if self.is_auto else 0
        return self.repeats

    def check(self) -> None:
        """Refuse what cannot be meant, before any model is asked.

        Raises
        ------
        ValueError
            If a number has no meaning.
        LimeError
            If there is no such estimator or precision.
        """
        self.convergence()
        if isinstance(self.num_samples, str) and not self.is_auto:
            raise ValueError(
                f"got num_samples={self.num_samples!r}, expected a whole number or 'auto', try num_samples='auto'"
            )
        if not self.is_auto:
            check_count("num_samples", self.num_samples, self.default_samples)
            if self.precision != "lime":
                raise LimeError(
                    f"got precision={self.precision!r} and num_samples={self.num_samples}, expected either a number "
                    "of samples or a precision, try num_samples='auto'"
                )
        if self.nominal_samples is not None:
            check_nominal(self.nominal_samples, self.default_samples)
        if self.repeats:
            check_count("repeats", self.repeats, _REPEATS_OF_AUTO)
        if self.estimator is not None and self.estimator not in ESTIMATORS:
            raise LimeError(
                f"got estimator={self.estimator!r}, expected one of {', '.join(ESTIMATORS)}, try estimator='assisted'"
            )

    @property
    def top(self) -> int | None:
        """How many of the largest weights are to be the same in every run; None if something else is asked for."""
        found = re.fullmatch(r"top (\d{1,3})", self.precision) if isinstance(self.precision, str) else None
        return int(found[1]) if found and int(found[1]) else None

    def convergence(self) -> Convergence:
        """Return what is to be reached.

        Raises
        ------
        LimeError
            If there is no such precision.
        """
        if isinstance(self.precision, str) and self.precision == "lime":
            return Convergence("relative_error", 1.0)
        if self.top is not None:
            return Convergence("stability", _RUNS_AGREE)
        is_number = isinstance(self.precision, Real) and not isinstance(self.precision, bool)
        if is_number and 0 < float(self.precision) < float("inf"):
            return Convergence("standard_error", float(self.precision))
        raise LimeError(
            f"got precision={self.precision!r}, expected 'lime', a standard error as 0.01, or 'top 5', "
            "try precision='lime'"
        )


def check_nominal(nominal_samples: Any, default_samples: int) -> None:
    """Refuse a nominal number of samples that leaves none beside the instance.

    Raises
    ------
    ValueError
        If it is not a whole number of 2 or more.
    """
    check_count("nominal_samples", nominal_samples, default_samples)
    if nominal_samples < _FEWEST_NOMINAL:
        raise ValueError(
            f"got nominal_samples={nominal_samples}, expected the instance and one sample more at least, "
            f"try nominal_samples={default_samples}"
        )
