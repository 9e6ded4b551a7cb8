"""Images of any shape, dtype and degeneracy are composed and fitted as by a plain reference; mistakes are named."""

from __future__ import annotations

import json
import math
import pickle
import subprocess
import sys
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lime.lime_base import LimeBase
from numpy.typing import NDArray

from lime_widgets import Explanation, LimeImageExplainer
from lime_widgets.engine import SELECTIONS, PredictionError
from lime_widgets.images.overlay import outlined
from lime_widgets.images.superpixels import Superpixels
from lime_widgets.segmentation import SegmentationAlgorithm
from lime_widgets.widgets.explanation_widget import ExplanationWidget
from tests.domains.photos import Eye, checks, photo

DTYPES = [
    *("bool", "uint8", "int8", "uint16", "int16", "int32", "uint32", "int64", "uint64"),
    *("float16", "float32"),
    "float64",
    ">f4",
    ">i2",
]
NUMBERS = ["noise", "constant", "extreme", "tiny", "negative", "half"]
MEMORY = ["plain", "fortran", "flipped", "read-only", "strided"]
FILLINGS = ["mean", "none", "blur", "noise", "number", "channels", "function", "image"]
ANSWERS = ["float64", "float32", "lists", "one column"]


@dataclass
class Case:
    """An image and how it is explained."""

    image: NDArray[Any]
    labels: NDArray[Any]
    hide_color: Any
    options: dict[str, Any]
    explainer: dict[str, Any]
    answer: str
    seen: list[NDArray[Any]] = field(default_factory=list)

    def model(self, images: NDArray[Any]) -> Any:
        """Answer smoothly with three classes, keep what came, and write into it."""
        self.seen.append(images.copy())
        pixels = np.nan_to_num(images.reshape(len(images), -1).astype(np.float64))
        waves = np.sin(np.arange(1, pixels.shape[1] + 1))
        raw = np.tanh(pixels @ (waves / np.abs(waves).sum()) / max(1.0, float(np.abs(pixels[0]).max())))
        images[...] = 0
        first = 0.5 + 0.3 * raw
        answer = np.column_stack([first, (1 - first) * 0.6, (1 - first) * 0.4])
        if self.answer == "one column":
            return first
        return {"lists": answer.tolist(), "float32": answer.astype(np.float32)}.get(self.answer, answer)

    def explain(self) -> Any:
        """Explain it."""
        return LimeImageExplainer(**self.explainer).explain_instance(
            self.image,
            self.model,
            segmentation_fn=self.labels,
            hide_color=self.hide_color,
            progress_bar=False,
            **self.options,
        )


def numbers_of(kind: str, shape: tuple[int, ...], dtype: np.dtype[Any], rng: np.random.Generator) -> NDArray[Any]:
    """Return the numbers of an image."""
    if dtype.kind == "b":
        return rng.random(shape) < 0.5
    whole = dtype.kind in "iu"
    low, high = (np.iinfo(dtype).min, np.iinfo(dtype).max) if whole else (-1e3, 1e3)
    if kind == "extreme":
        ends = [low, high] if whole else [float(np.finfo(dtype).max) if dtype.itemsize == 2 else 9e29, -1e4]
        return rng.choice(np.array(ends, dtype=dtype), shape)
    if kind == "tiny":
        return np.full(shape, 1 if whole else np.finfo(dtype).smallest_subnormal, dtype=dtype)
    scale = {"constant": 0, "negative": -1, "half": 0.5}.get(kind, 1)
    drawn = scale * rng.integers(0, 100, shape) * (1 if whole else 0.37)
    clipped: NDArray[Any] = np.clip(drawn, low, high).astype(dtype)
    return clipped


