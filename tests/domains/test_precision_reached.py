"""As many samples as it takes: what was asked for is reached, and never more than lime's own number is asked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lime_widgets.engine import LimeError, PredictionError
from tests.truth import BOXES, Failing, Masks, Text, errors_of, interacting, weights_of

N_FEATURES = 14


def box_of(kind: str, model: Any = None) -> Any:
    return BOXES[kind](N_FEATURES, model or interacting(N_FEATURES))


def auto(box: Any, seed: int = 1, **asked: Any) -> Any:
    return box.explain(seed, num_samples="auto", **{"estimator": "regression", **asked})


@pytest.mark.parametrize("kind", BOXES)
def test_a_standard_error_asked_for_is_reached(kind: str) -> None:
    box = box_of(kind)
    found = auto(box, precision=0.004)
    assert found.convergence.reason == "reached"
    assert errors_of(found).max() <= 0.004
    assert found.convergence.looks[-1].value <= 0.004
    assert np.abs(weights_of(found) - box.truth(found.neighborhood.nominal)).max() < 4 * 0.004


def test_a_smaller_error_takes_more_calls() -> None:
    sizes = [auto(box_of("text"), precision=target).neighborhood.n_samples for target in (0.01, 0.003)]
    assert sizes[0] < sizes[1]


@pytest.mark.parametrize("kind", BOXES)
def test_limes_own_precision_is_had_for_fewer_calls(kind: str) -> None:
    box = box_of(kind)
    found = auto(box, precision="lime")
    assert found.convergence.measure == "relative_error"
    assert found.convergence.reason in ("reached", "cap")
    assert found.neighborhood.n_samples <= 5000
    assert found.neighborhood.nominal == (1000 if kind == "image" else 5000)


def test_the_largest_three_are_those_of_the_truth() -> None:
    slopes = np.array([1.0, -0.8, 0.6, *[0.05] * (N_FEATURES - 3)])

    def model(masks: Masks) -> Any:
        return 0.5 + (masks @ slopes + 0.1 * (masks[:, 4] & masks[:, 5])) / 8

    found = auto(box_of("text", model), precision="top 3")
    assert (found.convergence.measure, found.convergence.target) == ("stability", 0.9)
    assert found.convergence.reason == "reached"
    assert found.convergence.looks[-1].value >= 0.9
    assert set(np.argsort(-np.abs(weights_of(found)))[:3]) == {0, 1, 2}


@pytest.mark.parametrize("kind", BOXES)
@pytest.mark.parametrize("precision", ["lime", 0.01, "top 3"])
def test_a_constant_model_is_done_at_the_first_look(kind: str, precision: Any) -> None:
    box = box_of(kind, lambda masks: np.full(len(masks), 0.3))
    found = auto(box, precision=precision)
    assert weights_of(found) == pytest.approx(0, abs=1e-12)
    if precision != "top 3":
        assert found.convergence.reason == "reached"
        assert len(found.convergence.looks) == 1
    assert len(box.asked) <= 5000 + 16


@pytest.mark.parametrize("kind", BOXES)
@pytest.mark.parametrize("estimator", ["regression", "assisted"])
def test_the_same_seed_asks_the_same_and_says_the_same(kind: str, estimator: str) -> None:
    boxes = box_of(kind), box_of(kind)
    found = [auto(box, precision=0.01, estimator=estimator) for box in boxes]
    assert boxes[0].asked == boxes[1].asked
    assert found[0].surrogates == found[1].surrogates
    assert found[0].convergence == found[1].convergence
    assert found[0].uncertainty(1) == found[1].uncertainty(1)


def test_no_more_is_asked_than_lime_asks() -> None:
    """5000 samples, and 16 of them again for the model's noise."""
    rng = np.random.default_rng(0)
    box = box_of("table", lambda masks: rng.random(len(masks)))
    found = auto(box, precision="lime")
    assert len(box.asked) <= 5000 + 16
    assert found.neighborhood.n_samples <= 5000


def test_a_noisy_model_is_the_reason_where_the_cap_was_reached() -> None:
    rng = np.random.default_rng(0)
    found = auto(Text(16, lambda masks: rng.random(len(masks))), precision=1e-4)
    assert found.convergence.reason == "noisy"
    assert found.neighborhood.noise is not None
    # Uniform numbers have a variance of a twelfth; of 16 differences it is known to a third.
    assert found.neighborhood.noise[1] == pytest.approx(1 / 12, rel=0.9)


def test_a_smooth_model_that_takes_too_long_ends_at_the_cap() -> None:
    found = auto(Text(16, interacting(16)), precision=1e-7)
    assert found.convergence.reason == "cap"
    assert found.neighborhood.n_samples == 20_000


@pytest.mark.parametrize("kind", ["text", "image"])
def test_few_features_end_with_every_mask(kind: str) -> None:
    box = BOXES[kind](6, interacting(6))
    found = auto(box, precision=1e-9)
    assert (found.convergence.reason, found.design) == ("exact", "enumeration")
    assert len(set(box.asked)) == 2**6
    assert weights_of(found) == pytest.approx(box.truth(found.neighborhood.nominal), abs=1e-12)


@pytest.mark.parametrize("after", [0, 40, 120, 300])
def test_a_model_that_fails_on_the_way_goes_on_without_asking_again(after: int) -> None:
    box, other = box_of("text"), box_of("text")
    with pytest.raises(PredictionError, match="gone") as caught:
        auto(box, model=Failing(box, after), precision=0.001, batch_size=10, repeats=0)
    resumed = caught.value.resume(box)
    expected = auto(other, precision=0.001, batch_size=10, repeats=0)
    assert len(box.asked) == len(other.asked)
    assert len(set(box.asked)) == len(box.asked)
    assert resumed.surrogates == expected.surrogates
    assert resumed.convergence == expected.convergence


def test_looks_are_told_with_their_calls() -> None:
    box = box_of("text")
    found = auto(box, precision=0.002, repeats=0)
    calls = [look.calls for look in found.convergence.looks]
    assert calls == sorted(set(calls))
    assert calls[-1] == len(box.asked)


def test_an_explanation_goes_on_until_it_is_precise() -> None:
    box = box_of("text")
    found = box.explain(1, num_samples=80, nominal_samples=5000)
    seen: list[Any] = []
    work = found.precision(0.003, seen=seen.append)
    while not work.extension.finished:
        work.extension.step()
    precise = found.with_extension(work.extension, work.plan.convergence)
    assert precise.convergence.reason == "reached"
    assert errors_of(precise).max() <= 0.003
    assert len(box.asked) == len(set(box.asked))
    assert seen
    assert seen[-1].looks == precise.convergence.looks


@pytest.mark.parametrize(
    "precision", ["limes", 0, -0.1, "top", "top 0", "top -3", float("nan"), float("inf"), None, True]
)
def test_a_precision_without_meaning_is_refused_before_the_model_is_asked(precision: Any) -> None:
    with pytest.raises(LimeError, match=r"got precision=.*, expected 'lime', a standard error .*try precision='lime'"):
        Text(5, interacting(5)).explain(model=pytest.fail, num_samples="auto", precision=precision)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"num_samples": "automatic"}, "got num_samples='automatic'"),
        ({"nominal_samples": 0}, "got nominal_samples=0"),
        ({"repeats": -1}, "got repeats=-1"),
        ({"sampling": "sobol"}, "got sampling='sobol', expected one of best, "),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_has_no_meaning_is_refused_before_the_model_is_asked(asked: dict[str, Any], message: str) -> None:
    with pytest.raises((ValueError, LimeError), match=message):
        Text(5, interacting(5)).explain(model=pytest.fail, **asked)
