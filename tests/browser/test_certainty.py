"""Intervals in an exported page: where the whiskers are drawn, what they say, and that Python says the same."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from playwright.sync_api import Page

from lime_widgets import Explanation, LimeTextExplainer
from lime_widgets.examples import docstring_classifier, load_docstrings
from tests.browser.agreement import matches_refit
from tests.browser.axe import assert_accessible
from tests.browser.view import View, eventually

pytestmark = pytest.mark.browser
OpenFile = Callable[..., Page]

READ_WHISKERS = """bars => bars.map(bar => {
  const track = bar.querySelector(".lime-bar-track").getBoundingClientRect();
  const whisker = bar.querySelector(".lime-whisker").getBoundingClientRect();
  const share = x => (x - track.left - track.width / 2) / (track.width / 2);
  return [share(whisker.left), share(whisker.right), Number(bar.dataset.low), Number(bar.dataset.high)];
})"""
READ_ERRORS = "bars => bars.map(bar => Number(bar.dataset.error))"


@pytest.fixture(scope="module")
def explanation() -> Explanation:
    corpus = load_docstrings()
    model = docstring_classifier(corpus)
    explainer = LimeTextExplainer(class_names=list(corpus.class_names), random_state=0)
    text = corpus.texts[corpus.names.index("sklearn.utils.as_float_array")][:300]
    return explainer.explain_instance(text, model.predict_proba, num_features=20, num_samples=200)


@pytest.fixture(scope="module")
def snapshot(explanation: Explanation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("certainty") / "text.html"
    explanation.widget.save_snapshot(path)
    return path


def errors_of(view: View) -> list[float]:
    return cast(list[float], view.root.locator(".lime-bar").evaluate_all(READ_ERRORS))


def says_as_python(view: View, explanation: Explanation) -> bool:
    """Compare the errors with those of Python's refit at the settings that the page announces."""
    label = int(view.root.get_by_label("Class", exact=True).input_value())
    width, count = view.setting("Kernel width"), int(view.setting("Number of features"))
    known = explanation.refit(kernel_width=width, num_features=count, labels=(label,)).uncertainty(label)
    figures = [view.number("data-local-prediction-error"), view.number("data-fidelity-error")]
    shown = [*errors_of(view), *(np.nan if figure is None else figure for figure in figures)]
    wanted = np.array([*(known.weights or ()), known.local_prediction, known.score], dtype=np.float64)
    return np.allclose(shown, wanted, rtol=1e-3, atol=1e-6)


def test_the_errors_are_pythons_and_follow_the_sliders(
    open_file: OpenFile, snapshot: Path, explanation: Explanation
) -> None:
    view = View.on(open_file(snapshot))
    assert says_as_python(view, explanation)
    for slider, presses in (("Kernel width", 20), ("Number of features", -3)):
        before = view.bars()
        view.press(slider, "ArrowRight" if presses > 0 else "ArrowLeft", abs(presses))
        view.bars_change(before)
    eventually(lambda: matches_refit(view, explanation), "the bars of Python's refit")
    eventually(lambda: says_as_python(view, explanation), "the errors of Python's refit")


def test_when_the_page_rests_it_says_how_stable_the_largest_are(
    open_file: OpenFile, snapshot: Path, explanation: Explanation
) -> None:
    view = View.on(open_file(snapshot))
    eventually(lambda: view.number("data-ranking-stability") is not None, "the ranking")
    known = explanation.uncertainty().ranking
    assert known is not None
    assert abs((view.number("data-ranking-stability") or 0) - known.stability) <= 0.01
    view.press("Kernel width", "ArrowRight", 1)
    assert view.root.locator("[data-awaited]").count() + view.root.locator("[data-ranking-stability]").count() == 1


def test_whiskers_are_where_the_intervals_are(open_file: OpenFile, snapshot: Path) -> None:
    view = View.on(open_file(snapshot))
    drawn: list[Any] = view.root.locator(".lime-bar").evaluate_all(READ_WHISKERS)
    rows = np.array(drawn)
    scale = (rows[:, 1] - rows[:, 0]) / (rows[:, 3] - rows[:, 2])
    # Half a pixel of a track is a hundredth of it.
    assert np.allclose(rows[:, :2], rows[:, 2:] * np.median(scale), atol=0.02)
    assert 0.95 < np.abs(rows[:, :2]).max() <= 1
    could_be_zero = rows[:, 2] * rows[:, 3] <= 0
    assert could_be_zero.any()
    assert not could_be_zero.all()
    # An end within a pixel of zero may be drawn on it.
    is_clear = np.abs(rows[:, 2:] * np.median(scale)).min(axis=1) > 0.02
    assert np.array_equal(could_be_zero[is_clear], (rows[:, 0] * rows[:, 1] <= 0)[is_clear])


@pytest.mark.parametrize(("width", "is_shown"), [(320, False), (700, True), (1000, False), (1250, True)])
def test_the_error_stands_beside_the_weight_where_there_is_room(
    open_file: OpenFile, snapshot: Path, width: int, is_shown: bool
) -> None:
    page = open_file(snapshot)
    page.set_viewport_size({"width": width, "height": 900})
    view = View.on(page)
    bar = view.root.locator(".lime-bar").first
    assert bar.locator(".lime-bar-error").is_visible() == is_shown
    assert "95% interval" in (bar.locator(".lime-bar-value").get_attribute("title") or "")
    fits = "bars => bars.every(bar => [...bar.children].every(part => part.scrollWidth <= part.clientWidth + 1))"
    assert view.root.locator(".lime-bar:has(.lime-bar-value)").evaluate_all(
        fits.replace("[...bar.children]", '[bar.querySelector(".lime-bar-value")]')
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_file: OpenFile, snapshot: Path, scheme: str) -> None:
    page = open_file(snapshot, color_scheme=scheme)
    page.set_viewport_size({"width": 1250, "height": 900})
    view = View.on(page)
    assert view.root.locator(".lime-bar[data-zero]").count() > 0
    eventually(lambda: view.number("data-ranking-stability") is not None, "the ranking")
    assert_accessible(page, "html")
