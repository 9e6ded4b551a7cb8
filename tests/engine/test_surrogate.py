"""The local model, held to what is known without it."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import Lasso, LinearRegression, Ridge
from sklearn.neighbors import KNeighborsRegressor

from lime_widgets.engine import ExponentialKernel, Neighborhood, Surrogate, effective_sample_size, fit_surrogate
from tests.engine.problems import Floats, fit_with_lime, random_neighborhood

KERNEL = ExponentialKernel(25.0)
COEFFICIENTS = np.array([0.5, -2.0, 0.0, 1.0, 0.25])


def equal_weights(distances: Floats) -> Floats:
    return np.ones_like(distances)


def every_mask(n_features: int) -> NDArray[np.bool_]:
    return np.array(list(product([True, False], repeat=n_features)))


def enumerated(answers: Floats, n_features: int) -> Neighborhood:
    return Neighborhood(every_mask(n_features), answers[:, None].astype(np.float64), np.zeros(2**n_features))


def by_feature(fit: Surrogate, n_features: int) -> Floats:
    weights = np.zeros(n_features)
    weights[list(fit.features)] = fit.weights
    return weights


def test_of_a_linear_model_on_all_masks_the_ridge_keeps_its_known_share() -> None:
    n_masks = 2**5
    fit = fit_surrogate(enumerated(every_mask(5) @ COEFFICIENTS + 0.3, 5), 0, equal_weights, 5, selection="none")
    # Over all masks the columns are uncorrelated, each with n / 4 in the Gram matrix, and the ridge adds 1 to it.
    assert by_feature(fit, 5) == pytest.approx(COEFFICIENTS * (n_masks / 4) / (n_masks / 4 + 1))


def test_of_a_linear_model_least_squares_recovers_every_weight() -> None:
    drawn = random_neighborhood(5, 60, 0)
    linear = Neighborhood(drawn.samples, (drawn.samples @ COEFFICIENTS + 0.3)[:, None], drawn.distances)
    fit = fit_surrogate(linear, 0, KERNEL, 5, selection="none", regressor=LinearRegression())
    assert by_feature(fit, 5) == pytest.approx(COEFFICIENTS)
    assert [fit.intercept, fit.score] == pytest.approx([0.3, 1.0])
    assert fit.local_prediction == pytest.approx(0.3 + COEFFICIENTS.sum())


def test_an_exclusive_or_has_no_linear_explanation() -> None:
    masks = every_mask(3)
    fit = fit_surrogate(enumerated((masks[:, 0] ^ masks[:, 1]).astype(np.float64), 3), 0, equal_weights, 3)
    assert by_feature(fit, 3) == pytest.approx(np.zeros(3), abs=1e-15)
    assert [fit.score, fit.intercept] == pytest.approx([0.0, 0.5])


def test_an_and_shares_its_weight_between_both_features() -> None:
    masks = every_mask(3)
    fit = fit_surrogate(enumerated((masks[:, 0] & masks[:, 2]).astype(np.float64), 3), 0, equal_weights, 2)
    assert fit.features == (0, 2)
    assert fit.weights == pytest.approx((0.5 * 2 / 3, 0.5 * 2 / 3))


def brute_force(neighborhood: Neighborhood, output: int, weights: Floats, features: list[int]) -> Floats:
    """Solve the weighted ridge regression as one dense least-squares problem; the intercept comes last."""
    roots = np.sqrt(weights)
    rows = np.column_stack([neighborhood.samples[:, features], np.ones(neighborhood.n_samples)]) * roots[:, None]
    penalty = np.eye(len(features), len(features) + 1)
    target = np.hstack([neighborhood.predictions[:, output] * roots, np.zeros(len(features))])
    solution: Floats = np.linalg.lstsq(np.vstack([rows, penalty]), target, rcond=None)[0]
    return solution


@pytest.mark.parametrize("by_level", [True, False])
@pytest.mark.parametrize("seed", range(15))
def test_it_is_the_dense_weighted_ridge_regression(seed: int, by_level: bool) -> None:
    neighborhood = random_neighborhood(1 + 5 * seed, 40 + 9 * seed, seed, by_level=by_level, repeated=seed % 2 == 0)
    fit = fit_surrogate(neighborhood, 1, KERNEL, 8)
    expected = brute_force(neighborhood, 1, KERNEL(neighborhood.distances), list(fit.features))
    assert [*fit.weights, fit.intercept] == pytest.approx(expected.tolist(), abs=1e-10)


@pytest.mark.parametrize("seed", range(10))
def test_its_fidelity_and_local_prediction_are_scikit_learn_s(seed: int) -> None:
    neighborhood = random_neighborhood(12, 150, seed, by_level=seed % 2 == 0)
    fit = fit_surrogate(neighborhood, 0, KERNEL, 5)
    weights = KERNEL(neighborhood.distances)
    rows, target = neighborhood.samples[:, list(fit.features)].astype(np.float64), neighborhood.predictions[:, 0]
    ridge = Ridge(alpha=1).fit(rows, target, sample_weight=weights)
    assert fit.score == pytest.approx(ridge.score(rows, target, sample_weight=weights), abs=1e-10)
    assert fit.local_prediction == pytest.approx(float(ridge.predict(rows[:1])[0]), abs=1e-10)


def test_the_intercept_and_the_weights_add_up_to_the_local_prediction() -> None:
    fit = fit_surrogate(random_neighborhood(12, 150, 0), 0, KERNEL, 5)
    assert fit.intercept + sum(fit.weights) == pytest.approx(fit.local_prediction, abs=1e-14)


def test_features_come_by_falling_absolute_weight() -> None:
    sizes = np.abs(fit_surrogate(random_neighborhood(20, 300, 0), 0, KERNEL, 12).weights)
    assert sizes.tolist() == sorted(sizes, reverse=True)


def test_the_effective_sample_size_is_kish_s_under_the_kernel() -> None:
    neighborhood = random_neighborhood(12, 150, 0)
    expected = effective_sample_size(KERNEL(neighborhood.distances))
    assert fit_surrogate(neighborhood, 0, KERNEL, 5).effective_sample_size == expected


def test_everything_in_it_is_plain_python() -> None:
    fit = fit_surrogate(random_neighborhood(12, 150, 0), 0, KERNEL, 5)
    assert {type(feature) for feature in fit.features} == {int}
    assert {type(weight) for weight in fit.weights} == {float}
    numbers = (fit.intercept, fit.score, fit.local_prediction, fit.effective_sample_size)
    assert {type(number) for number in numbers} == {float}


def test_a_model_that_never_changes_its_answer_has_no_weights_and_a_perfect_fit() -> None:
    drawn = random_neighborhood(6, 60, 0)
    fit = fit_surrogate(Neighborhood(drawn.samples, np.full((60, 1), 0.25), drawn.distances), 0, KERNEL, 3)
    assert not any(fit.weights)
    assert (fit.intercept, fit.local_prediction, fit.score) == (0.25, 0.25, 1.0)


def test_a_kernel_that_leaves_the_instance_alone_gives_no_weights_and_the_instance_s_answer() -> None:
    neighborhood = random_neighborhood(6, 60, 0)
    fit = fit_surrogate(neighborhood, 0, ExponentialKernel(1e-3), 3)
    assert not any(fit.weights)
    assert fit.local_prediction == neighborhood.predictions[0, 0]
    assert fit.effective_sample_size == 1.0


def test_weights_do_not_depend_on_the_prediction_s_level() -> None:
    drawn = random_neighborhood(10, 120, 0)
    shifted = Neighborhood(drawn.samples, drawn.predictions + 1e6, drawn.distances)
    one, other = fit_surrogate(drawn, 0, KERNEL, 4), fit_surrogate(shifted, 0, KERNEL, 4)
    assert one.features == other.features
    assert one.weights == pytest.approx(other.weights, abs=1e-8)


REGRESSORS = [LinearRegression(), Lasso(alpha=0.01), Ridge(alpha=3), Ridge(alpha=0.5, fit_intercept=False)]


@pytest.mark.parametrize("regressor", REGRESSORS, ids=repr)
@pytest.mark.parametrize("seed", range(5))
def test_a_regressor_of_the_user_s_is_fitted_as_in_lime(seed: int, regressor: Any) -> None:
    neighborhood = random_neighborhood(10, 150, seed, by_level=seed % 2 == 0)
    ours = fit_surrogate(neighborhood, 0, KERNEL, 8, regressor=regressor)
    theirs = fit_with_lime(neighborhood, 0, KERNEL, 8, regressor=regressor)
    assert [feature for feature, weight in zip(ours.features, ours.weights, strict=True) if weight] == [
        feature for feature, weight in zip(theirs.features, theirs.weights, strict=True) if weight
    ]
    assert sorted(ours.features) == sorted(theirs.features)
    assert ours.weights == pytest.approx(theirs.weights, abs=1e-12)
    assert ours.intercept == pytest.approx(theirs.intercept, abs=1e-12)
    assert ours.score == pytest.approx(theirs.score, abs=1e-12)
    assert ours.local_prediction == pytest.approx(theirs.local_prediction, abs=1e-12)


def test_the_user_s_regressor_itself_is_left_unfitted() -> None:
    regressor = LinearRegression()
    fit_surrogate(random_neighborhood(10, 150, 0), 0, KERNEL, 8, regressor=regressor)
    assert not hasattr(regressor, "coef_")


class Weightless(KNeighborsRegressor):  # type: ignore[misc]
    """Has neither weights nor coefficients."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> "Weightless":
        super().fit(X, y)
        return self


def test_a_regressor_without_coefficients_is_refused() -> None:
    with pytest.raises(ValueError, match=r"got model_regressor=.*has no coef_.*try sklearn.linear_model.Ridge"):
        fit_surrogate(random_neighborhood(10, 150, 0), 0, KERNEL, 8, regressor=Weightless())


def test_fitting_the_same_neighborhood_again_gives_the_same_numbers_to_the_last_bit() -> None:
    neighborhood = random_neighborhood(10, 150, 0)
    first = fit_surrogate(neighborhood, 0, KERNEL, 8)
    fit_surrogate(neighborhood, 1, ExponentialKernel(3.0), 4)
    assert fit_surrogate(neighborhood, 0, KERNEL, 8) == first
