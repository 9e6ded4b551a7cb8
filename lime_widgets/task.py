"""What a model does: tell classes apart, put several labels on an instance, or estimate a value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from lime_widgets.engine import LimeError, as_class_columns, as_class_probabilities, as_label_probabilities, as_values
from lime_widgets.engine.prediction import ReadAnswer

Mode = Literal["classification", "multilabel", "regression"]

MODES: tuple[str, ...] = get_args(Mode)


@dataclass(frozen=True)
class Task:
    """How a model's answers are read, and what they are called.

    Parameters
    ----------
    mode : {"classification", "multilabel", "regression"}
        What the model does.
    class_names : tuple of str, optional
        One for each class; ``"0"``, ``"1"``, … if None. A regressor's one name is that of its target.
    target_name : str
        What a regressor estimates, where `class_names` do not say it.
    unit : str
        In which unit.
    needs_columns : bool
        Whether a classifier must answer with a column for each class; else that of the second of two will do.
    """

    mode: str = "classification"
    class_names: tuple[str, ...] | None = None
    target_name: str = "value"
    unit: str = ""
    needs_columns: bool = False

    @property
    def is_regression(self) -> bool:
        """Whether the answer is a value, not probabilities."""
        return self.mode == "regression"

    @property
    def read(self) -> ReadAnswer:
        """The function that makes an array of the model's answer."""
        if self.is_regression:
            return as_values
        if self.mode == "multilabel":
            return as_label_probabilities
        return as_class_columns if self.needs_columns else as_class_probabilities

    def check(self) -> None:
        """Refuse a mode that there is not.

        Raises
        ------
        LimeError
            If the mode is not one of `MODES`.
        """
        if self.mode not in MODES:
            raise LimeError(f"got mode={self.mode!r}, expected one of {', '.join(MODES)}, try mode='classification'")

    def output_names(self, n_outputs: int) -> list[str]:
        """Return a name for each column of the model's answers.

        Raises
        ------
        ValueError
            If there is not one class name for each.
        """
        if self.is_regression:
            names = self.class_names or ()
            return [names[0] if len(names) == 1 else self.target_name]
        if self.class_names is None:
            return [str(label) for label in range(n_outputs)]
        if len(self.class_names) != n_outputs:
            raise ValueError(
                f"got {len(self.class_names)} class names ({', '.join(self.class_names[:5])}) for a model that answers "
                f"with {n_outputs} columns, expected one name for each, try class_names=list(model.classes_)"
            )
        return list(self.class_names)


def names_of_classes(class_names: Iterable[object] | None) -> tuple[str, ...] | None:
    """Return class names as text, whatever they came as."""
    return None if class_names is None else tuple(str(name) for name in class_names)
