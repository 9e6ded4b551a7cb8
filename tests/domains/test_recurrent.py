"""Models of sequences: shapes, names, and lime's own explainer on the same data."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from lime.lime_tabular import RecurrentTabularExplainer as LimeRecurrentTabularExplainer
from numpy.typing import NDArray

from lime_widgets import Explanation, RecurrentTabularExplainer
from lime_widgets.widgets.explanation_widget import ExplanationWidget

Floats = NDArray[np.float64]

N_STEPS, N_FEATURES = 3, 2
SEQUENCES = np.random.default_rng(0).normal(size=(50, N_STEPS, N_FEATURES))
NAMES = ["heat", "rain"]
ROW = SEQUENCES[int(np.argmax(SEQUENCES[:, -1, 1]))]
COLUMNS = ["heat_t-2", "heat_t-1", "heat_t-0", "rain_t-2", "rain_t-1", "rain_t-0"]


class SequenceModel:
    """Looks at the last step of the second feature alone; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Floats] = []

    def predict_proba(self, batch: Floats) -> Floats:
        assert batch.ndim == 3
        assert batch.shape[1:] == (N_STEPS, N_FEATURES)
        assert batch.dtype == np.float64
        self.asked.append(batch)
        share = 1 / (1 + np.exp(-3 * batch[:, -1, 1]))
        return np.column_stack([1 - share, share])


def explainer(**options: Any) -> RecurrentTabularExplainer:
    return RecurrentTabularExplainer(SEQUENCES, feature_names=NAMES, random_state=0, **options)


def explain(**options: Any) -> Explanation:
    return explainer(**options).explain_instance(ROW, SequenceModel().predict_proba, num_samples=500)


def test_a_column_is_a_feature_some_steps_before_the_last() -> None:
    assert explainer().feature_names == COLUMNS
    assert RecurrentTabularExplainer(SEQUENCES).feature_names[-1] == "1_t-0"


@pytest.mark.parametrize("options", [{}, {"discretizer": "decile"}, {"discretize_continuous": False}], ids=str)
def test_the_model_is_asked_with_sequences_the_instance_first(options: dict[str, Any]) -> None:
    model = SequenceModel()
    found = explainer(**options).explain_instance(ROW, model.predict_proba, num_samples=500)
    assert np.array_equal(model.asked[0][0], ROW)
    assert found.domain_mapper.map_exp_ids(found.as_map()[1], values=True)[0][0].startswith("rain_t-0 = ")
    assert sum(map(len, model.asked)) <= 500


def test_what_is_drawn_for_a_step_comes_from_that_step() -> None:
    shifted = SEQUENCES + 100 * np.arange(N_STEPS * N_FEATURES).reshape(N_STEPS, N_FEATURES)
    model = SequenceModel()
    RecurrentTabularExplainer(shifted, random_state=0).explain_instance(shifted[0], model.predict_proba)
    drawn = np.concatenate(model.asked)
    assert (shifted.min(axis=0) <= drawn.min(axis=0)).all()
    assert (drawn.max(axis=0) <= shifted.max(axis=0)).all()


@pytest.mark.parametrize("options", [{}, {"discretizer": "decile"}, {"discretize_continuous": False}], ids=str)
def test_lime_agrees_on_the_same_data(options: dict[str, Any]) -> None:
    settings = {"feature_names": NAMES, "class_names": ["dry", "wet"], "random_state": 0, **options}
    ours = RecurrentTabularExplainer(SEQUENCES, **settings)
    theirs = LimeRecurrentTabularExplainer(SEQUENCES, **settings)
    assert ours.feature_names == theirs.feature_names
    assert ours.kernel_width == theirs.base.kernel_fn.keywords["kernel_width"]
    assert ours.feature_values == theirs.feature_values
    model = SequenceModel().predict_proba
    mine = ours.explain_instance(ROW, model, num_features=6, num_samples=5000)
    yours = theirs.explain_instance(ROW, model, num_features=6, num_samples=5000)
    assert sorted(name for name, _ in mine.as_list()) == sorted(name for name, _ in yours.as_list())
    assert mine.as_map()[1][0][0] == yours.as_map()[1][0][0] == COLUMNS.index("rain_t-0")
    # A weight of one decile in 5,000 samples varies by 0.017, the difference of two by 0.024: four times that.
    weights, known = dict(mine.as_map()[1]), dict(yours.as_map()[1])
    assert [weights[column] for column in range(6)] == pytest.approx([known[column] for column in range(6)], abs=0.1)


