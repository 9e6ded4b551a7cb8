"""An explanation as text, for terminals and logs."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

from lime_widgets.certainty import (
    block,
    certainty,
    figure_margins,
    how_drawn,
    may_be_zero,
    plus_minus,
    shown_half_widths,
)

if TYPE_CHECKING:
    from lime_widgets.explanation import Explanation

_BAR_WIDTH = 16
_NAME_WIDTH = 48
_NOTE_WIDTH = 240
_MOST_DECIMALS = 12
# More bars than fit a screen tell less, not more.
_MOST_BARS = 40
# Weights outside of these are written with an exponent.
_TINY, _HUGE = 0.001, 1e9


def text_chart(explanation: Explanation, label: int) -> str:
    """Return the explanation of one label: the model's answer, the fit, bars, how sure they are, and any doubt.

    Parameters
    ----------
    explanation : Explanation
        What to show.
    label : int
        A label that was explained.
    """
    fit = explanation.surrogate(label)
    names = [printable(name) for name, _ in explanation.named_weights(label)[:_MOST_BARS]]
    n_left_out = len(fit.weights) - len(names)
    lines = [
        *_figures(explanation, label),
        "",
        *_bars(names, list(fit.weights[:_MOST_BARS]), shown_half_widths(explanation, label)),
        *([f"  and {n_left_out:,} smaller"] if n_left_out else []),
        *[f"± {sentence}" for sentence in certainty(explanation, label)],
        *[f"! {doubt}" for doubt in explanation.doubts(label)],
        *[f"* {printable(note, _NOTE_WIDTH)}" for note in explanation.domain_mapper.notes],
    ]
    return "\n".join(lines)


def _figures(explanation: Explanation, label: int) -> list[str]:
    """Return the model's answer, the fit, and how the samples were drawn."""
    fit, samples, show = explanation.surrogate(label), explanation.neighborhood.n_samples, answer_text(explanation)
    kind = "" if explanation.task.is_regression else "class "
    figures = (show(fit.local_prediction), f"{fit.score:.3f}")
    local, fidelity = (
        f"{figure} {margin}".rstrip()
        for figure, margin in zip(figures, figure_margins(explanation, label), strict=True)
    )
    design, estimator = how_drawn(explanation)
    return [
        f"Explanation for {kind}{printable(explanation.output_names[explanation.output_of(label)])}",
        f"  model              {show(explanation.answer[explanation.output_of(label)])}  ({_context(explanation)})",
        f"  local prediction   {local}  (intercept {show(fit.intercept)})",
        f"  fidelity           {fidelity}  ({fit.effective_sample_size:,.0f} effective of {samples:,} samples)",
        f"  design             {design}  ({estimator})",
    ]


def _context(explanation: Explanation) -> str:
    """Return what the model's answer is to be compared with: the other classes, or the range of its answers."""
    if explanation.task.is_regression:
        show = answer_text(explanation)
        unit = f", in {printable(explanation.task.unit)}" if explanation.task.unit else ""
        return f"{show(explanation.min_value)} to {show(explanation.max_value)} among the samples{unit}"
    best = int(explanation.answer.argmax())
    if explanation.mode == "multilabel":
        return f"likeliest label: {printable(explanation.output_names[best])}, {explanation.answer[best]:.3f}"
    return f"predicted class: {printable(explanation.output_names[best])}, {explanation.answer[best]:.3f}"


def answer_text(explanation: Explanation) -> Callable[[float], str]:
    """Return the function that writes an answer: a probability to three decimals, a value to about five digits."""
    decimals = 3
    if explanation.task.is_regression:
        largest = max(abs(explanation.min_value), abs(explanation.max_value), 1e-300)
        decimals = max(0, 4 - math.floor(math.log10(largest)))
    return lambda answer: f"{answer:,.{decimals}f}" if decimals <= _MOST_DECIMALS else f"{answer:.4g}"


def _bars(names: list[str], weights: list[float], widths: list[float] | None) -> list[str]:
    """Return one line for each weight, around a common axis; `widths` may go on beyond those shown."""
    largest = max(map(abs, weights), default=0.0) or 1.0
    numbers = weight_texts(weights)
    widths = None if widths is None else widths[: len(weights)]
    margins = ["" if widths is None else f" {plus_minus(width)}" for width in widths or weights]
    digits, room = max(map(len, numbers), default=0), max(map(len, margins), default=0)
    columns = max(map(_columns, names), default=0)
    pale = may_be_zero(weights, widths)
    return [
        _bar(
            f"{name}{' ' * (columns - _columns(name))}  {number:>{digits}}{margin:<{room}}",
            weight,
            block(is_pale) * round(abs(weight) / largest * _BAR_WIDTH),
        )
        for name, weight, number, margin, is_pale in zip(names, weights, numbers, margins, pale, strict=True)
    ]


def weight_texts(weights: list[float]) -> list[str]:
    """Return the weights with as many decimals as tell them apart: four, or for large ones about four digits."""
    largest = max(map(abs, weights), default=0.0)
    if largest and not _TINY <= largest < _HUGE:
        return [f"{weight:+.4g}" for weight in weights]
    decimals = 4 if largest < 10 else max(0, 3 - math.floor(math.log10(largest)))
    return [f"{weight:+,.{decimals}f}" for weight in weights]


def _bar(name: str, weight: float, bar: str) -> str:
    """Return one line: name and weight, and a bar to the left or the right."""
    left, right = (bar, "") if weight < 0 else ("", bar)
    return f"  {name}  {left:>{_BAR_WIDTH}}│{right}"


def printable(text: str, width: int = _NAME_WIDTH) -> str:
    """Return text that cannot move a terminal's cursor or break a line, cut to a column's width."""
    safe = "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)
    return safe if len(safe) <= width else safe[: width - 1] + "…"


def _columns(text: str) -> int:
    """Return how many columns a terminal needs for the text."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )
