"""How lime perturbs a row whose columns are in bins, read from lime's own explainer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from benchmarks.judge.population import Masks, Population

Floats = NDArray[np.float64]

_INSIDE = 1e-9


@dataclass(frozen=True, eq=False)
class Bins:
    """The bins of a column of numbers: a normal distribution cut off at the edges of each.

    Parameters
    ----------
    least, greatest, means, scales : ndarray of shape (n_bins,)
        lime's statistics of each bin.
    """

    least: Floats
    greatest: Floats
    means: Floats
    scales: Floats

    def values(self, bins: NDArray[np.intp], uniforms: Floats) -> Floats:
        """Return a value in each bin, by inverting its distribution function."""
        mean, scale = self.means[bins], self.scales[bins]
        low, high = (self.least[bins] - mean) / scale, (self.greatest[bins] - mean) / scale
        # Above the mean the lower tail would lose all its digits.
        is_upper = low > 0
        low, high = np.where(is_upper, -high, low), np.where(is_upper, -low, high)
        places = np.where(is_upper, 1 - uniforms, uniforms)
        start = ndtr(low)
        drawn = np.clip(ndtri(start + places * (ndtr(high) - start)), low, high)
        values: Floats = np.where(is_upper, -drawn, drawn) * scale + mean
        return np.where(low == high, self.least[bins], values)


@dataclass(frozen=True, eq=False)
class Column:
    """One column as lime draws it.

    Parameters
    ----------
    outcomes : ndarray of shape (n_outcomes,)
        Categories, or numbers of bins, that the training data have.
    frequencies : ndarray of shape (n_outcomes,)
        How often.
    own : float
        Category or bin of the instance.
    bins : Bins, optional
        For numbers.
    """

    outcomes: Floats
    frequencies: Floats
    own: float
    bins: Bins | None

    @property
    def own_frequency(self) -> float:
        """How often the instance's own is drawn."""
        return float(self.frequencies[self.outcomes == self.own].sum())

    def tilted(self, factor: float) -> Floats:
        """Return frequencies when anything but the own counts `factor`, scaled to sum to 1."""
        shares = np.where(self.outcomes == self.own, 1.0, factor) * self.frequencies
        normalised: Floats = shares / shares.sum()
        return normalised

    def draw(self, uniforms: Floats, factor: float) -> tuple[Floats, Masks]:
        """Return values, and whether they are the instance's own category or bin."""
        shares = self.tilted(factor)
        ends = np.cumsum(shares)
        chosen = np.minimum(np.searchsorted(ends, uniforms, side="right"), len(shares) - 1)
        outcomes = self.outcomes[chosen]
        if self.bins is None:
            return outcomes, outcomes == self.own
        # What is left of the number, once it has chosen the bin, is uniform again.
        rest = (uniforms - (ends - shares)[chosen]) / shares[chosen]
        values = self.bins.values(outcomes.astype(np.intp), np.clip(rest, _INSIDE, 1 - _INSIDE))
        return values, outcomes == self.own


@dataclass(frozen=True, eq=False)
class TableLaw:
    """lime's law of the rows around one, times its kernel: a product over columns.

    Parameters
    ----------
    columns : sequence of Column
        The columns.
    """

    columns: Sequence[Column]

    @classmethod
    def of(cls, explainer: Any, row: Floats) -> TableLaw:
        """Return the law of lime's explainer around a row.

        Raises
        ------
        ValueError
            If a bin holds a single value that is not 0: lime's values there are wrong, and nobody else's agree.
        """
        discretizer = explainer.discretizer
        own = discretizer.discretize(row)
        columns = []
        for number in range(len(row)):
            bins = None
            if number in discretizer.lambdas:
                statistics = (discretizer.mins, discretizer.maxs, discretizer.means, discretizer.stds)
                bins = Bins(*(np.array(statistic[number], dtype=np.float64) for statistic in statistics))
            outcomes = np.array(explainer.feature_values[number], dtype=np.float64)
            frequencies = np.array(explainer.feature_frequencies[number], dtype=np.float64)
            columns.append(Column(outcomes, frequencies / frequencies.sum(), float(own[number]), bins))
            _refuse_single_values(number, columns[-1])
        return cls(columns)

    @cached_property
    def factor(self) -> float:
        """What the kernel makes of one more column that is not the instance's own."""
        return float(np.exp(-1 / (2 * 0.75**2 * len(self.columns))))

    @cached_property
    def population(self) -> Population:
        """Mean and covariance of the masks, in closed form."""
        own = np.array([column.own_frequency for column in self.columns])
        masses = own + (1 - own) * self.factor
        mean = own / masses
        return Population(mean, np.diag(mean * (1 - mean)), float(np.prod(masses)))

    def draw(self, uniforms: Floats) -> tuple[Floats, Masks]:
        """Return rows of the regression's own law and their masks, one for each row of uniform numbers."""
        drawn = [column.draw(numbers, self.factor) for column, numbers in zip(self.columns, uniforms.T, strict=True)]
        return np.column_stack([values for values, _ in drawn]), np.column_stack([masks for _, masks in drawn])


def _refuse_single_values(number: int, column: Column) -> None:
    """Raise if lime would draw 0 for a bin that holds one other value."""
    if column.bins is None:
        return
    used = column.outcomes.astype(np.intp)
    is_single = (column.bins.least[used] == column.bins.greatest[used]) & (column.bins.least[used] != 0)
    if is_single.any():
        raise ValueError(
            f"got column {number} with a bin of one value that is not 0, for which lime draws 0, "
            "expected none, try the column as a category"
        )
