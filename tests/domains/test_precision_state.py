"""Explanations with all that precision adds to them, through JSON and pickle: what is read is what was written."""

from __future__ import annotations

import json
import math
import pickle
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lime_widgets import Explanation
from lime_widgets.engine import Neighborhood
from tests.domains.test_stages import Remembering, explain_image, explain_row, explain_text, of_image, of_row, of_text

Floats = NDArray[np.float64]
Copy = Callable[[Explanation], Explanation]


class Noisy:
    """A model that answers the same text differently each time."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(0)

    def __call__(self, texts: Sequence[str]) -> Floats:
        scores = np.array([of_text(text) for text in texts]) + 0.3 * self.rng.normal(size=len(texts))
        second: Floats = 1 / (1 + np.exp(-scores))
        return np.column_stack([1 - second, second])


@cache
def explanation(name: str) -> Explanation:
    """Return an explanation, made once."""
    made: dict[str, Callable[[], Explanation]] = {
        "pairs": lambda: explain_text(Remembering(of_text), num_samples=300, nominal_samples=5000),
        "lime": lambda: explain_text(Remembering(of_text), num_samples=300, sampling="lime"),
        "stratified": lambda: explain_text(Remembering(of_text), num_samples=300, sampling="stratified"),
        "every mask": lambda: explain_text(Remembering(of_text), 7, num_samples=1000),
        "every mask of a noisy model": lambda: explain_text(Noisy(), 7, num_samples=1000, repeats=50),
        "assisted text": lambda: explain_text(Remembering(of_text), num_samples=200, estimator="assisted"),
        "assisted, both labels": lambda: explain_text(
            Remembering(of_text), num_samples=200, estimator="assisted", labels=(0, 1)
        ),
        "auto": lambda: explain_text(Remembering(of_text), num_samples="auto", precision=0.02),
        "auto, assisted": lambda: explain_text(
            Remembering(of_text), num_samples="auto", precision="top 3", estimator="assisted"
        ),
        "auto, noisy": lambda: explain_text(Noisy(), num_samples="auto", precision=0.05),
        "arrays": lambda: explain_image(Remembering(of_image), num_samples=200, nominal_samples=1000),
        "assisted image": lambda: explain_image(Remembering(of_image), num_samples=150, estimator="assisted"),
        "sobol": lambda: explain_row(Remembering(of_row), num_samples=300, nominal_samples=5000),
        "assisted table": lambda: explain_row(Remembering(of_row), num_samples=200, estimator="assisted"),
    }
    return made[name]()


NAMES = [
    "pairs",
    "lime",
    "stratified",
    "every mask",
    "every mask of a noisy model",
    "assisted text",
    "assisted, both labels",
    "auto",
    "auto, assisted",
    "auto, noisy",
    "arrays",
    "assisted image",
    "sobol",
    "assisted table",
]


def through_json(one: Explanation) -> Explanation:
    return Explanation.from_json(one.to_json())


def through_pickle(one: Explanation) -> Explanation:
    copied: Explanation = pickle.loads(pickle.dumps(one))  # noqa: S301 - it was written a moment ago
    return copied


COPIES: dict[str, Copy] = {"json": through_json, "pickle": through_pickle}
every_copy = pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
every_name = pytest.mark.parametrize("name", NAMES)


def assert_same_neighborhood(one: Neighborhood, other: Neighborhood) -> None:
    """Compare what was drawn, answered and made of it, to the bit."""
    for attribute in ("samples", "predictions", "distances", "importance", "expected", "noise"):
        found, expected = getattr(one, attribute), getattr(other, attribute)
        assert (found is None) == (expected is None), attribute
        assert found is None or (np.array_equal(found, expected) and found.dtype == expected.dtype), attribute
    assert (one.nominal or one.n_samples) == (other.nominal or other.n_samples)
    assert one.exact == other.exact
    assert (one.emulation is None) == (other.emulation is None)
    if one.emulation is not None and other.emulation is not None:
        assert one.emulation.outputs == other.emulation.outputs
        assert np.array_equal(one.emulation.left_out, other.emulation.left_out)
        for attribute in ("distances", "shares"):
            assert np.array_equal(getattr(one.emulation.pool, attribute), getattr(other.emulation.pool, attribute))
        for attribute in ("counts", "features", "grams", "targets", "squares", "crosses"):
            sums = one.emulation.pool.sums, other.emulation.pool.sums
            assert np.array_equal(*(getattr(each, attribute) for each in sums))


def assert_same_figures(one: Explanation, other: Explanation, *, relative: float = 0.0) -> None:
    """Compare surrogates to the bit, and errors too unless `relative` says how far they may differ."""
    if not relative:
        assert figures(one) == figures(other)
        return
    assert one.surrogates == other.surrogates
    for label in one.labels:
        assert one.uncertainty(label).weights == pytest.approx(other.uncertainty(label).weights, rel=relative)


def figures(one: Explanation) -> dict[int, Any]:
    """Return every figure of every label."""
    return {label: (one.surrogate(label), one.uncertainty(label)) for label in one.labels}


@every_name
@every_copy
def test_samples_and_what_is_known_of_them_are_read_as_they_were_written(copy: Copy, name: str) -> None:
    one = explanation(name)
    written = one.neighborhood if copy is through_pickle else one.informed_neighborhood
    assert_same_neighborhood(copy(one).neighborhood, written)


@every_name
@every_copy
def test_figures_are_read_as_they_were_written(copy: Copy, name: str) -> None:
    one = explanation(name)
    read = copy(one)
    assert figures(read) == figures(one)
    assert (read.design, read.estimator, read.labels) == (one.design, one.estimator, one.labels)
    assert repr(read) == repr(one)


@every_name
@every_copy
@pytest.mark.parametrize(
    "changes", [{"num_features": 3}, {"nominal_samples": 700}, {"feature_selection": "highest_weights"}], ids=str
)
def test_a_refit_after_reading_is_the_refit_before_to_the_bit(copy: Copy, name: str, changes: dict[str, Any]) -> None:
    one = explanation(name)
    # What is expected of a table's answers is written with it: rounding aside, it is what it would be once more.
    relative = 1e-12 if name == "sobol" and copy is through_json else 0.0
    assert_same_figures(copy(one).refit(**changes), one.refit(**changes), relative=relative)


@every_name
@every_copy
def test_another_width_after_reading_is_that_before_to_the_bit(copy: Copy, name: str) -> None:
    one = explanation(name)
    width = one.settings.kernel_width * 0.8
    # Without the training data, what is expected of a table's answers stays as it was under the width before.
    relative = 0.01 if name == "sobol" and copy is through_json else 0.0
    assert_same_figures(copy(one).refit(kernel_width=width), one.refit(kernel_width=width), relative=relative)


@every_copy
@pytest.mark.parametrize("name", ["auto", "auto, assisted", "auto, noisy"])
def test_how_the_number_was_found_is_read_as_it_was_written(copy: Copy, name: str) -> None:
    written, read = explanation(name).convergence, copy(explanation(name)).convergence
    assert written is not None
    assert read is not None
    assert (read.measure, read.target, read.reason) == (written.measure, written.target, written.reason)
    # A look that could tell nothing has no value in JSON.
    assert read.looks[-1] == written.looks[-1]
    assert [look for look in written.looks if math.isfinite(look.value)] == [
        look for look in read.looks if math.isfinite(look.value)
    ]


@every_copy
def test_noise_is_read_as_it_was_written(copy: Copy) -> None:
    one = explanation("every mask of a noisy model")
    noise = one.neighborhood.noise
    assert noise is not None
    assert noise.all()
    assert all(error > 0 for error in copy(one).uncertainty().weights or (0,))


@pytest.mark.parametrize(
    ("name", "copy"),
    [
        ("pairs", through_json),
        ("assisted text", through_json),
        ("pairs", through_pickle),
        ("assisted text", through_pickle),
        ("arrays", through_pickle),
        ("sobol", through_pickle),
    ],
)
def test_what_is_read_goes_on_where_it_was_left(name: str, copy: Copy) -> None:
    model = Remembering({"arrays": of_image, "sobol": of_row}.get(name, of_text))
    one, read = explanation(name), copy(explanation(name)).with_model(model)
    extended = read.extend(100, progress_bar=False)
    assert figures(extended) == figures(one.extend(100, progress_bar=False))
    assert len(model.answered) <= 100


@every_name
def test_json_has_no_number_that_is_none(name: str) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    json.loads(explanation(name).to_json(), parse_constant=refuse)


@every_name
def test_json_is_the_same_after_reading(name: str) -> None:
    text = explanation(name).to_json()
    assert json.loads(Explanation.from_json(text).to_json()) == json.loads(text)
