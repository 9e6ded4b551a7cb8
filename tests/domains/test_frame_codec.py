"""Data frames as numbers, and back to frames of the same kind, columns and dtypes."""

from __future__ import annotations

import datetime
import pickle
import subprocess
import sys
from decimal import Decimal
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import polars.testing
import pyarrow as pa  # ships none
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lime_widgets.tables.columns import Column, table_codec
from lime_widgets.tables.frame_codec import FrameCodec

NAN = np.nan
DAY = datetime.date(2021, 3, 4)
NOON = datetime.datetime(1969, 7, 20, 12, 30, 5, 7)
BERLIN = "Europe/Berlin"

PANDAS: dict[str, Any] = {
    "str": pd.Series(["b", None, "a"]),
    "object": pd.Series(["b", None, "a"], dtype=object),
    "mixed": pd.Series(["1", 1, True], dtype=object),
    "truth values as objects": pd.Series([True, None, False], dtype=object),
    "nothing as objects": pd.Series([None, None, None], dtype=object),
    "string[python]": pd.Series(["b", None, "a"], dtype="string[python]"),
    "string[pyarrow]": pd.Series(["b", None, "a"], dtype="string[pyarrow]"),
    "arrow string": pd.Series(["b", None, "a"], dtype=pd.ArrowDtype(pa.string())),
    "category": pd.Series(pd.Categorical(["b", None, "a"], categories=["b", "c", "a"], ordered=True)),
    "category of numbers": pd.Series(pd.Categorical([3, 1, None], categories=[3, 1, 2])),
    "category of ranges": pd.Series(pd.cut([1, 5, 9], 3)),
    "bool": pd.Series([True, False, True]),
    "boolean": pd.Series([True, None, False], dtype="boolean"),
    "int8": pd.Series([-128, 127, 0], dtype="int8"),
    "int64": pd.Series([-(2**53) + 1, 2**53 - 1, 0]),
    "uint64": pd.Series([1, 2, 3], dtype="uint64"),
    "Int64": pd.Series([1, None, 3], dtype="Int64"),
    "UInt8": pd.Series([255, None, 3], dtype="UInt8"),
    "arrow int32": pd.Series([1, None, 3], dtype="int32[pyarrow]"),
    "float32": pd.Series([0.1, NAN, 3], dtype="float32"),
    "float64": pd.Series([0.1, NAN, 1e300]),
    "Float64": pd.Series([0.1, None, 3], dtype="Float64"),
    "arrow double": pd.Series([0.1, None, 3], dtype="double[pyarrow]"),
    "arrow decimal": pd.Series([Decimal("1.10"), None, Decimal("-2.25")], dtype=pd.ArrowDtype(pa.decimal128(6, 2))),
    "no numbers": pd.Series([NAN, NAN, NAN]),
    "datetime64[s]": pd.Series([DAY, None, DAY], dtype="datetime64[s]"),
    "datetime64[us]": pd.Series([NOON, None, NOON], dtype="datetime64[us]"),
    "datetime64[ns]": pd.Series([NOON, None, NOON], dtype="datetime64[ns]"),
    "datetime64[us, zone]": pd.Series([NOON, None, NOON], dtype="datetime64[us]").dt.tz_localize(BERLIN),
    "datetime64[ns, zone]": pd.Series([NOON, None, NOON], dtype="datetime64[ns]").dt.tz_localize(BERLIN),
    "datetime64[us, offset]": pd.Series([NOON, None, NOON], dtype="datetime64[us]").dt.tz_localize("+05:30"),
    "arrow date": pd.Series([DAY, None, DAY], dtype=pd.ArrowDtype(pa.date32())),
    "arrow timestamp": pd.Series([NOON, None, NOON], dtype=pd.ArrowDtype(pa.timestamp("ns", "UTC"))),
}

