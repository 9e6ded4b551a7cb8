"""A map of superpixels as runs, which is how it travels; see ``segments`` in ``docs/wire.md``."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def encode_runs(ids: NDArray[Any]) -> bytes:
    """Return a map of superpixels as runs, see ``segments`` in ``docs/wire.md``.

    Parameters
    ----------
    ids : ndarray of non-negative integers, shape (height, width)
        The superpixel of each pixel, see `Superpixels.ids`.

    Returns
    -------
    bytes
        Pairs (superpixel, length), row by row, both as unsigned LEB128.

    Examples
    --------
    >>> encode_runs(np.array([[3, 3, 3], [3, 200, 200]])).hex(" ")
    '03 04 c8 01 02'
    """
    flat = np.asarray(ids).ravel()
    starts = np.flatnonzero(np.concatenate([[True], flat[1:] != flat[:-1]]))
    runs = np.empty((len(starts), 2), dtype=np.int64)
    runs[:, 0] = flat[starts]
    runs[:, 1] = np.diff(starts, append=len(flat))
    return _encode_leb128(runs.ravel())


def decode_runs(data: bytes, height: int, width: int, n: int) -> NDArray[np.intp]:
    """Return the map that `encode_runs` wrote; the data is not trusted.

    Parameters
    ----------
    data : bytes
        The runs. What they claim is not allocated beyond height x width.
    height, width : int
        The size of the map in pixels.
    n : int
        The number of superpixels.

    Returns
    -------
    ndarray of intp, shape (height, width)
        Of values less than `n`; not every superpixel need be in it.

    Raises
    ------
    ValueError
        If they are not runs of superpixels less than `n` that fill the map.
    """
    if min(height, width, n) < 1:
        raise _wrong_runs(f"{n} superpixels on {height} x {width} pixels", "one or more of each")
    pixels = height * width
    digits = -(-max(pixels, n - 1).bit_length() // 7)
    if len(data) > 2 * digits * pixels:
        raise _wrong_runs(f"{len(data)} bytes", f"at most {2 * digits} for each of {pixels} pixels")
    superpixels, lengths = _decode_leb128(np.frombuffer(data, dtype=np.uint8), digits).reshape(-1, 2).T
    if superpixels.max() >= n:
        raise _wrong_runs(f"superpixel {superpixels.max()}", f"less than {n}")
    if not lengths.min() >= 1 or lengths.max() > pixels or lengths.sum() != pixels:
        shown = f"runs of {lengths.min()} to {lengths.max()} pixels, {lengths.sum()} in all"
        raise _wrong_runs(shown, f"runs of 1 or more, {pixels} in all for {height} x {width}")
    return np.repeat(superpixels, lengths).reshape(height, width).astype(np.intp, copy=False)


def _encode_leb128(numbers: NDArray[np.int64]) -> bytes:
    """Return non-negative numbers as unsigned LEB128: seven bits a byte, low ones first, the top bit if more follow."""
    widths = np.ones(len(numbers), dtype=np.intp)
    for digit in range(1, -(-int(numbers.max()).bit_length() // 7)):
        widths += numbers >= 1 << 7 * digit
    ends = np.cumsum(widths)
    out = np.empty(ends[-1], dtype=np.uint8)
    for digit in range(widths.max()):
        longer = widths > digit
        low = (numbers[longer] >> 7 * digit) & 0x7F
        out[(ends - widths)[longer] + digit] = low | np.where(widths[longer] > digit + 1, 0x80, 0)
    return out.tobytes()


def _decode_leb128(data: NDArray[np.uint8], digits: int) -> NDArray[np.int64]:
    """Return pairs of numbers of at most so many digits each."""
    ends = np.flatnonzero(data < 0x80)
    if not len(ends) or ends[-1] != len(data) - 1 or len(ends) % 2:
        raise _wrong_runs(f"{len(data)} bytes of {len(ends)} numbers", "whole pairs (superpixel, length)")
    starts = np.concatenate([[0], ends[:-1] + 1])
    widths = ends - starts + 1
    if widths.max() > digits:
        raise _wrong_runs(f"a number of {widths.max()} bytes", f"at most {digits}")
    numbers = np.zeros(len(ends), dtype=np.int64)
    for digit in range(widths.max()):
        longer = widths > digit
        numbers[longer] |= (data[starts[longer] + digit].astype(np.int64) & 0x7F) << 7 * digit
    return numbers


def _wrong_runs(got: str, expected: str) -> ValueError:
    """Return the error."""
    return ValueError(f"got {got} for a label map, expected {expected}, try the explanation's own to_json")
