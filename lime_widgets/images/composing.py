"""Perturbed images: the pixels of every hidden superpixel replaced, a batch at a time, in memory that is used again."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# So many numbers of an image, its replacement and what is composed of them stay in a processor's cache together.
_NUMBERS_IN_PART = 16_384


@dataclass(frozen=True, eq=False)
class Part:
    """Some consecutive pixels, as runs of one superpixel each: repeating few masks is faster than looking up many.

    Parameters
    ----------
    numbers : slice
        Which numbers of a plane they are.
    superpixels : ndarray of int, shape (n_runs,)
        The superpixel of each run.
    lengths : ndarray of int, shape (n_runs,)
        How many numbers each run has.
    """

    numbers: slice
    superpixels: NDArray[np.intp]
    lengths: NDArray[np.intp]


class Composer:
    """Composes perturbed images of one instance.

    Parameters
    ----------
    image, hidden : ndarray of shape (H, W), (H, W, C) or (C, H, W)
        The instance, and what it becomes where it is hidden; contiguous, of one dtype.
    ids : ndarray of int, shape (H, W)
        The superpixel of each pixel.
    is_planar : bool
        Whether the channels come first.
    """

    def __init__(
        self, image: NDArray[Any], hidden: NDArray[Any], ids: NDArray[np.intp], *, is_planar: bool = False
    ) -> None:
        n_planes, n_numbers = (image.size // ids.size, 1) if is_planar else (1, image.size // ids.size)
        self._shape = image.shape
        self._image, self._hidden = image.reshape(n_planes, -1), hidden.reshape(n_planes, -1)
        self._parts = _parts(ids.ravel(), n_numbers)
        self._batch: NDArray[Any] | None = None

    def compose(self, masks: NDArray[np.bool_]) -> NDArray[Any]:
        """Return an image for each mask.

        Parameters
        ----------
        masks : ndarray of bool, shape (n_images, n_superpixels)
            False where a superpixel is hidden.

        Returns
        -------
        ndarray of shape (n_images, ...) and the image's dtype
            Written over by the next call, unless somebody still holds it, or a view of it, by then.
        """
        batch = self._buffer(len(masks))
        images = batch.reshape(len(masks), *self._image.shape)
        hidden_superpixels = ~masks
        for part in self._parts:
            hides = np.repeat(hidden_superpixels.take(part.superpixels, axis=1), part.lengths, axis=1)
            for plane, (shown, hidden) in enumerate(zip(self._image, self._hidden, strict=True)):
                composed = images[:, plane, part.numbers]
                composed[:] = shown[part.numbers]
                np.copyto(composed, hidden[part.numbers], where=hides)
        return batch

    def _buffer(self, n_images: int) -> NDArray[Any]:
        """Return memory for a batch: the last one's, if it is large enough and the model has not kept it."""
        last, self._batch = self._batch, None
        # Held by nobody else is what has no more references than something that was made here and now.
        unshared = object()
        if last is None or len(last) < n_images or sys.getrefcount(last) > sys.getrefcount(unshared):
            last = np.empty((n_images, *self._shape), dtype=self._image.dtype)
        self._batch = last
        return last[:n_images]


def _parts(ids: NDArray[np.intp], n_numbers: int) -> list[Part]:
    """Return the runs of all pixels, each of `n_numbers` numbers, part by part."""
    step = max(1, _NUMBERS_IN_PART // n_numbers)
    return [_part(ids[start : start + step], start, n_numbers) for start in range(0, ids.size, step)]


def _part(ids: NDArray[np.intp], start: int, n_numbers: int) -> Part:
    """Return the runs of some pixels, the first of which is at `start`."""
    begins = np.flatnonzero(np.concatenate([[True], ids[1:] != ids[:-1]]))
    lengths = np.diff(begins, append=ids.size) * n_numbers
    return Part(slice(start * n_numbers, (start + ids.size) * n_numbers), ids[begins], lengths)
