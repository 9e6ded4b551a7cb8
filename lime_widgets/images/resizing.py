"""Images made smaller or larger for a segmentation, and its labels brought back to the image's size."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Label = TypeVar("Label", bound=np.integer[Any])


def resized(image: NDArray[Any], pixels: float) -> NDArray[Any]:
    """Return an image of about so many pixels: means over blocks where it shrinks, repeated pixels where it grows.

    Parameters
    ----------
    image : ndarray of numbers, shape (height, width) or (height, width, channels)
    pixels : float
        About how many pixels to make, as nearly of the same proportions as whole numbers allow.

    Returns
    -------
    ndarray of float32 or float64, shape (new height, new width) or (new height, new width, channels)

    Examples
    --------
    >>> resized(np.array([[0, 1, 2, 3], [0, 1, 2, 3]]), 2)
    array([[0.5, 2.5]])
    """
    factor = (pixels / (image.shape[0] * image.shape[1])) ** 0.5
    for axis in (0, 1):
        length = image.shape[axis]
        image = _resized_axis(image, axis, max(1, round(length * factor)))
    return image.astype(_mean_type(image), copy=False)


def blown_up(labels: NDArray[Label], height: int, width: int) -> NDArray[Label]:
    """Return a label map of another size: each pixel has the label of the place that is under its middle.

    Parameters
    ----------
    labels : ndarray of int, shape (other height, other width)
    height, width : int
        The size to make.

    Returns
    -------
    ndarray of int, shape (height, width)

    Examples
    --------
    >>> blown_up(np.array([[3, 5]]), 2, 4)
    array([[3, 3, 5, 5],
           [3, 3, 5, 5]])
    """
    rows, columns = _nearest(labels.shape[0], height), _nearest(labels.shape[1], width)
    larger: NDArray[Label] = labels[np.ix_(rows, columns)]
    return larger


def _resized_axis(image: NDArray[Any], axis: int, length: int) -> NDArray[Any]:
    """Return an image with one side of another length."""
    old = image.shape[axis]
    if length >= old:
        return image.take(_nearest(old, length), axis)
    starts = np.searchsorted(_nearest(length, old), np.arange(length))
    sums = np.add.reduceat(image, starts, axis, dtype=_mean_type(image))
    shape = [1] * image.ndim
    shape[axis] = length
    means: NDArray[Any] = sums / np.diff(starts, append=old).astype(sums.dtype).reshape(shape)
    return means


def _mean_type(image: NDArray[Any]) -> np.dtype[Any]:
    """Return float32 for images of small numbers, as a large image would else need eight times its memory."""
    return np.result_type(image.dtype, np.float32)


def _nearest(old: int, new: int) -> NDArray[np.intp]:
    """Return for each place of a new side the place of the old one that its middle is in."""
    return (2 * np.arange(new, dtype=np.intp) + 1) * old // (2 * new)