POLARS: dict[str, Any] = {
    "String": pl.Series(["b", None, "a"]),
    "Categorical": pl.Series(["b", None, "a"], dtype=pl.Categorical),
    "Enum": pl.Series(["b", None, "a"], dtype=pl.Enum(["b", "c", "a"])),
    "Boolean": pl.Series([True, None, False]),
    "Binary": pl.Series([b"b", None, b"a"]),
    "Null": pl.Series([None, None, None]),
    "Int8": pl.Series([-128, None, 127], dtype=pl.Int8),
    "UInt64": pl.Series([1, None, 2], dtype=pl.UInt64),
    "Int64": pl.Series([-(2**53) + 1, 2**53 - 1, 0]),
    "Int128": pl.Series([-5, None, 5], dtype=pl.Int128),
    "Float32": pl.Series([0.1, None, 3], dtype=pl.Float32),
    "Float64": pl.Series([0.1, None, 1e300]),
    "Float64 with NaN": pl.Series([0.1, NAN, 3.0]),
    "no numbers": pl.Series([None, None, None], dtype=pl.Float64),
    "Decimal": pl.Series([Decimal("1.10"), None, Decimal("-2.25")], dtype=pl.Decimal(6, 2)),
    "Date": pl.Series([DAY, None, DAY]),
    "Datetime[ms]": pl.Series([NOON, None, NOON]).dt.truncate("1s").dt.cast_time_unit("ms"),
    "Datetime[us]": pl.Series([NOON, None, NOON]),
    "Datetime[ns]": pl.Series([NOON, None, NOON]).dt.cast_time_unit("ns"),
    "Datetime[us, zone]": pl.Series([NOON, None, NOON]).dt.replace_time_zone(BERLIN),
}

ARROW: dict[str, Any] = {
    "string": pa.array(["b", None, "a"]),
    "large_string": pa.array(["b", None, "a"], pa.large_string()),
    "dictionary": pa.array(["b", None, "a"]).dictionary_encode(),
    "bool": pa.array([True, None, False]),
    "int16": pa.array([1, None, 3], pa.int16()),
    "float32": pa.array([0.1, None, 3], pa.float32()),
    "date32": pa.array([DAY, None, DAY]),
    "timestamp": pa.array([NOON, None, NOON], pa.timestamp("us")),
    "timestamp with zone": pa.array([NOON, None, NOON], pa.timestamp("us", BERLIN)),
}


def people() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "age": pd.Series([37, 52, 19], dtype="int8"),
            "income": [1.5, NAN, 0.25],
            "workclass": ["Private", "State-gov", "Never-worked"],
            "since": pd.to_datetime(["2021-03-04", "2020-01-01", "2019-05-06"]),
        }
    )


# ---- there and back


@pytest.mark.parametrize("dtype", PANDAS)
def test_a_pandas_column_comes_back_to_the_letter(dtype: str) -> None:
    frame = pd.DataFrame({"column": PANDAS[dtype], "other": [1, 2, 3]})
    codec = table_codec(frame)
    pd.testing.assert_frame_equal(codec.decode(codec.encode(frame)), frame, check_exact=True)


@pytest.mark.parametrize("dtype", POLARS)
def test_a_polars_column_comes_back_to_the_letter(dtype: str) -> None:
    frame = pl.DataFrame({"column": POLARS[dtype], "other": [1, 2, 3]})
    codec = table_codec(frame)
    batch = codec.decode(codec.encode(frame))
    assert batch.schema == frame.schema
    polars.testing.assert_frame_equal(batch, frame, check_exact=True)


@pytest.mark.parametrize("dtype", ARROW)
def test_an_arrow_column_comes_back_to_the_letter(dtype: str) -> None:
    table = pa.table({"column": ARROW[dtype], "other": [1, 2, 3]})
    codec = table_codec(table)
    batch = codec.decode(codec.encode(table))
    assert batch.schema == table.schema
    assert batch.to_pylist() == table.to_pylist()


@pytest.mark.parametrize(
    "frame", [pd.DataFrame(PANDAS), pl.DataFrame(POLARS), pa.table(ARROW)], ids=lambda f: str(type(f))
)
def test_each_row_is_encoded_as_in_its_frame(frame: Any) -> None:
    codec = pickle.loads(pickle.dumps(table_codec(frame)))  # noqa: S301 - our own
    matrix = codec.encode(frame)
    for place, expected in enumerate(matrix):
        row = frame.iloc[[place]] if isinstance(frame, pd.DataFrame) else frame[place : place + 1]
        for missing, column in zip(np.isnan(expected), codec.columns, strict=True):
            assert column.missing or not missing
        np.testing.assert_array_equal(codec.encode_row(row), expected)


