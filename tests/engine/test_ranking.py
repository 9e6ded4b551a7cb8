"""Whether the largest weights would be the largest again, and normal numbers that are the same in every language."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from lime_widgets.engine.ranking import N_DRAWS, rank_stability, standard_normals


def test_weights_far_apart_keep_their_places() -> None:
    found = rank_stability(np.array([5.0, -4.0, 0.1, 0.0]), 0.01 * np.eye(4), 2)
    assert (found.size, found.stability, found.jaccard) == (2, 1.0, 1.0)


def test_a_tie_for_the_last_place_is_a_coin() -> None:
    found = rank_stability(np.array([5.0, 1.0, 1.0, 0.0]), 0.01 * np.eye(4), 2)
    # Two draws find the same two as often as not; else they have one of three in common.
    assert found.stability == pytest.approx(0.5, abs=0.1)
    assert found.jaccard == pytest.approx(0.5 + 0.5 / 3, abs=0.07)


def test_weights_that_move_together_keep_their_order() -> None:
    weights = np.array([1.2, 1.0, 0.0])
    together = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1e-6]]) * 0.04
    alone = np.diag(np.diag(together))
    assert rank_stability(weights, together, 1).stability == 1.0
    assert rank_stability(weights, alone, 1).stability < 0.9


def test_stability_is_the_probability_of_the_same_largest() -> None:
    weights, deviation = np.array([1.0, 0.8]), 0.2
    # The difference of the two is normal; both are far from changing sign.
    expected = NormalDist().cdf((1.0 - 0.8) / (deviation * 2**0.5))
    found = rank_stability(weights, deviation**2 * np.eye(2), 1)
    assert found.stability == pytest.approx(expected, abs=3.5 * (expected * (1 - expected) / N_DRAWS) ** 0.5)


def test_known_weights_are_ranked_for_certain() -> None:
    found = rank_stability(np.array([3.0, 2.0, 1.0]), np.zeros((3, 3)), 2)
    assert (found.stability, found.jaccard) == (1.0, 1.0)


def test_all_of_the_weights_are_always_the_same() -> None:
    found = rank_stability(np.array([1.0, 1.0]), np.eye(2), 2)
    assert (found.stability, found.jaccard) == (1.0, 1.0)


def test_signs_do_not_matter() -> None:
    one = rank_stability(np.array([2.0, 1.5, 1.0]), 0.1 * np.eye(3), 1)
    other = rank_stability(np.array([-2.0, -1.5, -1.0]), 0.1 * np.eye(3), 1)
    assert other.stability == pytest.approx(one.stability, abs=0.08)


def test_a_singular_covariance_can_be_drawn_from() -> None:
    root = np.array([[1.0, -1.0, 0.0]]) * 0.1
    assert rank_stability(np.array([2.0, 1.0, 0.5]), root.T @ root, 1).stability == 1.0


# ---- normal numbers


def test_normal_numbers_have_mean_0_and_variance_1() -> None:
    normals = standard_normals(400, 50)
    assert normals.shape == (400, 50)
    assert abs(normals.mean()) < 4 / np.sqrt(normals.size)
    assert normals.var() == pytest.approx(1.0, abs=4 * np.sqrt(2 / normals.size))
    assert np.abs(np.corrcoef(normals.T) - np.eye(50)).max() < 4.5 / np.sqrt(400)


def hashed(number: int) -> int:
    """Return MurmurHash3's finalizer of a number times the golden ratio, in whole numbers alone."""
    word = number * 0x9E3779B9 % 2**32
    word ^= word >> 16
    word = word * 0x85EBCA6B % 2**32
    word ^= word >> 13
    word = word * 0xC2B2AE35 % 2**32
    return word ^ (word >> 16)


def test_normal_numbers_are_quantiles_of_hashes() -> None:
    expected = [NormalDist().inv_cdf((hashed(number) + 0.5) / 2**32) for number in range(1, 301)]
    assert standard_normals(60, 5).ravel() == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_the_first_normal_numbers_are_pinned() -> None:
    assert standard_normals(1, 4)[0] == pytest.approx(
        [0.1850308486, -0.7138694081, -1.2492795417, -0.5330518526], abs=1e-9
    )
