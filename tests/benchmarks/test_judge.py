"""The judge of precision must itself be right: lime to the letter, limits by enumeration, figures by hand."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.judge import cache
from benchmarks.judge.image_tasks import Pixels
from benchmarks.judge.methods import KernelShap, Lime
from benchmarks.judge.ours import Ours
from benchmarks.judge.population import image_law, limit, text_law
from benchmarks.judge.tasks import MaskTask, TableTask
from benchmarks.judge.text_models import ForestText, LayeredText
from benchmarks.judge.truth import enumerated, truth_of
from lime_widgets import LimeTextExplainer

Floats = NDArray[np.float64]

GOOD = ["a fine warm film", "warm and funny, funny and wise", "a wise, warm story", "fine acting in a funny film"]
BAD = ["a dull cold film", "cold and slow, slow and dull", "a slow, cold story", "dull acting in a cold film"]
TEXT = "A wise and funny film, funny in a cold and slow story"
LABELS = [1] * len(GOOD) + [0] * len(BAD)


def quadratic(masks: NDArray[np.bool_]) -> Floats:
    """Answer with pairs of neighbouring features."""
    slopes = np.linspace(-1, 1, masks.shape[1])
    answers: Floats = 1 / (1 + np.exp(1 - masks @ slopes - (masks[:, 1:] & masks[:, :-1]).sum(axis=1) / 3))
    return answers


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "FOLDER", tmp_path / "cache")


def words_of(explanation: Any, n_features: int) -> Floats:
    """Return the weights of lime's own explanation."""
    weights = np.zeros(n_features)
    for feature, weight in explanation.local_exp[1]:
        weights[feature] = weight
    return weights


@pytest.mark.parametrize("seed", [0, 7])
def test_lime_on_a_text_is_lime_to_the_letter(seed: int) -> None:
    from lime.lime_text import LimeTextExplainer as LimeLimeTextExplainer

    vectorizer = TfidfVectorizer()
    model = LogisticRegression(C=10).fit(vectorizer.fit_transform(GOOD + BAD), LABELS)
    box = LayeredText.of(TEXT, vectorizer, model)
    task = MaskTask("toy", "text", len(box.counts), box)
    theirs = LimeLimeTextExplainer(feature_selection="none", random_state=seed).explain_instance(
        TEXT, make_pipeline(vectorizer, model).predict_proba, num_samples=300, num_features=task.n_features
    )
    answer = Lime().run(task, 300, seed)
    np.testing.assert_allclose(answer.weights, words_of(theirs, task.n_features), atol=1e-10)
    assert answer.local_prediction == pytest.approx(float(theirs.local_pred[0]), abs=1e-10)
    assert answer.n_calls == 300


@pytest.mark.parametrize("seed", [0, 7])
def test_lime_on_a_row_is_lime_to_the_letter(seed: int) -> None:
    task = table_task()
    theirs = task.lime_explainer(seed).explain_instance(task.row, task.predict, num_samples=200, num_features=6)
    answer = Lime().run(task, 200, seed)
    np.testing.assert_allclose(answer.weights, words_of(theirs, task.n_features), atol=1e-10)


def test_lime_on_an_image_is_lime_to_the_letter() -> None:
    from lime.lime_image import LimeImageExplainer

    image = np.random.default_rng(0).random((8, 8, 3)) * 255
    segments = np.arange(64).reshape(8, 8) // 8
    slopes = np.random.default_rng(1).normal(size=image.size) / 500

    def model(images: Floats) -> Floats:
        second = 1 / (1 + np.exp(-np.reshape(images, (len(images), -1)) @ slopes))
        return np.column_stack([1 - second, second])

    pixels = Pixels.of(image, segments, black=False)
    task = MaskTask("toy", "images", 8, lambda masks: model(pixels.composed(masks))[:, 1])
    with contextlib.redirect_stderr(io.StringIO()):
        theirs = LimeImageExplainer(feature_selection="none", random_state=3).explain_instance(
            image, model, segmentation_fn=lambda _: segments, num_samples=150, top_labels=None, labels=(1,)
        )
    np.testing.assert_allclose(Lime().run(task, 150, 3).weights, words_of(theirs, 8), atol=1e-10)


def table_task() -> TableTask:
    """Return a row of six columns."""
    data = load_breast_cancer()
    rows = np.asarray(data.data[:, :6], dtype=np.float64)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, data.target)
    return TableTask("toy", rows, (), rows[40], model.predict_proba, draws=2**16)


