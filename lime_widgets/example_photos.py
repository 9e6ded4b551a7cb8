"""Photographs that are on every machine, shipped with scikit-learn and scikit-image, and features to tell them apart.

Nothing is downloaded. Six photographs are no honest training set for anything but this: a classifier trained on their
parts is right nearly always, and goes by whatever fills most of each, which is not what the photograph is of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Photo = NDArray[np.uint8]
"""A photograph: red, green and blue of each pixel, shape (H, W, 3)."""

_SHORT_SIDE = 100  # features are taken from images reduced to about so many pixels: texture is meant, not grain
_COLOR_LEVELS = 4  # of each channel
_DIRECTIONS = 8
_SMALLEST_CROP, _LARGEST_CROP = 100, 220
_FULL = 256


@dataclass(frozen=True, eq=False)
class LabeledPhotos:
    """Photographs, one of each class.

    Parameters
    ----------
    photos : tuple of ndarray of uint8, each of shape (H, W, 3)
        The photographs.
    class_names : tuple of str
        For each, what it shows.
    """

    photos: tuple[Photo, ...]
    class_names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.photos)

    def __getitem__(self, class_name: str) -> Photo:
        """Return the photograph of a class."""
        return self.photos[self.class_names.index(class_name)]


def load_photos() -> LabeledPhotos:
    """Load the six photographs in color of things to be named that scikit-learn and scikit-image carry.

    Returns
    -------
    LabeledPhotos
        A pagoda, a flower, a cat, a cup of coffee, an astronaut and a rocket, each about 600 pixels wide.

    Raises
    ------
    ImportError
        If scikit-image is not installed.

    Examples
    --------
    >>> from lime_widgets.example_photos import load_photos
    >>> photos = load_photos()
    >>> photos.class_names
    ('pagoda', 'flower', 'cat', 'coffee', 'astronaut', 'rocket')
    >>> photos["cat"].shape
    (300, 451, 3)
    """
    from sklearn.datasets import load_sample_image

    try:
        from skimage import data
    except ImportError as error:
        raise ImportError(
            "got no scikit-image, expected it for its photographs; try `pip install 'lime-widgets[image]'`"
        ) from error
    typed: Any = data  # its functions have no types
    found = {
        "pagoda": load_sample_image("china.jpg"),
        "flower": load_sample_image("flower.jpg"),
        "cat": typed.chelsea(),
        "coffee": typed.coffee(),
        "astronaut": typed.astronaut(),
        "rocket": typed.rocket(),
    }
    return LabeledPhotos(tuple(found.values()), tuple(found))


def random_crops(photo: Photo, count: int, seed: int = 0) -> list[Photo]:
    """Cut squares out of a photograph, of random sizes and at random places.

    Parameters
    ----------
    photo : ndarray of uint8, shape (H, W, 3)
        The photograph.
    count : int
        How many squares.
    seed : int, default 0
        Of sizes and places.

    Returns
    -------
    list of ndarray of uint8, each of shape (side, side, 3)
        Views of the photograph, 100 to 220 pixels wide; less where the photograph is smaller.
    """
    random = np.random.default_rng(seed)
    height, width = photo.shape[:2]
    largest = min(_LARGEST_CROP, height, width)

    def crop() -> Photo:
        side = int(random.integers(min(_SMALLEST_CROP, largest), largest + 1))
        top, left = random.integers(0, [height - side + 1, width - side + 1])
        return photo[top : top + side, left : left + side]

    return [crop() for _ in range(count)]


def photo_features(images: Photo | Sequence[Photo]) -> NDArray[np.float64]:
    """Describe images by their colors, and by how strong their edges are in each direction.

    Where in an image something is does not matter. Takes one to two milliseconds for an image of 640 x 427 pixels.

    Parameters
    ----------
    images : ndarray of uint8, shape (n_images, H, W, 3), or sequence of ndarray of uint8, each of shape (H, W, 3)
        The images; those of a sequence may differ in size.

    Returns
    -------
    ndarray of float, shape (n_images, 72)
        Square roots, so that what is rare counts too: of the shares of 64 colors, and of the mean strength of edges in
        8 directions.

    Raises
    ------
    ValueError
        If they are not images of this kind.
    """
    if isinstance(images, np.ndarray) and images.ndim == 4:
        return _features(images)
    return np.concatenate([_features(np.asarray(image)[np.newaxis]) for image in images])


def _features(images: NDArray[Any]) -> NDArray[np.float64]:
    """Describe images of one size."""
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[3] != 3 or min(images.shape[1:3]) < 2:
        raise ValueError(
            f"got images of shape {images.shape[1:]} and {images.dtype}, expected (H, W, 3) with two rows and columns "
            "or more, and uint8; try skimage.util.img_as_ubyte"
        )
    small = _reduced(images)
    return np.sqrt(np.hstack([_colors(small), _edges(small)]))


def _reduced(images: Photo) -> NDArray[np.float32]:
    """Reduce images by a whole factor to about the same short side; each pixel is the mean of those it stands for."""
    height, width = images.shape[1:3]
    factor = max(1, round(min(height, width) / _SHORT_SIDE))
    images = images[:, : height // factor * factor, : width // factor * factor]
    # Sums of slices: numpy's mean over two axes of bytes takes ten times as long.
    sums: NDArray[np.uint32] = images[:, ::factor].astype(np.uint32)
    for i in range(1, factor):
        sums += images[:, i::factor]
    means: NDArray[np.float32] = sums[:, :, ::factor].astype(np.float32)
    for i in range(1, factor):
        means += sums[:, :, i::factor]
    means /= factor**2
    return means


def _colors(images: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the share of each color, shape (n_images, 64)."""
    red, green, blue = np.moveaxis((images * (_COLOR_LEVELS / _FULL)).astype(np.intp), 3, 0)
    return _shares((red * _COLOR_LEVELS + green) * _COLOR_LEVELS + blue, _COLOR_LEVELS**3)


def _edges(images: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the mean strength of edges in each direction, shape (n_images, 8)."""
    gray = images.mean(axis=3)
    down = gray[:, 1:, :-1] - gray[:, :-1, :-1]
    right = gray[:, :-1, 1:] - gray[:, :-1, :-1]
    directions = np.arctan2(down, right) * np.float32(_DIRECTIONS / np.pi)
    return _shares(np.floor(directions).astype(np.intp) % _DIRECTIONS, _DIRECTIONS, np.hypot(down, right) / _FULL)


def _shares(bins: NDArray[np.intp], n_bins: int, weights: NDArray[np.floating] | None = None) -> NDArray[np.float64]:
    """Return what share of each image's pixels is in each bin, each pixel counted by its weight."""
    n_images = len(bins)
    own = bins.reshape(n_images, -1) + np.arange(n_images)[:, np.newaxis] * n_bins
    counts = np.bincount(own.ravel(), None if weights is None else weights.ravel(), n_images * n_bins)
    shares: NDArray[np.float64] = counts.reshape(n_images, n_bins) / own.shape[1]
    return shares
