"""JSON that is exact to the last bit, and that is refused when it is something else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression

from lime_widgets import Explanation, LimeTextExplainer
from lime_widgets.engine import LimeError
from lime_widgets.schema import ArrayWriter, decode_buffers, encode_buffers, read_array
from tests.domains.models import TEXT, by_length


def explain(text: str = TEXT, num_samples: int = 200, regressor: Any = None, **kwargs: Any) -> Explanation:
    return LimeTextExplainer(random_state=5, **kwargs).explain_instance(
        text, by_length, labels=(2, 0), num_samples=num_samples, model_regressor=regressor, progress_bar=False
    )


def assert_same(one: Explanation, other: Explanation) -> None:
    """Compare everything that is computed from, to the last bit."""
    for name in ("samples", "predictions", "distances"):
        first, second = getattr(one.neighborhood, name), getattr(other.neighborhood, name)
        assert first.dtype == second.dtype
        assert first.tobytes() == second.tobytes()
    assert one.surrogates == other.surrogates
    assert one.available_labels() == other.available_labels()
    assert (one.class_names, one.top_labels, one.provenance) == (other.class_names, other.top_labels, other.provenance)
    assert one.random_state == other.random_state
    assert one.domain_mapper.to_state(ArrayWriter("float32")) == other.domain_mapper.to_state(ArrayWriter("float32"))


VARIANTS: dict[str, dict[str, Any]] = {
    "words": {},
    "characters": {"char_level": True},
    "positions": {"bow": False, "mask_string": ""},
    "sentences": {"unit": "sentence"},
    "unicode": {"split_expression": "unicode"},
    "selection": {"feature_selection": "lasso_path", "kernel_width": 0.1 + 0.2},
    "class names": {"class_names": ["<b>", "\ud800", 'quote " and \\ and \0']},
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_is_read_is_what_was_written(variant: str) -> None:
    explanation = explain(**VARIANTS[variant])
    assert_same(Explanation.from_json(explanation.to_json()), explanation)


@pytest.mark.parametrize(
    "text",
    ["good \ud800 bore \udfff", "good\0bore\0", "👩‍👩‍👧 good", "جيد good", "a\u2028b\u2029c", "</script><!-- good"],
)
def test_any_text_survives(text: str) -> None:
    explanation = explain(text, num_samples=30)
    again = Explanation.from_json(explanation.to_json())
    assert_same(again, explanation)
    assert again.domain_mapper.compose(np.ones((1, again.neighborhood.n_features), dtype=np.bool_)) == [text]


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(codec=None, exclude_categories=()), min_size=1, max_size=30))
def test_every_text_survives(text: str) -> None:
    explanation = explain(text, num_samples=12, char_level=True)
    assert_same(Explanation.from_json(explanation.to_json()), explanation)


def test_it_is_pure_ascii() -> None:
    assert explain("é 👍 \ud800 good").to_json().isascii()


def test_writing_again_what_was_read_gives_the_same_text() -> None:
    text = explain().to_json()
    assert Explanation.from_json(text).to_json() == text


def test_top_labels_keep_their_order() -> None:
    explanation = LimeTextExplainer(random_state=5).explain_instance(
        TEXT, by_length, top_labels=2, num_samples=50, progress_bar=False
    )
    again = Explanation.from_json(explanation.to_json())
    assert again.top_labels == again.available_labels() == explanation.top_labels


def test_the_label_that_a_reader_chose_is_kept() -> None:
    explanation = explain()
    chosen = explanation.showing(1)
    assert_same(Explanation.from_json(chosen.to_json()), chosen)
    assert Explanation.from_json(chosen.to_json()).shown_label == 1
    assert Explanation.from_json(explanation.to_json()).chosen_label is None


def test_a_label_beside_the_top_labels_can_be_chosen_and_read() -> None:
    model = LimeTextExplainer(random_state=0)
    top = model.explain_instance(TEXT, by_length, top_labels=1, num_samples=50)
    other = min({0, 1, 2} - set(top.available_labels()))
    again = Explanation.from_json(top.showing(other).to_json())
    assert (again.shown_label, again.top_labels) == (other, top.top_labels)


def test_what_was_read_can_be_refitted() -> None:
    explanation = explain()
    again = Explanation.from_json(explanation.to_json())
    change: dict[str, Any] = {"kernel_width": 8.0, "num_features": 4, "labels": [1]}
    assert again.refit(**change).surrogates == explanation.refit(**change).surrogates


def test_what_was_read_goes_on_when_it_is_given_its_model() -> None:
    explanation = explain()
    again = Explanation.from_json(explanation.to_json()).with_model(by_length)
    assert_same(again.extend(100, progress_bar=False), explanation.extend(100, progress_bar=False))


def test_what_was_read_has_no_model() -> None:
    with pytest.raises(LimeError, match="got an explanation without its model"):
        Explanation.from_json(explain().to_json()).extend(5)


def test_the_model_is_not_in_it() -> None:
    text = explain().to_json()
    assert set(json.loads(text)) == {"state", "buffers", "fitted", "chosen_label", "sampling", "provenance"}
    assert "cloudpickle" not in text


CUSTOM: dict[str, dict[str, Any]] = {
    "kernel": {"kernel": lambda d, kernel_width: 1 / (1 + d / kernel_width)},
    "regressor": {"regressor": LinearRegression()},
}


@pytest.mark.parametrize("kind", CUSTOM)
def test_a_fit_by_the_user_s_own_code_is_kept_as_it_was(kind: str) -> None:
    explanation = explain(**CUSTOM[kind])
    assert_same(Explanation.from_json(explanation.to_json()), explanation)


@pytest.mark.parametrize("kind", CUSTOM)
def test_a_fit_by_the_user_s_own_code_cannot_be_refitted_without_it(kind: str) -> None:
    again = Explanation.from_json(explain(**CUSTOM[kind]).to_json())
    with pytest.raises(ValueError, match="does not carry its custom"):
        again.refit(kernel_width=3.0).as_map()


def test_a_regressor_that_was_not_saved_can_be_given_again() -> None:
    explanation = explain(regressor=LinearRegression())
    again = Explanation.from_json(explanation.to_json())
    assert again.to_json() == explanation.to_json()
    refitted = again.refit(kernel_width=3.0, model_regressor=LinearRegression())
    assert refitted.as_map() == explanation.refit(kernel_width=3.0).as_map()


@pytest.mark.parametrize("kind", CUSTOM)
def test_a_fit_by_the_user_s_own_code_can_still_be_shown(kind: str) -> None:
    explanation = explain(**CUSTOM[kind])
    page = Explanation.from_json(explanation.to_json()).as_html()
    data = json.loads(page.split('id="lime-snapshot">')[1].split("</script>")[0])
    assert data["fitted"][0]["weights"] == [weight for _, weight in explanation.as_list()]


NOT_EXPLANATIONS = ["", "{", "null", "[]", "3", "{}", '{"state": {}}', '{"state": {"lime_widgets": 1}}', '"text"']


@pytest.mark.parametrize("text", NOT_EXPLANATIONS)
def test_what_is_no_explanation_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Explanation.from_json(text)


def test_another_version_is_refused_by_its_number() -> None:
    document = json.loads(explain().to_json())
    document["state"]["lime_widgets"] = 2
    with pytest.raises(ValueError, match="got a state of version 2, expected 1"):
        Explanation.from_json(json.dumps(document))


OPTIONAL = ("title", "predict_proba", "mode", "provenance", "top_labels", "class_names", "convergence")


def damaged(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the document with one part after the other taken away or turned into something else."""
    state, buffers = document["state"], document["buffers"]
    parts = ("buffers", "fitted", "sampling", "provenance")
    found = {f"no {part}": {key: document[key] for key in document if key != part} for part in parts}
    values: list[Any] = [None, 3, [], {}]
    for key in [key for key in state if key not in OPTIONAL]:
        found |= {f"{key} {value!r}": {**document, "state": {**state, key: value}} for value in values}
    found["short buffer"] = {**document, "buffers": [buffers[0], "AAAA", buffers[2]]}
    found["no base64"] = {**document, "buffers": ["§"] * 3}
    return found


