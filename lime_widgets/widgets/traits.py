"""The traits that kernel and page share, and what may be written into them."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from lime_widgets.engine import SELECTIONS, ExponentialKernel
from lime_widgets.explanation import Explanation
from lime_widgets.widgets.image_view import valid_view

IDLE: dict[str, Any] = {"phase": "idle", "done": 0, "total": 0, "error": ""}
"""The status while nothing is going on."""


class ExplanationTraits(anywidget.AnyWidget):
    """The traits of a live widget, as ``docs/wire.md`` has them.

    Raises
    ------
    TraitError
        If one is set to what has no meaning.
    """

    # Each domain has a script of its own. All share a style sheet: a notebook keeps one for each class of widgets.
    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)

    explanation = traitlets.Instance(Explanation)

    state = traitlets.Unicode("{}").tag(sync=True)
    buffers = traitlets.List(traitlets.Bytes()).tag(sync=True)
    label = traitlets.Int(0).tag(sync=True)
    kernel_width = traitlets.Float(1.0).tag(sync=True)
    num_features = traitlets.Int(1).tag(sync=True)
    selection = traitlets.Enum(SELECTIONS, "auto").tag(sync=True)
    removed = traitlets.List(traitlets.Int()).tag(sync=True)
    edits = traitlets.List(traitlets.List()).tag(sync=True)
    view = traitlets.Dict().tag(sync=True)
    what_if = traitlets.Dict().tag(sync=True)
    fitted = traitlets.List(traitlets.Dict()).tag(sync=True)
    convergence = traitlets.Dict().tag(sync=True)
    status = traitlets.Dict(IDLE).tag(sync=True)

    @traitlets.validate("label")
    def _valid_label(self, proposal: Any) -> int:
        n_classes = self.explanation.neighborhood.n_outputs
        return _within(proposal, 0, n_classes - 1)

    @traitlets.validate("num_features")
    def _valid_num_features(self, proposal: Any) -> int:
        return _within(proposal, 1, None)

    @traitlets.validate("kernel_width")
    def _valid_kernel_width(self, proposal: Any) -> float:
        try:
            ExponentialKernel(proposal.value)
        except ValueError as error:
            raise traitlets.TraitError(str(error)) from error
        return float(proposal.value)

    @traitlets.validate("removed")
    def _valid_removed(self, proposal: Any) -> list[int]:
        n_features = self.explanation.neighborhood.n_features
        if any(not 0 <= feature < n_features for feature in proposal.value):
            raise traitlets.TraitError(f"removed: got {proposal.value}, expected features from 0 to {n_features - 1}")
        return sorted(set(proposal.value))

    @traitlets.validate("edits")
    def _valid_edits(self, proposal: Any) -> list[list[Any]]:
        try:
            self.explanation.domain_mapper.page_variant([], proposal.value)
        except ValueError as error:
            raise traitlets.TraitError(f"edits: {error}") from error
        return [list(edit) for edit in proposal.value]

    @traitlets.validate("view")
    def _valid_view(self, proposal: Any) -> dict[str, Any]:
        try:
            return valid_view(proposal.value, self.explanation.neighborhood.n_outputs)
        except ValueError as error:
            raise traitlets.TraitError(str(error)) from error


def _within(proposal: Any, lowest: int, highest: int | None) -> int:
    """Return the proposed integer, if it lies within its bounds."""
    value = int(proposal.value)
    if value < lowest or (highest is not None and value > highest):
        bounds = f"{lowest} to {highest}" if highest is not None else f"{lowest} or more"
        raise traitlets.TraitError(f"{proposal.trait.name}: got {value}, expected {bounds}")
    return value
