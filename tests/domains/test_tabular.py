"""What lime's own tests and tutorials ask of its explainer of tables, asked of ours."""

from __future__ import annotations

import itertools
import pickle
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.datasets import load_iris, make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression

from lime_widgets import Explanation, LimeTabularExplainer, explain
from lime_widgets.discretize import BaseDiscretizer, DecileDiscretizer, EntropyDiscretizer, QuartileDiscretizer
from lime_widgets.engine import LimeError
from lime_widgets.schema import ArrayWriter

IRIS = load_iris()
NAMES = ["sepal length", "sepal width", "petal length", "petal width"]
KEYS = ["means", "mins", "maxs", "stds", "feature_values", "feature_frequencies"]


@pytest.fixture(scope="module")
def forest() -> RandomForestClassifier:
    return RandomForestClassifier(n_estimators=100, random_state=0).fit(IRIS.data[:120], IRIS.target[:120])


@pytest.mark.parametrize(
    ("settings", "asked"),
    [
        ({}, {}),
        ({}, {"model_regressor": LinearRegression()}),
        ({"discretizer": "entropy", "training_labels": IRIS.target}, {}),
        ({"discretizer": "decile"}, {}),
        ({"within_bins": "observed"}, {}),
        ({}, {"sampling_method": "lhs"}),
    ],
    ids=["default", "linear regression", "entropy", "decile", "observed", "latin hypercube"],
)
def test_a_forest_on_iris_goes_by_the_petals(
    forest: RandomForestClassifier, settings: dict[str, Any], asked: dict[str, Any]
) -> None:
    explainer = LimeTabularExplainer(
        IRIS.data, feature_names=NAMES, class_names=IRIS.target_names, random_state=10, **settings
    )
    found = explainer.explain_instance(IRIS.data[60], forest.predict_proba, num_features=2, top_labels=1, **asked)
    names = [name for name, _ in found.as_list(label=found.available_labels()[0])]
    assert sum("petal width" in name for name in names) == 1
    assert sum("petal length" in name for name in names) == 1
    assert len(names) == 2


def test_statistics_take_the_place_of_training_data(forest: RandomForestClassifier) -> None:
    knowing = LimeTabularExplainer(IRIS.data, feature_names=NAMES, random_state=3)
    told = LimeTabularExplainer(None, feature_names=NAMES, random_state=3, training_data_stats=knowing.statistics())
    expected = knowing.explain_instance(IRIS.data[60], forest.predict_proba).as_map()
    assert told.explain_instance(IRIS.data[60], forest.predict_proba).as_map() == expected
    assert told.kernel_width == knowing.kernel_width


def test_statistics_without_bins_are_enough(forest: RandomForestClassifier) -> None:
    knowing = LimeTabularExplainer(IRIS.data, feature_names=NAMES, random_state=3)
    statistics = {key: value for key, value in knowing.statistics().items() if key != "bins"}
    told = LimeTabularExplainer(None, training_data_stats=statistics, random_state=3)
    assert told.feature_names == ["0", "1", "2", "3"]
    expected = knowing.explain_instance(IRIS.data[60], forest.predict_proba).as_map()
    assert told.explain_instance(IRIS.data[60], forest.predict_proba).as_map() == expected


@pytest.mark.parametrize("key", KEYS)
def test_statistics_without_a_part_are_refused(key: str) -> None:
    statistics = LimeTabularExplainer(IRIS.data).statistics()
    del statistics[key]
    with pytest.raises(ValueError, match=f"Missing keys in training_data_stats. Details: \\['{key}'\\]"):
        LimeTabularExplainer(IRIS.data, training_data_stats=statistics)


def test_neither_data_nor_statistics_are_refused() -> None:
    with pytest.raises(ValueError, match="neither training_data nor training_data_stats"):
        LimeTabularExplainer(None)


