"""The live widget: traits, validation and messages. What it shows is computed in the page, or by the explanation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any

import traitlets

from lime_widgets import schema
from lime_widgets.engine.stopping import Convergence
from lime_widgets.explanation import Explanation
from lime_widgets.sampling_choice import AUTO
from lime_widgets.sampling_state import convergence_state
from lime_widgets.serialization import fit_state, page_classes, settings_state, to_state
from lime_widgets.widgets.display import fallback, show_live
from lime_widgets.widgets.front_end import front_end
from lime_widgets.widgets.image_view import image_of, proposal, segmentation_of
from lime_widgets.widgets.snapshot import snapshot_html
from lime_widgets.widgets.traits import IDLE, ExplanationTraits
from lime_widgets.widgets.work import Work

_SECONDS_PER_BATCH = 0.1
"""How long the model is asked before the kernel looks whether somebody pressed Stop."""
_PAUSE = 0.005
"""Long enough for the kernel's loop to take a message in."""
_SETTINGS = ("label", "kernel_width", "num_features", "selection")
_VARIATIONS = ("removed", "edits")


class ExplanationWidget(ExplanationTraits):
    """An explanation that its reader can turn: the page refits it, the model is asked only where it must be.

    Parameters
    ----------
    explanation : Explanation
        What to show.

    Attributes
    ----------
    explanation : Explanation
        What the reader sees now. It follows the page's controls; assigning another shows that one.
    label, kernel_width, num_features, selection
        The current settings.
    removed : list of int
        Features struck out.
    edits : list of [int, float or None]
        Of a table: features and the values put in the place of the instance's.
    view : dict
        Of an image: how it is looked at.
    what_if : dict
        The model's answer for that variant: ``{"removed": [...], "edits": [...], "actual": [...]}``.
    status : dict
        What is going on, and the last error.
    convergence : dict
        While as many samples are asked for as it takes: how precise the weights have become.
    closed : bool
        Whether it was closed, and can be shown no more.

    Raises
    ------
    TraitError
        If a setting has no meaning.
    """

    def __init__(self, explanation: Explanation, **kwargs: Any) -> None:
        self._following = False
        self._stopping = False
        self._proposed: dict[str, Any] = {}
        self._classes: list[int] = []
        self.closed = False
        self._tasks: set[asyncio.Task[None]] = set()
        shown = explanation.showing(explanation.first_label)
        self._first_settings = settings_state(shown.settings, shown.shown_label)
        script, style = front_end("widget", shown.domain_mapper.domain)
        super().__init__(explanation=shown, _esm=script, _css=style, **kwargs)
        self._show(shown)
        self.observe(self._follow_page, names=list(_SETTINGS))
        self.observe(self._ask_what_if, names=list(_VARIATIONS))
        self.on_msg(self._receive)

    def save_snapshot(self, path: str | PathLike[str]) -> None:
        """Write what the reader sees now as a page of its own, which works without a kernel.

        Parameters
        ----------
        path : path-like
            File to write.
        """
        Path(path).write_text(self._snapshot(), encoding="utf-8")

    def close(self) -> None:
        """Close the widget, and ask the model no more."""
        self.closed = self._stopping = True
        super().close()

    def view_bundle(self) -> dict[str, Any]:
        """Return what displays the live widget."""
        bundle = super()._repr_mimebundle_()
        data: dict[str, Any] = bundle[0] if bundle else {}
        return data

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Show the live widget, with a static copy for hosts that have none."""
        return {**self.view_bundle(), **fallback(self.explanation)}, {}

    def _ipython_display_(self) -> None:
        """Show the live widget and, beneath it and hidden while it lives, a static copy."""
        show_live(self)

    def __repr__(self) -> str:
        """Return the explanation as text."""
        return repr(self.explanation)

    @traitlets.observe("explanation")
    def _explanation_changed(self, change: Any) -> None:
        """Show another explanation, unless it is the one that the page already shows."""
        if self._following or change.old is None:
            return
        if change.new.domain_mapper is not change.old.domain_mapper:
            self._forget_variation()
            self.view = {}
        shown = change.new.showing(change.new.first_label)
        self._first_settings = settings_state(shown.settings, shown.shown_label)
        self._show(shown)

    def _forget_variation(self) -> None:
        """Go back to the instance: what is struck out or changed, and the model's answer, belong to another."""
        self.removed, self.edits = [], []

    def _show(self, explanation: Explanation) -> None:
        """Send everything to the page, in one message."""
        shown = explanation.showing(explanation.shown_label)
        state, buffers = to_state(shown, shown.shown_label, "float32")
        state["settings"] = self._first_settings
        self._classes = page_classes(shown)
        with self._quietly(), self.hold_sync():
            self.explanation = shown
            self._esm = front_end("widget", shown.domain_mapper.domain).script
            self.state, self.buffers = schema.dumps(state), buffers
            self.convergence = {}
            for name, value in settings_state(shown.settings, shown.shown_label).items():
                setattr(self, name, value)
            self.fitted = self._page_fits(shown)

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """While this lasts, changes of traits are the widget's own."""
        before = self._following
        self._following = True
        try:
            yield
        finally:
            self._following = before

    def _follow_page(self, _: Any) -> None:
        """Refit as the page did, so that Python sees what its reader sees."""
        if self._following:
            return
        try:
            refitted = self.explanation.showing(self.label).refit(
                kernel_width=self.kernel_width, num_features=self.num_features, feature_selection=self.selection
            )
        except Exception as error:  # noqa: BLE001 - a custom kernel or regressor raises what it likes
            self._report(error)
            return
        self._report(None)
        if self.label not in self._classes:
            # The page has not its samples: they come with everything else.
            self._show(refitted)
            return
        with self._quietly():
            self.explanation = refitted
            self.fitted = self._page_fits(refitted)

    @traitlets.observe("view")
    def _follow_view(self, _: Any) -> None:
        """Fit the class that an image is compared with, where the page cannot."""
        self.fitted = self._page_fits(self.explanation)

    def _page_fits(self, explanation: Explanation) -> list[dict[str, Any]]:
        """Return the fits that the page shows and cannot compute."""
        if explanation.page_can_refit:
            return []
        shown, compared = explanation.shown_label, self.view.get("compare")
        fits = [fit_state(explanation, shown)]
        if compared in (None, shown):
            return fits
        try:
            return [*fits, fit_state(explanation.showing(compared), compared)]
        except Exception as error:  # noqa: BLE001 - a custom kernel or regressor raises what it likes, one of JSON is lost
            self._report(error)
            return fits

    # What the page asks of the model.

    def _receive(self, _: Any, content: dict[str, Any], __: list[memoryview]) -> None:
        """Take a message from the page."""
        kind = content.get("type")
        if kind == "stop":
            self._stopping = True
            if self.status["phase"] == "running":
                self.status = {**self.status, "phase": "stopping"}
        elif kind == "add_samples" and self.status["phase"] == "idle":
            # Now, not when the work begins: a second press, or Stop, may be the next message.
            self._stopping = False
            self.status = _running()
            self._start(self._add_samples(content.get("count")))
        elif kind == "segment":
            self._proposed = content
            self._start(self._propose(content))
        elif kind == "resegment" and self.status["phase"] == "idle":
            self._stopping = False
            self.status = _running()
            self._start(self._resegment(content))
        elif kind == "export":
            self._export()

    def _start(self, work: Any) -> None:
        """Do the work in between the kernel's other duties; at once where no event loop runs."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            asyncio.run(work)
            return
        task = loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _add_samples(self, count: Any) -> None:
        """Ask the model for more samples, or for as many as it takes."""
        if count == AUTO:
            await self._ask_and_report(lambda: Work.precise(self.explanation, self._show_looks))
        else:
            await self._ask_and_report(lambda: Work(self.explanation.extension(count)))

    def _show_looks(self, convergence: Convergence) -> None:
        """Show the page how precise the weights have become."""
        self.convergence = convergence_state(convergence) or {}

    async def _resegment(self, message: dict[str, Any]) -> None:
        """Ask the model about an image cut otherwise."""
        await self._ask_and_report(lambda: Work(image_of(self.explanation).resegmentation(segmentation_of(message))))

    async def _propose(self, message: dict[str, Any]) -> None:
        """Show the page how an image would be cut, unless it has asked for another cut by now, or is closed."""
        await asyncio.sleep(_PAUSE)
        if message is self._proposed and not self.closed:
            self.send(*proposal(self.explanation, message))

    async def _ask_and_report(self, work: Callable[[], Work]) -> None:
        """Ask the model; whatever ends it, the page is told."""
        error_text = ""
        try:
            await self._ask_for(work())
        except Exception as error:  # noqa: BLE001 - so does a custom kernel, metric or regressor
            error_text = str(error) or type(error).__name__
        finally:
            self.status = {**IDLE, "error": error_text}

    async def _ask_for(self, work: Work) -> None:
        """Ask batch by batch until all is answered, Stop is pressed or another neighborhood is shown."""
        extension, known = work.extension, self.explanation.neighborhood
        # As the looks at how precise it is count them.
        n_before = 0 if work.precision is None else known.n_samples
        try:
            while not work.finished and self.explanation.neighborhood is known:
                self.status = _running(n_before + extension.n_answered, n_before + extension.n_rows)
                await asyncio.sleep(_PAUSE)
                if self._stopping:
                    break
                work.step(_SECONDS_PER_BATCH)
        finally:
            # The samples are those of the explanation that was shown: another has no use for them.
            if self.explanation.neighborhood is known and not extension.is_empty:
                # Together, so that the page never sees what was hidden of one cut on another.
                with self.hold_sync():
                    if extension.sampler.mapper is not self.explanation.domain_mapper:
                        self._forget_variation()
                    self._show(work.result(self.explanation))

    def _ask_what_if(self, _: Any) -> None:
        """Ask the model about the instance without what is struck out and with what was edited."""
        variation = self._variation()
        if not any(variation.values()) or not self.explanation.has_model:
            self.what_if = {**variation, "actual": None} if any(variation.values()) else {}
            return
        self._start(self._answer_what_if(variation))

    def _variation(self) -> dict[str, Any]:
        """Return what is struck out and what was edited."""
        return {name: getattr(self, name) for name in _VARIATIONS}

    async def _answer_what_if(self, variation: dict[str, Any]) -> None:
        """Ask, unless something else is struck out or edited by now, it was answered meanwhile, or nobody looks on."""
        await asyncio.sleep(_PAUSE)
        if not self.closed and variation == self._variation() and not self._is_answered(variation):
            self._ask_now(variation)

    def _is_answered(self, variation: dict[str, Any]) -> bool:
        """Tell whether the model's last answer is that for a variation."""
        return all(self.what_if.get(name) == value for name, value in variation.items())

    def _ask_now(self, variation: dict[str, Any]) -> None:
        """Ask the model about a variation of the instance."""
        try:
            answer = self.explanation.ask(self.explanation.domain_mapper.page_variant(**variation))
        except Exception as error:  # noqa: BLE001 - making a tensor or one of Pillow's images fails as it likes
            self._report(error)
            self.what_if = {**variation, "actual": None}
            return
        self._report(None)
        self.what_if = {**variation, "actual": answer.tolist()}

    def _export(self) -> None:
        """Send the page to save."""
        try:
            page = self._snapshot()
        except Exception as error:  # noqa: BLE001 - every class is fitted, by a custom kernel or regressor perhaps
            self._report(error)
            return
        self.send({"type": "snapshot", "filename": "explanation.html"}, buffers=[page.encode()])

    def _snapshot(self) -> str:
        """Return what the reader sees as a page, the model's answer to the last edit with it."""
        variation = self._variation()
        if any(variation.values()) and self.explanation.has_model and not self._is_answered(variation):
            self._ask_now(variation)
        return snapshot_html(self.explanation, view=self.view, what_if=self.what_if, **self._variation())

    def _report(self, error: Exception | None) -> None:
        """Show an error in the page, or take the last one away; nothing else changes."""
        self.status = {**self.status, "error": "" if error is None else str(error)}


def _running(done: int = 0, total: int = 0) -> dict[str, Any]:
    """Return the status while samples are asked for."""
    return {**IDLE, "phase": "running", "done": done, "total": total}
