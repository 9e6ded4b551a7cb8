"""Designs with structure: masks in pairs or in orthogonal arrays, and what comes before and after them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine.designs import Drawn, MaskDesign, Stratified, even_steps, inverted, subsets
from lime_widgets.engine.laws import LevelLaw
from lime_widgets.engine.sampling import draw_keys

Floats = NDArray[np.float64]
Masks = NDArray[np.bool_]

# A complement that weighs little is asked about seldom, but not so seldom that its weight is all there is.
_RAREST_COMPLEMENT = 0.12
_LARGEST_ARRAY = 11
_PAIRS_STREAM, _SHIFTS_STREAM = 2, 3
# After the seed and the stream, as the designs' steps have it.
_THINNING = (0, 2)


@dataclass(frozen=True, eq=False)
class ThinnedPairs:
    """Masks and their complements, the lighter of the two left out as often as its weight does not pay for the call.

    What a model's answer has of even order in z cancels within a pair (antithetic variates: Hammersley and Morton
    1956). Under a kernel a complement may weigh next to nothing: it is kept with probability sqrt(light / heavy).

    Parameters
    ----------
    law : LevelLaw
        lime's law.
    proximity : ndarray of shape (n_features + 1,)
        Kernel weight of a mask by how many features it keeps.
    """

    law: LevelLaw
    proximity: Floats
    name = "pairs"
    n_masks = None

    @cached_property
    def _plan(self) -> _PairPlan:
        """How often pairs of each size are drawn, and their complements kept."""
        return _pair_plan(self.law, self.proximity)

    def draw(self, start: int, stop: int, seed: int) -> Drawn:
        """Return masks `start` to `stop` of the seed's list: each heavy mask, then its complement if that is kept."""
        plan = self._plan
        # Each pair has one mask at least, so that as many pairs as masks are enough.
        sizes = inverted(plan.heavy_shares, even_steps(0, stop, seed, _PAIRS_STREAM))
        running = np.cumsum(plan.kept[sizes]) + np.random.default_rng([seed, _PAIRS_STREAM, *_THINNING]).random()
        has_light = np.floor(running) > np.floor(running - plan.kept[sizes])
        first_mask = np.arange(stop) + np.cumsum(has_light) - has_light
        pair = np.repeat(np.arange(stop), 1 + has_light)[start:stop]
        is_light = np.arange(start, stop) > first_mask[pair]
        low = int(pair[0]) if len(pair) else 0
        keys = draw_keys(self.law.n_features, low, int(pair[-1]) + 1 if len(pair) else 0, seed, _PAIRS_STREAM)
        masks = subsets(keys[pair - low], sizes[pair])
        masks[is_light] = ~masks[is_light]
        importance = np.where(is_light, plan.light_importance[sizes[pair]], plan.heavy_importance[sizes[pair]])
        return Drawn(masks, importance)


class _PairPlan(NamedTuple):
    """By the size of the heavier mask: shares, and what each of the two stands for. All of shape (n_features + 1,)."""

    heavy_shares: Floats
    kept: Floats
    heavy_importance: Floats
    light_importance: Floats


def _pair_plan(law: LevelLaw, proximity: Floats) -> _PairPlan:
    """Work out how often to draw pairs."""
    aim, there = law.tilted(proximity), law.probabilities
    opposite, sizes = aim[::-1], np.arange(len(aim))
    middle = 2 * sizes == law.n_features
    is_heavy = (aim > opposite) | ((aim == opposite) & (2 * sizes > law.n_features))
    shares = np.where(middle, aim, np.where(is_heavy, aim + opposite, 0.0))
    ratio = np.sqrt(np.divide(opposite, aim, out=np.zeros_like(aim), where=aim > 0))
    kept = np.where(ratio > 0, np.clip(ratio, _RAREST_COMPLEMENT, 1.0), 0.0)
    kept = np.where(shares > 0, kept, 0.0)
    masks_per_pair = float((shares * (1 + kept)).sum())
    drawn = np.where(shares > 0, shares, 1.0) / masks_per_pair
    # Of the middle size both masks are of that size, and share what it stands for.
    half = np.where(middle, 0.5, 1.0)
    return _PairPlan(shares, kept, half * there / drawn, half * there[::-1] / (drawn * np.where(kept > 0, kept, 1.0)))


