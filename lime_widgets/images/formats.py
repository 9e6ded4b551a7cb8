"""What an image came as, and what the model is therefore asked about: arrays, tensors and Pillow's images."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

_CHANNELS = ("first", "last")
_GRAYSCALE = ("rgb", "keep")
# Bytes of a number: long doubles are of another size on every machine.
_WIDEST = 8
# So many channels an image of colors or grays has; a first axis of that length and a longer last one speak of planes.
_FEW = (1, 3, 4)
LARGEST = 1e30
"""The greatest number of an image: beyond it the sum over a superpixel might be more than 32 bits hold."""

# Of Pillow's modes those whose numbers are amounts of light or ink: a palette's are names, which have no mean.
_PILLOW_MODES = {
    "L": 1, "LA": 2, "La": 2, "RGB": 3, "RGBA": 4, "RGBa": 4, "CMYK": 4, "YCbCr": 3, "LAB": 3, "HSV": 3,
    "I": 1, "F": 1, "I;16": 1,
}  # fmt: skip


@dataclass(frozen=True)
class ImageFormat:
    """How an image is handed to a model.

    Parameters
    ----------
    kind : {"array", "tensor", "pillow"}
        A NumPy array, a torch tensor or one of Pillow's images.
    layout : {"gray", "first", "last"}
        Without channels (H, W), or where they are: (C, H, W), (H, W, C).
    mode : str
        Pillow's mode.
    dtype : str
        torch's dtype: ``"bfloat16"``, say, which NumPy does not have.
    device : str
        Where the tensor lives.
    """

    kind: str
    layout: str
    mode: str = ""
    dtype: str = ""
    device: str = ""

    def arranged(self, image: NDArray[Any]) -> NDArray[Any]:
        """Return an image of shape (H, W, C) as it is handed over, contiguous."""
        if self.layout == "gray":
            image = image[..., 0]
        elif self.layout == "first":
            image = np.moveaxis(image, -1, 0)
        return np.ascontiguousarray(image)

    def batch(self, images: NDArray[Any]) -> Any:
        """Return images, each `arranged`, as what the model is asked about.

        Parameters
        ----------
        images : ndarray of shape (n_images, ...)
            They are the model's to keep.

        Returns
        -------
        ndarray, Tensor or list of Image
        """
        if self.kind == "tensor":
            import torch

            return torch.from_numpy(images).to(dtype=getattr(torch, self.dtype), device=self.device)
        if self.kind == "pillow":
            from PIL import Image

            size = images.shape[2], images.shape[1]
            return [Image.frombytes(self.mode, size, image.tobytes()) for image in images]
        return images


def read_image(image: Any, *, grayscale: str = "rgb", channels: str | None = None) -> tuple[NDArray[Any], ImageFormat]:
    """Return an image as an array, and its format.

    Parameters
    ----------
    image : ndarray, Tensor or Image
        Shape (H, W), (H, W, C), or for tensors (C, H, W).
    grayscale : {"rgb", "keep"}
        Of an image of shape (H, W): whether the model is asked with three equal channels, as in lime.
    channels : {"first", "last"}, optional
        Where they are, if that is not plain from the shape.

    Returns
    -------
    ndarray of shape (H, W, C)
        Contiguous, and a copy: an explanation is of what the image was when it was explained.
    ImageFormat
        What it came as.

    Raises
    ------
    ValueError
        If it is no image, has no pixel, or numbers that are not finite, or beyond 1e30.
    """
    _check_option("grayscale", grayscale, _GRAYSCALE)
    if channels is not None:
        _check_option("channels", channels, _CHANNELS)
    array, kind, layout, names = _as_array(image, channels)
    if array.ndim == 2 and grayscale == "rgb" and kind != "pillow":
        layout = "first" if layout == "first" else "last"
        pixels = np.repeat(array[..., None], 3, axis=2)
    elif array.ndim == 2:
        layout, pixels = "gray", array[..., None]
    else:
        pixels = np.moveaxis(array, 0, -1) if layout == "first" else array
    _check_pixels(pixels)
    return np.array(pixels, order="C"), ImageFormat(kind, layout, **names)


def _as_array(image: Any, channels: str | None) -> tuple[NDArray[Any], str, str, dict[str, str]]:
    """Return the numbers, the kind, the layout and what else a format keeps."""
    torch, pillow = sys.modules.get("torch"), sys.modules.get("PIL.Image")
    if torch is not None and isinstance(image, torch.Tensor):
        array = _tensor_array(image)
        _check_axes(array, "a tensor")
        layout = channels or ("last" if _has_channels_last(array.shape) else "first")
        return array, "tensor", layout, {"dtype": str(image.dtype).split(".")[-1], "device": str(image.device)}
    if pillow is not None and isinstance(image, pillow.Image):
        return _pillow_array(image), "pillow", "last", {"mode": image.mode}
    array = np.asarray(image)
    _check_axes(array, "an array")
    return array, "array", channels or _array_layout(array), {}


def _tensor_array(tensor: Any) -> NDArray[Any]:
    """Return a tensor's numbers; those of a dtype that NumPy does not have in the next larger one."""
    tensor = tensor.detach().cpu()
    try:
        array: NDArray[Any] = tensor.numpy()
    except TypeError:
        array = tensor.float().numpy()
    return array


