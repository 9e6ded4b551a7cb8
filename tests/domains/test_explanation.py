"""The explanation: lime's accessors, and what it can do that lime's cannot."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from lime.lime_text import LimeTextExplainer as LimeLimeTextExplainer
from sklearn.linear_model import LinearRegression

from lime_widgets import Explanation, LimeTextExplainer
from lime_widgets.engine import LimeError, PredictionError
from tests.domains.models import TEXT, WordModel, by_length

NAMES = ["short", "round", "long"]


def explain(model: Any = by_length, text: str = TEXT, num_samples: int = 300, **kwargs: Any) -> Explanation:
    explainer = LimeTextExplainer(random_state=0, class_names=NAMES if model is by_length else None)
    arguments = {"labels": (0, 1, 2)} if model is by_length else {}
    return explainer.explain_instance(
        text, model, num_samples=num_samples, progress_bar=False, **{**arguments, **kwargs}
    )


@pytest.fixture(scope="module")
def explanation() -> Explanation:
    return explain()


@pytest.fixture(scope="module")
def lime_s() -> Any:
    explainer = LimeLimeTextExplainer(random_state=0, class_names=NAMES)
    return explainer.explain_instance(TEXT, by_length, labels=(0, 1, 2), num_samples=300)


# ---- lime's shapes


def test_as_list_is_pairs_of_str_and_float_as_in_lime(explanation: Explanation, lime_s: Any) -> None:
    pairs = explanation.as_list(label=0)
    assert isinstance(pairs, list)
    assert len(pairs) == len(lime_s.as_list(label=0))
    assert {(type(pair), type(pair[0]), type(pair[1])) for pair in pairs} == {(tuple, str, float)}


def test_as_list_falls_by_absolute_weight(explanation: Explanation) -> None:
    sizes = [abs(weight) for _, weight in explanation.as_list(label=2)]
    assert sizes == sorted(sizes, reverse=True)


def test_as_list_s_label_is_1_by_default(explanation: Explanation) -> None:
    assert explanation.as_list() == explanation.as_list(1) == explanation.as_list(label=1)


def test_as_list_can_say_where_the_words_stand(explanation: Explanation) -> None:
    names = [name for name, _ in explanation.as_list(positions=True)]
    assert {"movie_15-42", "bore_61"} <= set(names)
    for name in names:
        word, positions = name.rsplit("_", 1)
        assert all(TEXT[int(start) :].startswith(word) for start in positions.split("-"))


def test_positions_are_written_as_in_lime() -> None:
    theirs = LimeLimeTextExplainer(random_state=0).explain_instance("a b, a", by_length, num_samples=50)
    ours = explain(text="a b, a", num_samples=50)
    assert {name for name, _ in ours.as_list(positions=True)} == {name for name, _ in theirs.as_list(positions=True)}


def test_as_map_is_pairs_of_int_and_float_by_label(explanation: Explanation) -> None:
    assert explanation.as_map() == explanation.local_exp
    assert list(explanation.as_map()) == [0, 1, 2]
    assert {(type(f), type(w)) for pairs in explanation.as_map().values() for f, w in pairs} == {(int, float)}


def test_as_list_and_as_map_tell_the_same(explanation: Explanation) -> None:
    words = explanation.domain_mapper.feature_names
    assert [(words[feature], weight) for feature, weight in explanation.as_map()[1]] == explanation.as_list(1)


@pytest.mark.parametrize("name", ["intercept", "score", "local_pred", "local_exp"])
def test_figures_of_the_fit_are_dicts_by_label_of_plain_numbers(explanation: Explanation, name: str) -> None:
    figures = getattr(explanation, name)
    assert list(figures) == [0, 1, 2]
    assert {type(label) for label in figures} == {int}
    assert {type(figure) for figure in figures.values()} == ({list} if name == "local_exp" else {float})


def test_predict_proba_is_the_model_s_answer_for_the_instance(explanation: Explanation) -> None:
    assert explanation.predict_proba.shape == (3,)
    assert np.array_equal(explanation.predict_proba, by_length([TEXT])[0])


def test_mode_and_class_names_are_lime_s(explanation: Explanation, lime_s: Any) -> None:
    assert (explanation.mode, explanation.class_names) == (lime_s.mode, lime_s.class_names)


def test_class_names_are_numbers_where_none_are_given() -> None:
    assert explain(WordModel().predict_proba).class_names == ["0", "1"]


@pytest.mark.parametrize("names", [("short", "round", "long"), np.array(NAMES)], ids=["tuple", "array"])
def test_class_names_of_any_sequence_become_a_list_of_str(names: Any) -> None:
    explainer = LimeTextExplainer(class_names=names, random_state=0)
    found = explainer.explain_instance(TEXT, by_length, num_samples=30, progress_bar=False).class_names
    assert found == NAMES
    assert {type(name) for name in found} == {str}


def test_without_top_labels_there_are_none(explanation: Explanation) -> None:
    assert explanation.top_labels is None
    assert explanation.available_labels() == [0, 1, 2]


def test_top_labels_are_the_most_probable_best_first() -> None:
    explanation = explain(labels=(0,), top_labels=2)
    expected = np.argsort(by_length([TEXT])[0])[::-1][:2].tolist()
    assert explanation.top_labels == explanation.available_labels() == expected
    assert sorted(explanation.as_map()) == sorted(expected)


def test_top_labels_are_lime_s_ties_among_them() -> None:
    def undecided(texts: list[str]) -> Any:
        return np.full((len(texts), 4), 0.25)

    theirs = LimeLimeTextExplainer(random_state=0).explain_instance(TEXT, undecided, top_labels=3, num_samples=20)
    assert explain(undecided, top_labels=3, num_samples=20).top_labels == [int(label) for label in theirs.top_labels]


def test_a_label_chosen_beside_the_top_labels_is_available_too() -> None:
    explanation = explain(top_labels=1)
    other = min({0, 1, 2} - set(explanation.available_labels()))
    assert explanation.showing(other).available_labels() == [*explanation.available_labels(), other]


def test_more_top_labels_than_classes_are_all_classes() -> None:
    assert sorted(explain(top_labels=9).available_labels()) == [0, 1, 2]


def test_a_label_that_was_not_explained_is_a_key_error() -> None:
    with pytest.raises(KeyError, match=r"got label 0, expected one of \[1\], try explanation.refit"):
        explain(labels=(1,)).as_list(0)


def test_lime_s_domain_mapper_holds_the_indexed_text(explanation: Explanation) -> None:
    assert explanation.domain_mapper.indexed_string.raw_string() == TEXT  # type: ignore[attr-defined]


def test_the_figure_has_a_bar_for_each_feature_with_the_largest_on_top(explanation: Explanation) -> None:
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("Agg")
    figure = explanation.as_pyplot_figure(label=0, figsize=(5, 3))
    axes = figure.axes[0]
    assert [tick.get_text() for tick in axes.get_yticklabels()][::-1] == [name for name, _ in explanation.as_list(0)]
    assert [bar.get_width() for bar in axes.patches][::-1] == [weight for _, weight in explanation.as_list(0)]
    assert "short" in axes.get_title()
    pyplot.close(figure)


# ---- refit


class Forbidden:
    """Must not be asked."""

    def __call__(self, texts: list[str]) -> Any:
        raise AssertionError("the model was asked")


def test_refit_makes_no_model_call(explanation: Explanation) -> None:
    sealed = explanation.with_model(Forbidden())
    refitted = sealed.refit(kernel_width=5.0, num_features=3, feature_selection="lasso_path", labels=(2,))
    assert len(refitted.as_list(2)) <= 3


@pytest.mark.parametrize(
    ("change", "explained"),
    [
        ({"kernel_width": 7.0}, {"kernel_width": 7.0}),
        ({"feature_selection": "none"}, {"feature_selection": "none"}),
    ],
    ids=["width", "selection"],
)
def test_refit_is_what_explaining_so_would_have_been(change: dict[str, Any], explained: dict[str, Any]) -> None:
    """Of lime's samples: those of the best design are drawn for the kernel."""
    explainer = LimeTextExplainer(random_state=0, class_names=NAMES, **explained)
    asked: dict[str, Any] = {"labels": (0, 1, 2), "num_samples": 300, "sampling": "lime", "progress_bar": False}
    expected = explainer.explain_instance(TEXT, by_length, **asked)
    assert explain(sampling="lime").refit(**change).as_map() == expected.as_map()


