"""Explanations of many rows in a row, ours and lime's on the same rows and model; and what perturbing costs."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from lime.lime_tabular import LimeTabularExplainer as LimeLimeTabularExplainer
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.timing import duration, table, timed, verdict
from lime_widgets import Explanation, LimeTabularExplainer
from lime_widgets.domain import Sampling

N_ROWS = 500
N_SAMPLES = 5000
DRAW_BUDGET = 0.020
SHARE_OF_LIME = 0.1
# lime's forward selection takes a third of a second for a row: fewer rows tell as much.
LIME_ROWS = {6: 50, 10: 500}

Floats = NDArray[np.float64]


class ClockedTableModel:
    """A logistic regression on a table, and how long it was asked."""

    def __init__(self) -> None:
        self.data = load_breast_cancer()
        self._model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
        self._model.fit(self.data.data, self.data.target)
        self.seconds = 0.0

    def predict_proba(self, rows: Floats) -> Floats:
        """Return the probabilities, and remember the time."""
        start = time.perf_counter()
        answers: Floats = self._model.predict_proba(rows)
        self.seconds += time.perf_counter() - start
        return answers


def explained_row(n_columns: int, n_samples: int) -> Explanation:
    """Return an explanation of a row of so many columns on so many samples."""
    table = np.random.default_rng(0).normal(size=(200, n_columns))
    slopes = np.random.default_rng(1).normal(size=n_columns) / np.sqrt(n_columns)

    def model(rows: Floats) -> Floats:
        second = 1 / (1 + np.exp(-rows @ slopes))
        return np.column_stack([1 - second, second])

    explainer = LimeTabularExplainer(table, random_state=0, class_names=["no", "yes"])
    return explainer.explain_instance(table[0], model, num_samples=n_samples, progress_bar=False)


def print_table_rows() -> None:
    """Print rows per second and the time of the engine, all but the model's."""
    model = ClockedTableModel()
    rows = []
    for num_features, lime_rows in LIME_ROWS.items():
        engines = {}
        for name, explainer, options, n_rows in (
            ("lime_widgets", LimeTabularExplainer, {"progress_bar": False}, N_ROWS),
            ("lime", LimeLimeTabularExplainer, {}, lime_rows),
        ):
            seconds, engine = _explain_rows(
                explainer(model.data.data, random_state=0), model, num_features, n_rows, options
            )
            engines[name] = engine
            shared = [str(num_features), name, f"{n_rows}", f"{n_rows / seconds:,.1f}", duration(engine)]
            ratio = engine / engines["lime"] if "lime" in engines else None
            rows.append([*shared, "" if ratio is None else f"{engines['lime_widgets'] / engines['lime']:.3f}"])
        rows[-1].append(verdict(engines["lime_widgets"] / engines["lime"], SHARE_OF_LIME))
        rows[-2].append("")
    header = ["features", "", "rows", "rows/s", "engine time a row", "ratio", f"budget {SHARE_OF_LIME}"]
    table(f"Explaining rows of 30 columns one after the other, {N_SAMPLES:,} samples each", header, rows)


def _explain_rows(
    explainer: Any, model: ClockedTableModel, num_features: int, n_rows: int, options: dict[str, Any]
) -> tuple[float, float]:
    """Return the seconds of all rows, and those of one without the model."""
    model.seconds, start = 0.0, time.perf_counter()
    for row in model.data.data[:n_rows]:
        explainer.explain_instance(
            row, model.predict_proba, num_features=num_features, num_samples=N_SAMPLES, **options
        ).as_list()
    seconds = time.perf_counter() - start
    return seconds, (seconds - model.seconds) / n_rows


def print_perturbing() -> None:
    """Print what drawing the perturbations of a row costs."""
    data = load_breast_cancer().data
    rows = []
    for n_columns in (14, 30):
        explainer = LimeTabularExplainer(data[:, :n_columns], random_state=0)
        found = explainer.explain_instance(
            data[0, :n_columns], lambda rows: np.full((len(rows), 2), 0.5), num_samples=2, progress_bar=False
        )
        design = found.domain_mapper.design(Sampling(), "euclidean")
        timing = timed(lambda design=design: design.draw(0, N_SAMPLES, 1), repeats=30)  # type: ignore[misc]
        rows.append(
            [
                f"{n_columns} columns",
                duration(timing.median),
                duration(timing.p95),
                duration(DRAW_BUDGET),
                verdict(timing.median, DRAW_BUDGET),
            ]
        )
    table(f"Drawing {N_SAMPLES:,} perturbed rows within their bins", ["", "median", "p95", "budget", ""], rows)
