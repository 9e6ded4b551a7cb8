"""The live widget of an image in JupyterLab on a small model: keys, views, other superpixels, Stop, axe."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import assert_accessible
from tests.browser.lab import Notebook
from tests.browser.picture import (
    choose,
    click,
    explain_proposed,
    hidden,
    propose,
    signs,
    signs_of_bars,
    superpixel,
    superpixel_count,
)
from tests.browser.view import View, eventually

pytestmark = pytest.mark.browser
CONTROLS = "input, select, button, summary, .lime-superpixel[tabindex='0'], .lime-bar[tabindex='0']"
FOCUSED = "() => document.activeElement.dataset?.feature ?? document.activeElement.tagName"
WITH_THE_ORANGE_SQUARE = [0, 1, 4, 5]
"""Superpixels of 30 x 30 pixels, four in a row: the square covers a quarter of each of these."""


def _focused(view: View) -> str:
    return str(view.page.evaluate(FOCUSED))


def _presses(view: View, key: str, feature: int, pressed: str) -> None:
    view.page.keyboard.press(key)
    expect(superpixel(view, feature)).to_have_attribute("aria-pressed", pressed)


def test_it_runs_without_an_error(toy_image: Notebook, toy_image_view: View) -> None:
    assert toy_image.complaints() == []
    strongest = sorted(feature for feature, _ in toy_image_view.bars()[:4])
    assert strongest == WITH_THE_ORANGE_SQUARE
    assert superpixel_count(toy_image_view) == 12
    assert signs(toy_image_view) == signs_of_bars(toy_image_view)


def test_what_is_hidden_costs_what_the_model_says_it_costs(toy_image: Notebook, toy_image_view: View) -> None:
    """The model is linear in the superpixels: a quarter of the square is a quarter of what the square is worth."""
    for feature in WITH_THE_ORANGE_SQUARE[:2]:
        click(toy_image_view, feature)
    whole = toy_image.ask_for("predict(image[None])[0, 1]")
    wanted = whole - 2 * 0.4 * 240 / 255 / 4
    eventually(lambda: toy_image_view.number("data-actual") == pytest.approx(wanted, abs=1e-5), "the model's answer")
    assert toy_image_view.number("data-expected") == pytest.approx(wanted, abs=0.01)
    assert hidden(toy_image_view) == WITH_THE_ORANGE_SQUARE[:2]


def test_arrow_keys_move_and_enter_and_space_hide_and_show(toy_image: Notebook, toy_image_view: View) -> None:
    superpixel(toy_image_view, 0).focus()
    cells = toy_image.cell_count()
    for key, feature in (
        ("ArrowRight", 1),
        ("ArrowDown", 5),
        ("ArrowLeft", 4),
        ("ArrowUp", 0),
        ("End", 11),
        ("Home", 0),
    ):
        toy_image.page.keyboard.press(key)
        assert _focused(toy_image_view) == str(feature), key
    for key, pressed in (("Enter", "true"), ("Enter", "false"), ("Space", "true")):
        _presses(toy_image_view, key, 0, pressed)
    eventually(lambda: toy_image_view.number("data-actual") is not None, "the model's answer")
    assert toy_image.cell_count() == cells


def test_no_control_gives_its_keys_to_the_notebook(toy_image: Notebook, toy_image_view: View) -> None:
    cells = toy_image.cell_count()
    reached = [one for one in toy_image_view.root.locator(CONTROLS).all() if one.is_enabled() and one.is_visible()]
    assert len(reached) > 12
    for control in reached:
        control.focus()
        for key in ("b", "a", "d", "d", "x"):
            toy_image.page.keyboard.press(key)
        assert toy_image.cell_count() == cells, f"a key was taken from {control}"


def test_a_superpixel_lights_up_its_bar_and_a_bar_its_superpixel(toy_image: Notebook, toy_image_view: View) -> None:
    lit, ring = (
        toy_image_view.root.locator(".lime-bar.lime-highlighted"),
        toy_image_view.root.locator(".lime-ring path"),
    )
    feature, other = (feature for feature, _ in toy_image_view.bars()[1:3])
    toy_image.page.mouse.move(0, 0)  # what scrolls under a resting pointer lights up, too
    superpixel(toy_image_view, feature).focus()
    expect(lit).to_have_attribute("data-feature", str(feature))
    toy_image_view.root.locator(f'.lime-bar[data-feature="{other}"]').focus()
    outline = superpixel(toy_image_view, other).get_attribute("d") or ""
    expect(ring.first).to_have_attribute("d", outline)
    toy_image_view.button("Reset").focus()
    expect(lit).to_have_count(0)


def test_one_sign_only_or_a_minimum_paints_less_and_says_when_nothing_is_left(toy_image_view: View) -> None:
    choose(toy_image_view, "Class", "neither")
    everything = signs_of_bars(toy_image_view)
    for option, sign in (("Negative only", "negative"), ("Positive only", "positive"), ("Both signs", None)):
        choose(toy_image_view, "Show", option)
        wanted = {feature: one for feature, one in everything.items() if sign in (None, one)}
        eventually(lambda wanted=wanted: signs(toy_image_view) == wanted, option)  # type: ignore[misc]  # a default binds the loop's value
    minimum = toy_image_view.root.get_by_label("Minimum weight", exact=True)
    minimum.fill("0.05")
    minimum.press("Enter")
    eventually(lambda: len(signs(toy_image_view)) == 8, "the eight superpixels of the two squares")
    minimum.fill("5")
    minimum.press("Enter")
    expect(toy_image_view.root.locator("[data-nothing]")).to_have_attribute("data-nothing", "below_minimum")


def test_how_the_image_is_looked_at_is_known_to_python_and_goes_with_reset(
    toy_image: Notebook, toy_image_view: View
) -> None:
    choose(toy_image_view, "Overlay", "Outline")
    choose(toy_image_view, "Compare with", "blue")
    toy_image_view.root.get_by_label("Hide the rest", exact=True).check()
    view = "exp.widget.view"
    eventually(lambda: toy_image.ask_for(f"{view}.get('hide_rest')") is True, "Python to follow")
    assert toy_image.ask_for(f"[{view}['style'], {view}['compare']]") == ["outline", 2]
    expect(toy_image_view.root.locator(".lime-picture")).to_have_count(2)


def test_other_superpixels_are_explained_only_when_told_to_and_stop_ends_it(
    toy_image: Notebook, toy_image_view: View
) -> None:
    size = "len(exp.widget.explanation.neighborhood.samples)"
    present, samples = superpixel_count(toy_image_view), toy_image.ask_for(size)
    count, calls = propose(toy_image_view, "SLIC")
    assert 1 < calls <= samples
    assert superpixel_count(toy_image_view) == present
    assert toy_image.ask_for("exp.widget.explanation.mapper.n_features") == present
    explain_proposed(toy_image_view, count)
    assert toy_image.ask_for("exp.widget.explanation.mapper.n_features") == count
    assert signs(toy_image_view) == signs_of_bars(toy_image_view)

    toy_image.ask("pause = 0.01")
    propose(toy_image_view, "Grid")
    toy_image_view.button("Explain these segments").click()
    toy_image_view.button("Stop").click()
    toy_image_view.button("Stop").wait_for(state="detached", timeout=10_000)
    toy_image.ask("pause = 0.0")
    assert toy_image.ask_for(size) < samples
    assert toy_image_view.root.get_by_role("alert").count() == 0
    assert toy_image_view.bars()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(toy_image: Notebook, toy_image_view: View, theme: str) -> None:
    toy_image.use_theme(light=theme == "light")
    click(toy_image_view, toy_image_view.bars()[0][0])
    eventually(lambda: toy_image_view.number("data-actual") is not None, "the model's answer")
    choose(toy_image_view, "Compare with", "blue")
    propose(toy_image_view, "Grid")
    assert_accessible(toy_image.page, "section.lime-widget")
