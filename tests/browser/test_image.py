"""The notebook of images in a real JupyterLab: one picture under two fillings, and superpixels cut anew."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab import Notebook
from tests.browser.picture import (
    choose,
    click,
    explain_proposed,
    hidden,
    propose,
    signs,
    signs_of_bars,
    superpixel_count,
)
from tests.browser.view import Bars, View, eventually

pytestmark = pytest.mark.browser
SHOWN = ("exp", "black")
"""The explanations that the notebook shows, from top to bottom."""
FILLINGS = {
    "exp": "[picture[segments == number].mean(axis=0) for number in np.unique(segments)]",
    "black": "[0] * len(np.unique(segments))",
}
"""What stands for each hidden superpixel, past everything of ours."""


@dataclass(frozen=True)
class Shown:
    """One of the explanations, in the page and in the kernel."""

    notebook: Notebook
    view: View
    name: str

    @property
    def live(self) -> str:
        """What the reader looks at, in the kernel."""
        return f"{self.name}.widget.explanation"

    def bars(self) -> Bars:
        """Return what Python fitted."""
        fit = f"{self.live}.surrogate({self.name}.widget.label)"
        features, weights = self.notebook.ask_for(f"(lambda fit: [list(fit.features), list(fit.weights)])({fit})")
        return [(int(feature), float(weight)) for feature, weight in zip(features, weights, strict=True)]

    def agrees(self) -> bool:
        """Compare the bars: the page has predictions in float32, which may swap bars of about the same length."""
        page, python = dict(self.view.bars()), dict(self.bars())
        return page.keys() == python.keys() and all(
            math.isclose(page[feature], python[feature], rel_tol=1e-4, abs_tol=1e-5) for feature in page
        )

    def assert_both_numbers(self, features: list[int]) -> None:
        """Hold the page's two numbers to `what_if`, and the model's to the model itself."""
        named = f"[f'superpixel {{np.unique({self.live}.segments)[feature]}}' for feature in {features}]"
        expected, actual = self.notebook.ask_for(
            f"(lambda answer: [answer.expected, answer.actual])"
            f"({self.live}.what_if(remove={named}, label={self.name}.widget.label))"
        )
        eventually(lambda: self.view.number("data-actual") == pytest.approx(actual, abs=1e-5), "the model's answer")
        assert self.view.number("data-expected") == pytest.approx(expected, abs=1e-4)
        assert actual == pytest.approx(self.ask_model(features), abs=1e-9)

    def ask_model(self, features: list[int]) -> float:
        """Ask the model about the picture with these superpixels filled by hand."""
        fill = (
            f"segments, variant = {self.name}.segments, picture.copy()\n"
            f"colors = {FILLINGS[self.name]}\n"
            f"for feature in {features}:\n"
            f"    variant[segments == np.unique(segments)[feature]] = colors[feature]\n"
            f"print(model.predict_proba([variant])[0][{self.name}.widget.label])"
        )
        return float(self.notebook.ask(fill))


@pytest.fixture(params=SHOWN)
def shown(request: pytest.FixtureRequest, image: Notebook) -> Shown:
    return _show(image, request.param)


def _show(image: Notebook, name: str) -> Shown:
    """Bring one of the explanations into sight, as it was first shown."""
    view = View.on(image.page, SHOWN.index(name), of=len(SHOWN))
    view.reset()
    found = Shown(image, view, name)
    eventually(lambda: found.agrees() and image.ask_for(f"{name}.widget.removed") == [], "Python to follow the reset")
    return found


def test_it_runs_without_an_error(image: Notebook) -> None:
    assert image.complaints() == []
    for place, name in enumerate(SHOWN):
        assert View.on(image.page, place, of=len(SHOWN)).bars(), f"got no bars of {name}"


def test_the_page_shows_what_python_fitted(shown: Shown) -> None:
    assert shown.agrees()
    assert superpixel_count(shown.view) == shown.notebook.ask_for(f"len(np.unique({shown.name}.segments))")
    assert signs(shown.view) == signs_of_bars(shown.view)


def test_a_superpixel_clicked_off_shows_expectation_and_answer_until_it_is_back(shown: Shown) -> None:
    first, second = (feature for feature, _ in shown.view.bars()[:2])
    click(shown.view, first)
    shown.assert_both_numbers([first])
    assert hidden(shown.view) == [first]
    click(shown.view, second)
    shown.assert_both_numbers(sorted([first, second]))
    eventually(lambda: shown.notebook.ask_for(f"{shown.name}.widget.removed") == sorted([first, second]), "both")
    click(shown.view, first)
    click(shown.view, second)
    eventually(lambda: hidden(shown.view) == [], "every superpixel")
    assert shown.view.number("data-expected") is None


def test_another_class_has_other_weights_in_picture_and_bars(shown: Shown) -> None:
    before, painted = shown.view.bars(), signs(shown.view)
    choose(shown.view, "Class", "flower")
    shown.view.bars_change(before)
    eventually(shown.agrees, "Python to follow the page")
    assert signs(shown.view) == signs_of_bars(shown.view)
    assert signs(shown.view) != painted
    first = shown.view.bars()[0][0]
    click(shown.view, first)
    shown.assert_both_numbers([first])


def test_two_classes_are_compared_side_by_side(image: Notebook) -> None:
    shown = _show(image, "black")
    choose(shown.view, "Compare with", "flower")
    expect(shown.view.root.locator(".lime-picture")).to_have_count(2)
    rocket, flower = signs(shown.view, 0), signs(shown.view, 1)
    agreeing = sum(rocket[feature] == flower[feature] for feature in rocket.keys() & flower.keys())
    assert agreeing < len(rocket) / 4
    choose(shown.view, "Compare with", "Nothing")
    expect(shown.view.root.locator(".lime-picture")).to_have_count(1)


@pytest.mark.parametrize("slider", ["Kernel width", "Number of features"])
def test_a_slider_changes_bars_and_picture_with_the_kernel_out_of_reach(shown: Shown, slider: str) -> None:
    before = shown.view.bars()
    with shown.notebook.kernel_out_of_reach():
        shown.view.press(slider, "ArrowLeft", 25)
        shown.view.bars_change(before)
        assert signs(shown.view) == signs_of_bars(shown.view)
    eventually(shown.agrees, "Python to follow the page")


def test_other_superpixels_are_counted_before_and_explained_when_told_to(image: Notebook) -> None:
    shown = _show(image, "black")
    present = superpixel_count(shown.view)
    count, calls = propose(shown.view, "Grid")
    assert count != present
    assert calls == image.ask_for(f"len({shown.live}.neighborhood.samples)")
    assert shown.view.root.locator("path.lime-proposal").count() == 1
    shown.view.button("Keep the present ones").click()
    expect(shown.view.root.locator("path.lime-proposal")).to_have_count(0)
    assert superpixel_count(shown.view) == present == image.ask_for(f"{shown.live}.mapper.n_features")

    count, _ = propose(shown.view, "Grid")
    explain_proposed(shown.view, count)
    eventually(shown.agrees, "the bars of the new superpixels")
    assert image.ask_for(f"len(np.unique({shown.live}.segments))") == count
    cells = f"[np.nonzero({shown.live}.segments == number) for number in np.unique({shown.live}.segments)]"
    assert image.ask_for(f"all((np.ptp(r) + 1) * (np.ptp(c) + 1) == len(r) for r, c in {cells})")


def test_the_exported_page_keeps_what_is_hidden_and_both_numbers(
    image: Notebook, open_file: Callable[..., Page], tmp_path: Path
) -> None:
    shown = _show(image, "exp")
    first = shown.view.bars()[0][0]
    click(shown.view, first)
    shown.assert_both_numbers([first])
    with image.page.expect_download() as download:
        shown.view.button("Export HTML").click()
    target = tmp_path / "exported.html"
    download.value.save_as(target)
    assert target.stat().st_size < 1_000_000
    exported = View.on(open_file(target))
    assert exported.bars() == shown.view.bars()
    assert hidden(exported) == [first]
    for attribute in ("data-expected", "data-actual"):
        assert exported.number(attribute) == pytest.approx(shown.view.number(attribute), rel=1e-6)
