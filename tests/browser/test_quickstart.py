"""The quickstart in a real JupyterLab, from its first cell to the saved notebook."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.lab import Lab, Notebook, running_lab
from tests.browser.view import View, eventually

pytestmark = pytest.mark.browser
SLIDERS = ("Kernel width", "Number of features")
LIVE = "exp.widget.explanation"


@pytest.fixture
def view(quickstart: Notebook) -> View:
    found = View.on(quickstart.page)
    found.reset()
    eventually(lambda: _agree(found.bars(), _python_bars(quickstart)), "Python to follow the reset")
    return found


def _python_bars(quickstart: Notebook) -> list[tuple[int, float]]:
    # Messages of widgets are handled in a thread of the kernel's own: one read of the explanation is always consistent.
    pairs = quickstart.ask_for(f"(lambda shown: shown.as_map()[shown.first_label])({LIVE})")
    return [(int(feature), float(weight)) for feature, weight in pairs]


def _agree(page: list[tuple[int, float]], python: list[tuple[int, float]]) -> bool:
    """Compare bars: the page has predictions in float32."""
    return [feature for feature, _ in page] == [feature for feature, _ in python] and all(
        abs(ours - theirs) < 1e-5 for (_, ours), (_, theirs) in zip(page, python, strict=True)
    )


def test_it_runs_without_an_error(quickstart: Notebook) -> None:
    assert quickstart.complaints() == []


def test_the_page_shows_what_python_fitted(quickstart: Notebook, view: View) -> None:
    assert _agree(view.bars(), _python_bars(quickstart))


@pytest.mark.parametrize("slider", SLIDERS)
def test_a_slider_moved_by_keyboard_changes_the_bars_with_the_kernel_out_of_reach(
    quickstart: Notebook, view: View, slider: str
) -> None:
    before, setting = view.bars(), view.setting(slider)
    with quickstart.kernel_out_of_reach():
        view.press(slider, "ArrowLeft", 4)
        after = view.bars_change(before)
    assert view.setting(slider) < setting
    eventually(lambda: _agree(after, _python_bars(quickstart)), "Python to follow the page")


@pytest.mark.parametrize("slider", SLIDERS)
def test_a_slider_dragged_by_mouse_changes_the_bars_with_the_kernel_out_of_reach(
    quickstart: Notebook, view: View, slider: str
) -> None:
    before, setting = view.bars(), view.setting(slider)
    with quickstart.kernel_out_of_reach():
        view.drag(slider, 0.03)
        after = view.bars_change(before)
    assert view.setting(slider) < setting
    eventually(lambda: _agree(after, _python_bars(quickstart)), "Python to follow the page")


def test_python_has_the_settings_the_reader_chose(quickstart: Notebook, view: View) -> None:
    view.press("Number of features", "Home", 1)
    view.press("Number of features", "ArrowRight", 2)
    eventually(lambda: len(view.bars()) == 3, "three bars")
    eventually(lambda: len(_python_bars(quickstart)) == 3, "Python to follow the page")
    words = quickstart.ask_for(f"[name for name, _ in {LIVE}.as_list(label=exp.widget.label)]")
    shown = [view.token(feature).text_content() for feature, _ in view.bars()]
    assert words == shown


def test_another_class_can_be_chosen(quickstart: Notebook, view: View) -> None:
    before = view.bars()
    chosen = view.root.get_by_label("Class", exact=True)
    now = chosen.input_value()
    other = next(value for value in chosen.locator("option").evaluate_all("os => os.map(o => o.value)") if value != now)
    chosen.select_option(other)
    after = view.bars_change(before)
    eventually(lambda: _agree(after, _python_bars(quickstart)), "Python to follow the page")


def test_a_token_struck_out_shows_expectation_and_answer(quickstart: Notebook, view: View) -> None:
    feature, weight = view.bars()[0]
    local_prediction = quickstart.ask_for(f"{LIVE}.local_pred[exp.widget.label]")
    view.token(feature).click()
    assert view.token(feature).get_attribute("aria-pressed") == "true"
    eventually(lambda: view.number("data-actual") is not None, "the model's answer")
    answer = quickstart.ask_for(
        f"model.predict_proba([exp.domain_mapper.indexed_string.inverse_removing([{feature}])])[0][exp.widget.label]"
    )
    assert view.number("data-expected") == pytest.approx(local_prediction - weight, abs=1e-5)
    assert view.number("data-actual") == pytest.approx(answer, abs=1e-5)


def test_samples_are_added(quickstart: Notebook, view: View) -> None:
    before, size = view.bars(), view.number("data-effective-sample-size")
    count = quickstart.ask_for(f"len({LIVE}.neighborhood.samples)")
    view.root.get_by_label("Samples", exact=True).fill(str(count + 400))
    view.button("Add samples").click()
    view.bars_change(before, "bars of more samples")
    assert (view.number("data-effective-sample-size") or 0) > (size or 0)
    eventually(lambda: quickstart.ask_for(f"len({LIVE}.neighborhood.samples)") > count, "more samples in Python")
    assert _agree(view.bars(), _python_bars(quickstart))


def test_the_exported_page_opens_alone_with_the_same_bars(
    view: View, open_file: Callable[..., Page], tmp_path: Path
) -> None:
    with view.page.expect_download() as download:
        view.button("Export HTML").click()
    assert download.value.suggested_filename.endswith(".html")
    target = tmp_path / "exported.html"
    download.value.save_as(target)
    assert View.on(open_file(target)).bars() == view.bars()


@pytest.fixture(scope="module")
def saved(quickstart: Notebook, lab: Lab) -> Path:
    quickstart.command("docmanager:save")
    path = lab.root / "quickstart.ipynb"
    eventually(lambda: any(cell.get("outputs") for cell in json.loads(path.read_text())["cells"]), "a saved notebook")
    return path


@pytest.mark.parametrize("trusted", [True, False])
def test_the_saved_notebook_reads_without_a_kernel(
    quickstart: Notebook, chromium: Browser, lab: Lab, saved: Path, tmp_path: Path, trusted: bool
) -> None:
    words = quickstart.ask_for("[name for name, _ in exp.as_list(label=exp.available_labels()[0])]")
    with running_lab(lab.folder if trusted else tmp_path, saved.parent, kernels=False) as elsewhere:
        context = chromium.new_context(viewport={"width": 1280, "height": 1000})
        notebook = Notebook.open(context.new_page(), elsewhere, saved.name)
        fallback = notebook.page.locator(".lime-fallback")
        fallback.wait_for(state="visible", timeout=20_000)
        said = fallback.inner_text()
        assert notebook.is_trusted() == trusted
        context.close()
    assert words
    assert [word for word in words if word not in said] == []
