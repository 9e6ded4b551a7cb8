"""A grid of near-square cells: the segmentation that does not look at the image."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine.checks import check_count

DEFAULT_SEGMENTS = 100


def grid(
    image: Any, n_segments: int | None = None, rows: int | None = None, columns: int | None = None
) -> NDArray[np.int64]:
    """Divide an image into cells of equal size, to a pixel.

    Parameters
    ----------
    image : array_like, shape (height, width) or (height, width, channels)
        Only its size matters.
    n_segments : int, optional
        About how many cells; as many rows and columns as make them nearest to squares. 100 if nothing is given.
    rows, columns : int, optional
        How many, instead of `n_segments`. One without the other makes near-square cells.

    Returns
    -------
    ndarray of int64, shape (height, width)
        The cell of each pixel, row by row from 0. No cell is empty: there are never more rows than pixels.

    Raises
    ------
    ValueError
        If a number is not whole or less than 1, there are more rows or columns than pixels, or `n_segments` comes
        with either.

    Examples
    --------
    >>> grid(np.zeros((3, 5)), rows=2, columns=2)
    array([[0, 0, 0, 1, 1],
           [0, 0, 0, 1, 1],
           [2, 2, 2, 3, 3]])
    """
    height, width = np.shape(image)[:2]
    down, across = _cells(height, width, n_segments, rows, columns)
    row, column = (np.arange(side) * count // side for side, count in ((height, down), (width, across)))
    cells: NDArray[np.int64] = (row[:, None] * across + column).astype(np.int64, copy=False)
    return cells


def near_square(height: int, width: int, n_segments: int) -> tuple[int, int]:
    """Return how many rows and columns make about so many near-square cells.

    Parameters
    ----------
    height, width : int
        The size of the image in pixels.
    n_segments : int
        The number wanted; what comes is nearest to it, but at most one cell for each pixel.

    Returns
    -------
    tuple of (int, int)
        Rows and columns.

    Examples
    --------
    >>> near_square(480, 640, 50)
    (6, 8)
    """
    rows = min(height, max(1, round((n_segments * height / width) ** 0.5)))
    columns = min(width, max(1, round(n_segments / rows)))
    return min(height, max(1, round(n_segments / columns))), columns


def _cells(height: int, width: int, n_segments: int | None, rows: int | None, columns: int | None) -> tuple[int, int]:
    """Return the number of rows and columns, from what was said of them."""
    if rows is None and columns is None:
        wanted = DEFAULT_SEGMENTS if n_segments is None else n_segments
        check_count("n_segments", wanted, DEFAULT_SEGMENTS)
        return near_square(height, width, int(wanted))
    if n_segments is not None:
        raise ValueError(
            f"got n_segments={n_segments} with rows={rows} and columns={columns}, expected one or the other, "
            "try rows and columns alone"
        )
    down = _checked_cells("rows", rows, height)
    across = _checked_cells("columns", columns, width)
    return down or _other(height, width, across), across or _other(width, height, down)


def _checked_cells(name: str, cells: int | None, pixels: int) -> int:
    """Return a number of rows or columns, 0 if nothing was said."""
    if cells is None:
        return 0
    check_count(name, cells, min(10, pixels))
    if cells > pixels:
        raise ValueError(f"got {name}={cells}, expected at most {pixels} as the image has pixels, try {name}={pixels}")
    return int(cells)


def _other(length: int, crossing: int, cells: int) -> int:
    """Return how many cells along a side make squares with those across."""
    return min(length, max(1, round(cells * length / crossing)))
