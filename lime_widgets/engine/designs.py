"""Which masks to ask about: designs that need fewer calls than lime's sampler, each with exact importance weights.

A design is an endless list of masks per seed, or the finite one of all there are. Any part of it can be drawn by
itself, and its first n masks are a valid sample whatever n is: a neighborhood is extended by drawing on. The importance
of a mask is how likely lime's law is to draw it over how likely the design is, so that the mean of importance x h(mask)
estimates lime's expectation of h without bias.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine.laws import LevelLaw
from lime_widgets.engine.sampling import draw_keys

Floats = NDArray[np.float64]
Masks = NDArray[np.bool_]

_GOLDEN_RATIO = (np.sqrt(5) - 1) / 2
_SINGLES_STREAM = 1
# After the seed and the stream: not a block's number, nor one with nothing but zeros after it, which is the same key.
_STEPS = (0, 1)


class Drawn(NamedTuple):
    """Masks of a design.

    Parameters
    ----------
    masks : ndarray of bool, shape (n, n_features)
        True where a feature is kept.
    importance : ndarray of float, shape (n,), or None
        Importance of each; None where all are 1.
    """

    masks: Masks
    importance: Floats | None


class MaskDesign(Protocol):
    """An endless list of masks per seed.

    Attributes
    ----------
    name : str
        What it is called.
    n_masks : int or None
        How many masks there are, where that is finite.
    """

    name: str

    @property
    def n_masks(self) -> int | None: ...  # noqa: D102 - documented with the class

    def draw(self, start: int, stop: int, seed: int) -> Drawn:
        """Return masks `start` to `stop` of the seed's list."""
        ...


@dataclass(frozen=True, eq=False)
class LimeDesign:
    """lime's own sampler, to the letter.

    Parameters
    ----------
    stream : callable
        ``stream(n_features, start, stop, seed)``: `draw_masks` or `draw_independent_masks`; row 0 is the instance.
    n_features : int
        Number of features.
    """

    stream: Callable[[int, int, int, int], Masks]
    n_features: int
    name = "lime"
    n_masks = None

    def draw(self, start: int, stop: int, seed: int) -> Drawn:
        """Return masks `start` to `stop` of the seed's list."""
        return Drawn(self.stream(self.n_features, start + 1, stop + 1, seed), None)


@dataclass(frozen=True, eq=False)
class Enumeration:
    """Every mask that the law can draw, once, in random order; importance makes them the law.

    Parameters
    ----------
    law : LevelLaw
        lime's law, of few features.
    """

    law: LevelLaw
    name = "enumeration"

    @property
    def n_masks(self) -> int:
        """Number of masks."""
        return number_of_masks(self.law)

    def draw(self, start: int, stop: int, seed: int) -> Drawn:
        """Return masks `start` to `stop` of the seed's order."""
        order = np.random.default_rng(seed).permutation(self.n_masks)[start:stop]
        masks = (order[:, None] >> np.arange(self.law.n_features)) & 1 == 1
        return Drawn(masks, self.law.of_masks()[masks.sum(axis=1)] * self.n_masks)


def number_of_masks(law: LevelLaw) -> int:
    """Return how many masks the law can draw: all, or all but the one that keeps everything."""
    every: int = 2**law.n_features
    return every if law.draws_everything else every - 1


@dataclass(frozen=True, eq=False)
class Stratified:
    """One mask after the other, its size drawn from the law that the regression sees, in even steps.

    Sizes follow a golden-ratio sequence through the distribution function (Niederreiter 1992, chapter 3), so that every
    stretch of the list has about the right share of each; which features are kept is left to chance.

    Parameters
    ----------
    law : LevelLaw
        lime's law.
    proximity : ndarray of shape (n_features + 1,)
        Kernel weight of a mask by how many features it keeps.
    """

    law: LevelLaw
    proximity: Floats
    name = "stratified"
    n_masks = None

    @cached_property
    def _aim(self) -> Floats:
        """The law that sizes are drawn from."""
        return self.law.tilted(self.proximity)

    def draw(self, start: int, stop: int, seed: int) -> Drawn:
        """Return masks `start` to `stop` of the seed's list."""
        sizes = inverted(self._aim, even_steps(start, stop, seed, _SINGLES_STREAM))
        keys = draw_keys(self.law.n_features, start, stop, seed, _SINGLES_STREAM)
        return Drawn(subsets(keys, sizes), (self.law.probabilities / np.where(self._aim > 0, self._aim, 1))[sizes])


def subsets(keys: NDArray[np.uint32], sizes: NDArray[np.intp]) -> Masks:
    """Return masks that keep the features with the smallest keys, `sizes` of them in each row: uniform subsets."""
    n_features = keys.shape[1]
    sorted_keys = np.sort(keys, axis=1)
    thresholds = np.take_along_axis(sorted_keys, np.maximum(sizes, 1)[:, None] - 1, axis=1)
    masks: Masks = keys <= thresholds
    masks[sizes == 0] = False
    masks[sizes == n_features] = True
    return masks


def even_steps(start: int, stop: int, seed: int, stream: int) -> Floats:
    """Return part of a golden-ratio sequence between 0 and 1, its beginning left to chance."""
    begin = np.random.default_rng([seed, stream, *_STEPS]).random()
    steps: Floats = (begin + np.arange(start, stop) * _GOLDEN_RATIO) % 1.0
    return steps


def inverted(shares: Floats, uniforms: Floats) -> NDArray[np.intp]:
    """Return which event each uniform number stands for; an event of share 0 never happens."""
    ends = np.cumsum(shares)
    chosen = np.searchsorted(ends, uniforms * ends[-1], side="right")
    last = int(np.flatnonzero(shares)[-1])
    within: NDArray[np.intp] = np.minimum(chosen, last)
    return within
