"""Explaining images: what comes in, what the model is asked, what hides a superpixel, and what goes wrong."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lime_widgets import Explanation, ImageExplanation, LimeImageExplainer, explain
from lime_widgets.engine import LimeError, PredictionError
from lime_widgets.segmentation import SegmentationAlgorithm
from tests.domains.photos import Eye, checks, photo


def explained(image: Any, model: Any = None, **options: Any) -> ImageExplanation:
    made = {
        name: options.pop(name) for name in ("grayscale", "channels", "random_state", "class_names") if name in options
    }
    shape = np.asarray(image).shape[:2] if made.get("channels") != "first" else np.asarray(image).shape[1:]
    asked = {"segmentation_fn": checks(*shape), "num_samples": 60, "progress_bar": False, **options}
    explainer = LimeImageExplainer(**{"random_state": 0, **made})
    return explainer.explain_instance(image, Eye() if model is None else model, **asked)


class Seen(Eye):
    """A model that remembers what it was asked about."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[Any] = []

    def __call__(self, images: Any) -> Any:
        self.batches.append(images)
        return super().__call__(np.stack([np.asarray(image) for image in images]))


def as_kind(kind: str) -> Any:
    image = photo(channels={"one": 1, "rgba": 4, "seven": 7, "gray": 1}.get(kind, 3))
    made: dict[str, Callable[[], Any]] = {
        "one": lambda: image,
        "rgba": lambda: image,
        "seven": lambda: image,
        "uint16": lambda: image.astype(np.uint16) * 257,
        "int64": lambda: image.astype(np.int64),
        "float16": lambda: (image / 255).astype(np.float16),
        "float32": lambda: (image / 255).astype(np.float32),
        "float64 around 0": lambda: image / 127.5 - 1,
        "float64 anything": lambda: image * 3.0 - 700,
        "bool": lambda: image > 100,
        "big-endian": lambda: image.astype(">f4"),
        "fortran": lambda: np.asfortranarray(image),
        "view": lambda: photo(120, 160)[::2, ::-2],
    }
    return made[kind]()


KINDS = [
    *("one", "rgba", "seven", "uint16", "int64", "float16", "float32", "float64 around 0", "float64 anything"),
    *("bool", "big-endian", "fortran", "view"),
]


@pytest.mark.parametrize("kind", KINDS)
def test_the_model_is_asked_with_the_shape_and_dtype_of_the_instance(kind: str) -> None:
    image, model = as_kind(kind), Seen()
    found = explained(image, model, batch_size=25)
    assert [batch.shape for batch in model.batches] == [(25, *image.shape), (25, *image.shape), (10, *image.shape)]
    assert {batch.dtype for batch in model.batches} == {image.dtype}
    assert np.array_equal(model.batches[0][0], image)
    assert np.array_equal(found.image, image)
    assert np.isfinite(list(found.intercept.values())).all()


@pytest.mark.parametrize("kind", KINDS)
def test_any_image_is_shown_exported_and_read_back(kind: str) -> None:
    found = explained(as_kind(kind))
    page = found.as_html()
    assert "data:image/jpeg" in page
    again = Explanation.from_json(found.to_json())
    assert isinstance(again, ImageExplanation)
    assert again.image.dtype == found.image.dtype.newbyteorder("=")
    assert np.array_equal(again.image, found.image)
    assert again.local_exp == found.local_exp
    assert again.with_model(Eye()).extend(20).local_exp == found.extend(20).local_exp


def test_grays_become_rgb_unless_kept() -> None:
    gray, model = photo()[..., 0], Seen()
    assert explained(gray, model).image.shape == (60, 80, 3)
    assert model.batches[0].shape == (10, 60, 80, 3)
    kept = Seen()
    found = explained(gray, kept, grayscale="keep")
    assert kept.batches[0].shape == (10, 60, 80)
    assert np.array_equal(found.image, gray)
    image, mask = found.get_image_and_mask(found.top_labels[0], positive_only=False)  # type: ignore[index]
    assert image.shape == (60, 80, 3)
    assert set(np.unique(mask)) <= {-1, 0, 1}


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "CMYK", "F", "I", "YCbCr", "HSV", "I;16"])
def test_images_of_pillow_come_back_as_they_went_in(mode: str) -> None:
    model = Seen()
    source = Image.fromarray(photo()[..., 0] if mode in ("F", "I", "I;16") else photo())
    image = Image.fromarray(photo()[..., 0].astype(np.uint16) * 200) if mode == "I;16" else source.convert(mode)
    found = explained(image, model)
    (first, *_), *_ = model.batches
    assert isinstance(first, Image.Image)
    assert (first.mode, first.size) == (mode, image.size)
    assert first.tobytes() == image.tobytes()
    assert found.as_list()