@pytest.mark.parametrize("sparse", [False, True])
def test_twenty_columns_have_ten_weights(sparse: bool) -> None:
    data, target = make_classification(n_samples=200, n_features=20, n_informative=5, random_state=10)
    model = RandomForestClassifier(n_estimators=20, random_state=0).fit(data, target)
    table = csr_matrix(data) if sparse else data
    explainer = LimeTabularExplainer(table, feature_names=np.arange(20), random_state=0)
    found = explainer.explain_instance(table[3], model.predict_proba, num_samples=500)
    assert len(found.as_list()) == 10
    assert {feature for feature, _ in found.as_map()[1]} <= set(range(20))


DISCRETIZERS = [QuartileDiscretizer, DecileDiscretizer, EntropyDiscretizer]


@pytest.mark.parametrize("kind", DISCRETIZERS)
@pytest.mark.parametrize("as_states", [False, True])
def test_the_seeds_of_explainer_and_discretizer_both_count(kind: Any, as_states: bool) -> None:
    data, target = make_classification(n_samples=200, n_features=8, n_informative=5, random_state=10)
    model = RandomForestClassifier(n_estimators=10, random_state=0).fit(data, target)
    names = [str(place) for place in range(8)]

    def explained(of_discretizer: int, of_explainer: int) -> Any:
        seed = np.random.RandomState if as_states else int
        discretizer = kind(data, [], names, target, random_state=seed(of_discretizer))
        explainer = LimeTabularExplainer(
            data, feature_names=names, discretizer=discretizer, random_state=seed(of_explainer)
        )
        return explainer.explain_instance(data[3], model.predict_proba, num_samples=300).as_map()

    maps = {seeds: explained(*seeds) for seeds in itertools.product((10, 20), repeat=2)}
    assert all(explained(*seeds) == found for seeds, found in maps.items())
    assert all(maps[a] != maps[b] for a, b in itertools.combinations(maps, 2))


def test_an_unknown_discretizer_is_refused() -> None:
    with pytest.raises(ValueError, match="got discretizer='octile', expected 'quartile', 'decile', 'entropy' or"):
        LimeTabularExplainer(IRIS.data, discretizer="octile")


def test_categories_are_called_as_in_lime(forest: RandomForestClassifier) -> None:
    table = np.column_stack([IRIS.data[:, :3], IRIS.target])
    explainer = LimeTabularExplainer(
        table, feature_names=NAMES, categorical_features=[3], categorical_names={3: ["small", "middling", "large"]}
    )
    found = explainer.explain_instance(table[60], forest.predict_proba, num_features=4, num_samples=200)
    names = dict(found.as_list())
    assert "petal width=middling" in names
    assert "petal width = middling" in dict(found.as_list(values=True))
    assert explainer.feature_values[3] == [0.0, 1.0, 2.0]
    assert explainer.feature_frequencies[3] == pytest.approx([1 / 3] * 3)


def test_a_row_is_asked_about_first_and_as_it_is(forest: RandomForestClassifier) -> None:
    asked: list[Any] = []

    def model(rows: Any) -> Any:
        asked.append(rows)
        return forest.predict_proba(rows)

    LimeTabularExplainer(IRIS.data).explain_instance(IRIS.data[60], model, num_samples=300)
    assert asked[0].dtype == np.float64
    assert np.array_equal(asked[0][0], IRIS.data[60])
    assert sum(map(len, asked)) == 300


def test_rows_of_categories_alone_are_asked_about_once() -> None:
    table = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 5)
    asked: list[Any] = []

    def model(rows: Any) -> Any:
        asked.append(rows)
        return np.column_stack([rows[:, 0] * 0.5, 1 - rows[:, 0] * 0.5])

    explainer = LimeTabularExplainer(table, categorical_features=[0, 1], random_state=0)
    found = explainer.explain_instance(table[0], model, num_samples=500)
    assert sum(map(len, asked)) == 4
    assert found.neighborhood.n_samples == 500