@pytest.mark.parametrize("dtype", [*PANDAS, *POLARS])
def test_a_column_can_be_a_category_of_any_dtype(dtype: str) -> None:
    series = PANDAS.get(dtype, POLARS.get(dtype))
    frame = pd.DataFrame({"column": series}) if dtype in PANDAS else pl.DataFrame({"column": series})
    codec = table_codec(frame, categorical_features=["column"])
    batch = codec.decode(codec.encode(frame))
    assert codec.columns[0].kind == "category"
    if isinstance(frame, pd.DataFrame):
        pd.testing.assert_frame_equal(batch, frame, check_exact=True)
    else:
        polars.testing.assert_frame_equal(batch, frame, check_exact=True)


def texts(size: int) -> st.SearchStrategy[list[Any]]:
    return st.lists(
        st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]))), min_size=size, max_size=size
    )


@given(st.data(), st.integers(1, 6))
def test_any_values_come_back_in_both_libraries(data: st.DataObject, size: int) -> None:
    def rows(values: st.SearchStrategy[Any]) -> list[Any]:
        return data.draw(st.lists(st.one_of(st.none(), values), min_size=size, max_size=size))

    moments = st.datetimes(datetime.datetime(1700, 1, 1), datetime.datetime(2200, 1, 1))
    frame = pl.DataFrame(
        {
            "text": pl.Series(data.draw(texts(size)), dtype=pl.String),
            "number": pl.Series(rows(st.floats(allow_nan=False, allow_infinity=False)), dtype=pl.Float64),
            "narrow": pl.Series(rows(st.floats(width=32, allow_nan=False, allow_infinity=False)), dtype=pl.Float32),
            "whole": pl.Series(rows(st.integers(-(2**53) + 1, 2**53 - 1)), dtype=pl.Int64),
            "small": pl.Series(rows(st.integers(0, 255)), dtype=pl.UInt8),
            "truth": pl.Series(rows(st.booleans()), dtype=pl.Boolean),
            "day": pl.Series(rows(st.dates()), dtype=pl.Date),
            "moment": pl.Series(rows(moments), dtype=pl.Datetime("ns", BERLIN)),
        }
    )
    codec = table_codec(frame)
    matrix = codec.encode(frame)
    polars.testing.assert_frame_equal(codec.decode(matrix), frame, check_exact=True)
    np.testing.assert_array_equal(codec.encode_row(frame.row(size - 1, named=True)), matrix[-1])
    in_pandas = frame.to_pandas(use_pyarrow_extension_array=True)
    codec = table_codec(in_pandas)
    pd.testing.assert_frame_equal(codec.decode(codec.encode(in_pandas)), in_pandas, check_exact=True)


@pytest.mark.parametrize(
    "labels",
    [
        [0, 1],
        pd.Index([2020, 2021], name="year"),
        ["a", 1],
        pd.MultiIndex.from_tuples([("a", "b"), ("a", "c")]),
        pd.date_range("2021", periods=2),
    ],
)
def test_pandas_labels_come_back(labels: Any) -> None:
    frame = pd.DataFrame([[1, "x"], [2, "y"]], columns=labels)
    codec = table_codec(frame)
    pd.testing.assert_frame_equal(codec.decode(codec.encode(frame)), frame)
    np.testing.assert_array_equal(codec.encode_row(frame.iloc[1]), [2, 1])
    assert [column.name for column in codec.columns] == [str(label) for label in frame.columns]


def test_the_index_of_pandas_is_ignored() -> None:
    frame = people().set_index(pd.Index(["x", "y", "y"]))
    codec = table_codec(frame)
    pd.testing.assert_frame_equal(codec.decode(codec.encode(frame)), people())


def test_a_batch_may_be_longer_or_shorter_than_the_training_data() -> None:
    codec = table_codec(people())
    row = codec.encode_row(people().iloc[0])
    assert codec.decode(np.tile(row, (5, 1))).shape == (5, 4)
    pd.testing.assert_frame_equal(codec.decode(np.empty((0, 4))), people().iloc[:0])


