"""Explanations as figures; matplotlib and plotly are extras, imported on use."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib import import_module
from typing import Any

import numpy as np

from lime_widgets.certainty import may_be_zero, plus_minus, shown_half_widths
from lime_widgets.explanation import Explanation
from lime_widgets.strings import common, say

_PALE, _HATCH = 0.25, "////"
# Of red, green and blue (ITU-R BT.709).
_LUMINANCE = (0.2126, 0.7152, 0.0722)


def pyplot_figure(explanation: Explanation, label: int, figsize: tuple[float, float], **kwargs: Any) -> Any:
    """Return a horizontal bar chart of an explanation, with a whisker for each 95% interval.

    Where the interval holds 0, the bar is pale and hatched. There are no whiskers where weights are exact, or where the
    samples are too few to tell.

    Parameters
    ----------
    explanation : Explanation
        What to draw.
    label : int
        A label that was explained.
    figsize : (float, float)
        Width and height in inches.
    **kwargs : Any
        As for `Explanation.as_list`.

    Returns
    -------
    matplotlib.figure.Figure
        The figure; the largest weight is at the top.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    pyplot = imported("matplotlib.pyplot")
    named = explanation.as_list(label, **kwargs) if kwargs else explanation.named_weights(label)
    names, weights = [name for name, _ in named], [weight for _, weight in named]
    widths = shown_half_widths(explanation.uncertainty(label))
    ink, ground = pyplot.rcParams["text.color"], pyplot.rcParams["axes.facecolor"]
    colours = common("palette")["dark" if _is_dark(ground) else "light"]
    edges = [colours[_sign(weight)] for weight in weights]
    pale = may_be_zero(weights, widths)
    figure, axes = pyplot.subplots(figsize=figsize, layout="constrained")
    axes.barh(
        range(len(weights)),
        weights,
        color=[(colour, _PALE if is_pale else 1.0) for colour, is_pale in zip(edges, pale, strict=True)],
        edgecolor=edges,
        hatch=[_HATCH if is_pale else "" for is_pale in pale],
        linewidth=0,
        xerr=widths,
        error_kw={"ecolor": ink, "elinewidth": 1.0, "capsize": 2.5},
    )
    axes.invert_yaxis()
    # A dollar sign would start a formula.
    axes.set_yticks(range(len(names)), [name.replace("$", r"\$") for name in names])
    axes.axvline(0, color=ink, linewidth=0.8)
    axes.set_xlabel(_weight_axis(explanation, widths).replace("$", r"\$"))
    axes.set_title(figure_title(explanation, label).replace("$", r"\$"))
    return figure


def plotly_figure(explanation: Explanation, label: int) -> Any:
    """Return an interactive horizontal bar chart of an explanation, with a whisker for each 95% interval.

    Where the interval holds 0, the bar is hatched, as in `pyplot_figure`.

    Parameters
    ----------
    explanation : Explanation
        What to draw.
    label : int
        A label that was explained.

    Returns
    -------
    plotly.graph_objects.Figure
        The figure; the largest weight is at the top.

    Raises
    ------
    ImportError
        If plotly is not installed.
    """
    graph_objects = imported("plotly.graph_objects")
    names = [plotly_text(name) for name, _ in explanation.named_weights(label)]
    weights = explanation.surrogate(label).weights
    widths = shown_half_widths(explanation.uncertainty(label))
    colours = common("palette")["light"]
    bars = graph_objects.Bar(
        x=weights,
        y=list(range(len(names))),
        orientation="h",
        marker_color=[colours[_sign(weight)] for weight in weights],
        marker_pattern_shape=["/" if is_pale else "" for is_pale in may_be_zero(weights, widths)],
        # The template has the color, so that whiskers are seen in a light and in a dark one.
        error_x=None if widths is None else {"type": "data", "array": widths, "thickness": 1.2, "width": 3},
        # Names are the user's data, and plotly reads markup.
        customdata=[[name, margin] for name, margin in zip(names, _margins(widths, len(names)), strict=True)],
        hovertemplate="%{customdata[0]}<br>%{x:+.4g}%{customdata[1]}<extra></extra>",
    )
    figure = graph_objects.Figure(bars)
    figure.update_yaxes(tickmode="array", tickvals=list(range(len(names))), ticktext=names, autorange="reversed")
    figure.update_xaxes(zeroline=True, title=plotly_text(_weight_axis(explanation, widths)))
    figure.update_layout(title=plotly_text(figure_title(explanation, label)), template="plotly_white")
    return figure


def _margins(widths: Sequence[float] | None, n_weights: int) -> list[str]:
    """Return what to say after each weight, as " ± 0.012"."""
    return [""] * n_weights if widths is None else [f" {plus_minus(width)}".rstrip() for width in widths]


def _weight_axis(explanation: Explanation, widths: Sequence[float] | None) -> str:
    """Return the name of the axis of weights, and what its whiskers are if it has any."""
    name = explanation.task.unit or say("figure_weight")
    return name if widths is None else say("figure_with_intervals", name=name)


def _sign(weight: float) -> str:
    """Return the palette's word for a weight."""
    return "positive" if weight > 0 else "negative"


def _is_dark(colour: str) -> bool:
    """Tell whether figures are drawn on a dark ground."""
    from matplotlib.colors import to_rgb

    return float(np.dot(to_rgb(colour), _LUMINANCE)) < 0.5


def imported(module: str) -> Any:
    """Return a module of a library that draws, which is an extra.

    Raises
    ------
    ImportError
        If it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        library = module.partition(".")[0]
        raise ImportError(f"got no {library}, which figures need, try pip install 'lime_widgets[plot]'") from error


def figure_title(explanation: Explanation, label: int) -> str:
    """Return what the figure of a label shows."""
    kind = "" if explanation.task.is_regression else "class "
    return f"Local explanation for {kind}{explanation.output_names[explanation.output_of(label)]}"


def plotly_text(text: str) -> str:
    """Return text that plotly shows as it is: it reads a little HTML, and formulas between dollar signs."""
    return escape(text, quote=False).replace("$", "&#36;")
