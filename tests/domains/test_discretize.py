"""Bins equal lime's on finite data, and say what they do where lime has nothing to say."""

from __future__ import annotations

import copy
import csv
import inspect
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lime import discretize as lime_discretize
from numpy.typing import NDArray
from scipy.stats import kstest, truncnorm
from sklearn.datasets import load_breast_cancer, load_iris

from lime_widgets import discretize
from lime_widgets.discretize import (
    BaseDiscretizer,
    DecileDiscretizer,
    EntropyDiscretizer,
    QuartileDiscretizer,
    StatsDiscretizer,
)

ADULT = Path(__file__).parents[3] / "shared" / "data" / "adult.csv"
ADULT_CATEGORIES = [1, 3, 5, 6, 7, 8, 9, 13]
STATISTICS = ("means", "stds", "mins", "maxs")
NAN = np.nan

Table = tuple[NDArray[np.float64], NDArray[Any], list[int]]


def iris() -> Table:
    data = load_iris()
    return data.data, data.target, []


def breast_cancer() -> Table:
    data = load_breast_cancer()
    return data.data, data.target, []


def adult() -> Table:
    if not ADULT.exists():
        pytest.skip("needs ../shared/data/adult.csv")
    with ADULT.open(newline="") as file:
        rows = np.array([row for row in csv.reader(file, skipinitialspace=True) if row])
    columns = [
        np.unique(column, return_inverse=True)[1] if place in ADULT_CATEGORIES else column.astype(float)
        for place, column in enumerate(rows[:, :-1].T)
    ]
    return np.column_stack(columns).astype(float), rows[:, -1], ADULT_CATEGORIES


TABLES = [iris, breast_cancer, adult]


def names_of(data: NDArray[Any]) -> list[str]:
    return [f"column {place}" for place in range(data.shape[1])]


def of_one_column(values: Any, cls: Any = QuartileDiscretizer, **kwargs: Any) -> Any:
    return cls(np.array(values, dtype=float)[:, None], [], ["age"], **kwargs)


# ---- the same as lime


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("name", ["QuartileDiscretizer", "DecileDiscretizer", "EntropyDiscretizer"])
def test_names_statistics_and_bins_are_lime_s(table: Callable[[], Table], name: str) -> None:
    data, labels, categories = table()
    ours, theirs = (
        getattr(module, name)(data, categories, names_of(data), labels=labels, random_state=3)
        for module in (discretize, lime_discretize)
    )
    assert ours.names == theirs.names
    assert ours.to_discretize == theirs.to_discretize
    for statistic in STATISTICS:
        assert getattr(ours, statistic) == getattr(theirs, statistic)
    np.testing.assert_array_equal(ours.discretize(data), theirs.discretize(data))
    np.testing.assert_array_equal(ours.discretize(data[7]), theirs.discretize(data[7]))


@pytest.mark.parametrize("table", TABLES)
def test_statistics_that_are_given_make_the_same_bins_as_lime_s(table: Callable[[], Table]) -> None:
    data, _, categories = table()
    known = DecileDiscretizer(data, categories, names_of(data))
    stats = {name: getattr(known, name) for name in STATISTICS} | {"bins": known.edges}
    ours, theirs = (
        module.StatsDiscretizer(data, categories, names_of(data), data_stats=stats)
        for module in (discretize, lime_discretize)
    )
    assert ours.names == theirs.names
    for statistic in STATISTICS:
        assert getattr(ours, statistic) == getattr(theirs, statistic)
    np.testing.assert_array_equal(ours.discretize(data), theirs.discretize(data))


def test_a_discretizer_of_one_s_own_overrides_bins_alone() -> None:
    class Thirds:
        def bins(self: Any, data: NDArray[Any], labels: Any) -> list[NDArray[Any]]:
            return [np.percentile(data[:, place], [67, 33, 33]) for place in self.to_discretize]

    data = iris()[0]
    ours, theirs = (
        type("Own", (Thirds, base), {})(data, [1], names_of(data))
        for base in (BaseDiscretizer, lime_discretize.BaseDiscretizer)
    )
    assert ours.names == theirs.names
    assert set(ours.names) == {0, 2, 3}
    assert ours.means == theirs.means
    np.testing.assert_array_equal(ours.discretize(data), theirs.discretize(data))


