"""Data frames of pandas and polars as people have them: the model is asked with the same kind, columns and dtypes."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from lime_widgets import Explanation, LimeTabularExplainer
from lime_widgets.tables.columns import MICROSECONDS_IN_A_DAY

Floats = NDArray[np.float64]

N_ROWS = 60
BERLIN = "Europe/Berlin"
RNG = np.random.default_rng(0)
DAYS = [datetime.date(2020, 1, 1) + datetime.timedelta(days=int(day)) for day in RNG.integers(0, 900, N_ROWS)]
NOONS = [datetime.datetime.combine(day, datetime.time(12)) for day in DAYS]
AGES: list[int] = RNG.integers(17, 90, N_ROWS).tolist()
INCOMES = [
    None if lost else round(float(pay), 2)
    for lost, pay in zip(RNG.random(N_ROWS) < 0.2, RNG.lognormal(10, 1, N_ROWS), strict=True)
]
JOBS = [["clerk", "farmer", None][pick] for pick in RNG.integers(0, 3, N_ROWS)]
SIZES: list[str] = RNG.choice(["low", "mid", "high"], N_ROWS).tolist()
OWNS: list[bool] = (RNG.random(N_ROWS) < 0.5).tolist()
VOTES = [[True, False, None][pick] for pick in RNG.integers(0, 3, N_ROWS)]
ROOMS = [[1, 2, 5, None][pick] for pick in RNG.integers(0, 4, N_ROWS)]
LEVELS = ["low", "mid", "high", "never seen"]

PANDAS = pd.DataFrame(
    {
        "age": AGES,
        "income": np.array(INCOMES, dtype=np.float64),
        "job": JOBS,
        "size": pd.Categorical(SIZES, LEVELS, ordered=True),
        "owns": OWNS,
        "vote": pd.array(VOTES, dtype="boolean"),
        "rooms": pd.array(ROOMS, dtype="Int64"),
        "height": RNG.normal(170, 10, N_ROWS).astype(np.float32),
        "since": pd.to_datetime(DAYS),
        "seen": pd.to_datetime(NOONS).tz_localize(BERLIN),
        "planet": 3,
        "species": "human",
        "nothing": np.nan,
    }
)
POLARS = pl.DataFrame(
    {
        "age": pl.Series(AGES, dtype=pl.Int16),
        "income": INCOMES,
        "job": JOBS,
        "size": pl.Series(SIZES, dtype=pl.Enum(LEVELS)),
        "owns": OWNS,
        "vote": VOTES,
        "rooms": pl.Series(ROOMS, dtype=pl.UInt8),
        "height": pl.Series(RNG.normal(170, 10, N_ROWS), dtype=pl.Float32),
        "since": DAYS,
        "seen": pl.Series(NOONS).dt.replace_time_zone(BERLIN),
        "planet": pl.Series([3] * N_ROWS),
        "species": pl.Series(["human"] * N_ROWS, dtype=pl.Categorical),
        "nothing": pl.Series([None] * N_ROWS, dtype=pl.Float64),
    }
)
FRAMES: list[Any] = [PANDAS, POLARS]
KINDS = ["pandas", "polars"]


class FrameModel:
    """Refuses a frame of another kind, columns or dtypes; remembers what it was asked."""

    def __init__(self, frame: Any) -> None:
        self.frame = frame
        self.asked: list[Any] = []

    def predict_proba(self, batch: Any) -> Floats:
        assert type(batch) is type(self.frame)
        assert list(batch.columns) == list(self.frame.columns)
        assert list(batch.dtypes) == list(self.frame.dtypes)
        self.asked.append(batch)
        age, job = np.array(batch["age"].to_list()), batch["job"].to_list()
        lost = np.array([is_lost(value) for value in batch["income"].to_list()])
        share = 1 / (1 + np.exp(-(age - 50) / 20 - 2 * np.array([one == "clerk" for one in job]) + 3 * lost))
        return np.column_stack([1 - share, share])


def explain(frame: Any, row: Any, **options: Any) -> Explanation:
    settings = {"num_samples": 400, "num_features": 20, **options}
    return LimeTabularExplainer(frame, random_state=0).explain_instance(
        row, FrameModel(frame).predict_proba, **settings
    )


def row_of(frame: Any, position: int) -> dict[str, Any]:
    return {name: frame[name].to_list()[position] for name in frame.columns}


@pytest.mark.parametrize("frame", FRAMES, ids=KINDS)
def test_the_model_is_asked_with_a_frame_of_the_same_kind_columns_and_dtypes(frame: Any) -> None:
    model = FrameModel(frame)
    explainer = LimeTabularExplainer(frame, random_state=0)
    lost_clerk = next(at for at in range(N_ROWS) if JOBS[at] == "clerk" and INCOMES[at] is None)
    row = row_of(frame, lost_clerk)
    found = explainer.explain_instance(row, model.predict_proba, num_samples=400, num_features=20)
    weights = dict(found.as_list(values=True))
    assert weights["job = clerk"] > 0.1
    assert weights["income is missing"] < -0.1
    assert len(model.asked[0]) > 300


@pytest.mark.parametrize("frame", FRAMES, ids=KINDS)
def test_the_first_row_that_the_model_is_asked_about_is_the_instance(frame: Any) -> None:
    model = FrameModel(frame)
    explainer = LimeTabularExplainer(frame, random_state=0)
    for position in range(5):
        explainer.explain_instance(row_of(frame, position), model.predict_proba, num_samples=20)
        first, own = model.asked[-1][:1], frame[position : position + 1]
        if frame is PANDAS:
            pd.testing.assert_frame_equal(first, own.reset_index(drop=True))
        else:
            assert first.equals(own)


@pytest.mark.parametrize("frame", FRAMES, ids=KINDS)
def test_values_are_drawn_from_what_the_training_data_has(frame: Any) -> None:
    model = FrameModel(frame)
    LimeTabularExplainer(frame, random_state=0).explain_instance(
        row_of(frame, 0), model.predict_proba, num_samples=3000
    )
    drawn, own = row_lists(model.asked[0]), row_lists(frame)
    for name in ("job", "size", "owns", "vote", "species"):
        assert set(drawn[name]) == set(own[name]), name
    for name in ("age", "rooms", "planet"):
        assert all(isinstance(value, int) for value in drawn[name] if value is not None), name
    for name in ("age", "income", "rooms", "height", "since", "seen"):
        values, known = ([one for one in column[name] if one is not None] for column in (drawn, own))
        assert min(known) <= min(values) <= max(values) <= max(known), name
        share, expected = (column[name].count(None) / len(column[name]) for column in (drawn, own))
        assert share == pytest.approx(expected, abs=0.05)
    assert set(drawn["nothing"]) == {None}


def row_lists(frame: Any) -> dict[str, list[Any]]:
    """Return the columns as lists, None for whatever is missing."""
    return {name: [None if is_lost(value) else value for value in frame[name].to_list()] for name in frame.columns}


def is_lost(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value))


def test_dates_without_a_time_stay_so_where_the_dtype_says_it() -> None:
    model = FrameModel(POLARS)
    LimeTabularExplainer(POLARS, random_state=0).explain_instance(row_of(POLARS, 0), model.predict_proba)
    assert model.asked[0]["since"].dtype == pl.Date
    microseconds = model.asked[0]["since"].cast(pl.Datetime("us")).cast(pl.Int64).to_numpy()
    assert not (microseconds % MICROSECONDS_IN_A_DAY).any()


@pytest.mark.parametrize("frame", FRAMES, ids=KINDS)
def test_conditions_show_the_value_and_its_bin(frame: Any) -> None:
    without = next(at for at in range(N_ROWS) if INCOMES[at] is None)
    names = dict(explain(frame, row_of(frame, without)).as_list(values=True))
    age = AGES[without]
    first, second, third = (f"{edge:g}" for edge in np.percentile(AGES, (25, 50, 75)))
    bins = [f"(up to {first}]", f"({first} to {second}]", f"({second} to {third}]", f"(above {third})"]
    place = int(np.searchsorted(np.percentile(AGES, (25, 50, 75)), age))
    assert f"age = {age} {bins[place]}" in names
    assert "income is missing" in names
    assert f"size = {SIZES[without]}" in names
    assert f"owns = {OWNS[without]}" in names
    assert names["nothing is missing"] == 0
    assert any(name.startswith(f"since = {DAYS[without]} (") for name in names)
    assert any(
        name.startswith("seen = ") and name.count("UTC") == (2 if "up to" in name or "above" in name else 3)
        for name in names
    )


@pytest.mark.parametrize("frame", FRAMES, ids=KINDS)
def test_lime_s_names_of_dates_are_dates(frame: Any) -> None:
    names = [name for name, _ in explain(frame, row_of(frame, 0)).as_list()]
    since = next(name for name in names if "since" in name)
    assert since.count("-") in (2, 4)
    assert "000000" not in since


@pytest.mark.parametrize("frame", FRAMES, ids=KINDS)
def test_columns_that_never_vary_have_no_weight_and_a_note(frame: Any) -> None:
    found = explain(frame, row_of(frame, 0))
    weights = dict(found.as_map()[1])
    constant = [list(frame.columns).index(name) for name in ("planet", "species", "nothing")]
    assert [weights[position] for position in constant] == [0, 0, 0]
    notes = list(found.domain_mapper.notes)
    assert notes == ["Never varies in the training data, and so has no weight: planet, species, nothing."]
    assert list(Explanation.from_json(found.to_json()).domain_mapper.notes) == notes


def test_no_note_denies_the_weight_of_a_row_that_differs_from_a_constant_column() -> None:
    found = LimeTabularExplainer(PANDAS[["age", "planet"]], mode="regression", random_state=0).explain_instance(
        {"age": 30, "planet": 4}, lambda frame: 100 * frame["planet"].to_numpy(float), num_samples=200
    )
    assert dict(found.as_list(values=True))["planet = 4 (above 3)"] > 1
    assert list(found.domain_mapper.notes) == []


@pytest.mark.parametrize("frame", FRAMES, ids=KINDS)
def test_an_explanation_of_a_frame_survives_json_to_the_letter(frame: Any) -> None:
    for position in range(4):
        found = explain(frame, row_of(frame, position))
        read = Explanation.from_json(found.to_json())
        assert read.to_json() == found.to_json()
        assert read.as_list(values=True) == found.as_list(values=True)
        assert read.domain_mapper.title == found.domain_mapper.title


def pandas_rows(position: int) -> dict[str, Any]:
    return {
        "Series": PANDAS.iloc[position],
        "frame": PANDAS.iloc[[position]],
        "dict": PANDAS.iloc[position].to_dict(),
        "shuffled dict": dict(reversed(list(PANDAS.iloc[position].to_dict().items()))),
        "list": PANDAS.iloc[position].tolist(),
        "array of objects": PANDAS.iloc[position].to_numpy(),
        "polars": POLARS[position : position + 1].with_columns(height=pl.Series([float(PANDAS["height"][position])])),
    }


def polars_rows(position: int) -> dict[str, Any]:
    return {
        "row": POLARS.row(position),
        "named row": POLARS.row(position, named=True),
        "frame": POLARS[position],
        "list": list(POLARS.row(position)),
    }


@pytest.mark.parametrize("position", [0, 1, 2, 3])
@pytest.mark.parametrize(("frame", "rows"), [(PANDAS, pandas_rows), (POLARS, polars_rows)], ids=KINDS)
def test_a_row_may_come_in_any_form(frame: Any, rows: Any, position: int) -> None:
    explained = {name: explain(frame, row, num_samples=50).as_list(values=True) for name, row in rows(position).items()}
    first = next(iter(explained.values()))
    assert all(names == first for names in explained.values()), explained.keys()


WRONG_VALUES = [
    ("job", "baker", "expected a category of the training data, try '(clerk|farmer)' or '(clerk|farmer)'"),
    ("job", 3, "expected a category of the training data"),
    ("size", "Mid", "expected a category of the training data, try 'mid'"),
    ("owns", None, "missing value"),
    ("owns", "yes", "expected a category of the training data"),
    ("age", None, "missing value"),
    ("age", "old", "expected a number"),
    ("age", 3.5, "expected a whole number"),
    ("age", True, "expected a number"),
    ("age", float("inf"), "expected a finite number"),
    ("income", "much", "expected a number"),
    ("since", "yesterday", "expected a date"),
    ("seen", datetime.datetime(2021, 1, 1), "expected a date with a time zone"),
    ("since", datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC), "expected a date without a time zone"),
]


@pytest.mark.parametrize(("column", "value", "message"), WRONG_VALUES, ids=str)
@pytest.mark.parametrize("frame", FRAMES, ids=KINDS)
def test_a_value_that_does_not_fit_is_refused_with_its_column(
    frame: Any, column: str, value: Any, message: str
) -> None:
    model = FrameModel(frame)
    explainer = LimeTabularExplainer(frame, random_state=0)
    with pytest.raises(ValueError, match=message) as caught:
        explainer.explain_instance({**row_of(frame, 0), column: value}, model.predict_proba)
    assert repr(column) in str(caught.value)
    assert not model.asked


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (PANDAS.iloc[0][::-1], "got column 'nothing' at position 0 of the row, expected 'age'"),
        (PANDAS.iloc[0].drop("age"), "without column 'age'"),
        (PANDAS.iloc[0].rename({"age": "agee"}), "got column 'agee' in the row.*renaming it to 'age'"),
        ({**PANDAS.iloc[0].to_dict(), "shoes": 2}, "got column 'shoes' in the row"),
        (PANDAS.iloc[0].tolist()[:4], "got a row of 4 values, expected 13"),
        (PANDAS.iloc[:2], "got a data frame of 2 rows as a row, expected one"),
        (PANDAS.iloc[:0], "got a data frame of 0 rows as a row, expected one"),
    ],
    ids=["order", "missing column", "misspelt column", "column too many", "short list", "two rows", "no row"],
)
def test_a_row_of_other_columns_is_refused(row: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        explain(PANDAS, row)


@pytest.mark.parametrize("frame", FRAMES, ids=KINDS)
def test_what_if_takes_values_of_every_kind(frame: Any) -> None:
    found = explain(frame, row_of(frame, 0))
    values: dict[str | int, Any] = {
        "age": 40,
        "income": None,
        "job": "farmer",
        "size": "never seen",
        "owns": False,
        "vote": None,
        "rooms": 4,
        "height": 180.5,
        "since": datetime.date(2021, 5, 5),
        "seen": datetime.datetime(2021, 5, 5, 12, tzinfo=datetime.UTC),
    }
    answer = found.what_if(values=values)
    assert answer.changed[:3] == ("age = 40", "income is missing", "job = farmer")
    assert answer.changed[-1] == "seen = 2021-05-05 12:00 UTC"
    assert answer.actual == pytest.approx(1 / (1 + np.exp(0.5 + 3)))
    assert np.isfinite(answer.expected)


@pytest.mark.parametrize("frame", FRAMES, ids=KINDS)
def test_what_if_without_a_change_expects_the_local_prediction(frame: Any) -> None:
    found = explain(frame, row_of(frame, 0))
    for name, value in row_of(frame, 0).items():
        answer = found.what_if(values={name: None if value is pd.NA else value})
        assert answer.expected == pytest.approx(found.local_pred[1])
        assert answer.actual == pytest.approx(answer.before)


@pytest.mark.parametrize("frame", FRAMES, ids=KINDS)
def test_edits_of_the_page_that_a_column_cannot_have_are_refused(frame: Any) -> None:
    mapper = explain(frame, row_of(frame, 0)).domain_mapper
    columns = list(frame.columns)
    wrong = [
        ("age", 40.5, "whole"),
        ("age", 1e300, "whole"),
        ("age", 10**400, "inf"),
        ("age", None, "missing"),
        ("job", 2.5, "code"),
        ("job", 99, "code"),
        ("since", 1e300, "years 1 to 9999"),
        ("since", 4e17, "years 1 to 9999"),
        ("height", 1e300, "number"),
    ]
    for name, value, message in wrong:
        with pytest.raises(ValueError, match=message) as caught:
            mapper.page_variant([], [[columns.index(name), value]])
        assert repr(name) in str(caught.value)


def test_an_edit_beyond_a_narrow_dtype_is_refused_instead_of_cut_off() -> None:
    mapper = explain(POLARS, row_of(POLARS, 0)).domain_mapper
    with pytest.raises(ValueError, match=r"'rooms'.*from 0 to 255"):
        mapper.page_variant([], [[list(POLARS.columns).index("rooms"), 256]])


COLORS = ["red", "green", "blue"]


def colored(n_rows: int) -> tuple[pd.DataFrame, NDArray[np.intp]]:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "size": rng.normal(size=n_rows),
            "color": rng.choice(COLORS, n_rows),
            "noise": rng.normal(size=n_rows),
        }
    )
    frame.loc[rng.random(n_rows) < 0.1, "size"] = np.nan
    return frame, ((frame["color"] == "red") & ~(frame["size"] < -1)).to_numpy().astype(np.intp)


def test_a_pipeline_of_a_column_transformer_and_gradient_boosting_is_explained_as_it_is() -> None:
    frame, target = colored(400)
    encode = ColumnTransformer([("colors", OneHotEncoder(sparse_output=False), ["color"])], remainder="passthrough")
    model = make_pipeline(encode, HistGradientBoostingClassifier(max_iter=20)).fit(frame, target)
    red = frame.index[(frame["color"] == "red") & (frame["size"] > 0)][0]
    found = LimeTabularExplainer(frame, random_state=0, class_names=["no", "yes"]).explain_instance(
        frame.loc[red], model.predict_proba, num_samples=1000, num_features=3
    )
    name, weight = found.as_list(values=True)[0]
    assert name == "color = red"
    assert weight > 0.4
    assert abs(dict(found.as_map()[1])[2]) < 0.1


def test_gradient_boosting_with_native_categories_is_explained_as_it_is() -> None:
    frame, target = colored(400)
    frame["color"] = frame["color"].astype(pd.CategoricalDtype(COLORS))
    model = HistGradientBoostingClassifier(max_iter=20, categorical_features="from_dtype").fit(frame, target)
    found = LimeTabularExplainer(frame, random_state=0).explain_instance(
        frame.iloc[int(np.argmax(target))], model.predict_proba, num_samples=1000, num_features=3
    )
    assert found.as_list(values=True)[0][0] == "color = red"


def test_a_pipeline_on_polars_is_explained_as_it_is() -> None:
    pandas, target = colored(300)
    frame = pl.DataFrame(pandas.fillna({"size": 0.0}).to_dict("list"))
    encode = ColumnTransformer([("colors", OneHotEncoder(), ["color"])], remainder="passthrough")
    model = make_pipeline(encode, LogisticRegression()).fit(frame, target)
    red = int(np.argmax(target))
    found = LimeTabularExplainer(frame, random_state=0).explain_instance(
        frame.row(red, named=True), model.predict_proba, num_samples=1000, num_features=3
    )
    assert found.as_list(values=True)[0][0] == "color = red"


def test_booleans_are_named_as_the_user_says() -> None:
    found = LimeTabularExplainer(
        PANDAS[["age", "owns"]],
        mode="regression",
        categorical_names={"owns": {True: "yes", False: "no"}},
        random_state=0,
    ).explain_instance({"age": 40, "owns": True}, lambda frame: frame["owns"].to_numpy(float), num_samples=100)
    assert found.as_list(values=True)[0][0] == "owns = yes"
    assert found.as_list()[0][0] == "owns=yes"


def test_a_narrow_column_is_seen_by_the_surrogate_as_the_model_is_asked() -> None:
    counts = np.random.default_rng(0).poisson(1.5, 200).astype(np.uint8)
    frame = pd.DataFrame({"count": counts, "other": np.linspace(0, 1, 200)})
    asked: list[Any] = []

    def model(rows: Any) -> Any:
        asked.append(rows["count"].to_numpy())
        return rows["other"].to_numpy()

    explainer = LimeTabularExplainer(frame, mode="regression", discretize_continuous=False, random_state=0)
    found = explainer.explain_instance(frame.iloc[0], model, num_samples=1000)
    seen = found.neighborhood.samples[:, 0] * counts.std() + counts.mean()
    assert seen == pytest.approx(np.concatenate(asked), abs=1e-9)
    assert np.concatenate(asked).min() == 0
