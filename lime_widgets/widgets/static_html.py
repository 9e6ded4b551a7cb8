"""An explanation where nothing runs: in a notebook without a kernel, on a web host, in a page without JavaScript."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection
from html import escape
from typing import NamedTuple

from lime_widgets.certainty import (
    block,
    certainty,
    figure_margins,
    how_drawn,
    may_be_zero,
    plus_minus,
    shown_half_widths,
)
from lime_widgets.explanation import Explanation
from lime_widgets.images.explanation import ImageExplanation
from lime_widgets.images.overlay import data_url, weighted
from lime_widgets.strings import common, say
from lime_widgets.tables.mapper import TableDomainMapper
from lime_widgets.text import TextDomainMapper
from lime_widgets.text_chart import answer_text, weight_texts


class Paint(NamedTuple):
    """How shading is written.

    Parameters
    ----------
    shade : callable
        The attribute of an element with a share, between -1 and 1, of the largest weight.
    bar : callable
        The attribute of a bar's cell: that of a weight, or of 0 for a bar without a sign.
    whole_text : str
        The attribute that keeps the text's own line breaks.
    """

    shade: Callable[[float], str]
    bar: Callable[[float], str]
    whole_text: str


_BAR_WIDTH = 20
_MINUS = "\u2212"
_SHADES = 5
_CLASSES_SHOWN = 6
_COLUMNS_SHOWN = 200
_LIKELY = 0.5
_STRONGEST_SHADE = 0.45
# What HTML cannot hold as it is: controls and lone surrogates.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def static_html(explanation: Explanation, label: int, paint: Paint, hidden: Collection[str] = ()) -> str:
    """Return the explanation of one label as HTML without script.

    Parameters
    ----------
    explanation : Explanation
        What to show.
    label : int
        A label that was explained.
    paint : Paint
        `INLINE` where style attributes work, `CLASSES` where a policy forbids them.
    hidden : collection of str
        Parts to leave out, as in a page: see ``docs/wire.md``.
    """
    return "\n".join(
        [
            *_answer(explanation, label, paint, hidden),
            *_image(explanation, label, hidden),
            _weights(explanation, label, paint),
            f"<p>{html_text(' '.join(certainty(explanation, label)))}</p>",
            f"<p>{_fidelity(explanation, label)}</p>",
            *[f"<p><strong>{say('warning')}:</strong> {html_text(doubt)}</p>" for doubt in explanation.doubts(label)],
            *[f"<p>{html_text(note)}</p>" for note in explanation.domain_mapper.notes],
            *_instance(explanation, label, paint, hidden),
        ]
    )


def html_text(text: str) -> str:
    """Return text that means nothing to HTML."""
    return escape(_UNPRINTABLE.sub("\ufffd", text))


def _answer(explanation: Explanation, label: int, paint: Paint, hidden: Collection[str]) -> list[str]:
    """Return what the model predicts, and beside what else."""
    if explanation.task.is_regression:
        return [] if "predicted_value" in hidden else [f"<p>{_value(explanation)}</p>"]
    if "predict_proba" in hidden:
        return []
    return [f"<p>{_predicted(explanation)}</p>", _probabilities(explanation, label, paint)]


def _value(explanation: Explanation) -> str:
    """Say what the regressor predicts, and the range of its answers."""
    show, unit = answer_text(explanation), explanation.task.unit
    predicted, low, high = (
        show(value).replace("-", _MINUS)
        for value in (explanation.predicted_value, explanation.min_value, explanation.max_value)
    )
    sentence = say("predicted_value", value=f"{predicted} {unit}".rstrip())
    return html_text(f"{sentence} {say('answer_range', low=low, high=high)}")


def _predicted(explanation: Explanation) -> str:
    """Say what the model predicts: a class, or of labels of their own those that are likelier than not."""
    best = int(explanation.answer.argmax())
    if explanation.mode == "multilabel" and explanation.answer[best] > _LIKELY:
        given = [
            f"{name} ({answer:.3f})"
            for name, answer in zip(explanation.output_names, explanation.answer, strict=True)
            if answer > _LIKELY
        ]
        return html_text(say("predicted_labels", labels=", ".join(given)))
    values = {"class": explanation.output_names[best], "probability": f"{explanation.answer[best]:.3f}"}
    key = "predicted_no_label" if explanation.mode == "multilabel" else "predicted"
    return html_text(say(key, **values))


def _probabilities(explanation: Explanation, label: int, paint: Paint) -> str:
    """Return the most probable classes and the explained one."""
    names, answer = explanation.output_names, explanation.answer
    best = (-answer).argsort(kind="stable")[:_CLASSES_SHOWN].tolist()
    rows = [
        _row(names[index], f"{answer[index]:.3f}", _bar(answer[index], paint.bar(0.0)))
        for index in dict.fromkeys([*best, label])
    ]
    return _table(say("probabilities"), rows)


def _weights(explanation: Explanation, label: int, paint: Paint) -> str:
    """Return a row with a bar for each feature."""
    names = [name for name, _ in explanation.named_weights(label)]
    weights, widths = explanation.surrogate(label).weights, shown_half_widths(explanation, label)
    largest = max(map(abs, weights), default=0.0) or 1.0
    margins = ["" if widths is None else plus_minus(width) for width in widths or weights]
    pale = may_be_zero(weights, widths)
    rows = [
        _row(
            name,
            f"{text} {margin}".rstrip(),
            _bar(abs(weight) / largest, paint.bar(weight), pale=is_pale),
            paint.shade(weight / largest),
        )
        for name, weight, text, margin, is_pale in zip(
            names, weights, weight_texts(list(weights)), margins, pale, strict=True
        )
    ]
    unit = f", {say('in_unit', unit=explanation.task.unit)}" if explanation.task.unit else ""
    name = explanation.output_names[explanation.output_of(label)]
    return _table(say("weights_of", **{"class": name}) + unit, rows)


def _table(caption: str, rows: list[str]) -> str:
    """Return a captioned table."""
    return (
        f'<table class="lime-static-table"><caption>{html_text(caption)}</caption>\n' + "\n".join(rows) + "\n</table>"
    )


def _row(name: str, value: str, bar: str, attribute: str = "") -> str:
    """Return a name, a number and a bar."""
    number = value.replace("-", _MINUS)
    return f'<tr><th scope="row"><bdi{attribute}>{html_text(name)}</bdi></th><td>{number}</td>{bar}</tr>'


def _cells(name: str, value: str) -> str:
    """Return a name and a value."""
    return f'<tr><th scope="row"><bdi>{html_text(name)}</bdi></th><td><bdi>{html_text(value)}</bdi></td></tr>'


def _bar(share: float, attribute: str, *, pale: bool = False) -> str:
    """Return a cell with a bar of characters, which needs no style to have a length."""
    length = max(0, round(min(1.0, float(share)) * _BAR_WIDTH))
    return f'<td aria-hidden="true"{attribute}>{block(pale) * length}</td>'


def _fidelity(explanation: Explanation, label: int) -> str:
    """Say how far to trust it, and how the samples were drawn."""
    fit = explanation.surrogate(label)
    samples = say(
        "effective_samples_of",
        count=f"{fit.effective_sample_size:,.0f}",
        total=f"{explanation.neighborhood.n_samples:,}",
    )
    design, estimator = how_drawn(explanation)
    of_local, of_score = figure_margins(explanation, label)
    figures = (
        ("sum_local_prediction", f"{answer_text(explanation)(fit.local_prediction)} {of_local}"),
        ("fidelity", f"{fit.score:.3f} {of_score}"),
        ("effective_samples", samples),
        ("design", design),
        ("estimator", estimator),
    )
    return html_text(" · ".join(f"{say(key)} {value}".rstrip() for key, value in figures))


def _instance(explanation: Explanation, label: int, paint: Paint, hidden: Collection[str]) -> list[str]:
    """Return the instance itself, as its domain shows it."""
    mapper = explanation.domain_mapper
    if isinstance(mapper, TextDomainMapper) and "text" not in hidden:
        return [_text(explanation, mapper, label, paint, even="opacity" in hidden)]
    if isinstance(mapper, TableDomainMapper) and "table" not in hidden:
        return [_values(mapper)]
    return []


def _image(explanation: Explanation, label: int, hidden: Collection[str]) -> list[str]:
    """Return an image with its weights laid over it: by their names alone nobody knows superpixels."""
    if not isinstance(explanation, ImageExplanation) or "image" in hidden:
        return []
    mapper, fit = explanation.mapper, explanation.surrogate(label)
    weights = zip(fit.features, fit.weights, strict=True)
    url = data_url(weighted(mapper.instance.picture, mapper.superpixels, weights))
    name = explanation.output_names[explanation.output_of(label)]
    return [f'<p><img src="{url}" alt="{html_text(say("static_image", **{"class": name}))}"></p>']


def _values(mapper: TableDomainMapper) -> str:
    """Return the row's columns with their values."""
    rows = [
        _cells(feature.column.name, feature.column.value_text(feature.value))
        for feature in mapper.features[:_COLUMNS_SHOWN]
    ]
    if mapper.n_features > _COLUMNS_SHOWN:
        rows.append(_cells(say("what_if_more", count=f"{mapper.n_features - _COLUMNS_SHOWN:,}"), ""))
    return _table(say("table"), rows)


