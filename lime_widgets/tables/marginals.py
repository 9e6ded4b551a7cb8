"""How a table's columns are perturbed: each by its own distribution in the training data, all rows at once.

A column is drawn by inverting its distribution function: one uniform number chooses the bin or category, and what is
left of it the place within the bin, which is uniform again whatever was chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from lime_widgets.tables.columns import MICROSECONDS_IN_A_DAY, Column
from lime_widgets.tables.conditions import Condition, SameBin, SameValue, Scaled
from lime_widgets.tables.truncated_normal import truncated_normal

Floats = NDArray[np.float64]

# For so few events comparing with each is faster than searching.
_FEW = 16


class Marginal(Protocol):
    """The distribution of one column.

    Attributes
    ----------
    repeats : bool
        Whether one value is drawn again and again; else hardly ever.
    is_binned : bool
        Whether the surrogate sees if a value is the instance's, or in its bin; else the value itself.
    """

    is_binned: bool

    @property
    def repeats(self) -> bool: ...  # noqa: D102 - documented with the class

    def condition(self, value: float) -> Condition:
        """Return what the surrogate sees of the column, around an instance with this value."""
        ...

    def own(self, value: float) -> tuple[float, float] | None:
        """Return which uniform numbers stand for what the surrogate takes for the instance's own value.

        From where on, and how large a share of them; None where no value is drawn again, or there is no such thing.
        """
        ...

    def describe(self, uniforms: Floats) -> Floats:
        """Return what an emulator sees of the values that uniform numbers stand for, shape (n, n_descriptors).

        Each descriptor has mean 0 under the column's distribution.
        """
        ...

    def draw(self, uniforms: Floats, value: float) -> tuple[NDArray[Any], Floats]:
        """Return samples and values for uniform numbers between 0 and 1, all of shape (n,).

        Parameters
        ----------
        uniforms : ndarray of shape (n,)
            Numbers between 0 and 1.
        value : float
            The instance's.

        Returns
        -------
        samples : ndarray of bool or float
            What the surrogate sees.
        values : ndarray of float
            What the model is asked about; NaN is missing.
        """
        ...


@dataclass(frozen=True, eq=False)
class Categories:
    """A column of categories, drawn as often as the training data has them.

    Parameters
    ----------
    values : ndarray of shape (n_values,)
        Codes; NaN stands for missing.
    frequencies : ndarray of shape (n_values,)
        Their shares, which sum to 1.
    """

    values: Floats
    frequencies: Floats
    repeats = True
    is_binned = True

    def condition(self, value: float) -> Condition:
        """Return the condition that a value is the instance's."""
        return SameValue(value)

    def own(self, value: float) -> tuple[float, float] | None:
        """Return where the instance's category lies."""
        return _interval(self.frequencies, SameValue(value).sample(self.values).astype(np.bool_))

    def describe(self, uniforms: Floats) -> Floats:
        """Return which category was drawn, a column for each."""
        chosen, _ = chosen_and_place(self.frequencies, uniforms)
        return _indicators(self.frequencies, chosen)

    def draw(self, uniforms: Floats, value: float) -> tuple[NDArray[np.bool_], Floats]:
        """Return whether each drawn code is the instance's, and the codes."""
        chosen, _ = chosen_and_place(self.frequencies, uniforms)
        values = self.values[chosen]
        return SameValue(value).sample(values).astype(np.bool_), values


