"""Model-assisted estimation: how much an emulator helps, that it does no harm, what it knows exactly."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lime_widgets.emulating import emulated
from lime_widgets.engine import Kernel, Neighborhood, estimate_uncertainty, fit_surrogate
from lime_widgets.engine.additive import additive_expectations
from lime_widgets.engine.assisted import assisted
from lime_widgets.engine.pool import Emulation, pool_of
from lime_widgets.engine.stopping import variance_of_lime
from tests.engine.test_designs import Masks, Model, Setting, closed_formula, curved, sampled, setting
from tests.engine.test_uncertainty import by_feature, figures

Floats = NDArray[np.float64]


def helped(given: Setting, neighborhood: Neighborhood, seed: int) -> Neighborhood:
    """Return the neighborhood with an emulator's help, as a domain's sampler lets it help."""
    mapper = SimpleNamespace(
        n_features=neighborhood.n_features,
        can_ask=True,
        distances=lambda masks, _: given.distances[masks.sum(axis=1)],
    )
    sampler: Any = SimpleNamespace(mapper=mapper, design=given.sampling("best"), seed=seed, metric="cosine")
    return emulated(sampler, neighborhood, given.kernel, [0])


def weights_of(neighborhood: Neighborhood, kernel: Kernel) -> Floats:
    """Return the weights of all features."""
    fit = fit_surrogate(neighborhood, 0, kernel, neighborhood.n_features, selection="none")
    return by_feature(fit.features, fit.weights)


def logistic(n_features: int) -> Model:
    """Return a logistic regression on the features."""
    slopes = np.random.default_rng(5).normal(size=n_features)

    def answer(masks: Masks) -> Floats:
        return np.asarray(1 / (1 + np.exp(-(masks @ slopes - slopes.sum() / 2))))

    return answer


def scattered(masks: Masks) -> Floats:
    """Answer with a number that has nothing to do with those of similar masks, the same for the same mask."""
    codes = (masks.astype(np.uint64) << np.arange(masks.shape[1], dtype=np.uint64)).sum(axis=1, dtype=np.uint64)
    return np.asarray((codes * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(40)) / 2.0**24)


@pytest.mark.parametrize("kind", ["text", "image"])
def test_of_a_logistic_model_half_the_error_is_left_and_less(kind: str) -> None:
    given, model = setting(kind, 20), logistic(20)
    truth = closed_formula(given, model, 5000)
    errors = []
    for seed in range(8):
        plain = sampled(given, "best", 200, seed, model)
        both = (plain, helped(given, plain, seed))
        errors.append([float(np.linalg.norm(weights_of(each, given.kernel) - truth)) for each in both])
    by_regression, by_emulator = np.median(errors, axis=0)
    assert by_emulator < 0.5 * by_regression


@pytest.mark.parametrize("kind", ["text", "image"])
def test_answers_without_a_pattern_leave_the_estimate_within_its_errors(kind: str) -> None:
    given = setting(kind, 10)
    truth = closed_formula(given, scattered, 5000)
    standardised = []
    for seed in range(12):
        estimates, errors = figures(helped(given, sampled(given, "best", 250, seed, scattered), seed), given.kernel)
        standardised.append((estimates[:-2] - truth) / errors[:-2])
    # 120 squares of about mean 1, not all of them independent.
    assert 0.6 < np.mean(np.square(standardised)) < 1.5


def test_intervals_with_an_emulator_hold_the_truth() -> None:
    given, model = setting("text", 10), curved(3, 10)
    truth = closed_formula(given, model, 5000)
    held = []
    for seed in range(20):
        neighborhood = helped(given, sampled(given, "pairs", 250, seed, model), seed)
        fit = fit_surrogate(neighborhood, 0, given.kernel, 10, selection="none")
        unsure = estimate_uncertainty(neighborhood, 0, given.kernel, fit.features)
        misses = np.abs(by_feature(fit.features, fit.weights) - truth)
        held.append(misses <= unsure.quantile() * by_feature(fit.features, unsure.weights))
    assert np.mean(held) > 0.86


@pytest.mark.parametrize("kind", ["text", "image"])
@pytest.mark.parametrize("nominal", [300, 5000])
def test_an_emulator_that_is_exact_gives_the_answer_of_the_population(kind: str, nominal: int) -> None:
    given, model = setting(kind, 8), curved(1, 8)
    plain = sampled(given, "best", 90, 0, model, nominal)
    drawn = given.sampling("best").pool(0, 2**9, 0)
    assert drawn is not None
    assert drawn.exact
    deviations = model(drawn.samples)[:, None] - plain.predictions[0]
    distances = given.distances[drawn.samples.sum(axis=1)]
    pool = pool_of(drawn.samples, drawn.importance, distances, deviations, exact=True)
    exact = replace(plain, emulation=Emulation((0,), plain.predictions.copy(), pool))
    found, truth = weights_of(exact, given.kernel), closed_formula(given, model, nominal)
    assert found == pytest.approx(truth, rel=1e-8, abs=1e-10)
    estimate = assisted(exact, 0, given.kernel)
    assert estimate is not None
    assert np.abs(estimate.residuals).max() == 0
    # Single precision is all that is left.
    assert figures(exact, given.kernel)[1][:-1].max() < 2e-5 * np.abs(found).max()


def test_an_output_that_was_not_emulated_is_not_assisted() -> None:
    given = setting("text", 8)
    neighborhood = helped(given, sampled(given, "best", 90, 0, curved(1, 8)), 0)
    assert assisted(neighborhood, 0, given.kernel) is not None
    assert assisted(neighborhood, 1, given.kernel) is None


# ---- what an additive model expects


def _without(columns: Floats, answers: Floats, shares: Floats, row: int, penalty: float) -> Floats:
    """Return what a ridge regression with a free intercept expects of a row, fitted to the others from scratch."""
    others = np.arange(len(columns)) != row
    design = np.column_stack([np.ones(len(columns)), columns])
    weighted = design[others] * shares[others, None]
    gram = weighted.T @ design[others] + penalty * np.diag([0.0] + [1.0] * columns.shape[1])
    return np.asarray(design[row] @ np.linalg.solve(gram, weighted.T @ answers[others]))


def test_additive_expectations_are_those_of_refits_without_each_row() -> None:
    rng = np.random.default_rng(0)
    columns, weights = rng.normal(size=(60, 5)), rng.uniform(0.2, 2, 60)
    answers = np.column_stack([columns @ [1, -1, 2, 0.5, 0], np.sin(columns).sum(axis=1)]) + rng.normal(size=(60, 2))
    expected, shares = additive_expectations(columns, answers, weights), weights / weights.sum()
    fits = []
    for penalty in (1e-5, 1e-4, 1e-3, 1e-2, 0.1):
        left_out = np.array([_without(columns, answers, shares, row, penalty) for row in range(60)])
        error = float((shares[:, None] * (answers - left_out) ** 2).sum())
        fits.append((error, float(np.abs(left_out - expected).max())))
    # Those of one penalty for all rows: of the one that errs least.
    assert min(fits)[1] < 1e-10


# ---- what lime's own explanation would be worth


def test_the_variance_of_lime_is_the_spread_of_lime_s_explanations() -> None:
    given, model = setting("text", 8), curved(9, 8)
    found = [weights_of(sampled(given, "lime", 1000, seed, model, 1000), given.kernel) for seed in range(300)]
    spread = float(np.var(found, axis=0, ddof=1).sum())
    for name in ("lime", "stratified", "pairs"):
        predicted = []
        for seed in range(8):
            neighborhood = sampled(given, name, 900, seed, model)
            predicted.extend(variance_of_lime(neighborhood, [0], given.kernel(neighborhood.distances), 1000))
        assert np.mean(predicted) == pytest.approx(spread, rel=0.2)
