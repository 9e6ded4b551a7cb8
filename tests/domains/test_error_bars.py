"""How sure the weights are, wherever they are shown."""

from __future__ import annotations

import doctest
import json
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lime_widgets import Explanation, LimeTabularExplainer, LimeTextExplainer, lime_accessors
from lime_widgets.certainty import convergence_sentences, half_widths, plus_minus
from lime_widgets.engine.stopping import Convergence, Look
from lime_widgets.images.explanation import ImageExplanation
from lime_widgets.plotting import shortened
from lime_widgets.widgets.snapshot import snapshot_html
from lime_widgets.widgets.static_html import INLINE, static_html
from tests.domains.photos import photo
from tests.domains.test_image import explained

WORDS = [f"word{number}" for number in range(20)]
EFFECTS = np.array([3.0, -2.5, 1.5, -1.0, 0.5, *[0.0] * 15])


def model(texts: list[str]) -> NDArray[np.float64]:
    """Answer by five of the words, two of which interact."""
    there = np.array([[word in text.split() for word in WORDS] for text in texts], dtype=np.float64)
    second = 1 / (1 + np.exp(-there @ EFFECTS - 2 * there[:, 0] * there[:, 5]))
    return np.column_stack([1 - second, second])


def constant(texts: list[str]) -> NDArray[np.float64]:
    """Answer the same to every text."""
    return np.tile([0.3, 0.7], (len(texts), 1))


class RandomModel:
    """A model that answers the same question differently each time."""

    def __init__(self, deviation: float) -> None:
        self._rng = np.random.default_rng(0)
        self._deviation = deviation

    def __call__(self, texts: list[str]) -> NDArray[np.float64]:
        second = np.clip(model(texts)[:, 1] + self._deviation * self._rng.normal(size=len(texts)), 0, 1)
        return np.column_stack([1 - second, second])


def explain(n_words: int = 20, predict: Any = model, **arguments: Any) -> Explanation:
    settings = {"num_features": 8, "num_samples": 300, "progress_bar": False, **arguments}
    explainer = LimeTextExplainer(class_names=["no", "yes"], random_state=0)
    return explainer.explain_instance(" ".join(WORDS[:n_words]), predict, **settings)


@pytest.fixture(scope="module")
def estimated() -> Explanation:
    return explain()


@pytest.fixture(scope="module")
def exact() -> Explanation:
    return explain(6)


@pytest.fixture(scope="module")
def few() -> Explanation:
    return explain(num_samples=20)


@pytest.fixture
def pyplot() -> Any:
    module = pytest.importorskip("matplotlib.pyplot")
    module.switch_backend("Agg")
    yield module
    module.close("all")


# ---- the table


def test_the_documented_example_is_true() -> None:
    result = doctest.testmod(lime_accessors)
    assert result.attempted
    assert not result.failed


def test_a_table_has_each_weight_in_the_middle_of_its_interval(estimated: Explanation) -> None:
    table, uncertainty = estimated.as_table(), estimated.uncertainty(1)
    assert [(row["feature"], row["weight"]) for row in table] == estimated.as_list()
    assert [row["error"] for row in table] == list(uncertainty.weights or ())
    for row in table:
        assert row["low"] < row["weight"] < row["high"]
        assert row["high"] - row["low"] == pytest.approx(2 * uncertainty.quantile() * row["error"])


def test_a_table_of_other_labels_has_their_errors(estimated: Explanation) -> None:
    both = estimated.refit(labels=(0, 1))
    assert [row["weight"] for row in both.as_table(0)] == [weight for _, weight in both.as_list(0)]
    with pytest.raises(KeyError, match="got label 0"):
        estimated.as_table(0)


def test_an_exact_weight_is_its_own_interval(exact: Explanation) -> None:
    assert exact.as_table()
    for row in exact.as_table():
        assert row["low"] == row["weight"] == row["high"]


def test_too_few_samples_have_no_interval(few: Explanation) -> None:
    assert few.as_table()
    for row in few.as_table():
        assert (row["error"], row["low"], row["high"]) == (None, None, None)


