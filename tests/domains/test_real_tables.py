"""Tables as people have them: adult, with texts and missing values, and the houses of California."""

from __future__ import annotations

import pickle
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder

from lime_widgets import Explanation, LimeTabularExplainer
from lime_widgets.widgets.explanation_widget import ExplanationWidget

DATA = Path(__file__).parents[3] / "shared" / "data"
ADULT, HOUSES = DATA / "adult.csv", DATA / "california_housing.csv"
needs_adult = pytest.mark.skipif(not ADULT.exists(), reason="adult.csv is not here")
needs_houses = pytest.mark.skipif(not HOUSES.exists(), reason="california_housing.csv is not here")

COLUMNS = [
    "age",
    "workclass",
    "fnlwgt",
    "education",
    "education-num",
    "marital-status",
    "occupation",
    "relationship",
    "race",
    "sex",
    "capital-gain",
    "capital-loss",
    "hours-per-week",
    "native-country",
]


@cache
def adult() -> tuple[pd.DataFrame, pd.Series]:
    """Return the people and whether they earn more than 50,000 dollars."""
    frame = pd.read_csv(ADULT, names=[*COLUMNS, "income"], skipinitialspace=True, na_values="?")
    return frame[COLUMNS], frame["income"] == ">50K"


@cache
def adult_model() -> Pipeline:
    people, rich = adult()
    encode = ColumnTransformer(
        [
            (
                "texts",
                OneHotEncoder(sparse_output=False, min_frequency=50, handle_unknown="infrequent_if_exist"),
                make_column_selector(dtype_exclude="number"),
            )
        ],
        remainder="passthrough",
    )
    model: Pipeline = make_pipeline(encode, HistGradientBoostingClassifier(max_iter=20, random_state=0))
    return model.fit(people[::4], rich[::4])


@cache
def houses() -> tuple[pd.DataFrame, pd.Series]:
    """Return the districts and their median house values."""
    frame = pd.read_csv(HOUSES)
    return frame.drop(columns="median_house_value"), frame["median_house_value"]


@cache
def houses_model() -> HistGradientBoostingRegressor:
    districts, values = as_categories(houses()[0]), houses()[1]
    model: HistGradientBoostingRegressor = HistGradientBoostingRegressor(
        max_iter=30, categorical_features="from_dtype", random_state=0
    ).fit(districts, values)
    return model


def as_categories(districts: pd.DataFrame) -> pd.DataFrame:
    return districts.assign(ocean_proximity=districts["ocean_proximity"].astype("category"))


def explain_adult(row: Any, **options: Any) -> Explanation:
    people, _ = adult()
    explainer = LimeTabularExplainer(people, class_names=["<=50K", ">50K"], random_state=0, **options)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return explainer.explain_instance(row, adult_model().predict_proba, num_samples=2000, num_features=14)


@needs_adult
def test_adult_is_explained_with_its_texts_and_missing_values() -> None:
    people, _ = adult()
    married = people.index[(people["marital-status"] == "Married-civ-spouse") & people["workclass"].isna()][0]
    found = explain_adult(people.loc[married])
    names = dict(found.as_list(values=True))
    assert names["marital-status = Married-civ-spouse"] > 0.05
    assert "workclass is missing" in names
    assert "occupation is missing" in names
    assert any(name.startswith(f"age = {people['age'][married]} (") for name in names)
    assert found.class_names == ["<=50K", ">50K"]
    assert found.score[1] > 0.2


@needs_adult
def test_the_names_of_adult_s_features_are_lime_s() -> None:
    found = explain_adult(adult()[0].iloc[0])
    names = [name for name, _ in found.as_list()]
    assert "37.00 < age <= 48.00" in names
    assert "workclass=State-gov" in names
    assert "capital-gain > 0.00" in names


@needs_adult
def test_whole_numbers_of_adult_stay_whole_for_the_model() -> None:
    people, _ = adult()
    asked: list[pd.DataFrame] = []

    def predict(batch: pd.DataFrame) -> Any:
        assert (batch.dtypes == people.dtypes).all()
        asked.append(batch)
        return adult_model().predict_proba(batch)

    LimeTabularExplainer(people, random_state=0).explain_instance(people.iloc[5], predict, num_samples=1000)
    drawn = pd.concat(asked)
    for name in people.columns:
        if people[name].dtype == "int64":
            assert people[name].min() <= drawn[name].min() <= drawn[name].max() <= people[name].max()
        else:
            assert set(drawn[name].dropna()) <= set(people[name].dropna())
            assert drawn[name].isna().mean() == pytest.approx(people[name].isna().mean(), abs=0.03)


@needs_adult
@pytest.mark.parametrize(
    "options", [{"discretizer": "decile"}, {"within_bins": "observed"}, {"discretize_continuous": False}], ids=str
)
def test_adult_is_explained_in_every_way(options: dict[str, Any]) -> None:
    found = explain_adult(adult()[0].iloc[0], **options)
    assert np.isfinite([weight for _, weight in found.as_map()[1]]).all()
    assert Explanation.from_json(found.to_json()).to_json() == found.to_json()


