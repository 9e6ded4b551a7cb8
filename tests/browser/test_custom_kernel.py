"""An explanation that the page cannot compute: the kernel refits it, behind the same controls."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import TOY
from tests.browser.lab import Lab, Notebook, write_notebook
from tests.browser.view import View, eventually

pytestmark = pytest.mark.browser
CUSTOM = TOY.replace("random_state=0)", "random_state=0, kernel=lambda d, kernel_width: 1 / (1 + d / kernel_width))")


@pytest.fixture(scope="module")
def custom(chromium: Browser, lab: Lab) -> Iterator[Notebook]:
    write_notebook(lab.root / "custom.ipynb", CUSTOM)
    context = chromium.new_context(viewport={"width": 1280, "height": 1000})
    notebook = Notebook.open(context.new_page(), lab, "custom.ipynb")
    notebook.run_all()
    yield notebook
    context.close()


@pytest.mark.parametrize("slider", ["Kernel width", "Number of features"])
def test_a_slider_is_answered_by_the_kernel(custom: Notebook, slider: str) -> None:
    view = View.on(custom.page)
    before = view.bars()
    view.press(slider, "ArrowLeft", 3)
    eventually(lambda: len(view.bars()) > 0 and view.bars() != before, "the kernel's fit")

    def agrees() -> bool:
        python = custom.ask_for("exp.widget.explanation.as_map()[exp.widget.label]")
        page = view.bars()
        return [f for f, _ in page] == [f for f, _ in python] and np.allclose(
            [w for _, w in page], [w for _, w in python], rtol=0, atol=1e-9
        )

    eventually(agrees, "the page to show what Python fitted")


def test_in_the_exported_page_the_sliders_are_disabled_and_say_why(
    custom: Notebook, open_file: Callable[..., Page], tmp_path: Path
) -> None:
    view = View.on(custom.page)
    with custom.page.expect_download() as download:
        view.button("Export HTML").click()
    target = tmp_path / "exported.html"
    download.value.save_as(target)
    exported = View.on(open_file(target))
    assert len(exported.bars()) == len(view.bars())
    for name in ("Kernel width", "Number of features"):
        slider = exported.slider(name)
        assert slider.is_disabled()
        reason = exported.root.locator(f"#{slider.get_attribute('aria-describedby')}")
        assert "kernel" in reason.inner_text()
