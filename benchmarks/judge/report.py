"""The report on precision, in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.judge.curves import (
    FEW_SEEDS,
    UNTIL_PRECISE,
    Crossing,
    Runs,
    cost_curve,
    coverage,
    crossing,
    error_curve,
    relative_spread,
    stability,
)
from benchmarks.judge.methods import Method
from benchmarks.judge.population import Floats
from benchmarks.judge.tasks import DOMAINS, NOMINAL, Domain, Task
from benchmarks.judge.truth import Truth

REFERENCES = (1000, 5000)
STABILITY_BUDGETS = (200, 500, 1000)
COVERAGE_BUDGETS = (100, 200, 500, 1000)
# What rough prototypes reached: medians over other tasks.
PROTOTYPES: Mapping[Domain, tuple[float, float]] = {"text": (8.4, 14.0), "tables": (5.3, 5.9), "images": (5.0, 6.4)}

Line = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Case:
    """A task, its truth, and every method's runs by name and budget.

    Parameters
    ----------
    task : Task
        What was explained.
    truth : Truth
        What lime tends to.
    runs : mapping of str to mapping of int to Runs
        By the method's name, then by budget.
    """

    task: Task
    truth: Truth
    runs: Mapping[str, Mapping[int, Runs]]


def write_report(cases: Sequence[Case], methods: Sequence[Method], say: Line) -> None:
    """Write all tables, domain by domain.

    Parameters
    ----------
    cases : sequence of Case
        What was measured.
    methods : sequence of Method
        lime first: what the others are compared with.
    say : callable
        Takes one line at a time.
    """
    n_seeds = max(len(runs.weights) for case in cases for curve in case.runs.values() for runs in curve.values())
    say("# Precision\n")
    say(
        f"How near explanations come to lime's answer on infinitely many samples, by calls of the model; {n_seeds} "
        f"seeds (where a model or method is slow, {FEW_SEEDS} at most). Written by `python -m benchmarks.precision`."
    )
    for domain in DOMAINS:
        of_domain = [case for case in cases if case.task.domain == domain]
        if not of_domain:
            continue
        say(f"\n## {domain.capitalize()}")
        able = [method for method in methods if any(method.name in case.runs for case in of_domain)]
        budgeted = [method for method in able if not method.stops]
        faithful = [method for method in budgeted if not method.own_truth]
        _tasks(of_domain, methods[0], say)
        _factors(domain, of_domain, faithful, say)
        _factors_by_task(of_domain, faithful, say)
        _errors(of_domain, faithful, say)
        _stabilities(of_domain, budgeted, say)
        _coverages(of_domain, faithful, say)
        _stops(of_domain, [method for method in able if method.stops], methods[0], say)


def _tasks(cases: Sequence[Case], lime: Method, say: Line) -> None:
    """Say what was explained, how well the truth is known, and how far lime is from it."""
    rows = []
    for case in cases:
        curve = error_curve(lime, case.truth, case.task, case.runs[lime.name])
        error = f"± {case.truth.relative_error:.2%}" if case.truth.means == "draws" else "exact"
        means = f"{case.truth.n_calls:,} draws" if case.truth.means == "draws" else case.truth.means
        seeds = len(next(iter(case.runs[lime.name].values())).weights)
        ends = [f"{curve[budget]:.3f}" if budget in curve else "" for budget in REFERENCES]
        rows.append([case.task.name, str(case.task.n_features), means, error, str(seeds), *ends])
    header = ["task", "features", "truth from", "truth's own error", "seeds", *_lime_heads()]
    _table("Tasks", header, rows, say)


def _lime_heads() -> list[str]:
    """Return headings for lime's errors."""
    return [f"lime's error at {budget:,}" for budget in REFERENCES]


