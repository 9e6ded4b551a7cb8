"""What methods answer at several budgets and seeds, and what that says of them."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from benchmarks.judge.cache import Arrays, kept
from benchmarks.judge.methods import Method
from benchmarks.judge.tasks import NOMINAL, Task
from benchmarks.judge.truth import Truth

Floats = NDArray[np.float64]

BUDGETS = (50, 100, 200, 500, 1000, 2000, 5000)
# What stops by itself is given no number; its runs are kept under this one.
UNTIL_PRECISE = 0
FEW_SEEDS = 12
_CHEAP_CALLS, _COSTLY_CALLS = 500, 1000
_VERSION = 2
_MOST_SEEDS = 1000
_LARGEST = 10
_EXACT = 1e-9


@dataclass(frozen=True, eq=False)
class Runs:
    """Answers of a method for a task at one budget, one for each seed.

    Parameters
    ----------
    weights : ndarray of shape (n_seeds, n_features)
        Weights.
    errors : ndarray of shape (n_seeds, n_features)
        Standard errors; NaN where the method does not know them.
    quantiles : ndarray of shape (n_seeds,)
        How many standard errors nominal 95% intervals go to either side.
    local_predictions : ndarray of shape (n_seeds,)
        What the surrogates say of the instance.
    n_calls : ndarray of shape (n_seeds,)
        Calls really made.
    """

    weights: Floats
    errors: Floats
    quantiles: Floats
    local_predictions: Floats
    n_calls: NDArray[np.intp]


def measured(method: Method, task: Task, n_calls: int, n_seeds: int) -> Runs:
    """Return a method's answers, from the cache if they are there."""
    many = not task.slow and not (method.costly and (method.stops or n_calls > _CHEAP_CALLS))
    seeds = range(n_seeds if many else min(n_seeds, FEW_SEEDS))
    if not method.version:
        return _runs(_ask(method, task, n_calls, seeds))
    key = f"{_VERSION} {method.name} {method.version} {task.key} {n_calls} {len(seeds)}"
    return _runs(kept(f"runs-{task.name}", key, lambda: _ask(method, task, n_calls, seeds)))


def _ask(method: Method, task: Task, n_calls: int, seeds: Sequence[int]) -> Arrays:
    """Run a method with each seed."""
    # With the same seeds everywhere, one stroke of luck would be that of all tasks.
    first = zlib.crc32(task.name.encode()) % 100_000 * _MOST_SEEDS
    answers = [method.run(task, n_calls, first + seed) for seed in seeds]
    unknown = np.full(task.n_features, np.nan)
    return {
        "weights": np.array([answer.weights for answer in answers]),
        "errors": np.array([unknown if answer.errors is None else answer.errors for answer in answers]),
        "quantiles": np.array([answer.quantile for answer in answers]),
        "local_predictions": np.array([answer.local_prediction for answer in answers]),
        "n_calls": np.array([answer.n_calls for answer in answers]),
    }


def _runs(arrays: Arrays) -> Runs:
    """Return answers as kept."""
    n_seeds = len(arrays["weights"])
    quantiles = arrays.get("quantiles", np.full(n_seeds, np.nan))
    return Runs(arrays["weights"], arrays["errors"], quantiles, arrays["local_predictions"], arrays["n_calls"])


def relative_error(runs: Runs, weights: Floats) -> float:
    """Return the median over seeds of the distance to a truth, over the truth's length."""
    distances = np.linalg.norm(runs.weights - weights, axis=1)
    return float(np.median(distances) / np.linalg.norm(weights))


def stability(runs: Runs, n_largest: int) -> float:
    """Return the mean Jaccard index of the largest weights of two runs."""
    n_kept = min(n_largest, runs.weights.shape[1])
    tops = [frozenset(np.argsort(-np.abs(weights), kind="stable")[:n_kept].tolist()) for weights in runs.weights]
    return float(np.mean([len(one & other) / len(one | other) for one, other in combinations(tops, 2)]))


def relative_spread(runs: Runs) -> float:
    """Return the standard deviation between runs over the size of the mean weights, each averaged over features."""
    return float(runs.weights.std(axis=0, ddof=1).mean() / np.abs(runs.weights.mean(axis=0)).mean())


def coverage(runs: Runs, truth: Floats) -> tuple[float, float]:
    """Return how often nominal 95% intervals hold the truth: for all weights, and for the ten largest.

    Runs without intervals do not count; NaN if there are no others. An exact answer that says so counts as held.
    """
    known = ~np.isnan(runs.errors).any(axis=1)
    if not known.any():
        return float("nan"), float("nan")
    rounding = 1e-9 * float(np.abs(truth).max())
    half_widths = runs.quantiles[known, None] * runs.errors[known]
    holds = np.abs(runs.weights[known] - truth) <= half_widths + rounding
    largest = np.argsort(-np.abs(truth), kind="stable")[:_LARGEST]
    return float(holds.mean()), float(holds[:, largest].mean())


def error_curve(method: Method, truth: Truth, task: Task, runs: Mapping[int, Runs]) -> dict[int, float]:
    """Return relative errors by budget.

    lime's ridge counts its samples, so that lime on n samples tends to the truth for n, and is compared with that.
    Other methods promise the answer for lime's default number, whatever they ask.
    """
    is_lime = method.name.startswith("lime ")
    nominal = NOMINAL[task.domain]
    return {
        budget: relative_error(found, truth.at(budget if is_lime else nominal).weights)
        for budget, found in runs.items()
    }


def cost_curve(method: Method, truth: Truth, task: Task, runs: Mapping[int, Runs]) -> dict[int, float]:
    """Return relative errors by the calls really made, which are fewer than allowed where all masks have been asked."""
    errors = error_curve(method, truth, task, runs)
    return {int(np.median(runs[budget].n_calls)): errors[budget] for budget in sorted(errors)}


def budgets_of(method: Method) -> tuple[int, ...]:
    """Return how many calls to allow a method."""
    if method.stops:
        return (UNTIL_PRECISE,)
    return tuple(budget for budget in BUDGETS if not method.costly or budget <= _COSTLY_CALLS)


@dataclass(frozen=True)
class Crossing:
    """Where a curve comes down to a level.

    Parameters
    ----------
    n_calls : float
        Calls needed.
    sign : {"", "<", "~"}
        ``"<"``: fewer may do, the least that was tried is below; ``"~"``: beyond what was tried, as the root of n.
    """

    n_calls: float
    sign: str


def crossing(curve: Mapping[int, float], level: float) -> Crossing:
    """Return the calls at which an error comes down to a level, straight lines between logarithms."""
    budgets = sorted(curve)
    errors = np.minimum.accumulate([max(curve[budget], _EXACT / 2) for budget in budgets])
    if errors[0] <= level:
        return Crossing(float(budgets[0]), "<")
    if errors[-1] > level:
        return Crossing(float(budgets[-1] * (errors[-1] / level) ** 2), "~")
    after = int(np.argmax(errors <= level))
    if errors[after] <= _EXACT:
        # What is known when all is asked about was not coming on before.
        return Crossing(float(budgets[after]), "")
    share = np.log(errors[after - 1] / level) / np.log(errors[after - 1] / errors[after])
    logs = np.log(budgets[after - 1]) + share * np.log(budgets[after] / budgets[after - 1])
    return Crossing(float(np.exp(logs)), "")
