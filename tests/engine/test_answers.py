"""What models of tables return, made into finite floats: classes, labels and values."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.typing import NDArray
from sklearn.datasets import make_multilabel_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression
from sklearn.multioutput import MultiOutputClassifier
from sklearn.naive_bayes import GaussianNB

from lime_widgets import LimeTabularExplainer
from lime_widgets.engine import (
    LimeError,
    PredictionError,
    as_class_columns,
    as_class_probabilities,
    as_label_probabilities,
    as_values,
)

Floats = NDArray[np.float64]

SHARES = np.array([[0.25, 0.75], [0.5, 0.5], [1.0, 0.0]])
TABLE = np.random.default_rng(0).normal(size=(40, 3))


def forms(array: Floats) -> dict[str, Any]:
    """Return an array as models return it."""
    return {
        "float64": array,
        "float32": array.astype(np.float32),
        "list": array.tolist(),
        "tuple": tuple(array.tolist()),
        "list of arrays": list(array),
        "objects": array.astype(object),
        "pandas": pd.DataFrame(array) if array.ndim == 2 else pd.Series(array),
        "polars": pl.DataFrame(array) if array.ndim == 2 else pl.Series(array),
        "read only": np.broadcast_to(array, array.shape),
    }


@pytest.mark.parametrize("form", forms(SHARES))
@pytest.mark.parametrize("read", [as_class_columns, as_class_probabilities, as_label_probabilities])
def test_probabilities_may_come_in_any_form(read: Any, form: str) -> None:
    read_back = read(forms(SHARES)[form], 3)
    assert read_back.dtype == np.float64
    assert np.array_equal(read_back, SHARES)


@pytest.mark.parametrize("shape", [(3,), (3, 1)])
@pytest.mark.parametrize("form", forms(SHARES))
def test_values_may_come_in_any_form_as_one_dimension_or_one_column(form: str, shape: tuple[int, ...]) -> None:
    values = np.array([1.5, -2.0, 0.25])
    read = as_values(forms(values.reshape(shape))[form], 3)
    assert read.shape == (3, 1)
    assert read.ravel().tolist() == values.tolist()


def test_whole_numbers_are_values() -> None:
    assert as_values(np.array([1, 2, 3]), 3).ravel().tolist() == [1, 2, 3]
    assert as_values([1, 2, 3], 3).dtype == np.float64


def test_a_list_of_one_array_for_each_label_stands_for_their_second_columns() -> None:
    read = as_label_probabilities([SHARES, SHARES[:, ::-1]], 3)
    assert read.tolist() == [[0.75, 0.25], [0.5, 0.5], [0.0, 1.0]]


def test_two_labels_of_two_rows_are_not_taken_for_a_list_of_labels() -> None:
    rows = [[0.1, 0.9], [0.2, 0.3]]
    assert as_label_probabilities(rows, 2).tolist() == rows


BAD_ANSWERS = [
    (as_class_columns, np.zeros((3, 2, 2)), r"shape \(3, 2, 2\), expected \(3, n_classes\)"),
    (as_class_columns, np.zeros((2, 2)), r"shape \(2, 2\), expected \(3, n_classes\)"),
    (as_class_columns, np.zeros((3, 0)), r"shape \(3, 0\)"),
    (as_class_columns, [["a", "b"]] * 3, "got predictions of type <U1, expected probabilities"),
    (as_class_columns, None, "got predictions of type NoneType"),
    (as_class_columns, [[0.1], [0.2, 0.8], [1.0]], "ragged"),
    (as_class_columns, [[np.nan, 1]] * 3, "NaN or infinity in 3 of 3 predictions, the first at row 0"),
    (as_class_columns, [[1e300, 1]] * 3, "got a prediction of 1e[+]300, expected numbers within"),
    (as_class_columns, [[2.0]] * 3, "got one column of values outside 0 to 1"),
    (as_label_probabilities, [0.1, 0.2, 0.3], r"shape \(3,\), expected \(3, n_labels\)"),
    (as_label_probabilities, [SHARES, SHARES[:2]], "ragged"),
    (as_label_probabilities, np.zeros((2, 3, 2)), r"shape \(2, 3, 2\)"),
    (as_values, np.zeros((3, 2)), r"shape \(3, 2\), expected one value for each of 3 instances"),
    (as_values, np.zeros((3, 1, 1)), r"shape \(3, 1, 1\), expected \(3, 1\)"),
    (as_values, 4.0, r"shape \(\), expected \(3, 1\)"),
    (as_values, [1.0, 2.0], r"shape \(2,\)"),
    (as_values, [1.0, 2.0, np.inf], "NaN or infinity in 1 of 3 predictions, the first at row 2"),
    (as_values, [1.0, 2.0, -1e200], "got a prediction of 1e[+]200"),
    (as_values, ["1", "2", "3"], "expected numbers, try the regressor's predict"),
]


@pytest.mark.parametrize(("read", "answer", "message"), BAD_ANSWERS)
def test_an_answer_that_cannot_be_used_is_refused(read: Any, answer: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read(answer, 3)


@pytest.mark.parametrize("read", [as_class_columns, as_label_probabilities])
def test_the_number_of_columns_must_stay(read: Any) -> None:
    assert read(SHARES, 3, 2).shape == (3, 2)
    with pytest.raises(ValueError, match="got 2 classes, expected 3 as before"):
        read(SHARES, 3, 3)


def test_one_dimension_is_no_table_of_classes() -> None:
    with pytest.raises(NotImplementedError, match=r"one dimension, expected \(3, n_classes\).*mode='regression'"):
        as_class_columns([0.1, 0.2, 0.7], 3)


def test_a_single_column_is_the_probability_of_the_second_class() -> None:
    assert as_class_columns([[0.25], [1.0], [0.0]], 3).tolist() == [[0.75, 0.25], [0.0, 1.0], [1.0, 0.0]]


# The same through an explainer.


def explain(model: Any, **options: Any) -> Any:
    return LimeTabularExplainer(TABLE, random_state=0, **options).explain_instance(TABLE[0], model, num_samples=100)


@pytest.mark.parametrize("shape", [(-1,), (-1, 1)])
def test_a_regressor_has_lime_s_shapes(shape: tuple[int, ...]) -> None:
    model = LinearRegression().fit(TABLE, 100 * TABLE[:, 1])
    found = explain(lambda rows: model.predict(rows).reshape(shape), mode="regression")
    assert found.predicted_value == pytest.approx(100 * TABLE[0, 1])
    assert found.min_value <= found.predicted_value <= found.max_value
    assert found.dummy_label == 1
    assert sorted(found.as_map()) == [0, 1]
    assert found.as_map()[0] == [(column, -weight) for column, weight in found.as_map()[1]]
    assert found.class_names == ["negative", "positive"]
    assert found.as_list(label=7) == found.as_list()
    assert found.as_map()[1][0][0] == 1
    with pytest.raises(NotImplementedError):
        found.available_labels()


def test_a_regressor_may_return_a_list() -> None:
    found = explain(lambda rows: [float(row[0]) for row in rows], mode="regression")
    assert found.predicted_value == pytest.approx(TABLE[0, 0])
    assert isinstance(found.predicted_value, float)


def test_a_multi_label_forest_is_explained_without_a_warning() -> None:
    table, target = make_multilabel_classification(n_samples=80, n_features=4, n_classes=3, random_state=0)
    model = RandomForestClassifier(10, random_state=0).fit(table, target)
    assert isinstance(model.predict_proba(table[:2]), list)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = LimeTabularExplainer(
            table, mode="multilabel", class_names=["a", "b", "c"], random_state=0
        ).explain_instance(table[0], model.predict_proba, labels=(0, 1, 2), num_samples=200)
    assert found.predict_proba.tolist() == [float(of_label[0, 1]) for of_label in model.predict_proba(table[:1])]
    assert sorted(found.as_map()) == [0, 1, 2]


def test_a_classifier_for_each_label_is_explained() -> None:
    table, target = make_multilabel_classification(n_samples=80, n_features=4, n_classes=2, random_state=0)
    model = MultiOutputClassifier(GaussianNB()).fit(table, target)
    found = LimeTabularExplainer(table, mode="multilabel", random_state=0).explain_instance(
        table[0], model.predict_proba, top_labels=2, num_samples=50
    )
    assert sorted(found.top_labels or []) == [0, 1]


def test_classes_of_one_dimension_are_lime_s_error() -> None:
    with pytest.raises(NotImplementedError, match="one dimension") as caught:
        explain(lambda rows: rows[:, 0])
    assert isinstance(caught.value, PredictionError)


def test_three_dimensions_are_a_value_error() -> None:
    with pytest.raises(ValueError, match=r"shape \(100, 2, 2\)"):
        explain(lambda rows: np.zeros((len(rows), 2, 2)))


def test_classes_that_do_not_sum_to_one_are_warned_of() -> None:
    with pytest.warns(UserWarning, match="do not sum to 1.*mode='multilabel'"):
        explain(lambda rows: np.full((len(rows), 2), 0.7))


def test_there_is_no_other_mode() -> None:
    with pytest.raises(LimeError, match="got mode='ranking', expected one of classification, multilabel, regression"):
        explain(lambda rows: rows, mode="ranking")


def test_an_answer_too_large_for_a_page_is_refused_before_it_overflows() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match="try the logarithm"):
            explain(lambda rows: rows[:, 0] * 1e200, mode="regression")
        assert np.isfinite(explain(lambda rows: rows[:, 0] * 1e37, mode="regression").score[1])
