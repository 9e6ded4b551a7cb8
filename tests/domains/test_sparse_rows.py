"""Sparse tables: the model is asked with the same kind, and nothing is ever made dense."""

from __future__ import annotations

import pickle
import tracemalloc
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, csr_matrix, random_array
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from lime_widgets import Explanation, LimeTabularExplainer
from lime_widgets.widgets.explanation_widget import ExplanationWidget

Floats = NDArray[np.float64]

KINDS = [csr_array, csr_matrix]


def table_of(kind: Any, n_rows: int = 60, n_columns: int = 12) -> Any:
    rng = np.random.default_rng(0)
    dense = np.where(rng.random((n_rows, n_columns)) < 0.6, rng.normal(2, 1, (n_rows, n_columns)), 0)
    dense[0] = np.arange(n_columns)
    dense[:, 3] = 1.0
    return kind(dense)


class SparseModel:
    """A logistic regression on a few columns that refuses another kind of table; remembers what it was asked."""

    def __init__(self, table: Any) -> None:
        self.table = table
        self.asked: list[Any] = []

    def predict_proba(self, batch: Any) -> Floats:
        assert type(batch) is type(self.table)
        assert batch.shape[1] == self.table.shape[1]
        assert batch.dtype == np.float64
        assert batch.indices.dtype == np.int32  # what scikit-learn's estimators take
        assert batch.has_canonical_format
        self.asked.append(batch)
        share = 1 / (1 + np.exp(-np.ravel(batch[:, [5]].toarray()) + 5))
        return np.column_stack([1 - share, share])


@pytest.mark.parametrize("kind", KINDS)
def test_the_model_is_asked_with_the_kind_of_the_training_data(kind: Any) -> None:
    table = table_of(kind)
    model = SparseModel(table)
    found = LimeTabularExplainer(table, sample_around_instance=True, random_state=0).explain_instance(
        table[[0]], model.predict_proba, num_samples=300
    )
    assert np.array_equal(model.asked[0][[0]].toarray(), table[[0]].toarray())
    assert found.as_list()[0][0] == "5"
    assert found.as_list()[0][1] > 0


@pytest.mark.parametrize("form", [csr_array, csr_matrix, coo_array, np.asarray, np.ndarray.tolist, np.atleast_2d])
def test_a_row_may_come_in_any_form(form: Any) -> None:
    table = table_of(csr_array)
    explainer = LimeTabularExplainer(table, random_state=0)
    dense = table[[0]].toarray()[0]
    row = form(dense) if form in (np.asarray, np.ndarray.tolist, np.atleast_2d) else form(dense[None])
    explained = explainer.explain_instance(row, SparseModel(table).predict_proba, num_samples=50)
    expected = explainer.explain_instance(table[[0]], SparseModel(table).predict_proba, num_samples=50)
    assert explained.as_map() == expected.as_map()


def test_columns_that_are_zero_in_the_row_stay_so() -> None:
    table = table_of(csr_array)
    model = SparseModel(table)
    row = table[[7]]
    found = LimeTabularExplainer(table, random_state=0).explain_instance(row, model.predict_proba, num_samples=200)
    zero = np.flatnonzero(row.toarray()[0] == 0)
    assert len(zero)
    assert model.asked[0][:, zero].count_nonzero() == 0
    assert not set(zero) & {column for column, _ in found.as_map()[1]}


def test_a_column_that_never_varies_has_no_weight_and_a_note() -> None:
    table = table_of(csr_array)
    found = LimeTabularExplainer(table, random_state=0).explain_instance(
        table[[0]], SparseModel(table).predict_proba, num_samples=200, num_features=12
    )
    assert dict(found.as_map()[1])[3] == 0
    assert list(found.domain_mapper.notes) == ["Never varies in the training data, and so has no weight: 3."]


def test_rows_are_drawn_around_the_mean_or_around_the_instance() -> None:
    table = table_of(csr_array, n_rows=400)
    row, mean = table[[0]].toarray()[0], table.toarray().mean(axis=0)
    for around, center in ((False, mean), (True, row)):
        model = SparseModel(table)
        LimeTabularExplainer(table, sample_around_instance=around, random_state=0).explain_instance(
            table[[0]], model.predict_proba, num_samples=4000
        )
        drawn = model.asked[0].toarray()[1:, 1:]
        assert drawn.mean(axis=0) == pytest.approx(center[1:], abs=0.12)
        assert drawn[:, 5].std() == pytest.approx(table.toarray()[:, 5].std(), rel=0.05)


