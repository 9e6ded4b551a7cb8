"""Chromium, JupyterLab and explanations for the browser tests."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from scripts.chromium import OVERRIDE, find_chromium
from tests.browser.lab import Lab, Notebook, running_lab, write_notebook
from tests.browser.picture import close_panel
from tests.browser.view import View

ROOT = Path(__file__).parents[2]
FLAGS = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
TOY = """
import time
import numpy as np
from lime_widgets import LimeTextExplainer

WORDS = {"good": 0.25, "warm": 0.1, "dull": -0.2, "long": -0.05, "actors": 0.04, "plot": -0.03}
pause = 0.0

def predict(texts):
    time.sleep(pause * len(texts))
    score = np.array([0.5 + sum(WORDS.get(word, 0.0) for word in set(text.split())) for text in texts])
    return np.column_stack([1 - score, score])

text = "A good film with warm actors and a dull plot that is long but never cold"
explainer = LimeTextExplainer(class_names=["bad", "good"], random_state=0)
exp = explainer.explain_instance(text, predict, num_features=6, num_samples=500)
exp
"""
TOY_TABLE = """
import numpy as np
from lime_widgets import LimeTabularExplainer

random = np.random.default_rng(0)
table = random.uniform(0, 10, (400, 30)).round(2)
table[:, 0] = random.integers(0, 3, 400)
table[::7, 2] = np.nan

def predict(rows):
    income = np.nan_to_num(rows[:, 2], nan=-5.0)
    score = 0.3 + 0.2 * (rows[:, 0] == 1) + 0.02 * rows[:, 1] - 0.02 * income + 0.01 * rows[:, 29]
    return np.column_stack([1 - score, score])

explainer = LimeTabularExplainer(
    table,
    feature_names=["colour", "age", "income", *(f"measure {i}" for i in range(3, 30))],
    categorical_features=["colour"],
    categorical_names={0: ["red", "green", "blue"]},
    class_names=["no", "yes"],
    random_state=0,
)
exp = explainer.explain_instance(table[3], predict, num_features=5, num_samples=1000)
exp
"""
TOY_IMAGE = """
import time
import numpy as np
from lime_widgets import LimeImageExplainer
from lime_widgets.segmentation import SegmentationAlgorithm

rows, columns = np.indices((90, 120))
image = np.stack([rows * 2, columns * 2, np.full_like(rows, 60)], axis=2).astype(np.uint8)
image[15:45, 15:45] = 240, 120, 30
image[45:75, 75:105] = 40, 90, 220
pause = 0.0

def predict(images):
    time.sleep(pause * len(images))
    orange = 0.1 + 0.4 * images[:, 15:45, 15:45, 0].mean(axis=(1, 2)) / 255
    blue = 0.1 + 0.4 * images[:, 45:75, 75:105, 2].mean(axis=(1, 2)) / 255
    return np.column_stack([1 - orange - blue, orange, blue])

explainer = LimeImageExplainer(class_names=["neither", "orange", "blue"], random_state=0)
cells = SegmentationAlgorithm("grid", n_segments=12)
exp = explainer.explain_instance(image, predict, top_labels=3, num_samples=300, hide_color=0, segmentation_fn=cells)
exp
"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        pytest.fail(f"got no Chrome or Chromium, expected one; try `make test`, or set {OVERRIDE} to its path")
    with sync_playwright() as playwright:
        # Root cannot have the sandbox, nor can most containers; the pages are the tests' own.
        browser = playwright.chromium.launch(executable_path=path, chromium_sandbox=False, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    root = tmp_path_factory.mktemp("notebooks")
    for notebook in ("quickstart.ipynb", "tabular.ipynb", "image.ipynb"):
        shutil.copy(ROOT / "notebooks" / notebook, root)
    write_notebook(root / "toy.ipynb", TOY)
    write_notebook(root / "toy-table.ipynb", TOY_TABLE)
    write_notebook(root / "toy-image.ipynb", TOY_IMAGE)
    with running_lab(tmp_path_factory.mktemp("jupyter"), root) as server:
        yield server


def _open(chromium: Browser, lab: Lab, name: str) -> Iterator[Notebook]:
    context = chromium.new_context(viewport={"width": 1280, "height": 1000})
    notebook = Notebook.open(context.new_page(), lab, name)
    notebook.run_all()
    yield notebook
    context.close()


@pytest.fixture(scope="module")
def quickstart(chromium: Browser, lab: Lab) -> Iterator[Notebook]:
    """The quickstart, run in a real kernel."""
    yield from _open(chromium, lab, "quickstart.ipynb")


@pytest.fixture(scope="module")
def toy(chromium: Browser, lab: Lab) -> Iterator[Notebook]:
    """A small explanation of a model that takes no time."""
    yield from _open(chromium, lab, "toy.ipynb")


@pytest.fixture(scope="module")
def tabular(chromium: Browser, lab: Lab) -> Iterator[Notebook]:
    """The notebook of tables, run in a real kernel."""
    yield from _open(chromium, lab, "tabular.ipynb")


@pytest.fixture(scope="module")
def toy_table(chromium: Browser, lab: Lab) -> Iterator[Notebook]:
    """A small explanation of a row with thirty columns, one of them a category, one with missing values."""
    yield from _open(chromium, lab, "toy-table.ipynb")


@pytest.fixture(scope="module")
def image(chromium: Browser, lab: Lab) -> Iterator[Notebook]:
    """The notebook of images, run in a real kernel."""
    yield from _open(chromium, lab, "image.ipynb")


@pytest.fixture(scope="module")
def toy_image(chromium: Browser, lab: Lab) -> Iterator[Notebook]:
    """A small explanation of an image with two squares, one for each of two classes."""
    yield from _open(chromium, lab, "toy-image.ipynb")


@pytest.fixture
def toy_image_view(toy_image: Notebook) -> Iterator[View]:
    view = View.on(toy_image.page)
    yield view
    close_panel(view)
    view.reset()


@pytest.fixture
def toy_table_view(toy_table: Notebook) -> Iterator[View]:
    view = View.on(toy_table.page)
    yield view
    view.root.get_by_label("Search columns", exact=True).fill("")
    view.reset()


@pytest.fixture
def toy_view(toy: Notebook) -> Iterator[View]:
    view = View.on(toy.page)
    yield view
    view.reset()


@pytest.fixture
def open_file(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open a local page from file://, with every request but its own refused and counted as a failure."""
    contexts: list[BrowserContext] = []
    asked: list[str] = []

    def open_alone(path: Path, **options: object) -> Page:
        def refuse(route: Route) -> None:
            if route.request.url == path.as_uri():
                route.continue_()
                return
            asked.append(route.request.url)
            route.abort()

        context = chromium.new_context(viewport={"width": 1000, "height": 900}, **options)  # type: ignore[arg-type]  # passed through
        contexts.append(context)
        context.route("**/*", refuse)
        page = context.new_page()
        page.goto(path.as_uri())
        return page

    yield open_alone
    for context in contexts:
        context.close()
    assert asked == []
