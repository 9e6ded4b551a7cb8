"""What instances are called, in a line of a page's own."""

from __future__ import annotations

import pytest

from lime_widgets.titles import title_of


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("a fine day", "a fine day"),
        ("a fine\n\tday", "a fine day"),
        ("a fine day at sea", "a fine day …"),
        ("Donaudampfschifffahrt", "Donaudampfsc…"),
        ("今天天气很好，我们一起去海边散步", "今天天气很好，我们一起去…"),
        ("…", "…"),
        ("", ""),
    ],
)
def test_a_title_is_the_beginning_in_one_line(text: str, title: str) -> None:
    assert title_of(text, 13) == title
