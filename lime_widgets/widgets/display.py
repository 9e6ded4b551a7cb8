"""How an explanation appears in a notebook: alive, with a static copy for when it is not; or frozen for good."""

from __future__ import annotations

from collections.abc import Collection
from html import escape
from typing import TYPE_CHECKING, Any

from lime_widgets.explanation import Explanation
from lime_widgets.strings import say
from lime_widgets.widgets.static_html import INLINE, static_html

if TYPE_CHECKING:
    from lime_widgets.widgets.explanation_widget import ExplanationWidget

_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def fallback(explanation: Explanation) -> dict[str, str]:
    """Return the static copy, as HTML without script and as text."""
    copy = static_html(explanation, explanation.shown_label, INLINE)
    return {"text/html": f'<div class="lime-fallback">\n{copy}\n</div>', "text/plain": repr(explanation)}


def show_live(widget: ExplanationWidget) -> None:
    """Show the widget and, as an output of its own, its static copy.

    A notebook opened without a kernel says "Loading widget…" for ever in the place of a widget, whatever else that
    output carries. The copy beneath it is hidden by the widget's style sheet, hence only while the widget lives.
    """
    copy = fallback(widget.explanation)
    if not _in_kernel():
        print(copy["text/plain"])  # noqa: T201 - in a terminal this is the display
        return
    view = widget.view_bundle()
    _publish({_WIDGET_VIEW: view[_WIDGET_VIEW], "text/plain": say("live_widget")})
    _publish(copy)


def show_frozen(explanation: Explanation, page: str, hidden: Collection[str] = ()) -> None:
    """Show a page in a frame of its own, which needs no kernel, now or later."""
    if not _in_kernel():
        print(repr(explanation))  # noqa: T201 - in a terminal this is the display
        return
    _publish(frozen_bundle(explanation, page, hidden))


def frozen_bundle(explanation: Explanation, page: str, hidden: Collection[str] = ()) -> dict[str, str]:
    """Return the page in a frame, and a static copy for hosts that take frames and styles away.

    The style hides the copy where the frame is; whoever removes one removes the other.
    """
    copy = static_html(explanation, explanation.shown_label, INLINE, hidden)
    title = escape(say(f"title_{explanation.domain_mapper.domain}"))
    html = (
        "<style>.lime-frozen:has(iframe) > div { display: none }</style>\n"
        f'<div class="lime-frozen"><iframe sandbox="allow-scripts" title="{title}" '
        f'width="100%" height="720" style="border: 0" srcdoc="{escape(page)}"></iframe>\n<div>\n{copy}\n</div></div>'
    )
    return {"text/html": html, "text/plain": repr(explanation)}


def _publish(bundle: dict[str, Any]) -> None:
    """Send an output to the notebook."""
    from IPython.display import publish_display_data

    publish: Any = publish_display_data
    publish(bundle)


def _in_kernel() -> bool:
    """Tell a notebook from a terminal."""
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    shell: Any = get_ipython()
    return hasattr(shell, "kernel")