@pytest.mark.parametrize("name", discretize.__all__)
def test_signatures_are_lime_s(name: str) -> None:
    ours, theirs = (
        [(p.name, p.default) for p in inspect.signature(getattr(module, name)).parameters.values()]
        for module in (discretize, lime_discretize)
    )
    assert ours == theirs


def test_bins_must_be_overridden() -> None:
    with pytest.raises(NotImplementedError, match="bins"):
        BaseDiscretizer(np.zeros((2, 1)), [], ["age"])


def test_the_input_is_not_changed() -> None:
    data = iris()[0]
    before = data.copy()
    discretizer = QuartileDiscretizer(data, [], names_of(data))
    discretizer.undiscretize(discretizer.discretize(data))
    np.testing.assert_array_equal(data, before)


# ---- pickles and copies


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])  # noqa: S301 - our own
def test_a_copy_bins_and_draws_alike(duplicate: Callable[[Any], Any]) -> None:
    data, labels, _ = iris()
    original = EntropyDiscretizer(data, [], names_of(data), labels=labels, random_state=1)
    twin = duplicate(original)
    bins = original.discretize(data)
    np.testing.assert_array_equal(twin.discretize(data), bins)
    np.testing.assert_array_equal(twin.undiscretize(bins), original.undiscretize(bins))


def test_each_column_s_lambda_finds_its_bin() -> None:
    discretizer = of_one_column(range(9))
    assert [int(discretizer.lambdas[0](value)) for value in (2, 2.5, 100)] == [0, 1, 3]
    np.testing.assert_array_equal(discretizer.edges[0], [2, 4, 6])


# ---- drawing values


def test_values_are_drawn_within_their_bins() -> None:
    data = breast_cancer()[0]
    discretizer = DecileDiscretizer(data, [], names_of(data), random_state=0)
    bins = discretizer.discretize(data)
    np.testing.assert_array_equal(discretizer.discretize(discretizer.undiscretize(bins)), bins)


@pytest.mark.parametrize("bin_index", range(4))
def test_values_have_the_bin_s_truncated_normal_distribution(bin_index: int) -> None:
    discretizer = of_one_column(iris()[0][:, 2], random_state=0)
    drawn = discretizer.undiscretize(np.full((4000, 1), bin_index))[:, 0]
    low, high, mean, std = (
        getattr(discretizer, statistic)[0][bin_index] for statistic in ("mins", "maxs", "means", "stds")
    )
    expected = truncnorm((low - mean) / std, (high - mean) / std, loc=mean, scale=std)
    assert kstest(drawn, expected.cdf).pvalue > 1e-4


def test_a_mean_far_outside_its_bin_still_gives_values_within_it() -> None:
    stats = {"means": {0: [0.0, 0.0]}, "stds": {0: [1e-11, 1e-3]}, "mins": {0: [5.0, 6.0]}, "maxs": {0: [6.0, 7.0]}}
    discretizer = StatsDiscretizer(None, [], ["age"], data_stats=stats, random_state=0)
    drawn = discretizer.undiscretize(np.array([[0], [1]]))
    assert 5 <= drawn[0, 0] <= 6 < drawn[1, 0] <= 7


def test_a_bin_of_one_value_gives_this_value() -> None:
    discretizer = of_one_column([7.0, 7.0, 7.0])
    np.testing.assert_array_equal(discretizer.undiscretize(np.zeros((3, 1))), np.full((3, 1), 7.0))
    assert discretizer.undiscretize(np.zeros(1)).tolist() == [7.0]


def test_equal_seeds_draw_alike_and_two_draws_differ() -> None:
    data = iris()[0]
    first, second, other = (QuartileDiscretizer(data, [], names_of(data), random_state=seed) for seed in (5, 5, 6))
    bins = first.discretize(data)
    drawn = first.undiscretize(bins)
    np.testing.assert_array_equal(drawn, second.undiscretize(bins))
    assert (drawn != first.undiscretize(bins)).any()
    assert (drawn != other.undiscretize(bins)).any()
    assert (first.seed, other.seed) == (5, 6)


def test_bins_of_whole_numbers_are_undiscretized_to_any_number() -> None:
    discretizer = QuartileDiscretizer(np.arange(100)[:, None], [], ["age"], random_state=0)
    drawn = discretizer.undiscretize(np.full((50, 1), 1))
    assert (drawn % 1).any()
    assert (discretizer.discretize(drawn) == 1).all()


