"""What is drawn for a column: within its bin, as often as the training data has it, whole where it must be."""

from __future__ import annotations

import datetime
import json
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.typing import NDArray
from scipy.stats import chisquare, kstest, norm, truncnorm

from lime_widgets import LimeTabularExplainer
from lime_widgets.discretize import QuartileDiscretizer
from lime_widgets.domain import Draw, Sampling
from lime_widgets.tables.columns import MICROSECONDS_IN_A_DAY, Column
from lime_widgets.tables.conditions import Scaled
from lime_widgets.tables.mapper import TableDomainMapper
from lime_widgets.tables.marginals import Bins, Categories, Gaussian, chosen_and_place

Floats = NDArray[np.float64]

LEVEL = 1e-4
"""Of each statistical test: seeds are fixed, so that one that passes does so for ever."""

RNG = np.random.default_rng(0)
N_ROWS = 300
TABLES: dict[str, Floats] = {
    "normal": RNG.normal(size=N_ROWS),
    "skewed": RNG.lognormal(0, 2, N_ROWS),
    "whole": RNG.integers(0, 12, N_ROWS).astype(float),
    "two values": RNG.choice([0.0, 1.0], N_ROWS),
    "rare value": (RNG.random(N_ROWS) < 0.02).astype(float),
    "missing": np.where(RNG.random(N_ROWS) < 0.2, np.nan, RNG.normal(size=N_ROWS)),
    "far outlier": np.append(RNG.normal(size=N_ROWS - 1), 1e9),
    "near neighbors": 1 + RNG.integers(0, 5, N_ROWS) * np.finfo(float).eps,
    "huge": RNG.normal(size=N_ROWS) * 1e100,
    "tiny": RNG.normal(size=N_ROWS) * 1e-100,
    "constant": np.full(N_ROWS, 3.25),
}
TABLE = np.column_stack(list(TABLES.values()))
DISCRETIZERS = ["quartile", "decile", "entropy"]


def mapper_of(table: Any, row: Any, *, latin_hypercube: bool = False, **options: Any) -> TableDomainMapper:
    explainer = LimeTabularExplainer(table, mode="regression", random_state=0, **options)
    return explainer._mapper(row, latin_hypercube=latin_hypercube)


def drawn(mapper: TableDomainMapper, start: int, stop: int, seed: int, sampling: str = "lime") -> Draw:
    return mapper.design(Sampling(sampling), "euclidean").draw(start, stop, seed)


def drawn_codes(table: Floats, n_samples: int, **options: Any) -> tuple[LimeTabularExplainer, Floats, Floats]:
    """Return the explainer, the bin of each drawn value, and the values."""
    explainer = LimeTabularExplainer(table, mode="regression", random_state=0, **options)
    mapper = explainer._mapper(table[0], latin_hypercube=False)
    values = drawn(mapper, 1, n_samples + 1, 3).questions
    assert explainer.discretizer is not None
    return explainer, explainer.discretizer.discretize(values), values


@pytest.mark.parametrize("within", ["normal", "observed"])
@pytest.mark.parametrize("discretizer", DISCRETIZERS)
@pytest.mark.parametrize(("latin_hypercube", "sampling"), [(False, "lime"), (True, "lime"), (False, "sobol")])
def test_every_value_lies_within_the_bin_that_was_drawn(
    discretizer: str, within: str, latin_hypercube: bool, sampling: str
) -> None:
    table = TABLE[:, [name != "huge" for name in TABLES]]  # beyond what a tree of entropy takes
    for position in (0, 5, 17):
        mapper = mapper_of(
            table,
            table[position],
            latin_hypercube=latin_hypercube,
            discretizer=discretizer,
            within_bins=within,
            training_labels=np.random.default_rng(1).integers(0, 2, N_ROWS),
        )
        draw = drawn(mapper, 0, 2000, 4, sampling)
        for at, feature in enumerate(mapper.features):
            in_bin = feature.condition.sample(draw.questions[:, at]) == 1
            assert np.array_equal(in_bin, draw.samples[:, at]), feature.name


@pytest.mark.parametrize("within", ["normal", "observed"])
@pytest.mark.parametrize("discretizer", ["quartile", "decile"])
def test_values_lie_within_the_training_data_s_range(discretizer: str, within: str) -> None:
    _, _, values = drawn_codes(TABLE, 2000, discretizer=discretizer, within_bins=within)
    assert (np.nanmin(TABLE, axis=0) <= np.nanmin(values, axis=0)).all()
    assert (np.nanmax(values, axis=0) <= np.nanmax(TABLE, axis=0)).all()


