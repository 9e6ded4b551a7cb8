"""Segmentations: lime's labels for RGB, sensible ones for any other image, and about as many as a reader asked for."""

from __future__ import annotations

import builtins
import pickle
import subprocess
import sys
import time
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from lime.wrappers.scikit_image import SegmentationAlgorithm as LimesAlgorithm
from numpy.typing import NDArray

from lime_widgets.images.algorithms import ALGORITHMS
from lime_widgets.images.grid import grid, near_square
from lime_widgets.images.resizing import blown_up, resized
from lime_widgets.images.segmenting import PageSegmentation, default_segmentation
from lime_widgets.images.watershed import watershed
from lime_widgets.segmentation import BaseWrapper, SegmentationAlgorithm

# Any: its functions have no types.
SKIMAGE: Any = import_module("skimage")
PHOTOS: dict[str, NDArray[np.uint8]] = {
    name: getattr(SKIMAGE.data, name)() for name in ("chelsea", "coffee", "astronaut")
}
quickshift = SKIMAGE.segmentation.quickshift
CROP = PHOTOS["astronaut"][20:84, 180:260]
PARAMETERS: dict[str, dict[str, Any]] = {
    "quickshift": {"kernel_size": 3, "max_dist": 200, "ratio": 0.2},
    "slic": {"n_segments": 30, "compactness": 12, "sigma": 1},
    "felzenszwalb": {"scale": 100, "sigma": 0.5, "min_size": 50},
    "watershed": {"n_segments": 30},
    "grid": {"n_segments": 30},
}
SCIKIT_IMAGES = ("quickshift", "slic", "felzenszwalb")


def count(labels: NDArray[Any]) -> int:
    return len(np.unique(labels))


def two_halves(channels: int) -> NDArray[np.float64]:
    """Return an image whose left half differs from its right one, in all channels."""
    image = np.zeros((12, 16, channels))
    image[:, 8:] = 1
    return image


# ---- the same as lime


@pytest.mark.parametrize("algo_type", SCIKIT_IMAGES)
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_labels_of_rgb_are_limes(algo_type: str, dtype: str) -> None:
    image = CROP if dtype == "uint8" else (CROP / 255).astype(dtype)
    seed = {"rng": 7} if algo_type == "quickshift" else {}
    ours = SegmentationAlgorithm(algo_type, random_seed=7, **PARAMETERS[algo_type])(image)
    np.testing.assert_array_equal(ours, LimesAlgorithm(algo_type, **PARAMETERS[algo_type], **seed)(image))
    assert count(ours) > 3


def test_limes_default_segmentation_gets_the_seed() -> None:
    expected = quickshift(CROP, kernel_size=4, max_dist=200, ratio=0.2, rng=5)
    np.testing.assert_array_equal(default_segmentation(5)(CROP), expected)
    flat = np.zeros((60, 60, 3))
    assert (default_segmentation(1)(flat) != default_segmentation(2)(flat)).any()


def test_limes_attributes_and_methods_are_there() -> None:
    algorithm = SegmentationAlgorithm("quickshift", kernel_size=3, random_seed=133)
    assert algorithm.algo_type == "quickshift"
    assert algorithm.target_fn is quickshift
    assert algorithm.target_params == {"kernel_size": 3, "rng": 133}
    algorithm.set_params(ratio=0.5, random_seed=1)
    assert algorithm.target_params == {"ratio": 0.5, "rng": 1}
    assert algorithm.filter_params(lambda ratio: ratio, override={"b": 2}) == {"ratio": 0.5, "b": 2}
    assert repr(algorithm) == "SegmentationAlgorithm('quickshift', ratio=0.5, rng=1)"


@pytest.mark.parametrize("algo_type", ["slic", "felzenszwalb", "watershed", "grid"])
def test_a_seed_is_ignored_where_nothing_is_drawn(algo_type: str) -> None:
    assert SegmentationAlgorithm(algo_type, random_seed=3).target_params == {}


