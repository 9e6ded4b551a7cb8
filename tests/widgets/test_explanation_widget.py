"""The live widget, without a browser: what the page would set and send, and what Python answers."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import numpy as np
import pytest
from traitlets import TraitError

from lime_widgets import Explanation, ExplanationWidget, LimeTextExplainer
from lime_widgets.engine import LimeError

TEXT = "such good fun and never boring, such a film"
WEIGHTS = {"good": 0.2, "fun": 0.15, "boring": -0.1}


def word_counting_model(texts: list[str]) -> np.ndarray[Any, Any]:
    """A linear black box: each of a few words adds its weight."""
    score = np.array([0.5 + sum(weight for word, weight in WEIGHTS.items() if word in text) for text in texts])
    return np.column_stack([1 - score, score])


@pytest.fixture
def explanation() -> Explanation:
    explainer = LimeTextExplainer(class_names=["bad", "good"], random_state=0)
    return explainer.explain_instance(TEXT, word_counting_model, num_features=4, num_samples=300, sampling="lime")


@pytest.fixture
def widget(explanation: Explanation) -> ExplanationWidget:
    return ExplanationWidget(explanation)


def receive(widget: ExplanationWidget, **content: Any) -> None:
    """Deliver a message as the page sends it."""
    widget._handle_custom_msg(content, [])


def test_page_gets_the_state_of_the_wire(widget: ExplanationWidget) -> None:
    state = json.loads(widget.state)
    assert (state["lime_widgets"], state["domain"], state["class_names"]) == (1, "text", ["bad", "good"])
    assert "".join(state["instance"]["pieces"]) == TEXT
    assert state["neighborhood"]["samples"] == {"buffer": 0, "dtype": "bits", "shape": [300, 8]}
    assert [len(buffer) for buffer in widget.buffers] == [300, 300 * 2 * 4, 300 * 4]


def test_python_sees_what_the_sliders_show(widget: ExplanationWidget, explanation: Explanation) -> None:
    widget.set_state({"kernel_width": 5.0, "num_features": 2})
    assert widget.explanation.as_list() == explanation.refit(kernel_width=5.0, num_features=2).as_list()


def test_python_sees_the_class_that_is_picked(widget: ExplanationWidget, explanation: Explanation) -> None:
    widget.set_state({"label": 0})
    assert widget.explanation.as_list() == explanation.refit(labels=[0]).as_list(0)


def test_sliders_ask_the_model_nothing(explanation: Explanation) -> None:
    def model(texts: list[str]) -> Any:
        raise AssertionError(f"asked about {texts}")

    widget = ExplanationWidget(explanation.with_model(model))
    widget.set_state({"kernel_width": 5.0, "num_features": 2, "label": 0, "selection": "lasso_path"})
    assert widget.status["error"] == ""


def test_struck_out_words_are_put_to_the_model(widget: ExplanationWidget, explanation: Explanation) -> None:
    good = explanation.domain_mapper.feature_names.index("good")
    widget.set_state({"removed": [good]})
    assert widget.what_if["removed"] == [good]
    assert widget.what_if["actual"] == pytest.approx([0.45, 0.55])


def test_putting_words_back_forgets_the_answer(widget: ExplanationWidget) -> None:
    widget.set_state({"removed": [1]})
    widget.set_state({"removed": []})
    assert widget.what_if == {}


def test_without_a_model_nothing_is_asked(explanation: Explanation) -> None:
    widget = ExplanationWidget(Explanation.from_json(explanation.to_json()))
    widget.set_state({"removed": [1]})
    assert widget.what_if == {"removed": [1], "edits": [], "actual": None}


def test_more_samples_keep_what_there_is(widget: ExplanationWidget, explanation: Explanation) -> None:
    receive(widget, type="add_samples", count=200)
    grown = widget.explanation.neighborhood
    assert grown.n_samples == 500
    assert np.array_equal(grown.samples[:300], explanation.neighborhood.samples)
    assert json.loads(widget.state)["neighborhood"]["samples"]["shape"] == [500, 8]
    assert widget.explanation.as_map() == explanation.extend(200).as_map()


def test_more_samples_keep_the_readers_settings(widget: ExplanationWidget) -> None:
    widget.set_state({"kernel_width": 5.0, "label": 0})
    receive(widget, type="add_samples", count=10)
    assert (widget.kernel_width, widget.label) == (5.0, 0)
    assert widget.explanation.settings.kernel_width == 5.0


def test_reset_goes_back_to_the_first_settings_after_more_samples(widget: ExplanationWidget) -> None:
    widget.set_state({"kernel_width": 5.0})
    receive(widget, type="add_samples", count=10)
    assert json.loads(widget.state)["settings"]["kernel_width"] == 25.0


def test_stop_keeps_what_was_answered() -> None:
    words = " ".join(f"w{i}" for i in range(40))
    explained = LimeTextExplainer(random_state=0).explain_instance(words, word_counting_model, num_samples=50)
    widget = ExplanationWidget(explained)

    async def press_stop_after_a_batch() -> None:
        receive(widget, type="add_samples", count=5000)
        while widget.status["done"] == 0:
            await asyncio.sleep(0)
        receive(widget, type="stop")
        assert widget.status["phase"] == "stopping"
        await asyncio.gather(*widget._tasks)

    asyncio.run(press_stop_after_a_batch())
    assert 50 < widget.explanation.neighborhood.n_samples < 5050
    assert widget.status["phase"] == "idle"


def long_explanation(model: Any = word_counting_model, words: str = "w", **arguments: Any) -> Explanation:
    """Explain a text of so many words that samples are asked for in several batches."""
    text = " ".join(f"{words}{i}" for i in range(40))
    return LimeTextExplainer(random_state=0, **arguments).explain_instance(text, model, num_samples=50)


def failing_later() -> tuple[Any, list[int]]:
    """Return a model that answers once, and the sizes of the batches that it was asked about."""
    calls: list[int] = []

    def model(texts: list[str]) -> Any:
        calls.append(len(texts))
        if len(calls) > 1:
            raise OSError("connection lost")
        return word_counting_model(texts)

    return model, calls


def test_samples_asked_for_twice_at_once_are_asked_once() -> None:
    asked: list[str] = []

    def model(texts: list[str]) -> Any:
        asked.extend(texts)
        return word_counting_model(texts)

    widget = ExplanationWidget(long_explanation().with_model(model))

    async def press_twice() -> None:
        receive(widget, type="add_samples", count=100)
        receive(widget, type="add_samples", count=100)
        await asyncio.gather(*widget._tasks)

    asyncio.run(press_twice())
    assert widget.explanation.neighborhood.n_samples == 150
    assert len(asked) == len(set(asked))


def test_stop_before_the_first_batch_asks_nothing() -> None:
    widget = ExplanationWidget(long_explanation())

    async def stop_at_once() -> None:
        receive(widget, type="add_samples", count=100)
        receive(widget, type="stop")
        await asyncio.gather(*widget._tasks)

    asyncio.run(stop_at_once())
    assert widget.explanation.neighborhood.n_samples == 50
    assert widget.status["phase"] == "idle"


def test_samples_of_one_text_do_not_reach_another() -> None:
    widget, other = ExplanationWidget(long_explanation()), long_explanation(words="v")

    async def assign_meanwhile() -> None:
        receive(widget, type="add_samples", count=5000)
        while widget.status["done"] == 0:
            await asyncio.sleep(0)
        widget.explanation = other
        await asyncio.gather(*widget._tasks)

    asyncio.run(assign_meanwhile())
    assert widget.explanation.neighborhood is other.neighborhood
    assert widget.status["phase"] == "idle"


def test_closed_widget_asks_no_more() -> None:
    widget = ExplanationWidget(long_explanation())

    async def close_meanwhile() -> None:
        receive(widget, type="add_samples", count=100_000)
        while widget.status["done"] == 0:
            await asyncio.sleep(0)
        widget.close()
        await asyncio.gather(*widget._tasks)

    asyncio.run(close_meanwhile())
    assert widget.explanation.neighborhood.n_samples < 100_050


def test_explanation_whose_widget_was_closed_shows_another(explanation: Explanation) -> None:
    explanation.widget.close()
    assert not explanation.widget.closed
    assert explanation.widget is explanation.widget


def narrowly_failing(distances: np.ndarray[Any, Any], kernel_width: float) -> np.ndarray[Any, Any]:
    """A kernel that cannot do with few samples or a narrow width, and says so in its own way."""
    if kernel_width < 10 or len(distances) > 60:
        raise ZeroDivisionError("too much asked")
    return np.exp(-distances / kernel_width)


@pytest.mark.parametrize("act", ["narrow", "add"])
def test_custom_kernel_that_raises_is_reported_and_the_page_goes_on(act: str) -> None:
    widget = ExplanationWidget(long_explanation(kernel=narrowly_failing))
    if act == "narrow":
        widget.set_state({"kernel_width": 5.0})
    else:
        receive(widget, type="add_samples", count=100)
    assert widget.status["error"] == "too much asked"
    assert widget.status["phase"] == "idle"


def test_more_samples_than_memory_are_reported(widget: ExplanationWidget) -> None:
    receive(widget, type="add_samples", count=10**15)
    assert "Unable to allocate" in widget.status["error"]
    assert widget.status["phase"] == "idle"


def test_page_stays_in_charge_while_the_model_runs() -> None:
    widget = ExplanationWidget(long_explanation())

    async def move_a_slider_meanwhile() -> None:
        receive(widget, type="add_samples", count=500)
        await asyncio.sleep(0)
        widget.set_state({"kernel_width": 7.0})
        await asyncio.gather(*widget._tasks)

    asyncio.run(move_a_slider_meanwhile())
    assert widget.explanation.settings.kernel_width == 7.0
    assert widget.explanation.neighborhood.n_samples == 550


def test_failing_model_is_reported_and_loses_nothing() -> None:
    fails_later, calls = failing_later()
    widget = ExplanationWidget(long_explanation().with_model(fails_later))
    receive(widget, type="add_samples", count=1000)
    assert "connection lost" in widget.status["error"]
    assert widget.status["phase"] == "idle"
    assert 50 + calls[0] <= widget.explanation.neighborhood.n_samples < 1050


def test_a_search_that_an_error_ends_was_not_stopped_by_hand() -> None:
    fails_later, _ = failing_later()
    widget = ExplanationWidget(long_explanation().with_model(fails_later))
    receive(widget, type="add_samples", count="auto")
    assert "connection lost" in widget.status["error"]
    convergence = widget.explanation.convergence
    assert convergence is not None
    assert convergence.reason == json.loads(widget.state)["convergence"]["reason"] == "failed"


def test_a_model_that_is_random_is_found_out_by_the_button() -> None:
    rng = np.random.default_rng(2)

    def random_model(texts: list[str]) -> np.ndarray[Any, Any]:
        good = rng.uniform(size=len(texts))
        return np.column_stack([1 - good, good])

    widget = ExplanationWidget(long_explanation(random_model))
    receive(widget, type="add_samples", count="auto")
    assert widget.status["error"] == ""
    noise = widget.explanation.neighborhood.noise
    assert noise is not None
    assert noise[1] == pytest.approx(1 / 12, abs=0.07)


def test_error_goes_with_the_next_success(widget: ExplanationWidget) -> None:
    receive(widget, type="add_samples", count=0)
    assert "got num_samples=0" in widget.status["error"]
    widget.set_state({"kernel_width": 5.0})
    assert widget.status["error"] == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kernel_width", 0.0),
        ("kernel_width", float("inf")),
        ("kernel_width", 1e300),
        ("num_features", 0),
        ("label", 2),
        ("removed", [8]),
    ],
)
def test_meaningless_settings_are_refused(widget: ExplanationWidget, name: str, value: Any) -> None:
    with pytest.raises(TraitError, match="got"):
        setattr(widget, name, value)


def test_custom_kernel_is_refitted_by_the_kernel() -> None:
    def triangular(distances: np.ndarray[Any, Any], kernel_width: float) -> np.ndarray[Any, Any]:
        return np.clip(1 - distances / (4 * kernel_width), 0, None)

    explained = LimeTextExplainer(kernel=triangular, random_state=0).explain_instance(
        TEXT, word_counting_model, num_samples=300
    )
    widget = ExplanationWidget(explained)
    assert json.loads(widget.state)["surrogate"]["kernel"] == "custom"
    widget.set_state({"kernel_width": 20.0})
    (fit,) = widget.fitted
    assert fit["kernel_width"] == 20.0
    assert list(zip(fit["features"], fit["weights"], strict=True)) == explained.refit(kernel_width=20.0).as_map()[1]


def test_text_of_very_many_words_is_refitted_by_the_kernel() -> None:
    words = " ".join(f"w{i}" for i in range(1501))
    widget = ExplanationWidget(
        LimeTextExplainer(random_state=0).explain_instance(words, word_counting_model, num_samples=20)
    )
    widget.set_state({"num_features": 3})
    assert [len(fit["features"]) for fit in widget.fitted] == [3]


def test_kernel_that_leaves_no_weight_is_reported() -> None:
    def boxcar(distances: np.ndarray[Any, Any], kernel_width: float) -> np.ndarray[Any, Any]:
        return (distances < kernel_width - 1).astype(float)

    explained = LimeTextExplainer(kernel=boxcar, random_state=0).explain_instance(TEXT, word_counting_model)
    widget = ExplanationWidget(explained)
    widget.set_state({"kernel_width": 0.5})
    assert "try a wider kernel" in widget.status["error"]


def test_assigning_an_explanation_shows_it(widget: ExplanationWidget, explanation: Explanation) -> None:
    widget.explanation = explanation.refit(kernel_width=3.0, labels=[0])
    assert (widget.kernel_width, widget.label) == (3.0, 0)
    assert json.loads(widget.state)["settings"]["kernel_width"] == 3.0


def test_assigning_another_text_puts_struck_out_words_back(widget: ExplanationWidget) -> None:
    widget.set_state({"removed": [7]})
    widget.explanation = LimeTextExplainer(random_state=0).explain_instance("so boring", word_counting_model)
    assert (widget.removed, widget.what_if) == ([], {})


def test_assigned_explanation_shows_its_top_label_first(widget: ExplanationWidget) -> None:
    widget.explanation = LimeTextExplainer(random_state=0).explain_instance(
        "so boring", word_counting_model, top_labels=2, num_samples=20
    )
    assert widget.label == 0


def test_label_that_was_chosen_is_shown_before_the_top_label() -> None:
    explained = LimeTextExplainer(random_state=0).explain_instance(
        "so boring", word_counting_model, top_labels=2, num_samples=20
    )
    assert ExplanationWidget(explained.showing(1)).label == 1


def test_export_answers_with_a_page(widget: ExplanationWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[Any, Any]] = []
    monkeypatch.setattr(widget, "send", lambda content, buffers: sent.append((content, buffers)))
    receive(widget, type="export")
    ((content, (page,)),) = sent
    assert content == {"type": "snapshot", "filename": "explanation.html"}
    assert page.startswith(b"<!doctype html>")


def test_displays_carry_a_static_copy(explanation: Explanation) -> None:
    data, _ = explanation._repr_mimebundle_()
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}
    assert "<script" not in data["text/html"]
    assert "never" in data["text/html"]


def test_top_label_is_shown_first() -> None:
    explained = LimeTextExplainer(random_state=0).explain_instance(
        "so boring", word_counting_model, top_labels=2, num_samples=20
    )
    assert ExplanationWidget(explained).label == explained.top_labels[0] == 0  # type: ignore[index]


def test_explanation_without_a_model_says_how_to_get_one(explanation: Explanation) -> None:
    widget = ExplanationWidget(Explanation.from_json(explanation.to_json()))
    receive(widget, type="add_samples", count=10)
    assert "with_model" in widget.status["error"]
    with pytest.raises(LimeError, match="with_model"):
        widget.explanation.extend(10)
