"""Tables of any shape, dtype and degeneracy: finite weights or a typed error with a useful message, never else."""

from __future__ import annotations

import datetime
import json
import pickle
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lime_widgets import Explanation, LimeTabularExplainer
from lime_widgets.engine import SELECTIONS, LimeError
from lime_widgets.task import MODES
from lime_widgets.widgets.explanation_widget import ExplanationWidget

Floats = NDArray[np.float64]

NAN = float("nan")
TYPED = (ValueError, TypeError, LimeError)
KINDS = ["array", "float32", "whole", "truth", "list", "objects", "pandas", "nullable", "categorical", "polars"]
AWKWARD = [0.0, -0.0, 1.0, -1.0, 0.1, 1e30, -1e30, 1e-100, 5e-324, 2.0**53, 1 + 1e-15, 1e15]

numbers = st.one_of(st.sampled_from(AWKWARD), st.integers(-3, 3).map(float), st.floats(-1e6, 1e6))
# Too many of these, and most tables would be refused.
extremes = st.one_of(numbers, numbers, st.floats(allow_infinity=False), st.sampled_from([1e100, 3.5e38, 1e300, NAN]))


def awkward_columns(rng: np.random.Generator, n_rows: int, one: float, other: float) -> dict[str, Floats]:
    """Return columns of numbers that are hard to tell anything from."""
    normal = rng.normal(size=n_rows)
    return {
        "constant": np.full(n_rows, one),
        "two values": rng.choice([one, other], n_rows),
        "missing": np.where(rng.random(n_rows) < 0.3, NAN, normal),
        "all missing": np.full(n_rows, NAN),
        "whole": rng.integers(0, 5, n_rows).astype(float),
        "close": 1e10 + 1e-6 * normal,
        "huge": 1e100 * normal,
        "tiny": 1e-100 * normal,
        "normal": normal,
        "far": np.append(normal[1:], one),
    }


@st.composite
def number_columns(draw: st.DrawFn, n_rows: int) -> list[float]:
    """Draw a column of numbers."""
    if draw(st.booleans()):
        return draw(st.lists(numbers, min_size=n_rows, max_size=n_rows))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    columns = awkward_columns(rng, n_rows, draw(extremes), draw(extremes))
    column: list[float] = columns[draw(st.sampled_from(sorted(columns)))].tolist()
    return column


CATEGORIES: list[list[Any]] = [
    ["a", "b", "<&>", ""],
    [True, False],
    [1, 2, 3],
    [1, 2**60],
    [datetime.datetime(2020, 1, day, 5) for day in (1, 2, 9, 30)],
    ["only"],
]


@st.composite
def other_columns(draw: st.DrawFn, n_rows: int) -> list[Any]:
    """Draw texts, truth values, whole numbers or dates, with or without missing values."""
    choices = draw(st.sampled_from(CATEGORIES))
    missing: list[Any] = [None] if draw(st.booleans()) else []
    return draw(st.lists(st.sampled_from([*choices, *missing]), min_size=n_rows, max_size=n_rows))


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, Any]:
    """Draw training data of some kind, 1 to 40 rows and 1 to 8 columns."""
    kind = draw(st.sampled_from(KINDS))
    n_rows, n_columns = draw(st.integers(1, 40)), draw(st.integers(1, 8))
    of_numbers = kind in ("array", "float32", "list")
    columns: list[list[Any]] = [
        draw(number_columns(n_rows) if of_numbers or draw(st.booleans()) else other_columns(n_rows))
        for _ in range(n_columns)
    ]
    if n_columns > 1 and draw(st.booleans()):
        columns[1] = columns[0]
    return kind, table_of(kind, columns, np.random.default_rng(draw(st.integers(0, 99))))


def table_of(kind: str, columns: list[list[Any]], rng: np.random.Generator) -> Any:
    """Return columns as a table of some kind."""
    shape = (len(columns[0]), len(columns))
    named = {f"c{position}": column for position, column in enumerate(columns)}
    if kind in ("pandas", "nullable", "categorical", "polars"):
        return frame_of(kind, named)
    if kind in ("whole", "truth"):
        return rng.integers(-3, 4, shape) if kind == "whole" else rng.random(shape) < 0.5
    array = np.empty(shape, dtype=object if kind == "objects" else np.float64)
    for position, column in enumerate(columns):
        array[:, position] = column
    with np.errstate(over="ignore"):
        return {"list": array.tolist, "float32": lambda: array.astype(np.float32)}.get(kind, lambda: array)()


