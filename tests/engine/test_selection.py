"""Which features the surrogate may use."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from lime_widgets.engine import (
    ExponentialKernel,
    Moments,
    Neighborhood,
    select_features,
    selection_in_force,
)
from tests.engine.problems import Floats, random_neighborhood

KERNEL = ExponentialKernel(25.0)


def moments_of(neighborhood: Neighborhood) -> Moments:
    return neighborhood.moment_source.moments(KERNEL(neighborhood.distances), 0)


def linear(neighborhood: Neighborhood, coefficients: Floats) -> Neighborhood:
    """Put a linear black box behind the masks."""
    return Neighborhood(neighborhood.samples, (neighborhood.samples @ coefficients)[:, None], neighborhood.distances)


COEFFICIENTS = np.array([0.0, -3.0, 0.0, 1.0, 0.0, 0.5, 0.0, 0.0])
LINEAR = linear(random_neighborhood(8, 2000, 0), COEFFICIENTS)


@pytest.mark.parametrize("selection", ["forward_selection", "highest_weights", "auto"])
def test_the_features_a_linear_model_uses_are_found_largest_first(selection: str) -> None:
    assert select_features(moments_of(LINEAR), 3, selection).tolist() == [1, 3, 5]


def test_the_lasso_path_finds_them_in_order_of_index() -> None:
    assert select_features(moments_of(LINEAR), 3, "lasso_path").tolist() == [1, 3, 5]


def test_none_takes_every_feature_however_few_are_asked_for() -> None:
    assert select_features(moments_of(LINEAR), 1, "none").tolist() == list(range(8))


@pytest.mark.parametrize("selection", ["forward_selection", "highest_weights", "lasso_path", "auto"])
def test_asking_for_more_features_than_there_are_gives_all(selection: str) -> None:
    moments = moments_of(random_neighborhood(5, 200, 0))
    assert sorted(select_features(moments, 50, selection).tolist()) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("selection", ["forward_selection", "highest_weights", "lasso_path", "auto"])
@pytest.mark.parametrize("num_features", [1, 2, 6, 7])
def test_no_more_features_than_asked_for_and_none_twice(selection: str, num_features: int) -> None:
    for seed in range(5):
        moments = moments_of(random_neighborhood(9, 120, seed, repeated=True, constant=True))
        selected = select_features(moments, num_features, selection).tolist()
        assert len(set(selected)) == len(selected) <= num_features


@pytest.mark.parametrize("seed", range(8))
def test_each_forward_step_adds_what_raises_the_weighted_r2_most(seed: int) -> None:
    neighborhood = random_neighborhood(7, 90, seed, by_level=False)
    weights = KERNEL(neighborhood.distances)
    target = neighborhood.predictions[:, 0]

    def r2(features: list[int]) -> float:
        rows = neighborhood.samples[:, features].astype(np.float64)
        model = LinearRegression().fit(rows, target, sample_weight=weights)
        return float(model.score(rows, target, sample_weight=weights))

    selected: list[int] = select_features(moments_of(neighborhood), 7, "forward_selection").tolist()
    for step in range(1, 7):
        left = [feature for feature in range(7) if feature not in selected[:step]]
        assert selected[step] == max(left, key=lambda feature: r2([*selected[:step], feature]))


def test_forward_selection_is_nested() -> None:
    moments = moments_of(random_neighborhood(20, 300, 3))
    ten = select_features(moments, 10, "forward_selection").tolist()
    assert all(select_features(moments, k, "forward_selection").tolist() == ten[:k] for k in range(1, 11))


def test_of_two_identical_columns_the_first_is_taken_and_the_second_only_when_nothing_else_explains_more() -> None:
    masks = random_neighborhood(6, 300, 0, repeated=True).samples  # columns 0 and 2, and 3 to 5, are twins
    neighborhood = linear(Neighborhood(masks, np.zeros((300, 1)), np.zeros(300)), np.array([5.0, 1.0, 0, 2.0, 0, 0]))
    moments = neighborhood.moment_source.moments(np.ones(300), 0)
    assert select_features(moments, 3, "forward_selection").tolist() == [0, 3, 1]


@pytest.mark.parametrize("selection", ["forward_selection", "highest_weights", "lasso_path", "none"])
def test_a_model_that_never_changes_its_answer_is_no_error(selection: str) -> None:
    drawn = random_neighborhood(6, 60, 0)
    flat = Neighborhood(drawn.samples, np.full((60, 1), 0.25), drawn.distances)
    assert set(select_features(moments_of(flat), 3, selection).tolist()) <= set(range(6))


@pytest.mark.parametrize("selection", ["forward_selection", "highest_weights", "lasso_path", "none"])
def test_the_instance_alone_is_no_error(selection: str) -> None:
    alone = Neighborhood(np.ones((1, 4), dtype=np.bool_), np.array([[0.5]]), np.zeros(1))
    assert set(select_features(moments_of(alone), 2, selection).tolist()) <= {0, 1, 2, 3}


@pytest.mark.parametrize(("num_features", "method"), [(6, "forward_selection"), (7, "highest_weights")])
def test_auto_changes_its_method_between_six_and_seven_features(num_features: int, method: str) -> None:
    assert selection_in_force("auto", num_features) == method


def test_an_unknown_selection_is_refused() -> None:
    with pytest.raises(ValueError, match=r"got feature_selection='best', expected one of auto, .*try 'auto'"):
        select_features(moments_of(LINEAR), 3, "best")


@pytest.mark.parametrize("num_features", [0, -1])
def test_fewer_features_than_one_are_refused(num_features: int) -> None:
    with pytest.raises(ValueError, match=f"got num_features={num_features}, expected a whole number of 1 or more"):
        select_features(moments_of(LINEAR), num_features, "auto")
