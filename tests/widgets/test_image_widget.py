"""The live widget and the page of an image, without a browser."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image
from skimage.data import astronaut
from sklearn.linear_model import Ridge
from traitlets import TraitError

from lime_widgets import Explanation, ExplanationWidget, ImageExplanation, LimeImageExplainer, LimeTextExplainer
from lime_widgets.images.runs import decode_runs
from lime_widgets.images.segmenting import PageSegmentation
from lime_widgets.segmentation import SegmentationAlgorithm
from tests.domains.photos import Eye, checks, photo
from tests.domains.test_image import explained
from tests.domains.test_serialization import parts
from tests.widgets.test_explanation_widget import TEXT, word_counting_model


class ManyClasses:
    """A model of a thousand classes, of which the brightness of the first rows decides."""

    n_classes = 1000

    def __call__(self, images: Any) -> Any:
        rows = np.asarray(images, dtype=np.float64)[:, :8].mean(axis=(2, 3))
        scores = np.zeros((len(rows), self.n_classes))
        scores[:, 100:108] = np.exp(rows / 32)
        scores[:, 500] = 5
        return (scores + 0.01) / (scores + 0.01).sum(axis=1, keepdims=True)


@pytest.fixture
def explanation() -> ImageExplanation:
    return explained(photo(), class_names=["one", "two", "three", "four"], top_labels=3)


@pytest.fixture
def widget(explanation: ImageExplanation) -> ExplanationWidget:
    return ExplanationWidget(explanation)


def sent(widget: ExplanationWidget, monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict[str, Any], list[bytes]]]:
    """Return what the widget sends to the page from now on."""
    messages: list[tuple[dict[str, Any], list[bytes]]] = []
    monkeypatch.setattr(widget, "send", lambda content, buffers=None: messages.append((content, buffers or [])))
    return messages


def receive(widget: ExplanationWidget, **content: Any) -> None:
    """Deliver a message as the page sends it."""
    widget._handle_custom_msg(content, [])


def test_page_gets_the_image_and_its_superpixels(widget: ExplanationWidget, explanation: ImageExplanation) -> None:
    state = json.loads(widget.state)
    instance = state["instance"]
    assert (state["domain"], instance["width"], instance["height"]) == ("image", 80, 60)
    assert instance["features"] == explanation.mapper.superpixels.names
    ids = decode_runs(widget.buffers[instance["segments"]["buffer"]], 60, 80, 20)
    assert np.array_equal(ids, checks())
    assert "exact" not in instance
    assert state["classes"] == [0, 1, 2, 3]


def test_the_picture_is_the_image_to_the_byte(widget: ExplanationWidget) -> None:
    picture = json.loads(widget.state)["instance"]["picture"]
    shown = np.asarray(Image.open(BytesIO(widget.buffers[picture["buffer"]])))
    assert picture["type"] in ("image/webp", "image/png")
    assert np.array_equal(shown, photo())


def test_hidden_superpixels_are_put_to_the_model(widget: ExplanationWidget, explanation: ImageExplanation) -> None:
    widget.set_state({"removed": [3, 7]})
    keep = np.ones(20, dtype=bool)
    keep[[3, 7]] = False
    assert widget.what_if["actual"] == pytest.approx(Eye()(explanation.mapper.perturbed(keep)[None])[0].tolist())


def test_a_page_asks_for_superpixels_to_look_at_and_the_model_for_none(
    explanation: ImageExplanation, monkeypatch: pytest.MonkeyPatch
) -> None:
    widget = ExplanationWidget(explanation.with_model(pytest.fail))
    messages = sent(widget, monkeypatch)
    receive(widget, type="segment", algorithm="grid", n_segments=6, compactness=10, request=41)
    ((answer, (runs,)),) = messages
    expected = PageSegmentation("grid", 6, 10.0)(photo())
    assert (answer["type"], answer["request"], answer["count"], answer["error"]) == ("segments", 41, 6, "")
    sampling, recut = explanation.sampler.sampling, explanation.mapper.recut(PageSegmentation("grid", 6, 10.0))
    masks = recut.design(sampling, "cosine").for_rows(60).draw(0, 60, 0).samples
    assert answer["calls"] == len(np.unique(masks, axis=0))
    assert np.array_equal(decode_runs(runs, 60, 80, 6), expected)


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({"algorithm": "voronoi", "n_segments": 6, "compactness": 1}, "got algorithm='voronoi'"),
        ({"algorithm": "slic", "n_segments": 0, "compactness": 1}, "got n_segments=0"),
        ({"algorithm": "slic", "n_segments": 10**9, "compactness": 1}, "got n_segments=1000000000"),
        ({"algorithm": "slic", "n_segments": 5, "compactness": "wide"}, "got compactness='wide'"),
        ({"algorithm": ["slic"], "n_segments": 5, "compactness": 1}, "got algorithm="),
        ({}, "got algorithm=''"),
    ],
)
def test_superpixels_that_cannot_be_had_are_explained(
    widget: ExplanationWidget, monkeypatch: pytest.MonkeyPatch, message: dict[str, Any], error: str
) -> None:
    messages = sent(widget, monkeypatch)
    receive(widget, type="segment", request=1, **message)
    ((answer, buffers),) = messages
    assert error in answer["error"]
    assert (answer["count"], buffers) == (0, [])
    receive(widget, type="resegment", **message)
    assert error in widget.status["error"]
    assert widget.status["phase"] == "idle"


def test_of_many_requests_for_superpixels_the_last_is_answered(
    widget: ExplanationWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = sent(widget, monkeypatch)

    async def burst() -> None:
        for request in range(20):
            receive(widget, type="segment", algorithm="grid", n_segments=request + 1, compactness=1, request=request)
        await asyncio.sleep(0.2)

    asyncio.run(burst())
    assert [answer["request"] for answer, _ in messages] == [19]


def test_an_image_is_cut_anew_from_the_page(widget: ExplanationWidget, explanation: ImageExplanation) -> None:
    widget.set_state({"kernel_width": 0.4, "num_features": 4, "label": 2, "removed": [19]})
    receive(widget, type="resegment", algorithm="grid", n_segments=12, compactness=1)
    expected = explanation.resegment(PageSegmentation("grid", 12, 1.0)).refit(kernel_width=0.4, num_features=4)
    assert widget.explanation.local_exp == expected.local_exp
    assert widget.status == {"phase": "idle", "done": 0, "total": 0, "error": ""}
    assert (widget.removed, widget.what_if) == ([], {})
    assert (widget.label, widget.kernel_width, widget.num_features) == (2, 0.4, 4)
    state = json.loads(widget.state)
    assert (state["instance"]["algorithm"], len(state["instance"]["features"])) == ("grid", 12)


def test_stop_keeps_the_superpixels_if_nothing_is_answered(explanation: ImageExplanation) -> None:
    widget = ExplanationWidget(explanation)

    async def press_stop() -> None:
        receive(widget, type="resegment", algorithm="grid", n_segments=12, compactness=1)
        receive(widget, type="stop")
        await asyncio.sleep(0.2)

    asyncio.run(press_stop())
    assert widget.explanation.local_exp == explanation.showing(explanation.first_label).local_exp
    assert widget.status["phase"] == "idle"


def test_stop_keeps_what_is_answered_of_new_superpixels(explanation: ImageExplanation) -> None:
    def slow(images: Any) -> Any:
        time.sleep(0.05)
        return Eye()(images)

    widget = ExplanationWidget(explanation.with_model(slow))

    async def press_stop() -> None:
        receive(widget, type="resegment", algorithm="grid", n_segments=12, compactness=1)
        while widget.status["done"] < 20:
            await asyncio.sleep(0.01)
        receive(widget, type="stop")
        while widget.status["phase"] != "idle":
            await asyncio.sleep(0.01)

    asyncio.run(press_stop())
    assert widget.explanation.neighborhood.n_features == 12
    assert 20 <= widget.explanation.neighborhood.n_samples < 60


def test_a_model_that_fails_on_new_superpixels_keeps_the_old_ones(explanation: ImageExplanation) -> None:
    def broken(images: Any) -> Any:
        raise RuntimeError("no memory")

    widget = ExplanationWidget(explanation.with_model(broken))
    before = widget.state
    receive(widget, type="resegment", algorithm="grid", n_segments=12, compactness=1)
    assert "RuntimeError: no memory" in widget.status["error"]
    assert widget.state == before


def test_a_function_that_fails_to_hide_other_superpixels_is_told_to_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def hide(image: Any, segments: Any) -> Any:
        if len(np.unique(segments)) != 20:
            raise RuntimeError("no such mask")
        return image * 0

    widget = ExplanationWidget(explained(photo(), hide_color=hide))
    messages = sent(widget, monkeypatch)
    receive(widget, type="segment", algorithm="grid", n_segments=6, compactness=1, request=1)
    assert [(answer["error"], buffers) for answer, buffers in messages] == [("no such mask", [])]


def test_what_the_model_cannot_be_asked_about_is_told_to_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    widget = ExplanationWidget(explained(Image.fromarray(photo()), lambda images: Eye()(np.stack(images))))
    monkeypatch.setitem(sys.modules, "PIL", None)
    widget.set_state({"removed": [3]})
    assert "PIL" in widget.status["error"]
    assert widget.what_if == {"removed": [3], "edits": [], "actual": None}


def test_a_widget_that_was_closed_asks_no_more(explanation: ImageExplanation, monkeypatch: pytest.MonkeyPatch) -> None:
    widget = ExplanationWidget(explanation.with_model(pytest.fail))
    messages = sent(widget, monkeypatch)

    async def close_at_once() -> None:
        widget.set_state({"removed": [3]})
        receive(widget, type="segment", algorithm="grid", n_segments=6, compactness=1, request=1)
        receive(widget, type="resegment", algorithm="grid", n_segments=6, compactness=1)
        widget.close()
        await asyncio.sleep(0.2)

    asyncio.run(close_at_once())
    assert (widget.what_if, messages, widget.status["error"]) == ({}, [], "")


def test_superpixels_hidden_while_others_are_asked_about_belong_to_the_old_ones(explanation: ImageExplanation) -> None:
    widget = ExplanationWidget(explanation)

    async def hide_meanwhile() -> None:
        receive(widget, type="resegment", algorithm="grid", n_segments=12, compactness=1)
        await asyncio.sleep(0)
        widget.set_state({"removed": [19]})
        receive(widget, type="export")
        while widget.status["phase"] != "idle":
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)

    asyncio.run(hide_meanwhile())
    assert widget.explanation.neighborhood.n_features == 12
    assert (widget.removed, widget.what_if, widget.status["error"]) == ([], {}, "")


def test_a_text_cannot_be_cut_into_superpixels(monkeypatch: pytest.MonkeyPatch) -> None:
    widget = ExplanationWidget(LimeTextExplainer().explain_instance(TEXT, word_counting_model, num_samples=20))
    messages = sent(widget, monkeypatch)
    receive(widget, type="segment", algorithm="grid", n_segments=6, compactness=1, request=1)
    assert messages[0][0]["error"] == "got an explanation of a text, expected one of an image"


@pytest.mark.parametrize(
    "view",
    [
        {},
        {"show": "positive", "style": "outline", "opacity": 0.5, "outlines": True, "hide_rest": True},
        {"min_weight": 0.25, "compare": 3},
        {"compare": None},
    ],
)
def test_how_the_image_is_looked_at_is_kept_in_the_page_to_give_away(
    widget: ExplanationWidget, view: dict[str, Any]
) -> None:
    widget.set_state({"view": view})
    assert widget.view == view
    assert exported(widget._snapshot())["view"] == view


@pytest.mark.parametrize(
    "view",
    [
        {"show": "all"}, {"style": 3}, {"opacity": 1.5}, {"opacity": float("nan")}, {"outlines": 1},
        {"hide_rest": "no"}, {"min_weight": -1}, {"compare": 4}, {"compare": True}, {"compare": "one"}, {"zoom": 3},
    ],
    ids=str,
)  # fmt: skip
def test_a_view_without_meaning_is_refused(widget: ExplanationWidget, view: dict[str, Any]) -> None:
    with pytest.raises(TraitError):
        widget.view = view


def test_a_whole_number_that_is_no_float_is_refused(widget: ExplanationWidget) -> None:
    with pytest.raises(TraitError, match="expected a finite number"):
        widget.view = {"min_weight": 10**400}


def exported(page: str) -> dict[str, Any]:
    """Return the data of an exported page."""
    data: dict[str, Any] = json.loads(page.split('id="lime-snapshot">')[1].split("</script>", maxsplit=1)[0])
    return data


def test_of_a_thousand_classes_a_page_has_the_explained_and_the_likeliest() -> None:
    found = explained(photo(), ManyClasses(), top_labels=None, labels=(7, 103))
    state = exported(found.as_html())["state"]
    assert len(state["classes"]) == 20
    assert {7, 103, 500, *range(100, 108)} <= set(state["classes"])
    assert state["neighborhood"]["predictions"]["shape"] == [60, 20]
    assert len(state["predict_proba"]) == 1000


def test_a_class_that_the_page_has_not_comes_when_it_is_picked() -> None:
    found = explained(photo(), ManyClasses())
    widget = ExplanationWidget(found)
    assert 900 not in json.loads(widget.state)["classes"]
    widget.label = 900
    assert 900 in json.loads(widget.state)["classes"]
    assert widget.explanation.shown_label == 900
    assert json.loads(widget.state)["settings"]["label"] == found.top_labels[0]  # type: ignore[index]


def test_a_class_that_is_compared_with_may_leave_the_page() -> None:
    widget = ExplanationWidget(explained(photo(), ManyClasses(), top_labels=None, labels=(500,)))
    compared = json.loads(widget.state)["classes"][0]
    widget.set_state({"view": {"compare": compared}})
    for label in range(600, 624):
        widget.label = label
    assert compared not in json.loads(widget.state)["classes"]
    widget.set_state({"num_features": 3, "view": {"compare": compared, "opacity": 0.5}})
    assert (widget.num_features, widget.view["opacity"]) == (3, 0.5)


def test_another_image_is_looked_at_afresh(widget: ExplanationWidget) -> None:
    widget.set_state({"view": {"compare": 3, "show": "negative"}, "removed": [4]})
    two_classes = LimeImageExplainer(random_state=0).explain_instance(
        photo(seed=1), lambda images: Eye()(images)[:, :2] * 0.5, segmentation_fn=checks(), num_samples=20
    )
    widget.explanation = two_classes
    assert (widget.view, widget.removed) == ({}, [])


def test_a_fit_beyond_the_page_travels_for_each_class_that_the_page_has() -> None:
    found = explained(photo(), ManyClasses(), model_regressor=Ridge())
    data = exported(found.as_html())
    assert [fit["label"] for fit in data["fitted"]] == data["state"]["classes"]


def test_the_class_to_compare_with_is_fitted_where_the_page_cannot() -> None:
    widget = ExplanationWidget(explained(photo(), model_regressor=Ridge()))
    assert [fit["label"] for fit in widget.fitted] == [widget.label]
    other = (widget.label + 1) % 4
    widget.set_state({"view": {"compare": other}})
    assert [fit["label"] for fit in widget.fitted] == [widget.label, other]
    widget.set_state({"num_features": 3})
    assert [(fit["label"], len(fit["weights"])) for fit in widget.fitted] == [(widget.label, 3), (other, 3)]
    widget.set_state({"view": {}})
    assert [fit["label"] for fit in widget.fitted] == [widget.label]


def test_a_class_to_compare_with_that_cannot_be_fitted_is_told_to_the_page() -> None:
    read = Explanation.from_json(explained(photo(), model_regressor=Ridge(), top_labels=1).to_json())
    widget = ExplanationWidget(read)
    widget.set_state({"view": {"compare": (widget.label + 1) % 4}})
    assert [fit["label"] for fit in widget.fitted] == [widget.label]
    assert "does not carry its custom model_regressor" in widget.status["error"]


class FailingRidge(Ridge):  # type: ignore[misc]  # scikit-learn has no types
    """Fails from the moment that somebody says so."""

    fails = False

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        if self.fails:
            raise RuntimeError("singular")
        return super().fit(X, y, sample_weight)


def test_a_page_that_cannot_be_exported_is_told_why(monkeypatch: pytest.MonkeyPatch) -> None:
    widget = ExplanationWidget(explained(photo(), model_regressor=FailingRidge(), top_labels=1))
    monkeypatch.setattr(FailingRidge, "fails", True)
    receive(widget, type="export")
    assert "singular" in widget.status["error"]


@pytest.mark.parametrize("hide_color", [None, "noise", "blur"])
def test_a_photograph_of_512_pixels_and_a_thousand_samples_stays_under_a_megabyte(hide_color: Any) -> None:
    image = np.asarray(astronaut())  # type: ignore[no-untyped-call]
    assert image.shape == (512, 512, 3)
    found = LimeImageExplainer(random_state=0).explain_instance(
        image,
        ManyClasses(),
        hide_color=hide_color,
        segmentation_fn=SegmentationAlgorithm("quickshift", kernel_size=4, max_dist=20, ratio=0.2, random_seed=0),
        progress_bar=False,
    )
    assert found.mapper.n_features > 100
    assert len(found.as_html().encode()) < 1_000_000


def test_a_large_image_is_shown_smaller_and_asked_about_as_it_is() -> None:
    image = np.repeat(np.repeat(photo(), 40, axis=0), 40, axis=1)
    model = Eye()
    found = LimeImageExplainer(random_state=0).explain_instance(
        image, lambda images: model(images[:, ::40, ::40]), segmentation_fn=checks(2400, 3200), num_samples=30
    )
    instance = exported(found.as_html())["state"]["instance"]
    assert instance["size"] == [3200, 2400]
    assert (instance["width"], instance["height"]) == (1067, 800)
    small = explained(photo(), num_samples=30)
    assert dict(found.local_exp[0]) == pytest.approx(dict(small.local_exp[0]))


def test_names_and_alternatives_cannot_become_markup() -> None:
    found = explained(photo(), class_names=["<script>alert(1)</script>", '"onload=', "'", "&"])
    page = found.as_html()
    assert "<script>alert" not in page
    assert 'alt="The image' in page


def test_a_document_with_any_part_replaced_is_refused_or_can_be_used() -> None:
    document = json.loads(explained(photo(12, 16), num_samples=20, hide_color=(1, 2, 3)).to_json())
    refused = 0
    for container, key in parts(document):
        original = container[key]
        values: list[Any] = [None, -1, 2**70, 1.5, float("nan"), "</script>", "uint8", [], [[]], {}, [10**9] * 3, True]
        for value in values:
            container[key] = value
            try:
                read = Explanation.from_json(json.dumps(document))
            except ValueError:
                refused += 1
                continue
            finally:
                container[key] = original
            assert Explanation.from_json(read.to_json()).as_map() == read.as_map()
            assert repr(read)
            assert read.as_html()
    assert refused > 500


def test_a_small_file_cannot_claim_a_large_image() -> None:
    document = json.loads(explained(photo(12, 16), num_samples=20).to_json())
    for name in ("pixels", "hidden"):
        document["state"]["instance"]["exact"][name]["shape"] = [100_000, 100_000, 3]
    with pytest.raises(ValueError, match="bytes for pixels of shape"):
        Explanation.from_json(json.dumps(document))


def test_without_script_the_image_stands_before_the_names_of_its_superpixels(explanation: ImageExplanation) -> None:
    page = explanation.as_html()
    assert page.index('<img src="data:image/jpeg') < page.index("superpixel 1")


def test_many_hidden_superpixels_are_named_in_a_line(explanation: ImageExplanation) -> None:
    shown = str(explanation.what_if(remove=range(12)))
    assert shown.startswith("without superpixel 0, superpixel 1,")
    assert "superpixel 7, 4 more: " in shown


def test_without_pillow_an_image_is_explained_and_a_page_says_what_to_install(
    explanation: ImageExplanation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    assert explained(photo()).as_list(0)
    with pytest.raises(ImportError, match=r"got no Pillow.*lime-widgets\[image\]"):
        explanation.as_html()
