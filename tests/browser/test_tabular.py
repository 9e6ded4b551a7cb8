"""The notebook of tables in a real JupyterLab: a classifier's row in bins and as numbers, and a regressor's."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.lab import Notebook
from tests.browser.view import Bars, View, eventually

pytestmark = pytest.mark.browser
MODELS = {
    "exp": "lambda rows: forest.predict_proba(rows)[:, malignant]",
    "slopes": "lambda rows: forest.predict_proba(rows)[:, malignant]",
    "progression": "booster.predict",
}
"""The explanations that the notebook shows, from top to bottom, and the models that they explain."""
NUMBERS = {"exp": ("perimeter", 125.0), "slopes": ("area", 1080.5), "progression": ("body mass index", 25.0)}
"""A number to put in the place of the row's, in another bin where there are bins."""
SLIDERS = ("Kernel width", "Number of features")


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
        fit = f"(lambda shown: shown.surrogate(shown.first_label))({self.live})"
        features, weights = self.notebook.ask_for(f"(lambda fit: [list(fit.features), list(fit.weights)])({fit})")
        return [(int(feature), float(weight)) for feature, weight in zip(features, weights, strict=True)]

    def agrees(self) -> bool:
        """Compare the bars: the page has samples and predictions in float32."""
        page, python = self.view.bars(), self.bars()
        return [feature for feature, _ in page] == [feature for feature, _ in python] and all(
            math.isclose(ours, theirs, rel_tol=1e-4, abs_tol=1e-5)
            for (_, ours), (_, theirs) in zip(page, python, strict=True)
        )

    def assert_both_numbers(self, values: dict[str, float]) -> None:
        """Hold the page's two numbers to `what_if`, and the model's to the model itself."""
        expected, actual = self.notebook.ask_for(
            f"(lambda answer: [answer.expected, answer.actual])({self.live}.what_if(values={values!r}))"
        )
        eventually(lambda: self.view.number("data-actual") == pytest.approx(actual, rel=1e-5), "the model's answer")
        assert self.view.number("data-expected") == pytest.approx(expected, rel=1e-4)
        assert actual == pytest.approx(self.ask_model(values), rel=1e-9)

    def ask_model(self, values: dict[str, float]) -> float:
        """Ask the model about the row with other values, past everything of ours but the columns' names."""
        names = "columns.split(',')" if self.name == "progression" else "names"
        row = "D_test[5]" if self.name == "progression" else "patient"
        edited = f"[{values!r}.get(name, value) for name, value in zip({names}, {row})]"
        return float(self.notebook.ask_for(f"float(({MODELS[self.name]})(np.array([{edited}]))[0])"))


@pytest.fixture(params=MODELS)
def shown(request: pytest.FixtureRequest, tabular: Notebook) -> Shown:
    return _show(tabular, request.param)


def _show(tabular: Notebook, name: str) -> Shown:
    """Bring one of the explanations into sight, as it was first shown."""
    view = View.on(tabular.page, list(MODELS).index(name), of=len(MODELS))
    view.reset()
    found = Shown(tabular, view, name)
    eventually(lambda: found.agrees() and tabular.ask_for(f"{name}.widget.edits") == [], "Python to follow the reset")
    return found


def test_it_runs_without_an_error(tabular: Notebook) -> None:
    assert tabular.complaints() == []
    for place, name in enumerate(MODELS):
        assert View.on(tabular.page, place, of=len(MODELS)).bars(), f"got no bars of {name}"


def test_the_page_shows_what_python_fitted(shown: Shown) -> None:
    assert len(shown.view.bars()) == 6
    assert shown.agrees()


def test_a_number_edited_by_keyboard_shows_expectation_and_answer(shown: Shown) -> None:
    name, number = NUMBERS[shown.name]
    shown.view.type_value(name, str(number))
    shown.assert_both_numbers({name: number})
    assert len(shown.view.edited()) == 1
    assert shown.notebook.ask_for(f"[value for _, value in {shown.name}.widget.edits]") == [number]


