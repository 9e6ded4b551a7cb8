"""Intervals against the truth that lime's law has for a model small enough to ask about every mask."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.truth import Floats, Masks, Picture, Table, Text, errors_of, interacting, weights_of

NOMINAL = 5000
BOXES: dict[str, tuple[Any, str]] = {
    "text": (Text(9, interacting(9)), "pairs"),
    "image": (Picture(9, interacting(9)), "arrays"),
    "table": (Table(9, interacting(9)), "sobol"),
}


# Sobol's sequence leaves less to chance than errors, which take rows for independent, can know: they are too wide.
WIDEST = {"text": (0.985, 1.3), "image": (0.985, 1.3), "table": (1.0, 2.5)}


@pytest.mark.parametrize("kind", BOXES)
def test_intervals_cover_the_truth_and_errors_are_the_spread_over_seeds(kind: str) -> None:
    """All weights of 200 seeds: within intervals of 95% lies a share of 90 to 98.5%."""
    box, design = BOXES[kind]
    truth, covered, weights, errors = box.truth(NOMINAL), [], [], []
    for seed in range(200):
        found = box.explain(seed, num_samples=250, nominal_samples=NOMINAL)
        assert found.design == design
        assert found.uncertainty(1).status == "estimated"
        weights.append(weights_of(found))
        errors.append(errors_of(found))
        covered.append(np.abs(weights[-1] - truth) <= found.uncertainty(1).quantile() * errors[-1])
    most, widest = WIDEST[kind]
    assert 0.90 <= np.mean(covered) <= most
    spread = np.sqrt(np.var(weights, axis=0, ddof=1).mean())
    # A spread of 200 seeds is known to a twentieth, that of nine weights together better.
    assert 0.95 <= np.sqrt(np.square(errors).mean()) / spread <= widest


@pytest.mark.parametrize(("kind", "nominal"), [("text", 50), ("image", 20)])
def test_errors_are_the_spread_where_the_penalty_shrinks_the_weights(kind: str, nominal: int) -> None:
    """Slopes are found without the penalty: their errors are shrunk as often as the weights, which is once."""
    box: Any = {"text": Text, "image": Picture}[kind](12, interacting(12))
    found = [box.explain(seed, num_samples=300, nominal_samples=nominal) for seed in range(60)]
    plain = found[0].refit(nominal_samples=10**6)
    assert np.linalg.norm(weights_of(found[0])) < 0.85 * np.linalg.norm(weights_of(plain))
    spread = np.sqrt(np.var([weights_of(each) for each in found], axis=0, ddof=1).mean())
    assert 0.97 <= np.sqrt(np.square([errors_of(each) for each in found]).mean()) / spread <= 1.2
    local = [each.uncertainty(1).local_prediction for each in found]
    assert all(error is not None for error in local)
    assert np.mean(np.array(local, dtype=float)) / np.std([each.local_pred[1] for each in found], ddof=1) <= 1.45


@pytest.mark.parametrize("kind", BOXES)
def test_under_limes_law_errors_are_the_spread_over_seeds(kind: str) -> None:
    box, _ = BOXES[kind]
    found = [box.explain(seed, num_samples=400, sampling="lime") for seed in range(200)]
    spread = np.sqrt(np.var([weights_of(each) for each in found], axis=0, ddof=1).mean())
    assert np.sqrt(np.square([errors_of(each) for each in found]).mean()) == pytest.approx(spread, rel=0.12)


@pytest.mark.parametrize("kind", ["text", "image"])
def test_enumeration_is_limes_law_to_rounding(kind: str) -> None:
    box, _ = BOXES[kind]
    found = box.explain(num_samples=NOMINAL)
    assert (found.design, found.uncertainty(1).status) == ("enumeration", "exact")
    assert weights_of(found) == pytest.approx(box.truth(NOMINAL), abs=1e-12)
    assert not errors_of(found).any()
    assert found.uncertainty(1).local_prediction == 0


@pytest.mark.parametrize("kind", ["text", "image"])
def test_enumeration_asks_about_every_mask_once(kind: str) -> None:
    box: Any = {"text": Text(6, interacting(6)), "image": Picture(6, interacting(6))}[kind]
    box.explain(num_samples=NOMINAL)
    assert len(box.asked) == len(set(box.asked)) == 2**6


@pytest.mark.parametrize("kind", BOXES)
@pytest.mark.parametrize("nominal", [300, 5000])
def test_fewer_calls_shrink_as_the_nominal_number_does(kind: str, nominal: int) -> None:
    """The mean over seeds is the truth of the nominal number, which the truth of the calls made is far from."""
    box, _ = BOXES[kind]
    found = np.array([weights_of(box.explain(seed, num_samples=250, nominal_samples=nominal)) for seed in range(60)])
    truth, other = box.truth(nominal), box.truth(5300 - nominal)
    error = np.linalg.norm(found.mean(axis=0) - truth)
    assert error < 0.25 * np.linalg.norm(other - truth) + 3 * np.linalg.norm(found.std(axis=0)) / np.sqrt(len(found))
    assert error < 0.5 * np.linalg.norm(found.mean(axis=0) - other)


def test_a_refit_with_another_nominal_number_is_that_of_asking_so() -> None:
    box, _ = BOXES["text"]
    asked = box.explain(num_samples=200, nominal_samples=5000)
    refitted = box.explain(num_samples=200).refit(nominal_samples=5000)
    assert refitted.surrogates == asked.surrogates
    assert refitted.surrogates != box.explain(num_samples=200).surrogates


def test_samples_added_to_a_refit_stand_for_as_many_of_limes() -> None:
    box, _ = BOXES["text"]
    grown = box.explain(num_samples=200).refit(nominal_samples=5000).extend(100)
    assert grown.surrogates == box.explain(num_samples=300, nominal_samples=5000).surrogates


@pytest.mark.parametrize("kind", ["text", "image"])
def test_where_every_mask_is_known_more_samples_weaken_the_penalty_as_they_do_elsewhere(kind: str) -> None:
    box: Any = {"text": Text(4, interacting(4)), "image": Picture(4, interacting(4))}[kind]
    few = box.explain(num_samples=20)
    asked = len(box.asked)
    grown = few.extend(1000)
    assert len(box.asked) == asked
    assert grown.surrogates == box.explain(num_samples=1020).surrogates
    assert grown.extend(500).surrogates == box.explain(num_samples=1520).surrogates


def test_what_an_emulator_got_wrong_is_no_surer_for_being_drawn_often() -> None:
    """Under a narrow kernel few masks weigh anything, and the same ones are drawn again and again."""
    rng = np.random.RandomState(3)
    slopes, pairs = rng.randn(11), 0.35 * rng.randn(11, 11)

    def model(masks: Masks) -> Floats:
        kept = masks.astype(float)
        answers: Floats = 1 / (1 + np.exp(-0.7 * (kept @ slopes + ((kept @ pairs) * kept).sum(axis=1))))
        return answers

    box = Text(11, model)
    errors, said = [], []
    truth = weights_of(box.explain(num_samples=NOMINAL).refit(kernel_width=6))
    for seed in range(12):
        found = box.explain(seed, num_samples=800, nominal_samples=NOMINAL, estimator="assisted")
        found = found.refit(kernel_width=6)
        errors.append(weights_of(found) - truth)
        said.append(errors_of(found))
    # They were 1.8 times as far off as their errors said.
    assert np.sqrt(np.mean(np.square(errors)) / np.mean(np.square(said))) < 1.2


def even(masks: Masks) -> Floats:
    """Answer with what a mask and its complement have in common, and a little that they have not."""
    signs = np.where(masks, 1.0, -1.0)
    answers: Floats = 0.5 + 0.1 * signs[:, 0] * signs[:, 1] + 0.1 * signs[:, 2] * signs[:, 3] + 0.01 * signs[:, 4]
    return answers


def test_of_an_even_model_pairs_know_that_they_know_more() -> None:
    box = Picture(10, even)
    pairs, singles = (box.explain(num_samples=300, sampling=name) for name in ("pairs", "stratified"))
    assert errors_of(pairs).mean() < 0.8 * errors_of(singles).mean()
    truth = box.truth(300)
    assert np.abs(weights_of(pairs) - truth).max() < 5 * errors_of(pairs).max()


def test_a_kernel_that_leaves_few_samples_gives_no_errors() -> None:
    box = Text(30, interacting(30))
    narrow = box.explain(num_samples=300).refit(kernel_width=0.5)
    unsure = narrow.uncertainty(1)
    assert unsure.status == "few_samples"
    assert (unsure.weights, unsure.local_prediction, unsure.score, unsure.ranking) == (None, None, None, None)
    assert unsure.quantile() == 0


def test_too_few_samples_give_no_errors() -> None:
    assert Text(30, interacting(30)).explain(num_samples=60).uncertainty(1).status == "few_samples"


@pytest.mark.parametrize("kind", ["text", "image"])
def test_the_noise_of_a_model_is_in_the_errors_of_an_enumeration(kind: str) -> None:
    """Against the spread of explanations by a model that answers otherwise each time."""
    rng, smooth = np.random.default_rng(0), interacting(7)

    def noisy(masks: Masks) -> Floats:
        answers: Floats = smooth(masks) + 0.05 * rng.normal(size=len(masks))
        return answers

    box: Any = {"text": Text(7, noisy), "image": Picture(7, noisy)}[kind]
    found = [box.explain(num_samples=NOMINAL, repeats=100) for _ in range(150)]
    assert {explanation.uncertainty(1).status for explanation in found} == {"exact"}
    spread = np.std([weights_of(explanation) for explanation in found], axis=0, ddof=1)
    errors = np.sqrt(np.mean([errors_of(explanation) ** 2 for explanation in found], axis=0))
    # Of 150 explanations a spread is known to 6%.
    assert errors == pytest.approx(spread, rel=0.25)
    assert np.mean(errors / spread) == pytest.approx(1, abs=0.1)


def test_repeats_measure_the_variance_of_a_model() -> None:
    rng, smooth = np.random.default_rng(0), interacting(12)

    def noisy(masks: Masks) -> Floats:
        answers: Floats = smooth(masks) + 0.1 * rng.normal(size=len(masks))
        return answers

    noise = Text(12, noisy).explain(num_samples=800, repeats=800).neighborhood.noise
    assert noise is not None
    # The probability of one class is that of the other, and a variance from 800 differences is known to 5%.
    assert noise == pytest.approx(0.01, rel=0.25)


@pytest.mark.parametrize("kind", BOXES)
def test_a_model_that_answers_alike_has_no_noise(kind: str) -> None:
    box = BOXES[kind][0]
    before = len(box.asked)
    found = box.explain(num_samples=100, repeats=20)
    assert found.neighborhood.noise is not None
    assert not found.neighborhood.noise.any()
    plain = len(box.asked) - before
    box.explain(num_samples=100)
    assert plain - (len(box.asked) - before - plain) == 20
    assert box.explain(num_samples=100).neighborhood.noise is None
