"""Arrays and lists of lists as numbers, and back to what the model is asked with."""

from __future__ import annotations

import datetime
import pickle
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lime_widgets.tables.array_codec import ArrayCodec
from lime_widgets.tables.columns import Column, TableCodec, table_codec

NAN = np.nan
MIXED: list[list[Any]] = [[37, "Private", 1.5], [52, "State-gov", NAN], [19, "Never-worked", 0.25]]


def numbers(**kwargs: Any) -> TableCodec:
    """Return the codec of two columns of numbers and one of categories 0 and 1."""
    data = np.array([[1.0, 2.5, 0.0], [2.0, NAN, 1.0]])
    return table_codec(data, ["age", "income", "sex"], ["sex"], {2: ["Female", "Male"]}, **kwargs)


# ---- arrays of numbers


@pytest.mark.parametrize("dtype", ["int8", "uint16", "int64", "float16", "float32", "float64", "bool"])
def test_a_model_is_asked_with_float64(dtype: str) -> None:
    data = np.array([[0, 1], [1, 0], [1, 1]]).astype(dtype)
    codec = table_codec(data)
    batch = codec.decode(codec.encode(data))
    assert batch.dtype == np.float64
    np.testing.assert_array_equal(batch, data)
    np.testing.assert_array_equal(codec.encode_row(data[1]), data[1])


def test_columns_say_what_they_are() -> None:
    assert numbers().columns == [
        Column("age", "number"),
        Column("income", "number", missing=True),
        Column("sex", "category", names={0.0: "Female", 1.0: "Male"}),
    ]


def test_whole_numbers_and_truth_values_are_known_by_their_dtype() -> None:
    assert table_codec(np.array([[1], [2]], dtype=np.object_)).columns[0] == Column("0", "number", whole=True)
    assert table_codec(np.array([[1], [2]])).columns[0] == Column("0", "number")
    assert table_codec(np.array([[True], [False]])).columns[0].names == {0.0: "False", 1.0: "True"}


def test_a_batch_is_not_the_matrix_itself() -> None:
    matrix = np.zeros((2, 3))
    numbers().decode(matrix)[:] = 7
    assert not matrix.any()


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["a", "b", "c"], {0.0: "a", 1.0: "b", 2.0: "c"}),
        (np.array(["a", "b", "c"]), {0.0: "a", 1.0: "b", 2.0: "c"}),
        ({1: "one", 5: "five"}, {0.0: "0", 1.0: "one", 5.0: "five"}),
        (None, {0.0: "0", 1.0: "1"}),
    ],
)
def test_categorical_names_may_be_lists_arrays_or_dicts(names: Any, shown: dict[float, str]) -> None:
    codec = table_codec(np.array([[0.0], [1.0]]), None, [0], {0: names})
    assert codec.columns[0].names == shown


def test_categories_may_be_named_by_position_or_name() -> None:
    data = np.array([[0, 1, 2], [1, 0, 3]])
    categories: list[Any] = [np.int64(0), "c"]
    codec = table_codec(data, ["a", "b", "c"], categories, {"c": {2: "two"}})
    assert [column.kind for column in codec.columns] == ["category", "number", "category"]
    assert codec.columns[2].names == {2.0: "two", 3.0: "3"}


def test_a_category_may_be_given_by_its_name() -> None:
    assert numbers().encode_value(2, "Male") == 1.0


def test_no_training_rows_are_needed() -> None:
    codec = table_codec(None, ["age", "sex"], [1], feature_values={1: [0.0, 1.0]})
    assert codec.columns == [Column("age", "number"), Column("sex", "category", names={0.0: "0", 1.0: "1"})]
    np.testing.assert_array_equal(codec.encode_row([37, 1]), [37, 1])


# ---- arrays of objects


@pytest.mark.parametrize("data", [MIXED, np.array(MIXED, dtype=object), tuple(map(tuple, MIXED))])
def test_texts_and_numbers_come_back_as_they_were(data: Any) -> None:
    codec = table_codec(data)
    matrix = codec.encode(data)
    np.testing.assert_array_equal(matrix, [[37, 1, 1.5], [52, 2, NAN], [19, 0, 0.25]])
    batch = codec.decode(matrix)
    assert batch.dtype == object
    for row, original in zip(batch.tolist(), MIXED, strict=True):
        assert repr(row) == repr(original)
    assert [column.kind for column in codec.columns] == ["number", "category", "number"]
    assert [column.whole for column in codec.columns] == [True, False, False]


def test_missing_objects_come_back_as_they_were() -> None:
    data = np.array([["a", None, None], [NAN, 2.5, 3], ["b", 1.0, 4]], dtype=object)
    codec = table_codec(data)
    assert all(column.missing for column in codec.columns)
    assert repr(codec.decode(codec.encode(data)).tolist()) == repr(data.tolist())


