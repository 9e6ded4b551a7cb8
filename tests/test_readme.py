"""The README is correct to the letter: its snippets run, its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_snippets_run_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for snippet in re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL):
        exec(compile(snippet, "README.md", "exec"), names)  # noqa: S102 - the README is this project's own
    assert (tmp_path / "explanation.html").stat().st_size > 10_000


def test_links_lead_somewhere() -> None:
    targets = re.findall(r"\]\(((?!https?:)[^)]+)\)", README) + re.findall(r'src(?:set)?="([^"]+)"', README)
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_commands_are_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for command in re.findall(r"make (demo|test|lab|bench)\b", README):
        assert f"\n{command}:" in makefile