@pytest.mark.parametrize(
    "change", [{"num_features": 3}, {"model_regressor": LinearRegression()}], ids=["k", "regressor"]
)
def test_refit_is_what_asking_so_would_have_been(change: dict[str, Any]) -> None:
    assert explain().refit(**change).as_map() == explain(**change).as_map()


def test_refit_reaches_classes_that_were_not_explained() -> None:
    assert explain(labels=(1,)).refit(labels=[0, 2]).as_map() == {
        label: pairs for label, pairs in explain().as_map().items() if label != 1
    }


def test_refit_leaves_the_explanation_as_it_was() -> None:
    explanation = explain()
    before = explanation.as_map()
    explanation.refit(kernel_width=1.0, num_features=2)
    assert explanation.as_map() == before


@pytest.mark.parametrize(
    "change", [{"kernel_width": -1.0}, {"num_features": 0}, {"feature_selection": "x"}, {"labels": [5]}], ids=repr
)
def test_a_setting_without_meaning_is_refused(explanation: Explanation, change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"got .*expected"):
        explanation.refit(**change).as_map()


# ---- extend


def test_extending_is_explaining_with_more_samples_from_the_start() -> None:
    extended = explain(num_samples=300).extend(500, progress_bar=False)
    longer = explain(num_samples=800)
    assert np.array_equal(extended.neighborhood.samples, longer.neighborhood.samples)
    assert np.array_equal(extended.neighborhood.predictions, longer.neighborhood.predictions)
    assert extended.as_map() == longer.as_map()