def test_arrays_of_texts_stay_so() -> None:
    data = np.array([["a", "1"], ["b", "22"]])
    codec = table_codec(data)
    batch = codec.decode(codec.encode(data))
    assert batch.dtype == data.dtype
    np.testing.assert_array_equal(batch, data)


def test_truth_values_and_numbers_among_objects_are_not_the_same() -> None:
    data = np.array([[1], [True], ["1"]], dtype=object)
    codec = table_codec(data)
    assert [type(value) for value in codec.decode(codec.encode(data))[:, 0]] == [int, bool, str]


def test_numbers_among_objects_may_be_categories() -> None:
    data = np.array([[3, "a"], [7, "b"]], dtype=object)
    codec = table_codec(data, None, [0], {0: {3: "three"}})
    assert codec.columns[0].names == {3.0: "three", 7.0: "7"}
    assert repr(codec.decode(codec.encode(data)).tolist()) == repr(data.tolist())


def test_lists_of_numbers_are_asked_as_float64() -> None:
    codec = table_codec([[1, 2], [3, 4]])
    assert codec.decode(codec.encode([[5, 6]])).dtype == np.float64


CELLS = st.one_of(st.none(), st.text(max_size=3), st.integers(-100, 100), st.floats(-1e6, 1e6), st.booleans())


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8))
def test_any_objects_come_back_equal(rows: list[tuple[Any, Any]]) -> None:
    data = np.empty((len(rows), 2), dtype=object)
    data[:] = rows
    codec = table_codec(data)
    matrix = codec.encode(data)
    assert codec.decode(matrix).tolist() == data.tolist()
    for row, expected in zip(data, matrix, strict=True):
        np.testing.assert_array_equal(codec.encode_row(row), expected)


# ---- rows


@pytest.mark.parametrize(
    "row",
    [
        [37, NAN, 1],
        (37.0, None, np.float32(1)),
        np.array([37, NAN, 1]),
        np.array([37, None, 1], dtype=object),
        {"sex": 1, "age": 37, "income": pd.NA},
        pd.Series({"age": 37, "income": NAN, "sex": 1}),
        pd.Series([37, NAN, 1]),
        pd.DataFrame({"age": [37], "income": [NAN], "sex": [1]}),
        pl.DataFrame({"age": [37], "income": [None], "sex": [1]}),
        [Decimal(37), pd.NaT, np.int8(1)],
    ],
)
def test_a_row_may_come_in_any_form(row: Any) -> None:
    np.testing.assert_array_equal(numbers().encode_row(row), [37, NAN, 1])


