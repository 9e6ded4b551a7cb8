"""Masks, predictions and distances as one thing; distances and repeats."""

import dataclasses
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray
from sklearn.metrics import pairwise_distances

from lime_widgets.engine import Neighborhood, distances_to_instance, distinct_rows, draw_masks
from tests.engine.problems import random_neighborhood

MASKS = draw_masks(9, 0, 300, seed=4)


def test_it_knows_its_size() -> None:
    neighborhood = random_neighborhood(7, 40, 0)
    assert (neighborhood.n_samples, neighborhood.n_features, neighborhood.n_outputs) == (40, 7, 2)


def test_it_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        random_neighborhood(3, 9, 0).samples = MASKS  # type: ignore[misc]


@pytest.mark.parametrize("name", ["samples", "predictions", "distances"])
def test_its_arrays_cannot_be_written(name: str) -> None:
    with pytest.raises(ValueError, match="read-only"):
        getattr(random_neighborhood(3, 9, 0), name)[0] = 0


@pytest.mark.parametrize(
    ("samples", "predictions", "distances"),
    [
        ((0, 3), (0, 1), (0,)),
        ((3, 0), (3, 1), (3,)),
        ((3,), (3, 1), (3,)),
        ((3, 2), (2, 1), (3,)),
        ((3, 2), (3, 1), (2,)),
    ],
    ids=["no sample", "no feature", "one row", "other predictions", "other distances"],
)
def test_shapes_that_do_not_belong_together_are_refused(
    samples: tuple[int, ...], predictions: tuple[int, ...], distances: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match=r"got (samples|predictions) of shape .*expected"):
        Neighborhood(np.ones(samples, dtype=np.bool_), np.zeros(predictions), np.zeros(distances))


def test_a_pickle_leaves_out_what_can_be_computed_again() -> None:
    neighborhood = random_neighborhood(30, 400, 0)
    before = len(pickle.dumps(neighborhood))
    source = neighborhood.moment_source
    assert source is neighborhood.moment_source
    assert len(pickle.dumps(neighborhood)) == before


def test_a_pickle_holds_the_samples_to_the_last_bit() -> None:
    neighborhood = random_neighborhood(30, 400, 0)
    again = pickle.loads(pickle.dumps(neighborhood))  # noqa: S301 - our own bytes
    for name in ("samples", "predictions", "distances"):
        assert np.array_equal(getattr(again, name), getattr(neighborhood, name))


@pytest.mark.parametrize(
    "metric",
    ["cosine", "euclidean", "manhattan", "cityblock", "hamming", "chebyshev", "braycurtis", "canberra", "sqeuclidean"],
)
def test_distances_are_scikit_learn_s(metric: str) -> None:
    expected = pairwise_distances(MASKS.astype(np.float64), np.ones((1, 9)), metric=metric).ravel()
    assert distances_to_instance(MASKS, metric) == pytest.approx(expected, abs=1e-12)


def test_a_metric_that_looks_at_which_features_are_kept_is_scikit_learn_s_too() -> None:
    def first_feature_counts_most(a: NDArray[Any], b: NDArray[Any]) -> float:
        return float(np.abs(a - b) @ np.arange(len(a), 0, -1))

    expected = pairwise_distances(MASKS.astype(np.float64), np.ones((1, 9)), metric=first_feature_counts_most).ravel()
    assert np.array_equal(distances_to_instance(MASKS, first_feature_counts_most), expected)


@pytest.mark.parametrize("metric", ["jaccard", "dice", "rogerstanimoto"])
def test_metrics_of_sets_are_scikit_learn_s(metric: str) -> None:
    expected = pairwise_distances(MASKS, np.ones((1, 9), dtype=np.bool_), metric=metric).ravel()
    assert distances_to_instance(MASKS, metric) == pytest.approx(expected, abs=1e-12)


def test_a_metric_that_gives_no_number_is_named() -> None:
    # A correlation with a row that does not vary is 0 / 0.
    with pytest.raises(ValueError, match="got NaN or infinity from distance_metric='correlation'"):
        distances_to_instance(MASKS, "correlation")


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_distances_are_equal_to_the_last_bit_where_equally_many_features_are_kept(metric: str) -> None:
    masks = draw_masks(120, 0, 2000, seed=0)
    distances, kept = distances_to_instance(masks, metric), masks.sum(axis=1)
    assert all(len(np.unique(distances[kept == level])) == 1 for level in np.unique(kept))


def test_the_instance_lies_at_distance_zero() -> None:
    assert distances_to_instance(MASKS)[0] == pytest.approx(0, abs=1e-15)


def test_a_mask_that_keeps_nothing_lies_at_distance_one() -> None:
    assert distances_to_instance(np.array([[True] * 4, [False] * 4])).tolist() == [0.0, 1.0]


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        distances_to_instance(MASKS, "nonsense")


@given(arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, max_side=20), elements=st.booleans()))
def test_distinct_rows_give_all_masks_back_in_order_of_first_appearance(masks: NDArray[np.bool_]) -> None:
    first, inverse = distinct_rows(masks)
    assert np.array_equal(masks[first][inverse], masks)
    assert first.tolist() == sorted(first.tolist())
    assert len({row.tobytes() for row in masks}) == len(first)
