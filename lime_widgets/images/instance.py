"""The image that is explained: its numbers, the format that the model knows it in, and how it is shown."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lime_widgets.images.algorithms import ALGORITHMS
from lime_widgets.images.formats import ImageFormat, read_image
from lime_widgets.images.picture import Picture, Tones, as_rgb, check_picture
from lime_widgets.images.superpixels import Superpixels

Segmentation = Callable[[NDArray[Any]], Any] | Any
"""A function of the image, or a label map."""


@dataclass(frozen=True, eq=False)
class ImageInstance:
    """An image.

    Parameters
    ----------
    pixels : ndarray of shape (H, W, C)
        Its numbers, contiguous.
    image_format : ImageFormat
        What it came as.
    picture : ndarray of uint8, shape (H, W, 1), (H, W, 3) or (H, W, 4)
        How it is shown.
    tones : Tones
        How other images like it are shown.
    has_own_picture : bool
        Whether a user said how it is shown.
    """

    pixels: NDArray[Any]
    image_format: ImageFormat
    picture: Picture
    tones: Tones
    has_own_picture: bool = False

    @classmethod
    def read(
        cls, image: Any, *, grayscale: str = "rgb", channels: str | None = None, picture: Any = None
    ) -> ImageInstance:
        """Return an image as it came from a user.

        Parameters
        ----------
        image : ndarray, Tensor or Image
            The image; see `lime_widgets.images.formats.read_image` for this and the next two.
        grayscale : {"rgb", "keep"}
            What becomes of an image without channels.
        channels : {"first", "last"}, optional
            Where they are.
        picture : ndarray of uint8, shape (H, W), (H, W, 3) or (H, W, 4), optional
            How to show it, if its numbers are not colors any more; by the range of its numbers if None.

        Raises
        ------
        ValueError
            If it is no image, or the picture does not belong to it.
        """
        return cls.of(*read_image(image, grayscale=grayscale, channels=channels), picture)

    @classmethod
    def of(cls, pixels: NDArray[Any], image_format: ImageFormat, picture: Any = None) -> ImageInstance:
        """Return an image from its numbers.

        Raises
        ------
        ValueError
            If the picture does not belong to it.
        """
        # What a user does with `explanation.image` must not reach the model.
        pixels.flags.writeable = False
        if picture is None:
            tones = Tones.of(pixels)
            return cls(pixels, image_format, tones.picture(pixels), tones)
        shown = check_picture(picture, *pixels.shape[:2])
        return cls(pixels, image_format, shown, Tones.between(pixels, shown), has_own_picture=True)

    @property
    def height(self) -> int:
        """Number of rows."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Number of columns."""
        return int(self.pixels.shape[1])

    @property
    def plain(self) -> NDArray[Any]:
        """The numbers in the shape that lime gives them: (H, W, C), or (H, W) where grays were to be kept."""
        return self.pixels[..., 0] if self.image_format.layout == "gray" else self.pixels

    def segment(self, segmentation: Segmentation) -> Superpixels:
        """Return the superpixels.

        Parameters
        ----------
        segmentation : callable or array
            A function of the image, which is given as in lime; or a label map. A tensor, which lime does not take, is
            given as the RGB picture of it.

        Raises
        ------
        ValueError
            If it is the name of an algorithm, or a class, or gives no label map of the image's size.
        """
        labels = segmentation
        if isinstance(segmentation, str | type):
            raise _no_segmentation(segmentation)
        if callable(segmentation):
            is_tensor = self.image_format.kind == "tensor"
            # What a segmentation writes into its argument must not reach the model.
            labels = segmentation(np.array(as_rgb(self.picture) if is_tensor else self.plain))
        return Superpixels.from_labels(labels, self.height, self.width)


def _no_segmentation(got: str | type[Any]) -> ValueError:
    """Return the error for what names a segmentation, but is none."""
    name = got if isinstance(got, str) else ALGORITHMS[0]
    (algorithm,) = difflib.get_close_matches(name, ALGORITHMS, n=1, cutoff=0.0)
    shown = repr(got) if isinstance(got, str) else f"the class {got.__name__}"
    return ValueError(
        f"got segmentation_fn={shown}, expected a function of the image, or a label map, "
        f"try SegmentationAlgorithm({algorithm!r})"
    )
