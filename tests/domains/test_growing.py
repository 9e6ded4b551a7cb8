"""Growing is drawing on: of every design, from any number of samples, to any other, to the last bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lime_widgets import Explanation
from lime_widgets.engine import PredictionError
from tests.truth import BOXES, Failing, Floats, Masks, Picture, interacting, weights_of

N_FEATURES = 14
DESIGNS = {
    "text": ["best", "lime", "stratified", "pairs"],
    "image": ["best", "lime", "stratified", "arrays", "pairs"],
    "table": ["best", "lime", "sobol"],
}
EVERY = [(kind, design) for kind, designs in DESIGNS.items() for design in designs]


def box_of(kind: str, n_features: int = N_FEATURES) -> Any:
    return BOXES[kind](n_features, interacting(n_features))


def assert_same(one: Explanation, other: Explanation) -> None:
    """Compare samples, fits and errors to the last bit."""
    for name in ("samples", "predictions", "distances", "importance"):
        first, second = getattr(one.neighborhood, name), getattr(other.neighborhood, name)
        assert (first is None) == (second is None), name
        assert first is None or first.tobytes() == second.tobytes(), name
    assert one.surrogates == other.surrogates
    assert one.uncertainty(1) == other.uncertainty(1)


@pytest.mark.parametrize(("kind", "design"), EVERY)
def test_growing_is_explaining_with_more_samples_to_the_bit(kind: str, design: str) -> None:
    box = box_of(kind)
    at_once = box.explain(3, num_samples=1000, sampling=design)
    grown = box.explain(3, num_samples=300, sampling=design).extend(700, progress_bar=False)
    assert_same(grown, at_once)


@pytest.mark.parametrize("first", [1, 20, 60, 85, 86])
def test_growing_from_before_the_pilot_is_the_same_too(first: int) -> None:
    """Single masks first, 28 of them, then a pilot of 84 by which the structure is judged."""
    box = box_of("text")
    grown = box.explain(3, num_samples=first).extend(500 - first, progress_bar=False)
    assert_same(grown, box.explain(3, num_samples=500))


def test_growing_in_many_steps_is_growing_in_one() -> None:
    box = box_of("image")
    found = box.explain(3, num_samples=40)
    for count in (1, 7, 52, 200, 100):
        found = found.extend(count, progress_bar=False)
    assert_same(found, box.explain(3, num_samples=400))


@pytest.mark.parametrize("kind", BOXES)
@pytest.mark.parametrize("after", [0, 30, 90, 250], ids=["at once", "in the pilot", "after the pilot", "late"])
def test_a_model_that_fails_goes_on_without_asking_again(kind: str, after: int) -> None:
    box, other = box_of(kind), box_of(kind)
    with pytest.raises(PredictionError, match="gone") as caught:
        box.explain(5, model=Failing(box, after), num_samples=400, batch_size=10)
    assert after - 10 < len(box.asked) <= after
    resumed = caught.value.resume(box)
    expected = other.explain(5, num_samples=400, batch_size=10)
    assert len(box.asked) == len(other.asked)
    assert set(box.asked) == set(other.asked)
    assert_same(resumed, expected)


@pytest.mark.parametrize("kind", BOXES)
@pytest.mark.parametrize("steps", [1, 5, 12, 30])
def test_a_stop_in_the_middle_keeps_what_is_answered(kind: str, steps: int) -> None:
    box = box_of(kind)
    found = box.explain(5, num_samples=50, nominal_samples=5000, batch_size=10)
    extension = found.extension(500)
    for _ in range(steps):
        extension.step()
    stopped = found.with_extension(extension)
    n_samples = stopped.neighborhood.n_samples
    assert 50 + 10 * steps - 10 <= n_samples <= 550
    asked_for = box.explain(5, num_samples=n_samples, nominal_samples=5000)
    for name in ("samples", "predictions"):
        assert np.array_equal(getattr(stopped.neighborhood, name), getattr(asked_for.neighborhood, name)), name
    # The cosine of masks of one size, which is computed of one of those drawn, rounds otherwise for another of them.
    assert stopped.neighborhood.distances == pytest.approx(asked_for.neighborhood.distances, rel=1e-12, abs=1e-12)
    assert weights_of(stopped) == pytest.approx(weights_of(asked_for), abs=1e-12)
    assert_same(
        stopped.extend(550 - n_samples, progress_bar=False), box.explain(5, num_samples=550, nominal_samples=5000)
    )


@pytest.mark.parametrize("kind", ["text", "image"])
def test_growing_to_every_mask_asks_only_about_those_that_are_new(kind: str) -> None:
    box = box_of(kind, 9)
    first = box.explain(2, num_samples=200)
    assert first.design in ("pairs", "arrays")
    grown = first.extend(2000, progress_bar=False)
    assert grown.design == "enumeration"
    assert len(box.asked) == len(set(box.asked)) == 2**9
    assert_same(grown, box_of(kind, 9).explain(2, num_samples=2200))


@pytest.mark.parametrize("kind", ["text", "image"])
def test_a_stop_on_the_way_to_every_mask_keeps_what_was_known(kind: str) -> None:
    box = box_of(kind, 9)
    first = box.explain(2, num_samples=200, batch_size=10)
    extension = first.extension(2000)
    for _ in range(5):
        extension.step()
    assert_same(first.with_extension(extension), first)
    while not extension.finished:
        extension.step()
    assert first.with_extension(extension).design == "enumeration"
    assert len(box.asked) == len(set(box.asked)) == 2**9


def odd(masks: Masks) -> Floats:
    """Answer a mask and its complement with opposite errors of odd order, which pairs add up."""
    signs = np.where(masks, 1.0, -1.0)
    answers: Floats = 0.5 + 0.1 * (signs[:, 0] * signs[:, 1] * signs[:, 2] + signs[:, 3] * signs[:, 4] * signs[:, 5])
    return answers


def test_a_structure_that_does_not_pay_is_given_up_and_the_rest_is_as_good() -> None:
    box = Picture(12, odd)
    given_up, asked_for = box.explain(0, num_samples=600), box.explain(0, num_samples=600, sampling="stratified")
    masks = given_up.neighborhood.samples
    complements = (masks[1:] != masks[:-1]).all(axis=1)
    # Complements until the pilot of 72, and hardly any by chance after it.
    assert complements[24:72].mean() > 0.4
    assert complements[80:].mean() < 0.05
    truth = box.truth(600)
    errors = [np.linalg.norm(weights_of(each) - truth) for each in (given_up, asked_for)]
    assert errors[0] < 2 * errors[1]
    assert_same(box.explain(0, num_samples=100).extend(500, progress_bar=False), given_up)
