"""Golden vectors: what the Python engine answers, for the page's solver to agree with.

``python -m tests.golden`` writes `tests/golden/vectors.json` anew.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine import (
    SELECTIONS,
    ExponentialKernel,
    Neighborhood,
    Samples,
    distances_to_instance,
    draw_masks,
    estimate_uncertainty,
    fit_surrogate,
)
from lime_widgets.engine.laws import uniform_levels
from lime_widgets.engine.population import Population

PATH = Path(__file__).parent / "golden" / "vectors.json"

# name, features, samples, kernel width, metric, degenerate columns
PROBLEMS = (
    ("one feature", 1, 8, 25.0, "cosine", False),
    ("few samples", 5, 6, 25.0, "cosine", False),
    ("text defaults", 30, 400, 25.0, "cosine", False),
    ("narrow kernel", 30, 400, 2.0, "cosine", False),
    ("wide kernel", 12, 200, 800.0, "cosine", False),
    ("weights per sample", 20, 300, 1.5, "random", False),
    ("constant and repeated columns", 16, 250, 25.0, "cosine", True),
    ("repeated columns, weights per sample", 16, 250, 1.5, "random", True),
    ("past a byte and a word", 41, 150, 25.0, "cosine", False),
    ("hardly more samples than features", 17, 20, 12.0, "cosine", False),
    ("a column leaves the lasso path and comes back", 16, 36, 1.5, "random", False),
    ("real-valued columns", 9, 200, 2.25, "real", False),
    ("real-valued columns, constant and repeated", 12, 150, 2.5, "real", True),
    ("real-valued columns, narrow kernel", 7, 60, 0.6, "real", False),
    ("importance by level, in pairs", 24, 300, 25.0, "pairs", False),
    ("importance of each sample, answers expected", 14, 260, 25.0, "informed", False),
    ("real-valued columns, importance", 6, 220, 2.5, "real, informed", False),
    ("law of sizes, in pairs", 22, 320, 25.0, "law, pairs", False),
    ("law of sizes, too few samples for slopes", 40, 100, 25.0, "law, pairs", False),
    ("law of columns, answers expected", 12, 240, 2.6, "law, columns", False),
    ("law of columns, one of them constant", 9, 200, 1.2, "law, columns", True),
)


def problem(n_features: int, n_samples: int, metric: str, degenerate: bool, seed: int) -> Neighborhood:
    """Draw a neighborhood with a known, non-linear black box and some noise."""
    rng = np.random.default_rng(seed)
    samples: Samples = draw_masks(n_features, 0, n_samples, seed)
    if metric.startswith("real"):
        samples = standard_normal(n_features, n_samples, seed)
    if metric.endswith("pairs"):
        samples[2::2] = ~samples[1:-1:2]
    if degenerate:
        samples[:, 1] = samples[0, 1]
        samples[:, 3] = samples[:, 2]
    signal = samples @ rng.normal(size=n_features) + samples[:, 0] * samples[:, -1]
    target = np.tanh(signal / 2) + 0.1 * rng.normal(size=n_samples)
    found = Neighborhood(samples, target[:, None], distances(samples, metric, rng))
    return informed(found, metric, np.tanh(signal / 2), rng)


def informed(plain: Neighborhood, metric: str, known: NDArray[np.float64], rng: np.random.Generator) -> Neighborhood:
    """Let samples stand for more or fewer of lime's, and let something be known of their answers."""
    n_samples = plain.n_samples
    n_features = plain.n_features
    by_level = 0.5 + plain.samples.sum(axis=1) % 3
    each = np.exp(rng.normal(size=n_samples) / 2)
    each[0] = by_level[0] = 1.0
    if metric.endswith("pairs"):
        levels = uniform_levels(n_features).probabilities
        law = Population(distances_by_level("cosine", n_features), levels=levels)
        return replace(plain, importance=by_level, nominal=5000, population=law if metric == "law, pairs" else None)
    if metric == "law, columns":
        kept = plain.samples[1:].mean(axis=0).round(4)
        law = Population(distances_by_level("law, columns", n_features), kept=kept)
        weighed = replace(plain, importance=each.round(4), nominal=5000, population=law)
        return replace(weighed, expected=known.round(4)[:, None])
    if metric.endswith("informed"):
        return replace(plain, importance=each.round(4), nominal=1000, expected=known.round(4)[:, None])
    return plain