@pytest.mark.parametrize("law_of", [text_law, image_law])
@pytest.mark.parametrize("nominal", [50, 5000])
def test_the_limit_is_lime_s_regression_on_every_mask_there_is(law_of: Any, nominal: int) -> None:
    law = law_of(7)
    masks = (np.arange(2**7)[:, None] >> np.arange(7)) & 1 == 1
    kept = masks.sum(axis=1)
    weights = (nominal - 1) * (law.probabilities * np.exp(-law.log_binomials) * law.weights)[kept]
    weights[-1] += 1
    theirs = Ridge(alpha=1).fit(masks, quadratic(masks), sample_weight=weights)
    ours = limit(law.population, enumerated(quadratic, law), nominal)
    np.testing.assert_allclose(ours.weights, theirs.coef_, atol=1e-12)
    assert ours.local_prediction == pytest.approx(float(theirs.predict(np.ones((1, 7)))[0]), abs=1e-12)


def test_a_truth_from_draws_is_as_near_to_enumeration_as_it_says() -> None:
    task = MaskTask("toy", "text", 15, quadratic, draws=64_000)
    truth = truth_of(task)
    assert truth.means == "draws"
    exact = limit(task.population, enumerated(quadratic, task.law), 5000).weights
    distance = np.linalg.norm(truth.at(5000).weights - exact) / np.linalg.norm(exact)
    assert 0.2 * truth.relative_error < distance < 3 * truth.relative_error < 0.02


def test_rows_for_the_truth_have_the_distribution_that_lime_draws_and_weighs() -> None:
    task = table_task()
    masks, rows = task.lime_explainer(1)._LimeTabularExplainer__data_inverse(task.row, 40_000)
    weights = np.exp(-(masks == 0).sum(axis=1) / (2 * 0.5625 * task.n_features))
    drawn, own = task.law.draw(np.random.default_rng(0).random((40_000, task.n_features)))
    scale = rows.std(axis=0)
    np.testing.assert_allclose(own.mean(axis=0), task.population.mean, atol=0.01)
    np.testing.assert_allclose(np.average(masks, axis=0, weights=weights), task.population.mean, atol=0.01)
    np.testing.assert_allclose(drawn.mean(axis=0) / scale, np.average(rows, axis=0, weights=weights) / scale, atol=0.03)
    assert weights.mean() == pytest.approx(task.population.mass, rel=0.01)


def test_lime_s_mean_over_many_runs_on_a_row_is_the_truth() -> None:
    task = table_task()
    truth = truth_of(task).at(500).weights
    runs = np.array([Lime().run(task, 500, seed).weights for seed in range(60)])
    standard_errors = runs.std(axis=0, ddof=1) / np.sqrt(len(runs))
    assert (np.abs(runs.mean(axis=0) - truth) < 3.5 * standard_errors).all()


def test_a_bin_for_which_lime_draws_zero_is_refused() -> None:
    rows = np.repeat([[3.0, 0.0], [3.0, 1.0], [3.0, 2.0], [9.0, 4.0]], 10, axis=0)
    task = TableTask("toy", rows, (), rows[-1], lambda asked: np.full((len(asked), 2), 0.5))
    with pytest.raises(ValueError, match="column 0 with a bin of one value"):
        _ = task.law


def test_black_boxes_of_masks_answer_as_models_of_strings() -> None:
    from lime.lime_text import IndexedString

    text = TEXT.lower()
    indexed = IndexedString(text)
    masks = np.random.default_rng(0).random((50, indexed.num_words())) < 0.6
    strings = [indexed.inverse_removing(np.flatnonzero(~mask)) for mask in masks]
    for vectorizer, model, box_of in (
        (TfidfVectorizer(), LogisticRegression(C=10), LayeredText.of),
        (CountVectorizer(binary=True), RandomForestClassifier(20, random_state=0), ForestText.of),
    ):
        model.fit(vectorizer.fit_transform(GOOD + BAD), LABELS)
        expected = make_pipeline(vectorizer, model).predict_proba(strings)[:, 1]
        np.testing.assert_allclose(box_of(text, vectorizer, model)(masks), expected, atol=1e-12)


def test_the_closed_form_of_a_forest_is_what_enumeration_finds() -> None:
    vectorizer = CountVectorizer(binary=True)
    forest = RandomForestClassifier(20, random_state=0).fit(vectorizer.fit_transform(GOOD + BAD), LABELS)
    box = ForestText.of(TEXT.lower(), vectorizer, forest)
    law = text_law(box.n_words)
    closed, counted = box.moments(law), enumerated(box, law)
    np.testing.assert_allclose(closed.covariance, counted.covariance, atol=1e-12)
    assert (closed.mean, closed.instance) == pytest.approx((counted.mean, counted.instance), abs=1e-12)