def test_a_wrapper_checks_its_functions_parameters() -> None:
    class Callable:
        def __call__(self, message: str) -> str:
            return message

    wrapper = BaseWrapper(lambda a: f"{a}!", a=10, b="message")
    assert wrapper.target_params == {"a": 10, "b": "message"}
    wrapper._check_params(["a"])
    with pytest.raises(ValueError, match="got a parameter 'b'"):
        wrapper._check_params(["b"])
    of_object = BaseWrapper(Callable())
    of_object.set_params(message="yes")
    assert of_object.target_params == {"message": "yes"}
    with pytest.raises(ValueError, match="got a parameter 'other' for Callable"):
        of_object.set_params(message="yes", other="no")
    with pytest.raises(TypeError, match="expected a callable"):
        BaseWrapper()._check_params([])
    with pytest.raises(TypeError, match="expected names of parameters"):
        wrapper._check_params("a")


# ---- what is refused


@pytest.mark.parametrize(
    ("algo_type", "parameter", "nearest"),
    [
        ("quickshift", "kernel", "kernel_size"),
        ("slic", "n_segment", "n_segments"),
        ("felzenszwalb", "minsize", "min_size"),
        ("watershed", "compact", "compactness"),
        ("grid", "column", "columns"),
        ("grid", "image", ""),
    ],
)
def test_an_unknown_parameter_is_refused_with_the_nearest_name(algo_type: str, parameter: str, nearest: str) -> None:
    with pytest.raises(ValueError, match=f"got a parameter '{parameter}' for {algo_type}, expected .*try {nearest}"):
        SegmentationAlgorithm(algo_type, **{parameter: 1})


def test_an_unknown_algorithm_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ValueError, match=r"got algo_type='quick', expected one of quickshift, .* try 'quickshift'"):
        SegmentationAlgorithm("quick")


def test_one_seed_is_enough() -> None:
    with pytest.raises(ValueError, match="got random_seed and rng"):
        SegmentationAlgorithm("quickshift", random_seed=1, rng=2)


@pytest.mark.parametrize("image", [np.zeros(5), np.zeros((2, 2, 3, 1)), np.zeros((0, 4, 3)), "cat.png", None, [["a"]]])
@pytest.mark.parametrize("algo_type", ["slic", "grid"])
def test_what_is_no_image_is_refused(image: Any, algo_type: str) -> None:
    with pytest.raises(ValueError, match="got an image of shape"):
        SegmentationAlgorithm(algo_type)(image)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_only_a_grid_takes_an_image_with_nan_or_infinity(bad: float) -> None:
    image = two_halves(3)
    image[3, 3, 1] = bad
    for algo_type in ALGORITHMS[:-1]:
        with pytest.raises(ValueError, match=r"NaN or infinity.*SegmentationAlgorithm\('grid'\)"):
            SegmentationAlgorithm(algo_type)(image)
        with pytest.raises(ValueError, match="NaN or infinity"):
            PageSegmentation(algo_type, 5, 10.0)(image)
    assert count(SegmentationAlgorithm("grid", n_segments=4)(image)) == 4


def test_without_scikit_image_there_is_still_a_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.partition(".")[0] == "skimage":
            raise ImportError(name)
        return imported(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r"slic needs, try pip install 'lime-widgets\[image\]'"):
        SegmentationAlgorithm("slic")
    assert count(SegmentationAlgorithm("grid", n_segments=6)(CROP)) == 6


def test_scikit_image_loads_when_first_used() -> None:
    check = "import sys, lime_widgets.segmentation, lime_widgets.images.segmenting; sys.exit('skimage' in sys.modules)"
    subprocess.run([sys.executable, "-c", check], check=True)


# ---- any image


@pytest.mark.parametrize("algo_type", SCIKIT_IMAGES)
def test_gray_is_segmented_as_rgb_and_alpha_is_left_out(algo_type: str) -> None:
    algorithm = SegmentationAlgorithm(algo_type, **PARAMETERS[algo_type])
    gray = CROP[:, :, 0]
    expected = algorithm(SKIMAGE.color.gray2rgb(gray))
    np.testing.assert_array_equal(algorithm(gray), expected)
    np.testing.assert_array_equal(algorithm(gray[:, :, None]), expected)
    alpha = np.arange(CROP.shape[0] * CROP.shape[1], dtype=np.uint8).reshape(CROP.shape[0], CROP.shape[1], 1)
    np.testing.assert_array_equal(algorithm(np.concatenate([CROP, alpha], axis=2)), algorithm(CROP))


