"""What lime's explanations offer, under its names and in its shapes."""

from __future__ import annotations

import difflib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from lime_widgets.domain import DomainMapper
from lime_widgets.engine import Neighborhood, Surrogate
from lime_widgets.task import Task

if TYPE_CHECKING:
    from lime_widgets.explanation import Explanation

Value = TypeVar("Value")

_PAGE_OPTIONS = ("text", "opacity", "show_table", "show_all")


class LimeAccessors(ABC):
    """lime's attributes and methods, computed from the fitted local model of each label."""

    domain_mapper: DomainMapper
    top_labels: list[int] | None
    chosen_label: int | None
    neighborhood: Neighborhood
    output_names: list[str]

    dummy_label = 1
    """The label by which lime calls a regressor's answer."""

    @property
    @abstractmethod
    def task(self) -> Task:
        """What the model does, and how its answers are called."""

    @property
    @abstractmethod
    def answer(self) -> NDArray[np.float64]:
        """The model's answer for the instance, shape (n_outputs,)."""

    @property
    @abstractmethod
    def surrogates(self) -> dict[int, Surrogate]:
        """The fitted local model of each label."""

    def surrogate(self, label: int) -> Surrogate:
        """Return the fitted local model of a label; of a regressor the only one there is, whatever the label.

        Raises
        ------
        KeyError
            If the label was not explained.
        """
        label = self.output_of(label)
        if label not in self.surrogates:
            raise KeyError(
                f"got label {label!r}, expected one of {list(self.surrogates)}, "
                f"try explanation.refit(labels=[{label!r}])"
            )
        return self.surrogates[label]

    def output_of(self, label: int) -> int:
        """Return the column of the model's answers that a label stands for: a regressor has but one."""
        return 0 if self.task.is_regression else label

    def by_label(self, value_of: Callable[[Surrogate], Value]) -> dict[int, Value]:
        """Return something of the fit of each label; a regressor's one fit has lime's labels 0 and 1."""
        if self.task.is_regression:
            (fit,) = self.surrogates.values()
            return dict.fromkeys((0, 1), value_of(fit))
        return {label: value_of(fit) for label, fit in self.surrogates.items()}

    @property
    def mode(self) -> str:
        """What the model does: ``"classification"``, ``"multilabel"`` or ``"regression"``."""
        return self.task.mode

    @property
    def class_names(self) -> list[str]:
        """Names of the classes; of a regressor lime's two, for what lowers its answer and what raises it."""
        return ["negative", "positive"] if self.task.is_regression else self.output_names

    @property
    def predict_proba(self) -> NDArray[np.float64]:
        """The model's answer for the instance, shape (n_classes,); a regressor has none.

        Raises
        ------
        AttributeError
            If the model is a regressor.
        """
        if self.task.is_regression:
            raise AttributeError("got a regression, expected a classification, try explanation.predicted_value")
        return self.answer

    @property
    def predicted_value(self) -> float:
        """The regressor's answer for the instance.

        Raises
        ------
        AttributeError
            If the model is a classifier; so for `min_value` and `max_value`.
        """
        return float(self._values[0])

    @property
    def min_value(self) -> float:
        """The regressor's least answer in the neighborhood."""
        return float(self._values.min())

    @property
    def max_value(self) -> float:
        """The regressor's greatest answer in the neighborhood."""
        return float(self._values.max())

    @property
    def _values(self) -> NDArray[np.float64]:
        """The regressor's answers in the neighborhood."""
        if not self.task.is_regression:
            raise AttributeError(f"got a {self.mode}, expected a regression, try explanation.predict_proba")
        values: NDArray[np.float64] = self.neighborhood.predictions[:, 0]
        return values

    @cached_property
    def local_exp(self) -> dict[int, list[tuple[int, float]]]:
        """For each label, (lime's id of the feature, weight) by falling absolute weight.

        A regressor's label 0 has the weights negated, for what lowers its answer.
        """
        ids = self.domain_mapper.lime_ids
        pairs = self.by_label(
            lambda fit: [(ids[f], weight) for f, weight in zip(fit.features, fit.weights, strict=True)]
        )
        if self.task.is_regression:
            pairs[0] = [(feature, -weight) for feature, weight in pairs[1]]
        return pairs

    @property
    def intercept(self) -> dict[int, float]:
        """For each label, the surrogate's intercept."""
        return self.by_label(lambda fit: fit.intercept)

    @property
    def score(self) -> dict[int, float]:
        """For each label, the surrogate's fidelity: its weighted R² on the neighborhood."""
        return self.by_label(lambda fit: fit.score)

    @property
    def local_pred(self) -> dict[int, float]:
        """For each label, the surrogate's answer for the instance."""
        return self.by_label(lambda fit: fit.local_prediction)

    @property
    def effective_sample_size(self) -> dict[int, float]:
        """For each label, Kish's effective sample size under the kernel."""
        return self.by_label(lambda fit: fit.effective_sample_size)

    @property
    def labels(self) -> list[int]:
        """The labels explained; first the best, where they were chosen by the model's answer. Of a regressor 0."""
        return list(dict.fromkeys([*(self.top_labels or []), *self.surrogates]))

    def available_labels(self) -> list[int]:
        """Return the labels explained; first the best, where they were chosen by the model's answer.

        Raises
        ------
        NotImplementedError
            If the model is a regressor, as in lime.
        """
        if self.task.is_regression:
            raise NotImplementedError("got a regression, which has no classes, try explanation.as_list()")
        return self.labels

    def named_weights(self, label: int) -> list[tuple[str, float]]:
        """Return (feature as it is shown, weight) by falling absolute weight."""
        names, fit = self.domain_mapper.feature_names, self.surrogate(label)
        return [(names[feature], weight) for feature, weight in zip(fit.features, fit.weights, strict=True)]

    @property
    def _itself(self) -> Explanation:
        """The whole explanation, for the views, which need more of it than what lime's have."""
        return cast("Explanation", self)

    @property
    def shown_label(self) -> int:
        """The label that is meant when none is named: the one a reader chose, else lime's 1."""
        if self.chosen_label is not None:
            return self.chosen_label
        return 1 if 1 in self.surrogates else self.labels[0]

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
            For texts, ``positions=True`` adds where each word stands: ``"by_198-239"``. For tables, ``values=True``
            says the value beside its bin, ``"age = 37 (28 to 38]"``, instead of lime's ``"28.00 < age <= 38.00"``.

        Raises
        ------
        KeyError
            If the label was not explained.
        """
        label = self.shown_label if label is None else label
        self.surrogate(label)
        # Whatever the label, a regressor's explanation is that of its value.
        known = self.dummy_label if self.task.is_regression else label
        return self.domain_mapper.map_exp_ids(self.local_exp[known], **kwargs)

    def as_table(self, label: int | None = None) -> list[dict[str, Any]]:
        """Return a row for each weight with its standard error and 95% interval, by falling absolute weight.

        Parameters
        ----------
        label : int, optional
            A label that was explained; `shown_label` if None, as in `as_list`.

        Returns
        -------
        list of dict
            Each with ``feature`` (its name as it is shown), ``weight``, ``error`` (the standard error), ``low`` and
            ``high`` (the ends of the interval). The last three are None where the samples are too few to tell. A frame
            is made of it by ``pandas.DataFrame(exp.as_table())``.

        Raises
        ------
        KeyError
            If the label was not explained.

        Examples
        --------
        >>> import numpy as np
        >>> from lime_widgets import LimeTextExplainer
        >>> def says_good(texts):
        ...     good = np.array(["good" in text for text in texts]) * 0.6 + 0.2
        ...     return np.column_stack([1 - good, good])
        >>> exp = LimeTextExplainer(random_state=0).explain_instance("a good film", says_good, num_features=1)
        >>> [(row["feature"], round(row["weight"], 2), row["error"]) for row in exp.as_table()]  # all 7 masks are asked
        [('good', 0.6, 0.0)]
        """
        from lime_widgets.certainty import weight_rows

        return weight_rows(self._itself, self.shown_label if label is None else label)

    def as_map(self) -> dict[int, list[tuple[int, float]]]:
        """Return, for each label, (feature id, weight) by falling absolute weight."""
        return self.local_exp

    def as_html(
        self,
        labels: Iterable[int] | None = None,
        predict_proba: bool = True,
        show_predicted_value: bool = True,
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
            Show a regressor's answer.
        **kwargs : Any
            ``text=False`` does not show the text, which stays in the page's data; ``opacity=False`` shades all tokens
            alike; ``show_table=False`` leaves the table out; else it has every column, with ``show_all`` or without.
        """
        # Upwards in the house, as everything by which an explanation shows itself: so that whoever only computes
        # loads no widget library.
        from lime_widgets.widgets.snapshot import snapshot_html

        hidden = _hidden_parts(predict_proba, show_predicted_value, kwargs)
        return snapshot_html(self._itself, label=self._first_of(labels), hidden=hidden)

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
        show_frozen(shown, page, _hidden_parts(predict_proba, show_predicted_value, kwargs))

    def as_pyplot_figure(self, label: int | None = None, figsize: tuple[float, float] = (4, 4), **kwargs: Any) -> Any:
        """Return a matplotlib figure with a bar and a 95% interval for each weight; needs ``lime_widgets[plot]``."""
        from lime_widgets.plotting import pyplot_figure

        chosen = self.shown_label if label is None else label
        return pyplot_figure(self._itself, chosen, figsize, **kwargs)

    def as_plotly_figure(self, label: int | None = None) -> Any:
        """Return a plotly figure with a bar and a 95% interval for each weight; needs ``lime_widgets[plot]``."""
        from lime_widgets.plotting import plotly_figure

        return plotly_figure(self._itself, self.shown_label if label is None else label)


def _hidden_parts(predict_proba: bool, predicted_value: bool, options: dict[str, Any]) -> list[str]:
    """Name the parts of the page that lime's arguments leave out.

    Raises
    ------
    TypeError
        If there is no such argument.
    """
    unknown = [name for name in options if name not in _PAGE_OPTIONS]
    if unknown:
        close = difflib.get_close_matches(unknown[0], _PAGE_OPTIONS, n=1, cutoff=0.0)
        raise TypeError(f"got an argument {unknown[0]!r}, expected one of {', '.join(_PAGE_OPTIONS)}, try {close[0]}")
    shown = {
        "predict_proba": predict_proba,
        "predicted_value": predicted_value,
        "text": options.get("text", True),
        "opacity": options.get("opacity", True),
        "table": options.get("show_table", True),
    }
    return [part for part, is_shown in shown.items() if not is_shown]