def _factors(domain: Domain, cases: Sequence[Case], methods: Sequence[Method], say: Line) -> None:
    """Say how many times as many calls lime needs."""
    rows = []
    for method in methods:
        row = [method.name]
        for reference in REFERENCES:
            row += _factor_cells([_factor(case, method, methods[0], reference) for case in cases], reference)
        rows.append(row)
    prototypes = [cell for factor in PROTOTYPES[domain] for cell in ("", f"{factor:g}x", "")]
    rows.append(["best prototype (other tasks)", *prototypes])
    header = ["method"]
    for reference in REFERENCES:
        header += [f"calls for lime's error at {reference:,}", "lime needs (median)", "range"]
    _table("Calls needed for lime's error", header, rows, say)
    say(
        "\nMedians over tasks of calls and of factors. ≥: the least budget that was tried is already better; "
        "~: beyond the largest that was tried, extended as the root of n."
    )


def _factors_by_task(cases: Sequence[Case], methods: Sequence[Method], say: Line) -> None:
    """Say the same of each task, since no median shows how far they differ."""
    lime, *others = methods
    rows = []
    for case in cases:
        row = [case.task.name]
        for method in others:
            found = [(_factor(case, method, lime, reference), reference) for reference in REFERENCES]
            row.append(" / ".join(f"{_range_end(one, reference)}x" if one else "–" for one, reference in found))
        rows.append(row)
    _table("Task by task: factors at lime's 1,000 / 5,000 calls", ["task", *(one.name for one in others)], rows, say)


def _factor(case: Case, method: Method, lime: Method, reference: int) -> Crossing | None:
    """Return the calls that a method needs for lime's error."""
    if method.name not in case.runs or reference not in case.runs[lime.name]:
        return None
    level = error_curve(lime, case.truth, case.task, case.runs[lime.name])[reference]
    return crossing(cost_curve(method, case.truth, case.task, case.runs[method.name]), level)