def test_more_samples_keep_those_there_are(forest: RandomForestClassifier) -> None:
    found = LimeTabularExplainer(IRIS.data, random_state=0).explain_instance(
        IRIS.data[60], forest.predict_proba, num_samples=300
    )
    longer = LimeTabularExplainer(IRIS.data, random_state=0).explain_instance(
        IRIS.data[60], forest.predict_proba, num_samples=800
    )
    extended = found.extend(500)
    assert np.array_equal(extended.neighborhood.samples, longer.neighborhood.samples)
    assert np.array_equal(extended.neighborhood.predictions, longer.neighborhood.predictions)


def test_explainer_and_explanation_can_be_pickled(forest: RandomForestClassifier) -> None:
    explainer = LimeTabularExplainer(IRIS.data, feature_names=NAMES, random_state=0)
    found = explainer.explain_instance(IRIS.data[60], forest.predict_proba, num_samples=300)
    again = pickle.loads(pickle.dumps(explainer)).explain_instance(  # noqa: S301 - our own pickle
        IRIS.data[60], forest.predict_proba, num_samples=300
    )
    assert again.as_map() == found.as_map()
    back = pickle.loads(pickle.dumps(found))  # noqa: S301 - our own pickle
    assert back.as_list() == found.as_list()
    assert back.with_model(forest.predict_proba).extend(100).neighborhood.n_samples == 400


def test_what_if_asks_the_model_about_the_edited_row(forest: RandomForestClassifier) -> None:
    explainer = LimeTabularExplainer(IRIS.data, feature_names=NAMES, class_names=IRIS.target_names, random_state=0)
    found = explainer.explain_instance(IRIS.data[60], forest.predict_proba, labels=(1,), num_features=4)
    tested = found.what_if(values={"petal length": 6.0, 3: 2.2})
    row = IRIS.data[60].copy()
    row[2:] = 6.0, 2.2
    assert tested.actual == forest.predict_proba(row[None])[0, 1]
    weights = dict(found.as_map()[1])
    assert tested.expected == pytest.approx(found.local_pred[1] - weights[2] - weights[3])
    assert str(tested).startswith("with petal length = 6, petal width = 2.2: versicolor expected")


def test_what_if_within_the_bin_expects_no_change(forest: RandomForestClassifier) -> None:
    explainer = LimeTabularExplainer(IRIS.data, feature_names=NAMES, random_state=0)
    found = explainer.explain_instance(IRIS.data[60], forest.predict_proba, labels=(1,), num_features=4)
    bins = explainer.discretizer
    assert bins is not None
    border = float(bins.edges[0][int(bins.discretize(IRIS.data[60])[0])])
    assert found.what_if(values={"sepal length": border}).expected == pytest.approx(found.local_pred[1])
    assert found.what_if(values={"sepal length": np.nextafter(border, 9)}).expected != found.local_pred[1]


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ({"values": {"petal lenght": 3}}, "got column 'petal lenght', which the row does not have, try 'petal length'"),
        ({"values": {9: 3}}, "got column 9, which the row does not have"),
        ({"values": {"petal length": "long"}}, "'petal length'"),
        ({"values": {"petal length": np.inf}}, "'petal length'"),
        ({"values": {"petal length": np.nan}}, "'petal length'"),
        ({"values": {}}, "expected columns and their new values"),
        ({"remove": "petal length"}, "expected columns and their new values"),
    ],
    ids=str,
)
def test_what_if_refuses_what_a_row_cannot_have(
    forest: RandomForestClassifier, asked: dict[str, Any], complaint: str
) -> None:
    explainer = LimeTabularExplainer(IRIS.data, feature_names=NAMES, random_state=0)
    found = explainer.explain_instance(IRIS.data[60], forest.predict_proba, num_samples=100)
    with pytest.raises(ValueError, match=complaint):
        found.what_if(**asked)