def test_extending_asks_only_about_texts_that_are_new() -> None:
    model = WordModel()
    explanation = explain(model.predict_proba, num_samples=200)
    explanation.extend(300, progress_bar=False)
    assert len(model.asked) == len(set(model.asked))


def test_extending_by_nothing_new_does_not_ask_at_all() -> None:
    model = WordModel()
    explanation = explain(model.predict_proba, text="good bore", num_samples=500, sampling="lime")
    asked = len(model.asked)
    assert explanation.extend(500, progress_bar=False).neighborhood.n_samples == 1000
    assert len(model.asked) == asked == 4


def test_every_mask_there_is_cannot_be_extended() -> None:
    model = WordModel()
    explanation = explain(model.predict_proba, text="good bore", num_samples=500)
    assert explanation.neighborhood.n_samples == len(model.asked) == 4
    extended = explanation.extend(500, progress_bar=False)
    assert extended.neighborhood.n_samples == len(model.asked) == 4


def test_extending_keeps_what_is_shown() -> None:
    extended = explain(top_labels=2).refit(kernel_width=9.0, num_features=4).extend(50, progress_bar=False)
    assert (extended.settings.kernel_width, extended.settings.num_features) == (9.0, 4)
    assert extended.top_labels == explain(top_labels=2).top_labels
    assert extended.class_names == NAMES


def test_an_extension_that_fails_can_be_resumed() -> None:
    model = WordModel()
    explanation = explain(model.predict_proba, num_samples=100)

    def broken(texts: list[str]) -> Any:
        raise OSError("gone")

    with pytest.raises(PredictionError, match="gone") as caught:
        explanation.with_model(broken).extend(200, progress_bar=False)
    resumed = caught.value.resume(model.predict_proba)
    assert resumed.as_map() == explain(model.predict_proba, num_samples=300).as_map()


@pytest.mark.parametrize("count", [0, -5, 2.5, True])
def test_extending_by_no_number_of_samples_is_refused(explanation: Explanation, count: Any) -> None:
    with pytest.raises(ValueError, match=f"got num_samples={count}, expected a whole number of 1 or more"):
        explanation.extend(count)


# ---- what if


def test_what_if_sets_the_surrogate_s_expectation_beside_the_model_s_answer() -> None:
    model = WordModel()
    explanation = explain(model.predict_proba, num_features=20)
    outcome = explanation.what_if(remove=["good", "bore"])
    without = TEXT.replace("good", "").replace("bore", "")
    assert outcome.actual == model.probability(without)
    assert outcome.before == model.probability(TEXT)
    gone = dict(explanation.as_list())
    assert outcome.expected == pytest.approx(explanation.local_pred[1] - gone["good"] - gone["bore"])
    assert outcome.removed == ("good", "bore")


def test_of_a_linear_model_the_expectation_is_the_answer() -> None:
    def linear(texts: list[str]) -> Any:
        second = np.array([0.5 + 0.2 * ("good" in text) - 0.1 * ("bore" in text) for text in texts])
        return np.column_stack([1 - second, second])

    outcome = explain(linear, num_features=9, model_regressor=LinearRegression()).what_if(remove="good")
    assert outcome.expected == pytest.approx(outcome.actual) == pytest.approx(0.4)


@pytest.mark.parametrize("wanted", ["good", 3, np.int64(3), ["good"], [3], np.array([3]), iter(["good", 3])], ids=repr)
def test_features_are_meant_by_name_or_by_id(explanation: Explanation, wanted: Any) -> None:
    assert explanation.what_if(remove=wanted).removed == ("good",)


def test_a_name_means_every_feature_that_has_it() -> None:
    explainer = LimeTextExplainer(bow=False, random_state=0)
    explanation = explainer.explain_instance("good, good", by_length, num_samples=20, progress_bar=False)
    assert explanation.what_if(remove="good").removed == ("good", "good")