def _pillow_array(image: Any) -> NDArray[Any]:
    """Return the numbers of one of Pillow's images."""
    if image.mode not in _PILLOW_MODES:
        raise ValueError(
            f'got an image of mode {image.mode!r}, expected one of {", ".join(_PILLOW_MODES)}, try image.convert("RGB")'
        )
    return np.asarray(image)


def _check_axes(array: NDArray[Any], what: str) -> None:
    """Refuse what is no image, or several."""
    if array.ndim == 4:
        raise ValueError(f"got {what} of shape {array.shape}, expected one image, try images[0]")
    if array.ndim == 0 and isinstance(array.item(), str | PathLike):
        raise ValueError(
            f"got the text {str(array)!r:.60}, expected an image as an array, a tensor or a PIL image, "
            "try PIL.Image.open(path)"
        )
    if array.ndim not in (2, 3) or array.dtype.kind not in "buif":
        raise ValueError(
            f"got {what} of shape {array.shape} and dtype {array.dtype}, expected numbers of shape (height, width) or "
            "(height, width, channels), try one image as an array, a tensor or a PIL image"
        )
    if array.dtype.itemsize > _WIDEST:
        raise ValueError(f"got {what} of {array.dtype}, expected at most 64 bits, try image.astype(float)")


def _array_layout(array: NDArray[Any]) -> str:
    """Return where an array's channels are: last, unless the shape says otherwise, which is not for us to guess."""
    if array.ndim == 3 and array.shape[0] in _FEW and array.shape[2] > max(_FEW) and array.shape[1] > max(_FEW):
        raise ValueError(
            f"got an array of shape {array.shape}, expected (height, width, channels), "
            'try channels="first", or channels="last" if it is so'
        )
    return "last"


def _has_channels_last(shape: tuple[int, ...]) -> bool:
    """Tell a tensor of shape (H, W, C), where that is plain."""
    return len(shape) == 3 and shape[2] in _FEW and shape[0] not in _FEW


def _check_pixels(pixels: NDArray[Any]) -> None:
    """Refuse an image without pixels, or with numbers that are none."""
    if not pixels.size:
        raise ValueError(f"got an empty image of shape {pixels.shape}, expected at least one pixel, try another image")
    if pixels.dtype.kind == "f" and not (finite := np.isfinite(pixels)).all():
        raise ValueError(
            f"got an image with NaN or infinity in {np.sum(~finite):,} of {pixels.size:,} numbers, "
            "expected finite ones, try numpy.nan_to_num(image)"
        )
    if pixels.dtype.kind == "f" and (greatest := max(float(pixels.max()), -float(pixels.min()))) > LARGEST:
        raise ValueError(
            f"got an image with a number of {greatest:g}, expected at most {LARGEST:g}, "
            "try image / numpy.abs(image).max()"
        )


def _check_option(name: str, value: Any, allowed: tuple[str, ...]) -> None:
    """Refuse a word that is not one of a few."""
    if value not in allowed:
        raise ValueError(f"got {name}={value!r}, expected one of {', '.join(allowed)}, try {name}={allowed[0]!r}")