def standard_normal(n_features: int, n_samples: int, seed: int) -> NDArray[np.float64]:
    """Draw real-valued columns, in numbers that a file can hold."""
    return np.random.default_rng([seed, 1]).normal(size=(n_samples, n_features)).round(4)


def distances_by_level(metric: str, n_features: int) -> NDArray[np.float64]:
    """Return the distance of a mask by how many features it keeps."""
    return distances(np.tri(n_features + 1, n_features, -1, dtype=np.bool_)[::-1], metric, np.random.default_rng(0))[
        ::-1
    ]


def distances(samples: Samples, metric: str, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the distances of a problem's samples to the first of them."""
    if metric in ("cosine", "pairs", "informed", "law, pairs"):
        found = distances_to_instance(samples) * 100
    elif metric.startswith("real") or metric == "law, columns":
        found = distances_to_instance(samples, "euclidean", samples[0].astype(np.float64))
    else:
        found = rng.uniform(0, 2, len(samples))
    found[0] = 0.0
    return found


def written(samples: Samples) -> list[Any]:
    """Write masks as strings of digits, real-valued rows as lists."""
    if samples.dtype == np.bool_:
        return ["".join("01"[kept] for kept in row) for row in samples.astype(int)]
    rows: list[Any] = samples.tolist()
    return rows


def cases() -> list[dict[str, Any]]:
    """Return every problem under every selection."""
    found = []
    for seed, (name, n_features, n_samples, width, metric, degenerate) in enumerate(PROBLEMS):
        neighborhood = problem(n_features, n_samples, metric, degenerate, seed)
        for selection in SELECTIONS:
            # The far end of the lasso path is where columns leave it, and come back with the other sign.
            far = {n_features * 3 // 4, n_features - 1, n_features} if selection == "lasso_path" else set()
            for num_features in sorted({1, min(4, n_features), min(10, n_features)} | far - {0}):
                kernel = ExponentialKernel(width)
                surrogate = fit_surrogate(neighborhood, 0, kernel, num_features, selection=selection)
                uncertainty = estimate_uncertainty(neighborhood, 0, kernel, surrogate.features)
                expected = {**asdict(surrogate), "uncertainty": asdict(uncertainty)}
                found.append(
                    {
                        "name": f"{name}, {selection}, {num_features}",
                        "problem": seed,
                        "kernel_width": width,
                        "num_features": num_features,
                        "selection": selection,
                        "expected": expected,
                    }
                )
    return found


def document() -> dict[str, Any]:
    """Return the whole file: problems once, cases referring to them."""
    problems = []
    for seed, (_, n_features, n_samples, _, metric, degenerate) in enumerate(PROBLEMS):
        neighborhood = problem(n_features, n_samples, metric, degenerate, seed)
        problems.append(
            {
                "samples": written(neighborhood.samples),
                "distances": neighborhood.distances.tolist(),
                "target": neighborhood.predictions[:, 0].tolist(),
                **how_drawn(neighborhood),
            }
        )
    return {"problems": problems, "cases": cases()}


def how_drawn(neighborhood: Neighborhood) -> dict[str, Any]:
    """Write what a neighborhood of another design than lime's has beside its samples."""
    if neighborhood.importance is None:
        return {}
    expected, law = neighborhood.expected, neighborhood.population
    return {
        "importance": neighborhood.importance.tolist(),
        "nominal": neighborhood.nominal,
        **({} if expected is None else {"expected": expected[:, 0].tolist()}),
        **({} if law is None else {"law": {name: as_list(part) for name, part in vars(law).items()}}),
    }


def as_list(numbers: NDArray[np.float64] | None) -> list[float] | None:
    """Write numbers, if there are any."""
    return None if numbers is None else numbers.tolist()


if __name__ == "__main__":
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(json.dumps(document(), separators=(",", ":")) + "\n", encoding="ascii")
