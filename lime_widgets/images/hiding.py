"""What a superpixel becomes when it is hidden. Results depend on it, so it is chosen, kept and shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine import LimeError
from lime_widgets.images.formats import LARGEST
from lime_widgets.images.resizing import resized
from lime_widgets.images.superpixels import Superpixels

HideColor = Any
"""None, a color, ``"mean"``, ``"blur"``, ``"noise"``, or ``hide(image, segments)``."""

_NAMED = ("mean", "blur", "noise")
# Wide enough that what a superpixel shows cannot be told, narrow enough that its surroundings shine through.
_BLUR_SHARE = 1 / 16
# A wider blur, whose time grows with the cube of the image's side, is made of a smaller image: what that loses it would
# have lost.
_WIDEST_SIGMA, _REDUCED_SIGMA = 40.0, 16.0
# Sets the noise apart from the masks, which are drawn from the same seed.
_NOISE_STREAM = 1


@dataclass(frozen=True)
class Hiding:
    """What stands for a hidden superpixel.

    Parameters
    ----------
    hide_color : None, str, number, sequence of numbers, or callable
        The mean color of each superpixel (None or ``"mean"``, lime's way), ``"blur"`` (a Gaussian blur of the whole
        image), ``"noise"`` (uniform within each channel's own range), a number or one for each channel, or
        ``hide(image, segments)``, which returns an image.
    seed : int
        Of the noise.
    """

    hide_color: HideColor = None
    seed: int = 0

    @property
    def kind(self) -> str:
        """How a page calls it: ``"mean"``, ``"color"``, ``"blur"``, ``"noise"`` or ``"function"`` for an image."""
        if self.hide_color is None or isinstance(self.hide_color, LostFunction):
            return "mean" if self.hide_color is None else "function"
        if isinstance(self.hide_color, str):
            return self.hide_color
        is_image = callable(self.hide_color) or np.ndim(self.hide_color) > 1
        return "function" if is_image else "color"

    def hidden(self, image: NDArray[Any], superpixels: Superpixels) -> NDArray[Any]:
        """Return the image with every superpixel hidden.

        Parameters
        ----------
        image : ndarray of shape (H, W, C)
            The instance.
        superpixels : Superpixels
            Its parts.

        Returns
        -------
        ndarray of shape (H, W, C)
            Of the image's dtype.

        Raises
        ------
        ValueError
            If `hide_color` is something else, or gives no image of that shape.
        LimeError
            If it is a function that was not saved.
        """
        if isinstance(self.hide_color, str) and self.hide_color not in _NAMED:
            raise ValueError(
                f"got hide_color={self.hide_color!r}, expected one of {', '.join(_NAMED)}, a number, one for each "
                "channel, or a function, try hide_color=None for the mean color of each superpixel"
            )
        if self.kind == "mean":
            return mean_colors(image, superpixels)
        if self.kind == "blur":
            return _blurred(image)
        if self.kind == "noise":
            return _noise(image, self.seed)
        if not callable(self.hide_color):
            return _filled(image, self.hide_color)
        # What a function writes into its arguments must not reach the model.
        return _filled(image, self.hide_color(image.copy(), superpixels.labels.copy()))

    def __getstate__(self) -> dict[str, Any]:
        """Leave a function out: it may not be picklable, and what it made is kept."""
        lost = LostFunction() if callable(self.hide_color) else self.hide_color
        return {"hide_color": lost, "seed": self.seed}


class LostFunction:
    """Stands for a function that was not saved."""

    def __call__(self, image: Any, segments: Any) -> Any:  # noqa: ARG002 - a function of the user's own has these
        """Say that it was not saved.

        Raises
        ------
        LimeError
            Always.
        """
        raise LimeError(
            "got an explanation that was unpickled or read from JSON, without the function that hides its superpixels, "
            "expected one with it to cut the image anew, try LimeImageExplainer().explain_instance(...)"
        )


def mean_colors(image: NDArray[Any], superpixels: Superpixels) -> NDArray[Any]:
    """Return the image with each superpixel in its mean color, to the bit as in lime.

    Parameters
    ----------
    image : ndarray of shape (H, W, C)
        The instance.
    superpixels : Superpixels
        Its parts.
    """
    ids = superpixels.ids.ravel()
    order = np.argsort(ids, kind="stable")
    pixels = image.reshape(ids.size, -1)[order]
    ends = np.cumsum(np.bincount(ids, minlength=superpixels.n_superpixels))
    colors = np.empty((superpixels.n_superpixels, pixels.shape[1]), dtype=image.dtype)
    # One call for each: numpy adds floats pairwise, and no other order gives lime's last bits.
    for superpixel, part in enumerate(np.split(pixels, ends[:-1])):
        means = np.array([np.mean(part[:, channel]) for channel in range(pixels.shape[1])])
        colors[superpixel] = _truncated(means, image.dtype)
    hidden: NDArray[Any] = colors[superpixels.ids]
    return hidden


def _blurred(image: NDArray[Any]) -> NDArray[Any]:
    """Return the image under a Gaussian blur."""
    from scipy.ndimage import gaussian_filter, zoom

    height, width, _ = image.shape
    sigma = max(1.0, max(height, width) * _BLUR_SHARE)
    if sigma <= _WIDEST_SIGMA:
        return _rounded(gaussian_filter(image.astype(np.float64), (sigma, sigma, 0), mode="nearest"), image.dtype)
    smaller = resized(image, height * width * (_REDUCED_SIGMA / sigma) ** 2)
    down, across = smaller.shape[0] / height, smaller.shape[1] / width
    blurred = gaussian_filter(smaller, (sigma * down, sigma * across, 0), mode="nearest")
    return _rounded(zoom(blurred, (1 / down, 1 / across, 1), order=1, mode="nearest", grid_mode=True), image.dtype)


def _noise(image: NDArray[Any], seed: int) -> NDArray[Any]:
    """Return uniform noise, in each channel from its least number to its greatest."""
    low, high = (bound(axis=(0, 1)).astype(np.float64) for bound in (image.min, image.max))
    rng = np.random.default_rng([seed, _NOISE_STREAM])
    noise = np.empty_like(image)
    # Row by row, as floats of a large image take much memory.
    for row in noise:
        row[:] = _rounded(low + (high - low) * rng.random(row.shape), image.dtype)
    return noise


def _rounded(values: NDArray[np.float64], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return numbers of an image's own dtype, the nearest that it has."""
    return _truncated(values if dtype.kind == "f" else np.rint(values), dtype)


def _truncated(values: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return numbers of an image's own dtype, without their fractions where it has none."""
    if dtype.kind in "iu":
        least, greatest = float(np.iinfo(dtype).min), float(np.iinfo(dtype).max)
        # Of 64 bits the greatest is no float, and the next one up would turn into something else.
        beyond = int(greatest) > np.iinfo(dtype).max
        values = np.clip(values, least, np.nextafter(greatest, 0) if beyond else greatest)
    return values.astype(dtype)


def _filled(image: NDArray[Any], color: Any) -> NDArray[Any]:
    """Return the image filled with a color, or with an image."""
    filled = np.empty_like(image)
    try:
        values = _numbers(color, image.dtype)
        if image.shape[2] == 1 and values.shape == image.shape[:2]:
            values = values[..., None]
        # A float loses its fraction in an image of whole numbers, as in lime.
        np.copyto(filled, values, casting="unsafe")
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"got hide_color={_shown(color)} ({error}), expected a number that fits {image.dtype}, {image.shape[2]} of "
            f"them, or an image of shape {image.shape}, try hide_color=0"
        ) from error
    return filled


def _numbers(color: Any, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return a color or an image as an array of numbers that an image's dtype can hold."""
    values = np.asarray(color)
    if values.dtype.kind not in "buif":
        raise ValueError(f"{type(color).__name__} of {values.dtype}, which are no numbers")
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        # What has a fraction loses it; others would turn into something else.
        fits, held = (values > limits.min - 1) & (values < limits.max + 1), f"{limits.min} to {limits.max}"
    else:
        greatest = min(LARGEST, float(np.finfo(dtype).max)) if dtype.kind == "f" else LARGEST
        fits, held = (values >= -greatest) & (values <= greatest), f"{-greatest:g} to {greatest:g}"
    if not fits.all():
        raise ValueError(f"{dtype} holds {held}")
    return values


def _shown(color: Any) -> str:
    """Return a color as a message has it: of an image its shape."""
    shape = getattr(color, "shape", ())
    return f"<{color.dtype} of shape {tuple(shape)}>" if shape else f"{color!r:.60}"