@pytest.mark.parametrize("discretizer", ["quartile", "decile"])
@pytest.mark.parametrize("sampling", ["normal", "observed"])
def test_bins_are_drawn_as_often_as_the_training_data_has_them(discretizer: str, sampling: str) -> None:
    explainer, codes, _ = drawn_codes(TABLE, 4000, discretizer=discretizer, within_bins=sampling)
    for position, name in enumerate(TABLES):
        known, shares = explainer.feature_values[position], explainer.feature_frequencies[position]
        counts = [int((codes[:, position] == code).sum()) for code in known]
        assert sum(counts) == 4000, name
        if len(known) > 1:
            assert chisquare(counts, 4000 * shares).pvalue > LEVEL, name


def test_categories_are_drawn_as_often_as_the_training_data_has_them() -> None:
    table = np.random.default_rng(1).choice([2.0, 5.0, 7.0], (N_ROWS, 2), p=[0.7, 0.25, 0.05])
    explainer, _, values = drawn_codes(table, 4000, categorical_features=[0, 1])
    for position in (0, 1):
        known = explainer.feature_values[position]
        counts = [int((values[:, position] == value).sum()) for value in known]
        assert chisquare(counts, 4000 * explainer.feature_frequencies[position]).pvalue > LEVEL


def test_the_chi_square_test_sees_shares_that_are_off_by_a_tenth() -> None:
    values = Categories(np.array([0.0, 1.0]), np.array([0.5, 0.5])).draw(np.random.default_rng(1).random(4000), 0.0)[1]
    counts = [int((values == value).sum()) for value in (0, 1)]
    assert chisquare(counts, [2000, 2000]).pvalue > LEVEL
    assert chisquare(counts, [1800, 2200]).pvalue < LEVEL


def test_columns_are_drawn_independently() -> None:
    _, codes, _ = drawn_codes(np.column_stack([TABLE[:, 0]] * 3), 5000)
    correlation = np.asarray(np.corrcoef(codes.T))[np.triu_indices(3, 1)]
    assert np.abs(correlation).max() < 4.5 / np.sqrt(5000)


@pytest.mark.parametrize("discretizer", ["quartile", "decile"])
def test_observed_values_are_those_of_the_training_data_and_all_of_them(discretizer: str) -> None:
    _, _, values = drawn_codes(TABLE, 8000, discretizer=discretizer, within_bins="observed")
    for position, name in enumerate(TABLES):
        there = TABLE[~np.isnan(TABLE[:, position]), position]
        found = values[~np.isnan(values[:, position]), position]
        assert set(found) <= set(there), name
        assert len(set(found)) > 0.95 * len(set(there)), name


def test_values_in_a_bin_are_of_its_truncated_normal() -> None:
    column = Column("x", "number")
    lows, highs, means, stds = (np.array([one]) for one in (2.0, 3.0, 2.2, 0.3))
    bins = Bins(column, np.empty(0), np.array([0]), np.array([1.0]), lows, highs, means, stds)
    _, values = bins.draw(np.random.default_rng(1).random(5000), 2.5)
    expected = truncnorm((2 - 2.2) / 0.3, (3 - 2.2) / 0.3, 2.2, 0.3)
    assert kstest(values, expected.cdf).pvalue > LEVEL


@pytest.mark.parametrize(("mean", "std"), [(50.0, 1.0), (-1e6, 1.0), (2.5, 1e-11), (2.0, 1e9), (2.5, 1e-300)])
def test_a_bin_far_from_its_mean_is_not_left(mean: float, std: float) -> None:
    column = Column("x", "number")
    lows, highs, means, stds = (np.array([one]) for one in (2.0, 3.0, mean, std))
    bins = Bins(column, np.empty(0), np.array([0]), np.array([1.0]), lows, highs, means, stds)
    with np.errstate(all="raise", under="ignore"):
        _, values = bins.draw(np.random.default_rng(1).random(1000), 2.5)
    assert np.isfinite(values).all()
    assert ((values >= 2) & (values <= 3)).all()


