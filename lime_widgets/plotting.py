"""Explanations as figures; matplotlib is an extra, imported on use."""

from __future__ import annotations

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
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise ImportError("got no matplotlib, which figures need, try pip install 'lime_widgets[plot]'") from error
    names, weights = zip(*reversed(explanation.as_list(label, **kwargs)), strict=True)
    colours = common("palette")["light"]
    figure, axes = pyplot.subplots(figsize=figsize, layout="constrained")
    axes.barh(range(len(weights)), weights, color=[colours["positive" if w > 0 else "negative"] for w in weights])
    # A dollar sign would start a formula.
    axes.set_yticks(range(len(names)), [name.replace("$", r"\$") for name in names])
    axes.axvline(0, color="0.3", linewidth=0.8)
    axes.set_title("Local explanation for class " + explanation.class_names[label].replace("$", r"\$"))
    return figure
