"""Compact watershed from a grid of markers: superpixels that end at edges, as many as were asked for."""

from __future__ import annotations

import math
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine.checks import check_count
from lime_widgets.images.grid import grid, near_square

# ITU-R BT.709, as skimage.color.rgb2gray has it.
_LUMINANCE = np.array([0.2125, 0.7154, 0.0721])


def watershed(image: Any, n_segments: int = 100, compactness: float = 0.001) -> NDArray[np.int64]:
    """Divide an image along its edges, by flooding its gradient from markers on a grid.

    Parameters
    ----------
    image : ndarray, shape (height, width) or (height, width, channels)
        Of three channels the luminance counts, of others their mean; its range is scaled to 0 to 1, as slic does.
    n_segments : int
        About how many superpixels: one for each cell of `grid`, from where the gradient is lowest near its middle.
    compactness : float
        What a pixel of distance from the marker costs, in units of the gradient [1]_; 0 for the plain watershed.
        Higher makes the superpixels more regular.

    Returns
    -------
    ndarray of int64, shape (height, width)
        Labels from 1.

    Raises
    ------
    ValueError
        If the number is not whole or less than 1, or the compactness is negative or not finite.

    References
    ----------
    .. [1] P. Neubert, P. Protzel: Compact Watershed and Preemptive SLIC: On Improving Trade-offs of Superpixel
       Segmentation Algorithms. ICPR 2014.

    Examples
    --------
    >>> image = np.array([[0, 0, 2, 8, 9, 9, 9, 9]] * 2)
    >>> watershed(image, n_segments=2)
    array([[1, 1, 1, 2, 2, 2, 2, 2],
           [1, 1, 1, 2, 2, 2, 2, 2]])
    """
    filters, segmentation = (import_module(f"skimage.{name}") for name in ("filters", "segmentation"))
    check_count("n_segments", n_segments, 100)
    if not 0 <= compactness < math.inf:
        raise ValueError(f"got compactness={compactness!r}, expected 0 or more, try compactness=0.001")
    gradient = filters.sobel(_gray(np.asarray(image)))
    labels = segmentation.watershed(gradient, _markers(gradient, int(n_segments)), compactness=compactness)
    return np.asarray(labels, dtype=np.int64)


def _gray(image: NDArray[Any]) -> NDArray[np.float64]:
    """Return the brightness of an image, from 0 to 1."""
    gray = image.astype(np.float64)
    if gray.ndim == 3:
        gray = gray @ _LUMINANCE if gray.shape[2] == 3 else gray.mean(axis=2)
    gray -= gray.min()
    return gray / (gray.max() or 1.0)


def _markers(gradient: NDArray[np.float64], n_segments: int) -> NDArray[np.int64]:
    """Return one marker in each cell of a grid: where, in the middle third of its side, the gradient is lowest."""
    height, width = gradient.shape
    rows, columns = near_square(height, width, n_segments)
    cells = grid(gradient, rows=rows, columns=columns)
    central = _central(height, rows)[:, None] & _central(width, columns)
    ordered = np.lexsort((gradient.ravel(), ~central.ravel(), cells.ravel()))
    firsts = ordered[np.searchsorted(cells.ravel()[ordered], np.arange(rows * columns))]
    markers = np.zeros(height * width, dtype=np.int64)
    markers[firsts] = np.arange(1, rows * columns + 1)
    return markers.reshape(height, width)


def _central(length: int, cells: int) -> NDArray[np.bool_]:
    """Return which pixels of a side are in the middle third of their cells."""
    place = (np.arange(length) + 0.5) * cells / length % 1
    return np.abs(place - 0.5) <= 1 / 6
