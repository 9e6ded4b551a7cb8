"""How an image of any numbers is shown: as colors, as files that a browser reads, and with weights drawn over it."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""Shape (H, W, 1), (H, W, 3) or (H, W, 4): grays, RGB or RGBA."""

_WHITE = 255
# A page has room for files of so many bytes; larger ones lose what the eye does not miss.
_LARGEST = 500_000
_QUALITIES = (95, 80, 60)
# Pages reduce what has more pixels than a screen shows: they are slow to outline.
_MOST_PIXELS = 1_024 * 1_024


@dataclass(frozen=True)
class Tones:
    """The straight lines that lead from an image's numbers to colors, one for each channel shown.

    Parameters
    ----------
    slopes, intercepts : tuple of float
        color = intercept + slope x number, colors from 0 to 255.
    """

    slopes: tuple[float, ...]
    intercepts: tuple[float, ...]

    @classmethod
    def of(cls, image: NDArray[Any]) -> Tones:
        """Return how an image is shown, going by its dtype and the range of its numbers.

        Parameters
        ----------
        image : ndarray of shape (H, W, C)
            Bytes are shown as they are; of other numbers those from 0 to 1, from 0 to 255 or from -1 to 1 as is usual
            for them, and else from the least to the greatest.
        """
        low, high = _range(image[..., : n_shown(image.shape[2])])
        slope = _WHITE / (high - low) if high > low else 1.0
        n_channels = n_shown(image.shape[2])
        return cls((slope,) * n_channels, (-low * slope,) * n_channels)

    @classmethod
    def between(cls, image: NDArray[Any], picture: Picture) -> Tones:
        """Return the lines by which an image was made of a picture, by least squares in each channel."""
        lines = [
            _line(image[..., min(channel, image.shape[2] - 1)], picture[..., channel])
            for channel in range(picture.shape[2])
        ]
        return cls(tuple(slope for slope, _ in lines), tuple(intercept for _, intercept in lines))

    def picture(self, image: NDArray[Any]) -> Picture:
        """Return an image as it is shown, shape (H, W, number of slopes)."""
        n_channels = len(self.slopes)
        channels = np.minimum(np.arange(n_channels), image.shape[2] - 1)
        values = image[..., channels]
        if image.dtype == np.uint8 and set(self.slopes) == {1.0} and not any(self.intercepts):
            return np.ascontiguousarray(values)
        colors = values.astype(np.float64) * self.slopes + self.intercepts
        return np.rint(np.clip(colors, 0, _WHITE)).astype(np.uint8)


def n_shown(n_channels: int) -> int:
    """Return how many channels of an image are shown: of many the first three, of two the first."""
    return {1: 1, 2: 1, 3: 3, 4: 4}.get(n_channels, 3)


def _range(image: NDArray[Any]) -> tuple[float, float]:
    """Return the numbers that are shown black and white."""
    if image.dtype == np.uint8:
        return 0.0, float(_WHITE)
    low, high = float(image.min()), float(image.max())
    for least, greatest in ((0.0, 1.0), (0.0, float(_WHITE)), (-1.0, 1.0)):
        if least <= low and high <= greatest:
            return least, greatest
    return low, high


def _line(numbers: NDArray[Any], colors: NDArray[np.uint8]) -> tuple[float, float]:
    """Return slope and intercept of colors over numbers."""
    x, y = numbers.astype(np.float64), colors.astype(np.float64)
    centered = x - x.mean()
    spread = float((centered**2).sum())
    slope = float((centered * y).sum()) / spread if spread > 0 else 0.0
    return slope, float(y.mean()) - slope * float(x.mean())


def check_picture(picture: Any, height: int, width: int) -> Picture:
    """Return a picture that a user gave, as bytes of 1, 3 or 4 channels.

    Raises
    ------
    ValueError
        If it is not one of the image's size.
    """
    array: NDArray[Any] = np.asarray(picture)
    array = array[..., None] if array.ndim == 2 else array
    if (
        array.dtype != np.uint8
        or array.ndim != 3
        or array.shape[:2] != (height, width)
        or array.shape[2] not in (1, 3, 4)
    ):
        raise ValueError(
            f"got a picture of shape {array.shape} and dtype {array.dtype}, expected uint8 of shape "
            f"({height}, {width}, 3), try the photograph as it was before it was made ready for the model"
        )
    return np.ascontiguousarray(array)


def reduction(height: int, width: int) -> int:
    """Return the whole factor by which pages show an image smaller; 1 if it fits."""
    return max(1, math.ceil(math.sqrt(height * width / _MOST_PIXELS)))


def pillow() -> Any:
    """Return Pillow, which makes files of pictures.

    Raises
    ------
    ImportError
        If it is not installed.
    """
    try:
        import PIL.features
        import PIL.Image
    except ImportError as error:
        raise ImportError("got no Pillow, which pictures need, try pip install 'lime-widgets[image]'") from error
    return PIL


def encode_picture(
    picture: Picture, factor: int = 1, largest: int = _LARGEST, qualities: Sequence[int] = _QUALITIES
) -> tuple[bytes, str]:
    """Return a picture as a file, and its media type: lossless, unless that is too large.

    Parameters
    ----------
    picture : ndarray of uint8, shape (H, W, 1), (H, W, 3) or (H, W, 4)
        The picture.
    factor : int
        How many times smaller.
    largest : int
        Bytes beyond which it becomes a JPEG; with transparency, which a JPEG has not, it never does.
    qualities : sequence of int
        Of the JPEG, tried in turn until it is not too large.
    """
    pil = pillow()
    image = pil.Image.fromarray(picture[..., 0] if picture.shape[2] == 1 else picture)
    if factor > 1:
        image = image.reduce(factor)
    if pil.features.check("webp"):
        data, media_type = _saved(image, "WEBP", lossless=True), "image/webp"
    else:
        data, media_type = _saved(image, "PNG"), "image/png"
    for quality in qualities if picture.shape[2] < 4 else ():
        if len(data) > largest:
            data, media_type = _saved(image, "JPEG", quality=quality), "image/jpeg"
    return data, media_type


def _saved(image: Any, file_format: str, **options: Any) -> bytes:
    """Return an image as a file."""
    file = io.BytesIO()
    image.save(file, file_format, **options)
    return file.getvalue()


def as_rgb(picture: Picture) -> Picture:
    """Return a picture without transparency, on white, shape (H, W, 3)."""
    if picture.shape[2] == 4:
        opacity = picture[..., 3:].astype(np.float64) / _WHITE
        return np.rint(picture[..., :3] * opacity + _WHITE * (1 - opacity)).astype(np.uint8)
    return np.broadcast_to(picture, (*picture.shape[:2], 3)) if picture.shape[2] == 1 else picture