def test_a_palette_image_says_what_to_do() -> None:
    with pytest.raises(ValueError, match=r"got an image of mode 'P'.*convert\(\"RGB\"\)"):
        explained(Image.fromarray(photo()).convert("P"))


def test_channels_first_is_never_guessed_of_an_array() -> None:
    planes = np.moveaxis(photo(), -1, 0)
    with pytest.raises(ValueError, match=r"got an array of shape \(3, 60, 80\).*channels=\"first\""):
        LimeImageExplainer().explain_instance(planes, Eye(), num_samples=10)
    model = Seen()
    found = explained(planes, model, channels="first")
    assert model.batches[0].shape == (10, 3, 60, 80)
    assert np.array_equal(model.batches[0][0], planes)
    assert found.segments.shape == (60, 80)


@pytest.mark.parametrize("layout", ["first", "last"])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "uint8"])
def test_tensors_are_asked_about_as_tensors(dtype: str, layout: str) -> None:
    torch = pytest.importorskip("torch")
    array = photo() if dtype == "uint8" else photo() / 255
    tensor = torch.tensor(np.moveaxis(array, -1, 0) if layout == "first" else array).to(getattr(torch, dtype))
    batches = []

    def model(images: Any) -> Any:
        batches.append(images)
        return torch.softmax(images.float().mean(dim=(2, 3)) if layout == "first" else images.float().mean((1, 2)), 1)

    found = LimeImageExplainer(random_state=0).explain_instance(tensor, model, segmentation_fn=checks(), num_samples=30)
    assert batches[0].shape == (10, *tensor.shape)
    assert batches[0].dtype == tensor.dtype
    assert torch.equal(batches[0][0], tensor)
    assert found.image.shape == (60, 80, 3)


def test_a_model_may_keep_its_batches() -> None:
    model = Seen()
    found = explained(photo(), model, batch_size=9)
    kept = np.concatenate(model.batches)
    expected = [found.mapper.perturbed(mask) for mask in found.neighborhood.samples]
    assert np.array_equal(kept, expected)


def test_a_model_that_writes_into_its_batch_changes_nothing() -> None:
    image = photo()
    before = image.copy()

    def vandal(images: Any) -> Any:
        answer = Eye()(images)
        images[:] = 0
        return answer

    assert explained(image, vandal).local_exp == explained(image).local_exp
    assert np.array_equal(image, before)


def test_batches_use_the_same_memory_again() -> None:
    addresses = []

    def model(images: Any) -> Any:
        addresses.append(images.ctypes.data)
        return Eye()(images)

    explained(photo(), model)
    assert len(set(addresses)) == 1
    assert len(addresses) == 6


@pytest.mark.parametrize(
    ("hide_color", "kind"),
    [(None, "mean"), ("mean", "mean"), ("blur", "blur"), ("noise", "noise"), (7, "color"), ((1, 2, 3), "color")],
    ids=str,
)
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_what_hides_a_superpixel(hide_color: Any, kind: str, dtype: Any) -> None:
    image, model = photo().astype(dtype), Seen()
    found = explained(image, model, hide_color=hide_color)
    assert found.mapper.hiding.kind == kind
    mask = found.neighborhood.samples[1]
    shown = mask[checks()]
    sample = model.batches[0][1]
    assert np.array_equal(sample[shown], image[shown])
    hidden = sample[~shown]
    assert not np.array_equal(hidden, image[~shown])
    if kind == "color":
        assert np.array_equal(hidden, np.broadcast_to(np.asarray(hide_color, dtype), hidden.shape))
    if kind == "noise":
        assert hidden.min(axis=0).tolist() >= image.min(axis=(0, 1)).tolist()
        assert hidden.std() > 20
    if kind == "blur":
        assert np.abs(np.diff(sample.astype(float), axis=1))[:, :5].mean() > 0
        assert hidden.astype(float).std() < image[~shown].astype(float).std()


