"""The emulator, the pool of its answers, and the estimate that they assist."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lime_widgets.engine import ExponentialKernel, Neighborhood, distances_to_instance, draw_masks, fit_surrogate
from lime_widgets.engine.additive import additive_expectations
from lime_widgets.engine.emulator import cross_validated_ridge, fit_emulator
from lime_widgets.engine.pool import Emulation, Pool, pool_of
from tests.engine.problems import black_box
from tests.truth import all_masks, interacting, weights_of_law

Floats = NDArray[np.float64]
KERNEL = ExponentialKernel(25.0)


def problem(n: int = 90, n_features: int = 6, seed: int = 0) -> tuple[Floats, Floats, Floats]:
    """Return masks, answers between 0 and 1, and weights."""
    rng = np.random.default_rng(seed)
    every = np.unique(draw_masks(n_features, 1, 4 * n, seed), axis=0)
    masks: Floats = rng.permutation(every)[:n].astype(float)
    slopes = np.random.default_rng(100 + seed).normal(size=n_features)
    answers = 1 / (1 + np.exp(-(masks @ slopes)))
    return masks, answers, rng.uniform(0.3, 2.0, len(masks))


def refit_without(fitted: object, masks: Floats, answers: Floats, weights: Floats, row: int) -> float:
    """Return what the same kernel, noise and scale make of a row, fitted to all others from scratch."""
    emulator = fitted
    shape, space = emulator.shape, emulator.space  # type: ignore[attr-defined]
    relative = np.maximum(weights / weights.mean(), 1e-3)
    scaled = answers
    if shape.on_logit:
        clipped = np.clip(answers, 2e-3, 1 - 2e-3)
        scaled = np.log(clipped / (1 - clipped))
    target = (scaled - emulator.center) / emulator.deviation  # type: ignore[attr-defined]
    others = np.arange(len(masks)) != row
    points, point = space.points(masks[others]), space.points(masks[[row]])
    kernel = space.kernel(points, points, shape.decay, shape.share).astype(float)
    kernel += np.diag(shape.noise / relative[others])
    to_row = space.kernel(point, points, shape.decay, shape.share).astype(float)
    found = emulator.center + emulator.deviation * float((to_row @ np.linalg.solve(kernel, target[others]))[0])  # type: ignore[attr-defined]
    return float(1 / (1 + np.exp(-found))) if shape.on_logit else found


@pytest.mark.parametrize("logistic", [True, False])
def test_left_out_predictions_are_those_of_refits_without_each_row(logistic: bool) -> None:
    masks, answers, weights = problem()
    if not logistic:
        answers = 100 * (masks[:, 0] * masks[:, 1] - masks[:, 2]) + np.random.default_rng(1).normal(size=len(masks))
    emulator, left_out = fit_emulator(masks, answers, weights, 0, has_sizes=True)
    rows = range(0, len(masks), 3)
    expected = [refit_without(emulator, masks, answers, weights, row) for row in rows]
    # Kernels are computed in single precision.
    assert left_out[list(rows)] == pytest.approx(expected, abs=2e-3 * answers.std())


def test_a_smooth_model_is_emulated_nearly_exactly() -> None:
    masks, answers, weights = problem(60, 9)
    emulator, _ = fit_emulator(masks, answers, weights, 0, has_sizes=True)
    every = all_masks(9).astype(float)
    slopes = np.random.default_rng(100).normal(size=9)
    truth = 1 / (1 + np.exp(-(every @ slopes)))
    assert np.sqrt(np.mean((emulator.predict(every) - truth) ** 2)) < 0.05 * truth.std()


def test_a_constant_model_is_emulated() -> None:
    masks, _, weights = problem()
    emulator, left_out = fit_emulator(masks, np.full(len(masks), 0.3), weights, 0, has_sizes=True)
    assert left_out == pytest.approx(0.3, abs=1e-9)
    assert emulator.predict(all_masks(6).astype(float)) == pytest.approx(0.3, abs=1e-9)


def test_the_same_seed_gives_the_same_emulator() -> None:
    masks, answers, weights = problem(900, 12)
    found = [fit_emulator(masks, answers, weights, 4, has_sizes=True)[1] for _ in range(2)]
    assert np.array_equal(found[0], found[1])


def test_cross_validated_ridge_finds_a_linear_model() -> None:
    rng = np.random.default_rng(0)
    columns = rng.normal(size=(200, 5))
    slopes, intercept = cross_validated_ridge(columns, columns @ [1, 2, 0, -1, 3] + 7, rng.uniform(0.1, 1, 200))
    assert slopes == pytest.approx([1, 2, 0, -1, 3], abs=1e-4)
    assert intercept == pytest.approx(7, abs=1e-4)


def test_additive_expectations_leave_each_row_out() -> None:
    rng = np.random.default_rng(0)
    columns, weights = rng.normal(size=(80, 4)), rng.uniform(0.2, 2, 80)
    answers = np.column_stack([columns @ [1, -1, 2, 0.5], np.sin(columns).sum(axis=1)]) + rng.normal(size=(80, 2))
    expected = additive_expectations(columns, answers, weights)
    # A row's own answer has no part in its expectation.
    changed = answers.copy()
    changed[11] += 1e-3
    again = additive_expectations(columns, changed, weights)
    assert again[11] == pytest.approx(expected[11], abs=1e-6)
    assert np.abs(again - expected).max() > 1e-6
    assert np.corrcoef(expected[:, 0], answers[:, 0])[0, 1] > 0.8


# ---- the pool


def pooled(n: int = 4000, n_features: int = 5, seed: int = 3) -> tuple[Pool, NDArray[np.bool_], Floats, Floats, Floats]:
    """Return a pool, and what it was made of: masks, importance, distances, deviations."""
    rng = np.random.default_rng(seed)
    masks = draw_masks(n_features, 1, n + 1, seed)
    importance = rng.uniform(0.5, 2, n_features + 1)[masks.sum(axis=1)]
    distances = distances_to_instance(masks) * 100
    deviations = rng.normal(size=(n, 2)) + masks[:, :2]
    return pool_of(masks, importance, distances, deviations), masks, importance, distances, deviations


@pytest.mark.parametrize("output", [0, 1])
def test_a_pools_sums_are_the_direct_sums(output: int) -> None:
    pool, masks, importance, distances, deviations = pooled()
    found = pool.weighted(KERNEL, output, 5000)
    weights = 4999 * KERNEL(distances) * importance / importance.sum()
    features, target = masks.astype(float) - 1, deviations[:, output]
    assert found.weight == pytest.approx(weights.sum())
    assert found.features == pytest.approx(weights @ features)
    assert found.target == pytest.approx(weights @ target)
    assert found.gram == pytest.approx((features * weights[:, None]).T @ features)
    assert found.cross == pytest.approx(features.T @ (weights * target))
    assert found.squares == pytest.approx(weights @ target**2)


def test_the_pools_own_chance_is_the_direct_sum_with_each_levels_mean_square() -> None:
    pool, masks, importance, distances, deviations = pooled()
    slopes, intercept = np.array([0.3, -0.2, 0.1, 0.0, 0.5]), 0.4
    found, _ = pool.chance(KERNEL, 1, 5000, slopes, intercept)
    weights = 4999 * KERNEL(distances) * importance / importance.sum()
    features = masks.astype(float) - 1
    residuals = deviations[:, 1] - intercept - features @ slopes
    sizes, squares = masks.sum(axis=1), np.zeros(len(masks))
    for size in np.unique(sizes):
        squares[sizes == size] = (residuals[sizes == size] ** 2).mean()
    centred = features - weights @ features / weights.sum()
    assert found == pytest.approx((centred * (weights**2 * squares)[:, None]).T @ centred, rel=1e-6)


def test_a_pool_of_all_masks_leaves_nothing_to_chance() -> None:
    masks = all_masks(5)
    pool = pool_of(masks, None, distances_to_instance(masks[::-1])[::-1], masks[:, :1].astype(float), exact=True)
    of_slopes, of_mean = pool.chance(KERNEL, 0, 5000, np.zeros(5), 0.0)
    assert not of_slopes.any()
    assert of_mean == 0


# ---- the estimate


def test_with_a_perfect_emulator_the_fit_is_limes_law_exactly() -> None:
    """Left-out answers equal to the model's, and a pool of all masks: nothing is left to chance or to estimate."""
    n_features, model = 7, interacting(7)
    masks = draw_masks(n_features, 0, 150, 1)
    answers = model(masks)[:, None]
    every = all_masks(n_features)[:-1]
    kept = every.sum(axis=1)
    probabilities = np.array([1 / n_features / np.sum(kept == size) for size in kept])
    distances = distances_to_instance(np.vstack([masks[:1], every]))[1:] * 100
    pool = pool_of(every, probabilities, distances, model(every)[:, None] - answers[0], exact=True)
    emulation = Emulation((0,), answers.copy(), pool)
    neighborhood = Neighborhood(masks, answers, distances_to_instance(masks) * 100, nominal=5000, emulation=emulation)
    fit = fit_surrogate(neighborhood, 0, KERNEL, n_features, selection="none")
    found = np.zeros(n_features)
    found[list(fit.features)] = fit.weights
    truth = weights_of_law(every, model(every), probabilities, KERNEL(distances), float(answers[0, 0]), 5000)
    assert found == pytest.approx(truth, abs=1e-10)