@dataclass(frozen=True, eq=False)
class Bins:
    """A column of numbers in bins: a bin is drawn by its share, and a value within it from a truncated normal.

    Parameters
    ----------
    column : Column
        The column.
    edges : ndarray of shape (n_bins - 1,)
        Borders between the bins; each belongs to the bin below it.
    codes : ndarray of int, shape (n_values,)
        The bins that can be drawn; n_bins stands for a missing value.
    frequencies : ndarray of shape (n_values,)
        Their shares, which sum to 1.
    lows, highs, means, stds : ndarray of shape (n_bins,)
        Bounds, mean and standard deviation of the training values in each bin.
    observed : tuple of ndarray, optional
        The training values in each bin: if given, values are drawn from them instead.
    """

    column: Column
    edges: Floats
    codes: NDArray[np.intp]
    frequencies: Floats
    lows: Floats
    highs: Floats
    means: Floats
    stds: Floats
    observed: tuple[Floats, ...] | None = None
    is_binned = True

    @property
    def repeats(self) -> bool:
        """Whole numbers, training values and the one value of a bin are drawn again and again."""
        drawn = self._drawn
        return self.column.whole or self.observed is not None or bool((self.lows == self.highs)[drawn].all())

    @property
    def n_bins(self) -> int:
        """Number of bins, without that of missing values."""
        return len(self.lows)

    def code_of(self, value: float) -> int:
        """Return the bin of a value; n_bins if it is missing."""
        return self.n_bins if np.isnan(value) else int(np.searchsorted(self.edges, value))

    def condition(self, value: float) -> Condition:
        """Return the condition that a value is in the instance's bin."""
        code = self.code_of(value)
        if code == self.n_bins:
            return SameValue(value)
        low = None if code == 0 else float(self.edges[code - 1])
        return SameBin(low, None if code == len(self.edges) else float(self.edges[code]))

    def own(self, value: float) -> tuple[float, float] | None:
        """Return where the instance's bin lies."""
        return _interval(self.frequencies, self.codes == self.code_of(value))

    def describe(self, uniforms: Floats) -> Floats:
        """Return which bin was drawn, a column for each, where within it, and where in the whole column."""
        chosen, places = chosen_and_place(self.frequencies, uniforms)
        return np.column_stack([_indicators(self.frequencies, chosen), places - 0.5, uniforms - 0.5])

    def draw(self, uniforms: Floats, value: float) -> tuple[NDArray[np.bool_], Floats]:
        """Return whether each drawn bin is the instance's, and values within the bins."""
        chosen, places = chosen_and_place(self.frequencies, uniforms)
        codes = self.codes[chosen]
        within = self._normal if self.observed is None else self._observed
        there = codes < self.n_bins
        if there.all():
            values = within(codes, places)
        else:
            values = np.full(len(codes), np.nan)
            values[there] = within(codes[there], places[there])
        same: NDArray[np.bool_] = codes == self.code_of(value)
        return same, values

    def _normal(self, codes: NDArray[np.intp], places: Floats) -> Floats:
        """Return quantiles of the normal distribution of each bin, truncated to it."""
        if self._shares is None:
            bins = (of_bins[codes] for of_bins in (self.lows, self.highs, self.means, self.stds))
            values = truncated_normal(places, *bins)
        else:
            below, above = self._shares
            values = self.means[codes] + self.stds[codes] * ndtri(below[codes] + places * (above - below)[codes])
        least, greatest = self._bounds
        # An infinite quantile is cut off here, too; and of whole numbers the nearest may lie beyond the border.
        return np.clip(self.column.rounded(values), least[codes], greatest[codes])

    def _observed(self, codes: NDArray[np.intp], places: Floats) -> Floats:
        """Return training values of each bin."""
        observed = self.observed or ()
        starts = np.cumsum([0, *map(len, observed)])
        sizes = np.diff(starts)[codes]
        picked: Floats = np.concatenate(observed)[
            starts[codes] + np.minimum((places * sizes).astype(np.intp), sizes - 1)
        ]
        return picked

    @cached_property
    def _shares(self) -> tuple[Floats, Floats] | None:
        """The shares of each bin's normal distribution that lie below the bin, and below its upper end.

        None where a mean lies outside of its bin, as given statistics may have it: in a tail these shares have no
        precision to spare, and the slower way has to be gone.
        """
        if not ((self.lows <= self.means) & (self.means <= self.highs))[self._drawn].all():
            return None
        below, above = (ndtr((ends - self.means) / self.stds) for ends in (self.lows, self.highs))
        return below, above

    @property
    def _drawn(self) -> NDArray[np.intp]:
        """The bins that can be drawn."""
        return self.codes[self.codes < self.n_bins]

    @cached_property
    def _bounds(self) -> tuple[Floats, Floats]:
        """The least and the greatest value of each bin; of a column of whole numbers or days, whole ones."""
        # The lower border belongs to the bin below, but for the first.
        least, greatest = np.nextafter(self.lows, np.inf), self.highs
        least[:1] = self.lows[:1]
        if self.column.whole:
            step = MICROSECONDS_IN_A_DAY if self.column.kind == "date" else 1
            least, greatest = np.ceil(least / step) * step, np.floor(greatest / step) * step
        return np.minimum(least, greatest), greatest


