"""Perturbed images: the pixels of every hidden superpixel replaced, a batch at a time, in memory that is used again."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

# So many numbers of an image, its replacement and what is composed of them stay in a processor's cache together.
_CHUNK = 16_384


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
        self._ids = ids.ravel()
        n_pixels = ids.size
        # As (planes, pixels, numbers of a pixel in one plane).
        shape = (-1, n_pixels, 1) if is_planar else (1, n_pixels, -1)
        self._shape = image.shape
        self._image, self._hidden = image.reshape(shape), hidden.reshape(shape)
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
        _, n_pixels, n_numbers = self._image.shape
        hides = ~masks
        step = max(1, _CHUNK // n_numbers)
        for start in range(0, n_pixels, step):
            part = slice(start, start + step)
            labels = np.repeat(self._ids[part], n_numbers)
            for image, hide in zip(images, hides, strict=True):
                self._compose_part(image, part, hide.take(labels))
        return batch

    def _compose_part(self, image: NDArray[Any], part: slice, hides: NDArray[np.bool_]) -> None:
        """Write some pixels of one image."""
        for plane, shown, hidden in zip(image, self._image, self._hidden, strict=True):
            composed = plane[part].reshape(-1)
            composed[:] = shown[part].reshape(-1)
            np.copyto(composed, hidden[part].reshape(-1), where=hides)

    def _buffer(self, n_images: int) -> NDArray[Any]:
        """Return memory for a batch: the last one's, if it is large enough and the model has not kept it."""
        last, self._batch = self._batch, None
        # Held by nobody else is what has no more references than something that was made here and now.
        unshared = object()
        if last is None or len(last) < n_images or sys.getrefcount(last) > sys.getrefcount(unshared):
            last = np.empty((n_images, *self._shape), dtype=self._image.dtype)
        self._batch = last
        return last[:n_images]

    def __getstate__(self) -> dict[str, Any]:
        """Leave the batch out."""
        return {**self.__dict__, "_batch": None}
