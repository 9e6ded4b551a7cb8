"""The superpixels of an image: which pixel belongs to which, and what they are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lime_widgets.images.runs import decode_runs, encode_runs


@dataclass(frozen=True, eq=False)
class Superpixels:
    """A label map that was checked, with its labels also counted from 0; see `from_labels`.

    Attributes
    ----------
    labels : ndarray of int64, shape (height, width)
        The label of each pixel, as the segmentation gave it.
    ids : ndarray of intp, shape (height, width)
        The superpixel of each pixel, from 0 to `n_superpixels` - 1 in order of rising label. Read-only.
    values : list of int
        The label of each superpixel: ``labels == values[f]`` where ``ids == f``.

    Examples
    --------
    >>> superpixels = Superpixels.from_labels([[7, 7, 2], [7, 2, 2]], height=2, width=3)
    >>> superpixels.ids
    array([[1, 1, 0],
           [1, 0, 0]])
    >>> superpixels.names
    ['superpixel 2', 'superpixel 7']
    >>> superpixels.areas
    array([3, 3])
    """

    labels: NDArray[np.int64]
    ids: NDArray[np.intp]
    values: list[int]

    @classmethod
    def from_labels(cls, labels: Any, height: int, width: int) -> Superpixels:
        """Check a label map, and count its superpixels.

        Parameters
        ----------
        labels : array of integers, truth values or whole floats, shape (height, width)
            The label of each pixel, as any segmentation gives it: not necessarily from 0, nor without gaps. Copied.
        height, width : int
            The size of the image in pixels.

        Returns
        -------
        Superpixels

        Raises
        ------
        ValueError
            If it is of another shape, or a label is not a whole number.
        """
        checked = _whole_labels(_shaped_labels(labels, height, width))
        ids, values = _counted(checked)
        ids.flags.writeable = checked.flags.writeable = False
        return cls(checked, ids, values)

    @classmethod
    def from_runs(cls, runs: bytes, height: int, width: int, values: Sequence[int]) -> Superpixels:
        """Return the map whose `ids` are stored as runs; see `decode_runs`, which raises what is wrong with them.

        Parameters
        ----------
        runs : bytes
            What `encode_runs` wrote.
        height, width : int
            The size of the image in pixels.
        values : sequence of int
            The label of each superpixel.
        """
        return cls.from_labels(np.array(values)[decode_runs(runs, height, width, len(values))], height, width)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle it as runs, which are a hundredth of two numbers for each pixel."""
        return Superpixels.from_runs, (encode_runs(self.ids), *self.ids.shape, self.values)

    @property
    def n_superpixels(self) -> int:
        """How many superpixels there are, at least one."""
        return len(self.values)

    @property
    def names(self) -> list[str]:
        """What each superpixel is called, after its label, as lime numbers them."""
        return [f"superpixel {value}" for value in self.values]

    @cached_property
    def areas(self) -> NDArray[np.intp]:
        """The number of pixels of each superpixel, shape (n_superpixels,)."""
        return np.bincount(self.ids.ravel(), minlength=self.n_superpixels)

    def reduced(self, factor: int) -> NDArray[np.intp]:
        """Return the ids of a smaller map: of each block of pixels the one in its middle.

        Parameters
        ----------
        factor : int
            The side of a block, 1 or more; the last row and column of blocks may be smaller.

        Returns
        -------
        ndarray of intp, shape (ceil(height / factor), ceil(width / factor))
            The size that ``PIL.Image.reduce`` gives. A superpixel smaller than a block may have no pixel in it.

        Raises
        ------
        ValueError
            If the factor is less than 1.

        Examples
        --------
        >>> Superpixels.from_labels([[0, 1, 1, 2, 2]], 1, 5).reduced(2)
        array([[1, 2, 2]])
        """
        if factor < 1:
            raise ValueError(f"got a factor of {factor}, expected 1 or more, try 2 for half the width and height")
        rows, columns = (_middles(length, factor) for length in self.ids.shape)
        smaller: NDArray[np.intp] = self.ids[np.ix_(rows, columns)]
        return smaller

    def outlines(self) -> NDArray[np.bool_]:
        """Return which pixels are at a border, shape (height, width): the one to the right or below is of another.

        Examples
        --------
        >>> Superpixels.from_labels([[0, 0, 1], [0, 0, 1]], 2, 3).outlines()
        array([[False,  True, False],
               [False,  True, False]])
        """
        return borders(self.ids)