@dataclass(frozen=True)
class Gaussian:
    """A column of numbers as they are, drawn from a normal distribution.

    Parameters
    ----------
    column : Column
        The column.
    mean, deviation : float
        Mean and standard deviation of the normal distribution.
    scaled : Scaled
        What the surrogate sees of a value.
    around_instance : bool
        Whether the distribution is around the instance instead of the mean.
    """

    column: Column
    mean: float
    deviation: float
    scaled: Scaled
    around_instance: bool = False
    is_binned = False

    @property
    def repeats(self) -> bool:
        """Whole numbers are drawn again and again."""
        return self.column.whole or self.deviation == 0

    def condition(self, value: float) -> Condition:  # noqa: ARG002 - the protocol's
        """Return the scaled value."""
        return self.scaled

    def own(self, value: float) -> tuple[float, float] | None:  # noqa: ARG002 - the protocol's
        """Return None: of real values no two are the same."""
        return None

    def describe(self, uniforms: Floats) -> Floats:
        """Return Hermite polynomials of the deviation from the mean, up to the third."""
        deviation = ndtri(uniforms)
        return np.column_stack([deviation, deviation**2 - 1, deviation**3 - 3 * deviation])

    def draw(self, uniforms: Floats, value: float) -> tuple[Floats, Floats]:
        """Return scaled values, and the values."""
        center = value if self.around_instance else self.mean
        values = self.column.rounded(center + self.deviation * ndtri(uniforms))
        return self.scaled.sample(values), values


def _interval(frequencies: Floats, is_own: NDArray[np.bool_]) -> tuple[float, float] | None:
    """Return where in the sum of frequencies an event begins, and its share; None where it does not happen."""
    if not is_own.any():
        return None
    at = int(np.argmax(is_own))
    return float(frequencies[:at].sum() / frequencies.sum()), float(frequencies[at] / frequencies.sum())


def _indicators(frequencies: Floats, chosen: NDArray[np.intp]) -> Floats:
    """Return a column for each event, 1 where it happened, less its share."""
    indicators: Floats = np.eye(len(frequencies))[chosen] - frequencies / frequencies.sum()
    return indicators


def chosen_and_place(frequencies: Floats, uniforms: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Return which of several events a uniform number stands for, and where between 0 and 1 it lies within that.

    Parameters
    ----------
    frequencies : ndarray of shape (n_events,)
        Shares that sum to 1.
    uniforms : ndarray of shape (n,)
        Numbers between 0 and 1.
    """
    ends = np.cumsum(frequencies) / np.sum(frequencies)
    # The sum ends at 1 but for rounding, and uniform numbers stay below it.
    ends[-1] = 1.0
    chosen = _first_above(ends, uniforms)
    places = uniforms - (ends - frequencies)[chosen]
    places /= frequencies[chosen]
    return chosen, np.clip(places, 0.0, 1.0, out=places)


def _first_above(ends: Floats, uniforms: Floats) -> NDArray[np.intp]:
    """Return for each number the index of the first end above it; the last end is above all."""
    if len(ends) > _FEW:
        return np.searchsorted(ends, uniforms, side="right")
    first = np.zeros(len(uniforms), dtype=np.intp)
    for end in ends[:-1]:
        first += uniforms >= end
    return first
