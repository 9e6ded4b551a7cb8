"""What lime's explanations offer, under its names and in its shapes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from lime_widgets.domain import DomainMapper
from lime_widgets.engine import Surrogate

if TYPE_CHECKING:
    from lime_widgets.explanation import Explanation


class LimeAccessors(ABC):
    """lime's attributes and methods, computed from the fitted local model of each label."""

    domain_mapper: DomainMapper
    top_labels: list[int] | None
    chosen_label: int | None

    @property
    @abstractmethod
    def surrogates(self) -> dict[int, Surrogate]:
        """The fitted local model of each label."""

    def surrogate(self, label: int) -> Surrogate:
        """Return the fitted local model of a label.

        Raises
        ------
        KeyError
            If the label was not explained.
        """
        if label not in self.surrogates:
            raise KeyError(
                f"got label {label!r}, expected one of {list(self.surrogates)}, "
                f"try explanation.refit(labels=[{label!r}])"
            )
        return self.surrogates[label]

    @cached_property
    def local_exp(self) -> dict[int, list[tuple[int, float]]]:
        """For each label, (feature, weight) by falling absolute weight."""
        return {label: list(zip(fit.features, fit.weights, strict=True)) for label, fit in self.surrogates.items()}

    @property
    def intercept(self) -> dict[int, float]:
        """For each label, the surrogate's intercept."""
        return {label: fit.intercept for label, fit in self.surrogates.items()}

    @property
    def score(self) -> dict[int, float]:
        """For each label, the surrogate's fidelity: its weighted R² on the neighborhood."""
        return {label: fit.score for label, fit in self.surrogates.items()}

    @property
    def local_pred(self) -> dict[int, float]:
        """For each label, the surrogate's answer for the instance."""
        return {label: fit.local_prediction for label, fit in self.surrogates.items()}

    @property
    def effective_sample_size(self) -> dict[int, float]:
        """For each label, Kish's effective sample size under the kernel."""
        return {label: fit.effective_sample_size for label, fit in self.surrogates.items()}

    def available_labels(self) -> list[int]:
        """Return the labels explained; first the best, where they were chosen by the model's answer."""
        return list(dict.fromkeys([*(self.top_labels or []), *self.surrogates]))

    @property
    def _itself(self) -> Explanation:
        """The whole explanation, for the views, which need more of it than what lime's have."""
        return cast("Explanation", self)

    @property
    def shown_label(self) -> int:
        """The label that is meant when none is named: the one a reader chose, else lime's 1."""
        if self.chosen_label is not None:
            return self.chosen_label
        return 1 if 1 in self.surrogates else self.available_labels()[0]

    @property
    def first_label(self) -> int:
        """The label that a widget or a page shows first: the one a reader chose, else the model's best if it chose."""
        if self.chosen_label is None and self.top_labels:
            return self.top_labels[0]
        return self.shown_label

    def _first_of(self, labels: Iterable[int] | None) -> int:
        """Return the first of the labels; `first_label` if there is none."""
        return next(iter(() if labels is None else labels), self.first_label)

    def as_list(self, label: int | None = None, **kwargs: Any) -> list[tuple[str, float]]:
        """Return (feature, weight) by falling absolute weight.

        Parameters
        ----------
        label : int, optional
            A label that was explained; `shown_label` if None, which is lime's 1 unless it was not explained or somebody
            chose another.
        **kwargs : Any
            For texts, ``positions=True`` adds where each word stands: ``"by_198-239"``.

        Raises
        ------
        KeyError
            If the label was not explained.
        """
        label = self.shown_label if label is None else label
        self.surrogate(label)
        return self.domain_mapper.map_exp_ids(self.local_exp[label], **kwargs)

    def as_map(self) -> dict[int, list[tuple[int, float]]]:
        """Return, for each label, (feature id, weight) by falling absolute weight."""
        return self.local_exp

    def as_html(
        self,
        labels: Iterable[int] | None = None,
        predict_proba: bool = True,
        show_predicted_value: bool = True,  # noqa: ARG002 - lime has it, for regression
        **kwargs: Any,
    ) -> str:
        """Return a page of its own, which works without a kernel and makes no request.

        Parameters
        ----------
        labels : iterable of int, optional
            The first is shown first; every class can be chosen in the page.
        predict_proba : bool
            Show the model's answer for each class.
        show_predicted_value : bool
            For regression; a classifier's page has none.
        **kwargs : Any
            ``text=False`` does not show the text, which stays in the page's data; ``opacity=False`` shades all tokens
            alike.
        """
        # Upwards in the house, as everything by which an explanation shows itself: so that whoever only computes
        # loads no widget library.
        from lime_widgets.widgets.snapshot import snapshot_html

        return snapshot_html(self._itself, label=self._first_of(labels), hidden=_hidden_parts(predict_proba, kwargs))

    def save_to_file(
        self,
        file_path: str | PathLike[str],
        labels: Iterable[int] | None = None,
        predict_proba: bool = True,
        show_predicted_value: bool = True,
        **kwargs: Any,
    ) -> None:
        """Write the page of `as_html` to a file."""
        page = self.as_html(labels, predict_proba, show_predicted_value, **kwargs)
        Path(file_path).write_text(page, encoding="utf-8")

    def show_in_notebook(
        self,
        labels: Iterable[int] | None = None,
        predict_proba: bool = True,
        show_predicted_value: bool = True,
        **kwargs: Any,
    ) -> None:
        """Show the page of `as_html` in the notebook, for good: it needs no kernel later."""
        from lime_widgets.widgets.display import show_frozen

        shown = self._itself.showing(self._first_of(labels))
        page = shown.as_html(None, predict_proba, show_predicted_value, **kwargs)
        show_frozen(shown, page, _hidden_parts(predict_proba, kwargs))

    def as_pyplot_figure(self, label: int | None = None, figsize: tuple[float, float] = (4, 4), **kwargs: Any) -> Any:
        """Return a matplotlib figure with a bar for each feature; needs the extra ``lime_widgets[plot]``."""
        from lime_widgets.plotting import pyplot_figure

        chosen = self.shown_label if label is None else label
        return pyplot_figure(self._itself, chosen, figsize, **kwargs)


def _hidden_parts(predict_proba: bool, options: dict[str, Any]) -> list[str]:
    """Name the parts of the page that lime's arguments leave out."""
    shown = {**options, "predict_proba": predict_proba}
    return [part for part in ("predict_proba", "text", "opacity") if not shown.get(part, True)]