def test_a_plotly_figure_has_a_bar_for_each_feature(forest: RandomForestClassifier) -> None:
    explainer = LimeTabularExplainer(IRIS.data, feature_names=["<b>a", "$b$", "c", "d"], random_state=0)
    found = explainer.explain_instance(IRIS.data[60], forest.predict_proba, num_features=3, num_samples=300)
    (bars,) = found.as_plotly_figure().data
    assert list(bars.x) == [weight for _, weight in found.as_list()]
    shown = " ".join(bars.customdata)
    assert "<b>" not in shown
    assert "$" not in shown


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({}, "value"),
        ({"target_name": "price"}, "price"),
        ({"class_names": ["rent"]}, "rent"),
        ({"class_names": ["low", "high"], "target_name": "price"}, "price"),
    ],
    ids=str,
)
def test_the_target_of_a_regressor_has_a_name(settings: dict[str, Any], name: str) -> None:
    explainer = LimeTabularExplainer(IRIS.data, mode="regression", random_state=0, **settings)
    found = explainer.explain_instance(IRIS.data[0], lambda rows: rows[:, 0], num_samples=100)
    assert found.output_names == [name]
    assert found.class_names == ["negative", "positive"]
    assert repr(found).startswith(f"Explanation for {name}")


def test_a_page_offers_the_frequent_categories_and_no_identifiers() -> None:
    rng = np.random.default_rng(0)
    people = [f"person {number}" for number in range(600)]
    towns = [f"town {number}" for number in np.minimum(rng.geometric(0.01, 600), 500)]
    table = np.array([people, towns], dtype=object).T
    explainer = LimeTabularExplainer(table, feature_names=["who", "where"], random_state=0)
    found = explainer.explain_instance(table[0], lambda rows: np.full((len(rows), 2), 0.5), num_samples=50)
    who, where = found.domain_mapper.to_state(ArrayWriter("float32"))["columns"]
    assert [name for _, name in who["choices"]] == ["person 0"]
    offered = [name for _, name in where["choices"]]
    assert towns[0] in offered
    assert 20 < len(offered) <= 201
    assert all(towns.count(name) > 1 for name in offered if name != towns[0])


@pytest.mark.parametrize("known", [True, False], ids=["rows", "statistics"])
def test_a_number_that_stands_for_a_category_is_drawn_to_the_last_bit(known: bool) -> None:
    flags = np.array([[0.0, 0.1]] * 5 + [[1.0, 0.7]] * 15)
    explainer = LimeTabularExplainer(flags, mode="regression", random_state=0)
    if not known:
        explainer = LimeTabularExplainer(
            None, mode="regression", random_state=0, training_data_stats=explainer.statistics()
        )
    asked: list[Any] = []

    def model(rows: Any) -> Any:
        asked.append(rows)
        return rows[:, 0]

    explainer.explain_instance(flags[0], model, num_samples=500)
    drawn = np.concatenate(asked)
    assert set(drawn[:, 0]) == {0.0, 1.0}
    assert drawn[:, 1] == pytest.approx(np.where(np.abs(drawn[:, 1] - 0.1) < 0.01, 0.1, 0.7), abs=1e-15)
    assert not known or set(drawn[:, 1]) == {0.1, 0.7}
    assert len(drawn) == 4


class WideHalves(BaseDiscretizer):
    """Borders from elsewhere, some of them beyond the data."""

    def bins(self, data: Any, labels: Any) -> Any:
        return [[2.0, 5.0, 50.0] for _ in self.to_discretize]


def test_borders_beyond_the_data_are_taken() -> None:
    bins = WideHalves(IRIS.data, [], NAMES, random_state=0)
    explainer = LimeTabularExplainer(IRIS.data, feature_names=NAMES, discretizer=bins, random_state=0)
    found = explainer.explain_instance(IRIS.data[60], lambda rows: np.tile([0.4, 0.6], (len(rows), 1)), num_samples=200)
    questions = found.sampler.design.draw(0, 200, 1).questions
    # A border below all data is the lower end of the bin above it, as in lime.
    assert (questions >= np.minimum(IRIS.data.min(axis=0), 2.0)).all()
    assert (questions <= 50).all()
    columns = found.domain_mapper.to_state(ArrayWriter("float32"))["columns"]
    assert [column["range"] for column in columns] == [
        [low, high] for low, high in zip(IRIS.data.min(axis=0), IRIS.data.max(axis=0), strict=True)
    ]


