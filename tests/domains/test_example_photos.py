import socket
import sys
import time
import warnings

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

pytest.importorskip("skimage")

from lime_widgets.example_photos import LabeledPhotos, load_photos, photo_features, random_crops

N_COLORS, N_DIRECTIONS = 64, 8


@pytest.fixture(scope="module")
def photos() -> LabeledPhotos:
    return load_photos()


def _classifier() -> Pipeline:
    return make_pipeline(
        FunctionTransformer(photo_features), StandardScaler(), LogisticRegression(C=0.1, max_iter=1000)
    )


def _striped(*, upright: bool) -> np.ndarray:
    image = np.full((60, 60, 3), 100, np.uint8)
    image[:, ::6] = 140
    return image if upright else image.transpose(1, 0, 2)


def test_there_are_six_photographs_in_color(photos: LabeledPhotos) -> None:
    assert photos.class_names == ("pagoda", "flower", "cat", "coffee", "astronaut", "rocket")
    assert len(photos) == 6
    for photo in photos.photos:
        assert photo.dtype == np.uint8
        assert photo.shape[2] == 3
        assert min(photo.shape[:2]) >= 300
        assert len(np.unique(photo)) > 100


def test_a_photograph_is_found_by_its_class(photos: LabeledPhotos) -> None:
    assert photos["rocket"] is photos.photos[5]


def test_nothing_is_downloaded_and_nothing_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("got a connection, expected none")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setitem(sys.modules, "pooch", None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load_photos()


def test_a_missing_package_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "skimage", None)
    with pytest.raises(ImportError, match=r"got no scikit-image.*lime-widgets\[image\]"):
        load_photos()


def test_crops_are_squares_of_the_photograph(photos: LabeledPhotos) -> None:
    photo = photos["cat"]
    crops = random_crops(photo, 50)
    assert len(crops) == 50
    assert all(crop.shape[0] == crop.shape[1] and np.shares_memory(crop, photo) for crop in crops)
    sides = [len(crop) for crop in crops]
    assert 100 <= min(sides) < 130
    assert 190 < max(sides) <= 220


def test_equal_seeds_cut_equal_crops_and_others_cut_others(photos: LabeledPhotos) -> None:
    first, again, other = (photo_features(random_crops(photos["cat"], 5, seed)) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any(axis=1).all()


def test_a_small_photograph_is_cut_as_large_as_it_is() -> None:
    assert {crop.shape for crop in random_crops(np.zeros((40, 90, 3), np.uint8), 5)} == {(40, 40, 3)}


def test_one_color_fills_one_of_the_bins_and_has_no_edges() -> None:
    image = np.full((120, 90, 3), (255, 0, 130), np.uint8)
    (features,) = photo_features(image[np.newaxis])
    wanted = np.zeros(N_COLORS + N_DIRECTIONS)
    wanted[3 * 16 + 0 * 4 + 2] = 1
    assert features == pytest.approx(wanted)


def test_edges_are_told_apart_by_their_direction() -> None:
    upright, lying = photo_features([_striped(upright=True), _striped(upright=False)])[:, N_COLORS:]
    assert np.flatnonzero(upright).tolist() == [0]
    assert np.flatnonzero(lying).tolist() == [N_DIRECTIONS // 2]
    assert upright[0] == pytest.approx(lying[N_DIRECTIONS // 2])


def test_reduced_images_keep_their_mean_color() -> None:
    image = np.zeros((400, 400, 3), np.uint8)
    image[::2] = 255  # of each four rows that become one, two
    (features,) = photo_features(image[np.newaxis])
    assert features[1 * 16 + 1 * 4 + 1] == pytest.approx(1)  # 127.5 is in the second of four levels


def test_a_batch_and_a_list_have_the_same_features(photos: LabeledPhotos) -> None:
    batch = np.stack([photos["pagoda"], photos["flower"], photos["rocket"]])
    assert photo_features(batch) == pytest.approx(photo_features(list(batch)), abs=1e-12)


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((20, 20, 3)),
        np.zeros((20, 20, 4), np.uint8),
        np.zeros((20, 20), np.uint8),
        np.zeros((1, 9, 3), np.uint8),
    ],
    ids=["float", "four channels", "gray", "one row"],
)
def test_other_images_are_refused_with_a_remedy(image: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"got images of shape .* expected .* try skimage\.util\.img_as_ubyte"):
        photo_features([image])


def test_a_classifier_of_these_features_is_right_about_parts_it_has_not_seen(photos: LabeledPhotos) -> None:
    parts = [(photo[:, : photo.shape[1] * 6 // 10], photo[:, photo.shape[1] * 6 // 10 :]) for photo in photos.photos]
    known = [crop for left, _ in parts for crop in random_crops(left, 200)]
    unseen = [crop for _, right in parts for crop in random_crops(right, 100)]
    model = _classifier().fit(known, np.repeat(np.arange(6), 200))
    assert 0.9 < model.score(unseen, np.repeat(np.arange(6), 100)) < 1


def test_a_thousand_images_are_described_within_seconds(photos: LabeledPhotos) -> None:
    images = np.repeat(photos["cat"][np.newaxis], 10, axis=0)
    start = time.perf_counter()
    for _ in range(10):
        photo_features(images)
    assert 10 * (time.perf_counter() - start) < 20
