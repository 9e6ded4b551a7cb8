"""Pictures of an explanation where nothing can draw them but us: outlines, and weights laid over the image."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from lime_widgets.images.picture import Picture, as_rgb, pillow
from lime_widgets.images.resizing import blown_up
from lime_widgets.images.superpixels import Superpixels, borders
from lime_widgets.strings import common

_QUALITY = 80
_STRONGEST = 0.65
_LONGEST_SIDE = 480


def outlined(picture: Picture, superpixels: Superpixels) -> Picture:
    """Return a picture with the borders of its superpixels drawn, white on what is dark and black on what is light.

    Parameters
    ----------
    picture : ndarray of uint8, shape (H, W, 1), (H, W, 3) or (H, W, 4)
        The image as it is shown.
    superpixels : Superpixels
        Its parts.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        Of moderate size: lines drawn on a large picture would be lost where it is shown smaller.
    """
    drawn, ids = _moderate(picture, superpixels)
    border = borders(ids)
    is_light = drawn[border].mean(axis=1, keepdims=True) > 127
    drawn[border] = np.where(is_light, 0, 255)
    return drawn


def weighted(picture: Picture, superpixels: Superpixels, weights: Iterable[tuple[int, float]]) -> Picture:
    """Return a picture with its superpixels in the colors of their weights, the largest the strongest.

    Parameters
    ----------
    picture : ndarray of uint8, shape (H, W, 1), (H, W, 3) or (H, W, 4)
        The image as it is shown.
    superpixels : Superpixels
        Its parts.
    weights : iterable of (int, float)
        Superpixels and their weights.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        Of moderate size.
    """
    base, ids = _moderate(picture, superpixels)
    shares = np.zeros(superpixels.n_superpixels)
    for superpixel, weight in weights:
        shares[superpixel] = weight
    largest = np.abs(shares).max() or 1.0
    shares = (shares / largest)[ids][..., None]
    palette = common("palette")["light"]
    tone = np.where(shares < 0, _rgb(palette["negative"]), _rgb(palette["positive"]))
    strength = np.abs(shares) * _STRONGEST
    return np.rint(base * (1 - strength) + tone * strength).astype(np.uint8)


def data_url(picture: Picture) -> str:
    """Return a picture of moderate size as a URL that holds it."""
    image = pillow().Image.fromarray(_thumbnail(picture))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=_QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"


def _thumbnail(picture: Picture) -> Picture:
    """Return a picture in RGB, of moderate size."""
    image = pillow().Image.fromarray(as_rgb(picture))
    image.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    return np.array(image)


def _moderate(picture: Picture, superpixels: Superpixels) -> tuple[Picture, NDArray[np.intp]]:
    """Return a picture in RGB, of moderate size, and the superpixel of each of its pixels."""
    smaller = _thumbnail(picture)
    return smaller, blown_up(superpixels.ids, *smaller.shape[:2])


def _rgb(color: str) -> tuple[int, ...]:
    """Return the three numbers of a hexadecimal color."""
    return tuple(int(color[start : start + 2], 16) for start in (1, 3, 5))