def test_numbers_that_a_dtype_does_not_hold_become_its_ends() -> None:
    frame = pl.DataFrame({"a": pl.Series([1], dtype=pl.UInt8), "b": pl.Series([1], dtype=pl.Float32), "c": [DAY]})
    batch = table_codec(frame).decode(np.array([[-3.0, 1e300, 0.0], [300.4, 1.0, 1e30], [2.6, 1.0, 5e10]]))
    assert batch["a"].to_list() == [0, 255, 3]
    assert batch["b"][0] == np.finfo(np.float32).max
    assert batch["c"].to_list() == [datetime.date(1970, 1, 1), datetime.date(9999, 12, 31), datetime.date(1970, 1, 2)]


def test_dates_in_nanoseconds_stay_within_their_years() -> None:
    frame = pd.DataFrame({"a": pd.Series([NOON], dtype="datetime64[ns]")})
    assert table_codec(frame).decode(np.array([[1e30], [-1e30]]))["a"].dt.year.tolist() == [2262, 1677]


# ---- what columns are


def test_columns_say_what_they_are() -> None:
    largest = float(np.finfo(np.float64).max)
    assert table_codec(people()).columns == [
        Column("age", "number", whole=True, least=-128, greatest=127),
        Column("income", "number", missing=True, least=-largest, greatest=largest),
        Column("workclass", "category", names={0.0: "Never-worked", 1.0: "Private", 2.0: "State-gov"}),
        Column("since", "date"),
    ]


def test_dates_say_whether_they_have_times_and_zones() -> None:
    columns = table_codec(pl.DataFrame(POLARS)).columns
    by_name = {column.name: (column.kind, column.whole, column.zoned) for column in columns}
    assert by_name["Date"] == ("date", True, False)
    assert by_name["Datetime[us]"] == ("date", False, False)
    assert by_name["Datetime[us, zone]"] == ("date", False, True)


def test_declared_categories_keep_their_order_and_those_not_seen() -> None:
    expected = {0.0: "b", 1.0: "c", 2.0: "a"}
    assert table_codec(pd.DataFrame({"x": PANDAS["category"]})).columns[0].names == expected
    assert table_codec(pl.DataFrame({"x": POLARS["Enum"]})).columns[0].names == expected


def test_a_declared_category_that_was_not_seen_can_be_asked_about() -> None:
    codec = table_codec(pl.DataFrame({"x": POLARS["Enum"]}))
    assert codec.decode(codec.encode_row(["c"])[None])["x"].to_list() == ["c"]


def test_columns_may_be_called_otherwise() -> None:
    codec = table_codec(people(), feature_names=["Age", "Income", "Class", "Since"], categorical_features=["Age"])
    assert [column.name for column in codec.columns] == ["Age", "Income", "Class", "Since"]
    assert codec.columns[0].kind == "category"
    assert codec.encode_row(people().iloc[0])[0] == 1


def test_codes_in_a_frame_may_have_names() -> None:
    codec = table_codec(people(), None, ["age"], {"age": {37: "thirty-seven"}})
    assert codec.columns[0].names == {0.0: "19", 1.0: "thirty-seven", 2.0: "52"}
    assert codec.encode_value(0, "thirty-seven") == codec.encode_value(0, 37.0) == 1


# ---- rows