def test_with_an_emulator_that_knows_nothing_the_estimate_is_regression() -> None:
    """Left-out answers of 0 and a pool of zeros: what is added is the regression of the answers themselves."""
    n_features = 6
    masks = draw_masks(n_features, 0, 800, 1)
    answers = black_box(masks, 1, np.random.default_rng(0))
    distances = distances_to_instance(masks) * 100
    pool_masks = draw_masks(n_features, 1, 100_001, 8)
    nothing = np.zeros((len(pool_masks), 1))
    pool = pool_of(pool_masks, None, distances_to_instance(np.vstack([masks[:1], pool_masks]))[1:] * 100, nothing)
    left_out = np.repeat(answers[:1], len(masks), axis=0)
    plain = Neighborhood(masks, answers, distances, nominal=5000)
    helped = Neighborhood(masks, answers, distances, nominal=5000, emulation=Emulation((0,), left_out, pool))
    kernel = ExponentialKernel(25.0)
    weights = []
    for neighborhood in (plain, helped):
        fit = fit_surrogate(neighborhood, 0, kernel, n_features, selection="none")
        weights.append([weight for _, weight in sorted(zip(fit.features, fit.weights, strict=True))])
    # The two differ by the instance's own row alone, which has no residual.
    assert weights[1] == pytest.approx(weights[0], abs=0.02 * np.abs(weights[0]).max())
