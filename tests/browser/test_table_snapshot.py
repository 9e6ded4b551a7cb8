"""The exported page of a table, opened from a file with every request refused: a classifier's and a regressor's."""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier

from lime_widgets import Explanation, LimeTabularExplainer
from tests.browser.agreement import matches_refit
from tests.browser.axe import assert_accessible
from tests.browser.view import View, eventually

pytestmark = pytest.mark.browser
OpenFile = Callable[..., Page]
ROW = 19
HOSTILE = "<img src=x onerror=window.hacked=1></script><script>window.hacked=1</script>'\"&<!--"


@dataclass(frozen=True)
class Exported:
    """An explanation, the page that it wrote, and values to put in the place of the row's."""

    explanation: Explanation
    path: Path
    values: dict[str | int, float]


def _classification(**options: Any) -> tuple[Explanation, dict[str | int, float]]:
    cancer = load_breast_cancer()
    model = RandomForestClassifier(20, random_state=0).fit(cancer.data, cancer.target)
    explainer = LimeTabularExplainer(
        cancer.data, feature_names=cancer.feature_names, class_names=cancer.target_names, random_state=0, **options
    )
    explanation = explainer.explain_instance(
        cancer.data[ROW], model.predict_proba, labels=(0,), num_features=6, num_samples=1_000
    )
    return explanation, {"worst area": 1200.5, "worst texture": 31.25}


def _regression() -> tuple[Explanation, dict[str | int, float]]:
    diabetes = load_diabetes(scaled=False)
    model = GradientBoostingRegressor(n_estimators=40, random_state=0).fit(diabetes.data, diabetes.target)
    explainer = LimeTabularExplainer(
        diabetes.data,
        mode="regression",
        feature_names=diabetes.feature_names,
        categorical_features=["sex"],
        random_state=0,
        target_name="progression",
        target_unit="points",
    )
    explanation = explainer.explain_instance(diabetes.data[ROW], model.predict, num_features=6, num_samples=1_000)
    return explanation, {"bmi": 34.5, "s5": 5.6}


MAKERS: dict[str, Callable[[], tuple[Explanation, dict[str | int, float]]]] = {
    "bins": _classification,
    "slopes": lambda: _classification(discretize_continuous=False, sample_around_instance=True),
    "regression": _regression,
}


@pytest.fixture(scope="module", params=MAKERS)
def exported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    explanation, values = MAKERS[request.param]()
    path = tmp_path_factory.mktemp("snapshot") / f"{request.param}.html"
    explanation.widget.save_snapshot(path)
    return Exported(explanation, path, values)


def _edit(view: View, values: dict[str | int, float]) -> None:
    for name, value in values.items():
        view.type_value(str(name), str(value))


def test_it_opens_with_pythons_bars(open_file: OpenFile, exported: Exported) -> None:
    view = View.on(open_file(exported.path))
    assert len(view.bars()) == 6
    assert matches_refit(view, exported.explanation)


@pytest.mark.parametrize("width_presses", [-30, 40])
def test_sliders_refit_as_python_does(open_file: OpenFile, exported: Exported, width_presses: int) -> None:
    view = View.on(open_file(exported.path))
    for slider, presses in (("Kernel width", width_presses), ("Number of features", 3)):
        before = view.bars()
        view.press(slider, "ArrowRight" if presses > 0 else "ArrowLeft", abs(presses))
        view.bars_change(before)
    eventually(lambda: matches_refit(view, exported.explanation), "the bars of Python's refit")


def test_an_edit_shows_what_the_surrogate_expects_and_that_the_model_is_absent(
    open_file: OpenFile, exported: Exported
) -> None:
    view = View.on(open_file(exported.path))
    _edit(view, exported.values)
    expected = exported.explanation.what_if(values=exported.values).expected
    eventually(lambda: view.number("data-expected") == pytest.approx(expected, rel=1e-4), "the expectation")
    assert view.root.locator("[data-actual]").get_attribute("data-actual") == ""
    assert "the model is not on this page" in view.root.locator(".lime-what-if").inner_text()
    assert view.button("Add samples").is_disabled()


def test_edits_are_undone_one_by_one_or_all_at_once(open_file: OpenFile, exported: Exported) -> None:
    view = View.on(open_file(exported.path))
    before = {name: view.value(str(name)).input_value() for name in exported.values}
    _edit(view, exported.values)
    eventually(lambda: len(view.edited()) == 2, "two edits")
    view.button("Undo").click()
    eventually(lambda: len(view.edited()) == 1, "one edit")
    _edit(view, exported.values)
    view.button("Original values").click()
    eventually(lambda: view.edited() == [], "no edit")
    assert {name: view.value(str(name)).input_value() for name in exported.values} == before
    assert view.number("data-expected") is None


