"""What an instance is called: its beginning, in one line."""

from __future__ import annotations

from textwrap import shorten

_CUT = "…"


def title_of(text: str, width: int) -> str:
    """Return the first words of a text, at most `width` characters; of a longer word its beginning."""
    line = " ".join(text.split())
    words = shorten(line, width, placeholder=f" {_CUT}")
    is_all_cut = words == _CUT != line
    return line[: width - 1] + _CUT if is_all_cut else words