def test_several_edits_are_one_question_until_they_are_undone(shown: Shown) -> None:
    name, number = NUMBERS[shown.name]
    other = "texture" if shown.name != "progression" else "blood sugar"
    before = {one: shown.view.value(one).input_value() for one in (name, other)}
    shown.view.type_value(name, str(number))
    shown.view.type_value(other, "31.5")
    shown.assert_both_numbers({name: number, other: 31.5})
    shown.view.button("Undo").click()
    shown.assert_both_numbers({name: number})
    assert shown.view.value(other).input_value() == before[other]
    shown.view.type_value(other, "20")
    shown.view.button("Original values").click()
    eventually(lambda: shown.view.edited() == [], "no edit")
    assert {one: shown.view.value(one).input_value() for one in before} == before
    assert shown.view.number("data-expected") is None
    eventually(lambda: shown.notebook.ask_for(f"{shown.name}.widget.edits") == [], "Python to follow")


def test_within_the_bin_the_surrogate_expects_no_change(tabular: Notebook) -> None:
    shown = _show(tabular, "exp")
    shown.view.type_value("perimeter", "95")
    shown.assert_both_numbers({"perimeter": 95.0})
    local_prediction = tabular.ask_for(f"{shown.live}.surrogate(malignant).local_prediction")
    assert shown.view.number("data-expected") == pytest.approx(local_prediction, rel=1e-4)
    assert "in the same bin" in shown.view.row(shown.view.edited()[0]).inner_text()


def test_a_number_goes_up_and_down_by_arrow_keys(tabular: Notebook) -> None:
    shown = _show(tabular, "slopes")
    field = shown.view.value("radius")
    first = float(field.input_value())
    field.focus()
    for _ in range(3):
        tabular.page.keyboard.press("ArrowUp")
    now = float(field.input_value())
    assert now > first
    shown.assert_both_numbers({"radius": now})
    tabular.page.keyboard.press("Escape")
    eventually(lambda: shown.view.edited() == [], "Escape to take it back")
    assert float(field.input_value()) == first


def test_rows_are_sorted_by_weight_or_as_in_the_data(shown: Shown) -> None:
    sort = shown.view.root.get_by_label("Sort by", exact=True)
    weighted = [feature for feature, _ in shown.view.bars()]
    assert shown.view.rows()[: len(weighted)] == weighted
    sort.select_option(label="Order in the data")
    assert shown.view.rows() == list(range(10))
    sort.select_option(label="Weight")
    assert shown.view.rows()[: len(weighted)] == weighted


@pytest.mark.parametrize("slider", SLIDERS)
def test_a_slider_changes_bars_and_expectation_with_the_kernel_out_of_reach(shown: Shown, slider: str) -> None:
    name, number = NUMBERS[shown.name]
    shown.view.type_value(name, str(number))
    shown.assert_both_numbers({name: number})
    before, expected = shown.view.bars(), shown.view.number("data-expected")
    with shown.notebook.kernel_out_of_reach():
        shown.view.press(slider, "ArrowLeft", 40 if slider == "Kernel width" else 3)
        shown.view.bars_change(before)
    assert shown.view.number("data-expected") != expected
    eventually(shown.agrees, "Python to follow the page")
    shown.assert_both_numbers({name: number})


def test_a_regressors_value_is_shown_and_weights_raise_or_lower_it(tabular: Notebook) -> None:
    shown = _show(tabular, "progression")
    assert shown.view.number("data-predicted-value") == pytest.approx(shown.ask_model({}), rel=1e-5)
    said = shown.view.root.inner_text()
    for wanted in ("raises disease progression", "lowers disease progression", "in points"):
        assert wanted in said
    assert shown.view.root.get_by_label("Class", exact=True).count() == 0
    assert shown.view.root.locator("[data-probability]").count() == 0


def test_conditions_show_the_bin_beside_the_value(tabular: Notebook) -> None:
    shown = _show(tabular, "exp")
    feature = tabular.ask_for("names.index('perimeter')")
    assert shown.view.value("perimeter").input_value() == "91.93"
    assert "(83.15 to 97.585]" in shown.view.row(feature).inner_text()


def test_the_exported_page_keeps_the_edit_and_both_numbers(
    tabular: Notebook, open_file: Callable[..., Page], tmp_path: Path
) -> None:
    shown = _show(tabular, "progression")
    shown.view.type_value("body mass index", "25")
    shown.assert_both_numbers({"body mass index": 25.0})
    with tabular.page.expect_download() as download:
        shown.view.button("Export HTML").click()
    target = tmp_path / "exported.html"
    download.value.save_as(target)
    exported = View.on(open_file(target))
    assert exported.bars() == shown.view.bars()
    assert exported.edited() == shown.view.edited()
    for attribute in ("data-expected", "data-actual"):
        assert exported.number(attribute) == pytest.approx(shown.view.number(attribute), rel=1e-6)
