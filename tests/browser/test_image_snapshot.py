"""The exported page of an image, opened from a file with every request refused."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from lime_widgets import LimeImageExplainer
from lime_widgets.example_photos import load_photos
from lime_widgets.image import ImageExplanation
from lime_widgets.segmentation import SegmentationAlgorithm
from tests.browser.agreement import matches_refit
from tests.browser.axe import assert_accessible
from tests.browser.picture import choose, click, hidden, signs, signs_of_bars, superpixel, superpixel_count
from tests.browser.view import View, eventually

pytestmark = pytest.mark.browser
OpenFile = Callable[..., Page]
HOSTILE = "<img src=x onerror=window.hacked=1></script><script>window.hacked=1</script>'\"&<!--"
LARGEST = 1_000_000
"""Bytes of the page of a 512 x 512 photograph with 1,000 samples."""
# What the page draws: a screenshot would have the overlay on it.
PICTURE_SIZE = """async root => {
  const image = root.querySelector("svg image");
  const loaded = new Image();
  loaded.src = image.getAttribute("href");
  await loaded.decode();
  return [loaded.naturalWidth, loaded.naturalHeight];
}"""


def _colors(images: NDArray[Any]) -> NDArray[np.float64]:
    """Tell red, green and blue pictures apart, by shares of the light; smooth, so that surrogates fit."""
    light = images.reshape(len(images), -1, 3).mean(axis=1) + 1.0
    return np.asarray(light / light.sum(axis=1, keepdims=True))


def _explain(image: NDArray[Any], class_names: list[str], **options: Any) -> ImageExplanation:
    explainer = LimeImageExplainer(class_names=class_names, random_state=0)
    return explainer.explain_instance(image, _colors, progress_bar=False, hide_color=0, **options)


@pytest.fixture(scope="module")
def explanation() -> ImageExplanation:
    """An astronaut, 512 x 512 pixels."""
    cells = SegmentationAlgorithm("slic", n_segments=60)
    return _explain(load_photos()["astronaut"], ["red", "green", "blue"], top_labels=3, segmentation_fn=cells)


@pytest.fixture(scope="module")
def snapshot(explanation: ImageExplanation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("snapshot") / "image.html"
    explanation.widget.save_snapshot(path)
    return path


def test_it_opens_with_pythons_bars_and_superpixels(
    open_file: OpenFile, snapshot: Path, explanation: ImageExplanation
) -> None:
    view = View.on(open_file(snapshot))
    assert matches_refit(view, explanation)
    assert superpixel_count(view) == len(np.unique(explanation.segments))
    assert signs(view) == signs_of_bars(view)


def test_a_photograph_with_a_thousand_samples_stays_small_and_whole(
    open_file: OpenFile, snapshot: Path, explanation: ImageExplanation
) -> None:
    assert len(explanation.neighborhood.samples) == 1_000
    assert snapshot.stat().st_size < LARGEST
    assert View.on(open_file(snapshot)).root.evaluate(PICTURE_SIZE) == [512, 512]


@pytest.mark.parametrize("width_presses", [-40, 40])
def test_sliders_refit_as_python_does(
    open_file: OpenFile, snapshot: Path, explanation: ImageExplanation, width_presses: int
) -> None:
    view = View.on(open_file(snapshot))
    for slider, presses in (("Kernel width", width_presses), ("Number of features", -9)):
        before = view.bars()
        view.press(slider, "ArrowRight" if presses > 0 else "ArrowLeft", abs(presses))
        view.bars_change(before)
    eventually(lambda: matches_refit(view, explanation), "the bars of Python's refit")
    assert signs(view) == signs_of_bars(view)


def test_every_class_can_be_chosen_and_two_compared(
    open_file: OpenFile, snapshot: Path, explanation: ImageExplanation
) -> None:
    view = View.on(open_file(snapshot))
    for name in ("green", "blue", "red"):
        choose(view, "Class", name)
        eventually(lambda: matches_refit(view, explanation), f"the bars of {name}")
    choose(view, "Compare with", "blue")
    expect(view.root.locator(".lime-picture")).to_have_count(2)
    assert signs(view, 0) == signs_of_bars(view)
    assert signs(view, 1) != signs(view, 0)


def test_a_hidden_superpixel_shows_the_expectation_and_that_the_model_is_absent(
    open_file: OpenFile, snapshot: Path, explanation: ImageExplanation
) -> None:
    view = View.on(open_file(snapshot))
    features = [feature for feature, _ in view.bars()[:2]]
    for feature in features:
        click(view, feature)
    names = [f"superpixel {np.unique(explanation.segments)[feature]}" for feature in features]
    expected = explanation.what_if(remove=names).expected
    eventually(lambda: view.number("data-expected") == pytest.approx(expected, rel=1e-4), "the expectation")
    assert hidden(view) == sorted(features)
    assert view.root.locator("[data-actual]").get_attribute("data-actual") == ""
    assert "the model is not on this page" in view.root.locator(".lime-what-if").inner_text()


def test_the_keyboard_moves_and_hides(open_file: OpenFile, snapshot: Path) -> None:
    page = open_file(snapshot)
    view = View.on(page)
    superpixel(view, 0).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    eventually(lambda: len(hidden(view)) == 1, "a hidden superpixel")
    assert hidden(view) != [0]
    page.keyboard.press("Enter")
    eventually(lambda: hidden(view) == [], "every superpixel")


def test_the_image_is_looked_at_in_every_way(open_file: OpenFile, snapshot: Path) -> None:
    view = View.on(open_file(snapshot))
    choose(view, "Show", "Positive only")
    eventually(lambda: set(signs(view).values()) == {"positive"}, "positive superpixels alone")
    choose(view, "Show", "Both signs")
    choose(view, "Overlay", "Outline")
    view.root.get_by_label("Hide the rest", exact=True).check()
    view.press("Zoom", "End", 1)
    frame = view.root.locator(".lime-frame").first
    eventually(lambda: frame.evaluate("f => f.scrollWidth > f.clientWidth"), "a picture larger than its frame")
    view.reset()
    eventually(lambda: signs(view) == signs_of_bars(view), "the first look")


def test_what_would_need_the_model_says_so(open_file: OpenFile, snapshot: Path) -> None:
    view = View.on(open_file(snapshot))
    assert view.button("Add samples").is_disabled()
    view.root.locator("details.lime-segment summary").click()
    assert "need the model, which is not on this page" in view.root.locator("details.lime-segment").inner_text()
    assert view.button("Explain these segments").count() == 0


def test_its_policy_lets_nothing_in(snapshot: Path) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy"\s+content="([^"]*)"', snapshot.read_text())
    assert policy
    assert policy[1].startswith("default-src 'none'")
    assert "unsafe" not in policy[1]


def test_it_reads_without_javascript(open_file: OpenFile, snapshot: Path, explanation: ImageExplanation) -> None:
    page = open_file(snapshot, java_script_enabled=False)
    said = page.locator("body").inner_text()
    wanted = ["red", *(name for name, _ in explanation.as_list()[:5])]
    assert [word for word in wanted if word not in said] == []
    pictures = page.locator("img[src^='data:image/'], svg image[href^='data:image/']")
    assert pictures.count() >= 1
    assert pictures.first.is_visible()


def test_hostile_class_names_are_text(open_file: OpenFile, tmp_path: Path) -> None:
    image = np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    cells = SegmentationAlgorithm("grid", n_segments=6)
    names = [f"{number} {HOSTILE}" for number in range(3)]
    explanation = _explain(image, names, top_labels=3, segmentation_fn=cells, num_samples=50)
    explanation.widget.save_snapshot(tmp_path / "hostile.html")
    page = open_file(tmp_path / "hostile.html")
    view = View.on(page)
    options = view.root.get_by_label("Class", exact=True).locator("option").all_text_contents()
    assert sorted(options) == names
    view.root.get_by_label("Compare with", exact=True).select_option(index=1)
    expect(view.root.locator(".lime-picture")).to_have_count(2)
    superpixel(view, 0).focus()
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src='x']").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_file: OpenFile, snapshot: Path, scheme: str) -> None:
    page = open_file(snapshot, color_scheme=scheme)
    view = View.on(page)
    click(view, view.bars()[0][0])
    choose(view, "Compare with", "blue")
    assert_accessible(page, "html")


def test_it_fits_a_narrow_screen(open_file: OpenFile, snapshot: Path) -> None:
    page = open_file(snapshot)
    page.set_viewport_size({"width": 360, "height": 800})
    view = View.on(page)
    choose(view, "Compare with", "blue")
    click(view, view.bars()[0][0])
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