def test_the_table_of_a_regressor_is_the_same_for_both_of_lime_s_labels() -> None:
    rows = np.random.default_rng(0).normal(size=(200, 3))
    explainer = LimeTabularExplainer(rows, mode="regression", random_state=0)
    found = explainer.explain_instance(rows[0], lambda batch: batch @ [1.0, 2.0, 0.0], num_samples=300)
    assert found.as_table(0) == found.as_table(1)
    assert found.as_table()[0]["feature"] == found.as_list(values=True)[0][0]


def test_json_keeps_the_errors(estimated: Explanation) -> None:
    text = estimated.to_json()
    assert json.loads(text)["fitted"][0]["uncertainty"]["status"] == "estimated"
    assert Explanation.from_json(text).as_table() == estimated.as_table()


# ---- figures


def test_a_pyplot_figure_has_a_whisker_for_each_interval(estimated: Explanation, pyplot: Any) -> None:
    axes = estimated.as_pyplot_figure(figsize=(6, 4)).axes[0]
    (errors,) = [drawn for drawn in axes.containers if hasattr(drawn, "has_xerr")]
    ends = sorted(tuple(segment[:, 0]) for segment in errors.lines[2][0].get_segments())
    assert np.allclose(ends, sorted((row["low"], row["high"]) for row in estimated.as_table()))
    assert "95% intervals" in axes.get_xlabel()


def test_bars_whose_interval_holds_0_are_pale_and_hatched(estimated: Explanation, pyplot: Any) -> None:
    holds_zero = [row["low"] <= 0 <= row["high"] for row in estimated.as_table()]
    assert set(holds_zero) == {True, False}
    bars = estimated.as_pyplot_figure().axes[0].patches[::-1]
    assert [bool(bar.get_hatch()) for bar in bars] == holds_zero
    assert [bar.get_facecolor()[3] < 1 for bar in bars] == holds_zero


@pytest.mark.parametrize("kind", ["exact", "few"])
def test_without_errors_there_are_no_whiskers(kind: str, pyplot: Any, request: pytest.FixtureRequest) -> None:
    found: Explanation = request.getfixturevalue(kind)
    axes = found.as_pyplot_figure().axes[0]
    assert not [drawn for drawn in axes.containers if hasattr(drawn, "has_xerr")]
    assert "intervals" not in axes.get_xlabel()
    assert not [bar for bar in axes.patches if bar.get_hatch()]


@pytest.mark.parametrize("style", ["default", "dark_background"])
def test_a_figure_can_be_read_on_either_ground(style: str, estimated: Explanation, pyplot: Any) -> None:
    with pyplot.style.context(style):
        figure = estimated.as_pyplot_figure()
    axes = figure.axes[0]
    ground = _luminance(axes.get_facecolor())
    (errors,) = [drawn for drawn in axes.containers if hasattr(drawn, "has_xerr")]
    assert _contrast(_luminance(errors.lines[2][0].get_colors()[0]), ground) > 4.5
    for bar in axes.patches:
        assert _contrast(_luminance(bar.get_edgecolor()), ground) > 3


def test_many_long_names_leave_room_for_the_bars(pyplot: Any, recwarn: pytest.WarningsRecorder) -> None:
    rows = np.random.default_rng(0).normal(size=(200, 40))
    names = [f"a name that is much longer than there is ever room for in a figure, {number}" for number in range(40)]
    explainer = LimeTabularExplainer(rows, mode="regression", feature_names=names, random_state=0)
    found = explainer.explain_instance(rows[0], lambda batch: batch.sum(axis=1), num_features=40, num_samples=500)
    figure = found.as_pyplot_figure()
    figure.canvas.draw()
    assert not [warning for warning in recwarn if "layout" in str(warning.message)]
    labels = [label.get_window_extent() for label in figure.axes[0].get_yticklabels()]
    assert min(label.x0 for label in labels) >= 0
    assert figure.axes[0].get_window_extent().width > 0.3 * figure.bbox.width
    assert all(below.y1 < above.y1 and above.y0 - below.y0 >= 3 for below, above in pairwise(labels))


def test_a_shortened_name_keeps_its_threshold() -> None:
    name = "mean radius of the nuclei of the cells = 20.38 (18.84 to 21.8]"
    assert shortened(name, 30) == "mean radius of … (18.84 to 21.8]"[:15] + "…" + name[-14:]
    assert shortened(name, len(name)) == name


