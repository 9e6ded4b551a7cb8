"""What a reader sees and can do on one explanation, by the page's contract: live widget and snapshot alike."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from playwright.sync_api import Locator, Page

Bars = list[tuple[int, float]]
"""(feature, weight) in order of absolute weight."""

READ_BARS = "bars => bars.map(bar => [Number(bar.dataset.feature), Number(bar.dataset.weight)])"


def eventually(condition: Callable[[], bool], what: str, seconds: float = 15) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(0.03)


@dataclass(frozen=True)
class View:
    """One explanation on a page."""

    page: Page
    root: Locator

    @classmethod
    def on(cls, page: Page, place: int = 0, of: int = 1) -> View:
        """Find an explanation of a page that has so many of them, and bring it into sight."""
        found = page.locator("section.lime-widget")
        found.nth(of - 1).locator(".lime-bar").first.wait_for(state="attached", timeout=60_000)
        assert found.count() == of, f"got {found.count()} explanations, expected {of}"
        root = found.nth(place)
        root.scroll_into_view_if_needed()
        return cls(page, root)

    def bars(self) -> Bars:
        """Read the bars."""
        pairs = self.root.locator(".lime-bar").evaluate_all(READ_BARS)
        return [(int(feature), float(weight)) for feature, weight in pairs]

    def slider(self, name: str) -> Locator:
        """Find a slider by its label."""
        return self.root.get_by_role("slider", name=name, exact=True)

    def button(self, name: str) -> Locator:
        """Find a button by its text."""
        return self.root.get_by_role("button", name=name, exact=True)

    def setting(self, name: str) -> float:
        """Read the value that a slider announces."""
        text = self.slider(name).get_attribute("aria-valuetext") or ""
        return float(text.split()[0].replace(",", ""))

    def number(self, attribute: str) -> float | None:
        """Read a number of the contract, such as `data-expected`; None while it is empty or absent."""
        found = self.root.locator(f"[{attribute}]")
        text = found.first.get_attribute(attribute) if found.count() else None
        return float(text) if text else None

    def press(self, name: str, key: str, times: int) -> None:
        """Move a slider by the keyboard."""
        self.slider(name).focus()
        for _ in range(times):
            self.page.keyboard.press(key)

    def drag(self, name: str, share: float) -> None:
        """Move a slider by the mouse to a share of its length, from where its thumb is."""
        slider = self.slider(name)
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box is not None
        now = cast(float, slider.evaluate("s => (s.valueAsNumber - s.min) / (s.max - s.min)"))
        thumb = 16.0  # the thumb's middle travels over the length less its own width
        across = [box["x"] + thumb / 2 + at * (box["width"] - thumb) for at in (now, share)]
        middle = box["y"] + box["height"] / 2
        self.page.mouse.move(across[0], middle)
        self.page.mouse.down()
        self.page.mouse.move(across[1], middle, steps=5)
        self.page.mouse.up()

    def reset(self) -> None:
        """Put everything back to how it was first shown."""
        self.button("Reset").click()

    def bars_change(self, before: Bars, what: str = "other bars") -> Bars:
        """Wait for bars other than those before."""
        eventually(lambda: self.bars() != before, what)
        return self.bars()

    def token(self, feature: int) -> Locator:
        """Find the first occurrence of a feature in the text."""
        return self.root.locator(f'.lime-token[data-feature="{feature}"]').first

    def row(self, feature: int) -> Locator:
        """Find a column's row in the table of values."""
        return self.root.locator(f'.lime-feature[data-feature="{feature}"]')

    def rows(self) -> list[int]:
        """Read which columns the table of values shows, from top to bottom."""
        shown = "rows => rows.filter(row => row.checkVisibility()).map(row => Number(row.dataset.feature))"
        return cast(list[int], self.root.locator(".lime-feature").evaluate_all(shown))

    def value(self, name: str) -> Locator:
        """Find the control of a column's value by the column's name."""
        return self.root.get_by_label(name, exact=True).and_(self.root.locator(".lime-value"))

    def type_value(self, name: str, text: str) -> None:
        """Put another number or date in the place of a column's value, by the keyboard."""
        self.value(name).focus()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def edited(self) -> list[int]:
        """Read which columns are marked as edited."""
        marked = "rows => rows.map(row => Number(row.dataset.feature)).sort((a, b) => a - b)"
        return cast(list[int], self.root.locator('.lime-feature[data-edited="true"]').evaluate_all(marked))