@dataclass(frozen=True, eq=False)
class FoldedArrays:
    """Two-level orthogonal arrays of strength 3, folded over: for features that are kept by the toss of a coin.

    Mask i keeps feature j where the parity of ``i & c_j`` is odd, shifted at random (digital shift), and is followed by
    its complement; columns c_j are distinct (Rao 1947; Box and Hunter 1961). Linear effects of all features are then
    estimated free of each other and of all pairs within each array. Arrays double in size as the list goes on.

    Parameters
    ----------
    n_features : int
        Number of features.
    """

    n_features: int
    name = "arrays"
    n_masks = None

    def draw(self, start: int, stop: int, seed: int) -> Drawn:
        """Return masks `start` to `stop` of the seed's list."""
        parts = []
        exponent, begin, number = self._smallest, 0, 0
        while begin < stop:
            end = begin + 2 ** (exponent + 1)
            if end > start:
                array = self._array(exponent, seed, number)
                parts.append(array[max(start - begin, 0) : stop - begin])
            begin, number = end, number + 1
            exponent = min(max(exponent, (begin // 2).bit_length() - 1), max(_LARGEST_ARRAY, self._smallest))
        masks = np.concatenate(parts) if parts else np.empty((0, self.n_features), dtype=np.bool_)
        return Drawn(masks, None)

    @property
    def _smallest(self) -> int:
        """Exponent of the smallest array that has a column for each feature."""
        return max(1, self.n_features.bit_length())

    def _array(self, exponent: int, seed: int, number: int) -> Masks:
        """Return one array, masks and complements in turn, in random order."""
        rng = np.random.default_rng([seed, _SHIFTS_STREAM, number])
        columns = rng.choice(np.arange(1, 2**exponent), self.n_features, replace=False)
        runs = rng.permutation(2**exponent)
        parity = np.bitwise_count(runs[:, None] & columns) & 1 == 1
        masks = parity ^ (rng.random(self.n_features) < 0.5)
        return np.stack([masks, ~masks], axis=1).reshape(-1, self.n_features)


@dataclass(frozen=True, eq=False)
class SinglesFirst:
    """A structured design that begins with masks one by one.

    With fewer masks than twice the features, complements and arrays leave directions in which nothing is known; so the
    list begins with that many single masks. What follows may turn out not to pay: `without_structure` goes on with
    single masks.

    Parameters
    ----------
    singles : Stratified
        The masks one by one.
    structured : MaskDesign
        What follows.
    """

    singles: Stratified
    structured: MaskDesign
    n_masks = None

    @property
    def name(self) -> str:
        """That of what follows."""
        return self.structured.name

    @property
    def n_singles(self) -> int:
        """How many single masks come first."""
        return 2 * self.singles.law.n_features

    @property
    def pilot(self) -> int:
        """After how many masks there are enough to see whether the structure pays."""
        return 6 * self.singles.law.n_features

    def draw(self, start: int, stop: int, seed: int) -> Drawn:
        """Return masks `start` to `stop` of the seed's list."""
        return _joined(self.singles, self.structured, self.n_singles, start, stop, seed)

    def without_structure(self) -> PilotOnly:
        """Return the design that goes on with single masks after the pilot."""
        return PilotOnly(self)


@dataclass(frozen=True, eq=False)
class PilotOnly:
    """A structured design up to its pilot, and single masks from there on.

    Parameters
    ----------
    tried : SinglesFirst
        The design whose structure did not pay.
    """

    tried: SinglesFirst
    name = "stratified"
    n_masks = None

    def draw(self, start: int, stop: int, seed: int) -> Drawn:
        """Return masks `start` to `stop` of the seed's list."""
        pilot, n_singles = self.tried.pilot, self.tried.n_singles
        before = self.tried.draw(min(start, pilot), min(stop, pilot), seed)
        # The list of single masks goes on where it was left.
        left = n_singles - pilot
        after = self.tried.singles.draw(max(start, pilot) + left, max(stop, pilot) + left, seed)
        return _concatenated(before, after)


def _joined(first: MaskDesign, then: MaskDesign, border: int, start: int, stop: int, seed: int) -> Drawn:
    """Return part of one design up to a border and of another from there on."""
    before = first.draw(min(start, border), min(stop, border), seed)
    after = then.draw(max(start, border) - border, max(stop, border) - border, seed)
    return _concatenated(before, after)


def _concatenated(*parts: Drawn) -> Drawn:
    """Return draws one after the other."""
    importance = [np.ones(len(part.masks)) if part.importance is None else part.importance for part in parts]
    return Drawn(np.concatenate([part.masks for part in parts]), np.concatenate(importance))
