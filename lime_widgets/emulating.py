"""Letting an emulator assist the estimate: fit it to a neighborhood's answers, and ask it about very many more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from lime_widgets.domain import PoolDraw
from lime_widgets.engine import Kernel, LimeError, Neighborhood, distinct_rows
from lime_widgets.engine.additive import additive_expectations
from lime_widgets.engine.emulator import Emulator, fit_emulator
from lime_widgets.engine.pool import Emulation, Pool, pool_of
from lime_widgets.sampler import Sampler

# What the pool itself leaves to chance is part of the errors: with so many masks it is a small one.
_POOL_SIZE = 2**17
_POOL_SLICE = 2**14
# From fewer answers an emulator knows nothing.
_FEWEST_SAMPLES = 64
_FEWEST_PER_DESCRIPTOR = 2
# One Gram matrix for each level is kept.
_MOST_FEATURES = 160


def emulated(sampler: Sampler, neighborhood: Neighborhood, kernel: Kernel, outputs: Iterable[int]) -> Neighborhood:
    """Return the neighborhood with an emulator's help for some outputs; as it is where that cannot help.

    Parameters
    ----------
    sampler : Sampler
        Who drew it.
    neighborhood : Neighborhood
        The samples.
    kernel : callable
        Distances to weights.
    outputs : iterable of int
        Columns of the predictions.
    """
    # Several threads on matrices this small wait for each other more than they work.
    with threadpool_limits(1, user_api="blas"):
        return _emulated(sampler, neighborhood, kernel, tuple(dict.fromkeys(outputs)))


def _emulated(sampler: Sampler, neighborhood: Neighborhood, kernel: Kernel, wanted: tuple[int, ...]) -> Neighborhood:
    """Fit an emulator for each output, and ask it about the pool."""
    cannot_help = neighborhood.exact or neighborhood.n_samples <= _FEWEST_SAMPLES or why_not(sampler)
    if cannot_help or not wanted:
        return neighborhood
    design, seed = sampler.design, sampler.seed
    weights = neighborhood.weights(kernel(neighborhood.distances))
    if not weights[1:].any():
        return neighborhood
    described = design.descriptors(neighborhood.samples, seed)[1:]
    # A row that was drawn twice is no less known for one of the two being left out.
    first, copies = distinct_rows(described)
    emulators: list[Emulator] = []
    left_out = neighborhood.predictions[:, wanted].copy()
    for column, output in enumerate(wanted):
        emulator, without = fit_emulator(
            described[first],
            neighborhood.predictions[1:, output][first],
            np.asarray(np.bincount(copies, weights[1:]), dtype=np.float64),
            seed,
            has_sizes=design.has_sizes,
        )
        left_out[1:, column] = without[copies]
        emulators.append(emulator)
    return replace(
        neighborhood, emulation=Emulation(wanted, left_out, _pooled(sampler, neighborhood, wanted, emulators))
    )


def _pooled(sampler: Sampler, neighborhood: Neighborhood, wanted: tuple[int, ...], emulators: list[Emulator]) -> Pool:
    """Ask the emulators about the pool, slice after slice, to its end or to its size."""
    drawn: list[PoolDraw] = []
    answers: list[NDArray[np.float64]] = []
    for start in range(0, _POOL_SIZE, _POOL_SLICE):
        part = sampler.design.pool(start, start + _POOL_SLICE, sampler.seed)
        if part is None or not len(part.samples):
            break
        answers.append(np.column_stack([emulator.predict(part.descriptors) for emulator in emulators]))
        # What describes many columns takes gigabytes, all slices together.
        drawn.append(replace(part, descriptors=part.descriptors[:0]))
    masks, answered = np.concatenate([part.samples for part in drawn]), np.concatenate(answers)
    if sampler.design.has_sizes:
        # The instance again needs no emulator: its answer is known.
        answered[masks.all(axis=1)] = neighborhood.predictions[0, wanted]
    importance = [part.importance for part in drawn if part.importance is not None]
    return pool_of(
        masks,
        np.concatenate(importance) if importance else None,
        sampler.mapper.distances(masks, sampler.metric),
        answered - neighborhood.predictions[0, wanted],
        exact=drawn[0].exact,
    )


def informed(sampler: Sampler, neighborhood: Neighborhood, kernel: Kernel) -> Neighborhood:
    """Return the neighborhood with what an additive model expects of each answer, where the design calls for it."""
    is_known = neighborhood.expected is not None or neighborhood.emulation is not None or neighborhood.exact
    if is_known or not sampler.mapper.can_ask or not sampler.design.is_even:
        return neighborhood
    weights = neighborhood.weights(kernel(neighborhood.distances))
    described = sampler.design.descriptors(neighborhood.samples, sampler.seed)
    if neighborhood.n_samples < _FEWEST_PER_DESCRIPTOR * described.shape[1]:
        # So few rows are not even in so many bins: there is chance in them, too.
        return neighborhood
    expected = neighborhood.predictions.copy()
    with threadpool_limits(1, user_api="blas"):
        expected[1:] = additive_expectations(described[1:], neighborhood.predictions[1:], weights[1:])
    return replace(neighborhood, expected=expected)


def why_not(sampler: Sampler) -> str:
    """Return why an emulator cannot help with this instance; empty if it can."""
    if sampler.mapper.n_features > _MOST_FEATURES:
        return f"{sampler.mapper.n_features} features, expected at most {_MOST_FEATURES}"
    if not sampler.mapper.can_ask or sampler.design.pool(0, 1, sampler.seed) is None:
        return "samples that do not weigh by how many features they keep, or are of a Latin hypercube"
    return ""


def require_emulation(sampler: Sampler) -> None:
    """Refuse an instance with which an emulator cannot help.

    Raises
    ------
    LimeError
        If it cannot.
    """
    reason = why_not(sampler)
    if reason:
        raise LimeError(f"got estimator='assisted' for {reason}, try estimator='regression'")
