"""The live widget in JupyterLab on a small model: keys, Stop, axe."""

import pytest

from tests.browser.axe import assert_accessible
from tests.browser.lab import Notebook
from tests.browser.view import View, eventually

pytestmark = pytest.mark.browser
CONTROLS = "input, select, button, [tabindex='0']"


def _focused(view: View) -> str:
    """Describe the element that has the focus, inside the explanation."""
    return str(
        view.root.evaluate(
            """root => {
                const at = document.activeElement;
                if (!root.contains(at)) return "outside";
                return at.tagName === "BUTTON" ? at.textContent : at.labels?.[0]?.textContent ?? at.className;
            }"""
        )
    )


def test_the_text_is_there_to_the_character(toy: Notebook, toy_view: View) -> None:
    assert toy_view.root.locator(".lime-tokens").text_content() == toy.ask("print(text)")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(toy: Notebook, toy_view: View, theme: str) -> None:
    toy.use_theme(light=theme == "light")
    toy_view.token(toy_view.bars()[0][0]).click()
    eventually(lambda: toy_view.number("data-actual") is not None, "the model's answer")
    assert_accessible(toy.page, "section.lime-widget")


def test_no_control_gives_its_keys_to_the_notebook(toy: Notebook, toy_view: View) -> None:
    cells = toy.cell_count()
    controls = toy_view.root.locator(CONTROLS)
    for control in [one for one in controls.all() if one.is_enabled() and one.is_visible()]:
        control.focus()
        for key in ("b", "a", "d", "d", "x"):
            toy.page.keyboard.press(key)
        assert toy.cell_count() == cells, f"a key was taken from {control}"


def test_tab_and_space_alone_reach_and_work_everything(toy: Notebook, toy_view: View) -> None:
    toy_view.button("Reset").focus()
    reached = []
    while (name := _focused(toy_view)) != "outside":
        reached.append(name)
        assert len(reached) < 60
        if "lime-token" in name:
            toy.page.keyboard.press("Space")
        toy.page.keyboard.press("Tab")
    eventually(lambda: toy_view.number("data-actual") is not None, "the model's answer")
    for wanted in ("Class", "Kernel width", "Number of features", "Samples", "Add samples", "Export HTML"):
        assert wanted in reached
    assert any("lime-bar" in name for name in reached)


def test_enter_and_space_strike_a_token_out_and_put_it_back(toy: Notebook, toy_view: View) -> None:
    token = toy_view.token(2)
    token.focus()
    for key, pressed in (("Enter", "true"), ("Enter", "false"), ("Space", "true"), ("Space", "false")):
        toy.page.keyboard.press(key)
        eventually(lambda state=pressed: token.get_attribute("aria-pressed") == state, f"{key} to work")  # type: ignore[misc]  # a default binds the loop's value


def test_the_same_bars_before_and_after_a_reset(toy_view: View) -> None:
    before = toy_view.bars()
    toy_view.press("Kernel width", "ArrowLeft", 30)
    toy_view.bars_change(before)
    toy_view.reset()
    eventually(lambda: toy_view.bars() == before, "the first bars")


def test_stop_ends_a_long_run_and_the_page_stays_usable_meanwhile(toy: Notebook, toy_view: View) -> None:
    toy.ask("pause = 0.004")
    present = toy.ask_for("len(exp.widget.explanation.neighborhood.samples)")
    before = toy_view.bars()
    toy_view.root.get_by_label("Samples", exact=True).fill(str(present + 4_000))
    toy_view.button("Add samples").click()
    toy_view.button("Stop").wait_for()
    toy_view.press("Number of features", "ArrowLeft", 2)
    toy_view.bars_change(before, "bars to change while the model runs")
    toy_view.button("Stop").click()
    toy_view.button("Stop").wait_for(state="detached", timeout=10_000)
    toy.ask("pause = 0.0")
    assert toy.ask_for("len(exp.widget.explanation.neighborhood.samples)") < present + 4_000
    assert toy_view.root.get_by_role("alert").count() == 0


def test_a_model_that_fails_is_said_and_nothing_is_lost(toy: Notebook, toy_view: View) -> None:
    present = toy.ask_for("len(exp.widget.explanation.neighborhood.samples)")
    toy.ask("kept, predict.__code__ = predict.__code__, (lambda texts: 1 / 0).__code__")
    toy_view.root.get_by_label("Samples", exact=True).fill(str(present + 200))
    toy_view.button("Add samples").click()
    alert = toy_view.root.get_by_role("alert")
    alert.wait_for(timeout=15_000)
    assert "division by zero" in alert.inner_text()
    toy.ask("predict.__code__ = kept")
    assert toy.ask_for("len(exp.widget.explanation.neighborhood.samples)") == present
    toy_view.button("Add samples").click()
    eventually(lambda: alert.count() == 0, "the error to go with the next act")