def test_categories_are_left_alone() -> None:
    data = np.array([["x", 1.0], ["y", 2.0], ["x", 3.0]], dtype=object)
    discretizer = QuartileDiscretizer(data, [0], ["letter", "number"])
    assert discretizer.discretize(data).tolist() == [["x", 0], ["y", 1], ["x", 3]]
    assert discretizer.undiscretize(discretizer.discretize(data))[:, 0].tolist() == ["x", "y", "x"]


# ---- statistics alone


def test_statistics_alone_suffice_and_give_the_borders() -> None:
    known = QuartileDiscretizer(iris()[0], [1], list("abcd"))
    stats = {name: getattr(known, name) for name in STATISTICS}
    alone = StatsDiscretizer(None, [1], list("abcd"), data_stats=stats)
    assert alone.names == known.names
    assert alone.to_discretize == [0, 2, 3]
    np.testing.assert_array_equal(alone.discretize(iris()[0]), known.discretize(iris()[0]))


def test_borders_that_are_given_for_some_columns_are_theirs() -> None:
    stats = {key: {0: [1.0, 2.0], 1: [3.0, 4.0]} for key in STATISTICS} | {"bins": {1: [3.5]}}
    discretizer = StatsDiscretizer(None, [], ["a", "b"], data_stats=stats)
    assert discretizer.names == {0: ["a <= 1.00", "a > 1.00"], 1: ["b <= 3.50", "b > 3.50"]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stds": {}}, "'stds' of column 0"),
        ({"means": {0: [1.0]}}, "got 1 means for column 'age'"),
        ({"bins": {0: [1.0, np.inf]}}, "borders .*'age'"),
    ],
)
def test_statistics_that_do_not_fit_are_refused(change: dict[str, Any], message: str) -> None:
    stats = {key: {0: [1.0, 2.0]} for key in STATISTICS} | change
    with pytest.raises(ValueError, match=message):
        StatsDiscretizer(None, [], ["age"], data_stats=stats)


# ---- missing values


def test_missing_values_have_a_name_and_an_index_of_their_own() -> None:
    discretizer = of_one_column([1, 2, 3, 4, 5, NAN], random_state=0)
    assert discretizer.names[0] == [
        "age <= 2.00", "2.00 < age <= 3.00", "3.00 < age <= 4.00", "age > 4.00", "age is missing",
    ]  # fmt: skip
    assert [len(getattr(discretizer, statistic)[0]) for statistic in STATISTICS] == [4] * 4
    indices = discretizer.discretize(np.array([[5.0], [NAN], [1.0]]))
    assert indices.tolist() == [[3], [4], [0]]
    assert np.isnan(discretizer.undiscretize(indices)).tolist() == [[False], [True], [False]]


@pytest.mark.parametrize("cls", [QuartileDiscretizer, DecileDiscretizer, EntropyDiscretizer])
def test_bins_are_of_the_values_that_are_there(cls: Any) -> None:
    present = iris()[0][:, 0]
    labels = iris()[1]
    holed = np.concatenate([present, [NAN, NAN]])
    with_holes = of_one_column(holed, cls, labels=np.concatenate([labels, [0, 1]]), random_state=0)
    without = of_one_column(present, cls, labels=labels, random_state=0)
    assert with_holes.names[0] == [*without.names[0], "age is missing"]
    assert with_holes.means == without.means
    assert with_holes.maxs == without.maxs


@pytest.mark.parametrize("cls", [QuartileDiscretizer, DecileDiscretizer, EntropyDiscretizer])
def test_a_column_without_any_value_has_no_bin(cls: Any) -> None:
    discretizer = of_one_column([NAN, NAN], cls, labels=[0, 1])
    assert discretizer.names[0] == ["age is missing"]
    assert [getattr(discretizer, statistic)[0] for statistic in STATISTICS] == [[], [], [], []]
    assert discretizer.edges[0].tolist() == []
    assert discretizer.discretize(np.array([[NAN], [3.0]])).tolist() == [[0], [1]]
    assert np.isnan(discretizer.undiscretize(np.array([[0], [1]]))).all()


def test_a_missing_value_where_training_had_none_comes_after_the_last_bin() -> None:
    discretizer = of_one_column(range(9))
    assert discretizer.discretize(np.array([NAN])).tolist() == [4]
    assert np.isnan(discretizer.undiscretize(np.array([4]))).all()


