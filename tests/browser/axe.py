"""axe-core on a part of a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from playwright.sync_api import Page

SOURCE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# The body of JupyterLab is 0 px high with its overflow hidden: axe would take all text for clipped and skip contrast.
UNCLIP = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("body { overflow: visible !important }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
RUN = """async (selector) => {
  const found = await window.axe.run(selector, { resultTypes: ["violations", "incomplete", "passes"] });
  const brief = (rules) => rules.map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.html).join(" | ")}`);
  return {
    violations: brief(found.violations),
    incomplete: brief(found.incomplete),
    checked: [...found.passes, ...found.violations].map((rule) => rule.id),
  };
}"""


def assert_accessible(page: Page, selector: str) -> None:
    """Find no violation, with the contrast of colours really checked."""
    page.evaluate(SOURCE.read_text() + "\n;0")  # evaluated, not added as a script: a page's policy would refuse that
    page.evaluate(UNCLIP)
    found = cast(dict[str, Any], page.evaluate(RUN, selector))
    assert found["violations"] == []
    assert "color-contrast" in found["checked"]
    assert [rule for rule in found["incomplete"] if rule.startswith("color-contrast")] == []
