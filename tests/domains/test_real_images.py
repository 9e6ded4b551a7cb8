"""Photographs as people have them: a dog and a cat in one picture, and a cat that a network takes for a bear."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("skimage")

from PIL import Image

from lime_widgets import LimeImageExplainer
from lime_widgets.image import ImageExplanation
from lime_widgets.segmentation import SegmentationAlgorithm

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
NETWORK, DOGS, CAT_AND_MOUSE = (DATA / name for name in ("efficientnet_lite0_int8.onnx", "dogs.png", "cat_mouse.jpg"))
DOG, TABBY, BEAR = 239, 281, 295
CATS = range(281, 294)
SIDE = 224
"""Of the pictures that the network takes."""
BETWEEN = 90
"""The dog is to the left of this column, the cat to the right."""
Pixels = NDArray[np.uint8]

needs_network = pytest.mark.skipif(
    not (NETWORK.exists() and importlib.util.find_spec("onnxruntime")),
    reason="efficientnet_lite0_int8.onnx or onnxruntime is not here",
)
needs_torch = pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("torch", "efficientnet_lite_pytorch", "nbclient")),
    reason="torch, its network or nbclient is not here",
)


@cache
def network() -> Callable[[Pixels], NDArray[np.float32]]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # the tests beside this one need the other cores
    session = onnxruntime.InferenceSession(NETWORK, options, providers=["CPUExecutionProvider"])

    def predict(images: Pixels) -> NDArray[np.float32]:
        scaled = (images.astype(np.float32) - 127.5) / 127.5
        logits = session.run(None, {"x": np.ascontiguousarray(np.moveaxis(scaled, 3, 1))})[0]
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities: NDArray[np.float32] = odds / odds.sum(axis=1, keepdims=True)
        return probabilities

    return predict


def read(path: Path) -> Pixels:
    if not path.exists():
        pytest.skip(f"{path.name} is not here")
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def explain(image: Pixels, *labels: int, algorithm: str = "slic", **options: Any) -> ImageExplanation:
    return LimeImageExplainer(random_state=0).explain_instance(
        image,
        network(),
        labels=labels,
        top_labels=None,
        segmentation_fn=SegmentationAlgorithm(algorithm, n_segments=60),
        progress_bar=False,
        **options,
    )


@cache
def dog_and_cat(algorithm: str) -> ImageExplanation:
    return explain(read(DOGS), DOG, TABBY, algorithm=algorithm)


def superpixels_where(explanation: ImageExplanation, pixels: NDArray[np.bool_]) -> list[str]:
    """Name the superpixels most of whose pixels are among these."""
    numbers = [
        number for number in np.unique(explanation.segments) if pixels[explanation.segments == number].mean() > 0.5
    ]
    assert numbers
    return [f"superpixel {number}" for number in numbers]


def left_half() -> NDArray[np.bool_]:
    return np.broadcast_to(np.arange(SIDE) < BETWEEN, (SIDE, SIDE))


@needs_network
@pytest.mark.parametrize("algorithm", ["slic", "grid"])
def test_the_dog_is_explained_by_the_dog_and_the_cat_by_the_cat(algorithm: str) -> None:
    explanation = dog_and_cat(algorithm)
    on_the_left = {}
    for label in (DOG, TABBY):
        _, mask = explanation.get_image_and_mask(label, num_features=4)
        on_the_left[label] = left_half()[mask == 1].mean()
    assert on_the_left[DOG] > 0.75
    assert on_the_left[TABBY] < 0.05


@needs_network
@pytest.mark.parametrize("algorithm", ["slic", "grid"])
def test_the_strongest_superpixel_of_each_animal_shows_its_head(algorithm: str) -> None:
    explanation = dog_and_cat(algorithm)
    rows, columns = np.indices((SIDE, SIDE))
    for label, column in ((DOG, 60), (TABBY, 165)):
        strongest = explanation.segments == max(explanation.local_exp[label], key=lambda pair: pair[1])[0]
        assert columns[strongest].mean() == pytest.approx(column, abs=25), label
        assert 60 < rows[strongest].mean() < 130, label


@needs_network
def test_each_animal_stands_in_the_other_s_way() -> None:
    explanation = dog_and_cat("slic")
    left, right = superpixels_where(explanation, left_half()), superpixels_where(explanation, ~left_half())
    only_the_cat, only_the_dog = (explanation.what_if(remove=half, label=TABBY) for half in (left, right))
    assert only_the_cat.actual is not None
    assert only_the_dog.actual is not None
    assert only_the_dog.actual < 0.01 < only_the_cat.before < 0.05
    assert only_the_cat.actual > 0.2
    assert only_the_cat.expected > only_the_cat.before > only_the_dog.expected


@needs_network
def test_a_black_cat_is_taken_for_a_bear_and_its_silhouette_is_enough() -> None:
    """In its own dark color the hidden cat is a bear still; in the grass's color it is gone, and so is the bear."""
    image = read(CAT_AND_MOUSE)
    probabilities = network()(image[np.newaxis])[0]
    assert int(probabilities.argmax()) == BEAR
    assert probabilities[BEAR] > 10 * max(probabilities[label] for label in CATS)
    dark = image.mean(axis=2) < 70
    grass = image[-40:, 60:].mean(axis=(0, 1)).tolist()
    answers = {}
    for hide_color in (None, grass):
        explanation = explain(image, BEAR, hide_color=hide_color, num_samples=300)
        answers[hide_color is None] = explanation.what_if(remove=superpixels_where(explanation, dark), label=BEAR)
    in_its_own_color, in_green = answers[True], answers[False]
    assert in_its_own_color.actual is not None
    assert in_green.actual is not None
    assert in_its_own_color.actual == pytest.approx(in_its_own_color.before, abs=0.1)
    assert in_green.actual < 0.1 * in_green.before


@needs_network
def test_the_mouse_speaks_against_the_bear() -> None:
    explanation = explain(read(CAT_AND_MOUSE), BEAR)
    (mouse,) = {int(explanation.segments[row, column]) for row, column in ((150, 45), (165, 48))}
    assert dict(explanation.local_exp[BEAR])[mouse] < -0.05
    answer = explanation.what_if(remove=f"superpixel {mouse}", label=BEAR)
    assert answer.actual is not None
    assert answer.actual > answer.before
    assert answer.expected > answer.before


@needs_network
def test_the_dog_is_what_makes_the_dog_whatever_hides_it() -> None:
    for hide_color in (0, 255, "blur"):
        explanation = explain(read(DOGS), DOG, hide_color=hide_color, num_samples=300)
        _, mask = explanation.get_image_and_mask(DOG, num_features=3)
        assert left_half()[mask == 1].mean() > 0.75, hide_color


@needs_torch
def test_the_notebook_of_a_torch_network_finds_the_towers(tmp_path: Path) -> None:
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(ROOT / "notebooks" / "image_torch.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    asked = "json.dumps([exp.what_if(remove=strongest(label), label=platform).actual for label in (platform, missile)])"
    notebook.cells.append(nbformat.v4.new_code_cell(f"import json; print({asked})"))  # type: ignore[no-untyped-call]
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    without_towers, without_rocket = json.loads(notebook.cells[-1].outputs[0]["text"])
    assert without_towers < 0.2
    assert without_rocket > 0.6
    assert (tmp_path / "image_torch.html").stat().st_size > 100_000