def test_one_hot_rows_are_labels_as_a_list_of_them_is() -> None:
    labels = (SEQUENCES[:, -1, 1] > 0).astype(int)
    listed = explainer(discretizer="entropy", training_labels=labels)
    one_hot = explainer(discretizer="entropy", training_labels=np.eye(2)[labels])
    column = explainer(discretizer="entropy", training_labels=labels[:, None])
    assert listed.discretizer is not None
    assert one_hot.discretizer is not None
    assert column.discretizer is not None
    assert listed.discretizer.names == one_hot.discretizer.names == column.discretizer.names
    assert listed.discretizer.edges[5][0] == pytest.approx(0, abs=0.2)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (SEQUENCES[0].T, r"got a sequence of shape \(2, 3\), expected \(3, 2\)"),
        (SEQUENCES[:1], r"got a sequence of shape \(1, 3, 2\)"),
        (SEQUENCES[0].ravel(), r"got a sequence of shape \(6,\)"),
        (np.full((3, 2), np.nan), "missing value for column 'heat_t-2'"),
    ],
    ids=["transposed", "batch", "flat", "missing"],
)
def test_a_sequence_that_does_not_fit_is_refused(row: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        explainer().explain_instance(row, SequenceModel().predict_proba)


def test_training_data_without_time_are_refused() -> None:
    with pytest.raises(ValueError, match=r"got training data of shape \(50, 3\).*try LimeTabularExplainer"):
        RecurrentTabularExplainer(SEQUENCES[:, :, 0])


def test_names_must_be_as_many_as_features() -> None:
    with pytest.raises(ValueError, match="got 3 feature_names, expected 2"):
        RecurrentTabularExplainer(SEQUENCES, feature_names=["a", "b", "c"])


def test_a_step_may_be_missing_where_the_training_data_has_missing_ones() -> None:
    holes = SEQUENCES.copy()
    holes[::5, 1, 0] = np.nan
    found = RecurrentTabularExplainer(holes, mode="regression", feature_names=NAMES, random_state=0).explain_instance(
        holes[0], lambda batch: np.isnan(batch[:, 1, 0]).astype(float), num_samples=300
    )
    assert found.as_list()[0][0] == "heat_t-1 is missing"


def test_what_if_changes_one_step() -> None:
    answer = explain().what_if(values={"rain_t-0": 2.0})
    assert answer.actual == pytest.approx(1 / (1 + np.exp(-6)))


def test_an_explanation_of_a_sequence_goes_everywhere() -> None:
    found = explain()
    assert Explanation.from_json(found.to_json()).to_json() == found.to_json()
    copied = pickle.loads(pickle.dumps(explainer()))  # noqa: S301 - written a moment ago
    again = copied.explain_instance(ROW, classifier_fn=SequenceModel().predict_proba, num_samples=500)
    assert again.as_map() == found.as_map()
    assert np.array_equal(found.extend(50).neighborhood.samples[:500], found.neighborhood.samples)
    widget = ExplanationWidget(found)
    widget.set_state({"edits": [[5, 1.5]]})
    assert widget.edits == [[5, 1.5]]
    widget.close()


def test_categories_are_numbered_feature_by_feature_with_their_steps() -> None:
    coded = SEQUENCES.copy()
    coded[:, :, 1] = coded[:, :, 1] > 0
    found = RecurrentTabularExplainer(
        coded,
        feature_names=NAMES,
        categorical_features=[3, 4, 5],
        categorical_names={5: ["dry", "wet"]},
        random_state=0,
    ).explain_instance(coded[0], SequenceModel().predict_proba, num_samples=300, num_features=6)
    assert found.as_list(values=True)[0][0] == f"rain_t-0 = {'wet' if coded[0, -1, 1] else 'dry'}"
