"""The exported page, opened from a file with every request refused."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from lime_widgets import Explanation, LimeTextExplainer
from lime_widgets.examples import docstring_classifier, load_docstrings
from lime_widgets.schema import ArrayWriter
from tests.browser.agreement import matches_refit
from tests.browser.axe import assert_accessible
from tests.browser.view import View, eventually

pytestmark = pytest.mark.browser
OpenFile = Callable[..., Page]
HOSTILE = "<img src=x onerror=window.hacked=1></script><script>window.hacked=1</script>'\"&<!--"


@pytest.fixture(scope="module")
def explanation() -> Explanation:
    corpus = load_docstrings()
    model = docstring_classifier(corpus)
    explainer = LimeTextExplainer(class_names=list(corpus.class_names), random_state=0)
    text = corpus.texts[corpus.names.index("sklearn.utils.as_float_array")]
    return explainer.explain_instance(text, model.predict_proba, top_labels=4, num_features=8, num_samples=1_000)


@pytest.fixture(scope="module")
def snapshot(explanation: Explanation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("snapshot") / "text.html"
    explanation.widget.save_snapshot(path)
    return path


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def predict(texts: list[str]) -> Any:
        score = np.array([0.2 + 0.6 * ("onerror" in text) for text in texts])
        return np.column_stack([1 - score, score])

    explainer = LimeTextExplainer(
        class_names=[HOSTILE, f"b{HOSTILE}"], split_expression=lambda text: re.findall(r"\S+|\s+", text), random_state=0
    )
    explanation = explainer.explain_instance(f"{HOSTILE} one {HOSTILE}2 two", predict, num_samples=100)
    path = tmp_path_factory.mktemp("hostile") / "text.html"
    explanation.widget.save_snapshot(path)
    return path


def test_it_opens_with_pythons_bars(open_file: OpenFile, snapshot: Path, explanation: Explanation) -> None:
    assert matches_refit(View.on(open_file(snapshot)), explanation)


@pytest.mark.parametrize("width_presses", [-40, 40])
@pytest.mark.parametrize("feature_presses", [-4, 12])
def test_sliders_refit_as_python_does(
    open_file: OpenFile, snapshot: Path, explanation: Explanation, width_presses: int, feature_presses: int
) -> None:
    view = View.on(open_file(snapshot))
    for slider, presses in (("Kernel width", width_presses), ("Number of features", feature_presses)):
        before = view.bars()
        view.press(slider, "ArrowRight" if presses > 0 else "ArrowLeft", abs(presses))
        view.bars_change(before)
    eventually(lambda: matches_refit(view, explanation), "the bars of Python's refit")


def test_sliders_follow_the_mouse(open_file: OpenFile, snapshot: Path, explanation: Explanation) -> None:
    view = View.on(open_file(snapshot))
    for slider, share in (("Kernel width", 0.2), ("Number of features", 0.3)):
        before = view.bars()
        view.drag(slider, share)
        view.bars_change(before)
    eventually(lambda: matches_refit(view, explanation), "the bars of Python's refit")


def test_every_class_can_be_chosen(open_file: OpenFile, snapshot: Path, explanation: Explanation) -> None:
    view = View.on(open_file(snapshot))
    chosen = view.root.get_by_label("Class", exact=True)
    for label in range(4):
        chosen.select_option(str(label))
        eventually(lambda: matches_refit(view, explanation), f"the bars of class {label}")


def test_what_would_need_the_model_says_so(open_file: OpenFile, snapshot: Path) -> None:
    view = View.on(open_file(snapshot))
    feature, weight = view.bars()[0]
    view.token(feature).click()
    eventually(lambda: view.number("data-expected") is not None, "the surrogate's expectation")
    assert view.root.locator("[data-actual]").get_attribute("data-actual") == ""
    assert view.button("Add samples").is_disabled()
    assert view.root.get_by_label("Samples", exact=True).is_disabled()
    assert abs(weight) > 0


def test_the_text_is_there_to_the_character(open_file: OpenFile, snapshot: Path, explanation: Explanation) -> None:
    text = View.on(open_file(snapshot)).root.locator(".lime-tokens").text_content()
    assert text == "".join(explanation.domain_mapper.to_state(ArrayWriter("float32"))["pieces"])


def test_its_own_policy_refuses_any_other_script(open_file: OpenFile, snapshot: Path, tmp_path: Path) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy"\s+content="([^"]*)"', snapshot.read_text())
    assert policy
    assert policy[1].startswith("default-src 'none'")
    assert "unsafe" not in policy[1]
    tampered = tmp_path / "tampered.html"
    tampered.write_text(snapshot.read_text().replace("</body>", "<script>window.hacked = 1</script></body>"))
    page = open_file(tampered)
    View.on(page)
    assert page.evaluate("window.hacked") is None


def test_hostile_words_and_names_are_text(open_file: OpenFile, hostile: Path) -> None:
    page = open_file(hostile)
    view = View.on(page)
    assert view.root.locator(".lime-tokens").text_content() == f"{HOSTILE} one {HOSTILE}2 two"
    assert HOSTILE in (view.root.get_by_label("Class", exact=True).locator("option").first.text_content() or "")
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src='x']").count() == 0


@pytest.mark.parametrize("which", ["snapshot", "hostile"])
def test_it_reads_without_javascript(open_file: OpenFile, request: pytest.FixtureRequest, which: str) -> None:
    path: Path = request.getfixturevalue(which)
    page = open_file(path, java_script_enabled=False)
    said = page.locator("body").inner_text()
    wanted = ["np", "numpy", "scikit-learn"] if which == "snapshot" else [HOSTILE, "one"]
    assert [word for word in wanted if word not in said] == []
    assert page.locator("img[src='x']").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_file: OpenFile, snapshot: Path, scheme: str) -> None:
    page = open_file(snapshot, color_scheme=scheme)
    view = View.on(page)
    view.token(view.bars()[0][0]).click()
    assert_accessible(page, "html")


def test_it_fits_a_narrow_screen(open_file: OpenFile, snapshot: Path) -> None:
    page = open_file(snapshot)
    page.set_viewport_size({"width": 360, "height": 800})
    View.on(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
