"""Segmentations for a reader who moves three controls: an algorithm, a number of segments, and a compactness."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from numbers import Integral, Real
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lime_widgets.images.algorithms import ALGORITHMS, LAB_RANGE, SegmentationAlgorithm, checked_image, checked_pixels
from lime_widgets.images.resizing import blown_up, resized

MAX_SEGMENTS = 5000

# scikit-image's own default for slic, and what the page starts with.
DEFAULT_COMPACTNESS = 10.0

Labels: TypeAlias = NDArray[np.int64]

# Beyond these a compactness makes no difference to any algorithm but to overflow.
_COMPACTNESS_RANGE = (1e-3, 1e6)

# An image of more pixels is segmented reduced to so many: a reader is waiting.
_MOST_PIXELS = 600 * 600

# felzenszwalb is asked several times, with a scale in this range: from each pixel for itself to one segment.
_MOST_PIXELS_SEARCHED = 256 * 256
_SCALES = (1e-1, 1e5)
_MOST_SEARCHES = 8

# The others come near at once, or nearly.
_MOST_ATTEMPTS = 3

# lime's parameters of quickshift; the distance is more than a kernel reaches, so that it cuts nothing.
_LIME_KERNEL_SIZE, _LIME_MAX_DIST, _LIME_RATIO = 4, 200, 0.2

# Side of a segment that quickshift makes on photographs, in units of its kernel size (measured on those of
# scikit-image: a count within 0.55 to 1.3 of the wanted one at the first attempt, for 20 to 1000 segments).
_QUICKSHIFT_SIDE = 9.5

# Its time is proportional to the segments and to the fourth power of the kernel size: a quarter of a second for this.
_QUICKSHIFT_WORK = 4000

# A count that is off by less than this factor is not worth another attempt.
_NEAR = 1.25


def default_segmentation(seed: int | None) -> SegmentationAlgorithm:
    """Return lime's default: quickshift as ``LimeImageExplainer.explain_instance`` calls it.

    Parameters
    ----------
    seed : int or None
        Breaks ties; lime draws one, too, but scikit-image no longer gets it. With None each call breaks them anew.

    Returns
    -------
    SegmentationAlgorithm

    Raises
    ------
    ValueError
        If the seed is neither.
    """
    if seed is not None and not _is_within(seed, Integral, 0, math.inf):
        raise ValueError(f"got random_seed={seed!r}, expected None or an integer of 0 or more, try random_seed=0")
    return SegmentationAlgorithm(
        "quickshift",
        kernel_size=_LIME_KERNEL_SIZE,
        max_dist=_LIME_MAX_DIST,
        ratio=_LIME_RATIO,
        random_seed=seed,
    )


@dataclass(frozen=True)
class PageSegmentation:
    """A segmentation as a page asks for it: call it with an image. Equal images, equal labels, in every process.

    Parameters
    ----------
    algorithm : {'quickshift', 'slic', 'felzenszwalb', 'watershed', 'grid'}
        As in `lime_widgets.segmentation.SegmentationAlgorithm`.
    n_segments : int
        About how many superpixels to make, 1 to 5000; on photographs the count is mostly within a quarter of it.
    compactness : float
        How regular they are, more than 0, on slic's scale (Achanta et al., TPAMI 2012): a difference of so much in
        Lab, where lightness is from 0 to 100, counts as much as the distance between two superpixels' centres.

    Raises
    ------
    ValueError
        If there is no such algorithm, or a number is out of its range.

    Notes
    -----
    What the controls mean:

    ============  ==============================================  ==================================================
    algorithm     `n_segments`                                    `compactness`
    ============  ==============================================  ==================================================
    slic          its own, and more where fewer come of it        its own
    watershed     its own                                         divided by 100 and by the side of a segment: what
                                                                  crossing a segment costs, where 100 is full contrast
    grid          its own                                         none: its cells are squares
    quickshift    the image is resized until kernels of the size  ``ratio = 2 / compactness``, at most 1: lime's 0.2
                  that is affordable make so many                 is 10, and as in slic it divides the colour
    felzenszwalb  a search for the `scale` that makes so many;    none: it compares colours alone
                  none is under a sixth of the mean size
    ============  ==============================================  ==================================================

    An image of more than 600 x 600 pixels is segmented reduced, and the labels are blown up again; quickshift and
    felzenszwalb, which are slow or asked several times, reduce smaller ones, too. Borders are then coarser by as much.

    Examples
    --------
    >>> PageSegmentation("grid", 2, 10.0)(np.zeros((2, 4, 3)))
    array([[0, 0, 1, 1],
           [0, 0, 1, 1]])
    """

    algorithm: str
    n_segments: int
    compactness: float

    def __post_init__(self) -> None:
        if self.algorithm not in ALGORITHMS:
            raise ValueError(
                f"got algorithm={self.algorithm!r:.60}, expected one of {', '.join(ALGORITHMS)}, try {ALGORITHMS[0]!r}"
            )
        if not _is_within(self.n_segments, Integral, 1, MAX_SEGMENTS):
            raise ValueError(
                f"got n_segments={self.n_segments!r:.60}, expected a whole number from 1 to {MAX_SEGMENTS}, "
                "try n_segments=50"
            )
        if not _is_within(self.compactness, Real, math.ulp(0.0), sys.float_info.max):
            raise ValueError(
                f"got compactness={self.compactness!r:.60}, expected a finite number above 0, "
                f"try compactness={DEFAULT_COMPACTNESS}"
            )

    @property
    def algo_type(self) -> str:
        """The algorithm, by the name that `SegmentationAlgorithm` has for it."""
        return self.algorithm

    def __call__(self, image: Any) -> Labels:
        """Divide an image into superpixels.

        Parameters
        ----------
        image : array_like, shape (height, width) or (height, width, channels)
            See `SegmentationAlgorithm`.

        Returns
        -------
        ndarray of int, shape (height, width)
            The label of each pixel.

        Raises
        ------
        ValueError
            See `SegmentationAlgorithm`.
        """
        pixels = checked_image(image)
        if self.algorithm == "grid":
            return SegmentationAlgorithm("grid", n_segments=int(self.n_segments))(pixels)
        pixels = checked_pixels(pixels)
        most = pixels.shape[0] * pixels.shape[1]
        if self.n_segments > most:
            return replace(self, n_segments=most)(pixels)
        by_name = {
            "slic": self._slic,
            "watershed": self._watershed,
            "quickshift": self._quickshift,
            "felzenszwalb": self._felzenszwalb,
        }
        return self._nearest(by_name[self.algorithm](pixels))

    @property
    def _regularity(self) -> float:
        """The compactness, within what the algorithms can compute with."""
        least, greatest = _COMPACTNESS_RANGE
        return min(max(float(self.compactness), least), greatest)

    def _slic(self, image: NDArray[Any]) -> Iterator[Labels]:
        """Ask slic, which joins small segments to others, for more and more until so many are left."""
        smaller = _at_most(image, _MOST_PIXELS)
        wanted = float(self.n_segments)
        for _ in range(_MOST_ATTEMPTS):
            algorithm = SegmentationAlgorithm("slic", n_segments=max(1, round(wanted)), compactness=self._regularity)
            labels = blown_up(algorithm(smaller), *image.shape[:2])
            yield labels
            wanted *= self._correction(labels)

    def _watershed(self, image: NDArray[Any]) -> Iterator[Labels]:
        """Ask watershed, which makes as many as it is asked for."""
        smaller = _at_most(image, _MOST_PIXELS)
        side = math.sqrt(smaller.shape[0] * smaller.shape[1] / self.n_segments)
        compactness = self._regularity / (LAB_RANGE * side)
        algorithm = SegmentationAlgorithm("watershed", n_segments=int(self.n_segments), compactness=compactness)
        yield blown_up(algorithm(smaller), *image.shape[:2])

    def _quickshift(self, image: NDArray[Any]) -> Iterator[Labels]:
        """Ask quickshift about the image in sizes that come nearer and nearer to the number wanted."""
        kernel = max(1.0, (_QUICKSHIFT_WORK / self.n_segments) ** 0.25)
        algorithm = SegmentationAlgorithm(
            "quickshift",
            kernel_size=kernel,
            max_dist=_LIME_MAX_DIST,
            ratio=min(1.0, _LIME_RATIO * DEFAULT_COMPACTNESS / self._regularity),
            random_seed=0,
        )
        pixels = self.n_segments * (_QUICKSHIFT_SIDE * kernel) ** 2
        for _ in range(_MOST_ATTEMPTS):
            labels = blown_up(algorithm(_scaled(resized(image, pixels), image)), *image.shape[:2])
            yield labels
            pixels *= self._correction(labels)

    def _felzenszwalb(self, image: NDArray[Any]) -> Iterator[Labels]:
        """Ask felzenszwalb with scales that halve, in logarithms, the range in which the number wanted is."""
        smaller = _scaled(_at_most(image, _MOST_PIXELS_SEARCHED), image)
        least = max(1, smaller.shape[0] * smaller.shape[1] // (6 * self.n_segments))
        low, high = _SCALES
        for _ in range(_MOST_SEARCHES):
            scale = math.sqrt(low * high)
            labels = SegmentationAlgorithm("felzenszwalb", scale=scale, min_size=least)(smaller)
            yield blown_up(labels, *image.shape[:2])
            low, high = (scale, high) if _count(labels) > self.n_segments else (low, scale)

    def _correction(self, labels: Labels) -> float:
        """Return by how much more to ask for, in bounds, since a next attempt is to take hardly longer than this."""
        return min(2.0, max(0.5, self.n_segments / _count(labels)))

    def _nearest(self, attempts: Iterator[Labels]) -> Labels:
        """Return the attempt with about the number wanted, or else the nearest of all."""
        best, least = next(attempts), math.inf
        for labels in chain([best], attempts):
            off = abs(math.log(_count(labels) / self.n_segments))
            if off < least:
                best, least = labels, off
            if least <= math.log(_NEAR):
                break
        return best


def _is_within(value: Any, kind: type[Any], least: float, greatest: float) -> bool:
    """Return whether a value is a number of a kind, within bounds; truth values are none."""
    return isinstance(value, kind) and not isinstance(value, bool) and bool(least <= value <= greatest)


def _count(labels: Labels) -> int:
    """Return how many superpixels there are."""
    return int(np.count_nonzero(np.bincount(labels.ravel())))


def _at_most(image: NDArray[Any], pixels: int) -> NDArray[Any]:
    """Return an image, reduced if it has more than so many pixels."""
    return resized(image, pixels) if image.shape[0] * image.shape[1] > pixels else image


def _scaled(smaller: NDArray[Any], image: NDArray[Any]) -> NDArray[Any]:
    """Return an image resized from another with values from 0 to 1, which both algorithms take colours to have."""
    low, high = (0, 255) if image.dtype == np.uint8 else (image.min(), image.max())
    if 0 <= low <= high <= 1:
        return smaller
    return (smaller - low) / ((high - low) or 1.0)
