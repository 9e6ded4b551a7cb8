"""The words and the thresholds that Python and the page share; both read the files in ``common/``."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def common(name: str) -> dict[str, Any]:
    """Return one of the shared files: ``strings``, ``palette`` or ``doubt``."""
    read: dict[str, Any] = json.loads(files("lime_widgets").joinpath("common", f"{name}.json").read_text("utf-8"))
    return read


def say(key: str, **values: Any) -> str:
    """Return a sentence of the page, with its placeholders filled."""
    return str(common("strings")[key]).format(**values)


def say_of(domain: str, key: str, **values: Any) -> str:
    """Return a sentence in the words of a domain, where it has words of its own."""
    own = f"{key}_{domain}"
    return say(own if own in common("strings") else key, **values)
