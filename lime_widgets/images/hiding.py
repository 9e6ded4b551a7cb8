"""What a superpixel becomes when it is hidden. Results depend on it, so it is chosen, kept and shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine import LimeError
from lime_widgets.images.superpixels import Superpixels

HideColor = Any
"""None, a color, ``"mean"``, ``"blur"``, ``"noise"``, or ``hide(image, segments)``."""

_NAMED = ("mean", "blur", "noise")
# Wide enough that what a superpixel shows cannot be told, narrow enough that its surroundings shine through.
_BLUR_SHARE = 1 / 16
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
        color = self.hide_color(image, superpixels.labels) if callable(self.hide_color) else self.hide_color
        return _filled(image, color)

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
        colors[superpixel] = [np.mean(part[:, channel]) for channel in range(pixels.shape[1])]
    hidden: NDArray[Any] = colors[superpixels.ids]
    return hidden


def _blurred(image: NDArray[Any]) -> NDArray[Any]:
    """Return the image under a Gaussian blur."""
    from scipy.ndimage import gaussian_filter

    sigma = max(1.0, max(image.shape[:2]) * _BLUR_SHARE)
    return _rounded(gaussian_filter(image.astype(np.float64), (sigma, sigma, 0), mode="nearest"), image.dtype)


def _noise(image: NDArray[Any], seed: int) -> NDArray[Any]:
    """Return uniform noise, in each channel from its least number to its greatest."""
    low, high = (bound(axis=(0, 1)).astype(np.float64) for bound in (image.min, image.max))
    noise = np.random.default_rng([seed, _NOISE_STREAM]).random(image.shape)
    return _rounded(low + (high - low) * noise, image.dtype)


def _rounded(values: NDArray[np.float64], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return numbers of an image's own dtype."""
    return values.astype(dtype) if dtype.kind == "f" else np.rint(values).astype(dtype)


def _filled(image: NDArray[Any], color: Any) -> NDArray[Any]:
    """Return the image filled with a color, or with an image."""
    filled = np.empty_like(image)
    try:
        values = np.asarray(color)
        if image.dtype.kind in "iu":
            _check_range(values, image.dtype)
        # A float loses its fraction in an image of whole numbers, as in lime.
        np.copyto(filled, values, casting="unsafe")
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(
            f"got hide_color={color!r:.60} ({error}), expected a number that fits {image.dtype}, {image.shape[2]} of "
            f"them, or an image of shape {image.shape}, try hide_color=0"
        ) from error
    if filled.dtype.kind == "f" and not np.isfinite(filled).all():
        raise ValueError(
            "got NaN or infinity in place of hidden superpixels, expected finite numbers, try hide_color=0"
        )
    return filled


def _check_range(values: NDArray[Any], dtype: np.dtype[Any]) -> None:
    """Refuse numbers that an image of whole numbers cannot hold, and that would turn into others."""
    limits = np.iinfo(dtype)
    if not ((values > limits.min - 1) & (values < limits.max + 1)).all():
        raise ValueError(f"{dtype} holds {limits.min} to {limits.max}")
