"""Black boxes of masks small enough to enumerate, in every domain, and what lime's law makes of them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lime_widgets import Explanation, LimeImageExplainer, LimeTabularExplainer, LimeTextExplainer

Floats = NDArray[np.float64]
Masks = NDArray[np.bool_]
OfMasks = Callable[[Masks], Floats]


def all_masks(n_features: int) -> Masks:
    """Return every mask, shape (2**n_features, n_features)."""
    return np.array(list(product([False, True], repeat=n_features)), dtype=np.bool_)


def weights_of_law(
    masks: Masks, answers: Floats, probabilities: Floats, proximity: Floats, answer: float, nominal: int
) -> Floats:
    """Return what lime's ridge regression finds where its samples have the shares that its law says.

    The instance weighs 1, the other ``nominal - 1`` samples share the rest by probability times proximity.
    """
    weights = np.append(1.0, (nominal - 1) * probabilities * proximity)
    columns = np.vstack([np.ones(masks.shape[1]), masks])
    target = np.append(answer, answers)
    columns = columns - weights @ columns / weights.sum()
    target = target - weights @ target / weights.sum()
    gram = (columns * weights[:, None]).T @ columns + np.eye(masks.shape[1])
    found: Floats = np.linalg.solve(gram, columns.T @ (weights * target))
    return found


def both(second: Floats) -> Floats:
    """Return the probabilities of two classes."""
    return np.column_stack([1 - second, second])


def interacting(n_features: int, seed: int = 0) -> OfMasks:
    """Return a model linear in the features and in products of neighbors, about half of it each."""
    rng = np.random.default_rng(seed)
    slopes, pairs = rng.normal(size=n_features), rng.normal(size=n_features - 1)
    scale = 4 * (np.abs(slopes).sum() + np.abs(pairs).sum())

    def model(masks: Masks) -> Floats:
        # Row by row: a product of matrices rounds otherwise in other batches.
        answers: Floats = 0.5 + (masks * slopes).sum(axis=1) / scale
        answers += ((masks[:, 1:] & masks[:, :-1]) * pairs).sum(axis=1) / scale
        return answers

    return model


class Text:
    """A text of distinct words and a model that sees which of them are there; counts what it is asked."""

    def __init__(self, n_features: int, model: OfMasks) -> None:
        self.words = [f"w{place}" for place in range(n_features)]
        self.model = model
        self.asked: list[str] = []

    def __call__(self, texts: list[str]) -> Floats:
        self.asked += texts
        masks = np.array([[word in text.split() for word in self.words] for text in texts], dtype=np.bool_)
        return both(self.model(masks))

    def explain(self, seed: int = 0, model: Any = None, **asked: Any) -> Explanation:
        options = {"num_features": len(self.words), "progress_bar": False, **asked}
        return LimeTextExplainer(random_state=seed).explain_instance(" ".join(self.words), model or self, **options)

    def truth(self, nominal: int) -> Floats:
        masks = all_masks(len(self.words))[:-1]
        kept, n_features = masks.sum(axis=1), len(self.words)
        probabilities = np.array([1 / n_features / np.sum(kept == size) for size in kept])
        proximity = np.exp(-8 * (1 - np.sqrt(kept / n_features)) ** 2)
        answer = float(self.model(np.ones((1, n_features), dtype=np.bool_))[0])
        return weights_of_law(masks, self.model(masks), probabilities, proximity, answer, nominal)


class Picture:
    """A row of white superpixels and a model that sees which of them are there; counts what it is asked."""

    def __init__(self, n_features: int, model: OfMasks) -> None:
        self.n_features = n_features
        self.model = model
        self.asked: list[bytes] = []

    def __call__(self, images: Any) -> Floats:
        masks = np.asarray(images)[:, 0, :, 0] > 0
        self.asked += [mask.tobytes() for mask in masks]
        return both(self.model(masks))

    def explain(self, seed: int = 0, model: Any = None, **asked: Any) -> Explanation:
        options = {
            "segmentation_fn": lambda _: np.tile(np.arange(self.n_features), (2, 1)),
            "hide_color": 0.0,
            "labels": (1,),
            "top_labels": None,
            "num_features": self.n_features,
            "batch_size": 100,
            "progress_bar": False,
        }
        image = np.full((2, self.n_features, 3), 255, dtype=np.uint8)
        return LimeImageExplainer(random_state=seed).explain_instance(image, model or self, **{**options, **asked})

    def truth(self, nominal: int) -> Floats:
        masks = all_masks(self.n_features)
        proximity = np.exp(-8 * (1 - np.sqrt(masks.mean(axis=1))) ** 2)
        answer = float(self.model(masks[-1:])[0])
        return weights_of_law(masks, self.model(masks), np.full(len(masks), 1 / len(masks)), proximity, answer, nominal)


class Table:
    """Columns of three categories, and a model that sees which are the row's own; counts what it is asked."""

    def __init__(self, n_features: int, model: OfMasks, own: float = 1 / 3) -> None:
        self.model = model
        rest = (1 - own) / 2
        self.shares = np.array([own, rest, rest])
        counts = np.rint(60 * self.shares).astype(int)
        column = np.repeat([0.0, 1.0, 2.0], counts)
        self.shares = counts / counts.sum()
        rng = np.random.default_rng(0)
        self.data = np.column_stack([rng.permutation(column) for _ in range(n_features)])
        self.row = np.zeros(n_features)
        self.asked: list[bytes] = []

    def __call__(self, rows: Any) -> Floats:
        self.asked += [np.asarray(row).tobytes() for row in rows]
        return both(self.model(np.asarray(rows) == self.row))

    def explain(self, seed: int = 0, model: Any = None, **asked: Any) -> Explanation:
        explainer = LimeTabularExplainer(self.data, categorical_features=list(range(len(self.row))), random_state=seed)
        options = {"num_features": len(self.row), "progress_bar": False, **asked}
        return explainer.explain_instance(self.row, model or self, **options)

    def truth(self, nominal: int) -> Floats:
        n_features = len(self.row)
        masks = all_masks(n_features)
        probabilities = np.where(masks, self.shares[0], 1 - self.shares[0]).prod(axis=1)
        proximity = np.exp(-(~masks).sum(axis=1) / (2 * 0.5625 * n_features))
        answer = float(self.model(masks[-1:])[0])
        return weights_of_law(masks, self.model(masks), probabilities, proximity, answer, nominal)


def weights_of(explanation: Explanation) -> Floats:
    """Return the weights of class 1 in the order of the features."""
    fit = explanation.surrogate(1)
    weights = np.zeros(explanation.neighborhood.n_features)
    weights[list(fit.features)] = fit.weights
    return weights


def errors_of(explanation: Explanation) -> Floats:
    """Return the standard errors of these weights."""
    found = explanation.uncertainty(1).weights
    errors = np.zeros(explanation.neighborhood.n_features)
    errors[list(explanation.surrogate(1).features)] = found
    return errors


BOXES: dict[str, Any] = {"text": Text, "image": Picture, "table": Table}


class Failing:
    """Passes questions on to a box until it has answered so many of them."""

    def __init__(self, box: Any, after: int) -> None:
        self.box = box
        self.after = after

    def __call__(self, rows: Any) -> Any:
        if len(self.box.asked) + len(rows) > self.after:
            raise OSError("gone")
        return self.box(rows)
