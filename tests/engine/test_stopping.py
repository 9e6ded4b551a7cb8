"""When to stop: every look has its price, and every end its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chi2

from lime_widgets.engine import Neighborhood
from lime_widgets.engine.stopping import Convergence, guarded_variance, spent_level
from lime_widgets.plan import FixedPlan, SequentialPlan
from tests.engine.problems import random_neighborhood


def test_the_levels_of_all_looks_sum_to_five_percent() -> None:
    spent = np.cumsum([spent_level(look) for look in range(1, 20_001)])
    assert (spent < 0.05).all()
    assert spent[-1] == pytest.approx(0.05, abs=1e-5)


def test_the_price_of_a_look_rises() -> None:
    variances = [guarded_variance(look, 100) for look in range(1, 12)]
    assert variances == sorted(variances)
    assert variances[0] > 1


@pytest.mark.parametrize("degrees", [40, 100, 1000])
@pytest.mark.parametrize("look", [1, 4, 12])
def test_the_guard_of_a_variance_is_the_quantile_of_chi_square(look: int, degrees: int) -> None:
    assert guarded_variance(look, degrees) == pytest.approx(degrees / chi2.ppf(spent_level(look), degrees), rel=0.02)


def growing(plan: SequentialPlan, n_features: int = 6, *, exact_at: int | None = None) -> list[int]:
    """Do as a plan says, and return the sizes that it asked for."""
    sizes: list[int] = []
    known: Neighborhood | None = None
    while (size := plan.next_size(known, sum(sizes[-1:]))) is not None:
        assert not sizes or size > sizes[-1]
        sizes.append(size)
        known = random_neighborhood(n_features, size, 0)
        if exact_at is not None and size >= exact_at:
            known = Neighborhood(known.samples, known.predictions, known.distances, exact=True)
    return sizes


def falling(neighborhood: Neighborhood, look: int) -> float:
    """Return an error that falls as the root of the number of samples."""
    return float(10 / np.sqrt(neighborhood.n_samples))


def test_a_plan_ends_when_it_has_reached_its_target() -> None:
    plan = SequentialPlan(Convergence("standard_error", 0.5), 5000, falling)
    sizes = growing(plan)
    assert plan.convergence.reason == "reached"
    assert plan.convergence.looks[-1].value <= 0.5 < plan.convergence.looks[-2].value
    assert 400 <= sizes[-1] <= 400 * 1.4
    assert sizes[0] == 64


def test_of_a_stability_more_is_better() -> None:
    plan = SequentialPlan(Convergence("stability", 0.9), 5000, lambda _, look: 0.31 * look)
    growing(plan)
    assert plan.convergence.reason == "reached"
    assert [look.value for look in plan.convergence.looks] == pytest.approx([0.31, 0.62, 0.93])


@pytest.mark.parametrize("most", [1, 50, 64, 65, 700])
def test_a_plan_ends_at_its_cap_and_never_beyond(most: int) -> None:
    plan = SequentialPlan(Convergence("standard_error", 1e-9), most, falling)
    sizes = growing(plan)
    assert plan.convergence.reason == "cap"
    assert sizes[-1] == most
    assert len(plan.convergence.looks) >= 1


def test_many_features_put_the_first_look_off() -> None:
    plan = SequentialPlan(Convergence("standard_error", 1e9), 5000, falling)
    assert growing(plan, n_features=50)[-1] == 200
    assert len(plan.convergence.looks) == 1


@pytest.mark.parametrize(("measure", "value"), [("standard_error", 0.0), ("relative_error", 0.0), ("stability", 1.0)])
def test_a_plan_ends_when_every_mask_is_there(measure: str, value: float) -> None:
    target = 0.9 if measure == "stability" else 0.1
    never: Callable[[Neighborhood, int], float] = lambda *_: 0.0 if measure == "stability" else np.inf  # noqa: E731
    plan = SequentialPlan(Convergence(measure, target), 5000, never, None)  # type: ignore[arg-type]
    growing(plan, exact_at=64)
    assert plan.convergence.reason == "exact"
    assert plan.convergence.looks[-1].value == value
    assert plan.convergence.is_reached


def test_noise_is_the_reason_only_where_a_plan_came_to_its_cap() -> None:
    still = random_neighborhood(5, 30, 0)
    noisy, traced = (replace(still, noise=np.array([0.0, noise])) for noise in (0.01, 1e-12))
    convergence = Convergence("standard_error", 0.1)
    assert convergence.ended("cap").given_noise(noisy, [1]).reason == "noisy"
    assert convergence.ended("reached").given_noise(noisy, [1]).reason == "reached"
    assert convergence.ended("cap").given_noise(noisy, [0]).reason == "cap"
    assert convergence.ended("cap").given_noise(traced, [0, 1]).reason == "cap"
    assert convergence.ended("cap").given_noise(still, [1]).reason == "cap"


def test_every_look_is_told() -> None:
    seen: list[Convergence] = []
    plan = SequentialPlan(Convergence("standard_error", 0.7), 5000, falling, seen.append)
    growing(plan)
    assert [len(convergence.looks) for convergence in seen] == list(range(1, len(plan.convergence.looks) + 1))


def test_a_fixed_plan_has_what_it_wants_at_once() -> None:
    plan = FixedPlan(100)
    assert plan.next_size(None, 0) == 100
    assert plan.next_size(random_neighborhood(4, 60, 0), 60) == 100
    assert plan.next_size(random_neighborhood(4, 100, 0), 100) is None