def test_names_of_a_row_do_not_matter_where_columns_have_none() -> None:
    codec = table_codec(np.zeros((2, 2)))
    np.testing.assert_array_equal(codec.encode_row(pd.Series({"a": 1.0, "b": 2.0})), [1, 2])


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (["thirty", 1, 0], "got 'thirty' for column 'age', expected a number"),
        ([True, 1, 0], "got True for column 'age', expected a number"),
        ([1j, 1, 0], "got 1j for column 'age', expected a number"),
        ([1, np.inf, 0], "got inf for column 'income', expected a finite number"),
        ([NAN, 1, 0], "got a missing value for column 'age'"),
        ([1, 1, 7], "got 7 for column 'sex', expected a category of the training data, try 1 or 0"),
        ([1, 1, "Mal"], "got 'Mal' for column 'sex', .* try 'Male' or 'Female'"),
        ([1, 1, [0]], "got a list in column 'sex'"),
        ([1, 1], "got a row of 2 values, expected 3"),
        ([[1, 1, 1]], "got a row of 1 values, expected 3"),
        (np.zeros((1, 3)), r"shape \(1, 3\) as a row, .* try row\[0\]"),
        ({"age": 1, "income": 2}, "without column 'sex'"),
        ({"age": 1, "income": 2, "sex": 1, "Age": 3}, "got column 'Age' in the row, .* try leaving it out"),
        ({"age": 1, "incom": 2, "sex": 1}, "got column 'incom' in the row, .* try renaming it to 'income'"),
        (pd.Series({"age": 1, "sex": 1, "income": 2}), "got column 'sex' at position 1 .*, expected 'income'"),
        (pd.DataFrame({"age": [1, 2], "income": 1, "sex": 1}), "data frame of 2 rows"),
        (pl.DataFrame({"income": [1], "age": [1], "sex": [1]}), "got column 'income' at position 0"),
        ("row", "got a str as a row"),
        (3, "got a int as a row"),
    ],
)
def test_a_row_that_does_not_fit_is_refused(row: Any, message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        numbers().encode_row(row)


def test_whole_numbers_in_training_do_not_forbid_others_in_a_row() -> None:
    assert table_codec(np.array([[1], [2]])).encode_row([1.5]).tolist() == [1.5]


def test_a_table_of_new_rows_is_checked_too() -> None:
    with pytest.raises(ValueError, match=r"got 4\.0 for column 'sex'"):
        numbers().encode(np.array([[1.0, 2.0, 4.0]]))
    with pytest.raises(ValueError, match="got 2 columns, expected 3"):
        numbers().encode(np.zeros((1, 2)))


# ---- what is no table


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (np.zeros(3), ValueError, r"shape \(3,\), expected \(n_samples, n_features\)"),
        (np.zeros((0, 3)), ValueError, "at least one row"),
        (np.zeros((3, 0)), ValueError, "one column"),
        (None, ValueError, "try feature_names"),
        ([[1, 2], [3]], ValueError, "different lengths"),
        (np.zeros((1, 1), dtype=complex), TypeError, "dtype complex128"),
        (np.zeros((1, 1), dtype="M8[us]"), TypeError, "dtype datetime64.*data frame"),
        (np.array([[0.0, np.inf]]), ValueError, "got inf for column '1'"),
        (np.array([["a", np.inf]], dtype=object), ValueError, "got inf for column '1'"),
        ([["a", datetime.date(2021, 3, 4)]], TypeError, "dates in column '1'"),
        ([["a", {"b": 1}]], TypeError, "got a dict in column '1'"),
    ],
)
def test_what_is_no_table_is_refused(data: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        table_codec(data)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"feature_names": ["a"]}, "got 1 feature names, expected 2"),
        ({"feature_names": ["a", "a"]}, "two columns of the name 'a'"),
        ({"categorical_features": [2]}, "got 2 as a column, expected a position from 0 to 1"),
        ({"categorical_features": [-1]}, "got -1 as a column"),
        ({"categorical_features": [True]}, "got True as a column"),
        ({"categorical_features": ["sex"]}, "got 'sex' as a column"),
        ({"categorical_names": {"sex": []}}, "got 'sex' as a column"),
    ],
)
def test_columns_that_are_not_there_are_refused(arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        table_codec(np.zeros((2, 2)), **arguments)


def test_infinite_categories_are_refused() -> None:
    with pytest.raises(ValueError, match="infinity in column '0'"):
        table_codec(np.array([[np.inf], [0.0]]), None, [0])


# ---- pickles


def test_a_codec_is_pickled_without_its_training_rows() -> None:
    small, large = (table_codec(np.tile(np.array(MIXED, dtype=object), (n, 1))) for n in (1, 1000))
    assert len(pickle.dumps(small)) == len(pickle.dumps(large))
    twin = pickle.loads(pickle.dumps(small))  # noqa: S301 - our own
    assert isinstance(twin, ArrayCodec)
    assert twin.columns == small.columns
    assert repr(twin.decode(twin.encode(MIXED)).tolist()) == repr(MIXED)


# ---- values as readers see them


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (37.0, "37"),
        (-0.0, "0"),
        (0.03125, "0.03125"),
        (1234567.0, "1234567"),
        (1e-12, "1e-12"),
        (0.1 + 0.2, "0.3"),
        (float(np.float32(0.1)), "0.1"),
        (1234567.125, "1234567.125"),
        (1e22, "1e+22"),
        (1e300, "1e+300"),
        (NAN, "missing"),
    ],
)
def test_numbers_are_written_in_few_digits(value: float, text: str) -> None:
    assert Column("age", "number").value_text(value) == text


@pytest.mark.parametrize(
    ("moment", "zoned", "text"),
    [
        ("2021-03-04", False, "2021-03-04"),
        ("2021-03-04T13:05", False, "2021-03-04 13:05"),
        ("2021-03-04T13:05:09", False, "2021-03-04 13:05:09"),
        ("1969-12-31T23:00:00.000001", False, "1969-12-31 23:00:00.000001"),
        ("2021-03-04", True, "2021-03-04 00:00 UTC"),
        ("2021-03-04T13:05", True, "2021-03-04 13:05 UTC"),
    ],
)
def test_dates_are_written_without_a_time_at_midnight(moment: str, zoned: bool, text: str) -> None:
    microseconds = float(np.datetime64(moment, "us").astype(np.int64))
    assert Column("when", "date", zoned=zoned).value_text(microseconds) == text


def test_categories_are_written_by_name() -> None:
    column = Column("sex", "category", names={0.0: "Female"})
    assert [column.value_text(code) for code in (0.0, 1.0, NAN)] == ["Female", "1", "missing"]


def test_values_are_rounded_to_what_a_column_can_hold() -> None:
    day = 86_400_000_000.0
    values = np.array([1.4, 1.6, NAN])
    np.testing.assert_array_equal(Column("age", "number", whole=True).rounded(values), [1, 2, NAN])
    np.testing.assert_array_equal(Column("age", "number").rounded(values), values)
    np.testing.assert_array_equal(Column("when", "date", whole=True).rounded(values * day), [day, 2 * day, NAN])