def test_a_regressors_page_has_its_value_and_says_raises_and_lowers(open_file: OpenFile, tmp_path: Path) -> None:
    explanation, _ = _regression()
    explanation.widget.save_snapshot(tmp_path / "regression.html")
    view = View.on(open_file(tmp_path / "regression.html"))
    assert view.number("data-predicted-value") == pytest.approx(explanation.predicted_value, rel=1e-5)
    said = view.root.inner_text()
    assert [word for word in ("raises progression", "lowers progression", "points") if word not in said] == []
    assert view.root.get_by_label("Class", exact=True).count() == 0


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"discretizer": "decile"},
        {"within_bins": "observed"},
        {"discretize_continuous": False},
        {"discretize_continuous": False, "sample_around_instance": True},
    ],
    ids=str,
)
def test_no_value_of_another_training_row_is_in_the_page(options: dict[str, Any], tmp_path: Path) -> None:
    """The ends of each column's range are, but they say of no two columns that they belong together."""
    table = np.random.default_rng(0).uniform(0, 1, (200, 6))
    explainer = LimeTabularExplainer(table, mode="regression", random_state=0, **options)
    explanation = explainer.explain_instance(table[ROW], lambda rows: rows.sum(axis=1), num_samples=500)
    explanation.widget.save_snapshot(tmp_path / "private.html")
    page = (tmp_path / "private.html").read_text()
    others = np.delete(table, ROW, axis=0)
    shown = {*table.min(axis=0), *table.max(axis=0)}
    assert all(_as_text(value) in page for value in table[ROW])
    assert [value for value in others.ravel() if value not in shown and _as_text(value) in page] == []
    samples = _samples_of(page)
    if samples is not None:
        nearest = [float(np.abs(samples - row).max(axis=1).min()) for row in others]
        assert min(nearest) > 1e-3


def _as_text(value: float) -> str:
    """Write the digits that a number begins with, however many of them are shown."""
    return repr(float(value))[:10]


def _samples_of(page: str) -> NDArray[np.float64] | None:
    """Read the samples back as rows of the table; None where they say of each value only whether it is in its bin."""
    snapshot = re.search(r'id="lime-snapshot"[^>]*>(.*?)</script>', page, flags=re.DOTALL)
    assert snapshot
    saved = json.loads(snapshot[1])
    samples = saved["state"]["neighborhood"]["samples"]
    if samples["dtype"] == "bits":
        return None
    flat = np.frombuffer(base64.b64decode(saved["buffers"][samples["buffer"]]), samples["dtype"])
    means, deviations = np.array([column["scale"] for column in saved["state"]["instance"]["columns"]]).T
    read: NDArray[np.float64] = flat.reshape(samples["shape"]) * deviations + means
    return read


def test_its_policy_lets_nothing_in(exported: Exported) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy"\s+content="([^"]*)"', exported.path.read_text())
    assert policy
    assert policy[1].startswith("default-src 'none'")
    assert "unsafe" not in policy[1]


def test_it_reads_without_javascript(open_file: OpenFile, exported: Exported) -> None:
    said = open_file(exported.path, java_script_enabled=False).locator("body").inner_text()
    wanted = [name for name, _ in exported.explanation.as_list(label=0, values=True)]
    assert [name for name in wanted if name not in said] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_file: OpenFile, exported: Exported, scheme: str) -> None:
    page = open_file(exported.path, color_scheme=scheme)
    view = View.on(page)
    _edit(view, exported.values)
    eventually(lambda: len(view.edited()) == 2, "two edits")
    assert_accessible(page, "html")


def test_it_fits_a_narrow_screen(open_file: OpenFile, exported: Exported) -> None:
    page = open_file(exported.path)
    page.set_viewport_size({"width": 360, "height": 800})
    view = View.on(page)
    _edit(view, exported.values)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_hostile_columns_categories_and_units_are_text(open_file: OpenFile, tmp_path: Path) -> None:
    table = np.column_stack([np.arange(40) % 2, np.linspace(0, 1, 40)])
    explainer = LimeTabularExplainer(
        table,
        mode="regression",
        feature_names=[HOSTILE, f"number {HOSTILE}"],
        categorical_features=[0],
        categorical_names={0: [f"red {HOSTILE}", f"blue {HOSTILE}"]},
        target_name=f"target {HOSTILE}",
        target_unit=f"unit {HOSTILE}",
        random_state=0,
    )
    explanation = explainer.explain_instance(table[3], lambda rows: rows @ [1.0, 2.0], num_samples=100)
    explanation.widget.save_snapshot(tmp_path / "hostile.html")
    page = open_file(tmp_path / "hostile.html")
    view = View.on(page)
    view.value(HOSTILE).select_option(label=f"red {HOSTILE}")
    eventually(lambda: view.edited() == [0], "the edit")
    assert f"raises target {HOSTILE}" in view.root.inner_text()
    assert f"unit {HOSTILE}" in view.root.inner_text()
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src='x']").count() == 0
