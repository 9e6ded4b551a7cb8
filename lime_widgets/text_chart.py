"""An explanation as text, for terminals and logs."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lime_widgets.explanation import Explanation

_BAR_WIDTH = 16
_NAME_WIDTH = 24


def text_chart(explanation: Explanation, label: int) -> str:
    """Return the explanation of one label: the model's answer, the fit, a bar for each feature, and any doubt.

    Parameters
    ----------
    explanation : Explanation
        What to show.
    label : int
        A label that was explained.
    """
    fit = explanation.surrogate(label)
    probabilities, samples = explanation.predict_proba, explanation.neighborhood.n_samples
    predicted = int(probabilities.argmax())
    best = f"predicted class: {printable(explanation.class_names[predicted])}, {probabilities[predicted]:.3f}"
    names = [printable(name) for name, _ in explanation.as_list(label)]
    lines = [
        f"Explanation for class {printable(explanation.class_names[label])}",
        f"  model              {probabilities[label]:.3f}  ({best})",
        f"  local prediction   {fit.local_prediction:.3f}  (intercept {fit.intercept:.3f})",
        f"  fidelity           {fit.score:.3f}  ({fit.effective_sample_size:,.0f} effective of {samples:,} samples)",
        "",
        *_bars(names, list(fit.weights)),
        *[f"! {doubt}" for doubt in explanation.doubts(label)],
    ]
    return "\n".join(lines)


def _bars(names: list[str], weights: list[float]) -> list[str]:
    """Return one line for each weight, around a common axis."""
    largest = max(map(abs, weights), default=0.0) or 1.0
    width = max(map(_columns, names), default=0)
    return [
        _bar(name + " " * (width - _columns(name)), weight, abs(weight) / largest)
        for name, weight in zip(names, weights, strict=True)
    ]


def _bar(name: str, weight: float, share: float) -> str:
    """Return one line: name, weight, and a bar to the left or the right."""
    bar = "█" * round(share * _BAR_WIDTH)
    left, right = (bar, "") if weight < 0 else ("", bar)
    return f"  {name}  {weight:+.4f}  {left:>{_BAR_WIDTH}}│{right}"


def printable(text: str) -> str:
    """Return text that cannot move a terminal's cursor or break a line, cut to a column's width."""
    safe = "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)
    return safe if len(safe) <= _NAME_WIDTH else safe[: _NAME_WIDTH - 1] + "…"


def _columns(text: str) -> int:
    """Return how many columns a terminal needs for the text."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )
