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
# Whiskers of a template's color are seen on bars that let its ground through a little.
_OPACITY = 0.8
# Names in figures: characters that fit, and the size of the font, by the figure's size in inches.
_PER_INCH, _FEWEST_CHARACTERS, _LONGEST_NAME = 8, 12, 48
_POINTS_PER_INCH, _SHARE_OF_HEIGHT, _ORDINARY_FONT, _SMALLEST_FONT = 72, 0.6, 10, 3
_BARS_OF_ORDINARY_HEIGHT, _PIXELS_AROUND_BARS, _PIXELS_PER_BAR = 14, 180, 22
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
    widths = shown_half_widths(explanation, label)
    # From below.
    names, weights = [name for name, _ in reversed(named)], [weight for _, weight in reversed(named)]
    widths = None if widths is None else widths[::-1]
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
    _name_bars(axes, names, figsize)
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
    names = [name for name, _ in explanation.named_weights(label)]
    weights = explanation.surrogate(label).weights
    widths = shown_half_widths(explanation, label)
    colours = common("palette")["light"]
    bars = graph_objects.Bar(
        x=weights,
        y=list(range(len(names))),
        orientation="h",
        marker_color=[colours[_sign(weight)] for weight in weights],
        marker_opacity=_OPACITY,
        marker_pattern={
            "shape": ["/" if is_pale else "" for is_pale in may_be_zero(weights, widths)],
            # Stripes of the bar's color on the ground, whatever that is.
            "fillmode": "replace",
            "solidity": 0.35,
            "size": 7,
        },
        # The template has the color, so that whiskers are seen in a light and in a dark one.
        error_x=None if widths is None else {"type": "data", "array": widths, "thickness": 1.2, "width": 3},
        # Names are the user's data, and plotly reads markup.
        customdata=[plotly_text(name) for name in names],
        hovertext=["" if widths is None else f" {plus_minus(width)}" for width in widths or weights],
        hovertemplate="%{customdata}<br>%{x:+.4g}%{hovertext}<extra></extra>",
    )
    figure = graph_objects.Figure(bars)
    shown = [plotly_text(shortened(name, _LONGEST_NAME)) for name in names]
    figure.update_yaxes(tickmode="array", tickvals=list(range(len(names))), ticktext=shown, autorange="reversed")
    figure.update_xaxes(zeroline=True, title=plotly_text(_weight_axis(explanation, widths)))
    figure.update_layout(title=plotly_text(figure_title(explanation, label)), template="plotly_white")
    if len(names) > _BARS_OF_ORDINARY_HEIGHT:
        figure.update_layout(height=_PIXELS_AROUND_BARS + _PIXELS_PER_BAR * len(names))
    return figure


def _name_bars(axes: Any, names: Sequence[str], figsize: tuple[float, float]) -> None:
    """Write the names beside the bars of a matplotlib figure, as large and as long as there is room for."""
    room = figsize[1] * _POINTS_PER_INCH * _SHARE_OF_HEIGHT / max(1, len(names))
    size = min(max(room, _SMALLEST_FONT), _ORDINARY_FONT)
    longest = max(_FEWEST_CHARACTERS, round(figsize[0] * _PER_INCH * _ORDINARY_FONT / size))
    # A dollar sign would start a formula.
    axes.set_yticks(range(len(names)), [shortened(name, longest).replace("$", r"\$") for name in names])
    if size < _ORDINARY_FONT:
        axes.tick_params(axis="y", labelsize=size)


def shortened(name: str, width: int) -> str:
    """Return a name without its middle, if it is longer than `width`: a column's threshold stands at the end."""
    if len(name) <= width:
        return name
    end = (width - 1) // 2
    return f"{name[: width - 1 - end]}…{name[-end:]}"


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