def stored(image: NDArray[Any], memory: str) -> NDArray[Any]:
    """Return equal numbers in other memory."""
    if memory == "read-only":
        image = image.copy()
        image.flags.writeable = False
        return image
    if memory == "flipped":
        return image[::-1].copy()[::-1]
    if memory == "strided":
        return np.repeat(image, 2, axis=0)[::2]
    return np.asfortranarray(image) if memory == "fortran" else image


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw an image, its superpixels, what hides them, and settings."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    height, width = draw(st.integers(1, 24)), draw(st.integers(1, 24))
    channels = draw(st.sampled_from([None, 1, 2, 3, 3, 4, 6]))
    shape = (height, width) if channels is None else (height, width, channels)
    dtype = np.dtype(draw(st.sampled_from(DTYPES)))
    image = numbers_of(draw(st.sampled_from(NUMBERS)), shape, dtype.newbyteorder("="), rng).astype(dtype)
    n_labels = draw(st.integers(1, 12))
    values = np.array(draw(st.lists(st.integers(-(2**40), 2**40), min_size=n_labels, max_size=n_labels, unique=True)))
    labels = values[rng.integers(0, n_labels, (height, width))]
    filling = draw(st.sampled_from(FILLINGS))
    keeps = draw(st.booleans())
    n_channels = channels or (1 if keeps else 3)
    hide_color: Any = {
        "none": None, "number": 1, "channels": [1] * n_channels, "image": np.ones((height, width, n_channels), dtype),
        "function": lambda given, segments: np.where(segments[..., None] > 0, given, np.zeros_like(given)),
    }.get(filling, filling)  # fmt: skip
    options = {
        "num_samples": draw(st.sampled_from([1, 2, 3, 20, 40])),
        "num_features": draw(st.sampled_from([1, 3, 6, 100_000])),
        "batch_size": draw(st.sampled_from([1, 7, 1000, None])),
        "top_labels": draw(st.sampled_from([None, 1, 2, 50])),
        "labels": (0, 1),
        "sampling": draw(st.sampled_from(["lime", "best", "arrays", "pairs", "stratified"])),
    }
    explainer = {
        "feature_selection": draw(st.sampled_from(SELECTIONS)),
        "random_state": draw(st.integers(0, 99)),
        "grayscale": "keep" if keeps else "rgb",
        "channels": "last",
    }
    return Case(
        stored(image, draw(st.sampled_from(MEMORY))),
        labels,
        hide_color,
        options,
        explainer,
        draw(st.sampled_from(ANSWERS)),
    )


def reference_images(found: Any, masks: NDArray[np.bool_]) -> NDArray[Any]:
    """Compose the slow way, superpixel by superpixel, in the shape that the model is asked with."""
    images = []
    for mask in masks:
        image = found.mapper.instance.pixels.copy()
        for superpixel in np.flatnonzero(~mask):
            part = found.segments == found.mapper.lime_ids[superpixel]
            image[part] = found.mapper.hidden[part]
        images.append(image[..., 0] if found.image.ndim == 2 else image)
    return np.array(images)


def assert_fitted_as_by_lime(found: Any, label: int) -> None:
    """Compare with lime's own solver on samples of lime's law, where its choice is no rounding noise."""
    neighborhood, chosen = found.neighborhood, found.settings
    if found.design != "lime":
        return
    base = LimeBase(lambda distances: np.sqrt(np.exp(-(distances**2) / chosen.kernel_width**2)))
    everything = min(chosen.num_features, neighborhood.n_features) == neighborhood.n_features
    if (
        len(neighborhood.samples) < 2
        or not everything
        or chosen.feature_selection not in ("auto", "none", "highest_weights")
    ):
        return
    intercept, weights, _, prediction = base.explain_instance_with_data(
        neighborhood.samples.astype(float), neighborhood.predictions, neighborhood.distances, label, 10**6
    )
    ids = found.mapper.lime_ids
    assert dict(found.local_exp[label]) == pytest.approx({ids[f]: weight for f, weight in weights}, abs=1e-8)
    assert found.intercept[label] == pytest.approx(intercept, abs=1e-8)
    assert found.local_pred[label] == pytest.approx(float(prediction[0]), abs=1e-8)


def assert_usable(found: Any, model: Any) -> None:
    """Use everything that an explanation offers."""
    for label in found.surrogates:
        numbers = [weight for _, weight in found.local_exp[label]]
        assert all(map(math.isfinite, [*numbers, found.intercept[label], found.score[label], found.local_pred[label]]))
        for signs in ({}, {"positive_only": False}, {"negative_only": True, "hide_rest": True}):
            image, mask = found.get_image_and_mask(label, **signs)
            assert image.shape[:2] == mask.shape == found.segments.shape
    assert repr(found)
    json.loads(ExplanationWidget(found).state)
    assert found.as_html()
    for again in (Explanation.from_json(found.to_json()), pickle.loads(pickle.dumps(found))):  # noqa: S301 - our own
        assert again.local_exp == found.local_exp
        assert again.with_model(model).extend(5).local_exp == found.extend(5).local_exp


