"""Explanations of every domain in one notebook, where one style sheet serves them all."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import TOY, TOY_IMAGE, TOY_TABLE
from tests.browser.lab import Lab, Notebook, write_notebook
from tests.browser.view import View, eventually

pytestmark = pytest.mark.browser
LOOKS = """root => [...root.querySelectorAll("*:not(svg *)")].map((element) => {
  const { display, gridTemplateAreas, padding, textAlign, fontWeight, backgroundColor } = getComputedStyle(element);
  const { width, height } = element.getBoundingClientRect();
  const styles = [display, gridTemplateAreas, padding, textAlign, fontWeight, backgroundColor];
  return [element.className, ...styles, width, height];
})"""
SHOW = {"text": TOY, "table": TOY_TABLE, "image": TOY_IMAGE}
ORDER = ["text", "table", "image"]


def _looks(view: View) -> list[Any]:
    """Read how every element is styled, but for what is drawn in pictures, once the page has come to rest."""
    looks: list[list[Any]] = [[]]

    def rests() -> bool:
        looks.append(view.root.evaluate(LOOKS))
        view.page.wait_for_timeout(300)
        return len(looks[-1]) > 0 and looks[-1] == looks[-2]

    eventually(rests, "the page to rest")
    return looks[-1]


@pytest.fixture(scope="module")
def together(chromium: Browser, lab: Lab) -> Iterator[Notebook]:
    """Open a notebook with a cell for each domain, of which none has run."""
    write_notebook(lab.root / "together.ipynb", *(SHOW[domain] for domain in ORDER))
    context = chromium.new_context(viewport={"width": 1280, "height": 1000})
    yield Notebook.open(context.new_page(), lab, "together.ipynb")
    context.close()


def test_each_keeps_its_looks_when_another_domain_joins_it(together: Notebook) -> None:
    seen: list[list[Any]] = []
    for shown in range(1, len(ORDER) + 1):
        together.run_next()
        seen.append(_looks(View.on(together.page, shown - 1, of=shown)))
    again = [_looks(View.on(together.page, place, of=len(ORDER))) for place in range(len(ORDER))]
    for domain, before, after in zip(ORDER, seen, again, strict=True):
        changed = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
        assert changed == [], f"the {domain} looks otherwise"


def test_a_widget_turned_to_another_domain_takes_nothing_from_the_others(together: Notebook) -> None:
    before = _looks(View.on(together.page, 0, of=3))
    together.ask(
        "from lime_widgets import LimeTextExplainer; "
        "exp.widget.explanation = LimeTextExplainer().explain_instance('so good', lambda t: [[0.4, 0.6]] * len(t))"
    )
    turned = View.on(together.page, 2, of=3)
    eventually(lambda: turned.root.locator(".lime-token").count() == 2, "the text in the image's place")
    assert _looks(View.on(together.page, 0, of=3)) == before
