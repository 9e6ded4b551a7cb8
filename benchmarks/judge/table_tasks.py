"""Incomes, credits and tumours: rows of tables, and three kinds of classifier."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from benchmarks.judge.tasks import MissingDataError, TableTask, Task
from benchmarks.judge.text_tasks import DATA

Floats = NDArray[np.float64]

_BATCH = 16_384
_FEW = 4
# table, kind of model, which of the rows held out
_WANTED = (
    ("adult", "boosting", 0),
    ("adult", "boosting", 1),
    ("adult", "forest", 0),
    ("adult", "forest", 2),
    ("adult", "network", 1),
    ("adult", "network", 2),
    ("tumours", "network", 0),
    ("credit", "boosting", 0),
)
# Sixteen times 2 to the 19th: Sobol's sequence wants a power of 2.
_DRAWS = 8_388_608


@dataclass(frozen=True, eq=False)
class Table:
    """A table of numbers and codes.

    Parameters
    ----------
    rows, held_out : ndarray of shape (n_rows, n_columns)
        To learn from, and to explain.
    labels : ndarray of shape (n_rows,)
        0 or 1, of the rows to learn from.
    categorical : sequence of int
        Which columns are codes.
    """

    rows: Floats
    held_out: Floats
    labels: NDArray[np.intp]
    categorical: Sequence[int]


@dataclass(frozen=True, eq=False)
class InBatches:
    """A model asked about so many rows at once that memory suffices.

    Parameters
    ----------
    model : object
        With ``predict_proba``.
    """

    model: Any

    def __call__(self, rows: Floats) -> Floats:
        """Return the probabilities of all rows."""
        starts = range(0, len(rows), _BATCH)
        return np.concatenate([self.model.predict_proba(rows[start : start + _BATCH]) for start in starts])


def table_tasks() -> Iterator[tuple[str, Callable[[], Task]]]:
    """Yield names of tasks, and what builds them."""
    for table, kind, row in _WANTED:
        yield f"{table}-{kind}-{row}", lambda wanted=(table, kind, row): _task(*wanted)  # type: ignore[misc]


def _task(name: str, kind: str, row: int) -> Task:
    """Build a task."""
    table = tables(name)
    return TableTask(
        f"{name}-{kind}-{row}",
        table.rows,
        table.categorical,
        table.held_out[row],
        InBatches(fitted(name, kind)),
        draws=_DRAWS,
    )


@cache
def tables(name: str) -> Table:
    """Return a table.

    Raises
    ------
    MissingDataError
        If it is not on this machine.
    """
    rows, labels, categorical = {"adult": _read_adult, "credit": _read_credit, "tumours": _read_tumours}[name]()
    order = np.random.default_rng(0).permutation(len(rows))
    n_learned = int(0.8 * len(rows))
    learned, held_out = order[:n_learned], order[n_learned:]
    return Table(rows[learned], rows[held_out], labels[learned], categorical)


@cache
def fitted(name: str, kind: str) -> Any:
    """Return a model fitted on a table."""
    table = tables(name)
    categorical = list(table.categorical)
    if kind == "boosting":
        boosting = HistGradientBoostingClassifier(max_iter=150, categorical_features=categorical, random_state=0)
        return boosting.fit(table.rows, table.labels)
    numbers = [column for column in range(table.rows.shape[1]) if column not in categorical]
    encoder = ColumnTransformer(
        [
            ("numbers", StandardScaler(), numbers),
            ("codes", OneHotEncoder(handle_unknown="ignore", sparse_output=False, dtype=np.float32), categorical),
        ],
        sparse_threshold=0,
    )
    model = (
        RandomForestClassifier(60, min_samples_leaf=3, random_state=0, n_jobs=1)
        if kind == "forest"
        else MLPClassifier((50,), random_state=0, max_iter=25)
    )
    return make_pipeline(encoder, model).fit(table.rows, table.labels)


def _read_adult() -> tuple[Floats, NDArray[np.intp], Sequence[int]]:
    """Read the census of incomes, texts as codes."""
    return _read_csv("adult.csv", header=None, positive=">50K")


def _read_credit() -> tuple[Floats, NDArray[np.intp], Sequence[int]]:
    """Read the German credits, 1 being a bad one."""
    return _read_csv("german_credit_uci_coded.csv", header=0, positive="2")


def _read_csv(name: str, header: int | None, positive: str) -> tuple[Floats, NDArray[np.intp], Sequence[int]]:
    """Read a table whose last column says what to learn."""
    import pandas as pd

    path = DATA / name
    if not path.exists():
        raise MissingDataError(f"{name} is not in {DATA.parent.name}/{DATA.name}")
    frame = pd.read_csv(path, header=header, skipinitialspace=True)
    *columns, target = frame.columns
    # A number that takes few values is a category here: lime cannot draw from a bin that holds one value.
    categorical = [
        at
        for at, column in enumerate(columns)
        if not pd.api.types.is_numeric_dtype(frame[column]) or frame[column].nunique() <= _FEW
    ]
    rows = np.column_stack(
        [
            pd.Categorical(frame[column]).codes if at in categorical else frame[column]
            for at, column in enumerate(columns)
        ]
    ).astype(np.float64)
    labels = (frame[target].astype(str) == positive).to_numpy().astype(np.intp)
    return rows, labels, categorical


def _read_tumours() -> tuple[Floats, NDArray[np.intp], Sequence[int]]:
    """Read scikit-learn's measurements of tumours."""
    data = load_breast_cancer()
    return data.data, data.target, []
