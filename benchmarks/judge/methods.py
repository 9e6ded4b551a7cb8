"""Ways to explain, behind one protocol; lime itself and shap's KernelExplainer."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.judge.population import Masks
from benchmarks.judge.tasks import MaskTask, TableTask, Task

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Answer:
    """An explanation.

    Parameters
    ----------
    weights : ndarray of shape (n_features,)
        The weight of each feature.
    errors : ndarray of shape (n_features,) or None
        Their standard errors, from a method that knows them.
    local_prediction : float
        What the surrogate says of the instance.
    n_calls : int
        Rows that the model was asked about, the instance among them.
    quantile : float
        How many standard errors its own 95% intervals go to either side.
    """

    weights: Floats
    errors: Floats | None
    local_prediction: float
    n_calls: int
    quantile: float = 1.959964


class Method(Protocol):
    """A way to explain.

    Attributes
    ----------
    name : str
        What it is called in the report.
    version : str
        What its results depend on; they are kept under it. Empty: they are not kept.
    own_truth : bool
        Whether it tends to something else than lime does, so that only its agreement with itself can be compared.
    stops : bool
        Whether it decides itself when to stop, whatever number of calls it is given.
    costly : bool
        Whether it takes a second or more by itself where calls are many: it is given fewer of them, and fewer seeds.
    """

    @property
    def name(self) -> str:  # noqa: D102 - see above
        ...

    @property
    def version(self) -> str:  # noqa: D102 - see above
        ...

    @property
    def own_truth(self) -> bool:  # noqa: D102 - see above
        ...

    @property
    def stops(self) -> bool:  # noqa: D102 - see above
        ...

    @property
    def costly(self) -> bool:  # noqa: D102 - see above
        ...

    def explains(self, task: Task) -> bool:
        """Tell whether it can explain a task."""
        ...

    def run(self, task: Task, n_calls: int, seed: int) -> Answer:
        """Explain a task with so many calls of the model."""
        ...


@dataclass(frozen=True)
class Lime:
    """lime 0.2.0.1: its sampling, its distances, its kernel and its regression, on all features."""

    name: str = "lime 0.2.0.1"
    version: str = "0.2.0.1"
    own_truth: bool = False
    stops: bool = False
    costly: bool = False

    def explains(self, task: Task) -> bool:  # noqa: ARG002 - shap can not
        """Everything."""
        return True

    def run(self, task: Task, n_calls: int, seed: int) -> Answer:
        """Explain as lime does on `n_calls` samples."""
        if isinstance(task, TableTask):
            return _explained_row(task, n_calls, seed)
        draw = lime_text_masks if task.domain == "text" else lime_image_masks
        masks = draw(task.n_features, n_calls, np.random.RandomState(seed))
        distances = 1 - np.sqrt(masks.mean(axis=1))
        return _regressed(masks.astype(np.float64), task.ask(masks), _kernel(distances, 0.25))


def lime_text_masks(n_features: int, n_samples: int, random_state: np.random.RandomState) -> Masks:
    """Return masks as lime's text explainer draws them, number for number."""
    sizes = random_state.randint(1, n_features + 1, n_samples - 1)
    masks = np.ones((n_samples, n_features), dtype=np.bool_)
    for row, size in enumerate(sizes, start=1):
        masks[row, random_state.choice(range(n_features), size, replace=False)] = False
    return masks


def lime_image_masks(n_features: int, n_samples: int, random_state: np.random.RandomState) -> Masks:
    """Return masks as lime's image explainer draws them, number for number."""
    random_state.randint(0, high=1000)  # it draws a seed for its segmentation before
    masks = random_state.randint(0, 2, n_samples * n_features).reshape(n_samples, n_features)
    masks[0] = 1
    return masks.astype(np.bool_)


def _explained_row(task: TableTask, n_samples: int, seed: int) -> Answer:
    """Explain a row by lime's own explainer."""
    explainer = task.lime_explainer(seed)
    # A private method, but the only way to lime's rows that leaves its regression to be asked for everything.
    masks, rows = explainer._LimeTabularExplainer__data_inverse(task.row, n_samples)  # noqa: SLF001
    distances = np.sqrt((masks == 0).sum(axis=1))
    return _regressed(masks, task.predict(rows)[:, 1], _kernel(distances, np.sqrt(task.n_features) * 0.75))


def _kernel(distances: Floats, width: float) -> Floats:
    """Return lime's weights."""
    weights: Floats = np.sqrt(np.exp(-(distances**2) / width**2))
    return weights


def _regressed(masks: Floats, answers: Floats, weights: Floats) -> Answer:
    """Return what lime's own regression makes of samples."""
    from lime.lime_base import LimeBase

    n_features = masks.shape[1]
    _, found, _, local_prediction = LimeBase(lambda _: weights).explain_instance_with_data(
        masks, answers[:, None], np.zeros(len(masks)), 0, n_features, feature_selection="none"
    )
    fitted = np.zeros(n_features)
    for feature, weight in found:
        fitted[feature] = weight
    return Answer(fitted, None, float(np.ravel(local_prediction)[0]), len(masks))


@dataclass(frozen=True)
class KernelShap:
    """shap's KernelExplainer on the same masks, all values kept."""

    name: str = "shap KernelExplainer"
    own_truth: bool = True
    stops: bool = False
    costly: bool = False

    @property
    def version(self) -> str:
        """That of the package."""
        from importlib.metadata import version

        return version("shap")

    def explains(self, task: Task) -> bool:
        """Texts and images: rows of tables are perturbed in another way, which asks for several rows a mask."""
        return isinstance(task, MaskTask)

    def run(self, task: Task, n_calls: int, seed: int) -> Answer:
        """Explain with so many calls, the instance and the empty mask among them.

        Raises
        ------
        TypeError
            If the task is a row of a table.
        """
        if not isinstance(task, MaskTask):
            raise TypeError(f"got {task.name}, a row of a table, expected masks, try explains(task) before")
        return _shapley_values(task, n_calls, seed)


def _shapley_values(task: MaskTask, n_calls: int, seed: int) -> Answer:
    """Return the values that shap finds."""
    shap: Any = importlib.import_module("shap")

    calls: list[int] = []

    def model(masks: Any) -> Floats:
        calls.append(len(masks))
        return task.ask(np.asarray(masks) > 0.5)

    explainer = shap.KernelExplainer(model, np.zeros((1, task.n_features)))
    with _numpy_seed(seed):
        # Without this it keeps ten values and calls the others 0.
        values = explainer.shap_values(np.ones((1, task.n_features)), nsamples=n_calls - 2, l1_reg=False, silent=True)
    weights = np.asarray(values, dtype=np.float64).reshape(-1)
    return Answer(weights, None, float(np.ravel(explainer.expected_value)[0] + weights.sum()), sum(calls))


class _numpy_seed:  # noqa: N801 - reads as the function that it is used as
    """numpy's global generator, which shap draws from, with a seed for a while."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def __enter__(self) -> None:
        self._before = np.random.get_state()  # noqa: NPY002
        np.random.seed(self._seed)  # noqa: NPY002

    def __exit__(self, *_: object) -> None:
        np.random.set_state(self._before)  # noqa: NPY002


def competitors(say: Callable[[str], None] = print) -> list[Method]:
    """Return what there is to compare with on this machine, and say what is missing."""
    methods: list[Method] = [Lime()]
    if importlib.util.find_spec("shap") is None:
        say("shap is not installed: its KernelExplainer is left out, try pip install shap")
        return methods
    return [*methods, KernelShap()]