@pytest.mark.parametrize("channels", [2, 5, 12])
@pytest.mark.parametrize("unit", [1.0, 4000.0])
@pytest.mark.parametrize(
    "algorithm",
    [
        SegmentationAlgorithm("quickshift", kernel_size=2, max_dist=20),
        SegmentationAlgorithm("slic", n_segments=8),
        SegmentationAlgorithm("felzenszwalb", sigma=0, min_size=10),
        SegmentationAlgorithm("watershed", n_segments=8),
    ],
    ids=lambda algorithm: algorithm.algo_type,
)
def test_superpixels_of_any_channels_end_at_the_edge(algorithm: Any, channels: int, unit: float) -> None:
    labels = algorithm(two_halves(channels) * unit)
    edge = 7 if algorithm.algo_type == "watershed" else 8  # the gradient is as high on either side of an edge
    assert not set(labels[:, :edge].ravel()) & set(labels[:, 9:].ravel())


def test_parameters_mean_the_same_for_rgb_and_other_channels() -> None:
    five = CROP[:, :, [0, 1, 2, 0, 1]]
    for algo_type in ("quickshift", "slic"):
        algorithm = SegmentationAlgorithm(algo_type, **PARAMETERS[algo_type])
        assert 0.6 < count(algorithm(five)) / count(algorithm(CROP)) < 1.6


def test_what_is_said_of_channels_and_colours_is_obeyed() -> None:
    first = np.moveaxis(CROP, 2, 0)
    algorithm = SegmentationAlgorithm("slic", n_segments=20, channel_axis=0)
    np.testing.assert_array_equal(algorithm(first), SegmentationAlgorithm("slic", n_segments=20)(CROP))
    two = CROP[:, :, :2] / 255
    plain = SegmentationAlgorithm("quickshift", convert2lab=False, random_seed=3)(two)
    np.testing.assert_array_equal(plain, quickshift(two, convert2lab=False, rng=3))


@pytest.mark.parametrize("shape", [(1, 1), (1, 1, 1), (1, 1, 3), (1, 5, 3), (5, 1, 4), (2, 2), (2, 2, 2), (1, 40, 7)])
@pytest.mark.parametrize("dtype", ["bool", "uint8", "uint16", "int64", "float16", ">f4", "float64"])
@pytest.mark.parametrize("algo_type", ALGORITHMS)
def test_tiny_images_of_any_kind_have_labels(shape: tuple[int, ...], dtype: str, algo_type: str) -> None:
    image = (np.arange(np.prod(shape)).reshape(shape) % 2).astype(dtype)
    image.flags.writeable = False
    labels = SegmentationAlgorithm(algo_type)(image)
    assert labels.shape == shape[:2]
    assert labels.dtype == np.int64


