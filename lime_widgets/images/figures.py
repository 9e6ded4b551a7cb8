"""Explanations of images as figures: the image under its weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lime_widgets.images.explanation import ImageExplanation
from lime_widgets.images.overlay import data_url
from lime_widgets.images.picture import as_rgb
from lime_widgets.plotting import figure_title, imported, plotly_text
from lime_widgets.strings import common

_OPACITY = 0.6
# Of the map that plotly carries number by number.
_LONGEST_SIDE = 240


def pyplot_image(explanation: ImageExplanation, label: int, figsize: tuple[float, float]) -> Any:
    """Return the image under the weights of a label, with a scale of their colors.

    Parameters
    ----------
    explanation : ImageExplanation
        What to draw.
    label : int
        A label that was explained.
    figsize : (float, float)
        Width and height in inches.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    pyplot, colors = imported("matplotlib.pyplot"), imported("matplotlib.colors")
    figure, axes = pyplot.subplots(figsize=figsize, layout="constrained")
    weights = _weight_map(explanation, label)
    limit = float(np.abs(weights).max()) or 1.0
    scale = colors.LinearSegmentedColormap.from_list("lime_widgets", _stops())
    axes.imshow(as_rgb(explanation.mapper.instance.picture))
    shown = axes.imshow(weights, cmap=scale, vmin=-limit, vmax=limit, alpha=np.abs(weights) / limit * _OPACITY)
    figure.colorbar(shown, ax=axes, label="weight", shrink=0.8)
    axes.set_axis_off()
    # A dollar sign would start a formula.
    axes.set_title(figure_title(explanation, label).replace("$", r"\$"))
    return figure


def plotly_image(explanation: ImageExplanation, label: int) -> Any:
    """Return the image under the weights of a label; pointing at a superpixel tells its weight.

    Parameters
    ----------
    explanation : ImageExplanation
        What to draw.
    label : int
        A label that was explained.

    Returns
    -------
    plotly.graph_objects.Figure
        The figure.

    Raises
    ------
    ImportError
        If plotly is not installed.
    """
    graph_objects = imported("plotly.graph_objects")
    mapper = explanation.mapper
    step = max(1, -(-max(mapper.instance.height, mapper.instance.width) // _LONGEST_SIDE))
    weights = _weight_map(explanation, label)[::step, ::step]
    limit = float(np.abs(weights).max()) or 1.0
    weighed = graph_objects.Heatmap(
        z=weights,
        x0=step / 2,
        y0=step / 2,
        dx=step,
        dy=step,
        zmin=-limit,
        zmax=limit,
        # Where there is no weight the image is seen as it is.
        colorscale=[(at, _translucent(color, abs(2 * at - 1))) for at, color in _stops()],
        colorbar_title="weight",
        customdata=explanation.segments[::step, ::step],
        hovertemplate="superpixel %{customdata}<br>%{z:+.4g}<extra></extra>",
    )
    figure = graph_objects.Figure(weighed)
    figure.add_layout_image(
        source=data_url(mapper.instance.picture),
        x=0,
        y=0,
        sizex=mapper.instance.width,
        sizey=mapper.instance.height,
        xref="x",
        yref="y",
        sizing="stretch",
        layer="below",
    )
    figure.update_xaxes(visible=False, range=[0, mapper.instance.width], constrain="domain")
    figure.update_yaxes(visible=False, range=[mapper.instance.height, 0], scaleanchor="x")
    figure.update_layout(title=plotly_text(figure_title(explanation, label)), template="plotly_white")
    return figure


def _weight_map(explanation: ImageExplanation, label: int) -> NDArray[np.float64]:
    """Return the weight of each pixel's superpixel, 0 where it has none."""
    fit, superpixels = explanation.surrogate(label), explanation.mapper.superpixels
    weights = np.zeros(superpixels.n_superpixels)
    weights[list(fit.features)] = fit.weights
    by_pixel: NDArray[np.float64] = weights[superpixels.ids]
    return by_pixel


def _translucent(color: str, strength: float) -> str:
    """Return a hexadecimal color as plotly writes one that lets the image through."""
    red, green, blue = (int(color[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {strength * _OPACITY:.2f})"


def _stops() -> list[tuple[float, str]]:
    """Return the colors from the least weight over none to the greatest."""
    palette = common("palette")["light"]
    return [(0.0, palette["negative"]), (0.5, "#ffffff"), (1.0, palette["positive"])]
