"""Explanations as figures; matplotlib and plotly are extras, imported on use."""

from __future__ import annotations

from html import escape
from importlib import import_module
from typing import Any

from lime_widgets.explanation import Explanation
from lime_widgets.strings import common


def pyplot_figure(explanation: Explanation, label: int, figsize: tuple[float, float], **kwargs: Any) -> Any:
    """Return a horizontal bar chart of an explanation.

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
    names, weights = zip(*reversed(named), strict=True)
    colours = common("palette")["light"]
    figure, axes = pyplot.subplots(figsize=figsize, layout="constrained")
    axes.barh(range(len(weights)), weights, color=[colours["positive" if w > 0 else "negative"] for w in weights])
    # A dollar sign would start a formula.
    axes.set_yticks(range(len(names)), [name.replace("$", r"\$") for name in names])
    axes.axvline(0, color="0.3", linewidth=0.8)
    axes.set_title(figure_title(explanation, label).replace("$", r"\$"))
    return figure


def plotly_figure(explanation: Explanation, label: int) -> Any:
    """Return an interactive horizontal bar chart of an explanation.

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
    named = explanation.named_weights(label)
    colours = common("palette")["light"]
    bars = graph_objects.Bar(
        x=[weight for _, weight in named],
        y=list(range(len(named))),
        orientation="h",
        marker_color=[colours["positive" if weight > 0 else "negative"] for _, weight in named],
        # Names are the user's data, and plotly reads markup.
        customdata=[plotly_text(name) for name, _ in named],
        hovertemplate="%{customdata}<br>%{x:+.4g}<extra></extra>",
    )
    figure = graph_objects.Figure(bars)
    names = [plotly_text(name) for name, _ in named]
    figure.update_yaxes(tickmode="array", tickvals=list(range(len(named))), ticktext=names, autorange="reversed")
    figure.update_xaxes(zeroline=True, title=explanation.task.unit or "weight")
    figure.update_layout(title=plotly_text(figure_title(explanation, label)), template="plotly_white")
    return figure


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
