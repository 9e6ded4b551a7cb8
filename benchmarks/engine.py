"""The Python side: refitting, explaining, building texts, importing."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import numpy as np
from lime.lime_text import IndexedString as LimeIndexedString
from lime.lime_text import LimeTextExplainer as LimeLimeTextExplainer

from benchmarks.texts import ClockedModel, text_of
from benchmarks.timing import Timing, duration, table, timed, verdict
from lime_widgets import Explanation, LimeTextExplainer
from lime_widgets.engine import draw_masks
from lime_widgets.indexed_string import IndexedString

N_SAMPLES = 5000
REFIT_BUDGET = 0.005
SHARE_OF_LIME = 0.1
BUILDING_BUDGET = 0.5
IMPORT_BUDGET = 0.15
# lime takes half a minute for a long text and six features: it is measured less often there.
LIME_REPEATS = {50: 5, 100: 3, 400: 2, 2000: 1}


def explained(n_words: int, n_samples: int, num_features: int = 10) -> Explanation:
    """Return an explanation of so many words on so many samples."""
    explainer = LimeTextExplainer(random_state=0, class_names=["no", "yes"])
    model = ClockedModel()
    return explainer.explain_instance(
        text_of(n_words), model.predict_proba, num_samples=n_samples, num_features=num_features, progress_bar=False
    )


def print_refit() -> None:
    """Print what a change of width, number or class costs."""
    explanation = explained(60, N_SAMPLES)
    widths = iter(np.linspace(5, 100, 10_000).tolist())
    rows = []
    for num_features in (6, 10, 60):
        sized = explanation.refit(num_features=num_features)
        timing = timed(lambda sized=sized: sized.refit(kernel_width=next(widths)).as_map(), repeats=200)  # type: ignore[misc]
        rows.append(_row(f"{num_features} features", timing, REFIT_BUDGET))
    table(f"Refit in Python, {N_SAMPLES:,} samples of 60 words", ["", "median", "p95", "budget", ""], rows)


def _row(name: str, timing: Timing, budget: float) -> list[str]:
    """Return a row with its budget."""
    return [name, duration(timing.median), duration(timing.p95), duration(budget), verdict(timing.median, budget)]


def print_explanations() -> None:
    """Print the time of whole explanations without the model's, ours and lime's."""
    rows = []
    for n_words, repeats in LIME_REPEATS.items():
        for num_features in (6, 10):
            ours = _without_the_model(LimeTextExplainer(random_state=0), n_words, num_features, 5)
            theirs = _without_the_model(LimeLimeTextExplainer(random_state=0), n_words, num_features, repeats)
            ratio = ours.median / theirs.median
            rows.append(
                [
                    f"{n_words:,}",
                    str(num_features),
                    duration(ours.median),
                    duration(ours.p95),
                    f"{duration(theirs.median)} (of {repeats})",
                    f"{ratio:.3f}",
                    verdict(ratio, SHARE_OF_LIME),
                ]
            )
    header = ["words", "features", "median", "p95", "lime's median", "ratio", f"budget {SHARE_OF_LIME}"]
    table(f"One explanation, all but the model, {N_SAMPLES:,} samples", header, rows)


def _without_the_model(explainer: Any, n_words: int, num_features: int, repeats: int) -> Timing:
    """Measure explanations, less the time that the model was at work."""
    text, quiet = text_of(n_words), {"progress_bar": False} if isinstance(explainer, LimeTextExplainer) else {}
    seconds = []
    for _ in range(repeats):
        model = ClockedModel()
        start = time.perf_counter()
        explainer.explain_instance(
            text, model.predict_proba, num_features=num_features, num_samples=N_SAMPLES, **quiet
        ).as_list()
        seconds.append(time.perf_counter() - start - model.seconds)
    return Timing(tuple(seconds))


def print_building() -> None:
    """Print what building perturbed texts costs."""
    text = text_of(400)
    masks = draw_masks(400, 0, N_SAMPLES, seed=0)
    removed = [np.flatnonzero(~mask) for mask in masks]
    ours, theirs = IndexedString(text), LimeIndexedString(text)
    fast = timed(lambda: ours.perturbed(masks), repeats=10)
    slow = timed(lambda: [theirs.inverse_removing(ids) for ids in removed], repeats=5)
    rows = [[*_row("lime_widgets", fast, BUILDING_BUDGET)], ["lime", duration(slow.median), duration(slow.p95), "", ""]]
    table(f"Building {N_SAMPLES:,} texts of 400 words", ["", "median", "p95", "budget", ""], rows)


def print_imports() -> None:
    """Print what importing costs once numpy is there, in fresh processes."""
    rows = []
    for statement in ("import lime_widgets", "from lime_widgets import LimeTextExplainer"):
        timing = Timing(tuple(_import_seconds(statement) for _ in range(11)))
        budgeted = statement == "import lime_widgets"
        row = _row(f"`{statement}`", timing, IMPORT_BUDGET)
        rows.append(row if budgeted else [*row[:3], "", "scikit-learn's own import, at first use"])
    table("Importing, beyond `import numpy`", ["", "median", "p95", "budget", ""], rows)


def _import_seconds(statement: str) -> float:
    """Time one import in a process of its own."""
    program = f"import numpy, time; start = time.perf_counter();exec({statement!r}); print(time.perf_counter() - start)"
    return float(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout)
