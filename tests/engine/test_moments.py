"""Weighted moments: two sources, one answer."""

from fractions import Fraction

import numpy as np
import pytest

from lime_widgets.engine import ExponentialKernel, Moments, Neighborhood, distances_to_instance, moment_source
from lime_widgets.engine.moments import LevelMoments, MomentSource, SampleMoments
from tests.engine.problems import random_neighborhood

WIDTHS = [0.5, 2.0, 25.0, 400.0]


def source_of(neighborhood: Neighborhood) -> MomentSource:
    return moment_source(neighborhood.samples, neighborhood.predictions, neighborhood.distances)


def assert_close(one: Moments, other: Moments, rel: float) -> None:
    for name in ("n_samples", "instance", "feature_means", "target_mean", "gram", "cross", "variation"):
        expected = np.asarray(getattr(other, name), dtype=np.float64)
        scale = max(1e-300, float(np.abs(expected).max()))
        assert np.asarray(getattr(one, name)) / scale == pytest.approx(expected / scale, rel=rel, abs=rel), name


def test_lime_s_distances_are_summed_by_level() -> None:
    assert isinstance(source_of(random_neighborhood(20, 100, 0)), LevelMoments)


def test_distances_of_its_own_for_each_sample_are_summed_per_sample() -> None:
    assert isinstance(source_of(random_neighborhood(20, 100, 0, by_level=False)), SampleMoments)


def test_a_table_of_levels_that_would_not_fit_is_not_built() -> None:
    assert isinstance(source_of(random_neighborhood(400, 1000, 0)), SampleMoments)


def test_rows_that_are_no_masks_are_summed_per_sample() -> None:
    rows = np.random.default_rng(0).normal(size=(30, 4))
    assert isinstance(moment_source(rows, np.zeros((30, 1)), np.zeros(30)), SampleMoments)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("seed", range(12))
def test_both_sources_agree(seed: int, width: float) -> None:
    neighborhood = random_neighborhood(
        1 + 7 * seed, 60 + 20 * seed, seed, repeated=seed % 2 == 1, constant=seed % 3 == 1
    )
    weights = ExponentialKernel(width)(neighborhood.distances)
    by_level = source_of(neighborhood)
    assert isinstance(by_level, LevelMoments)
    per_sample = SampleMoments(neighborhood.samples, neighborhood.predictions)
    for output in range(2):
        assert_close(by_level.moments(weights, output), per_sample.moments(weights, output), rel=1e-11)


@pytest.mark.parametrize("by_level", [True, False])
def test_moments_are_numpy_s_weighted_covariance(by_level: bool) -> None:
    neighborhood = random_neighborhood(8, 200, 1, by_level=by_level)
    weights = ExponentialKernel(25.0)(neighborhood.distances)
    moments = source_of(neighborhood).moments(weights, 1)
    columns = np.column_stack([neighborhood.samples, neighborhood.predictions[:, 1]])
    expected = np.cov(columns, rowvar=False, aweights=weights, ddof=0) * weights.sum()
    assert moments.gram == pytest.approx(expected[:-1, :-1], abs=1e-12)
    assert moments.cross == pytest.approx(expected[:-1, -1], abs=1e-12)
    assert moments.variation == pytest.approx(expected[-1, -1], abs=1e-12)
    assert moments.feature_means == pytest.approx(np.average(neighborhood.samples, axis=0, weights=weights), abs=1e-12)
    assert moments.target_mean == pytest.approx(np.average(columns[:, -1], weights=weights), abs=1e-12)


@pytest.mark.parametrize("by_level", [True, False])
def test_a_constant_column_has_exactly_no_variance(by_level: bool) -> None:
    neighborhood = random_neighborhood(8, 200, 1, by_level=by_level, constant=True)
    moments = source_of(neighborhood).moments(ExponentialKernel(7.0)(neighborhood.distances), 0)
    assert moments.gram[1].tolist() == [0.0] * 8
    assert moments.cross[1] == 0.0


@pytest.mark.parametrize("by_level", [True, False])
def test_constant_predictions_have_exactly_no_variation(by_level: bool) -> None:
    drawn = random_neighborhood(8, 200, 1, by_level=by_level)
    neighborhood = Neighborhood(drawn.samples, np.full((200, 2), 0.3), drawn.distances)
    moments = source_of(neighborhood).moments(ExponentialKernel(7.0)(neighborhood.distances), 0)
    assert (moments.variation, moments.target_mean) == (0.0, 0.3)
    assert not moments.cross.any()


def exact_moments(neighborhood: Neighborhood, weights: list[float]) -> tuple[list[list[float]], list[float], float]:
    """Return the centred sums in rational arithmetic, rounded once at the end."""
    w = [Fraction(weight) for weight in weights]
    rows = [[Fraction(int(kept)) for kept in row] for row in neighborhood.samples]
    target = [Fraction(float(answer)) for answer in neighborhood.predictions[:, 0]]
    columns = [*zip(*rows, strict=True), tuple(target)]
    means = [sum(a * b for a, b in zip(w, column, strict=True)) / sum(w) for column in columns]
    centred = [[value - mean for value in column] for column, mean in zip(columns, means, strict=True)]
    products = [
        [float(sum(a * b * c for a, b, c in zip(w, one, other, strict=True))) for other in centred] for one in centred
    ]
    return [row[:-1] for row in products[:-1]], products[-1][:-1], products[-1][-1]


@pytest.mark.parametrize("by_level", [True, False])
@pytest.mark.parametrize("width", [1.2, 2.0, 5.0])
def test_a_kernel_under_which_the_instance_outweighs_all_does_not_cancel(width: float, by_level: bool) -> None:
    neighborhood = random_neighborhood(4, 25, 2, by_level=by_level)
    if not by_level:
        neighborhood = Neighborhood(
            neighborhood.samples, neighborhood.predictions, np.where(neighborhood.distances > 0, 12.0, 0.0)
        )
    weights = ExponentialKernel(width)(neighborhood.distances)
    assert weights[1:].max() < 0.06
    gram, cross, variation = exact_moments(neighborhood, weights.tolist())
    moments = source_of(neighborhood).moments(weights, 0)
    assert np.ravel(moments.gram).tolist() == pytest.approx(np.ravel(gram).tolist(), rel=1e-11)
    assert moments.cross.tolist() == pytest.approx(cross, rel=1e-11)
    assert moments.variation == pytest.approx(variation, rel=1e-11)


def test_the_textbook_formula_would_have_cancelled() -> None:
    neighborhood = random_neighborhood(4, 25, 2)
    weights = ExponentialKernel(1.2)(neighborhood.distances)
    gram, _, _ = exact_moments(neighborhood, weights.tolist())
    rows = neighborhood.samples.astype(np.float64)
    mean = weights @ rows / weights.sum()
    textbook = rows.T @ (rows * weights[:, None]) - weights.sum() * np.outer(mean, mean)
    assert np.abs(textbook - gram).max() > 1e-3 * np.abs(gram).max()


def test_lime_s_distances_of_a_lone_feature_make_two_levels() -> None:
    masks = np.array([[True], [False], [False]])
    neighborhood = Neighborhood(masks, np.array([[1.0], [0.0], [0.5]]), distances_to_instance(masks) * 100)
    moments = source_of(neighborhood).moments(np.ones(3), 0)
    assert moments.gram.item() == pytest.approx(2 / 3)
    assert moments.cross.item() == pytest.approx(0.5)