def borders(ids: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return which pixels of a map of superpixels are at a border, see `Superpixels.outlines`."""
    border = np.zeros(ids.shape, dtype=np.bool_)
    border[:, :-1] |= ids[:, :-1] != ids[:, 1:]
    border[:-1] |= ids[:-1] != ids[1:]
    return border


def _shaped_labels(labels: Any, height: int, width: int) -> NDArray[Any]:
    """Return a label map as an array of the image's size."""
    if isinstance(labels, tuple) and labels and getattr(labels[0], "ndim", 0) == 2:
        raise ValueError(
            f"got a tuple of {len(labels)} for a label map, expected an array of {height} x {width}, try its first item"
        )
    try:
        array = np.asarray(labels)
    except ValueError:
        raise ValueError(
            f"got a label map of rows of different lengths, expected {height} x {width} as the image has, "
            f"try np.zeros(({height}, {width}), dtype=int) to begin with"
        ) from None
    if array.shape != (height, width):
        shown = " x ".join(map(str, array.shape)) if array.ndim else f"{type(labels).__name__}"
        remedy = _remedy(array, height, width)
        raise ValueError(f"got a label map of {shown}, expected {height} x {width} as the image has, try {remedy}")
    if not array.size:
        raise ValueError(f"got a label map of {height} x {width}, expected one pixel or more, try another image")
    return array


def _remedy(array: NDArray[Any], height: int, width: int) -> str:
    """Return what to try for a label map of another shape than the image's."""
    if array.shape == (width, height):
        return "labels.T"
    if array.shape == (height, width, 1):
        return "labels[:, :, 0]"
    if array.shape == (1, height, width):
        return "labels[0]"
    if array.ndim == 2 and array.size:
        return f"skimage.transform.resize(labels, ({height}, {width}), order=0, preserve_range=True)"
    return f"one label for each pixel, as SegmentationAlgorithm('grid')(image) has, of shape ({height}, {width})"


def _whole_labels(array: NDArray[Any]) -> NDArray[np.int64]:
    """Return a copy of whole numbers of any type."""
    if array.dtype.kind not in "biuf":
        raise ValueError(
            f"got a label map of dtype {array.dtype}, expected whole numbers, "
            "try np.unique(labels, return_inverse=True)[1]"
        )
    if array.dtype.kind == "f" and not (np.isfinite(array).all() and (array == np.trunc(array)).all()):
        bad = array[~np.isfinite(array) | (array != np.trunc(array))][0]
        raise ValueError(f"got {bad} in a label map, expected whole numbers, try np.nan_to_num(labels).astype(int)")
    least, greatest = int(array.min()), int(array.max())
    if not -(2**63) <= least <= greatest < 2**63:
        raise ValueError(
            f"got labels from {least} to {greatest}, expected less than 2 ** 63, "
            "try np.unique(labels, return_inverse=True)[1]"
        )
    return array.astype(np.int64)


def _counted(labels: NDArray[np.int64]) -> tuple[NDArray[np.intp], list[int]]:
    """Return the labels counted from 0 in rising order, and what they were."""
    least, span = int(labels.min()), int(labels.max()) - int(labels.min())
    if span > 4 * labels.size:
        found, ids = np.unique(labels, return_inverse=True)
        return ids.reshape(labels.shape).astype(np.intp, copy=False), found.tolist()
    # Labels close together, as they mostly are, need no sorting.
    offsets = labels - least
    present = np.zeros(span + 1, dtype=np.bool_)
    present[offsets] = True
    places = np.cumsum(present, dtype=np.intp) - 1
    return places[offsets], (np.flatnonzero(present) + least).tolist()


def _middles(length: int, factor: int) -> NDArray[np.intp]:
    """Return the place in the middle of each block of a row."""
    starts = np.arange(0, length, factor)
    return (starts + np.minimum(starts + factor, length)) // 2