def _text(explanation: Explanation, mapper: TextDomainMapper, label: int, paint: Paint, *, even: bool) -> str:
    """Return the text with its tokens shaded, by their weight or all alike."""
    fit = explanation.surrogate(label)
    largest = max(map(abs, fit.weights), default=0.0) or 1.0
    fitted = {feature: weight / largest for feature, weight in zip(fit.features, fit.weights, strict=True)}
    shares = {feature: math.copysign(1, share) for feature, share in fitted.items() if share} if even else fitted
    text = mapper.indexed_string
    pieces = [
        _piece(piece, paint.shade(shares.get(feature, 0.0)))
        for piece, feature in zip(text.pieces, text.piece_features.tolist(), strict=True)
    ]
    return f'<div dir="auto"{paint.whole_text}>{"".join(pieces)}</div>'


def _piece(piece: str, attribute: str) -> str:
    """Return a token or separator, shaded if it has a weight."""
    return f"<span{attribute}>{html_text(piece)}</span>" if attribute else html_text(piece)


def _rgb(colour: str) -> str:
    """Return the three numbers of a hexadecimal colour."""
    return ", ".join(str(int(colour[start : start + 2], 16)) for start in (1, 3, 5))


def _inline_shade(share: float) -> str:
    """Shade by a style attribute, translucent, so that it serves a light and a dark page alike."""
    colour = _rgb(common("palette")["light"][_sign(share)])
    return f' style="background-color: rgba({colour}, {abs(share) * _STRONGEST_SHADE:.2f})"' if share else ""


def _class_shade(share: float) -> str:
    """Shade by a class of the page's own style sheet, in steps."""
    step = round(abs(share) * _SHADES)
    return f' class="lime-static-{_sign(share)}-{step}"' if step else ""


def _inline_bar(weight: float) -> str:
    """Color a bar by a style attribute."""
    color = f"; color: rgb({_rgb(common('palette')['light'][_sign(weight)])})" if weight else ""
    return f' style="text-align: left{color}"'


def _class_bar(weight: float) -> str:
    """Color a bar by a class of the page's own style sheet."""
    return f' class="lime-static-{_sign(weight)}"' if weight else ""


def _sign(weight: float) -> str:
    """Return the palette's word for a weight."""
    return "positive" if weight > 0 else "negative"


INLINE = Paint(_inline_shade, _inline_bar, ' style="white-space: pre-wrap"')
"""For a notebook's output."""

CLASSES = Paint(_class_shade, _class_bar, ' class="lime-static-text"')
"""For a page with a style sheet and a policy of its own."""