def test_borders_that_are_not_numbers_name_their_column() -> None:
    class Careless(BaseDiscretizer):
        def bins(self, data: Any, labels: Any) -> Any:
            return np.percentile(data, [50], axis=0).T

    with pytest.raises(ValueError, match=r"'age'.*nanpercentile"):
        of_one_column([1, NAN], Careless)


# ---- what cannot be binned


@pytest.mark.parametrize("value", [np.inf, -np.inf, 1e300])
def test_infinite_values_name_their_column(value: float) -> None:
    with pytest.raises(ValueError, match="in column 'age', expected numbers within"):
        QuartileDiscretizer(np.array([[0.0, 1.0], [0.0, value]]), [], ["other", "age"])


def test_infinite_values_of_categories_do_not_matter_here() -> None:
    assert QuartileDiscretizer(np.array([[np.inf, 1.0], [0.0, 2.0]]), [0], ["a", "b"]).to_discretize == [1]


def test_entropy_needs_labels() -> None:
    with pytest.raises(ValueError, match="must be not None when using EntropyDiscretizer"):
        of_one_column([1, 2], EntropyDiscretizer)


def test_values_beyond_a_tree_s_reach_name_their_column() -> None:
    with pytest.raises(ValueError, match="got 1e\\+50 in column 'age'"):
        of_one_column([1, 1e50], EntropyDiscretizer, labels=[0, 1])


def test_labels_must_be_as_many_as_rows() -> None:
    with pytest.raises(ValueError, match="got 3 labels, expected 2"):
        of_one_column([1, 2], EntropyDiscretizer, labels=[0, 1, 1])


def test_bins_must_be_given_for_each_column() -> None:
    class Short(BaseDiscretizer):
        def bins(self, data: Any, labels: Any) -> Any:
            return []

    with pytest.raises(ValueError, match=r"bins of 0 columns from Short\.bins, expected 1"):
        of_one_column([1, 2], Short)


def test_names_must_be_as_many_as_columns() -> None:
    with pytest.raises(ValueError, match="a name for each column"):
        QuartileDiscretizer(np.zeros((2, 3)), [], ["a", "b"])


def test_a_column_without_borders_is_one_bin() -> None:
    class Whole(BaseDiscretizer):
        def bins(self, data: Any, labels: Any) -> Any:
            return [[]]

    discretizer = of_one_column([1, 2, NAN], Whole, random_state=0)
    assert discretizer.names[0] == ["age has any value", "age is missing"]
    assert 1 <= discretizer.undiscretize(np.zeros((1, 1)))[0, 0] <= 2


DEGENERATE = st.lists(
    st.one_of(
        st.just(NAN),
        st.sampled_from([0.0, -0.0, 1.0, 5e-324, -5e-324, 1e-300, 1e139, -1e139, 3e38, 1e-11]),
        st.floats(-1e38, 1e38),
    ),
    min_size=1,
    max_size=12,
)


@given(DEGENERATE, st.sampled_from([QuartileDiscretizer, DecileDiscretizer]))
def test_degenerate_columns_have_finite_bins_and_values(values: list[float], cls: Any) -> None:
    discretizer = of_one_column(values, cls, random_state=0)
    column = np.array(values)[:, None]
    indices = discretizer.discretize(column)
    assert indices.max() < len(discretizer.names[0])
    drawn = discretizer.undiscretize(indices)
    np.testing.assert_array_equal(np.isnan(drawn), np.isnan(column))
    present = column[~np.isnan(column)]
    for statistic in STATISTICS:
        assert np.isfinite(getattr(discretizer, statistic)[0]).all()
    if len(present):
        assert present.min() <= np.nanmin(drawn) <= np.nanmax(drawn) <= present.max()


@given(st.lists(st.floats(-1e38, 1e38), min_size=2, max_size=12), st.data())
def test_entropy_bins_any_numbers(values: list[float], data: st.DataObject) -> None:
    labels = data.draw(st.lists(st.integers(0, 2), min_size=len(values), max_size=len(values)))
    discretizer = of_one_column(values, EntropyDiscretizer, labels=labels, random_state=0)
    assert 2 <= len(discretizer.names[0]) <= 8
    assert np.isfinite(discretizer.edges[0]).all()