def test_bins_of_a_category_are_refused() -> None:
    bins = QuartileDiscretizer(IRIS.data, [], NAMES, random_state=0)
    with pytest.raises(ValueError, match="column 'petal width': got a discretizer with bins of a category"):
        LimeTabularExplainer(IRIS.data, feature_names=NAMES, categorical_features=[3], discretizer=bins)


def test_entropy_of_continuous_targets_is_refused() -> None:
    with pytest.raises(ValueError, match="got labels that are continuous, expected classes"):
        LimeTabularExplainer(IRIS.data, mode="regression", training_labels=IRIS.data[:, 0], discretizer="entropy")


def test_a_table_read_from_json_says_that_it_cannot_be_asked(forest: RandomForestClassifier) -> None:
    found = LimeTabularExplainer(IRIS.data, random_state=0).explain_instance(
        IRIS.data[60], forest.predict_proba, num_samples=100
    )
    read = Explanation.from_json(found.to_json())
    assert read.refit(num_features=2).as_map() == found.refit(num_features=2).as_map()
    for one in (read, read.with_model(forest.predict_proba)):
        assert not one.has_model
        with pytest.raises(LimeError, match="got a row read from JSON"):
            one.extend(10)


def test_labels_of_their_own_are_not_told_as_one_class() -> None:
    explainer = LimeTabularExplainer(IRIS.data, mode="multilabel", class_names=["a", "b", "c"], random_state=0)
    found = explainer.explain_instance(
        IRIS.data[0], lambda rows: np.tile([0.9, 0.2, 0.8], (len(rows), 1)), num_samples=50
    )
    assert "likeliest label: a, 0.900" in repr(found)
    assert "The model says a (0.900), c (0.800)." in found.widget._repr_mimebundle_()[0]["text/html"]


def test_a_model_of_several_outputs_names_no_class_by_its_lists() -> None:
    target = np.column_stack([IRIS.target == 1, IRIS.target > 0]).astype(int)
    model = RandomForestClassifier(n_estimators=5, random_state=0).fit(IRIS.data, target)
    found = explain(model, IRIS.data[60], IRIS.data, mode="multilabel", num_samples=50)
    assert found.class_names == ["0", "1"]


@pytest.mark.parametrize("name", ["show_tabel", "positions"])
def test_a_misspelt_part_of_the_page_is_named(forest: RandomForestClassifier, name: str) -> None:
    found = LimeTabularExplainer(IRIS.data).explain_instance(IRIS.data[60], forest.predict_proba, num_samples=50)
    with pytest.raises(TypeError, match=f"got an argument '{name}', expected one of text, opacity, show_table"):
        found.as_html(None, True, True, **{name: False})
    assert "sepal" not in found.as_html(show_table=False, show_all=True)


@pytest.mark.parametrize(("in_bins", "said"), [(True, False), (False, True)])
def test_weights_of_scaled_columns_say_what_they_are_for(
    forest: RandomForestClassifier, in_bins: bool, said: bool
) -> None:
    explainer = LimeTabularExplainer(IRIS.data, discretize_continuous=in_bins, random_state=0)
    found = explainer.explain_instance(IRIS.data[60], forest.predict_proba, num_samples=50)
    assert ("for one standard deviation" in repr(found)) == said
    assert ("for one standard deviation" in found.as_html()) == said


def test_a_bar_s_name_has_no_more_digits_than_tell_the_bin() -> None:
    table = np.array([[0.123456789012], [0.5], [0.7500001], [1833519.80737]])
    explainer = LimeTabularExplainer(table, mode="regression", feature_names=["x"], random_state=0)
    bins = explainer.discretizer
    assert bins is not None
    just_above = float(np.nextafter(bins.edges[0][0], 1))
    names = [
        explainer.explain_instance([value], lambda rows: rows[:, 0], num_samples=20).domain_mapper.feature_names[0]
        for value in (0.123456789012, 1833519.80737, just_above)
    ]
    assert names[0].startswith("x = 0.123457 (up to")
    assert names[1].startswith("x = 1833520 (above")
    assert names[2].startswith(f"x = {just_above:.12g} (")
