"""The figures of the report, by hand; and the report itself on runs that are made up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks import precision
from benchmarks.judge.curves import (
    UNTIL_PRECISE,
    Runs,
    cost_curve,
    coverage,
    crossing,
    error_curve,
    relative_error,
    relative_spread,
    stability,
)
from benchmarks.judge.methods import Answer, Lime
from benchmarks.judge.population import Moments
from benchmarks.judge.report import Case, write_report
from benchmarks.judge.tasks import MaskTask, Task
from benchmarks.judge.truth import Truth

Floats = NDArray[np.float64]


def runs_of(weights: Floats, errors: Floats | None = None, n_calls: int = 10) -> Runs:
    """Return runs with such weights."""
    unknown = np.full(weights.shape, np.nan)
    n_runs = len(weights)
    quantiles = np.full(n_runs, 1.959964)
    return Runs(weights, unknown if errors is None else errors, quantiles, np.zeros(n_runs), np.full(n_runs, n_calls))


def test_a_curve_that_falls_as_the_root_of_n_crosses_between_budgets() -> None:
    curve = {n: n**-0.5 for n in (50, 100, 1000)}
    assert crossing(curve, 400**-0.5).n_calls == pytest.approx(400)
    assert crossing(curve, 400**-0.5).sign == ""


def test_a_level_outside_of_what_was_tried_is_marked() -> None:
    curve = {50: 0.2, 100: 0.1}
    assert (crossing(curve, 0.3).n_calls, crossing(curve, 0.3).sign) == (50, "<")
    assert crossing(curve, 0.05).n_calls == pytest.approx(400)
    assert crossing(curve, 0.05).sign == "~"


def test_an_error_that_rises_again_does_not_undo_a_crossing() -> None:
    assert crossing({50: 0.2, 100: 0.1, 200: 0.15, 400: 0.01}, 0.1).n_calls == pytest.approx(100)


def test_the_relative_error_is_the_median_over_seeds() -> None:
    truth = np.array([3.0, 4.0])
    assert relative_error(runs_of(truth + np.array([[0.0, 0], [1, 0], [9, 9]])), truth) == pytest.approx(0.2)


def test_agreement_counts_sets_and_not_orders() -> None:
    assert stability(runs_of(np.array([[3.0, -2, 0], [-2, 3, 0]])), 2) == 1
    assert stability(runs_of(np.array([[3.0, -2, 0], [3, 0, 2]])), 2) == pytest.approx(1 / 3)


def test_the_spread_is_relative_to_the_mean_weights() -> None:
    assert relative_spread(runs_of(np.array([[1.0, -2], [3, -2]]))) == pytest.approx(np.sqrt(2) / 2 / 2)


def test_intervals_of_normal_estimates_with_true_errors_cover_95_of_100() -> None:
    rng, truth = np.random.default_rng(0), np.linspace(-1, 2, 40)
    errors = np.full((500, 40), 0.3)
    everything, largest = coverage(runs_of(truth + rng.normal(size=(500, 40)) * errors, errors), truth)
    assert everything == pytest.approx(0.95, abs=0.006)
    assert largest == pytest.approx(0.95, abs=0.012)


def test_the_largest_are_those_of_the_truth() -> None:
    truth = np.arange(20.0)
    errors = np.where(truth < 10, 0.0, 1.0)[None]
    assert coverage(runs_of(truth[None] + 0.5, errors), truth) == (0.5, 1.0)


def test_runs_that_do_not_know_their_errors_do_not_count() -> None:
    truth, unknown = np.array([1.0, 2.0]), np.full(2, np.nan)
    assert coverage(runs_of(np.array([[1.0, 2], [9, 9]]), np.array([[0.1, 0.1], unknown])), truth) == (1.0, 1.0)
    assert np.isnan(coverage(runs_of(np.array([[1.0, 2]])), truth)).all()


def test_an_exact_answer_without_an_interval_is_held() -> None:
    truth = np.array([0.1, 0.2])
    assert coverage(runs_of(truth[None] + 1e-13, np.zeros((1, 2))), truth) == (1.0, 1.0)


class Half:
    """A method whose error is half of that of the other at each budget, and known."""

    name, version, own_truth, stops, costly = "half", "", False, False, False

    def explains(self, task: Task) -> bool:
        return True

    def run(self, task: Task, n_calls: int, seed: int) -> Answer:
        raise AssertionError("not in this test")


def made_up() -> Case:
    """Return a case in which lime's errors are 1/sqrt(n) and the other's are half of them."""
    task = MaskTask("toy", "text", 12, lambda masks: masks.mean(axis=1))
    truth = Truth(task.population, Moments(np.linspace(-1, 1, 12), 0.5, 0.5), 0.001, "draws", 1000)
    signs = np.where(np.random.default_rng(0).random((4, 12)) < 0.5, -1, 1)
    runs: dict[str, dict[int, Runs]] = {"lime 0.2.0.1": {}, "half": {}}
    for budget in (50, 100, 200, 500, 1000, 2000, 5000):
        for name, factor in (("lime 0.2.0.1", 1.0), ("half", 0.5)):
            weights = truth.at(budget if factor == 1 else 5000).weights
            off = factor * budget**-0.5 * np.linalg.norm(weights) / np.sqrt(12)
            errors = None if factor == 1 else np.full((4, 12), off)
            runs[name][budget] = runs_of(weights + signs * off, errors, budget)
    return Case(task, truth, runs)


def test_lime_is_measured_against_the_limit_for_as_many_samples() -> None:
    case = made_up()
    curve = error_curve(Lime(), case.truth, case.task, case.runs["lime 0.2.0.1"])
    assert curve == pytest.approx({budget: budget**-0.5 for budget in curve})


def test_the_report_says_how_many_times_as_many_calls_lime_needs() -> None:
    lines: list[str] = []
    write_report([made_up()], [Lime(), Half()], lines.append)
    rows = [line for line in lines if line.startswith("| half |")]
    assert "| half | 250 | 4.0x | 4.0–4.0 | 1,250 | 4.0x | 4.0–4.0 |" in rows
    assert f"| {made_up().task.name} | 4.0x / 4.0x |" in lines
    assert "| half | 1.00 / 1.00 (1.00 / 1.00) | 1.00 / 1.00 (1.00 / 1.00) |" in "\n".join(rows)
    assert "| best prototype (other tasks) |  | 8.4x |  |  | 14x |  |" in lines


class Stopping(Half):
    """A method that stops by itself."""

    name, stops = "stopping", True


def test_a_method_that_stops_is_reported_at_what_it_spent() -> None:
    case = made_up()
    found = case.runs["half"][500]
    stopped = replace(found, n_calls=np.array([300, 400, 500, 800]))
    case = Case(case.task, case.truth, {**case.runs, "stopping": {UNTIL_PRECISE: stopped}})
    lines: list[str] = []
    write_report([case], [Lime(), Stopping()], lines.append)
    (row,) = [line for line in lines if line.startswith("| stopping |")]
    assert row.startswith("| stopping | 450 | 450–450 | 0.022 | 1.58 |")


def test_calls_are_those_really_made() -> None:
    case = made_up()
    exact = runs_of(np.repeat(case.truth.at(5000).weights[None], 2, axis=0), None, 64)
    curve = cost_curve(Half(), case.truth, case.task, {50: case.runs["half"][50], 100: exact, 5000: exact})
    assert sorted(curve) == [50, 64]
    assert curve[64] == pytest.approx(0, abs=1e-12)


def test_a_single_run_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        precision.main(["--seeds", "1"])
    assert "got 1, expected 2 or more runs" in capsys.readouterr().err


def test_a_task_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert precision.main(["--tasks", "nothing-like-it"]) == 2
    assert "got no task that can be measured here" in capsys.readouterr().err