@settings(max_examples=400, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(case=cases())
def test_any_image_is_composed_and_fitted_as_by_a_plain_reference(case: Case) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = case.explain()
    asked = np.concatenate(case.seen)
    _, first = np.unique(found.neighborhood.samples, axis=0, return_index=True)
    expected = reference_images(found, found.neighborhood.samples[np.sort(first)])
    assert asked.shape == expected.shape
    assert {batch.dtype for batch in case.seen} == {case.image.dtype}
    # numpy puts batches of another byte order together in its own.
    assert asked.tobytes() == expected.astype(asked.dtype).tobytes()
    for label in found.surrogates:
        assert_fitted_as_by_lime(found, label)
    assert_usable(found, case.model)


def explained(image: Any = None, model: Any = None, **asked: Any) -> Any:
    """Explain a photograph, or something else."""
    options = {"segmentation_fn": checks(), "num_samples": 30, "progress_bar": False, **asked}
    return LimeImageExplainer(random_state=0).explain_instance(
        photo() if image is None else image, model or Eye(), **options
    )


SLIPS: dict[str, tuple[dict[str, Any], str]] = {
    "a path": ({"image": "cat.png"}, "try PIL.Image.open"),
    "a batch": ({"image": photo()[None]}, r"try images\[0\]"),
    "channels first": ({"image": np.moveaxis(photo(), -1, 0)}, 'try channels="first"'),
    "numbers beyond all colors": ({"image": photo() * 1e300}, "got an image with a number of .*try image / "),
    "long doubles": ({"image": photo().astype(np.longdouble)}, r"try image.astype\(float\)"),
    "one label": ({"labels": 1}, r"try labels=\(1,\)"),
    "a class too far": ({"labels": (4,), "top_labels": None}, "expected class indices from 0 to 3"),
    "no superpixels wanted": ({"num_features": 0}, "try num_features="),
    "no samples": ({"num_samples": 0}, "try num_samples="),
    "no batch": ({"batch_size": 0}, "try batch_size="),
    "an algorithm's name": ({"segmentation_fn": "slic"}, r"try SegmentationAlgorithm\('slic'\)"),
    "a name misspelt": ({"segmentation_fn": "quikshift"}, r"try SegmentationAlgorithm\('quickshift'\)"),
    "a class": ({"segmentation_fn": SegmentationAlgorithm}, r"got .*the class .*try SegmentationAlgorithm\('quick"),
    "two results": ({"segmentation_fn": lambda _: (checks(), 20)}, "got a tuple of 2.*try its first item"),
    "colors for labels": ({"segmentation_fn": lambda image: image}, "got a label map of 60 x 80 x 3"),
    "half a seed": ({"segmentation_fn": None, "random_seed": 0.5}, "try random_seed=0"),
    "nothing to hide with": ({"hide_color": lambda *_: None}, r"got hide_color=None \(NoneType"),
    "NaN to hide with": ({"hide_color": lambda image, _: image * np.nan}, "hide_color=<float64 of shape"),
    "complex to hide with": ({"hide_color": lambda image, _: image * 1j}, "which are no numbers"),
    "ragged to hide with": ({"hide_color": lambda *_: [[1], [2, 3]]}, "got hide_color="),
    "colors for grays": ({"image": photo(channels=1), "hide_color": (0, 0, 0)}, "1 of them.*try hide_color"),
}  # fmt: skip


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_named_and_nothing_warns(slip: str) -> None:
    asked, message = SLIPS[slip]
    with pytest.raises(ValueError, match=f"(?s){message}") as raised:
        explained(**asked)
    assert all(word in str(raised.value) for word in ("got", "expected", "try"))


UNUSABLE: dict[str, Callable[[Any], Any]] = {
    "NaN": lambda images: np.full((len(images), 2), np.nan),
    "too few rows": lambda images: Eye()(images)[:-1],
    "other classes later": lambda images: np.full((len(images), 4 + bool(images[0].min())), 0.2),
    "nothing": lambda _: None,
    "images": lambda images: images,
    "words": lambda images: ["cat"] * len(images),
    "a column of logits": lambda images: np.full((len(images), 1), -3.0),
    "an error of its own": lambda images: images.dot("float"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_an_unusable_answer_is_named_with_its_batch(name: str) -> None:
    image = photo()
    image[...] = np.maximum(image, 1)
    image[0, 0] = 0

    def model(images: Any) -> Any:
        return UNUSABLE[name](images)

    with pytest.raises(PredictionError, match=r"(?s)rows .* of .*") as raised:
        explained(image, model, hide_color=7, batch_size=4)
    assert all(word in str(raised.value) for word in ("expected", "try"))
    assert raised.value.batch.shape == (4, 60, 80, 3)
    assert isinstance(raised.value.resume(Eye()).local_exp, dict)


def test_what_happens_to_an_image_later_does_not_reach_its_explanation() -> None:
    image = photo()
    found = explained(image)
    before = found.what_if(remove=[0])
    image[:] = 0
    assert np.array_equal(found.image, photo())
    assert found.what_if(remove=[0]) == before


def test_a_function_that_hides_cannot_change_the_image_nor_its_superpixels() -> None:
    def vandal(image: Any, segments: Any) -> Any:
        image[:] = 0
        segments[:] = 0
        return image

    image = photo()
    found = explained(image, hide_color=vandal)
    assert np.array_equal(image, photo())
    assert np.array_equal(found.image, photo())
    assert np.array_equal(found.segments, checks())
    assert found.local_exp == explained(hide_color=0).local_exp


@pytest.mark.parametrize("dtype", [np.int64, np.uint64])
@pytest.mark.parametrize("hide_color", [None, "blur", "noise"])
def test_the_greatest_whole_number_is_hidden_by_the_nearest_float_below(dtype: Any, hide_color: Any) -> None:
    greatest = np.iinfo(dtype).max
    found = explained(
        np.full((60, 80, 3), greatest, dtype), lambda images: [[0.5, 0.5]] * len(images), hide_color=hide_color
    )
    assert 0 <= greatest - int(found.mapper.hidden.min()) <= 2048


def test_a_wide_blur_of_a_large_image_is_that_of_a_smaller_one() -> None:
    from scipy.ndimage import gaussian_filter

    image = photo(700, 900).astype(float)
    found = explained(image, segmentation_fn=checks(700, 900), hide_color="blur", num_samples=2)
    sigma = 900 / 16
    assert np.abs(found.mapper.hidden - gaussian_filter(image, (sigma, sigma, 0), mode="nearest")).max() < 2


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (2, 3)])
def test_outlines_are_drawn_in_any_picture_and_seen_in_a_large_one(channels: int, rows: int, columns: int) -> None:
    picture = np.full((900, 1200, channels), 255, np.uint8)
    drawn = outlined(picture, Superpixels.from_labels(checks(900, 1200, rows, columns), 900, 1200))
    assert drawn.shape == (360, 480, 3)
    # Black on white, one pixel wide, also when the picture is shown smaller than it is.
    is_line = (drawn == 0).all(axis=2)
    assert [int(is_line[5].sum()), int(is_line[:, 5].sum())] == [columns - 1, rows - 1]
    assert (drawn[~is_line] == 255).all()


def test_threads_may_ask_about_one_explanation_at_once() -> None:
    found = explained()
    numbers = list(range(20)) * 3
    with ThreadPoolExecutor(8) as pool:
        at_once = list(pool.map(lambda superpixel: found.what_if(remove=[superpixel]), numbers))
    assert at_once == [found.what_if(remove=[superpixel]) for superpixel in numbers]


def test_a_pickled_explanation_is_not_much_more_than_its_images() -> None:
    found = explained(photo(300, 400), segmentation_fn=checks(300, 400))
    found.what_if(remove=[0])
    # The image, its picture, and the image when all is hidden.
    assert len(pickle.dumps(found)) < 3.2 * found.image.nbytes


def test_explaining_an_image_loads_no_widget_and_its_module_no_library_of_images() -> None:
    program = (
        "import sys, numpy as np; from lime_widgets.image import LimeImageExplainer;"
        "heavy = {'skimage', 'PIL', 'torch', 'matplotlib', 'plotly'} & set(sys.modules);"
        "LimeImageExplainer().explain_instance(np.eye(4), lambda x: [[.5, .5]] * len(x), progress_bar=False,"
        " segmentation_fn=np.arange(16).reshape(4, 4) // 8).as_list();"
        "print(heavy, {'anywidget', 'ipywidgets', 'IPython', 'skimage', 'torch'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["set()", "set()"]
