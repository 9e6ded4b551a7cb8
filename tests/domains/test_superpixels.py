"""Label maps: checked, counted from 0, reduced, outlined, and as runs there and back, whoever wrote them."""

from __future__ import annotations

import pickle
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from lime_widgets.images.runs import decode_runs, encode_runs
from lime_widgets.images.superpixels import Superpixels

MAP = np.array([[7, 7, -2], [7, -2, 90]])


def runs(*numbers: int) -> bytes:
    """Return numbers as LEB128, one by one."""
    out = bytearray()
    for one in numbers:
        rest = one
        while rest > 0x7F:
            out.append(rest & 0x7F | 0x80)
            rest >>= 7
        out.append(rest)
    return bytes(out)


# ---- label maps


def test_superpixels_are_counted_in_order_of_rising_label_and_keep_their_labels() -> None:
    superpixels = Superpixels.from_labels(MAP, 2, 3)
    np.testing.assert_array_equal(superpixels.labels, MAP)
    np.testing.assert_array_equal(superpixels.ids, [[1, 1, 0], [1, 0, 2]])
    assert superpixels.values == [-2, 7, 90]
    assert all(type(value) is int for value in superpixels.values)
    assert superpixels.names == ["superpixel -2", "superpixel 7", "superpixel 90"]
    assert superpixels.n_superpixels == 3
    np.testing.assert_array_equal(superpixels.areas, [2, 3, 1])


@given(
    arrays.arrays(np.int64, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.integers(-(2**63), 2**63 - 1))
)
def test_any_labels_are_counted_as_unique_counts_them(labels: np.ndarray[Any, Any]) -> None:
    superpixels = Superpixels.from_labels(labels, *labels.shape)
    values, ids = np.unique(labels, return_inverse=True)
    assert superpixels.values == values.tolist()
    np.testing.assert_array_equal(superpixels.ids, ids.reshape(labels.shape))
    np.testing.assert_array_equal(np.array(superpixels.values)[superpixels.ids], labels)


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int8", "uint64", ">i4", "float16", "float64"])
def test_labels_may_be_of_any_dtype_of_whole_numbers(dtype: str) -> None:
    superpixels = Superpixels.from_labels(np.array([[0, 1], [1, 1]]).astype(dtype), 2, 2)
    assert superpixels.labels.dtype == np.int64
    np.testing.assert_array_equal(superpixels.ids, [[0, 1], [1, 1]])