def test_numbers_that_are_not_binned_are_normal_around_the_mean_or_the_instance() -> None:
    column = Column("x", "number")
    for around, center in ((False, 3.0), (True, 9.0)):
        samples, values = Gaussian(column, 3.0, 2.0, Scaled(3.0, 2.0), around).draw(
            np.random.default_rng(1).random(5000), 9.0
        )
        assert kstest(values, norm(center, 2).cdf).pvalue > LEVEL
        assert samples == pytest.approx((values - 3) / 2)


def test_whole_numbers_of_frames_stay_whole_and_in_the_bin() -> None:
    frame = pd.DataFrame(
        {
            "few": np.random.default_rng(1).integers(0, 5, N_ROWS),
            "many": np.random.default_rng(1).integers(-900, 900, N_ROWS),
        }
    )
    for discretizer in ("quartile", "decile"):
        mapper = mapper_of(frame, frame.iloc[3], discretizer=discretizer)
        draw = drawn(mapper, 0, 3000, 1)
        assert np.array_equal(draw.questions, np.round(draw.questions))
        for at, feature in enumerate(mapper.features):
            assert np.array_equal(feature.condition.sample(draw.questions[:, at]) == 1, draw.samples[:, at])
        batch = mapper.compose(draw.questions)
        assert (batch.dtypes == frame.dtypes).all()
        assert np.array_equal(batch.to_numpy(), draw.questions)


def test_whole_numbers_that_are_not_binned_are_what_the_surrogate_sees() -> None:
    frame = pd.DataFrame({"many": np.random.default_rng(1).integers(-900, 900, N_ROWS)})
    mapper = mapper_of(frame, frame.iloc[3], discretize_continuous=False)
    draw = drawn(mapper, 0, 500, 1)
    scaled = mapper.features[0].condition
    assert isinstance(scaled, Scaled)
    assert np.array_equal(draw.questions, np.round(draw.questions))
    assert np.array_equal(scaled.sample(draw.questions[:, 0]), draw.samples[:, 0])


def test_days_stay_days_and_in_the_bin() -> None:
    days = [
        datetime.date(2020, 1, 1) + datetime.timedelta(days=int(day))
        for day in np.random.default_rng(1).integers(0, 40, N_ROWS)
    ]
    frame = pl.DataFrame({"day": days})
    mapper = mapper_of(frame, frame.row(0), discretizer="decile")
    draw = drawn(mapper, 0, 2000, 1)
    assert not (draw.questions % MICROSECONDS_IN_A_DAY).any()
    assert np.array_equal(mapper.features[0].condition.sample(draw.questions[:, 0]) == 1, draw.samples[:, 0])
    assert set(mapper.compose(draw.questions)["day"]) <= set(days) | {
        min(days) + datetime.timedelta(days=day) for day in range(40)
    }


def test_a_latin_hypercube_is_even_in_every_column() -> None:
    table = np.random.default_rng(1).integers(0, 4, (N_ROWS, 3)).astype(float)
    explainer = LimeTabularExplainer(table, mode="regression", categorical_features=[0, 1, 2], random_state=0)
    mapper = explainer._mapper(table[0], latin_hypercube=True)
    values = drawn(mapper, 0, 1001, 2).questions[1:]
    for position in range(3):
        shares = explainer.feature_frequencies[position]
        counts = np.array([(values[:, position] == value).sum() for value in range(4)])
        assert np.abs(counts - 1000 * shares).max() <= 2


def test_the_place_within_an_event_is_uniform() -> None:
    shares = np.array([0.5, 0.1, 0.4])
    chosen, places = chosen_and_place(shares, np.random.default_rng(1).random(6000))
    assert chisquare(np.bincount(chosen), 6000 * shares).pvalue > LEVEL
    for event in range(3):
        assert kstest(places[chosen == event], "uniform").pvalue > LEVEL


@pytest.mark.parametrize("uniform", [0.0, np.finfo(float).tiny, 0.5, 1 - 2**-53])
def test_the_ends_of_the_uniform_numbers_are_within_reach(uniform: float) -> None:
    mapper = mapper_of(TABLE, TABLE[0])
    assert mapper.perturbation is not None
    for marginal, column in zip(mapper.perturbation.marginals, TABLE.T, strict=True):
        _, values = marginal.draw(np.full(1, uniform), float(column[0]))
        assert np.isnan(values[0]) or np.nanmin(column) <= values[0] <= np.nanmax(column)


