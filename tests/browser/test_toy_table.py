"""The live widget of a table in JupyterLab on a small model: search, categories, missing values, keys, axe."""

import pytest

from tests.browser.axe import assert_accessible
from tests.browser.lab import Notebook
from tests.browser.view import View, eventually

pytestmark = pytest.mark.browser
CONTROLS = "input, select, button, [tabindex='0']"


def _assert_both_numbers(toy_table: Notebook, view: View, values: str) -> None:
    """Hold the page's two numbers to `what_if`, whose model is linear and known."""
    expected, actual = toy_table.ask_for(
        f"(lambda answer: [answer.expected, answer.actual])(exp.widget.explanation.what_if(values={values}))"
    )
    eventually(lambda: view.number("data-actual") == pytest.approx(actual, rel=1e-5), "the model's answer")
    assert view.number("data-expected") == pytest.approx(expected, rel=1e-4)


def test_it_runs_without_an_error(toy_table: Notebook, toy_table_view: View) -> None:
    assert toy_table_view.bars()
    assert toy_table.complaints() == []


def test_a_search_finds_columns_by_name(toy_table_view: View) -> None:
    everything = toy_table_view.rows()
    assert len(everything) == 30
    search = toy_table_view.root.get_by_label("Search columns", exact=True)
    search.press_sequentially("Measure")
    eventually(lambda: sorted(toy_table_view.rows()) == list(range(3, 30)), "the measures")
    assert "27 of 30 columns" in toy_table_view.root.inner_text()
    search.fill("colour")
    eventually(lambda: toy_table_view.rows() == [0], "one column")
    search.fill("no such column")
    eventually(lambda: toy_table_view.rows() == [], "nothing")
    search.fill("")
    eventually(lambda: toy_table_view.rows() == everything, "every column")


def test_a_category_is_edited_through_a_select(toy_table: Notebook, toy_table_view: View) -> None:
    control = toy_table_view.value("colour")
    assert control.locator("option").all_inner_texts() == ["red", "green", "blue"]
    was = control.locator("option:checked").inner_text()
    other = "green" if was != "green" else "blue"
    control.select_option(label=other)
    _assert_both_numbers(toy_table, toy_table_view, repr({"colour": other}))
    before, now = toy_table.ask_for("predict(np.array([table[3]]))[0, 1]"), toy_table_view.number("data-actual")
    assert abs((now or 0) - before) == pytest.approx(0.2 if "green" in (was, other) else 0.0, abs=1e-5)
    toy_table_view.button("Undo").click()
    assert control.locator("option:checked").inner_text() == was


def test_a_category_is_edited_by_keyboard(toy_table: Notebook, toy_table_view: View) -> None:
    toy_table_view.value("colour").focus()
    toy_table.page.keyboard.press("Home")
    toy_table.page.keyboard.type("b")
    _assert_both_numbers(toy_table, toy_table_view, '{"colour": "blue"}')


def test_an_emptied_field_is_a_missing_value_where_the_data_has_some(toy_table: Notebook, toy_table_view: View) -> None:
    toy_table_view.type_value("income", "")
    toy_table.page.keyboard.press("Delete")
    toy_table.page.keyboard.press("Enter")
    eventually(lambda: toy_table.ask_for("exp.widget.edits") == [[2, None]], "a missing value")
    _assert_both_numbers(toy_table, toy_table_view, '{"income": None}')


def test_what_is_no_number_is_said_and_asks_nothing(toy_table: Notebook, toy_table_view: View) -> None:
    field = toy_table_view.value("age")
    was = field.input_value()
    toy_table_view.type_value("age", "-")
    eventually(lambda: field.get_attribute("aria-invalid") == "true", "the field to be marked")
    assert "Enter a number" in toy_table_view.row(1).inner_text()
    assert toy_table_view.edited() == []
    toy_table.page.keyboard.press("Escape")
    eventually(lambda: field.input_value() == was, "the value it had")
    assert field.get_attribute("aria-invalid") is None


def test_a_value_outside_the_training_data_is_said(toy_table: Notebook, toy_table_view: View) -> None:
    toy_table_view.type_value("age", "12")
    _assert_both_numbers(toy_table, toy_table_view, '{"age": 12}')
    assert "outside the training data" in toy_table_view.row(1).inner_text()


def test_a_model_that_fails_on_an_edit_is_said_and_the_next_one_is_answered(
    toy_table: Notebook, toy_table_view: View
) -> None:
    toy_table.ask("kept, predict.__code__ = predict.__code__, (lambda rows: 1 / 0).__code__")
    toy_table_view.type_value("age", "9")
    alert = toy_table_view.root.get_by_role("alert")
    alert.wait_for(timeout=15_000)
    assert "division by zero" in alert.inner_text()
    assert toy_table_view.number("data-expected") is not None
    assert toy_table_view.number("data-actual") is None
    toy_table.ask("predict.__code__ = kept")
    toy_table_view.type_value("age", "8")
    _assert_both_numbers(toy_table, toy_table_view, '{"age": 8}')
    eventually(lambda: alert.count() == 0, "the error to go with the next act")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(toy_table: Notebook, toy_table_view: View, theme: str) -> None:
    toy_table.use_theme(light=theme == "light")
    toy_table_view.type_value("age", "12")  # outside the training data, so that its warning is checked too
    toy_table_view.value("colour").select_option(label="blue")
    eventually(lambda: toy_table_view.number("data-actual") is not None, "the model's answer")
    assert_accessible(toy_table.page, "section.lime-widget")


def test_no_control_gives_its_keys_to_the_notebook(toy_table: Notebook, toy_table_view: View) -> None:
    cells = toy_table.cell_count()
    controls = toy_table_view.root.locator(CONTROLS)
    kinds: set[str] = set()
    for control in [one for one in controls.all() if one.is_enabled() and one.is_visible()]:
        control.focus()
        for key in ("b", "a", "d", "d", "x", "Escape", "b"):
            toy_table.page.keyboard.press(key)
        kinds.add(str(control.evaluate("one => one.type ?? one.tagName")))
    assert toy_table.cell_count() == cells
    assert {"number", "select-one", "search", "range", "button"} <= kinds


def test_tab_reaches_every_value_and_both_ways_back(toy_table: Notebook, toy_table_view: View) -> None:
    toy_table_view.type_value("age", "9")
    toy_table_view.root.get_by_label("Sort by", exact=True).focus()
    reached = []
    for _ in range(40):
        name = toy_table_view.root.evaluate(
            "root => { const at = document.activeElement; return at.labels?.[0]?.textContent || at.textContent; }"
        )
        reached.append(name)
        toy_table.page.keyboard.press("Tab")
    names = toy_table.ask_for("explainer.feature_names")
    assert [name for name in ("Search columns", "Undo", "Original values", *names) if name not in reached] == []
