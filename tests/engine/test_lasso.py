"""The lasso path is scikit-learn's, knot by knot."""

import numpy as np
import pytest
from sklearn.linear_model import lars_path

from lime_widgets.engine.lasso import lasso_path
from tests.engine.problems import Floats


def centred(n_samples: int, n_features: int, seed: int, *, binary: bool) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n_samples, n_features))
    rows[:, 1:] += rng.uniform(-0.8, 0.8) * rows[:, :1]
    if binary:
        rows = (rows > 0).astype(np.float64)
    target = rows @ rng.normal(size=n_features) + rng.normal(size=n_samples)
    return rows - rows.mean(axis=0), target - target.mean()


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("seed", range(40))
def test_every_knot_is_scikit_learn_s(seed: int, binary: bool) -> None:
    n_features = 2 + seed % 17
    rows, target = centred(30 + 4 * n_features, n_features, seed, binary=binary)
    _, _, expected = lars_path(rows, target, method="lasso")
    knots = lasso_path(rows.T @ rows, rows.T @ target)
    assert len(knots) == expected.shape[1]
    np.testing.assert_allclose(np.array(knots).T, expected, atol=1e-9)


def test_a_column_that_left_comes_back_with_the_other_sign() -> None:
    rows, target = centred(40, 12, 1, binary=False)
    signs = np.sign(np.array(lasso_path(rows.T @ rows, rows.T @ target)))
    _, _, expected = lars_path(rows, target, method="lasso")
    assert (signs.max(axis=0) - signs.min(axis=0) == 2).any()
    assert np.array_equal(signs, np.sign(np.where(np.abs(expected) < 1e-12, 0, expected)).T)


def test_it_ends_at_least_squares() -> None:
    rows, target = centred(80, 6, 0, binary=False)
    assert lasso_path(rows.T @ rows, rows.T @ target)[-1] == pytest.approx(np.linalg.lstsq(rows, target)[0])


def test_orthogonal_columns_enter_by_falling_correlation() -> None:
    knots = lasso_path(np.eye(3), np.array([1.0, -3.0, 2.0]))
    assert np.array(knots) == pytest.approx(np.array([[0, 0, 0], [0, -1, 0], [0, -2, 1], [1, -3, 2]]))


def test_columns_that_tie_enter_together() -> None:
    assert np.array(lasso_path(np.eye(2), np.array([1.0, 1.0]))) == pytest.approx(np.array([[0, 0], [1, 1]]))


def test_a_constant_column_never_enters() -> None:
    rows, target = centred(50, 4, 3, binary=False)
    rows[:, 2] = 0.0
    assert not any(knot[2] for knot in lasso_path(rows.T @ rows, rows.T @ target))


def test_a_repeated_column_never_enters() -> None:
    rows, target = centred(50, 4, 3, binary=False)
    twins = np.column_stack([rows, rows[:, 0]])
    path, without = lasso_path(twins.T @ twins, twins.T @ target), lasso_path(rows.T @ rows, rows.T @ target)
    assert all(not (knot[0] and knot[4]) for knot in path)
    assert [knot[0] + knot[4] for knot in path] == pytest.approx([knot[0] for knot in without])


def test_nothing_to_explain_is_a_path_of_zeros() -> None:
    assert not np.any(lasso_path(np.eye(3), np.zeros(3)))