def test_a_function_hides_what_it_wants() -> None:
    def flipped(image: Any, segments: Any) -> Any:
        assert segments.shape == image.shape[:2]
        return image[:, ::-1]

    model = Seen()
    found = explained(photo(), model, hide_color=flipped)
    shown = found.neighborhood.samples[1][checks()]
    assert np.array_equal(model.batches[0][1][~shown], photo()[:, ::-1][~shown])


@pytest.mark.parametrize(
    ("hide_color", "message"),
    [
        ("pink", "got hide_color='pink', expected one of mean, blur, noise"),
        (300, r"got hide_color=300 \(uint8 holds 0 to 255\)"),
        (-1, r"uint8 holds 0 to 255"),
        (float("nan"), "uint8 holds"),
        ((1, 2), "got hide_color=\\(1, 2\\)"),
        (object(), "got hide_color=<object"),
        (lambda image, _: image[:10], "expected a number that fits uint8"),
    ],
    ids=["word", "large", "negative", "nan", "two channels", "object", "another size"],
)
def test_a_wrong_hide_color_is_named(hide_color: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        explained(photo(), hide_color=hide_color)


def test_noise_is_the_same_in_every_process() -> None:
    program = (
        "from tests.domains.test_image import explained, photo;"
        "print(explained(photo(), hide_color='noise', random_state=11).local_exp)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=".")
    assert run.stdout.strip() == str(explained(photo(), hide_color="noise", random_state=11).local_exp)


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (np.zeros((0, 5, 3)), r"got an empty image of shape \(0, 5, 3\)"),
        (np.full((9, 9, 3), np.nan), r"got an image with NaN or infinity in 243 of 243 numbers"),
        (np.full((9, 9, 3), np.inf), r"NaN or infinity"),
        (np.zeros((2, 9, 9, 3)), r"got an array of shape \(2, 9, 9, 3\), expected one image, try images\[0\]"),
        (np.zeros(9), r"got an array of shape \(9,\)"),
        (np.zeros((9, 9, 3), dtype=complex), r"dtype complex128"),
        (np.array([["a"]]), r"expected numbers"),
        (None, r"got an array of shape \(\)"),
        ("photo.png", r"got the text 'photo.png'.*try PIL.Image.open\(path\)"),
    ],
    ids=["empty", "nan", "inf", "batch", "vector", "complex", "text", "none", "path"],
)
def test_what_is_no_image_is_refused_before_the_model_is_asked(image: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LimeImageExplainer().explain_instance(image, pytest.fail)


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 30, 3), (2, 2, 3), (1, 1), (5, 4, 1), (3, 3, 3)])
def test_tiny_images_are_explained(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    found = LimeImageExplainer(random_state=0).explain_instance(
        rng.random(shape), lambda images: np.column_stack([images.mean((1, 2, 3)), 1 - images.mean((1, 2, 3))])
    )
    assert found.as_list()
    assert found.as_html()


def test_one_superpixel_is_explained() -> None:
    found = explained(photo(), segmentation_fn=np.zeros((60, 80), int), sampling="lime")
    ((superpixel, weight),) = found.local_exp[found.first_label]
    assert superpixel == 0
    assert np.isfinite(weight)
    assert found.neighborhood.n_samples == 60


def test_of_one_superpixel_both_masks_are_asked_about_once() -> None:
    model = Seen()
    found = explained(photo(), model, segmentation_fn=np.zeros((60, 80), int))
    assert found.design == "enumeration"
    assert sum(map(len, model.batches)) == 2
    assert np.isfinite(found.local_exp[found.first_label][0][1])


def test_ten_thousand_superpixels_are_refused_before_the_model_is_asked() -> None:
    with pytest.raises(ValueError, match="got an instance of 10000 distinct superpixels, expected at most 5000"):
        LimeImageExplainer().explain_instance(
            np.zeros((100, 100, 3)), pytest.fail, segmentation_fn=np.arange(10_000).reshape(100, 100)
        )


@pytest.mark.parametrize(
    "labels", [np.zeros((80, 60), int), np.zeros((60, 80, 2), int), np.full((60, 80), np.nan), np.zeros((60, 80), "U1")]
)
def test_a_label_map_that_does_not_fit_is_refused(labels: Any) -> None:
    for segmentation in (labels, lambda _: labels):
        with pytest.raises(ValueError, match=r"got .*expected .*try"):
            LimeImageExplainer().explain_instance(photo(), pytest.fail, segmentation_fn=segmentation)


def test_labels_are_kept_whatever_their_numbers() -> None:
    labels = checks() * 10 - 30
    found = explained(photo(), segmentation_fn=labels)
    plain = explained(photo())
    assert np.array_equal(found.segments, labels)
    assert found.local_exp[1] == [(superpixel * 10 - 30, weight) for superpixel, weight in plain.local_exp[1]]
    assert found.as_list(1)[0][0] == f"superpixel {found.local_exp[1][0][0]}"
    _, mask = found.get_image_and_mask(1, positive_only=False)
    assert set(found.segments[mask != 0]) == {superpixel for superpixel, _ in found.local_exp[1][:5]}
    by_label = found.what_if(remove=[-30, 0], label=1)
    assert by_label == found.what_if(remove=["superpixel -30", "superpixel 0"], label=1)


def test_a_segmentation_cannot_change_the_image() -> None:
    image = photo()

    def vandal(given: Any) -> Any:
        given[:] = 0
        return checks()

    model = Seen()
    explained(image, model, segmentation_fn=vandal)
    assert np.array_equal(model.batches[0][0], photo())


def test_superpixels_that_are_not_there_are_named() -> None:
    found = explained(photo())
    with pytest.raises(ValueError, match=r"got 'superpixel 99', which the instance does not have, try 'superpixel 9'"):
        found.what_if(remove=[99])
    with pytest.raises(KeyError, match="got label 17"):
        found.get_image_and_mask(17)
    with pytest.raises(ValueError, match="positive_only=True and negative_only=True"):
        found.get_image_and_mask(1, positive_only=True, negative_only=True)
    with pytest.raises(ValueError, match="got values for an image"):
        found.what_if(values={"superpixel 1": 0})


def test_negative_only_alone_means_negative_only() -> None:
    found = explained(photo())
    image, mask = found.get_image_and_mask(1, negative_only=True, num_features=100)
    negative = {superpixel for superpixel, weight in found.local_exp[1] if weight < 0}
    assert negative
    assert set(found.segments[mask == 1]) == negative
    assert np.array_equal(image, photo())


def test_the_image_and_its_superpixels_cannot_be_changed_afterwards() -> None:
    found = explained(photo())
    for array in (found.image, found.segments):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 1
    image, mask = found.get_image_and_mask(0)
    image[:], mask[:] = 0, 0


def test_nothing_hidden_is_said_so() -> None:
    assert str(explained(photo()).what_if(remove=[])).startswith("without nothing: ")


def test_what_if_compares_expectation_and_answer() -> None:
    found = explained(photo(), num_samples=400)
    one, two = (found.local_exp[1][place][0] for place in (0, 1))
    tested = found.what_if(remove=[one, two], label=1)
    fit = found.surrogate(1)
    weights = dict(zip(fit.features, fit.weights, strict=True))
    assert tested.expected == pytest.approx(fit.local_prediction - weights[one] - weights[two])
    keep = np.ones(20, dtype=bool)
    keep[[one, two]] = False
    assert tested.actual == pytest.approx(Eye()(found.mapper.perturbed(keep)[None])[0, 1])


def test_the_same_seed_gives_the_same_explanation() -> None:
    one, two, other = (explained(photo(), random_state=seed) for seed in (3, 3, 4))
    assert one.local_exp == two.local_exp != other.local_exp
    drawn = explained(photo(), random_state=None)
    assert explained(photo(), random_state=drawn.random_state).local_exp == drawn.local_exp


def test_more_samples_keep_what_there_is() -> None:
    model = Seen()
    found = explained(photo(), model)
    n_asked = sum(map(len, model.batches))
    more = found.extend(40)
    assert sum(map(len, model.batches)) == n_asked + 40
    assert more.local_exp == explained(photo(), num_samples=100).local_exp


def test_an_image_is_cut_anew() -> None:
    found = explained(photo(), hide_color="blur", num_features=7, class_names=list("abcd"))
    cut = found.resegment(checks(60, 80, 2, 3))
    fresh = explained(
        photo(), hide_color="blur", num_features=7, class_names=list("abcd"), segmentation_fn=checks(60, 80, 2, 3)
    )
    assert isinstance(cut, ImageExplanation)
    assert cut.local_exp == fresh.local_exp
    assert cut.class_names == fresh.class_names
    slic = found.resegment(SegmentationAlgorithm("slic", n_segments=12))
    assert slic.mapper.algorithm == "slic"


@pytest.mark.parametrize(
    "hide_color", [True, [True, False, True], np.float32(0.5), np.array([1, 2, 3], dtype=np.uint8)]
)
def test_a_color_of_any_numbers_is_read_back(hide_color: Any) -> None:
    found = explained(photo(), hide_color=hide_color)
    again = Explanation.from_json(found.to_json()).with_model(Eye())
    assert isinstance(again, ImageExplanation)
    cut = checks(60, 80, 2, 3)
    assert again.resegment(cut).local_exp == found.resegment(cut).local_exp


def test_a_function_of_the_users_own_has_no_algorithm_that_a_page_could_name() -> None:
    class Checks:
        algo_type = 3

        def __call__(self, _: Any) -> Any:
            return checks()

    found = explained(photo(), segmentation_fn=Checks())
    assert found.mapper.algorithm == ""
    assert Explanation.from_json(found.to_json()).as_map() == found.as_map()


def test_pickled_it_is_the_same_and_can_be_asked_with_its_model_put_back() -> None:
    found = explained(photo(), hide_color=lambda image, _: image * 0)
    again = pickle.loads(pickle.dumps(found))  # noqa: S301 - our own
    assert again.local_exp == found.local_exp
    again = again.with_model(Eye())
    assert again.extend(10).local_exp == found.extend(10).local_exp
    with pytest.raises(LimeError, match="without the function that hides its superpixels"):
        again.resegment(checks(60, 80, 2, 2))


def test_a_model_that_fails_keeps_its_answers() -> None:
    calls = []

    def model(images: Any) -> Any:
        calls.append(len(images))
        if len(calls) == 3:
            raise RuntimeError("out of memory")
        return Eye()(images)

    with pytest.raises(PredictionError, match="RuntimeError: out of memory") as caught:
        explained(photo(), model)
    assert caught.value.batch.shape == (10, 60, 80, 3)
    assert caught.value.resume().local_exp == explained(photo()).local_exp
    assert sum(calls) == 70


def test_a_dry_run_asks_nothing_and_says_how_much_would_be_asked() -> None:
    explainer = LimeImageExplainer(random_state=0)
    for options in (
        {"num_samples": 60},
        {"num_samples": 300},
        {"num_samples": 500, "segmentation_fn": checks(60, 80, 1, 3), "batch_size": 3},
    ):
        asked: dict[str, Any] = {"segmentation_fn": checks(), **options}
        run = explainer.dry_run(photo(), **asked)
        model = Seen()
        found = explainer.explain_instance(photo(), model, progress_bar=False, **asked)
        assert run.n_superpixels == found.mapper.n_features
        assert run.n_images == sum(map(len, model.batches))
        assert run.n_calls == len(model.batches)
        assert any(np.array_equal(run.hidden_sample, image) for image in np.concatenate(model.batches))
        assert np.array_equal(run.segments, found.segments)
    assert repr(run) == "3 superpixels; a model would be asked about 8 images in 3 calls"
    shown = run._repr_html_()
    assert shown.count('<img src="data:image/jpeg;base64,') == 2
    assert "8 images in 3 calls" in shown


def test_verbose_prints_what_lime_prints(capsys: pytest.CaptureFixture[str]) -> None:
    LimeImageExplainer(verbose=True, random_state=0).explain_instance(
        photo(), Eye(), segmentation_fn=checks(), num_samples=20, top_labels=2
    )
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        "Intercept",
        "Prediction_local",
        "Right:",
    ] * 2


def test_explain_tells_an_image() -> None:
    for image in (photo(), Image.fromarray(photo())):
        found = explain(Eye(), image, segmentation_fn=checks(), num_samples=20, random_state=0)
        assert isinstance(found, ImageExplanation)


def test_a_picture_shows_what_numbers_cannot() -> None:
    normalized = (photo() / 255 - [0.4, 0.5, 0.6]) / [0.2, 0.3, 0.1]
    found = explained(normalized, picture=photo())
    assert np.array_equal(found.mapper.instance.picture, photo())
    # A straight line leads from the numbers back to the colors, by which the hidden image is shown.
    colors = found.mapper.instance.tones.picture(normalized)
    assert np.abs(colors.astype(int) - photo()).max() <= 1
    with pytest.raises(ValueError, match=r"got a picture of shape \(10, 10, 3\)"):
        explained(normalized, picture=photo(10, 10))
