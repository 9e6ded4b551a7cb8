"""lime 0.2.0.1, on the very masks and superpixels that this package has, and on masks of its own."""

from __future__ import annotations

import types
import warnings
from typing import Any

import numpy as np
import pytest
from lime.lime_image import LimeImageExplainer as LimeLimeImageExplainer
from numpy.typing import NDArray
from scipy.stats import ks_2samp
from sklearn.linear_model import LinearRegression

from lime_widgets import ImageExplanation, LimeImageExplainer
from lime_widgets.engine import SELECTIONS
from lime_widgets.segmentation import SegmentationAlgorithm
from tests.domains.photos import Eye, checks, photo

N_SAMPLES = 300
TOLERANCE = 1e-8


class Witness:
    """A model that keeps a copy of every image that it was asked about."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.batches: list[NDArray[Any]] = []

    def __call__(self, images: NDArray[Any]) -> Any:
        self.batches.append(images.copy())
        return self.model(images)

    @property
    def images(self) -> NDArray[Any]:
        return np.concatenate(self.batches)


def lime_on_our_masks(ours: ImageExplanation, theirs: Any, model: Any, image: NDArray[Any], **options: Any) -> Any:
    """Let lime explain the image on the masks and superpixels of our explanation, in place of its random numbers."""
    masks = ours.neighborhood.samples.astype(np.int64)
    theirs.random_state = types.SimpleNamespace(randint=lambda *_args, **_high: masks.ravel().copy())
    segments = ours.segments
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return theirs.explain_instance(
            image, model, segmentation_fn=lambda _: segments, num_samples=len(masks), random_seed=1, **options
        )


def distinct(images: NDArray[Any], ours: ImageExplanation) -> NDArray[Any]:
    """Return what lime asked about, each image once."""
    _, first = np.unique(ours.neighborhood.samples, axis=0, return_index=True)
    return images[np.sort(first)]


def assert_same(ours: ImageExplanation, theirs: Any) -> None:
    assert sorted(ours.local_exp) == sorted(int(label) for label in theirs.local_exp)
    for label in ours.local_exp:
        mine, yours = ours.local_exp[label], theirs.local_exp[label]
        assert [superpixel for superpixel, _ in mine] == [superpixel for superpixel, _ in yours]
        assert [weight for _, weight in mine] == pytest.approx([weight for _, weight in yours], abs=TOLERANCE)
        assert ours.intercept[label] == pytest.approx(theirs.intercept[label], abs=TOLERANCE)
    last = list(theirs.local_exp)[-1]
    # lime keeps these of the last label alone.
    assert ours.score[last] == pytest.approx(theirs.score, abs=TOLERANCE)
    assert ours.local_pred[last] == pytest.approx(float(theirs.local_pred[0]), abs=TOLERANCE)


DTYPES = [np.uint8, np.int16, np.float32, np.float64]


@pytest.mark.parametrize("hide_color", [None, 0, [10, 20, 30]], ids=str)
@pytest.mark.parametrize("dtype", DTYPES)
def test_composed_images_equal_limes_to_the_byte(dtype: Any, hide_color: Any) -> None:
    image = photo().astype(dtype) if np.dtype(dtype).kind != "f" else (photo() / 255).astype(dtype)
    our_eye, their_eye = Witness(Eye()), Witness(Eye())
    ours = LimeImageExplainer(random_state=0).explain_instance(
        image,
        our_eye,
        segmentation_fn=checks(),
        hide_color=hide_color,
        num_samples=N_SAMPLES,
        sampling="lime",
        batch_size=7,
    )
    theirs = lime_on_our_masks(ours, LimeLimeImageExplainer(), their_eye, image, hide_color=hide_color)
    assert our_eye.images.dtype == their_eye.images.dtype == dtype
    assert our_eye.images.tobytes() == distinct(their_eye.images, ours).tobytes()
    assert_same(ours, theirs)


@pytest.mark.parametrize(
    "algorithm", [("quickshift", {"kernel_size": 3}), ("slic", {"n_segments": 30, "start_label": 0})]
)
def test_composed_images_equal_limes_where_superpixels_are_ragged(algorithm: Any) -> None:
    name, parameters = algorithm
    image = photo(50, 70)
    our_eye, their_eye = Witness(Eye()), Witness(Eye())
    ours = LimeImageExplainer(random_state=1).explain_instance(
        image, our_eye, segmentation_fn=SegmentationAlgorithm(name, random_seed=1, **parameters), num_samples=100
    )
    lime_on_our_masks(ours, LimeLimeImageExplainer(), their_eye, image)
    assert len(np.unique(ours.segments)) > 10
    assert our_eye.images.tobytes() == distinct(their_eye.images, ours).tobytes()


@pytest.mark.parametrize("num_features", [4, 12, 100000])
@pytest.mark.parametrize("selection", SELECTIONS)
def test_every_selection_agrees_with_lime(selection: str, num_features: int) -> None:
    image = photo()
    options: dict[str, Any] = {"num_features": num_features, "top_labels": 3}
    settings: dict[str, Any] = {"feature_selection": selection}
    ours = LimeImageExplainer(random_state=0, **settings).explain_instance(
        image, Eye(), segmentation_fn=checks(), num_samples=N_SAMPLES, sampling="lime", **options
    )
    theirs = lime_on_our_masks(ours, LimeLimeImageExplainer(**settings), Eye(), image, **options)
    assert_same(ours, theirs)
    assert ours.top_labels == [int(label) for label in theirs.top_labels]


@pytest.mark.parametrize(
    ("settings", "options"),
    [
        ({"kernel_width": 0.1}, {}),
        ({"kernel": lambda distances, kernel_width: 1 / (1 + distances / kernel_width)}, {}),
        ({}, {"distance_metric": "euclidean"}),
        ({"kernel_width": 10}, {"distance_metric": "l1"}),
        ({}, {"model_regressor": LinearRegression()}),
        ({}, {"top_labels": None, "labels": (3, 0)}),
    ],
    ids=["width", "kernel", "euclidean", "l1", "regressor", "labels"],
)
def test_every_setting_agrees_with_lime(settings: dict[str, Any], options: dict[str, Any]) -> None:
    image = photo()
    ours = LimeImageExplainer(random_state=0, **settings).explain_instance(
        image, Eye(), segmentation_fn=checks(), num_samples=N_SAMPLES, sampling="lime", **options
    )
    assert_same(ours, lime_on_our_masks(ours, LimeLimeImageExplainer(**settings), Eye(), image, **options))


def test_grays_become_rgb_as_in_lime() -> None:
    image = photo()[..., 0]
    our_eye, their_eye = Witness(Eye()), Witness(Eye())
    ours = LimeImageExplainer(random_state=0).explain_instance(image, our_eye, segmentation_fn=checks(), num_samples=50)
    theirs = lime_on_our_masks(ours, LimeLimeImageExplainer(), their_eye, image)
    assert our_eye.images.tobytes() == distinct(their_eye.images, ours).tobytes()
    assert ours.image.shape == theirs.image.shape == (60, 80, 3)


@pytest.mark.parametrize("hide_rest", [False, True])
@pytest.mark.parametrize("min_weight", [0.0, 0.01])
@pytest.mark.parametrize("num_features", [3, 5, 100])
def test_the_image_and_mask_are_limes(hide_rest: bool, min_weight: float, num_features: int) -> None:
    image = photo()
    ours = LimeImageExplainer(random_state=0).explain_instance(
        image, Eye(), segmentation_fn=checks(), num_samples=N_SAMPLES, sampling="lime"
    )
    theirs = lime_on_our_masks(ours, LimeLimeImageExplainer(), Eye(), image)
    options = {"hide_rest": hide_rest, "min_weight": min_weight, "num_features": num_features}
    for label in ours.local_exp:
        for signs in ({}, {"positive_only": False}, {"positive_only": False, "negative_only": True}):
            mine, mask = ours.get_image_and_mask(label, **signs, **options)  # type: ignore[arg-type]
            yours, their_mask = theirs.get_image_and_mask(label, **signs, **options)
            assert np.array_equal(mask, their_mask)
            assert mine.dtype == yours.dtype
            assert np.array_equal(mine, yours)


def test_the_default_superpixels_are_limes() -> None:
    image = photo(80, 100)
    ours = LimeImageExplainer(random_state=0).explain_instance(image, Eye(), num_samples=20, random_seed=5)
    theirs = SegmentationAlgorithm("quickshift", kernel_size=4, max_dist=200, ratio=0.2, random_seed=5)(image)
    assert np.array_equal(ours.segments, theirs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lime = LimeLimeImageExplainer(random_state=0).explain_instance(image, Eye(), num_samples=20, random_seed=5)
    # lime's own seed is lost on the way to scikit-image, whose ties then fall as chance will.
    assert abs(len(np.unique(ours.segments)) - len(np.unique(lime.segments))) <= 2


def test_data_labels_is_limes() -> None:
    image, segments = photo(), checks()
    hidden = np.zeros_like(image)
    data, labels = LimeImageExplainer(random_state=4).data_labels(image, hidden, segments, Eye(), 60)
    shown = data[:, segments].astype(bool)
    expected = Eye()(np.where(shown[..., None], image, hidden))
    assert data[0].all()
    assert data.shape == (60, 20)
    assert labels == pytest.approx(expected)


def weights_of(explainer: Any, **options: Any) -> list[float]:
    image = photo()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = explainer.explain_instance(image, Eye(), segmentation_fn=lambda _: checks(), num_samples=150, **options)
    by_superpixel = dict(found.local_exp[1])
    return [by_superpixel[superpixel] for superpixel in range(20)]


def test_on_masks_of_their_own_weights_are_distributed_as_limes() -> None:
    seeds = range(30)
    ours = np.array([weights_of(LimeImageExplainer(random_state=seed), sampling="lime") for seed in seeds])
    theirs = np.array([weights_of(LimeLimeImageExplainer(random_state=seed + 100)) for seed in seeds])
    other = np.array(
        [weights_of(LimeImageExplainer(random_state=seed), hide_color=0, sampling="lime") for seed in seeds]
    )
    # A thousandth for all weights together (Bonferroni).
    limit = 0.001 / ours.shape[1]
    assert min(ks_2samp(a, b).pvalue for a, b in zip(ours.T, theirs.T, strict=True)) > limit
    assert min(ks_2samp(a, b).pvalue for a, b in zip(other.T, theirs.T, strict=True)) < limit