# ---- grid and watershed


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 7), (7, 1), (5, 8), (64, 48), (3, 1000)])
@pytest.mark.parametrize("n_segments", [1, 2, 7, 50, 5000])
def test_a_grid_covers_the_image_with_equal_cells(height: int, width: int, n_segments: int) -> None:
    labels = grid(np.zeros((height, width)), n_segments)
    rows, columns = near_square(height, width, n_segments)
    np.testing.assert_array_equal(np.unique(labels), np.arange(rows * columns))
    areas = np.bincount(labels.ravel())
    assert areas.max() <= np.ceil(height / rows) * np.ceil(width / columns)
    assert areas.min() >= (height // rows) * (width // columns)


@pytest.mark.parametrize("n_segments", [20, 50, 100, 333])
def test_a_grid_has_about_as_many_near_square_cells_as_wanted(n_segments: int) -> None:
    rows, columns = near_square(480, 640, n_segments)
    assert abs(rows * columns - n_segments) / n_segments < 0.1
    assert 0.7 < (480 / rows) / (640 / columns) < 1.4


def test_a_grid_has_the_rows_and_columns_that_are_given() -> None:
    image = np.zeros((30, 60))
    assert grid(image).max() + 1 == near_square(30, 60, 100)[0] * near_square(30, 60, 100)[1]
    assert grid(image, rows=3, columns=5).max() + 1 == 15
    assert grid(image, rows=3).max() + 1 == 18
    assert grid(image, columns=6).max() + 1 == 18


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"rows": 31}, "got rows=31, expected at most 30 as the image has pixels, try rows=30"),
        ({"columns": 0}, "got columns=0, expected a whole number of 1 or more"),
        ({"rows": 2.5}, "got rows=2.5"),
        ({"n_segments": 0}, "got n_segments=0"),
        ({"n_segments": 4, "rows": 2}, "expected one or the other"),
    ],
)
def test_a_grid_that_cannot_be_is_refused(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        grid(np.zeros((30, 60)), **parameters)


def test_watershed_has_one_connected_superpixel_for_each_cell() -> None:
    labels = watershed(CROP, n_segments=30)
    rows, columns = near_square(64, 80, 30)
    np.testing.assert_array_equal(np.unique(labels), np.arange(1, rows * columns + 1))
    assert SKIMAGE.measure.label(labels, connectivity=1).max() == rows * columns


def test_a_compact_watershed_is_nearer_to_a_grid() -> None:
    cells = grid(CROP, n_segments=30)

    def strays(compactness: float) -> float:
        labels = watershed(CROP, 30, compactness) - 1
        return float((labels != cells).mean())

    assert strays(0.0) > strays(0.003) > strays(0.1)


@pytest.mark.parametrize("compactness", [-1.0, np.nan, np.inf])
def test_a_compactness_that_cannot_be_is_refused(compactness: float) -> None:
    with pytest.raises(ValueError, match="expected 0 or more, try compactness=0"):
        watershed(CROP, 30, compactness)


# ---- resizing


def test_a_smaller_image_has_the_means_of_blocks_and_a_larger_one_repeats_pixels() -> None:
    image = np.arange(16).reshape(4, 4)
    np.testing.assert_array_equal(resized(image, 4), [[2.5, 4.5], [10.5, 12.5]])
    np.testing.assert_array_equal(resized(image, 64), np.repeat(np.repeat(image, 2, 0), 2, 1))
    np.testing.assert_array_equal(resized(image, 16), image)


@pytest.mark.parametrize("shape", [(1, 1), (1, 90), (7, 5), (40, 31), (40, 31, 3)])
@pytest.mark.parametrize("pixels", [1, 10, 150, 4000])
def test_an_image_keeps_its_mean_and_labels_come_back_to_its_size(shape: tuple[int, ...], pixels: int) -> None:
    small = resized(np.full(shape, 0.25), pixels)
    np.testing.assert_allclose(small, 0.25)
    places = np.arange(small.shape[0] * small.shape[1]).reshape(small.shape[:2])
    labels = blown_up(places, *shape[:2])
    assert labels.shape == shape[:2]
    assert (np.diff(labels, axis=1) >= 0).all()
    assert (labels[0, 0] == 0) or small.size > np.prod(shape)
    if small.shape[0] <= shape[0] and small.shape[1] <= shape[1]:
        assert count(labels) == places.size


# ---- the page's controls


@pytest.mark.parametrize("photo", PHOTOS)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("n_segments", [20, 120])
def test_a_photograph_has_about_as_many_superpixels_as_a_reader_wants(
    photo: str, algorithm: str, n_segments: int
) -> None:
    labels = PageSegmentation(algorithm, n_segments, 10.0)(PHOTOS[photo])
    assert labels.shape == PHOTOS[photo].shape[:2]
    assert n_segments / 1.6 < count(labels) < n_segments * 1.6


@pytest.mark.parametrize("compactness", [1.0, 40.0])
def test_slic_makes_as_many_whatever_the_compactness(compactness: float) -> None:
    labels = PageSegmentation("slic", 50, compactness)(PHOTOS["astronaut"])
    assert 50 / 1.6 < count(labels) < 50 * 1.6


@pytest.mark.parametrize("algorithm", ["slic", "watershed", "quickshift"])
def test_a_higher_compactness_makes_shorter_borders(algorithm: str) -> None:
    def border(compactness: float) -> int:
        labels = PageSegmentation(algorithm, 40, compactness)(PHOTOS["chelsea"])
        length = (labels[:, 1:] != labels[:, :-1]).sum() + (labels[1:] != labels[:-1]).sum()
        return int(length) // count(labels)

    assert border(2.0) > border(40.0)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_number_of_any_size_is_within_what_an_image_has(algorithm: str) -> None:
    for n_segments in (1, 1000, 5000):
        labels = PageSegmentation(algorithm, n_segments, 10.0)(CROP)
        assert count(labels) <= min(2 * n_segments, CROP.shape[0] * CROP.shape[1])


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 5), (2, 2, 2), (28, 28, 1), (32, 32, 4)])
@pytest.mark.parametrize("compactness", [5e-324, 1e308])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_tiny_images_and_any_compactness_are_taken(shape: tuple[int, ...], compactness: float, algorithm: str) -> None:
    image = np.random.default_rng(0).random(shape)
    labels = PageSegmentation(algorithm, 20, compactness)(image)
    assert labels.shape == shape[:2]
    assert count(labels) <= 40


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_numbers_of_any_range_are_segmented_as_bytes_are(algorithm: str) -> None:
    segmentation = PageSegmentation(algorithm, 20, 10.0)
    expected = count(segmentation(CROP))
    for image in (CROP / 255, CROP.astype(np.float32), CROP.astype(int), CROP / 127.5 - 1):
        assert expected / 2 <= count(segmentation(image)) <= 2 * expected


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_flat_image_is_segmented(algorithm: str) -> None:
    assert PageSegmentation(algorithm, 10, 10.0)(np.full((40, 50, 3), 7)).shape == (40, 50)