# What statistics say instead of rows.


def known() -> dict[str, Any]:
    """Return the statistics of a column of numbers with missing values and one of categories."""
    numbers = np.where(np.arange(40) % 4 == 0, np.nan, np.linspace(0, 1, 40))
    table = np.column_stack([numbers, np.arange(40) % 3])
    return LimeTabularExplainer(table, mode="regression", categorical_features=[1], random_state=0).statistics()


def explained(statistics: dict[str, Any], row: Any, **options: Any) -> list[tuple[str, float]]:
    explainer = LimeTabularExplainer(
        None,
        mode="regression",
        categorical_features=[1],
        training_data_stats=statistics,
        random_state=0,
        **options,
    )
    found = explainer.explain_instance(row, lambda rows: np.isnan(rows[:, 0]).astype(float), num_samples=300)
    return found.as_list(values=True)


def test_statistics_know_that_values_are_missing() -> None:
    name, weight = explained(known(), [np.nan, 1.0])[0]
    assert name == "0 is missing"
    assert weight > 0.8


def test_statistics_survive_json() -> None:
    read = json.loads(json.dumps(known()))
    assert explained(read, [0.3, 1.0]) == explained(known(), [0.3, 1.0])


def test_statistics_of_a_bin_without_deviation_are_taken() -> None:
    statistics = known()
    statistics["stds"][0] = [0.0] * 4
    with np.errstate(all="raise", under="ignore"):
        assert np.isfinite([weight for _, weight in explained(statistics, [0.3, 1.0])]).all()


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("stds", np.nan, "'0': got the bins' mins"),
        ("means", np.inf, "'0': got the bins' mins"),
        ("mins", 99.0, "no min above its max"),
        ("feature_frequencies", -1.0, "no frequency below 0"),
        ("feature_frequencies", np.nan, "no frequency below 0"),
        ("feature_values", 9, "expected numbers from 0 to 3, or 4 for missing values"),
        ("feature_values", 0.5, "expected numbers from 0 to 3, or 4 for missing values"),
    ],
)
def test_statistics_that_make_no_sense_are_refused_with_their_column(key: str, value: float, message: str) -> None:
    statistics = known()
    statistics[key][0] = [value, *statistics[key][0][1:]]
    with pytest.raises(ValueError, match=message):
        explained(statistics, [0.3, 1.0])


def test_a_bin_without_training_values_is_not_drawn_from_its_neighbors() -> None:
    statistics = known()
    statistics["bins"][0] = [5.0, 6.0, 7.0]
    table = np.column_stack([np.linspace(0, 1, 40), np.arange(40) % 3])
    with pytest.raises(ValueError, match="'0': got no training value in the bin 1 with within_bins='observed'"):
        LimeTabularExplainer(
            table,
            mode="regression",
            categorical_features=[1],
            training_data_stats=statistics,
            within_bins="observed",
        )


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"feature_names": 3}, TypeError, r"got feature_names=3, expected a list, try feature_names=\[3\]"),
        ({"categorical_features": 1}, TypeError, "got categorical_features=1, expected a list"),
        ({"discretizer": ["quartile"]}, ValueError, r"got discretizer=\['quartile'\], expected 'quartile'"),
        ({"within_bins": "any", "discretize_continuous": False}, ValueError, "got within_bins='any'"),
        ({"training_data_stats": [1]}, TypeError, "got a list as training_data_stats"),
        ({"training_data_stats": {"means": None}}, ValueError, "Missing keys in training_data_stats"),
        (
            {"discretizer": QuartileDiscretizer(np.ones((4, 3)), [], list("abc"))},
            ValueError,
            "got a discretizer with bins of column 1, expected columns from 0 to 0",
        ),
    ],
    ids=str,
)
def test_arguments_that_cannot_be_meant_are_refused(
    options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        LimeTabularExplainer(np.arange(8.0)[:, None], **options)


@pytest.mark.parametrize("value", [1e200, -1e16])
def test_a_row_out_of_sight_of_the_training_data_is_refused_where_numbers_are_scaled(value: float) -> None:
    explainer = LimeTabularExplainer(np.arange(8.0)[:, None], discretize_continuous=False)
    with pytest.raises(ValueError, match=r"for column '0', expected a number within 1e[+]15 standard deviations"):
        explainer._mapper([value], latin_hypercube=False)
