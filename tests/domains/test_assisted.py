"""What an emulator adds to an estimate: precision where the model is smooth, and never an answer that is not so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lime_widgets.engine import LimeError
from tests.truth import Floats, Masks, Picture, Table, Text, errors_of, interacting, weights_of

NOMINAL = 5000


def logistic(n_features: int, steepness: float = 6.0) -> Any:
    """Return a logistic regression on the features."""
    slopes = np.random.default_rng(2).normal(size=n_features)
    slopes *= steepness / np.linalg.norm(slopes)

    def model(masks: Masks) -> Floats:
        answers: Floats = 1 / (1 + np.exp(-(masks @ slopes - slopes.sum() / 2)))
        return answers

    return model


def scattered(masks: Masks) -> Floats:
    """Answer with a number that has nothing to do with those of similar masks, the same for the same mask."""
    codes = (masks @ (1 << np.arange(masks.shape[1]))).astype(np.uint64)
    hashed = (codes * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(40)
    answers: Floats = hashed / 2.0**24
    return answers


BOXES: dict[str, Any] = {"text": Text, "image": Picture, "table": Table}


@pytest.mark.parametrize("kind", BOXES)
def test_a_smooth_model_has_less_than_half_of_the_error(kind: str) -> None:
    box = BOXES[kind](10, logistic(10))
    truth, errors = box.truth(NOMINAL), {}
    for estimator in ("regression", "assisted"):
        found = [
            weights_of(box.explain(seed, num_samples=200, nominal_samples=NOMINAL, estimator=estimator))
            for seed in range(10)
        ]
        errors[estimator] = np.sqrt(np.mean((np.array(found) - truth) ** 2))
    assert errors["assisted"] < 0.5 * errors["regression"]


def test_where_the_kernel_leaves_nothing_but_the_instance_there_is_no_emulator() -> None:
    box = Text(12, interacting(12))
    found = box.explain(num_samples=200, estimator="assisted")
    narrow = found.refit(kernel_width=0.02)
    assert narrow.uncertainty(1).status == "few_samples"
    assert np.isfinite(weights_of(narrow)).all()
    assert narrow.refit(kernel_width=25).estimator == "assisted"


@pytest.mark.parametrize("kind", BOXES)
def test_a_useless_emulator_leaves_the_truth_within_its_errors(kind: str) -> None:
    box = BOXES[kind](10, scattered)
    truth, covered, errors = box.truth(NOMINAL), [], []
    for seed in range(12):
        found = box.explain(seed, num_samples=250, nominal_samples=NOMINAL, estimator="assisted")
        assert found.estimator == "assisted"
        covered.append(np.abs(weights_of(found) - truth) <= found.uncertainty(1).quantile() * errors_of(found))
        errors.append(np.abs(weights_of(found) - truth))
    assert np.mean(covered) > 0.88
    plain = [
        np.abs(weights_of(box.explain(seed, num_samples=250, nominal_samples=NOMINAL)) - truth) for seed in range(12)
    ]
    assert np.mean(errors) < 1.3 * np.mean(plain)


def test_intervals_with_an_emulator_cover_the_truth() -> None:
    """Of a model that is smooth but for a part."""
    smooth = logistic(10, 4.0)
    box = Text(10, lambda masks: 0.9 * smooth(masks) + 0.1 * scattered(masks))
    truth, covered = box.truth(NOMINAL), []
    for seed in range(25):
        found = box.explain(seed, num_samples=300, nominal_samples=NOMINAL, estimator="assisted")
        covered.append(np.abs(weights_of(found) - truth) <= found.uncertainty(1).quantile() * errors_of(found))
    assert np.mean(covered) > 0.88


def test_the_same_seed_gives_the_same_estimate() -> None:
    box = Text(12, logistic(12))
    maps = [box.explain(4, num_samples=150, estimator="assisted").as_map() for _ in range(2)]
    assert maps[0] == maps[1]


def test_an_emulator_asks_the_model_nothing() -> None:
    box, other = Text(14, logistic(14)), Text(14, logistic(14))
    box.explain(num_samples=300, estimator="assisted")
    other.explain(num_samples=300)
    assert box.asked == other.asked


def test_every_label_is_assisted() -> None:
    found = Text(12, logistic(12)).explain(num_samples=150, estimator="assisted", labels=(1,))
    both = found.refit(labels=[0, 1])
    assert both.estimator == "assisted"
    zero, one = (dict(both.as_map()[label]) for label in (0, 1))
    assert all(zero[feature] == pytest.approx(-weight, rel=0.1, abs=0.002) for feature, weight in one.items())
    assert found.showing(0).as_map()[0] == both.as_map()[0]


def test_a_constant_model_is_explained_with_zeros() -> None:
    found = Text(12, lambda masks: np.full(len(masks), 0.25)).explain(num_samples=150, estimator="assisted")
    assert weights_of(found) == pytest.approx(0, abs=1e-12)
    assert np.isfinite(errors_of(found)).all()


def test_of_every_mask_there_is_nothing_to_emulate() -> None:
    found = Text(7, logistic(7)).explain(num_samples=NOMINAL, estimator="assisted")
    assert (found.design, found.estimator) == ("enumeration", "regression")


def test_samples_that_an_emulator_cannot_help_with_are_refused_before_the_model_is_asked() -> None:
    from lime_widgets import LimeTabularExplainer

    explainer = LimeTabularExplainer(
        np.random.default_rng(0).normal(size=(50, 3)), discretize_continuous=False, random_state=0
    )
    with pytest.raises(LimeError, match=r"got estimator='assisted' for .* try estimator='regression'"):
        explainer.explain_instance(np.zeros(3), pytest.fail, estimator="assisted")


def test_an_estimator_that_is_not_there_is_refused() -> None:
    with pytest.raises(LimeError, match="got estimator='magic', expected one of regression, assisted"):
        Text(4, interacting(4)).explain(model=pytest.fail, estimator="magic")
