"""How samples were drawn, and what is known of them, survives JSON and pickle to the last bit."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from typing import Any

import pytest

from lime_widgets import Explanation
from lime_widgets.engine.moments import LevelSums
from tests.domains.test_serialization import parts
from tests.truth import Picture, Table, Text, interacting

MADE: dict[str, Any] = {
    "pairs": lambda: Text(12, interacting(12)).explain(num_samples=200),
    "arrays": lambda: Picture(12, interacting(12)).explain(num_samples=200),
    "sobol": lambda: Table(12, interacting(12)).explain(num_samples=200),
    "lime": lambda: Text(12, interacting(12)).explain(num_samples=200, sampling="lime"),
    "enumeration": lambda: Text(6, interacting(6)).explain(num_samples=200),
    "nominal": lambda: Text(12, interacting(12)).explain(num_samples=200, nominal_samples=5000),
    "assisted": lambda: Text(12, interacting(12)).explain(num_samples=200, estimator="assisted"),
    "assisted table": lambda: Table(8, interacting(8)).explain(num_samples=200, estimator="assisted"),
    "auto": lambda: Text(12, interacting(12)).explain(num_samples="auto", precision=0.01, estimator="regression"),
    "auto assisted": lambda: Text(12, interacting(12)).explain(
        num_samples="auto", precision=0.01, estimator="assisted", repeats=8
    ),
    "few samples": lambda: Text(30, interacting(30)).explain(num_samples=40),
}


@pytest.fixture(scope="module", params=MADE)
def made(request: pytest.FixtureRequest) -> Explanation:
    explanation: Explanation = MADE[request.param]()
    return explanation


def again(explanation: Explanation, way: str) -> Explanation:
    """Write an explanation and read it."""
    if way == "json":
        return Explanation.from_json(explanation.to_json())
    read: Explanation = pickle.loads(pickle.dumps(explanation))  # noqa: S301 - our own bytes
    return read


def arrays_of(explanation: Explanation) -> Iterator[tuple[str, bytes | None]]:
    """Give every array that an explanation rests on."""
    neighborhood = explanation.neighborhood
    names = ("samples", "predictions", "distances", "importance", "noise")
    yield from ((name, _bytes(getattr(neighborhood, name))) for name in names)
    if neighborhood.emulation is not None:
        emulation = neighborhood.emulation
        yield "left out", _bytes(emulation.left_out)
        yield "pool distances", _bytes(emulation.pool.distances)
        yield "pool shares", _bytes(emulation.pool.shares)
        sums = emulation.pool.sums
        yield from ((name, _bytes(getattr(sums, name))) for name in LevelSums.__dataclass_fields__)


def _bytes(array: Any) -> bytes | None:
    return None if array is None else bytes(array.tobytes())


@pytest.mark.parametrize("way", ["json", "pickle"])
def test_samples_fits_errors_and_their_history_come_back_to_the_bit(made: Explanation, way: str) -> None:
    read = again(made, way)
    assert dict(arrays_of(read)) == dict(arrays_of(made))
    for name in ("nominal", "exact"):
        assert getattr(read.neighborhood, name) == getattr(made.neighborhood, name)
    assert read.estimator == made.estimator
    if way == "pickle" or made.domain_mapper.domain != "tabular":  # whose rows cannot be drawn from JSON
        assert read.design == made.design
    assert read.surrogates == made.surrogates
    assert read.convergence == made.convergence
    assert read.uncertainty(1) == made.uncertainty(1)
    assert read.sampler.sampling.name == made.sampler.sampling.name


@pytest.mark.parametrize("way", ["json", "pickle"])
def test_what_is_computed_again_is_the_same(made: Explanation, way: str) -> None:
    """Fits and errors under other settings are not written, but computed from what is."""
    read, change = again(made, way), {"kernel_width": 3.0, "num_features": 4}
    assert read.refit(**change).surrogates == made.refit(**change).surrogates  # type: ignore[arg-type]
    if way == "json" and made.domain_mapper.domain == "tabular":
        return  # what an additive model expects is kept as it was, and not computed for the other width
    assert read.refit(**change).uncertainty(1) == made.refit(**change).uncertainty(1)  # type: ignore[arg-type]


def test_writing_again_gives_the_same_text(made: Explanation) -> None:
    text = made.to_json()
    assert Explanation.from_json(text).to_json() == text


@pytest.mark.parametrize("name", ["pairs", "arrays", "sobol", "lime", "nominal", "assisted"])
@pytest.mark.parametrize("way", ["json", "pickle"])
def test_given_its_model_it_grows_as_if_it_had_never_been_written(name: str, way: str) -> None:
    explanation = MADE[name]()
    if way == "json" and name == "sobol":
        pytest.skip("a table in JSON does not carry how its rows are drawn")
    model = explanation.sampler.model
    grown = again(explanation, way).with_model(model).extend(100, progress_bar=False)
    expected = explanation.extend(100, progress_bar=False)
    assert dict(arrays_of(grown)) == dict(arrays_of(expected))
    assert grown.surrogates == expected.surrogates
    assert grown.uncertainty(1) == expected.uncertainty(1)


def test_an_older_document_is_limes_own_sampling() -> None:
    """Before there were designs nothing was said of them."""
    explanation = MADE["lime"]()
    document = json.loads(explanation.to_json())
    del document["sampling"]["design"]
    for key in ("importance", "expected", "exact", "noise", "nominal", "emulation", "population"):
        document["state"]["neighborhood"].pop(key, None)
    document["state"].pop("convergence")
    document["state"]["surrogate"].pop("estimator")
    for fit in document["fitted"]:
        del fit["uncertainty"]
    read = Explanation.from_json(json.dumps(document))
    assert read.surrogates == explanation.surrogates
    assert (read.design, read.estimator, read.convergence) == ("lime", "regression", None)
    assert read.uncertainty(1) == explanation.uncertainty(1)


NEW = {
    "neighborhood": ("importance", "noise", "nominal", "exact", "emulation", "population"),
    "convergence": ("measure", "target", "looks", "reason"),
}
VALUES: list[Any] = [None, -1, 2**70, 1.5, float("nan"), "</script>", [], [[]], {}, [10**9, 10**9], True]


@pytest.mark.parametrize("name", ["auto assisted", "nominal"])
def test_a_document_with_a_part_of_the_sampling_replaced_is_refused_or_can_be_used(name: str) -> None:
    document = json.loads(MADE[name]().to_json())
    state = document["state"]
    places = [
        *((state["neighborhood"], key) for key in NEW["neighborhood"] if key in state["neighborhood"]),
        *((state["convergence"] or {}, key) for key in NEW["convergence"] if state["convergence"]),
        (state, "convergence"),
        *parts(state["neighborhood"].get("emulation")),
        *parts(document["sampling"]),
        *parts(document["fitted"][0]["uncertainty"]),
    ]
    for container, key in places:
        original = container[key]
        for value in VALUES:
            container[key] = value
            try:
                read = Explanation.from_json(json.dumps(document))
            except ValueError:
                continue
            finally:
                container[key] = original
            where = f"{key} = {value!r}"
            assert Explanation.from_json(read.to_json()).as_map() == read.as_map(), where
            assert repr(read), where
            assert read.refit(kernel_width=9.0).as_map(), where


@pytest.mark.parametrize("buffer", ["left_out", "distances", "shares"])
def test_a_pool_that_does_not_fit_its_samples_is_refused(buffer: str) -> None:
    document = json.loads(MADE["assisted"]().to_json())
    emulation = document["state"]["neighborhood"]["emulation"]
    emulation[buffer] = {**emulation[buffer], "shape": [1, *emulation[buffer]["shape"][1:]]}
    with pytest.raises(ValueError, match=r".+"):
        Explanation.from_json(json.dumps(document))