def frame_of(kind: str, columns: dict[str, list[Any]]) -> Any:
    """Return columns as a data frame."""
    if kind == "polars":
        return pl.DataFrame(columns, strict=False)
    frame = pd.DataFrame(columns)
    if kind == "nullable":
        return frame.convert_dtypes()
    few = [name for name in columns if kind == "categorical" and frame[name].nunique() < 6]
    return frame.astype(dict.fromkeys(few, "category"))


def row_of(kind: str, table: Any, position: int, form: int) -> Any:
    """Return a training row in one of the forms that it may have."""
    if kind == "polars":
        forms = [table.row(position), table.row(position, named=True), table[position : position + 1]]
        return forms[form]
    if isinstance(table, pd.DataFrame):
        row = {name: table[name].tolist()[position] for name in table.columns}
        return [row, table.iloc[[position]], list(row.values())][form]
    return table[position]


@dataclass(frozen=True)
class AnyModel:
    """Answers for any table, differently for different rows."""

    mode: str

    def __call__(self, batch: Any) -> Floats:
        frame = pd.DataFrame(batch.to_dict(as_series=False) if isinstance(batch, pl.DataFrame) else batch)
        hashes = [pd.util.hash_array(frame[name].astype(str).to_numpy(dtype=object)) / 2**64 for name in frame]
        score = np.sin(np.arange(1, len(hashes) + 1) @ np.array(hashes, dtype=np.float64) * 5)
        if self.mode == "regression":
            values: Floats = 1000 * score
            return values
        share = (score + 1) / 2
        return np.column_stack([1 - share, share] if self.mode == "classification" else [share, share**2, 1 - share])


@dataclass(frozen=True)
class Case:
    """An explainer's arguments, and what it is asked."""

    kind: str
    table: Any
    row: Any
    options: dict[str, Any]
    asked: dict[str, Any]

    def explain(self) -> tuple[LimeTabularExplainer, Explanation]:
        """Return an explainer and its explanation."""
        explainer = LimeTabularExplainer(self.table, **self.options)
        return explainer, explainer.explain_instance(self.row, AnyModel(self.options["mode"]), **self.asked)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    kind, table = draw(tables())
    n_rows = len(table)
    options = {
        "mode": draw(st.sampled_from(MODES)),
        "training_labels": draw(st.lists(st.integers(0, 2), min_size=n_rows, max_size=n_rows)),
        "discretizer": draw(st.sampled_from(["quartile", "decile", "entropy"])),
        "discretize_continuous": draw(st.sampled_from([True, True, True, False])),
        "sample_around_instance": draw(st.booleans()),
        "feature_selection": draw(st.sampled_from(SELECTIONS)),
        "within_bins": draw(st.sampled_from(["normal", "observed"])),
        "random_state": draw(st.integers(0, 2**32 - 1)),
    }
    asked = {
        "num_samples": draw(st.sampled_from([1, 2, 20, 60])),
        "num_features": draw(st.integers(1, 9)),
        "sampling_method": draw(st.sampled_from(["gaussian", "lhs"])),
        "distance_metric": draw(st.sampled_from(["euclidean", "euclidean", "manhattan"])),
    }
    row = row_of(kind, table, draw(st.integers(0, n_rows - 1)), draw(st.integers(0, 2)))
    return Case(kind, table, row, options, asked)