def test_what_if_speaks_of_the_label_asked_for(explanation: Explanation) -> None:
    outcome = explanation.what_if(remove="good", label=2)
    assert (outcome.class_name, outcome.before) == ("long", by_length([TEXT])[0, 2])
    assert "without good: long expected" in str(outcome)


@pytest.mark.parametrize("wanted", [None, 1.5, b"good", ["good", None]])
def test_what_is_neither_name_nor_id_is_refused(explanation: Explanation, wanted: Any) -> None:
    with pytest.raises(ValueError, match="which the instance does not have, try"):
        explanation.what_if(remove=wanted)


def test_a_word_that_is_not_there_is_refused_with_its_likes(explanation: Explanation) -> None:
    with pytest.raises(ValueError, match=r"got 'goood', which the instance does not have, try 'good'"):
        explanation.what_if(remove="goood")


@pytest.mark.parametrize("feature", [-1, 99])
def test_a_feature_that_is_not_there_is_refused(explanation: Explanation, feature: int) -> None:
    with pytest.raises(ValueError, match=f"got feature {feature}, expected 0 to"):
        explanation.what_if(remove=feature)


# ---- in a terminal


def test_its_repr_shows_the_class_the_fit_and_a_bar_for_each_feature() -> None:
    shown = repr(explain(WordModel().predict_proba, num_features=3, num_samples=2000))
    assert "Explanation for class 1" in shown
    assert "predicted class: 1" in shown
    assert all(word in shown for word in ("local prediction", "fidelity", "good", "bore", "great", "█"))


def test_negative_bars_go_left_and_positive_ones_right() -> None:
    lines = repr(explain(WordModel().predict_proba, num_features=3, num_samples=2000)).splitlines()
    good, bore = (next(line for line in lines if line.split()[:1] == [word]) for word in ("good", "bore"))
    assert good.index("│") < good.index("█")
    assert bore.index("█") < bore.index("│")


def test_a_kernel_too_narrow_to_be_trusted_says_so() -> None:
    narrow = explain(WordModel().predict_proba).refit(kernel_width=1.0)
    assert narrow.doubts(1)
    assert narrow.doubts(1)[0] in repr(narrow)


def test_a_sound_explanation_gives_no_doubt() -> None:
    assert explain(WordModel().predict_proba, num_samples=3000).doubts(1) == []


# ---- pickles


def test_a_pickle_is_the_same_explanation_without_its_model(explanation: Explanation) -> None:
    again = pickle.loads(pickle.dumps(explanation))  # noqa: S301 - our own bytes
    assert again.as_map() == explanation.as_map()
    assert (again.score, again.intercept, again.local_pred) == (
        explanation.score,
        explanation.intercept,
        explanation.local_pred,
    )
    assert not again.has_model


def test_an_explanation_of_a_lambda_pickles() -> None:
    explanation = explain(lambda texts: by_length(texts)[:, :2])
    assert pickle.loads(pickle.dumps(explanation)).as_map() == explanation.as_map()  # noqa: S301 - our own bytes


def test_what_was_unpickled_can_be_refitted(explanation: Explanation) -> None:
    again = pickle.loads(pickle.dumps(explanation))  # noqa: S301 - our own bytes
    assert again.refit(kernel_width=9.0).as_map() == explanation.refit(kernel_width=9.0).as_map()


def test_what_was_unpickled_says_that_it_lacks_the_model(explanation: Explanation) -> None:
    again = pickle.loads(pickle.dumps(explanation))  # noqa: S301 - our own bytes
    with pytest.raises(LimeError, match=r"got an explanation without its model .* try explanation.with_model"):
        again.extend(10)


def test_given_its_model_what_was_unpickled_goes_on_as_before(explanation: Explanation) -> None:
    again = pickle.loads(pickle.dumps(explanation)).with_model(by_length)  # noqa: S301 - our own bytes
    assert again.extend(100, progress_bar=False).as_map() == explanation.extend(100, progress_bar=False).as_map()


def test_what_if_speaks_of_the_class_that_the_widget_shows() -> None:
    def model(texts: list[str]) -> Any:
        fun = np.array(["fun" in text for text in texts])
        return np.column_stack([0.5 + 0.3 * fun, 0.4 - 0.3 * fun, np.full(len(texts), 0.1)])

    explained = LimeTextExplainer(random_state=0).explain_instance("such good fun", model, top_labels=3)
    assert explained.what_if("fun").class_name == explained.class_names[explained.widget.label] == "0"
