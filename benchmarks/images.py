"""Explanations of images, ours and lime's on the same image, superpixels and model: time and memory."""

from __future__ import annotations

import io
import time
import tracemalloc
from contextlib import redirect_stderr
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import duration, table, timed, verdict
from lime_widgets import ImageExplanation, LimeImageExplainer
from lime_widgets.segmentation import SegmentationAlgorithm

N_SAMPLES = 1000
MEMORY_BUDGET = 300
COMPOSING_BUDGET = 2.0
SHARE_OF_LIME = 0.1
KINDS = [(224, "uint8"), (224, "float32"), (512, "uint8"), (512, "float32"), (512, "float64")]
EXPLAINERS = ("lime_widgets", "lime")

Floats = NDArray[np.float64]


class ClockedImageModel:
    """A model that looks at one pixel of each image, and how long it was asked."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self, images: NDArray[Any]) -> Floats:
        """Return the probabilities, and remember the time."""
        start = time.perf_counter()
        share = images[:, images.shape[1] // 2, images.shape[2] // 2, 0] / 255.0
        answers: Floats = np.column_stack([1 - share, share])
        self.seconds += time.perf_counter() - start
        return answers


def photograph(side: int, dtype: str) -> NDArray[Any]:
    """Return a photograph that scikit-image carries, square, its numbers from 0 to 255."""
    from PIL import Image
    from skimage.data import astronaut

    source: Any = astronaut
    return np.asarray(Image.fromarray(source()).resize((side, side))).astype(dtype)


def superpixels(side: int) -> NDArray[np.int64]:
    """Return about a hundred superpixels of it."""
    return SegmentationAlgorithm("slic", n_segments=100, start_label=0)(photograph(side, "uint8"))


def explain(name: str, image: NDArray[Any], segments: NDArray[np.int64], model: ClockedImageModel) -> object:
    """Explain an image by one of the two packages."""
    if name == "lime":
        from lime.lime_image import LimeImageExplainer as LimeLimeImageExplainer

        # Its progress bar cannot be turned off.
        with redirect_stderr(io.StringIO()):
            return LimeLimeImageExplainer(random_state=0).explain_instance(
                image, model, segmentation_fn=lambda _: segments, num_samples=N_SAMPLES
            )
    return LimeImageExplainer(random_state=0).explain_instance(
        image, model, segmentation_fn=segments, num_samples=N_SAMPLES, progress_bar=False
    )


def explained_image(n_superpixels: int, n_samples: int) -> ImageExplanation:
    """Return an explanation of a photograph by so many superpixels and samples."""
    cells = SegmentationAlgorithm("slic", n_segments=n_superpixels)
    slopes = np.random.default_rng(1).normal(size=(32, 32))

    def model(images: NDArray[Any]) -> Floats:
        raw = np.tensordot(images[:, 8::16, 8::16, 0] / 255.0, slopes, axes=2) / 32
        second = 1 / (1 + np.exp(-raw))
        return np.column_stack([1 - second, second])

    return LimeImageExplainer(random_state=0, class_names=["no", "yes"]).explain_instance(
        photograph(512, "uint8"), model, segmentation_fn=cells, num_samples=n_samples, progress_bar=False
    )


def print_images() -> None:
    """Print the engine's time and the memory of an explanation, beside lime's."""
    rows = []
    for side, dtype in KINDS:
        engines, megabytes = {}, {}
        for name in EXPLAINERS:
            engines[name] = _engine_seconds(name, side, dtype)
            megabytes[name] = _peak_megabytes(name, side, dtype)
        ratio, memory = engines["lime_widgets"] / engines["lime"], megabytes["lime_widgets"]
        rows.append(
            [
                f"{side} x {side}, {dtype}",
                *(duration(engines[name]) for name in EXPLAINERS),
                f"{ratio:.3f}",
                verdict(ratio, SHARE_OF_LIME),
                *(f"{megabytes[name]:,.0f} MB" for name in EXPLAINERS),
                verdict(memory, MEMORY_BUDGET),
            ]
        )
    header = ["image", "engine", "lime's", "ratio", f"budget {SHARE_OF_LIME}", "peak above start", "lime's", "300 MB"]
    table(f"Explaining an image by {N_SAMPLES:,} samples, segmentation and model apart", header, rows)


def print_composing() -> None:
    """Print what composing perturbed images costs, and segmenting."""
    from lime_widgets.images.composing import Composer

    rows = []
    for side, dtype in KINDS:
        image, ids = photograph(side, dtype), superpixels(side).astype(np.intp)
        composer = Composer(image, np.zeros_like(image), ids)
        masks = np.random.default_rng(0).random((10, int(ids.max()) + 1)) < 0.5
        seconds = timed(lambda made=composer, batch=masks: made.compose(batch), repeats=20).median * N_SAMPLES / 10  # type: ignore[misc]
        rows.append([f"{side} x {side}, {dtype}", duration(seconds), verdict(seconds, COMPOSING_BUDGET)])
    table(f"Composing {N_SAMPLES:,} images in batches of 10", ["image", "all", f"{COMPOSING_BUDGET} s"], rows)


def print_segmenting() -> None:
    """Print what segmentations cost, which both packages leave to scikit-image."""
    from lime_widgets.images.segmenting import PageSegmentation, default_segmentation

    image = photograph(512, "uint8")
    rows = [["lime's quickshift", *_segmented(default_segmentation(0), image)]]
    rows += [
        [f"{algorithm}, 60 asked for", *_segmented(PageSegmentation(algorithm, 60, 10.0), image)]
        for algorithm in ("slic", "felzenszwalb", "quickshift", "watershed", "grid")
    ]
    table("Segmenting a photograph of 512 x 512", ["", "time", "superpixels"], rows)


def _segmented(segmentation: Any, image: NDArray[Any]) -> list[str]:
    """Return the time and the number of superpixels."""
    seconds = timed(lambda: segmentation(image), repeats=1, warm_up=False).median
    return [duration(seconds), f"{len(np.unique(segmentation(image)))}"]


def _engine_seconds(name: str, side: int, dtype: str) -> float:
    """Return the seconds of an explanation without those of the model."""
    image, segments, model = photograph(side, dtype), superpixels(side), ClockedImageModel()
    start = time.perf_counter()
    explain(name, image, segments, model)
    return time.perf_counter() - start - model.seconds


def _peak_megabytes(name: str, side: int, dtype: str) -> float:
    """Return the most memory that an explanation holds at a time, beyond its image and superpixels."""
    image, segments = photograph(side, dtype), superpixels(side)
    tracemalloc.start()
    explain(name, image, segments, ClockedImageModel())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1e6