@pytest.mark.parametrize(
    "row",
    [
        people().iloc[0],
        people().iloc[[0]],
        people().iloc[0].to_dict(),
        people().iloc[0].to_numpy(),
        pl.from_pandas(people()).row(0),
        pl.from_pandas(people())[0],
        pl.from_pandas(people()).row(0, named=True),
        [37, 1.5, "Private", DAY],
        (37.0, 1.5, np.str_("Private"), "2021-03-04"),
        {"since": np.datetime64("2021-03-04"), "workclass": "Private", "income": Decimal("1.5"), "age": np.int64(37)},
    ],
)
def test_a_row_may_come_in_any_form(row: Any) -> None:
    since = datetime.datetime(2021, 3, 4, tzinfo=datetime.UTC).timestamp() * 1e6
    np.testing.assert_array_equal(table_codec(people()).encode_row(row), [37, 1.5, 1, since])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"age": "thirty"}, "got 'thirty' for column 'age', expected a number"),
        ({"age": 3.5}, r"got 3\.5 for column 'age', expected a whole number"),
        ({"age": True}, "got True for column 'age', expected a number"),
        ({"age": 300}, "got 300 for column 'age', expected a number from -128 to 127"),
        ({"age": None}, "got a missing value for column 'age'"),
        ({"age": [37]}, r"got \[37\] for column 'age'"),
        ({"income": -np.inf}, "got -inf for column 'income', expected a finite number"),
        ({"workclass": "Privat"}, "got 'Privat' for column 'workclass', .* try 'Private'"),
        ({"workclass": 3}, "got 3 for column 'workclass', expected a category"),
        ({"workclass": pd.NA}, "got a missing value for column 'workclass'"),
        ({"workclass": "x" * 100}, r"got 'x{58}… for column"),
        ({"since": 3.0}, r"got 3\.0 for column 'since', expected a date"),
        ({"since": "yesterday"}, "got 'yesterday' for column 'since', expected a date"),
        ({"since": pd.Timestamp("2021", tz="UTC")}, "for column 'since', expected a date without a time zone"),
        ({"since": pd.NaT}, "got a missing value for column 'since'"),
    ],
)
def test_a_value_that_does_not_fit_names_its_column(changes: dict[str, Any], message: str) -> None:
    row = people().iloc[0].to_dict() | changes
    with pytest.raises(ValueError, match=message):
        table_codec(people()).encode_row(row)


