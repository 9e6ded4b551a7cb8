"""The ten features that an explanation shows by default: which they are, and what they weigh."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from benchmarks.judge.ours import Ours
from benchmarks.judge.tasks import NOMINAL, Task
from benchmarks.judge.truth import Truth
from lime_widgets.engine.moments import Moments
from lime_widgets.engine.selection import RIDGE_OF_SURROGATE, select_features, solve_ridge

Floats = NDArray[np.float64]

N_SHOWN = 10
_BUDGETS = (200, 500, 1000, 5000)
_FEWEST_FEATURES = 14


def shown_limit(truth: Truth, nominal: int) -> Floats:
    """Return the ten weights that lime on `nominal` samples tends to, 0 for the features that it does not show."""
    population, known = truth.population, truth.moments
    mass = (nominal - 1) * population.mass
    share, gap = mass / (mass + 1), 1 - population.mean
    moments = Moments(
        n_samples=nominal,
        instance=np.ones(len(gap)),
        feature_means=population.mean + gap / (mass + 1),
        target_mean=0.0,
        gram=mass * population.covariance + share * np.outer(gap, gap),
        cross=mass * known.covariance + share * gap * (known.instance - known.mean),
        variation=1.0,
    )
    chosen = select_features(moments, N_SHOWN)
    weights = np.zeros(len(gap))
    weights[chosen] = solve_ridge(moments.gram[np.ix_(chosen, chosen)], moments.cross[chosen], RIDGE_OF_SURROGATE)
    return weights


def shown_rows(cases: Sequence[tuple[Task, Truth]], n_seeds: int) -> Iterator[list[str]]:
    """Yield a row of medians over tasks for each sampler and budget: error, and agreement of runs on the features."""
    for name, sampling in (("as lime draws", "lime"), ("best design", "best")):
        method = Ours(name, sampling, "regression", n_features=N_SHOWN)
        for budget in _BUDGETS:
            found = [_measured(method, task, truth, budget, n_seeds) for task, truth in cases if _is_long(task)]
            if found:
                error, overlap = np.median(np.array(found), axis=0)
                yield [name, f"{budget:,}", f"{error:.3f}", f"{overlap:.2f}"]


def _is_long(task: Task) -> bool:
    """Tell whether a task has more features than are shown, and answers fast."""
    return task.n_features >= _FEWEST_FEATURES and not task.slow


def _measured(method: Ours, task: Task, truth: Truth, budget: int, n_seeds: int) -> tuple[float, float]:
    """Return the median relative error of the weights shown, and how far runs agree on the features."""
    nominal = NOMINAL[task.domain]
    # lime's ridge counts its samples; this package's stands for the nominal number, whatever it draws.
    limit = shown_limit(truth, nominal)
    first = zlib.crc32(task.name.encode()) % 100_000 * 1000
    runs = [method.run(task, budget, first + seed).weights for seed in range(n_seeds)]
    errors = [float(np.linalg.norm(weights - limit) / np.linalg.norm(limit)) for weights in runs]
    sets = [frozenset(np.flatnonzero(weights).tolist()) for weights in runs]
    overlaps = [len(one & other) / len(one | other) for one, other in combinations(sets, 2)]
    return float(np.median(errors)), float(np.mean(overlaps))


def write_shown(cases: Sequence[tuple[Task, Truth]], n_seeds: int, say: Callable[[str], object]) -> None:
    """Write what is shown by default, domain after domain."""
    for domain in NOMINAL:
        rows = list(shown_rows([case for case in cases if case[0].domain == domain], n_seeds))
        if rows:
            say(f"\n## The ten features shown by default: {domain}\n")
            say("| sampler | calls | relative error of the weights shown | agreement of runs on the features |")
            say("|---|---|---|---|")
            for row in rows:
                say(f"| {' | '.join(row)} |")
