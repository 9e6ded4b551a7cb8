"""Explain single predictions of any classifier, in a widget that answers back.

>>> from lime_widgets import LimeTextExplainer
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from lime_widgets.explain_any import explain
    from lime_widgets.explanation import Explanation
    from lime_widgets.image import ImageExplanation, LimeImageExplainer
    from lime_widgets.tabular import LimeTabularExplainer, RecurrentTabularExplainer
    from lime_widgets.text import LimeTextExplainer
    from lime_widgets.widgets.explanation_widget import ExplanationWidget

# Loaded at first use (PEP 562), so that importing the package costs next to nothing.
_HOMES = {
    "Explanation": "lime_widgets.explanation",
    "ExplanationWidget": "lime_widgets.widgets.explanation_widget",
    "ImageExplanation": "lime_widgets.image",
    "LimeImageExplainer": "lime_widgets.image",
    "LimeTabularExplainer": "lime_widgets.tabular",
    "LimeTextExplainer": "lime_widgets.text",
    "RecurrentTabularExplainer": "lime_widgets.tabular",
    "explain": "lime_widgets.explain_any",
}

__all__ = [
    "Explanation",
    "ExplanationWidget",
    "ImageExplanation",
    "LimeImageExplainer",
    "LimeTabularExplainer",
    "LimeTextExplainer",
    "RecurrentTabularExplainer",
    "explain",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'lime_widgets' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names, imported or not."""
    return sorted([*globals(), *_HOMES])