def test_a_row_of_zeros_is_a_clear_error() -> None:
    table = table_of(csr_array)
    with pytest.raises(ValueError, match="nothing but zeros, expected some value to perturb"):
        LimeTabularExplainer(table).explain_instance(csr_array((1, 12)), SparseModel(table).predict_proba)


@pytest.mark.parametrize(
    ("row", "error", "message"),
    [
        (np.ones(11), ValueError, "got a row of 11 columns, expected 12"),
        (np.full(12, np.nan), ValueError, "got nan for column 'c0'"),
        (np.full(12, 1e300), ValueError, "for column 'c0', expected a number within"),
        ({"c0": 1}, TypeError, "got a dict as a row, expected a CSR row"),
        (["x"] * 12, TypeError, "got a list as a row, expected a CSR row or an array of numbers"),
    ],
    ids=str,
)
def test_a_row_that_does_not_fit_is_refused(row: Any, error: type[Exception], message: str) -> None:
    table = table_of(csr_array)
    explainer = LimeTabularExplainer(table, feature_names=[f"c{column}" for column in range(12)])
    with pytest.raises(error, match=message):
        explainer.explain_instance(row, SparseModel(table).predict_proba)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"categorical_features": [0]}, "categorical_features with sparse data"),
        ({"feature_names": ["a"]}, "got 1 feature_names for 12 columns"),
    ],
    ids=str,
)
def test_what_sparse_tables_cannot_have_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LimeTabularExplainer(table_of(csr_array), **options)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_training_data_beyond_numbers_is_refused(value: float) -> None:
    table = table_of(csr_array)
    table.data[4] = value
    with pytest.raises(ValueError, match="got NaN or a number beyond"):
        LimeTabularExplainer(table)


def test_what_if_changes_a_column_by_name_or_position() -> None:
    table = table_of(csr_array)
    names = [f"word {column}" for column in range(12)]
    found = LimeTabularExplainer(table, feature_names=names, random_state=0).explain_instance(
        table[[0]], SparseModel(table).predict_proba, num_samples=200
    )
    answer = found.what_if(values={"word 5": 0})
    assert answer == found.what_if(values={5: 0})
    assert answer.actual == pytest.approx(1 / (1 + np.exp(5)))
    with pytest.raises(ValueError, match="got 'many' for column 'word 5'"):
        found.what_if(values={"word 5": "many"})
    with pytest.raises(ValueError, match="'word 0', which the row does not have"):
        found.what_if(values={"word 0": 1})


def test_an_explanation_of_a_sparse_row_goes_everywhere() -> None:
    table = table_of(csr_array)
    explainer = LimeTabularExplainer(table, random_state=0)
    model = SparseModel(table).predict_proba
    found = explainer.explain_instance(table[[0]], model, num_samples=100)
    assert Explanation.from_json(found.to_json()).to_json() == found.to_json()
    assert pickle.loads(pickle.dumps(found)).as_map() == found.as_map()  # noqa: S301 - written a moment ago
    copied = pickle.loads(pickle.dumps(explainer))  # noqa: S301 - written a moment ago
    assert copied.explain_instance(table[[0]], model, num_samples=100).as_map() == found.as_map()
    longer = found.extend(50)
    assert np.array_equal(longer.neighborhood.samples[:100], found.neighborhood.samples)
    widget = ExplanationWidget(found)
    widget.set_state({"edits": [[0, 2.5]]})
    assert widget.edits == [[0, 2.5]]
    widget.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("model", [LogisticRegression(), RandomForestClassifier(10, random_state=0)], ids=str)
def test_a_scikit_learn_model_of_sparse_rows_is_explained_as_it_is(kind: Any, model: Any) -> None:
    table = table_of(kind, n_rows=200)
    model.fit(table, (table.toarray()[:, 2] > 2).astype(int))
    row = table[[int(np.argmax(table.toarray()[1:, 2] != 0)) + 1]]
    found = LimeTabularExplainer(table, sample_around_instance=True, random_state=0).explain_instance(
        row, model.predict_proba, num_samples=2000, num_features=1
    )
    assert found.as_list()[0][0] == "2"


def test_fifty_thousand_columns_with_two_hundred_values_take_less_than_three_hundred_megabytes() -> None:
    rng = np.random.default_rng(0)
    table = random_array((2000, 50_000), density=200 / 50_000, format="csr", rng=rng)
    slopes = rng.normal(size=50_000)

    def predict(batch: Any) -> Floats:
        share = 1 / (1 + np.exp(-np.asarray(batch @ slopes)))
        return np.column_stack([1 - share, share])

    tracemalloc.start()
    explainer = LimeTabularExplainer(table, random_state=0)
    explainer.explain_instance(table[[0]], predict, num_samples=5000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 300e6
