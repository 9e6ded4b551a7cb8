"""The page to give away: one file, which works without a kernel, makes no request and runs only its own script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Iterable
from typing import Any

from lime_widgets import schema
from lime_widgets.explanation import Explanation
from lime_widgets.serialization import fit_state, has_lost_code, page_classes, settings_state, to_state
from lime_widgets.widgets.front_end import front_end
from lime_widgets.widgets.static_html import CLASSES, html_text, static_html

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main id="lime-root">
<h1>{title}</h1>
{static}
</main>
<script type="application/json" id="lime-snapshot">{data}</script>
<script>{script}</script>
</body>
</html>
"""


def snapshot_html(
    explanation: Explanation,
    *,
    label: int | None = None,
    hidden: Collection[str] = (),
    removed: Iterable[int] = (),
    edits: Iterable[Any] = (),
    view: dict[str, Any] | None = None,
    what_if: dict[str, Any] | None = None,
) -> str:
    """Return an explanation as a page of its own.

    Parameters
    ----------
    explanation : Explanation
        What to show.
    label : int, optional
        The class shown first; the one shown now if None.
    hidden : collection of str
        Parts of the page to leave out, as ``docs/wire.md`` names them.
    removed : iterable of int
        Features struck out.
    edits : iterable of (int, float or None)
        Features of a table and the values put in the place of the instance's.
    view : dict, optional
        How an image is looked at, as the widget's trait of that name.
    what_if : dict, optional
        The model's last answer, as the widget's trait of that name.

    Raises
    ------
    ImportError
        If the front end was not built.
    ValueError
        If the model has no such class.
    """
    shown = explanation.showing(explanation.shown_label if label is None else label)
    state, buffers = to_state(shown, shown.shown_label, "float32")
    data = {
        "state": {**state, "hidden": list(hidden)},
        "buffers": schema.encode_buffers(buffers),
        "settings": settings_state(shown.settings, shown.shown_label),
        "removed": list(removed),
        "edits": list(edits),
        "view": view or {},
        "what_if": what_if or {},
        "fitted": [] if shown.page_can_refit else _every_fit(shown),
    }
    script, style = front_end("snapshot", shown.domain_mapper.domain)
    return _PAGE.format(
        policy=_policy(script, style),
        title=html_text(f"{state['title']}: {shown.domain_mapper.title}"),
        style=style,
        static=static_html(shown, shown.shown_label, CLASSES, hidden),
        # In a script element only "<" can end it; in JSON it can be written otherwise.
        data=schema.dumps(data).replace("<", "\\u003c"),
        script=script,
    )


def _every_fit(explanation: Explanation) -> list[dict[str, Any]]:
    """Return the fit of every class, for a page that cannot compute them; where Python cannot either, those known."""
    if not has_lost_code(explanation.settings):
        explanation = explanation.refit(labels=page_classes(explanation))
    return [fit_state(explanation, label) for label in explanation.surrogates]


def _policy(script: str, style: str) -> str:
    """Return a content security policy under which this script and this style run, and nothing else."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {_hash(script)}",
            f"style-src {_hash(style)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )


def _hash(source: str) -> str:
    """Return a source's hash as a policy has it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"