def test_a_large_image_is_segmented_while_a_reader_waits() -> None:
    large = np.tile(PHOTOS["astronaut"], (3, 3, 1))
    start = time.perf_counter()
    labels = PageSegmentation("slic", 60, 20.0)(large)
    assert time.perf_counter() - start < 5
    assert labels.shape == (1536, 1536)


def test_equal_images_have_equal_labels_in_every_process() -> None:
    code = (
        "import zlib, numpy as np\n"
        "from lime_widgets.images.segmenting import PageSegmentation, ALGORITHMS\n"
        "image = np.random.default_rng(0).integers(0, 255, (40, 50, 3), dtype=np.uint8)\n"
        "print([zlib.crc32(PageSegmentation(name, 20, 10.0)(image).tobytes()) for name in ALGORITHMS])"
    )
    answers = [subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout for _ in range(2)]
    assert answers[0] == answers[1] != b""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("kmeans", 50, 10.0), "got algorithm='kmeans', expected one of quickshift, slic"),
        ((["slic"], 50, 10.0), r"got algorithm=\['slic'\]"),
        (("slic", 0, 10.0), "got n_segments=0, expected a whole number from 1 to 5000, try n_segments=50"),
        (("slic", 5001, 10.0), "got n_segments=5001"),
        (("slic", 50.0, 10.0), "got n_segments=50.0"),
        (("slic", True, 10.0), "got n_segments=True"),
        (("slic", "50", 10.0), "got n_segments='50'"),
        (("slic", 50, 0), "got compactness=0, expected a finite number above 0, try compactness=10.0"),
        (("slic", 50, float("nan")), "got compactness=nan"),
        (("slic", 50, float("inf")), "got compactness=inf"),
        (("slic", 50, 10**400), "got compactness=1000"),
        (("slic", 50, None), "got compactness=None"),
    ],
)
def test_controls_that_are_out_of_range_are_refused(arguments: tuple[Any, Any, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PageSegmentation(*arguments)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_segmentations_can_be_pickled(algorithm: str) -> None:
    plain = SegmentationAlgorithm(algorithm, **PARAMETERS[algorithm])
    for segmentation in (plain, PageSegmentation(algorithm, 12, 10.0)):
        again = pickle.loads(pickle.dumps(segmentation))  # noqa: S301 - written in the same line
        assert repr(again) == repr(segmentation)
        assert again.algo_type == algorithm
        np.testing.assert_array_equal(again(CROP), segmentation(CROP))
