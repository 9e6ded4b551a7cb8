"""The committed golden vectors are what the engine answers today."""

import json
import math
from typing import Any

import pytest

from tests import golden


def assert_same(committed: Any, computed: Any, where: str) -> None:
    assert type(committed) is type(computed), where
    if isinstance(committed, dict):
        assert list(committed) == list(computed), where
        for key in committed:
            assert_same(committed[key], computed[key], f"{where}.{key}")
    elif isinstance(committed, list):
        assert len(committed) == len(computed), where
        for place, pair in enumerate(zip(committed, computed, strict=True)):
            assert_same(*pair, f"{where}[{place}]")
    elif isinstance(committed, float):
        assert math.isclose(committed, computed, rel_tol=1e-12, abs_tol=1e-12), where
    else:
        assert committed == computed, where


@pytest.fixture(scope="module")
def committed() -> Any:
    return json.loads(golden.PATH.read_text(encoding="ascii"))


@pytest.fixture(scope="module")
def computed() -> Any:
    return json.loads(json.dumps(golden.document()))


def test_the_committed_problems_are_those_drawn_today(committed: Any, computed: Any) -> None:
    assert_same(committed["problems"], computed["problems"], "problems")


def test_the_committed_fits_are_those_of_the_engine(committed: Any, computed: Any) -> None:
    assert_same(committed["cases"], computed["cases"], "cases")


def test_there_is_nothing_else_in_the_file(committed: Any) -> None:
    assert list(committed) == ["problems", "cases"]