def test_what_is_kept_is_made_once_and_read_without_running_code() -> None:
    made = []

    def make() -> dict[str, Floats]:
        made.append(1)
        return {"part": np.arange(3.0)}

    first, second = (cache.kept("toy", "key", make) for _ in range(2))
    cache.kept("toy", "another key", make)
    assert len(made) == 2
    np.testing.assert_array_equal(first["part"], second["part"])
    (cache.FOLDER / "toy-x.npz").touch()
    assert all(path.suffix == ".npz" for path in cache.FOLDER.iterdir())


def test_another_model_has_another_key() -> None:
    task = MaskTask("toy", "text", 5, quadratic)
    other = MaskTask("toy", "text", 5, lambda masks: quadratic(masks) ** 2)
    assert task.key != other.key
    assert task.key == MaskTask("toy", "text", 5, quadratic).key


@pytest.mark.parametrize("n_calls", [40, 400])
def test_shap_finds_the_weights_of_an_additive_black_box_with_the_calls_it_was_given(n_calls: int) -> None:
    pytest.importorskip("shap", reason="shap is not installed")
    slopes = np.linspace(-0.1, 0.2, 12)
    task = MaskTask("toy", "text", 12, lambda masks: 0.4 + masks @ slopes)
    np.random.seed(5)  # noqa: NPY002 - the generator that shap draws from
    expected = np.random.random()  # noqa: NPY002
    np.random.seed(5)  # noqa: NPY002
    answer = KernelShap().run(task, n_calls, 0)
    np.testing.assert_allclose(answer.weights, slopes, atol=1e-8)
    assert answer.n_calls == n_calls
    assert np.random.random() == expected  # noqa: NPY002 - as if shap had not drawn


def test_hiding_every_superpixel_leaves_black_or_means_and_showing_all_the_image() -> None:
    image = np.random.default_rng(0).random((6, 6))
    segments = np.repeat(np.arange(3), 12).reshape(6, 6)
    ends = np.array([[False] * 3, [True] * 3])
    black, whole = Pixels.of(image, segments, black=True).composed(ends)
    means, again = Pixels.of(image, segments, black=False).composed(ends)
    np.testing.assert_array_equal(black, 0)
    np.testing.assert_allclose(means.reshape(6, 6)[:2], image[:2].mean())
    np.testing.assert_allclose([whole, again], [image.ravel()] * 2)


def test_what_is_asked_of_this_package_without_strings_is_what_its_explainer_says() -> None:
    vectorizer = TfidfVectorizer()
    model = LogisticRegression(C=10).fit(vectorizer.fit_transform(GOOD + BAD), LABELS)
    box = LayeredText.of(TEXT, vectorizer, model)
    task = MaskTask("toy", "text", len(box.counts), box)
    method = Ours("regression", "best", "regression")
    explainer = LimeTextExplainer(feature_selection="none", random_state=3)
    theirs = explainer.explain_instance(
        TEXT,
        make_pipeline(vectorizer, model).predict_proba,
        num_samples=150,
        num_features=task.n_features,
        nominal_samples=5000,
    )
    answer = method.run(task, 150, 3)
    np.testing.assert_allclose(answer.weights, words_of(theirs, task.n_features), atol=1e-10)
    errors = dict(zip(theirs.surrogates[1].features, theirs.uncertainty(1).weights or (), strict=True))
    assert answer.errors is not None
    np.testing.assert_allclose(answer.errors, [errors[word] for word in range(task.n_features)], atol=1e-10)
    assert 100 < answer.n_calls <= 150


@pytest.mark.parametrize(("estimator", "n_calls"), [("regression", 4000), ("assisted", 600)])
def test_this_package_comes_to_the_truth_of_a_row_and_counts_its_calls(estimator: str, n_calls: int) -> None:
    task = table_task()
    answer = Ours("ours", "best", estimator).run(task, n_calls, 1)
    truth = truth_of(task).at(5000).weights
    assert answer.errors is not None
    assert answer.n_calls == n_calls
    assert (np.abs(answer.weights - truth) <= 5 * answer.errors + 1e-3).all()
    assert np.linalg.norm(answer.weights - truth) < 0.1 * np.linalg.norm(truth)


def test_this_package_comes_to_the_truth_of_an_image() -> None:
    task = MaskTask("toy", "images", 9, quadratic)
    answer = Ours("ours", "best", "regression").run(task, 400, 1)
    truth = truth_of(task).at(1000).weights
    assert np.linalg.norm(answer.weights - truth) < 0.1 * np.linalg.norm(truth)


def test_every_mask_there_is_gives_the_truth_itself() -> None:
    task = MaskTask("toy", "text", 7, quadratic)
    answer = Ours("ours", "best", "regression").run(task, 5000, 1)
    np.testing.assert_allclose(answer.weights, truth_of(task).at(5000).weights, atol=1e-9)
    np.testing.assert_array_equal(answer.errors, np.zeros(7))
    assert answer.n_calls == 2**7
