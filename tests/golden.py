"""Golden vectors: what the Python engine answers, for the page's solver to agree with.

``python -m tests.golden`` writes `tests/golden/vectors.json` anew.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from lime_widgets.engine import (
    SELECTIONS,
    ExponentialKernel,
    Neighborhood,
    distances_to_instance,
    draw_masks,
    fit_surrogate,
)

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
)


def problem(n_features: int, n_samples: int, metric: str, degenerate: bool, seed: int) -> Neighborhood:
    """Draw a neighborhood with a known, non-linear black box and some noise."""
    rng = np.random.default_rng(seed)
    masks = draw_masks(n_features, 0, n_samples, seed)
    if degenerate:
        masks[:, 1] = True
        masks[:, 3] = masks[:, 2]
    signal = masks @ rng.normal(size=n_features) + masks[:, 0] * masks[:, -1]
    target = np.tanh(signal / 2) + 0.1 * rng.normal(size=n_samples)
    distances = distances_to_instance(masks) * 100 if metric == "cosine" else rng.uniform(0, 2, n_samples)
    distances[0] = 0.0
    return Neighborhood(masks, target[:, None], distances)


def cases() -> list[dict[str, Any]]:
    """Return every problem under every selection."""
    found = []
    for seed, (name, n_features, n_samples, width, metric, degenerate) in enumerate(PROBLEMS):
        neighborhood = problem(n_features, n_samples, metric, degenerate, seed)
        for selection in SELECTIONS:
            # The far end of the lasso path is where columns leave it, and come back with the other sign.
            far = {n_features * 3 // 4, n_features - 1, n_features} if selection == "lasso_path" else set()
            for num_features in sorted({1, min(4, n_features), min(10, n_features)} | far - {0}):
                surrogate = fit_surrogate(neighborhood, 0, ExponentialKernel(width), num_features, selection=selection)
                expected = asdict(surrogate)
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
                "masks": ["".join("01"[kept] for kept in row) for row in neighborhood.masks.astype(int)],
                "distances": neighborhood.distances.tolist(),
                "target": neighborhood.predictions[:, 0].tolist(),
            }
        )
    return {"problems": problems, "cases": cases()}


if __name__ == "__main__":
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(json.dumps(document(), separators=(",", ":")) + "\n", encoding="ascii")
