"""The built front end, in every distribution of this package: a script for each domain and host, and styles."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple


class Bundle(NamedTuple):
    """A script and its style sheet.

    Parameters
    ----------
    script : str
        JavaScript, everything in it.
    style : str
        CSS.
    """

    script: str
    style: str


@cache
def front_end(host: Literal["widget", "snapshot"], domain: str) -> Bundle:
    """Return what shows explanations of a domain in a notebook, or on a page of its own.

    Raises
    ------
    ImportError
        If the front end was not built, which happens only in a checkout.
    """
    # One style sheet for live widgets of every domain: a notebook keeps a single one for their class.
    style = "widget.css" if host == "widget" else f"{host}-{domain}.css"
    return Bundle(_built(f"{host}-{domain}.js"), _built(style))


def _built(name: str) -> str:
    """Return a built file."""
    try:
        return files("lime_widgets").joinpath("static", name).read_text("utf-8")
    except FileNotFoundError as error:
        raise ImportError(
            f"got no front end: lime_widgets/static/{name} is missing, expected it built, try make build"
        ) from error