def test_dates_with_a_zone_need_one_and_days_have_no_time() -> None:
    codec = table_codec(pl.DataFrame({"zoned": POLARS["Datetime[us, zone]"], "day": POLARS["Date"]}))
    with pytest.raises(ValueError, match="'zoned', expected a date with a time zone"):
        codec.encode_value(0, NOON)
    with pytest.raises(ValueError, match="'day', expected a date without a time of day"):
        codec.encode_value(1, NOON)
    aware = datetime.datetime(1970, 1, 1, 2, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))
    assert codec.encode_value(0, aware) == 3.6e9
    assert codec.encode_value(1, datetime.datetime(1970, 1, 2)) == 8.64e10


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (people().drop(columns="income").iloc[0], "a row without column 'income'"),
        (people().assign(sex=1).iloc[0], "got column 'sex' in the row"),
        (people().rename(columns={"age": "ages"}).iloc[0], "got column 'ages' in the row, .* renaming it to 'age'"),
        (people()[["income", "age", "workclass", "since"]].iloc[0], "got column 'income' at position 0 .*'age'"),
        (pl.from_pandas(people())[0].select("age", "income", "since", "workclass"), "got column 'since' at position 2"),
        (people(), "a data frame of 3 rows"),
        ([37], "a row of 1 values, expected 4"),
        (pd.Series([37, 1.5, "Private", DAY], index=["age", "income", "workclass", "age"]), "without column 'since'"),
    ],
)
def test_a_row_with_other_columns_names_the_first(row: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        table_codec(people()).encode_row(row)


# ---- other frames than the training data


def test_a_frame_with_other_dtypes_of_the_same_values_is_encoded_alike() -> None:
    codec = table_codec(people())
    other = people().astype({"age": "float64", "income": "Float32", "workclass": "category", "since": "datetime64[ns]"})
    np.testing.assert_array_equal(codec.encode(other), codec.encode(people()))
    np.testing.assert_array_equal(codec.encode(pl.from_pandas(people())), codec.encode(people()))


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (people().astype({"age": object}).assign(age="x"), "got 'x' for column 'age'"),
        (people().assign(income=np.inf), "infinity in column 'income'"),
        (people().assign(workclass="Other"), "got 'Other' for column 'workclass'"),
        (people()[["income", "age", "workclass", "since"]], "got column 'income' at position 0, expected 'age'"),
        (people().assign(sex=1), "got 5 columns, expected 4"),
    ],
)
def test_a_frame_that_does_not_fit_is_refused(frame: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        table_codec(people()).encode(frame)


# ---- what cannot be explained


@pytest.mark.parametrize(
    ("frame", "error", "message"),
    [
        (pl.DataFrame({"a": [[1, 2]]}), TypeError, "column 'a' of dtype List"),
        (pl.DataFrame({"a": [{"b": 1}]}), TypeError, "column 'a' of dtype Struct"),
        (pl.DataFrame({"a": [datetime.timedelta(1)]}), TypeError, "column 'a' of dtype Duration.*seconds"),
        (pl.DataFrame({"a": [datetime.time(1)]}), TypeError, "column 'a' of dtype Time"),
        (pd.DataFrame({"a": pd.to_timedelta([1])}), TypeError, "column 'a' of dtype Duration"),
        (pd.DataFrame({"a": [1j]}), TypeError, "column 'a' of dtype Unknown"),
        (pd.DataFrame({"a": [["x"], ["y"]]}), TypeError, "got a list in column 'a'"),
        (pd.DataFrame({"a": [1, None]}, dtype=object), TypeError, "'a' of dtype object.*infer_objects"),
        (pd.DataFrame({"a": [DAY, None]}, dtype=object), TypeError, r"'a' of dtype object.*to_datetime"),
        (pd.DataFrame({"a": [1.0, np.inf]}), ValueError, "infinity in column 'a'"),
        (pl.DataFrame({"a": [2**53 + 1]}), ValueError, "beyond 2.*in column 'a'.*identifier"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), ValueError, "two columns of the name 'a'"),
        (pd.DataFrame([[1, 2]], columns=["1", 1]), ValueError, "two columns of the name '1'"),
        (pl.DataFrame({"a": [1]}).lazy(), ValueError, r"LazyFrame.*try \.collect\(\)"),
        (pd.DataFrame({"a": []}), ValueError, r"shape \(0, 1\)"),
        (pd.DataFrame(index=[1, 2]), ValueError, "at least one row and one column"),
    ],
)
def test_what_cannot_be_explained_is_refused(frame: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        table_codec(frame)


def test_identifiers_may_be_categories() -> None:
    frame = pl.DataFrame({"a": [2**53 + 1, 2**53]})
    codec = table_codec(frame, categorical_features=["a"])
    polars.testing.assert_frame_equal(codec.decode(codec.encode(frame)), frame)


@pytest.mark.parametrize("place", range(4))
def test_a_missing_value_where_none_was_is_not_made_up(place: int) -> None:
    codec = table_codec(people().assign(income=1.0))
    matrix = codec.encode(people().assign(income=1.0))
    matrix[0, place] = NAN
    with pytest.raises(ValueError, match=f"missing value for column {people().columns[place]!r}"):
        codec.decode(matrix)


# ---- pickles and imports


@pytest.mark.parametrize(
    "frame", [people(), pl.from_pandas(people()), pa.Table.from_pandas(people())], ids=lambda f: str(type(f))
)
def test_a_codec_is_pickled_without_its_training_rows(frame: Any) -> None:
    long = nw.concat([nw.from_native(frame)] * 1000).to_native()
    assert len(pickle.dumps(table_codec(long))) < len(pickle.dumps(table_codec(frame))) + 2000
    twin = pickle.loads(pickle.dumps(table_codec(frame)))  # noqa: S301 - our own
    assert isinstance(twin, FrameCodec)
    np.testing.assert_array_equal(twin.encode(twin.decode(twin.encode(frame))), table_codec(frame).encode(frame))


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame, pa.table])
def test_a_codec_keeps_no_number_of_the_training_rows(kind: Any) -> None:
    secret = np.random.default_rng(0).normal(size=4000)
    frame = kind({"x": secret, "day": np.arange(4000).astype("datetime64[D]").astype("datetime64[us]")})
    pickled = pickle.dumps(table_codec(frame))
    assert secret[100:110].tobytes() not in pickled
    assert len(pickled) < 8000


def test_arrays_need_no_library_of_data_frames() -> None:
    code = (
        "import sys, numpy as np; from lime_widgets.tables.columns import table_codec;"
        "table_codec(np.eye(2)).encode_row([0, 1]);"
        "assert not {'narwhals', 'pandas', 'polars', 'pyarrow'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