def attempt(case: Case) -> tuple[LimeTabularExplainer, Explanation] | None:
    """Explain with every warning an error; None after a typed error that says what was expected and what to try."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = case.explain()
    except TYPED as error:
        message = str(error)
        assert "got" in message, message
        assert "expected" in message, message
        assert "try" in message, message
        return None
    return found


FUZZ = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


@settings(FUZZ, max_examples=400)
@given(cases())
def test_weights_are_finite_or_the_error_is_typed(case: Case) -> None:
    found = attempt(case)
    if found is None:
        return
    _, explanation = found
    for label, pairs in explanation.as_map().items():
        figures = [explanation.intercept[label], explanation.score[label], explanation.local_pred[label]]
        assert np.isfinite([*(weight for _, weight in pairs), *figures]).all()
        # Where nothing can be selected, lime's lasso path takes all columns; their weights are 0.
        chosen = [column for column, weight in pairs if weight != 0]
        assert len(chosen) <= case.asked["num_features"] or case.options["feature_selection"] == "none"
    assert repr(explanation)


@FUZZ
@given(cases())
def test_a_seed_gives_the_same_explanation_again_and_after_pickling(case: Case) -> None:
    found = attempt(case)
    assume(found)
    assert found is not None
    explainer, first = found
    model = AnyModel(case.options["mode"])
    copied = pickle.loads(pickle.dumps(explainer))  # noqa: S301 - written a moment ago
    for again in (explainer, copied):
        assert again.explain_instance(case.row, model, **case.asked).as_map() == first.as_map()
    read = pickle.loads(pickle.dumps(first))  # noqa: S301 - written a moment ago
    assert read.as_map() == first.as_map()
    assert read.as_list(first.first_label, values=True) == first.as_list(first.first_label, values=True)


@FUZZ
@given(cases())
def test_more_samples_keep_the_first_ones(case: Case) -> None:
    found = attempt(case)
    assume(found)
    assert found is not None
    _, first = found
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        longer = first.extend(30)
    n_samples = first.neighborhood.n_samples
    assert longer.neighborhood.n_samples == n_samples + 30
    for name in ("samples", "predictions"):
        before, after = getattr(first.neighborhood, name), getattr(longer.neighborhood, name)
        assert np.array_equal(after[:n_samples], before), name
    # scikit-learn rounds Euclidean distances by how many it computes at once.
    before, after = first.neighborhood.distances, longer.neighborhood.distances
    assert after[:n_samples] == pytest.approx(before, rel=1e-6, abs=1e-7 * max(1, after.max()))


@FUZZ
@given(cases())
def test_json_keeps_everything(case: Case) -> None:
    found = attempt(case)
    assume(found)
    assert found is not None
    _, first = found
    read = Explanation.from_json(first.to_json())
    assert read.to_json() == first.to_json()
    assert read.as_map() == first.as_map()
    assert read.as_list(first.first_label) == first.as_list(first.first_label)
    assert read.as_list(first.first_label, values=True) == first.as_list(first.first_label, values=True)
    assert list(read.domain_mapper.notes) == list(first.domain_mapper.notes)


@FUZZ
@given(cases(), st.integers(0, 39), st.integers(0, 7))
def test_what_if_takes_any_training_value(case: Case, row: int, column: int) -> None:
    found = attempt(case)
    assume(found)
    assert found is not None
    _, first = found
    column %= first.domain_mapper.n_features
    values = row_of(case.kind, case.table, row % len(case.table), 0)
    name = f"c{column}" if isinstance(case.table, pd.DataFrame | pl.DataFrame) else str(column)
    value = values[name] if isinstance(values, dict) else values[column]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answer = first.what_if(values={name: value}, label=first.first_label)
        assert answer == first.what_if(values={column: value}, label=first.first_label)
    assert answer.actual is not None
    assert np.isfinite([answer.expected, answer.actual, answer.before]).all()
    assert answer.changed[0].startswith(name)


@settings(FUZZ, max_examples=25)  # a widget takes a while
@given(cases())
def test_the_widget_takes_every_edit_that_its_state_offers(case: Case) -> None:
    found = attempt(case)
    assume(found)
    assert found is not None
    _, first = found
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        widget = ExplanationWidget(first)
        for feature, column in enumerate(json.loads(widget.state)["instance"]["columns"]):
            choices = [code for code, _ in column.get("choices", [])]
            offered = [*choices, *column.get("range", []), column["value"], *([None] if column.get("missing") else [])]
            for value in offered[:6]:
                if value is None and not column.get("missing"):
                    continue
                widget.set_state({"edits": [[feature, value]]})
                assert widget.edits == [[feature, value]]
                answer = first.ask(first.domain_mapper.page_variant([], [[feature, value]]))
                assert np.isfinite(answer).all()
        widget.close()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_table_is_explained_somewhere(kind: str) -> None:
    """The fuzz does not refuse a kind as a whole."""
    rng = np.random.default_rng(0)
    columns = [rng.normal(size=20).tolist(), rng.integers(0, 3, 20).astype(float).tolist()]
    table = table_of(kind, columns, rng)
    case = Case(kind, table, row_of(kind, table, 3, 0), {"mode": "regression", "random_state": 0}, {"num_samples": 40})
    assert attempt(case) is not None