def parts(value: Any) -> Iterator[tuple[Any, Any]]:
    """Give every container in a document and a key of it; of lists the first item stands for all."""
    if isinstance(value, dict | list):
        keys = list(value) if isinstance(value, dict) else range(min(1, len(value)))
        for key in keys:
            yield value, key
            yield from parts(value[key])


def test_a_document_with_any_part_replaced_is_refused_or_can_be_used() -> None:
    """Nothing in a document is believed: what is accepted works."""
    document = json.loads(explain(num_samples=20).to_json())
    for container, key in parts(document):
        original = container[key]
        values: list[Any] = [None, -1, 2**70, 1.5, float("nan"), "</script>", [], [[]], {}, [10**9, 10**9], True]
        for value in values:
            container[key] = value
            try:
                read = Explanation.from_json(json.dumps(document))
            except ValueError:
                continue
            finally:
                container[key] = original
            assert Explanation.from_json(read.to_json()).as_map() == read.as_map()
            assert repr(read)


def test_nesting_without_end_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="RecursionError"):
        Explanation.from_json("[" * 100_000)


DAMAGED = damaged(json.loads(explain(num_samples=20).to_json()))


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_document_is_a_value_error(damage: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Explanation.from_json(json.dumps(DAMAGED[damage]))


@given(rows=st.integers(1, 20), columns=st.integers(1, 40), seed=st.integers(0, 99))
def test_packed_bits_come_back(rows: int, columns: int, seed: int) -> None:
    masks = np.random.default_rng(seed).random((rows, columns)) < 0.5
    writer = ArrayWriter("float32")
    reference = writer.add(masks)
    assert len(writer.buffers[0]) == rows * -(-columns // 8)
    assert np.array_equal(read_array(reference, decode_buffers(encode_buffers(writer.buffers))), masks)


def test_a_bit_stands_where_the_wire_says() -> None:
    masks = np.zeros((2, 11), dtype=np.bool_)
    masks[1, 9] = True
    writer = ArrayWriter("float32")
    writer.add(masks)
    assert list(writer.buffers[0]) == [0, 0, 0, 1 << 1]


@given(st.lists(st.floats(allow_nan=False), min_size=1))
def test_double_precision_comes_back_to_the_last_bit(values: list[float]) -> None:
    writer = ArrayWriter("float64")
    reference = writer.add(np.array(values))
    assert read_array(reference, writer.buffers).tobytes() == np.array(values).tobytes()