@needs_adult
def test_adult_in_polars_has_the_same_explanation_as_in_pandas() -> None:
    people, _ = adult()
    model = adult_model()
    frame = pl.DataFrame(
        {name: people[name].astype(object).where(people[name].notna(), None).tolist() for name in people}
    )
    found = LimeTabularExplainer(frame, random_state=0).explain_instance(
        frame.row(0, named=True), lambda batch: model.predict_proba(batch.to_pandas()), num_samples=500
    )
    expected = LimeTabularExplainer(people, random_state=0).explain_instance(
        people.iloc[0], model.predict_proba, num_samples=500
    )
    assert found.as_list(values=True) == expected.as_list(values=True)


@needs_adult
def test_what_if_answers_for_another_person() -> None:
    people, _ = adult()
    found = explain_adult(people.iloc[0])
    answer = found.what_if(values={"marital-status": "Married-civ-spouse", "age": 45, "workclass": None})
    nowhere = pd.Series([None], dtype=people["workclass"].dtype)
    changed = people.iloc[[0]].assign(age=45, workclass=nowhere)
    changed["marital-status"] = "Married-civ-spouse"
    assert answer.actual == pytest.approx(adult_model().predict_proba(changed)[0, 1])
    assert answer.changed == ("marital-status = Married-civ-spouse", "age = 45", "workclass is missing")
    with pytest.raises(ValueError, match=r"got 'Maried' for column 'marital-status'.*'Married-AF-spouse'"):
        found.what_if(values={"marital-status": "Maried"})


@needs_adult
def test_neither_the_explanation_nor_the_pickled_explainer_holds_training_rows() -> None:
    people, _ = adult()
    explainer = LimeTabularExplainer(people, random_state=0)
    assert len(pickle.dumps(explainer)) < 100_000
    found = explain_adult(people.iloc[0])
    assert "215646" in set(people["fnlwgt"].astype(str))
    assert "215646" not in found.to_json()


@needs_adult
def test_statistics_alone_explain_as_the_rows_do() -> None:
    people, rich = adult()
    numbers = people.select_dtypes("number").to_numpy(float)
    model = HistGradientBoostingClassifier(max_iter=10, random_state=0).fit(numbers[::4], rich[::4]).predict_proba
    known = LimeTabularExplainer(numbers, random_state=0)
    alone = LimeTabularExplainer(None, training_data_stats=known.statistics(), random_state=0)
    explained = [one.explain_instance(numbers[0], model, num_samples=500).as_list() for one in (known, alone)]
    assert explained[0] == explained[1]


@needs_houses
def test_a_house_price_is_explained_in_its_unit() -> None:
    districts = as_categories(houses()[0])
    model = houses_model()
    inland = int(np.argmax(districts["ocean_proximity"] == "INLAND"))
    explainer = LimeTabularExplainer(
        districts, mode="regression", target_name="median_house_value", target_unit="$", random_state=0
    )
    found = explainer.explain_instance(districts.iloc[inland], model.predict, num_samples=2000, num_features=9)
    weights = dict(found.as_list(values=True))
    assert weights["ocean_proximity = INLAND"] < -10_000
    assert found.predicted_value == pytest.approx(model.predict(districts.iloc[[inland]])[0])
    assert found.min_value <= found.predicted_value <= found.max_value
    assert found.score[1] > 0.3


@needs_houses
def test_a_missing_number_of_bedrooms_is_a_value_of_its_own() -> None:
    districts, _ = houses()
    lost = districts["total_bedrooms"].isna()
    found = LimeTabularExplainer(districts, mode="regression", random_state=0).explain_instance(
        districts[lost].iloc[0], lambda batch: batch["total_bedrooms"].isna().to_numpy(float), num_samples=1500
    )
    name, weight = found.as_list(values=True)[0]
    assert name == "total_bedrooms is missing"
    assert weight > 0.5


@needs_houses
def test_missing_bedrooms_without_bins_are_refused_with_their_column() -> None:
    with pytest.raises(ValueError, match="'total_bedrooms': got missing values with discretize_continuous=False"):
        LimeTabularExplainer(houses()[0], mode="regression", discretize_continuous=False)


@needs_houses
def test_a_district_is_edited_in_the_widget() -> None:
    districts = as_categories(houses()[0])
    found = LimeTabularExplainer(districts, mode="regression", random_state=0).explain_instance(
        districts.iloc[0], houses_model().predict, num_samples=300
    )
    widget = ExplanationWidget(found)
    place = list(districts.columns).index("median_income")
    widget.set_state({"edits": [[place, 2.0]]})
    assert widget.edits == [[place, 2.0]]
    variant = found.domain_mapper.page_variant([], widget.edits)
    expected = houses_model().predict(districts.iloc[[0]].assign(median_income=2.0))
    assert found.ask(variant) == pytest.approx(expected)
    widget.close()
