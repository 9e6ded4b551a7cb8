"""The progress bar: where it begins and ends, and that quick work shows none."""

from __future__ import annotations

import io
import time
from contextlib import redirect_stderr

import pytest

from lime_widgets import LimeTextExplainer
from lime_widgets.progress import progress_bar


def test_bar_knows_the_end_from_the_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lime_widgets.progress._PATIENCE", 0.0)
    shown = io.StringIO()
    with redirect_stderr(shown), progress_bar(True, 20, 80) as advance:
        assert advance is not None
        advance(40, 80)
    assert "asking the model:  25%" in shown.getvalue()
    assert "20/80" in shown.getvalue()


def test_slow_model_shows_a_bar_in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lime_widgets.progress._PATIENCE", 0.05)

    def slow(texts: list[str]) -> list[float]:
        time.sleep(0.03)
        return [0.5] * len(texts)

    shown = io.StringIO()
    with redirect_stderr(shown):
        LimeTextExplainer(random_state=0).explain_instance(
            "one two three four five", slow, num_samples=100, batch_size=4
        )
    assert "asking the model" in shown.getvalue()


@pytest.mark.parametrize("wanted", [True, False])
def test_quick_or_unwanted_work_shows_nothing(wanted: bool) -> None:
    shown = io.StringIO()
    with redirect_stderr(shown):
        LimeTextExplainer(random_state=0).explain_instance(
            "one two three", lambda texts: [0.5] * len(texts), progress_bar=wanted
        )
    assert shown.getvalue() == ""
