"""Samples in stages: between two of them nothing is asked twice, and nothing that was answered is lost."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lime_widgets import Explanation, LimeImageExplainer, LimeTabularExplainer, LimeTextExplainer
from lime_widgets.engine import Neighborhood, PredictionError
from tests.domains.photos import checks, photo

Floats = NDArray[np.float64]
Model = Callable[[Any], Floats]


class Remembering:
    """A model that answers each question by itself, remembers those that it answered, and fails when told to."""

    def __init__(self, score: Callable[[Any], float], fails_after: int | None = None) -> None:
        self.score = score
        self.fails_after = fails_after
        self.answered: list[Any] = []

    def __call__(self, questions: Any) -> Floats:
        keys = [question if isinstance(question, str) else np.asarray(question).tobytes() for question in questions]
        if self.fails_after is not None and len(self.answered) + len(keys) > self.fails_after:
            raise RuntimeError("out of memory")
        self.answered += keys
        second = np.array([1 / (1 + math.exp(-self.score(question))) for question in questions])
        return np.column_stack([1 - second, second])


def of_text(text: str) -> float:
    """Score a text by its words and by two of their products."""
    words = set(text.split())
    slopes = sum(math.sin(7 * int(word[1:])) for word in sorted(words))
    return slopes + 2 * ({"w0", "w1"} <= words) - 2 * ({"w2", "w3"} <= words)


def of_row(row: Any) -> float:
    """Score a row by its columns and a product."""
    return float(row[0] - 2 * row[1] * row[2] + math.sin(3 * row[3]))


def of_image(image: Any) -> float:
    """Score an image by the brightness of its quarters."""
    pixels = np.asarray(image, dtype=np.float64) / 255
    one, two = float(pixels[:30, :40].mean()), float(pixels[30:, 40:].mean())
    return 5 * (one - two) + 8 * one * two


def explain_text(model: Model, n_words: int = 20, **asked: Any) -> Explanation:
    text = " ".join(f"w{word}" for word in range(n_words))
    return LimeTextExplainer(random_state=3).explain_instance(text, model, **{"progress_bar": False, **asked})


def explain_image(model: Model, **asked: Any) -> Explanation:
    options = {"segmentation_fn": checks(), "hide_color": 0, "labels": (1,), "top_labels": None, "progress_bar": False}
    return LimeImageExplainer(random_state=3).explain_instance(photo(), model, **{**options, **asked})


def explain_row(model: Model, **asked: Any) -> Explanation:
    table = np.random.default_rng(0).normal(size=(400, 6))
    table[:, 5] = np.random.default_rng(1).random(400) < 0.04
    table[0, 5] = 1.0
    explainer = LimeTabularExplainer(table, random_state=3, categorical_features=[5])
    return explainer.explain_instance(table[0], model, **{"progress_bar": False, **asked})


DOMAINS: dict[str, tuple[Callable[..., Explanation], Callable[[Any], float]]] = {
    "text": (explain_text, of_text),
    "image": (explain_image, of_image),
    "table": (explain_row, of_row),
}


def assert_same(one: Explanation, other: Explanation) -> None:
    """Compare samples, answers and every figure, to the bit."""
    found, expected = one.neighborhood, other.neighborhood
    for name in ("samples", "predictions", "distances"):
        assert np.array_equal(getattr(found, name), getattr(expected, name))
    assert (found.importance is None) == (expected.importance is None)
    if found.importance is not None and expected.importance is not None:
        assert np.array_equal(found.importance, expected.importance)
    assert (found.n_samples, found.exact) == (expected.n_samples, expected.exact)
    assert (one.design, one.random_state) == (other.design, other.random_state)
    assert one.surrogates == other.surrogates
    assert one.uncertainty() == other.uncertainty()


# ---- a model that fails


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("fails_after", [1, 50, 120, 121, 130, 280])
def test_a_model_that_fails_in_or_after_the_pilot_is_asked_nothing_twice(domain: str, fails_after: int) -> None:
    explain, score = DOMAINS[domain]
    model, whole = Remembering(score, fails_after), Remembering(score)
    with pytest.raises(PredictionError) as caught:
        explain(model, num_samples=300, batch_size=16)
    assert len(model.answered) <= fails_after
    model.fails_after = None
    resumed = caught.value.resume()
    assert len(model.answered) == len(set(model.answered))
    assert_same(resumed, explain(whole, num_samples=300, batch_size=16))
    assert model.answered == whole.answered


def test_a_model_may_fail_again_and_again() -> None:
    model = Remembering(of_text, 20)
    work: Callable[[], Explanation] = lambda: explain_text(model, num_samples=300, batch_size=16)  # noqa: E731
    for fails_after in (60, 121, 122, 200, None):
        with pytest.raises(PredictionError) as caught:
            work()
        work = caught.value.resume
        model.fails_after = fails_after
    assert_same(work(), explain_text(Remembering(of_text), num_samples=300))
    assert len(model.answered) == len(set(model.answered))


def test_another_model_may_go_on_with_the_rest() -> None:
    first, second = Remembering(of_text, 130), Remembering(of_text)
    with pytest.raises(PredictionError) as caught:
        explain_text(first, num_samples=300, batch_size=16)
    resumed = caught.value.resume(second)
    assert not set(first.answered) & set(second.answered)
    assert_same(resumed, explain_text(Remembering(of_text), num_samples=300))


# ---- more samples


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("first", [1, 100, 300, 999])
def test_a_thousand_samples_at_once_are_those_of_two_stages(domain: str, first: int) -> None:
    explain, score = DOMAINS[domain]
    model, whole = Remembering(score), Remembering(score)
    extended = explain(model, num_samples=first).extend(1000 - first, progress_bar=False)
    assert_same(extended, explain(whole, num_samples=1000))
    if domain != "table":  # two rows of two draws may be the same by chance, and are not compared
        assert len(model.answered) == len(set(model.answered)) == len(whole.answered)


@pytest.mark.parametrize("n_words", [40, 70])
def test_an_extension_across_the_pilot_is_judged_by_the_same_samples(n_words: int) -> None:
    extended = explain_text(Remembering(of_text), n_words, num_samples=150).extend(650, progress_bar=False)
    assert_same(extended, explain_text(Remembering(of_text), n_words, num_samples=800))


@pytest.mark.parametrize("n_words", [5, 8])
def test_from_pairs_to_all_masks_only_what_was_not_asked_is_asked(n_words: int) -> None:
    model, whole = Remembering(of_text), Remembering(of_text)
    some = explain_text(model, n_words, num_samples=2 ** (n_words - 1))
    assert some.design == "pairs"
    before = len(model.answered)
    every = some.extend(500, progress_bar=False)
    assert every.design == "enumeration"
    assert len(model.answered) == len(set(model.answered)) == 2**n_words
    assert len(model.answered) - before < 2**n_words
    at_once = explain_text(whole, n_words, num_samples=500 + 2 ** (n_words - 1))
    assert_same(every, at_once)
    assert every.neighborhood.nominal == at_once.neighborhood.nominal


def test_when_every_mask_is_there_more_samples_are_no_calls() -> None:
    model = Remembering(of_text)
    every = explain_text(model, 6, num_samples=300)
    asked = len(model.answered)
    more = every.extend(1000, progress_bar=False)
    assert len(model.answered) == asked == 64
    assert more.neighborhood.n_samples == every.neighborhood.n_samples


# ---- an extension that is interrupted


@pytest.mark.parametrize("domain", DOMAINS)
def test_an_interrupted_extension_keeps_what_is_answered(domain: str) -> None:
    explain, score = DOMAINS[domain]
    model = Remembering(score)
    begun = explain(model, num_samples=100, batch_size=32)
    extension = begun.extension(500)
    for _ in range(5):
        extension.step()
    part = begun.with_extension(extension)
    assert 100 < part.neighborhood.n_samples < 600
    assert np.array_equal(part.neighborhood.samples[:100], begun.neighborhood.samples)
    assert np.array_equal(part.neighborhood.predictions[:100], begun.neighborhood.predictions)
    if domain != "table":
        assert len(set(model.answered)) == len(np.unique(part.neighborhood.samples, axis=0))
    rest = 600 - part.neighborhood.n_samples
    assert_same(part.extend(rest, progress_bar=False), explain(Remembering(score), num_samples=600))


@pytest.mark.parametrize("domain", DOMAINS)
def test_an_extension_whose_model_fails_goes_on_from_there(domain: str) -> None:
    explain, score = DOMAINS[domain]
    model = Remembering(score)
    begun = explain(model, num_samples=100, batch_size=32)
    model.fails_after = 240
    with pytest.raises(PredictionError) as caught:
        begun.extend(500, progress_bar=False)
    model.fails_after = None
    assert_same(caught.value.resume(), explain(Remembering(score), num_samples=600))
    if domain != "table":
        assert len(model.answered) == len(set(model.answered))


def test_a_part_of_all_masks_does_not_take_the_place_of_what_was_known() -> None:
    begun = explain_text(Remembering(of_text), 8, num_samples=100, batch_size=16)
    extension = begun.extension(400)
    extension.step()
    known: Neighborhood = extension.neighborhood()
    assert np.array_equal(known.samples, begun.neighborhood.samples)
    assert not known.exact
    while not extension.finished:
        extension.step()
    assert extension.neighborhood().exact
    assert extension.n_answered == 256 - len(np.unique(begun.neighborhood.samples, axis=0))
