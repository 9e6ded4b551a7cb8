"""The page to give away, read as a file."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lime_widgets import Explanation, ExplanationWidget, LimeTextExplainer
from lime_widgets.widgets import display
from lime_widgets.widgets.display import frozen_bundle
from lime_widgets.widgets.snapshot import snapshot_html
from lime_widgets.widgets.static_html import INLINE, static_html

HOSTILE = "</script><script>alert(1)</script> <img src=x onerror=alert(2)> \"'&amp; ]]> <!-- \ud800 \x00 $x$ {0}"


def model(texts: list[str]) -> np.ndarray[Any, Any]:
    """Answer with three classes."""
    score = np.array([("alert" in text) + 0.5 * ("onerror" in text) for text in texts]) / 2
    return np.column_stack([1 - score, score * 0.75, score * 0.25])


def explain(text: str = HOSTILE, **arguments: Any) -> Explanation:
    names = ["<b>plain</b>", "</style></script>", "it's"]
    return LimeTextExplainer(class_names=names, random_state=0, **arguments).explain_instance(
        text, model, num_features=5, num_samples=200
    )


class Page(HTMLParser):
    """What an HTML parser finds in a page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.contents: dict[str, list[str]] = {}
        self._inside = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag
        if tag in ("script", "style"):
            self.contents.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in ("script", "style"):
            self.contents[self._inside][-1] += data

    def data(self) -> Any:
        """Return what the page carries for its script."""
        return json.loads(self.contents["script"][0])


def test_policy_allows_this_script_and_this_style_alone() -> None:
    page = Page(snapshot_html(explain()))
    policy = next(attributes["content"] for tag, attributes in page.tags if "http-equiv" in attributes)
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    for directive, source in (("script-src", page.contents["script"][1]), ("style-src", page.contents["style"][0])):
        digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy


def test_hostile_text_and_names_stay_text() -> None:
    page = Page(snapshot_html(explain()))
    assert [tag for tag, _ in page.tags if tag in ("script", "img", "iframe")] == ["script", "script"]
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]


def test_page_carries_the_text_exactly() -> None:
    state = Page(snapshot_html(explain())).data()["state"]
    assert "".join(state["instance"]["pieces"]) == HOSTILE


def test_page_makes_no_request() -> None:
    page = Page(snapshot_html(explain()))
    links = [attributes.get(name) for _, attributes in page.tags for name in ("src", "href") if name in attributes]
    assert links == ["data:,"]


def test_page_reads_without_script() -> None:
    source = snapshot_html(explain("alert me on error"))
    main = re.sub(r"<[^>]+>", "", source[source.index("<main") : source.index("</main>")])
    assert "alert" in main
    assert "Fidelity" in main


def test_page_states_its_provenance() -> None:
    provenance = Page(snapshot_html(explain())).data()["state"]["provenance"]
    assert {"instance", "model", "samples", "seed", "version", "python", "numpy", "sklearn", "date"} <= set(provenance)
    assert (provenance["model"], provenance["samples"], provenance["seed"]) == ("model", 200, 0)


def test_widget_saves_what_its_reader_sees(tmp_path: Path) -> None:
    widget = ExplanationWidget(explain())
    widget.set_state({"kernel_width": 5.0, "num_features": 2, "label": 2, "removed": [1]})
    widget.save_snapshot(tmp_path / "page.html")
    data = Page((tmp_path / "page.html").read_text("utf-8")).data()
    assert data["settings"] == {"label": 2, "kernel_width": 5.0, "num_features": 2, "selection": "auto"}
    assert data["removed"] == [1]
    assert data["what_if"] == widget.what_if


def test_page_that_cannot_refit_carries_the_fit_of_every_class() -> None:
    explained = explain(kernel=lambda distances, kernel_width: np.exp(-distances / kernel_width))
    fits = Page(snapshot_html(explained)).data()["fitted"]
    assert [fit["label"] for fit in fits] == [0, 1, 2]
    assert fits[2]["weights"] == [weight for _, weight in explained.refit(labels=[2]).as_list(2)]


@pytest.mark.parametrize(
    ("arguments", "hidden"),
    [({}, []), ({"predict_proba": False}, ["predict_proba"]), ({"text": False, "opacity": False}, ["text", "opacity"])],
)
def test_limes_arguments_leave_parts_out(arguments: dict[str, Any], hidden: list[str]) -> None:
    assert Page(explain().as_html(**arguments)).data()["state"]["hidden"] == hidden


def test_parts_left_out_are_left_out_of_the_static_copy_too() -> None:
    explained = explain()
    label = explained.first_label
    whole = static_html(explained, label, INLINE)
    assert "The model says" not in static_html(explained, label, INLINE, ["predict_proba"])
    assert whole.count("<div") - static_html(explained, label, INLINE, ["text"]).count("<div") == 1
    even = set(re.findall(r"<span style=.*?, ([0-9.]+)\)", static_html(explained, label, INLINE, ["opacity"])))
    assert even == {"0.45"}


def test_page_leaves_out_of_its_static_copy_what_it_hides() -> None:
    page = explain().as_html(text=False, predict_proba=False)
    static = page[page.index("<main") : page.index("<script")]
    assert "lime-static-text" not in static
    assert "The model says" not in static


def test_frozen_display_shows_the_label_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Explanation] = []
    monkeypatch.setattr(display, "show_frozen", lambda explanation, *_: shown.append(explanation))
    explain().show_in_notebook(labels=[2])
    assert shown[0].shown_label == 2


def test_label_asked_for_is_shown_first() -> None:
    assert Page(explain().as_html(labels=[2])).data()["settings"]["label"] == 2


def test_saved_file_is_the_page(tmp_path: Path) -> None:
    explained = explain()
    explained.save_to_file(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text("utf-8") == explained.as_html()


def test_static_copy_runs_nothing() -> None:
    page = Page(static_html(explain(), 1, INLINE))
    assert not {"script", "img", "style"} & {tag for tag, _ in page.tags}


def test_static_copy_has_every_weight() -> None:
    explained = explain("alert me on error")
    copy = static_html(explained, 1, INLINE)
    for name, weight in explained.as_list(1):
        assert name in copy
        assert f"{abs(weight):.4f}" in copy


def test_frozen_display_holds_the_page_in_a_sandbox() -> None:
    explained = explain()
    html = frozen_bundle(explained, explained.as_html())["text/html"]
    (frame,) = [attributes for tag, attributes in Page(html).tags if tag == "iframe"]
    assert frame["sandbox"] == "allow-scripts"
    assert frame["srcdoc"] == explained.as_html()
