"""The surrogate is lime's: 240 random problems, every selection, the same samples.

Where columns repeat exactly, no data tell the twins apart: which of them lime takes first is decided by rounding
noise, and so is, on the lasso path, whether it takes both. So columns are compared up to an exchange of identical ones,
and the lasso path with twins is held to scikit-learn's on the columns without them.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import lars_path

from lime_widgets.engine import ExponentialKernel, Neighborhood, Surrogate, fit_surrogate
from lime_widgets.engine.lasso import lasso_path
from lime_widgets.engine.selection import last_small_set
from tests.engine.problems import Floats, LimeFit, fit_with_lime, random_neighborhood

SEEDS = range(240)
TOLERANCE = 1e-8
# lime refits a regression for every candidate of every step of forward selection: it gets the small problems.
MAX_FORWARD_FITS = 90


class Problem:
    """The problem of a seed: sizes, kinds of column and of weight all vary."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        sizes = (1, 8) if seed % 4 == 0 else (8, 40) if seed % 4 < 3 else (40, 121)
        n_features = 120 if seed == 3 else int(rng.integers(*sizes))
        self.repeated = seed % 3 == 1
        self.neighborhood = random_neighborhood(
            n_features,
            int(rng.integers(max(20, n_features), 3 * n_features + 60)),
            seed,
            by_level=seed % 2 == 0,
            repeated=self.repeated,
            constant=seed % 5 == 2,
        )
        self.kernel = ExponentialKernel(float(rng.choice([12.0, 25.0, 25.0, 200.0])))
        self.num_features = int(rng.integers(1, 13))
        self.output = int(rng.integers(2))

    @property
    def n_telling(self) -> int:
        """Number of columns that vary and differ: once they are all in, what is left explains nothing, and lime's next
        choice is noise."""
        return max(1, len({column.tobytes() for column in self.neighborhood.samples.T if not column.all()}))

    def ours(self, num_features: int, selection: str) -> Surrogate:
        return fit_surrogate(self.neighborhood, self.output, self.kernel, num_features, selection=selection)

    def theirs(self, num_features: int, selection: str) -> LimeFit:
        return fit_with_lime(self.neighborhood, self.output, self.kernel, num_features, selection=selection)

    def assert_same(self, num_features: int, selection: str) -> None:
        ours, theirs = self.ours(num_features, selection), self.theirs(num_features, selection)
        twin = first_of_identical_columns(self.neighborhood)
        assert [twin[feature] for feature in ours.features] == [twin[feature] for feature in theirs.features]
        assert ours.weights == pytest.approx(theirs.weights, rel=0, abs=TOLERANCE)
        assert ours.intercept == pytest.approx(theirs.intercept, rel=0, abs=TOLERANCE)
        assert ours.score == pytest.approx(theirs.score, rel=0, abs=TOLERANCE)
        assert ours.local_prediction == pytest.approx(theirs.local_prediction, rel=0, abs=TOLERANCE)


def first_of_identical_columns(neighborhood: Neighborhood) -> list[int]:
    """For each column, the first one that equals it."""
    first: dict[bytes, int] = {}
    return [first.setdefault(column.tobytes(), place) for place, column in enumerate(neighborhood.samples.T)]


# lime's own regressions without a penalty complain where twins are among the candidates.
pytestmark = pytest.mark.filterwarnings("ignore::scipy.linalg.LinAlgWarning")


@pytest.mark.parametrize("seed", SEEDS)
def test_no_selection(seed: int) -> None:
    problem = Problem(seed)
    problem.assert_same(problem.num_features, "none")


@pytest.mark.parametrize("seed", SEEDS)
def test_highest_weights(seed: int) -> None:
    problem = Problem(seed)
    problem.assert_same(problem.num_features, "highest_weights")


@pytest.mark.parametrize("seed", SEEDS)
def test_forward_selection(seed: int) -> None:
    problem = Problem(seed)
    affordable = max(1, MAX_FORWARD_FITS // problem.neighborhood.n_features)
    problem.assert_same(min(problem.num_features, affordable, problem.n_telling), "forward_selection")


@pytest.mark.parametrize("seed", [seed for seed in SEEDS if not Problem(seed).repeated])
def test_lasso_path(seed: int) -> None:
    problem = Problem(seed)
    problem.assert_same(problem.num_features, "lasso_path")


@pytest.mark.parametrize("seed", [seed for seed in SEEDS if Problem(seed).repeated])
def test_lasso_path_with_twins_is_scikit_learn_s_without_them(seed: int) -> None:
    problem = Problem(seed)
    neighborhood = problem.neighborhood
    twin = first_of_identical_columns(neighborhood)
    single = sorted(set(twin))
    weights = problem.kernel(neighborhood.distances)
    supports = supports_on_the_path(
        neighborhood.samples[:, single], neighborhood.predictions[:, problem.output], weights
    )
    moments = neighborhood.moment_source.moments(weights, problem.output)
    path = lasso_path(moments.gram, moments.cross, moments.n_samples)
    for num_features in range(1, len(single) + 1):
        selected = {single.index(twin[feature]) for feature in last_small_set(path, num_features)}
        assert selected == next((one for one in supports[::-1] if len(one) <= num_features), supports[0])


def supports_on_the_path(masks: NDArray[np.bool_], target: Floats, weights: Floats) -> list[set[int]]:
    """Return which features have a weight at each knot of scikit-learn's lasso path but the first."""
    roots = np.sqrt(weights)
    rows = (masks - np.average(masks, axis=0, weights=weights)) * roots[:, None]
    _, _, path = lars_path(rows, (target - np.average(target, weights=weights)) * roots, method="lasso")
    # Where a weight crosses zero scikit-learn may leave a rounding error of it.
    return [set(np.flatnonzero(np.abs(knot) > 1e-12).tolist()) for knot in path.T[1:]]


@pytest.mark.parametrize("seed", SEEDS)
def test_auto_goes_forward_up_to_six_features_and_by_weight_from_seven(seed: int) -> None:
    problem = Problem(seed)
    forward = problem.num_features <= min(6, problem.n_telling)
    if forward and problem.num_features * problem.neighborhood.n_features <= MAX_FORWARD_FITS:
        problem.assert_same(problem.num_features, "auto")
    else:
        problem.assert_same(max(7, problem.num_features), "auto")