def test_labels_are_copied_and_ids_cannot_be_written() -> None:
    labels = MAP.copy()
    superpixels = Superpixels.from_labels(labels, 2, 3)
    labels[:] = 0
    np.testing.assert_array_equal(superpixels.labels, MAP)
    with pytest.raises(ValueError, match="read-only"):
        superpixels.ids[0, 0] = 5


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (
            np.zeros((10, 12), int),
            "got a label map of 10 x 12, expected 480 x 640 as the image has, try skimage.transform",
        ),
        (np.zeros((640, 480), int), "got a label map of 640 x 480, .* try labels.T"),
        (np.zeros((480, 640, 1), int), r"try labels\[:, :, 0\]"),
        (np.zeros((1, 480, 640), int), r"try labels\[0\]"),
        (np.zeros((480, 640, 3), int), "got a label map of 480 x 640 x 3, .* try one label for each pixel"),
        (np.zeros((0, 0), int), "got a label map of 0 x 0, expected 480 x 640"),
        (None, "got a label map of NoneType, expected 480 x 640"),
        ([[1, 2], [3]], "rows of different lengths"),
    ],
)
def test_a_label_map_of_another_shape_is_refused(labels: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Superpixels.from_labels(labels, 480, 640)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([[0.0, np.nan]], "got nan in a label map, expected whole numbers, try"),
        ([[np.inf, 0.0]], "got inf in a label map"),
        ([[1.0, 2.5]], "got 2.5 in a label map"),
        ([["sky", "sea"]], "got a label map of dtype <U3, expected whole numbers, try np.unique"),
        ([[1j, 2j]], "dtype complex128"),
        ([[None, 1]], "dtype object"),
        ([[1e300, 0.0]], "expected less than 2"),
        (np.array([[2**63, 0]], np.uint64), "expected less than 2"),
    ],
)
def test_labels_that_are_no_whole_numbers_are_refused(labels: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Superpixels.from_labels(labels, 1, 2)


def test_an_image_without_pixels_has_no_superpixels() -> None:
    with pytest.raises(ValueError, match="expected one pixel or more"):
        Superpixels.from_labels(np.zeros((0, 3), int), 0, 3)


def test_superpixels_can_be_pickled() -> None:
    again = pickle.loads(pickle.dumps(Superpixels.from_labels(MAP, 2, 3)))  # noqa: S301 - written one line above
    np.testing.assert_array_equal(again.ids, [[1, 1, 0], [1, 0, 2]])
    assert again.values == [-2, 7, 90]


# ---- smaller maps and outlines


@pytest.mark.parametrize(
    ("factor", "rows", "columns"), [(1, range(5), range(7)), (2, [1, 3, 4], [1, 3, 5, 6]), (9, [2], [3])]
)
def test_a_reduced_map_has_the_pixel_in_the_middle_of_each_block(factor: int, rows: Any, columns: Any) -> None:
    superpixels = Superpixels.from_labels(np.arange(35).reshape(5, 7), 5, 7)
    np.testing.assert_array_equal(superpixels.reduced(factor), superpixels.ids[np.ix_(rows, columns)])


def test_a_map_is_not_reduced_by_less_than_one() -> None:
    with pytest.raises(ValueError, match="got a factor of 0, expected 1 or more"):
        Superpixels.from_labels(MAP, 2, 3).reduced(0)


def test_outlines_are_where_the_next_pixel_is_of_another_superpixel() -> None:
    labels = np.zeros((4, 5), int)
    labels[:2, :3] = 1
    expected = np.zeros((4, 5), bool)
    expected[:2, 2] = expected[1, :3] = True
    np.testing.assert_array_equal(Superpixels.from_labels(labels, 4, 5).outlines(), expected)
    assert not Superpixels.from_labels([[3]], 1, 1).outlines().any()


# ---- runs


def test_runs_are_pairs_of_superpixel_and_length_across_the_ends_of_rows() -> None:
    assert encode_runs(np.array([[0, 0, 5], [5, 5, 300]])) == runs(0, 2, 5, 3, 300, 1)
    assert encode_runs(np.full((200, 200), 3)) == runs(3, 40000)


@given(arrays.arrays(np.int64, st.tuples(st.integers(1, 8), st.integers(1, 40)), elements=st.integers(0, 20000)))
def test_runs_come_back_as_the_map(ids: np.ndarray[Any, Any]) -> None:
    height, width = ids.shape
    decoded = decode_runs(encode_runs(ids), height, width, int(ids.max()) + 1)
    np.testing.assert_array_equal(decoded, ids)
    assert decoded.dtype == np.intp


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(1, 300)), min_size=1, max_size=20),
)
def test_runs_of_other_writers_are_read(pairs: list[tuple[int, int]]) -> None:
    width = sum(length for _, length in pairs)
    decoded = decode_runs(runs(*(one for pair in pairs for one in pair)), 1, width, 401)
    np.testing.assert_array_equal(decoded[0], [superpixel for superpixel, length in pairs for _ in range(length)])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "whole pairs"),
        (runs(0, 4, 1), "whole pairs"),
        (runs(0, 4, 1) + b"\x82", "whole pairs"),
        (runs(0, 4, 3, 2), "got superpixel 3 for a label map, expected less than 3"),
        (runs(0, 4, 1, 1), "5 in all for a label map, expected runs of 1 or more, 6 in all for 2 x 3"),
        (runs(0, 4, 1, 3), "7 in all"),
        (runs(0, 6, 1, 0), "runs of 0 to 6"),
        (runs(0, 127), "runs of 127 to 127"),
        (runs(0, 2**40), "a number of 6 bytes"),
        (b"\x80\x80\x00" + runs(6), "a number of 3 bytes"),
        (runs(0, 1) * 6 + runs(0, 1), "got 14 bytes for a label map, expected at most 2 for each of 6 pixels"),
    ],
)
def test_hostile_runs_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        decode_runs(data, 2, 3, 3)


@given(st.binary(max_size=30))
def test_any_bytes_are_a_map_or_are_refused(data: bytes) -> None:
    try:
        decoded = decode_runs(data, 3, 5, 4)
    except ValueError:
        return
    assert decoded.shape == (3, 5)
    assert 0 <= decoded.min() <= decoded.max() < 4


@pytest.mark.parametrize(("height", "width", "n"), [(0, 3, 1), (3, 0, 1), (3, 3, 0), (-1, -1, 1)])
def test_a_map_has_one_pixel_and_one_superpixel_at_least(height: int, width: int, n: int) -> None:
    with pytest.raises(ValueError, match="expected one or more of each"):
        decode_runs(runs(0, 1), height, width, n)


def test_a_map_of_four_million_pixels_takes_less_than_a_second_there_and_back() -> None:
    ids = np.add.outer(np.arange(2000) // 20 * 100, np.arange(2000) // 20)
    start = time.perf_counter()
    decoded = decode_runs(encode_runs(ids), 2000, 2000, 10000)
    assert time.perf_counter() - start < 1
    np.testing.assert_array_equal(decoded, ids)
