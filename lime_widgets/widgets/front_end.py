"""The built front end, which every distribution of this package carries."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def front_end(name: str) -> str:
    """Return a built file: ``widget.js``, ``widget.css``, ``snapshot.js`` or ``snapshot.css``.

    Raises
    ------
    ImportError
        If the front end was not built, which happens only in a checkout.
    """
    try:
        return files("lime_widgets").joinpath("static", name).read_text("utf-8")
    except FileNotFoundError as error:
        raise ImportError(
            f"got no front end: lime_widgets/static/{name} is missing, expected it built, try make build"
        ) from error
