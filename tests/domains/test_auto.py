"""num_samples="auto": what is reached, where it ends, what it refuses, and what its intervals are worth."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lime_widgets import Explanation, LimeTabularExplainer, LimeTextExplainer
from lime_widgets.engine import LimeError
from lime_widgets.engine.stopping import Convergence
from tests.domains.test_stages import (
    DOMAINS,
    Remembering,
    explain_image,
    explain_row,
    explain_text,
    of_text,
)

Floats = NDArray[np.float64]


class Random:
    """A model that hardly listens to what it is asked."""

    def __init__(self, deviation: float = 0.3) -> None:
        self.rng = np.random.default_rng(0)
        self.deviation = deviation

    def __call__(self, questions: Any) -> Floats:
        second = np.clip(0.5 + self.deviation * self.rng.normal(size=len(questions)), 0, 1)
        return np.column_stack([1 - second, second])


def constant(questions: Any) -> Floats:
    """Answer always the same."""
    return np.tile([0.3, 0.7], (len(questions), 1))


def found(explanation: Explanation) -> Convergence:
    """Return how the number of samples was found."""
    assert explanation.convergence is not None
    return explanation.convergence


# ---- what is reached


@pytest.mark.parametrize("domain", DOMAINS)
def test_no_weight_has_a_larger_error_than_was_asked_for(domain: str) -> None:
    explain, score = DOMAINS[domain]
    explanation = explain(Remembering(score), num_samples="auto", precision=0.01, num_features=5)
    convergence = found(explanation)
    assert (convergence.measure, convergence.target) == ("standard_error", 0.01)
    assert convergence.reason == "reached"
    assert convergence.looks[-1].value <= 0.01
    errors = explanation.uncertainty().weights
    assert errors is not None
    assert max(errors) <= 0.01


def falling(text: str) -> float:
    """Score a text by effects that fall off, each two thirds of the one before."""
    return sum((-2 / 3) ** int(word[1:]) for word in sorted(set(text.split())))


def test_the_same_largest_weights_are_found_in_other_runs() -> None:
    largest = []
    for seed in range(12):
        explainer = LimeTextExplainer(random_state=seed)
        text = " ".join(f"w{word}" for word in range(20))
        run = explainer.explain_instance(
            text,
            Remembering(falling),
            num_samples="auto",
            precision="top 3",
            estimator="regression",
            progress_bar=False,
        )
        convergence = found(run)
        assert (convergence.measure, convergence.reason) == ("stability", "reached")
        assert convergence.looks[-1].value >= 0.9
        largest.append({word for word, _ in run.as_list()[:3]})
    overlaps = [len(one & other) / len(one | other) for one, other in combinations(largest, 2)]
    assert np.mean(overlaps) >= 0.88


@pytest.mark.parametrize("precision", ["lime", 0.01, "top 3"])
def test_every_mask_of_a_short_text_is_exact(precision: Any) -> None:
    model = Remembering(of_text)
    explanation = explain_text(model, 6, num_samples="auto", precision=precision)
    if found(explanation).reason == "exact":
        assert explanation.uncertainty().status == "exact"
        assert found(explanation).is_reached
    assert len(set(model.answered)) <= 64


# ---- where it ends


@pytest.mark.parametrize(("precision", "most"), [(1e-5, 20_000), ("lime", 5000)])
def test_a_model_that_answers_at_random_is_called_noisy_where_it_keeps_from_the_target(
    precision: Any, most: int
) -> None:
    explanation = explain_text(Random(), num_samples="auto", precision=precision, estimator="regression")
    assert explanation.neighborhood.n_samples <= most
    assert explanation.neighborhood.noise is not None
    assert explanation.neighborhood.noise[1] == pytest.approx(0.09, rel=0.8)
    if precision == 1e-5:
        assert found(explanation).reason == "noisy"
        assert not found(explanation).is_reached


@pytest.mark.parametrize("explain", [explain_text, explain_image, explain_row])
@pytest.mark.parametrize("precision", ["lime", 0.01])
@pytest.mark.parametrize("estimator", [None, "regression", "assisted"])
@pytest.mark.filterwarnings("error")
def test_a_constant_model_stops_at_the_first_look(explain: Any, precision: Any, estimator: str | None) -> None:
    explanation = explain(constant, num_samples="auto", precision=precision, estimator=estimator)
    assert found(explanation).reason == "reached"
    assert len(found(explanation).looks) == 1
    assert all(abs(weight) < 1e-9 for _, weight in explanation.as_map()[1])


# ---- the same again


def digest() -> str:
    """Return a hash of what explanations in every domain say."""
    hashed = hashlib.sha256()
    for domain, estimator in (
        ("text", "regression"),
        ("text", "assisted"),
        ("image", "regression"),
        ("table", "assisted"),
    ):
        explain, score = DOMAINS[domain]
        explanation = explain(Remembering(score), num_samples="auto", precision=0.05, estimator=estimator)
        said = (explanation.as_map(), explanation.convergence, explanation.uncertainty())
        hashed.update(repr(said).encode())
    return hashed.hexdigest()


def test_another_process_gives_the_same_explanations() -> None:
    code = "from tests.domains.test_auto import digest; print(digest())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300)
    assert told.stdout.strip() == digest()


# ---- what its intervals are worth


def test_intervals_of_tables_hold_the_truth() -> None:
    """Of five columns of three categories every mask there is can be counted."""
    rng = np.random.default_rng(0)
    shares = [0.5, 0.3, 0.2]
    table = rng.choice(3, (3000, 5), p=shares).astype(np.float64)
    row = np.zeros(5)

    def model(rows: Any) -> Floats:
        same = np.asarray(rows) == row
        scores = same @ [2.0, -1.5, 1.0, 0.5, -0.5] + 2 * same[:, 0] * same[:, 1] - 1.5 * same[:, 2] * same[:, 3]
        second = 1 / (1 + np.exp(-scores))
        return np.column_stack([1 - second, second])

    def explain(seed: int, **asked: Any) -> Explanation:
        explainer = LimeTabularExplainer(table, categorical_features=range(5), random_state=seed)
        return explainer.explain_instance(row, model, num_features=5, progress_bar=False, **asked)

    masks = (np.arange(32)[:, None] >> np.arange(5)) & 1 == 1
    own = (table == row).mean(axis=0)
    width = 0.75 * np.sqrt(5)
    weights = np.prod(np.where(masks, own, 1 - own), axis=1) * np.exp(-(~masks).sum(axis=1) / (2 * width**2))
    weights = np.append(1.0, 4999 * weights)
    columns = np.vstack([np.ones(5), masks])
    target = model(np.where(columns == 1, 0.0, 1.0))[:, 1]
    columns = columns - weights @ columns / weights.sum()
    target = target - weights @ target / weights.sum()
    truth = np.linalg.solve((columns.T * weights) @ columns + np.eye(5), columns.T @ (weights * target))

    for estimator in ("regression", "assisted"):
        held, misses = [], []
        for seed in range(40 if estimator == "regression" else 6):
            explanation = explain(seed, num_samples=200, nominal_samples=5000, estimator=estimator)
            unsure, fit = explanation.uncertainty(), explanation.surrogate(1)
            assert unsure.weights is not None
            miss = np.array(fit.weights) - truth[list(fit.features)]
            held.append(np.abs(miss) <= unsure.quantile() * np.array(unsure.weights) + 1e-12)
            misses.append(miss)
        assert np.mean(held) >= 0.9, estimator
        assert np.abs(misses).mean() < 0.1 * np.abs(truth).max()


# ---- what is refused


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"num_samples": "many"}, r"got num_samples='many', expected .* try num_samples="),
        ({"num_samples": 0}, r"got num_samples=0, expected .* try num_samples="),
        ({"num_samples": 1.5}, r"got num_samples=1.5, expected .* try num_samples="),
        ({"sampling": "magic"}, r"got sampling='magic', expected one of best, .* try sampling='best'"),
        ({"estimator": "magic"}, r"got estimator='magic', expected one of regression, assisted, try estimator="),
        ({"precision": "exact"}, r"got precision='exact', expected 'lime', .* try precision='lime'"),
        ({"precision": "top 0"}, r"got precision='top 0', expected .* try precision='lime'"),
        ({"precision": "top five"}, r"got precision='top five', expected .* try precision='lime'"),
        ({"precision": 0.0}, r"got precision=0.0, expected .* try precision='lime'"),
        ({"precision": -0.1}, r"got precision=-0.1, expected .* try precision='lime'"),
        ({"precision": 5}, r"got precision=5 and num_samples=\d+, expected .* try num_samples='auto'"),
        ({"precision": True}, r"got precision=True, expected .* try precision='lime'"),
        ({"precision": float("nan")}, r"got precision=nan, expected .* try precision='lime'"),
        ({"precision": None}, r"got precision=None, expected .* try precision='lime'"),
        ({"nominal_samples": 0}, r"got nominal_samples=0, expected .* try nominal_samples="),
        ({"nominal_samples": "5000"}, r"got nominal_samples='5000', expected .* try nominal_samples="),
        ({"repeats": -1}, r"got repeats=-1, expected .* try repeats="),
        ({"repeats": 2.5}, r"got repeats=2.5, expected .* try repeats="),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused_before_the_model_is_asked(
    domain: str, asked: dict[str, Any], message: str
) -> None:
    explain, _ = DOMAINS[domain]
    with pytest.raises((ValueError, LimeError), match=message):
        explain(pytest.fail, **asked)


@pytest.mark.parametrize("precision", ["exact", 0, None])
def test_more_precision_than_there_is_is_refused(precision: Any) -> None:
    explanation = explain_text(Remembering(of_text), num_samples=100)
    with pytest.raises(LimeError, match=r"got precision=.*, expected .* try precision='lime'"):
        explanation.precision(precision)


@pytest.mark.parametrize("nominal", [0, -5, 2.5, "many"])
def test_a_refit_to_no_number_of_samples_is_refused(nominal: Any) -> None:
    explanation = explain_text(Remembering(of_text), num_samples=100)
    with pytest.raises(ValueError, match=r"got nominal_samples=.*, expected .* try nominal_samples="):
        explanation.refit(nominal_samples=nominal)
