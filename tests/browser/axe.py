"""axe-core on a part of a page."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from playwright.sync_api import Page

SOURCE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# The body of JupyterLab is 0 px high with its overflow hidden: axe would take all text for clipped and skip contrast.
# Nor is it sure of the background of rows that are scrolled halfway out of a list.
UNCLIP = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("body { overflow: visible !important } .lime-rows { max-height: none !important }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
RUN = """async (selector) => {
  const found = await window.axe.run(selector, { resultTypes: ["violations", "incomplete", "passes"] });
  const brief = (rules) => rules.flatMap((rule) => rule.nodes.map((node) => {
    const why = [...node.any, ...node.all].map((check) => check.message).join("; ");
    return `${rule.id}: ${why} at ${node.html.slice(0, 200)}`;
  }));
  return {
    violations: brief(found.violations),
    incomplete: brief(found.incomplete).filter((finding) => finding.startsWith("color-contrast:")),
    checked: [...found.passes, ...found.violations].map((rule) => rule.id),
  };
}"""


def assert_accessible(page: Page, selector: str) -> None:
    """Find no violation, with the contrast of colours really checked."""
    page.evaluate(SOURCE.read_text() + "\n;0")  # evaluated, not added as a script: a page's policy would refuse that
    page.evaluate(UNCLIP)
    found = cast(dict[str, list[str]], page.evaluate(RUN, selector))
    assert "color-contrast" in found["checked"], "got no check of contrast, expected one"
    doubtful = found["violations"] + found["incomplete"]
    assert not doubtful, "\n".join(doubtful)
