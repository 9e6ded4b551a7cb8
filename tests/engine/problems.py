"""Random neighborhoods, and what lime 0.2.0.1 makes of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from lime.lime_base import LimeBase
from numpy.typing import NDArray

from lime_widgets.engine import Kernel, Neighborhood, distances_to_instance, draw_masks

Floats = NDArray[np.float64]


def black_box(masks: NDArray[np.bool_], n_outputs: int, rng: np.random.Generator) -> Floats:
    """Answer with something that no linear model explains to the end."""
    signal = masks @ rng.normal(size=(masks.shape[1], n_outputs)) / np.sqrt(masks.shape[1])
    signal += 0.5 * (masks[:, :1] & masks[:, -1:])
    answers: Floats = np.tanh(signal) + 0.05 * rng.normal(size=signal.shape)
    return answers


def random_neighborhood(
    n_features: int, n_samples: int, seed: int, *, by_level: bool = True, repeated: bool = False, constant: bool = False
) -> Neighborhood:
    """Draw a neighborhood.

    `by_level` gives lime's distances, which depend on how many features are kept; otherwise each sample has its own.
    `repeated` makes column 2 the twin of column 0, and with enough columns 4 and 5 those of 3; `constant` keeps column
    1 everywhere, so that it never varies.
    """
    rng = np.random.default_rng([seed, n_features, n_samples])
    masks = draw_masks(n_features, 0, n_samples, seed)
    if repeated and n_features > 2:
        masks[:, 2] = masks[:, 0]
    if repeated and n_features > 5:
        masks[:, 4] = masks[:, 5] = masks[:, 3]
    if constant and n_features > 1:
        masks[:, 1] = True
    distances = distances_to_instance(masks) * 100
    if not by_level:
        distances[1:] = rng.uniform(0, 60, n_samples - 1)
    return Neighborhood(masks, black_box(masks, 2, rng), distances)


class LimeFit(NamedTuple):
    """What lime returns, in order of falling absolute weight."""

    features: list[int]
    weights: list[float]
    intercept: float
    score: float
    local_prediction: float


def fit_with_lime(
    neighborhood: Neighborhood,
    output: int,
    kernel: Kernel,
    num_features: int,
    *,
    selection: str = "auto",
    regressor: Any = None,
) -> LimeFit:
    """Ask lime for the explanation of the same samples."""
    intercept, pairs, score, local_prediction = LimeBase(kernel).explain_instance_with_data(
        neighborhood.samples.astype(np.float64),
        neighborhood.predictions,
        neighborhood.distances,
        output,
        num_features,
        selection,
        regressor,
    )
    return LimeFit(
        [int(feature) for feature, _ in pairs],
        [float(weight) for _, weight in pairs],
        float(intercept),
        float(score),
        float(local_prediction[0]),
    )
