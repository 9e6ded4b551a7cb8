"""`explain` tells the domain from the instance and the task from the model."""

from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.svm import LinearSVC

from lime_widgets import LimeTabularExplainer, explain
from tests.domains.models import WordModel

IRIS = load_iris()


def test_a_text_is_explained_as_a_text() -> None:
    assert explain(WordModel(), "a good bore", random_state=0, num_samples=50).domain_mapper.domain == "text"


def test_a_row_is_explained_for_its_most_probable_class_by_name() -> None:
    model = LogisticRegression(max_iter=500).fit(IRIS.data, IRIS.target_names[IRIS.target])
    found = explain(model, IRIS.data[120], IRIS.data, random_state=0, num_features=2, feature_names=IRIS.feature_names)
    assert found.class_names[found.available_labels()[0]] == "virginica"
    explainer = LimeTabularExplainer(IRIS.data, random_state=0, feature_names=IRIS.feature_names)
    same = explainer.explain_instance(IRIS.data[120], model.predict_proba, top_labels=1, num_features=2)
    assert found.as_map() == same.as_map()


def test_a_model_with_predict_alone_is_a_regressor() -> None:
    data, target = load_diabetes(return_X_y=True)
    model = LinearRegression().fit(data, target)
    found = explain(model, data[0], data, random_state=0)
    assert found.mode == "regression"
    assert found.predicted_value == pytest.approx(model.predict(data[:1])[0])


def test_a_row_without_background_is_refused() -> None:
    with pytest.raises(ValueError, match=r"without background, expected .* try explain"):
        explain(WordModel(), np.zeros(3))


@pytest.mark.parametrize("shape", [(1, 40, 3), (1, 1, 3), (12, 1, 1), (12, 10)])
def test_an_image_of_a_single_row_is_still_an_image(shape: tuple[int, ...]) -> None:
    image = np.linspace(0, 1, int(np.prod(shape))).reshape(shape)
    found = explain(lambda images: [[0.2, 0.8]] * len(images), image, num_samples=10, random_state=0)
    assert found.domain_mapper.domain == "image"


def test_several_images_are_not_taken_for_a_row() -> None:
    with pytest.raises(ValueError, match="expected one image"):
        explain(WordModel(), np.zeros((1, 8, 8, 3)))


@pytest.mark.parametrize("model", [LinearSVC().fit(IRIS.data, IRIS.target), "a model", None])
def test_what_has_no_probabilities_is_refused(model: Any) -> None:
    with pytest.raises(TypeError, match="expected predict_proba"):
        explain(model, IRIS.data[0], IRIS.data)


def test_a_misspelt_argument_is_named_with_the_one_that_is_meant() -> None:
    with pytest.raises(TypeError, match="'num_feature', which LimeTextExplainer does not have, try num_features"):
        explain(WordModel(), "a good bore", num_feature=3)
