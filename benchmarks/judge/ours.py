"""The methods of this package that are judged: its own explainers, asked as a user asks them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import lime_widgets
from benchmarks.judge.methods import Answer, Method
from benchmarks.judge.population import Masks
from benchmarks.judge.tasks import NOMINAL, MaskTask, TableTask, Task
from lime_widgets import Explanation, LimeTabularExplainer
from lime_widgets.domain import Sampling
from lime_widgets.engine import Samples, distances_by_level, distances_to_instance, draw_independent_masks
from lime_widgets.engine.laws import binomial_levels
from lime_widgets.explainer import explain
from lime_widgets.indexed_string import IndexedString
from lime_widgets.labels import LabelChoice
from lime_widgets.masking import MaskSampling, mask_sampling
from lime_widgets.sampler import Sampler
from lime_widgets.sampling_choice import SamplingChoice
from lime_widgets.settings import FitSettings
from lime_widgets.text import TextDomainMapper

Floats = NDArray[np.float64]

_LABEL = 1
_BATCH = 10_000
_DECIDING = (
    "emulating.py",
    "engine/*.py",
    "estimation.py",
    "explainer.py",
    "extension.py",
    "labels.py",
    "masking.py",
    "plan.py",
    "precision.py",
    "sampler.py",
    "sampling_choice.py",
    "settings.py",
    "tables/*.py",
    "text.py",
)


@cache
def sources_digest() -> str:
    """Return a digest of the code that draws and estimates: what was measured with other code is old."""
    package = Path(lime_widgets.__file__).parent
    files = [file for pattern in _DECIDING for file in sorted(package.glob(pattern))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


class TextMasks(TextDomainMapper):
    """A text of as many words, about whose masks the model is asked without strings."""

    def __init__(self, n_features: int) -> None:
        super().__init__(IndexedString(" ".join(f"w{number}" for number in range(n_features))))

    def compose(self, questions: Masks) -> Any:
        """Return the masks."""
        return questions

    def default_batch_size(self) -> int:
        """Return how many masks to ask at once."""
        return _BATCH


class ImageMasks(TextMasks):
    """An image of as many superpixels, likewise."""

    def design(self, sampling: Sampling, metric: Any) -> MaskSampling:
        """Return how superpixels are hidden, as the mapper of images does."""
        law, levels = binomial_levels(self.n_features), distances_by_level(self.n_features, metric)
        return mask_sampling(sampling, law, draw_independent_masks, levels, ("arrays", "pairs", "stratified", "lime"))

    def distances(self, samples: Samples, metric: Any) -> Floats:
        """Return the distance of each mask to the instance, shape (n_samples,)."""
        return distances_to_instance(samples, metric)


class Counted:
    """A model of two classes, and how many rows it was asked about."""

    def __init__(self, model: Any, *, one_column: bool) -> None:
        self._model, self._one_column = model, one_column
        self.n_calls = 0

    def __call__(self, rows: Any) -> Floats:
        """Return the probabilities."""
        self.n_calls += len(rows)
        answers: Floats = self._model(rows)
        return np.column_stack([1 - answers, answers]) if self._one_column else answers


@dataclass(frozen=True)
class Ours:
    """An explainer of this package, with some sampling and estimator.

    Parameters
    ----------
    name : str
        What it is called in the report.
    sampling : str
        ``"lime"`` or ``"best"``.
    estimator : {"regression", "assisted"}, optional
        What is made of the samples.
    precision : str or float, optional
        When to stop by itself; None for a given number of calls.
    n_features : int, optional
        How many features are shown; all if None.
    """

    name: str
    sampling: str
    estimator: str | None
    precision: str | float | None = None
    version: str = field(default_factory=sources_digest)
    own_truth: bool = False
    n_features: int | None = None

    @property
    def costly(self) -> bool:
        """Whether an emulator is fitted."""
        return self.estimator == "assisted"

    @property
    def stops(self) -> bool:
        """Whether it decides itself when to stop."""
        return self.precision is not None

    def explains(self, task: Task) -> bool:  # noqa: ARG002 - others can not
        """Everything."""
        return True

    def run(self, task: Task, n_calls: int, seed: int) -> Answer:
        """Explain a task by so many samples, standing for lime's default number."""
        choice = SamplingChoice(
            "auto" if self.precision is not None else n_calls,
            NOMINAL[task.domain],
            self.sampling,
            self.estimator,
            "lime" if self.precision is None else self.precision,
            NOMINAL[task.domain],
        )
        if isinstance(task, TableTask):
            model = Counted(task.predict, one_column=False)
            return _answer(_explained_row(task, model, choice, seed, self.n_features), model)
        model = Counted(task.ask, one_column=True)
        return _answer(_explained_masks(task, model, choice, seed, self.n_features), model)


def _explained_masks(
    task: MaskTask, model: Counted, choice: SamplingChoice, seed: int, n_shown: int | None
) -> Explanation:
    """Explain a text or an image."""
    is_text = task.domain == "text"
    mapper = (TextMasks if is_text else ImageMasks)(task.n_features)
    selection = "none" if n_shown is None else "auto"
    settings = FitSettings(25.0 if is_text else 0.25, n_shown or task.n_features, selection)
    return explain(
        Sampler(mapper, seed, "cosine", model),
        settings,
        LabelChoice((_LABEL,)),
        choice,
        progress_bar=False,
        kind=Explanation,
    )


def _explained_row(
    task: TableTask, model: Counted, choice: SamplingChoice, seed: int, n_shown: int | None
) -> Explanation:
    """Explain a row of a table."""
    explainer = _explainer(task)
    explainer.random_state = seed
    explainer.feature_selection = "none" if n_shown is None else "auto"
    return explainer.explain_instance(
        task.row,
        model,
        num_features=n_shown or task.n_features,
        num_samples=choice.num_samples,
        progress_bar=False,
        sampling=choice.sampling,
        estimator=choice.estimator,
        precision=choice.precision,
        nominal_samples=choice.nominal_samples,
    )


@lru_cache(maxsize=1)
def _explainer(task: TableTask) -> LimeTabularExplainer:
    """Return this package's explainer of a table."""
    return LimeTabularExplainer(task.training, categorical_features=task.categorical, feature_selection="none")


def _answer(explanation: Explanation, model: Counted) -> Answer:
    """Return an explanation as it is judged."""
    n_calls = model.n_calls
    fit, sureness = explanation.surrogates[_LABEL], explanation.uncertainty(_LABEL)
    features = list(fit.features)
    weights = np.zeros(explanation.sampler.mapper.n_features)
    weights[features] = fit.weights
    errors = None
    if sureness.status == "exact":
        errors = np.zeros(len(weights))
    elif sureness.weights is not None:
        # A feature that never varies has no weight, and no error.
        errors = np.zeros(len(weights))
        errors[features] = sureness.weights
    return Answer(weights, errors, fit.local_prediction, n_calls, sureness.quantile())


def ours() -> list[Method]:
    """Return this package's methods."""
    return [
        Ours("regression, lime's sampler", "lime", "regression"),
        Ours("regression, best design", "best", "regression"),
        Ours("assisted, best design", "best", "assisted"),
        Ours("auto, regression, as exact as lime with 5,000", "best", "regression", "lime"),
        Ours("auto, assisted, as exact as lime with 5,000", "best", "assisted", "lime"),
    ]
