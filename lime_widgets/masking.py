"""What texts and images share: an instance whose features are there or not, and the designs that masks are drawn by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lime_widgets.domain import Draw, PoolDraw, Sampling
from lime_widgets.engine import Neighborhood, distinct_rows
from lime_widgets.engine.designs import Enumeration, LimeDesign, MaskDesign, Stratified, number_of_masks
from lime_widgets.engine.laws import LevelLaw
from lime_widgets.engine.pairing import structure_pays
from lime_widgets.engine.population import Population
from lime_widgets.engine.structured import FoldedArrays, PilotOnly, SinglesFirst, ThinnedPairs

Floats = NDArray[np.float64]
Masks = NDArray[np.bool_]

AnyDesign = LimeDesign | Enumeration | Stratified | SinglesFirst | PilotOnly

_POOL_STREAM = 7
# So many masks an emulator answers in the time that it takes for a large sample of more.
_MOST_ENUMERATED = 2**17


@dataclass(frozen=True, eq=False)
class MaskSampling:
    """How the masks of an instance are drawn; see `lime_widgets.domain.Design`.

    Parameters
    ----------
    sampling : Sampling
        What was asked for.
    law : LevelLaw
        lime's law of masks.
    stream : callable
        lime's own sampler, ``stream(n_features, start, stop, seed)``.
    level_distances : ndarray of shape (n_features + 1,), or None
        Distance to the instance by how many features a mask keeps; None under a metric that other things matter to.
    best : str
        The design that is the best of the domain.
    structured : bool
        Whether to go on with pairs or arrays after the pilot.
    """

    sampling: Sampling
    law: LevelLaw
    stream: Callable[[int, int, int, int], Masks]
    level_distances: Floats | None
    best: str
    structured: bool = True

    @property
    def name(self) -> str:
        """The design's own name."""
        return self._design.name

    @property
    def n_rows(self) -> int | None:
        """How many rows there are with the instance, where that is finite."""
        return None if self._design.n_masks is None else self._design.n_masks + 1

    @property
    def pilot(self) -> int | None:
        """After how many rows to see whether the structure pays."""
        design = self._design
        return design.pilot + 1 if isinstance(design, SinglesFirst) else None

    @property
    def population(self) -> Population | None:
        """Lime's law, if masks are not drawn from it to the letter and weigh by their size."""
        if self.sampling.name == "lime" or self.level_distances is None:
            return None
        return Population(self.level_distances, levels=self.law.probabilities)

    def for_rows(self, n_rows: int) -> MaskSampling:
        """Return the design for so many rows: every mask there is, where they are enough for that."""
        can_enumerate = self.sampling.name == "best" and number_of_masks(self.law) < n_rows
        return replace(self, sampling=replace(self.sampling, name="enumeration")) if can_enumerate else self

    def judged(self, neighborhood: Neighborhood) -> MaskSampling:
        """Return the design to go on with, given what the model answered to the pilot."""
        rows = neighborhood.first(self.pilot or 1)
        return replace(self, structured=structure_pays(rows, self._proximity[rows.samples.sum(axis=1)]))

    def draw(self, start: int, stop: int, seed: int) -> Draw:
        """Return rows `start` to `stop`, masks that are samples and questions in one; row 0 is the instance."""
        masks, importance = self._design.draw(max(start - 1, 0), stop - 1, seed)
        if start == 0:
            masks = np.concatenate([np.ones((1, self.law.n_features), dtype=np.bool_), masks])
            importance = None if importance is None else np.concatenate([[1.0], importance])
        return Draw(masks, masks, importance=importance)

    def n_questions(self, n_rows: int, seed: int) -> int:
        """Return how many questions so many rows make: masks that repeat are asked about once."""
        design = self.for_rows(n_rows)
        n_there = n_rows if design.n_rows is None else min(n_rows, design.n_rows)
        first, _ = distinct_rows(design.draw(0, n_there, seed).samples)
        return len(first)

    def pool(self, start: int, stop: int, seed: int) -> PoolDraw | None:
        """Return masks of the law that the regression sees, as an emulator takes them."""
        if self.level_distances is None:
            return None
        is_exact = number_of_masks(self.law) <= _MOST_ENUMERATED
        source: MaskDesign = Enumeration(self.law) if is_exact else Stratified(self.law, self._proximity)
        masks, importance = source.draw(start, stop, seed + _POOL_STREAM * 2**32)
        return PoolDraw(masks, importance, masks, is_exact)

    def descriptors(self, samples: Any, seed: int) -> Floats:  # noqa: ARG002 - those of a table are not in its samples
        """Return samples as an emulator takes them."""
        return np.asarray(samples, dtype=np.float64)

    has_sizes = True
    is_stable = True
    is_even = False

    @cached_property
    def _proximity(self) -> Floats:
        """Kernel weight by how many features a mask keeps; 1 where that does not say it."""
        if self.level_distances is None or self.sampling.kernel is None:
            return np.ones(self.law.n_features + 1)
        return np.asarray(self.sampling.kernel(self.level_distances), dtype=np.float64)

    @cached_property
    def _design(self) -> AnyDesign:
        """The masks themselves."""
        name = self.best if self.sampling.name == "best" else self.sampling.name
        n_features = self.law.n_features
        if name == "lime":
            return LimeDesign(self.stream, n_features)
        if name == "enumeration":
            return Enumeration(self.law)
        singles = Stratified(self.law, self._proximity)
        if name == "stratified":
            return singles
        structure = FoldedArrays(n_features) if name == "arrays" else ThinnedPairs(self.law, self._proximity)
        first = SinglesFirst(singles, structure)
        return first if self.structured else first.without_structure()


def mask_sampling(
    sampling: Sampling,
    law: LevelLaw,
    stream: Callable[[int, int, int, int], Masks],
    level_distances: Floats | None,
    designs: tuple[str, ...],
) -> MaskSampling:
    """Return how masks are drawn.

    Parameters
    ----------
    sampling : Sampling
        What was asked for.
    law, stream, level_distances
        As for `MaskSampling`.
    designs : tuple of str
        The designs of the domain, the best first.

    Raises
    ------
    LimeError
        If the domain has no such design.
    """
    sampling.check(designs)
    return MaskSampling(sampling, law, stream, level_distances, designs[0])
