"""How rows are drawn: each column by its own distribution, from uniform numbers that a design supplies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lime_widgets.domain import Draw, PoolDraw, Sampling
from lime_widgets.engine import Neighborhood, Samples
from lime_widgets.engine.neighborhood import distances_by_level
from lime_widgets.engine.population import Population
from lime_widgets.engine.sampling import draw_latin_hypercube, draw_sobol, draw_uniforms
from lime_widgets.tables.lifting import Lift, lifts_of
from lime_widgets.tables.marginals import Marginal

Floats = NDArray[np.float64]

# Of more columns Sobol's sequence is no more even than chance, and takes longer.
_MOST_SOBOL_COLUMNS = 256
_POOL_STREAM = 7
DESIGNS: tuple[str, ...] = ("sobol", "lime")


class RowCodec(Protocol):
    """The way from what the user calls a value to a number, and from numbers to what the model is asked with."""

    def encode_value(self, column: int, value: Any) -> float:
        """Return one value of a column; ValueError names the column."""
        ...

    def decode(self, matrix: Floats) -> Any:
        """Return the batch that the model is asked about, one row for each row of `matrix`."""
        ...


@dataclass(frozen=True, eq=False)
class Perturbation:
    """How rows are perturbed, and the model asked about them.

    Parameters
    ----------
    marginals : sequence of Marginal
        One for each feature.
    codec : RowCodec
        Makes the batch for the model.
    latin_hypercube : bool
        Whether lime's sampler stratifies each column over all rows drawn at once.
    key : tuple of int
        What tells its stream of random numbers from others, beside the seed.
    """

    marginals: Sequence[Marginal]
    codec: RowCodec
    latin_hypercube: bool = False
    key: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class TableSampling:
    """How the rows around an instance are drawn; see `lime_widgets.domain.Design`.

    Parameters
    ----------
    perturbation : Perturbation
        How columns are drawn.
    row, sample : ndarray of shape (n_features,)
        The instance as the model and as the surrogate sees it.
    name : {"lime", "sobol"}
        From independent uniform numbers (or a Latin hypercube, if that was asked for), or from Sobol's sequence, with
        rare values of the instance drawn more often.
    level_distances : ndarray of shape (n_features + 1,), or None
        Distance to the instance by how many features are kept; None under a metric that other things matter to.
    """

    perturbation: Perturbation
    row: Floats
    sample: Floats
    name: str
    level_distances: Floats | None
    n_rows = None
    pilot = None
    has_sizes = False

    @cached_property
    def population(self) -> Population | None:
        """The law of the masks, where columns are in bins and the distance counts those that differ."""
        if self.name == "lime" or self.level_distances is None:
            return None
        own = [
            marginal.own(float(value)) for marginal, value in zip(self.perturbation.marginals, self.row, strict=True)
        ]
        kept = np.array([0.0 if interval is None else interval[1] for interval in own])
        return Population(self.level_distances, kept=kept) if self._is_binned else None

    def for_rows(self, n_rows: int) -> TableSampling:  # noqa: ARG002 - masks of few features can be enumerated
        """Return itself: the values within bins have no end."""
        return self

    def judged(self, neighborhood: Neighborhood) -> TableSampling:  # noqa: ARG002 - pairs of masks can fail to pay
        """Return itself."""
        return self

    def draw(self, start: int, stop: int, seed: int) -> Draw:
        """Return rows `start` to `stop`; row 0 is the row itself."""
        uniforms, importance = self._uniforms(start, stop, seed)
        marginals = self.perturbation.marginals
        drawn = [
            marginal.draw(column, value)
            for marginal, column, value in zip(marginals, uniforms.T, self.row, strict=True)
        ]
        is_mask = all(samples.dtype == np.bool_ for samples, _ in drawn)
        samples: Samples = np.empty(uniforms.shape, dtype=np.bool_ if is_mask else np.float64)
        questions = uniforms  # each column is read before it is written
        for position, (sampled, values) in enumerate(drawn):
            samples[:, position] = sampled
            questions[:, position] = values
        if start == 0:
            samples[:1], questions[:1] = self.sample, self.row
            if importance is not None:
                importance[:1] = 1.0
        # One column whose values hardly ever repeat, and rows do not either.
        return Draw(samples, questions, all(marginal.repeats for marginal in marginals), importance)

    @property
    def is_stable(self) -> bool:
        """Whether rows are other than those of a Latin hypercube, which depend on how many they are."""
        return self.name != "lime" or not self.perturbation.latin_hypercube

    @property
    def is_even(self) -> bool:
        """Whether rows are drawn from Sobol's sequence; of real values it leaves more to chance than of bins."""
        return self.name == "sobol" and self._is_binned

    @property
    def _is_binned(self) -> bool:
        """Whether the surrogate sees masks."""
        return all(marginal.is_binned for marginal in self.perturbation.marginals)

    def pool(self, start: int, stop: int, seed: int) -> PoolDraw | None:
        """Return rows of the training data's distribution, where the surrogate sees masks that weigh by their size."""
        if self.level_distances is None or not self.is_stable:
            return None
        uniforms = draw_sobol(len(self.row), start, stop, seed, *self.perturbation.key, _POOL_STREAM)
        sampled = [
            marginal.draw(column, value)[0]
            for marginal, column, value in zip(self.perturbation.marginals, uniforms.T, self.row, strict=True)
        ]
        if any(samples.dtype != np.bool_ for samples in sampled):
            return None
        return PoolDraw(np.column_stack(sampled), None, self._described(uniforms))

    def descriptors(self, samples: Samples, seed: int) -> Floats:
        """Return the rows of a neighborhood as an emulator takes them: bins, and places within them."""
        uniforms, _ = self._uniforms(0, len(samples), seed)
        return self._described(uniforms)

    def _described(self, uniforms: Floats) -> Floats:
        """Return what an emulator sees of the values that uniform numbers stand for."""
        described = [
            marginal.describe(column) for marginal, column in zip(self.perturbation.marginals, uniforms.T, strict=True)
        ]
        return np.concatenate(described, axis=1)

    def _uniforms(self, start: int, stop: int, seed: int) -> tuple[Floats, Floats | None]:
        """Return a uniform number for each row and column, and the rows' importance."""
        n_columns, key = len(self.row), self.perturbation.key
        if self.name == "lime":
            draw = draw_latin_hypercube if self.perturbation.latin_hypercube else draw_uniforms
            return draw(n_columns, start, stop, seed, *key), None
        uniforms = draw_sobol(n_columns, start, stop, seed, *key)
        if not any(self._lifts):
            return uniforms, None
        importance = np.ones(len(uniforms))
        for position, lift in enumerate(self._lifts):
            if lift:
                uniforms[:, position], factors = lift.apply(uniforms[:, position])
                importance *= factors
        return uniforms, importance

    @cached_property
    def _lifts(self) -> list[Lift | None]:
        """Which columns' own values are drawn more often."""
        return lifts_of(self.perturbation.marginals, self.row)


def table_sampling(
    sampling: Sampling, perturbation: Perturbation, row: Floats, sample: Floats, metric: Any
) -> TableSampling:
    """Return how rows are drawn.

    Parameters
    ----------
    sampling : Sampling
        What was asked for.
    perturbation, row, sample
        As for `TableSampling`.
    metric : str or callable
        The distance metric.

    Raises
    ------
    LimeError
        If there is no such design.
    """
    sampling.check(DESIGNS)
    name = sampling.name
    if name == "best":
        # Somebody who asks for a Latin hypercube is to have it.
        plain = perturbation.latin_hypercube or len(row) > _MOST_SOBOL_COLUMNS
        name = "lime" if plain else "sobol"
    return TableSampling(perturbation, row, sample, name, distances_by_level(len(row), metric))