def _factor_cells(crossings: Iterable[Crossing | None], reference: int) -> list[str]:
    """Return the median of calls, of factors, and the range of factors."""
    known = sorted((found for found in crossings if found is not None), key=lambda found: found.n_calls)
    if not known:
        return ["", "", ""]
    calls = float(np.median([found.n_calls for found in known]))
    factor = float(np.median([reference / found.n_calls for found in known]))
    # Whether the median itself was met within what was tried.
    middle = known[len(known) // 2].sign
    return [
        f"{calls:,.0f}",
        f"{_signed(factor, middle)}x",
        f"{_range_end(known[-1], reference)}–{_range_end(known[0], reference)}",
    ]


def _range_end(found: Crossing, reference: int) -> str:
    """Return a factor as one end of a range."""
    return _signed(reference / found.n_calls, found.sign)


def _signed(factor: float, sign: str) -> str:
    """Return a factor, with how it was had."""
    return f"{({'<': '≥ ', '~': '~ '}).get(sign, '')}{factor:.1f}"


def _errors(cases: Sequence[Case], methods: Sequence[Method], say: Line) -> None:
    """Say how far methods are from lime's limit, at each budget."""
    budgets = sorted({budget for case in cases for method in methods for budget in case.runs.get(method.name, {})})
    rows = []
    for method in methods:
        curves = [
            error_curve(method, case.truth, case.task, case.runs[method.name])
            for case in cases
            if method.name in case.runs
        ]
        rows.append(
            [method.name, *(_median([curve[at] for curve in curves if at in curve], "{:.3f}") for at in budgets)]
        )
    nominal = NOMINAL[cases[0].task.domain]
    _table(
        f"Relative error of all weights, against lime's limit for {nominal:,} samples (median over tasks)",
        ["method", *(f"{budget:,} calls" for budget in budgets)],
        rows,
        say,
    )


def _stabilities(cases: Sequence[Case], methods: Sequence[Method], say: Line) -> None:
    """Say how far two runs of a method agree."""
    rows = []
    for method in methods:
        row = [method.name]
        for budget in STABILITY_BUDGETS:
            runs = [case.runs[method.name][budget] for case in cases if budget in case.runs.get(method.name, {})]
            row += [
                _median([stability(found, 5) for found in runs], "{:.2f}"),
                _median([stability(found, 10) for found in runs], "{:.2f}"),
                _median([relative_spread(found) for found in runs], "{:.3f}"),
            ]
        rows.append(row)
    header = ["method"]
    for budget in STABILITY_BUDGETS:
        header += [f"top 5, {budget:,} calls", "top 10", "spread"]
    _table(
        "Agreement of two runs: Jaccard index, and relative standard deviation (median over tasks)", header, rows, say
    )


def _coverages(cases: Sequence[Case], methods: Sequence[Method], say: Line) -> None:
    """Say how often intervals hold the truth."""
    rows = []
    for method in methods:
        cells = [_coverage_cell(cases, method, budget) for budget in COVERAGE_BUDGETS]
        if any(cells):
            rows.append([method.name, *cells])
    if not rows:
        say("\nNone of the methods measured knows its standard errors.")
        return
    _table(
        "Coverage of nominal 95% intervals: all weights / the ten largest (mean over tasks; worst task)",
        ["method", *(f"{budget:,} calls" for budget in COVERAGE_BUDGETS)],
        rows,
        say,
    )


def _coverage_cell(cases: Sequence[Case], method: Method, budget: int) -> str:
    """Return coverage at one budget, empty where there are no intervals."""
    found = [
        coverage(case.runs[method.name][budget], _nominal_truth(case))
        for case in cases
        if budget in case.runs.get(method.name, {})
    ]
    known = np.array([pair for pair in found if not np.isnan(pair[0])])
    if not len(known):
        return ""
    (everything, largest), (worst, worst_largest) = known.mean(axis=0), known.min(axis=0)
    return f"{everything:.2f} / {largest:.2f} ({worst:.2f} / {worst_largest:.2f})"


def _stops(cases: Sequence[Case], methods: Sequence[Method], lime: Method, say: Line) -> None:
    """Say where methods stop by themselves, and how good they are there."""
    rows = [_stop_row([case for case in cases if method.name in case.runs], method, lime) for method in methods]
    if not rows:
        return
    header = ["method", "calls", "range", "error", "over lime's at 5,000", "top 5", "top 10", "coverage", "of largest"]
    _table("Stopping by itself (medians over tasks)", header, rows, say)


def _stop_row(cases: Sequence[Case], method: Method, lime: Method) -> list[str]:
    """Return the row of a method that stops."""
    runs = [case.runs[method.name][UNTIL_PRECISE] for case in cases]
    errors = [error_curve(method, case.truth, case.task, case.runs[method.name])[UNTIL_PRECISE] for case in cases]
    theirs = [error_curve(lime, case.truth, case.task, case.runs[lime.name])[REFERENCES[-1]] for case in cases]
    calls = [float(np.median(found.n_calls)) for found in runs]
    covered = [coverage(found, _nominal_truth(case)) for found, case in zip(runs, cases, strict=True)]
    return [
        method.name,
        _median(calls, "{:,.0f}"),
        f"{min(calls):,.0f}–{max(calls):,.0f}",
        _median(errors, "{:.3f}"),
        _median([ours / lime_s for ours, lime_s in zip(errors, theirs, strict=True)], "{:.2f}"),
        _median([stability(found, 5) for found in runs], "{:.2f}"),
        _median([stability(found, 10) for found in runs], "{:.2f}"),
        _median([everything for everything, _ in covered], "{:.2f}"),
        _median([largest for _, largest in covered], "{:.2f}"),
    ]


def _nominal_truth(case: Case) -> Floats:
    """Return lime's limit for its default number of samples."""
    return case.truth.at(NOMINAL[case.task.domain]).weights


def _median(values: Sequence[float], form: str) -> str:
    """Return a median as text, or nothing where there are no values."""
    return form.format(float(np.median(values))) if values else ""


def _table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]], say: Line) -> None:
    """Write a table in Markdown."""
    say(f"\n### {title}\n")
    say(f"| {' | '.join(header)} |")
    say(f"|{'---|' * len(header)}")
    for row in rows:
        say(f"| {' | '.join(row)} |")
