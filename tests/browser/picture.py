"""The picture of an explanation, by the page's contract: its superpixels, and other superpixels that it proposes."""

from __future__ import annotations

from typing import cast

from playwright.sync_api import Locator, expect

from tests.browser.view import View, eventually

# The middle of a superpixel's box may be another's: look for a point that a click would really find it at.
POINT_ON = """path => {
  const { left, top, width, height } = path.getBoundingClientRect();
  for (let step = 1; step < 400; step++) {
    const x = left + (width * ((step * 7) % 20 + 0.5)) / 20, y = top + (height * (Math.floor(step / 20) + 0.5)) / 20;
    if (document.elementFromPoint(x, y) === path) return [x, y];
  }
  return null;
}"""
SIGNS = "paths => paths.map(path => [Number(path.dataset.feature), path.dataset.sign])"


def superpixel(view: View, feature: int) -> Locator:
    """Find a superpixel in the first picture."""
    return view.root.locator(f'.lime-superpixel[data-feature="{feature}"]').first


def superpixel_count(view: View) -> int:
    """Count the superpixels of the first picture."""
    return view.root.locator(".lime-picture").first.locator(".lime-superpixel").count()


def click(view: View, feature: int) -> None:
    """Click a superpixel with the mouse, where it is."""
    path = superpixel(view, feature)
    path.scroll_into_view_if_needed()
    # JupyterLab covers everything for a moment while it changes its theme.
    eventually(lambda: path.evaluate(POINT_ON) is not None, f"a visible point of superpixel {feature}")
    view.page.mouse.click(*path.evaluate(POINT_ON))


def hidden(view: View) -> list[int]:
    """Read which superpixels of the first picture are hidden."""
    pressed = view.root.locator(".lime-picture").first.locator('.lime-superpixel[aria-pressed="true"]')
    numbers = pressed.evaluate_all("paths => paths.map(path => Number(path.dataset.feature)).sort((a, b) => a - b)")
    return cast(list[int], numbers)


def signs(view: View, place: int = 0) -> dict[int, str]:
    """Read what the overlay of a picture paints, by superpixel."""
    painted = view.root.locator(".lime-picture").nth(place).locator(".lime-superpixel[data-sign]")
    return {int(feature): str(sign) for feature, sign in painted.evaluate_all(SIGNS)}


def signs_of_bars(view: View) -> dict[int, str]:
    """Return what the overlay has to paint, by the bars."""
    return {feature: "positive" if weight > 0 else "negative" for feature, weight in view.bars() if weight}


def choose(view: View, control: str, option: str) -> None:
    """Choose an option of a select by its text."""
    view.root.get_by_label(control, exact=True).select_option(label=option)


def propose(view: View, algorithm: str) -> tuple[int, int]:
    """Ask for other superpixels, and read how many there would be and how many images would be asked about."""
    panel = view.root.locator("details.lime-segment")
    if panel.get_attribute("open") is None:
        panel.locator("summary").click()
        expect(view.root.locator("[data-proposed-segments]")).to_be_visible(timeout=15_000)
    choose(view, "Algorithm", algorithm)
    view.press("Number of segments", "ArrowRight", 3)
    expect(view.root.locator("[data-proposed-segments]")).to_be_hidden()
    expect(view.root.locator("[data-proposed-segments]")).to_be_visible(timeout=15_000)
    count, calls = view.number("data-proposed-segments"), view.number("data-proposed-calls")
    assert count is not None
    assert calls is not None
    return int(count), int(calls)


def close_panel(view: View) -> None:
    """Close the panel of other superpixels, which forgets what was proposed."""
    panel = view.root.locator("details.lime-segment")
    if panel.get_attribute("open") is not None:
        panel.locator("summary").click()


def explain_proposed(view: View, count: int) -> None:
    """Explain the superpixels that are proposed, and wait for them."""
    view.button("Explain these segments").click()
    eventually(lambda: superpixel_count(view) == count, f"{count} superpixels", seconds=60)
