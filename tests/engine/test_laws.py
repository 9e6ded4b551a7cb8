"""lime's laws of masks, against lime's own streams and against counting."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lime_widgets.engine import draw_independent_masks, draw_masks
from lime_widgets.engine.laws import LevelLaw, binomial_levels, uniform_levels

SIZES = [1, 2, 5, 9, 40]


@pytest.mark.parametrize("n_features", SIZES)
def test_a_text_s_law_is_uniform_and_never_keeps_everything(n_features: int) -> None:
    law = uniform_levels(n_features)
    assert law.probabilities.tolist() == [1 / n_features] * n_features + [0.0]
    assert not law.draws_everything
    assert law.n_features == n_features


@pytest.mark.parametrize("n_features", SIZES)
def test_an_image_s_law_is_that_of_coins(n_features: int) -> None:
    law = binomial_levels(n_features)
    expected = [math.comb(n_features, kept) / 2**n_features for kept in range(n_features + 1)]
    assert law.probabilities == pytest.approx(expected, rel=1e-12)
    assert law.draws_everything


@pytest.mark.parametrize("n_features", SIZES)
@pytest.mark.parametrize("make", [uniform_levels, binomial_levels])
def test_the_probabilities_of_all_masks_sum_to_one(make: Callable[[int], LevelLaw], n_features: int) -> None:
    of_masks = make(n_features).of_masks()
    counts = [math.comb(n_features, kept) for kept in range(n_features + 1)]
    assert float(of_masks @ counts) == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("n_features", SIZES)
@pytest.mark.parametrize(("make", "stream"), [(uniform_levels, draw_masks), (binomial_levels, draw_independent_masks)])
def test_lime_s_own_sampler_follows_the_law(make: Callable[[int], LevelLaw], stream: Any, n_features: int) -> None:
    law, n = make(n_features), 20_000
    masks = stream(n_features, 1, n + 1, 3)
    expected = law.probabilities * n
    counts = np.bincount(masks.sum(axis=1), minlength=n_features + 1)
    assert not counts[expected == 0].any()
    common = expected > 5
    deviations = (counts - expected)[common] / np.sqrt(expected[common])
    assert np.abs(deviations).max() < 4.5
    share = float(law.probabilities @ np.arange(n_features + 1)) / n_features
    assert masks.mean(axis=0) == pytest.approx(np.full(n_features, share), abs=4.5 * 0.5 / math.sqrt(n))


def test_a_kernel_tilts_the_law_by_its_weights() -> None:
    law = LevelLaw(np.array([0.5, 0.25, 0.25]))
    assert law.tilted(np.array([0.0, 1.0, 3.0])).tolist() == [0.0, 0.25, 0.75]


def test_a_kernel_that_leaves_nothing_leaves_the_law_as_it_is() -> None:
    law = uniform_levels(4)
    only_the_instance = np.array([0.0, 0.0, 0.0, 0.0, 1.0])
    assert np.array_equal(law.tilted(only_the_instance), law.probabilities)
