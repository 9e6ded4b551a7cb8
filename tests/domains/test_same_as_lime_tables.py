"""lime 0.2.0.1, on the very samples that this package draws, and on samples of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from lime.lime_tabular import LimeTabularExplainer as LimeLimeTabularExplainer
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.stats import ks_2samp
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from lime_widgets import Explanation, LimeTabularExplainer
from lime_widgets.engine import SELECTIONS
from lime_widgets.tables.conditions import Scaled

Floats = NDArray[np.float64]

N_SAMPLES = 600
TOLERANCE = 1e-8


class Sky:
    """A model smooth and non-linear in every column, of any table: four classes or one value."""

    def __init__(self, table: Any) -> None:
        dense = table.toarray() if hasattr(table, "toarray") else table
        self.mean, self.scale = dense.mean(axis=0), dense.std(axis=0) + 1e-9
        rng = np.random.default_rng(7)
        self.slopes = rng.normal(size=(table.shape[1], 4)) / np.sqrt(table.shape[1])

    def predict_proba(self, rows: Any) -> Floats:
        raw = self._raw(rows)
        powers = np.exp(np.tanh(raw) * 2)
        shares: Floats = powers / powers.sum(axis=1, keepdims=True)
        return shares

    def predict(self, rows: Any) -> Floats:
        values: Floats = 1000 * np.tanh(self._raw(rows)[:, 0])
        return values

    def _raw(self, rows: Any) -> Floats:
        dense = rows.toarray() if hasattr(rows, "toarray") else rows
        scaled = (dense - self.mean) / self.scale
        raw: Floats = (scaled + 0.3 * scaled * np.roll(scaled, 1, axis=1)) @ self.slopes
        return raw


def lime_on_our_samples(ours: Explanation, theirs: Any, model: Callable[[Any], Any], row: Any, **options: Any) -> Any:
    """Let lime explain the row on the samples of our explanation, by taking the place of its random numbers."""
    mapper, n_samples = ours.domain_mapper, ours.neighborhood.n_samples
    draw = ours.sampler.design.draw(0, n_samples, ours.random_state)
    assert np.array_equal(draw.samples, ours.neighborhood.samples)
    data, inverse = np.asarray(draw.samples, dtype=np.float64).copy(), mapper.compose(draw.questions)
    if hasattr(row, "toarray"):
        data = inverse
    else:
        for position, feature in enumerate(mapper.features):  # type: ignore[attr-defined]  # a table's
            if isinstance(feature.condition, Scaled):
                data[:, position] = draw.questions[:, position]
    theirs._LimeTabularExplainer__data_inverse = lambda _row, _n: (data, inverse)
    return theirs.explain_instance(row, model, num_samples=n_samples, **options)


def assert_same(ours: Explanation, theirs: Any, labels: list[int]) -> None:
    assert sorted(ours.local_exp) == sorted(theirs.local_exp)
    for label in labels:
        mine, yours = ours.local_exp[label], theirs.local_exp[label]
        assert [feature for feature, _ in mine] == [feature for feature, _ in yours]
        scale = max(abs(weight) for _, weight in yours)
        assert [weight for _, weight in mine] == pytest.approx([w for _, w in yours], abs=TOLERANCE * max(1, scale))
        assert ours.intercept[label] == pytest.approx(theirs.intercept[label], rel=TOLERANCE, abs=TOLERANCE)
        assert [name for name, _ in ours.as_list(label)] == [name for name, _ in theirs.as_list(label)]
    # lime keeps these of the last label alone.
    assert ours.score[labels[-1]] == pytest.approx(theirs.score, abs=TOLERANCE)
    assert ours.local_pred[labels[-1]] == pytest.approx(float(theirs.local_pred[0]), rel=TOLERANCE, abs=TOLERANCE)


IRIS, CANCER, DIABETES = load_iris(), load_breast_cancer(), load_diabetes(scaled=False)
BINNED = [{"discretizer": name} for name in ("quartile", "decile", "entropy")]
REAL = [{"discretize_continuous": False}, {"discretize_continuous": False, "sample_around_instance": True}]


@pytest.mark.parametrize("selection", SELECTIONS)
@pytest.mark.parametrize("options", [*BINNED, *REAL], ids=str)
@pytest.mark.parametrize("data", [IRIS, CANCER], ids=["iris", "breast cancer"])
def test_a_classifier_is_explained_as_by_lime_on_the_same_samples(
    data: Any, options: dict[str, Any], selection: str
) -> None:
    model = Sky(data.data)
    settings: dict[str, Any] = {
        "feature_names": list(data.feature_names),
        "training_labels": data.target,
        "class_names": list("abcd"),
        "feature_selection": selection,
        "random_state": 0,
        **options,
    }
    row = data.data[17]
    asked: dict[str, Any] = {"labels": (0, 2, 3), "num_features": 5}
    ours = LimeTabularExplainer(data.data, **settings).explain_instance(
        row, model.predict_proba, num_samples=N_SAMPLES, sampling="lime", **asked
    )
    theirs = LimeLimeTabularExplainer(data.data, **settings)
    assert_same(ours, lime_on_our_samples(ours, theirs, model.predict_proba, row, **asked), [0, 2, 3])


@pytest.mark.parametrize("num_features", [4, 10])
@pytest.mark.parametrize("selection", SELECTIONS)
@pytest.mark.parametrize("options", [{}, {"discretizer": "decile"}, *REAL], ids=str)
def test_a_regressor_is_explained_as_by_lime_on_the_same_samples(
    options: dict[str, Any], selection: str, num_features: int
) -> None:
    model = Sky(DIABETES.data)
    settings: dict[str, Any] = {
        "mode": "regression",
        "feature_names": DIABETES.feature_names,
        "categorical_features": [1],
        "categorical_names": {1: ["-", "female", "male"]},
        "feature_selection": selection,
        "random_state": 1,
        **options,
    }
    row = DIABETES.data[40]
    ours = LimeTabularExplainer(DIABETES.data, **settings).explain_instance(
        row, model.predict, num_samples=N_SAMPLES, sampling="lime", num_features=num_features
    )
    theirs = LimeLimeTabularExplainer(DIABETES.data, **settings)
    found = lime_on_our_samples(ours, theirs, model.predict, row, num_features=num_features)
    assert_same(ours, found, [0, 1])
    assert (ours.predicted_value, ours.min_value, ours.max_value) == (
        found.predicted_value,
        found.min_value,
        found.max_value,
    )
    assert ours.class_names == found.class_names


@pytest.mark.parametrize("selection", ["forward_selection", "highest_weights", "none"])
def test_a_sparse_row_is_explained_as_by_lime_on_the_same_samples(selection: str) -> None:
    rng = np.random.default_rng(0)
    table = csr_matrix(np.where(rng.random((80, 12)) < 0.6, rng.normal(2, 1, (80, 12)), 0))
    model, row = Sky(table), table[3]
    settings: dict[str, Any] = {"feature_selection": selection, "random_state": 0, "class_names": list("abcd")}
    ours = LimeTabularExplainer(table, **settings).explain_instance(
        row, model.predict_proba, num_samples=N_SAMPLES, sampling="lime", num_features=4
    )
    theirs = lime_on_our_samples(
        ours, LimeLimeTabularExplainer(table, **settings), model.predict_proba, row, num_features=4
    )
    weights = dict(theirs.local_exp[1])
    nonzero = {column: weight for column, weight in weights.items() if weight != 0}
    # On sparse data scikit-learn's ridge regression, which lime uses, is iterative: itself right to about 1e-5.
    assert dict(ours.local_exp[1]) == pytest.approx(nonzero, abs=1e-5)
    assert ours.intercept[1] == pytest.approx(theirs.intercept[1], abs=1e-5)


def test_a_regressor_of_the_users_own_is_fitted_as_by_lime() -> None:
    model, row = Sky(IRIS.data), IRIS.data[99]
    options: dict[str, Any] = {"num_features": 2, "model_regressor": LinearRegression()}
    ours = LimeTabularExplainer(IRIS.data, random_state=0).explain_instance(
        row, model.predict_proba, num_samples=N_SAMPLES, sampling="lime", **options
    )
    theirs = LimeLimeTabularExplainer(IRIS.data, random_state=0)
    assert_same(ours, lime_on_our_samples(ours, theirs, model.predict_proba, row, **options), [1])


@pytest.mark.parametrize("metric", ["manhattan", "cosine", "hamming"])
def test_another_metric_weighs_samples_as_in_lime(metric: str) -> None:
    model, row = Sky(IRIS.data), IRIS.data[30]
    options: dict[str, Any] = {"num_features": 3, "distance_metric": metric}
    ours = LimeTabularExplainer(IRIS.data, random_state=0).explain_instance(
        row, model.predict_proba, num_samples=N_SAMPLES, sampling="lime", **options
    )
    theirs = LimeLimeTabularExplainer(IRIS.data, random_state=0)
    assert_same(ours, lime_on_our_samples(ours, theirs, model.predict_proba, row, **options), [1])


@pytest.mark.parametrize("options", [*BINNED, *REAL], ids=str)
def test_what_lime_knows_of_the_training_data_is_known_here(options: dict[str, Any]) -> None:
    settings: dict[str, Any] = {
        "training_labels": IRIS.target,
        "categorical_features": [],
        "random_state": 0,
        **options,
    }
    ours, theirs = LimeTabularExplainer(IRIS.data, **settings), LimeLimeTabularExplainer(IRIS.data, **settings)
    assert ours.feature_names == theirs.feature_names
    assert ours.categorical_features == theirs.categorical_features
    assert ours.feature_values == theirs.feature_values
    for column, shares in theirs.feature_frequencies.items():
        assert ours.feature_frequencies[column] == pytest.approx(shares, abs=1e-15)
    assert ours.kernel_width == theirs.base.kernel_fn.keywords["kernel_width"]


SEEDS = range(30)
LEVEL = 0.001
"""Of all two-sample tests of one case together (Bonferroni)."""


@pytest.mark.parametrize("options", [{}, {"discretizer": "decile"}, {"discretizer": "entropy"}, *REAL], ids=str)
def test_on_samples_of_their_own_weights_are_distributed_as_lime_s_over_30_seeds(options: dict[str, Any]) -> None:
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(IRIS.data, IRIS.target).predict_proba
    row = IRIS.data[70]
    settings: dict[str, Any] = {"training_labels": IRIS.target, "feature_selection": "none", **options}
    ours = [_numbers(LimeTabularExplainer(IRIS.data, random_state=seed, **settings), row, model) for seed in SEEDS]
    # Other seeds, so that nothing but the distribution can agree.
    theirs = [
        _numbers(LimeLimeTabularExplainer(IRIS.data, random_state=100 + seed, **settings), row, model) for seed in SEEDS
    ]
    tests = [ks_2samp(mine, yours).pvalue for mine, yours in zip(np.transpose(ours), np.transpose(theirs), strict=True)]
    assert min(tests) > LEVEL / len(tests)


def _numbers(explainer: Any, row: Floats, model: Callable[[Any], Any]) -> list[float]:
    of_lime = {"sampling": "lime"} if isinstance(explainer, LimeTabularExplainer) else {}
    found = explainer.explain_instance(row, model, num_samples=1000, **of_lime)
    return [*(weight for _, weight in sorted(found.local_exp[1])), found.intercept[1]]


def test_the_distribution_test_sees_a_kernel_of_another_width() -> None:
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(IRIS.data, IRIS.target).predict_proba
    row = IRIS.data[70]
    settings: dict[str, Any] = {"feature_selection": "none"}
    ours = [_numbers(LimeTabularExplainer(IRIS.data, random_state=seed, **settings), row, model) for seed in SEEDS]
    narrow = [
        _numbers(LimeTabularExplainer(IRIS.data, random_state=100 + seed, kernel_width=0.4, **settings), row, model)
        for seed in SEEDS
    ]
    tests = [ks_2samp(mine, yours).pvalue for mine, yours in zip(np.transpose(ours), np.transpose(narrow), strict=True)]
    assert min(tests) < LEVEL / len(tests)