def test_a_plotly_figure_has_the_same_intervals(estimated: Explanation) -> None:
    pytest.importorskip("plotly")
    (bars,) = estimated.as_plotly_figure().data
    table = estimated.as_table()
    assert np.allclose(bars.error_x.array, [row["high"] - row["weight"] for row in table])
    assert [bool(shape) for shape in bars.marker.pattern.shape] == [row["low"] <= 0 <= row["high"] for row in table]
    assert all(text.startswith(" ± ") for text in bars.hovertext)


def test_a_plotly_figure_without_errors_has_no_whiskers(few: Explanation) -> None:
    pytest.importorskip("plotly")
    figure = few.as_plotly_figure()
    assert figure.data[0].error_x.array is None
    assert set(figure.data[0].hovertext) == {""}
    assert figure.layout.xaxis.title.text == "weight"


def test_an_image_s_table_has_intervals_and_its_figure_no_bars(pyplot: Any) -> None:
    found: ImageExplanation = explained(photo(), num_samples=100)
    label = found.labels[0]
    assert found.as_table(label)[0]["feature"].startswith("superpixel")
    assert not found.as_pyplot_figure(label).axes[0].patches


def _luminance(colour: Any) -> float:
    """Return a color's relative luminance (WCAG 2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def _contrast(one: float, other: float) -> float:
    """Return the contrast of two luminances."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


# ---- in a terminal and in the static copy


def test_the_repr_has_half_an_interval_beside_each_weight(estimated: Explanation) -> None:
    lines = repr(estimated).splitlines()
    for row in estimated.as_table():
        line = next(line for line in lines if line.split()[:1] == [row["feature"]])
        assert plus_minus(row["high"] - row["weight"]) in line
        assert ("█" in line) <= (not row["low"] <= 0 <= row["high"])
    assert any(line.startswith("± 95% intervals") for line in lines)
    assert any(line.startswith("± The 5 largest weights are the same 5 features in") for line in lines)


def test_the_repr_of_an_exact_explanation_says_so(exact: Explanation) -> None:
    shown = repr(exact)
    assert "± Every combination of 6 words was asked about: these weights are exact." in shown
    assert "design             every variant there is" in shown
    assert "± 0" not in shown


def test_the_repr_of_too_few_samples_says_so(few: Explanation) -> None:
    assert "± No intervals: the effective sample is too small" in repr(few)
    assert "95%" not in repr(few)


@pytest.mark.parametrize(
    ("sampling", "named"),
    [("lime", "lime's own sampler"), ("best", "complementary pairs"), ("stratified", "stratified")],
)
def test_the_repr_names_design_and_estimator(sampling: str, named: str) -> None:
    (line,) = [line for line in repr(explain(sampling=sampling)).splitlines() if line.startswith("  design")]
    assert named in line
    assert "(regression)" in line


def test_the_assisted_estimator_is_named() -> None:
    assert "(regression assisted by an emulator)" in repr(explain(estimator="assisted"))


def test_why_the_asking_ended_is_said() -> None:
    found = explain(num_samples="auto", precision=0.02)
    assert found.convergence is not None
    calls = found.convergence.looks[-1].calls
    for sentence in (f"Precise enough after {calls:,} calls: the target was 0.02.", "The largest standard error"):
        assert f"± {sentence}" in repr(found)
        assert sentence in static_html(found, 1, INLINE)


@pytest.mark.parametrize(
    ("measure", "target", "reason", "value", "said"),
    [
        ("relative_error", 1.0, "reached", 0.971, ["is 0.98 times that of lime with 5,000", "Precise enough after"]),
        ("relative_error", 1.0, "cap", 1.34, ["is 1.34 times that of lime", "the most allowed: the target was 1.00."]),
        ("standard_error", 0.0125, "cap", 0.02, ["standard error of a weight is 0.02.", "the target was 0.0125."]),
        ("stability", 0.9, "reached", 0.939, ["would overlap by 93%.", "the target was 90%."]),
        ("stability", 0.9, "cap", 0.8999, ["would overlap by 89%.", "the target was 90%."]),
        ("standard_error", 0.01, "cap", float("inf"), ["Stopped after 1,234 calls, the most allowed"]),
        ("relative_error", 1.0, "stopped", 2.0, ["is 2.00 times", "Stopped by hand after 1,234 calls"]),
        ("relative_error", 1.0, "noisy", 2.0, ["is 2.00 times", "answers the same question differently"]),
        ("relative_error", 1.0, "exact", 2.0, ["every variant there is"]),
        ("relative_error", 1.0, "running", 2.0, ["is 2.00 times", "1,234 calls so far"]),
    ],
)
def test_every_reason_has_its_words(measure: Any, target: float, reason: Any, value: float, said: list[str]) -> None:
    found = Convergence(measure, target, (Look(1234, value),), reason)
    sentences = convergence_sentences(found, 99)
    assert len(sentences) == len(said)
    assert all(part in sentence for part, sentence in zip(said, sentences, strict=True))
    assert "1,234" in sentences[-1]


