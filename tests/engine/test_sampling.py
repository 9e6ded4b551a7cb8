"""Which masks are asked about, and from which seed."""

import hashlib
import subprocess
import sys
from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from lime_widgets.engine import draw_independent_masks, draw_masks, new_seed

# The draws below are the same at every run, so that this level is a judgement of the sampler and not of luck.
LEVEL = 0.001


def test_the_first_mask_keeps_every_feature() -> None:
    assert draw_masks(7, 0, 1, seed=3).all()


def test_every_other_mask_removes_something() -> None:
    assert not draw_masks(3, 1, 5000, seed=3).all(axis=1).any()


def test_the_number_of_features_removed_is_uniform() -> None:
    removed = (~draw_masks(10, 1, 20_001, seed=0)).sum(axis=1)
    counts = np.bincount(removed, minlength=11)
    assert counts[0] == 0
    assert chisquare(counts[1:]).pvalue > LEVEL


def test_every_set_of_a_size_is_as_likely_as_another() -> None:
    masks = draw_masks(6, 1, 60_001, seed=1)
    of_size_two = ~masks[(~masks).sum(axis=1) == 2]
    _, counts = np.unique(np.packbits(of_size_two, axis=1), return_counts=True)
    assert len(counts) == comb(6, 2)
    assert chisquare(counts).pvalue > LEVEL


def test_one_feature_is_always_the_one_removed() -> None:
    assert not draw_masks(1, 1, 100, seed=0).any()


@given(
    n_features=st.integers(1, 40), start=st.integers(0, 1200), extra=st.integers(0, 700), seed=st.integers(0, 2**32 - 1)
)
def test_any_slice_of_the_stream_is_a_slice_of_a_longer_draw(
    n_features: int, start: int, extra: int, seed: int
) -> None:
    longer = draw_masks(n_features, 0, start + extra + 5, seed)
    assert np.array_equal(draw_masks(n_features, start, start + extra, seed), longer[start : start + extra])


def test_another_seed_gives_other_masks() -> None:
    assert not np.array_equal(draw_masks(20, 1, 50, seed=0), draw_masks(20, 1, 50, seed=1))


def test_independent_masks_are_tosses_of_a_coin() -> None:
    masks = draw_independent_masks(40, 0, 20_000, seed=1)
    assert masks[0].all()
    drawn = masks[1:].astype(float)
    assert np.abs(drawn.mean(axis=0) - 0.5).max() < 0.02
    correlations = np.corrcoef(drawn.T) - np.eye(40)
    assert np.abs(correlations).max() < 0.035
    assert chisquare(np.bincount((drawn[:, :3] @ [4, 2, 1]).astype(int))).pvalue > LEVEL


def test_any_row_of_independent_masks_is_the_same_however_many_are_drawn() -> None:
    whole = draw_independent_masks(9, 0, 3000, seed=6)
    assert np.array_equal(draw_independent_masks(9, 700, 2100, seed=6), whole[700:2100])
    assert not np.array_equal(draw_independent_masks(9, 0, 3000, seed=7), whole)


def test_the_same_seed_gives_the_same_masks_in_another_process() -> None:
    program = (
        "import hashlib; from lime_widgets.engine import draw_masks;"
        "print(hashlib.sha256(draw_masks(33, 5, 1500, 42).tobytes()).hexdigest())"
    )
    here = hashlib.sha256(draw_masks(33, 5, 1500, 42).tobytes()).hexdigest()
    there = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()
    assert here == there


def test_drawing_leaves_numpy_s_global_generator_alone() -> None:
    np.random.seed(0)  # noqa: NPY002 - the very state that must not move
    before = np.random.get_state()[1].tolist()  # type: ignore[index]  # noqa: NPY002
    draw_masks(20, 0, 600, seed=5)
    new_seed(None)
    assert np.random.get_state()[1].tolist() == before  # type: ignore[index]  # noqa: NPY002


@pytest.mark.parametrize("seed", [0, 7, np.int64(7), 2**31])
def test_an_integer_is_its_own_seed(seed: Any) -> None:
    assert new_seed(seed) == int(seed)


def test_no_seed_draws_a_new_one_each_time() -> None:
    assert new_seed(None) != new_seed(None)


@pytest.mark.parametrize("make", [np.random.RandomState, np.random.default_rng])
def test_a_generator_gives_a_seed_and_moves_on(make: Any) -> None:
    generator, equal = make(5), make(5)
    first = new_seed(generator)
    assert first == new_seed(equal)
    assert first != new_seed(generator)


@pytest.mark.parametrize("value", [-1, 1.5, "0", [1]])
def test_what_is_no_random_state_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"got random_state=.*expected None, an integer .* try random_state=0"):
        new_seed(value)