def test_stopped_by_hand_it_counts_the_calls_since_the_last_look() -> None:
    found = Convergence("relative_error", 1.0, (Look(1234, 2.0),), "stopped")
    assert "1,751 calls" in convergence_sentences(found, 1751)[-1]


def test_without_a_look_the_samples_are_counted() -> None:
    assert convergence_sentences(None, 64) == []
    (sentence,) = convergence_sentences(Convergence("stability", 0.9, reason="exact"), 64)
    assert "64" in sentence


@pytest.mark.parametrize(
    ("width", "said"),
    [(0.01234, "± 0.012"), (1.5, "± 1.5"), (12345.6, "± 12,346"), (0.0, ""), (None, ""), (2.5e-12, "± 2.5e-12")],
)
def test_half_an_interval_is_written_in_two_digits(width: float | None, said: str) -> None:
    assert plus_minus(width) == said


def test_the_static_copy_has_what_the_repr_has(estimated: Explanation) -> None:
    copy = static_html(estimated, 1, INLINE)
    for row, (_, weight) in zip(estimated.as_table(), estimated.as_list(), strict=True):
        number = f"{weight:+.4f}".replace("-", "\N{MINUS SIGN}")
        assert f"<td>{number} {plus_minus(row['high'] - row['weight'])}</td>" in copy
    assert "95% intervals" in copy
    assert "Pale bars may be 0." in copy
    assert "The 5 largest weights are the same 5 features in" in copy
    assert "Design complementary pairs" in copy
    assert "▒" in copy
    assert "±" in snapshot_html(estimated).partition('<script type="application/json"')[0]


def test_the_static_copy_of_an_exact_explanation_has_no_margins(exact: Explanation) -> None:
    assert "±" not in static_html(exact, 1, INLINE)
    assert "these weights are exact" in static_html(exact, 1, INLINE)


def test_an_explanation_is_made_without_computing_how_sure_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> Any:
        raise AssertionError("the uncertainty was computed")

    monkeypatch.setattr(Explanation, "uncertainty", fail)
    assert explain().as_list()


def test_the_rounding_of_a_constant_model_is_no_error_and_ranks_nothing() -> None:
    for found in (explain(predict=constant), explain(predict=constant, num_samples="auto")):
        shown = repr(found)
        assert "e-1" not in shown
        assert "largest" not in shown
        assert "Pale" not in shown


# ---- a model that is random


def test_a_random_model_is_found_out() -> None:
    found = explain(predict=RandomModel(0.05), repeats=100)
    (doubt,) = [doubt for doubt in found.doubts(1) if doubt.startswith("The model is random")]
    assert float(doubt.partition("deviation of ")[2].split()[0].rstrip(".")) == pytest.approx(0.05, rel=0.3)
    assert f"! {doubt}" in repr(found)
    assert doubt in static_html(found, 1, INLINE).replace("&#x27;", "'")


def test_of_a_random_model_exact_is_not_exact() -> None:
    found = explain(6, RandomModel(0.05), repeats=40)
    assert "Though it was asked about every variant there is" in found.doubts(1)[0]
    assert "only the model's own noise is left" in repr(found)
    widths = half_widths(found.uncertainty(1))
    assert widths is not None
    assert min(widths) > 0


@pytest.mark.parametrize("deviation", [0.0, 1e-9])
def test_a_model_that_answers_alike_but_for_the_last_bits_is_not_called_random(deviation: float) -> None:
    found = explain(predict=RandomModel(deviation), repeats=20)
    assert found.neighborhood.noise is not None
    assert found.doubts(1) == []


def test_who_did_not_ask_again_does_not_know() -> None:
    assert explain(predict=RandomModel(0.05)).doubts(1) == []
