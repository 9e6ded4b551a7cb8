"""The features of one row of a table, as readers, the page and lime call them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from lime_widgets import checked
from lime_widgets.strings import say
from lime_widgets.tables.column_values import LARGEST_WHOLE
from lime_widgets.tables.columns import FIRST_DATE, LAST_DATE, MICROSECONDS_IN_A_DAY, Column, number_text
from lime_widgets.tables.conditions import Condition, SameBin, SameValue, Scaled

_SIX_DIGITS = 1e6


@dataclass(frozen=True)
class TableFeature:
    """One column of one row.

    Parameters
    ----------
    column : Column
        The column.
    value : float
        The row's value, encoded.
    condition : Condition
        What the surrogate sees of values.
    lime_id : int
        lime's number of the feature: the column's position.
    lime_name : str
        lime's name of the feature: ``"28.00 < age <= 37.00"``, ``"workclass=Private"``.
    bounds : (float, float), optional
        The least and the greatest value of the training data.
    constant : bool
        Whether the training data has but one value.
    offered : tuple of float, optional
        Codes of the categories that a page offers beside the row's own; all if None.
    """

    column: Column
    value: float
    condition: Condition
    lime_id: int
    lime_name: str
    bounds: tuple[float, float] | None = None
    constant: bool = False
    offered: tuple[float, ...] | None = None

    @property
    def name(self) -> str:
        """The feature as it is shown: ``"age = 37 (28 to 38]"``."""
        if math.isnan(self.value):
            return say("feature_missing", name=self.column.name)
        condition = self.condition.text(self.column)
        return self.with_value(self.value) + (f" {condition}" if condition else "")

    def with_value(self, value: float) -> str:
        """Return the column with a value: ``"age = 45"``."""
        if math.isnan(value):
            return say("feature_missing", name=self.column.name)
        return f"{self.column.name} = {self._short(value)}"

    def _short(self, value: float) -> str:
        """Return a value in six digits, if it is in the same bin with no more than these."""
        if self.column.kind != "number" or value.is_integer():
            return self.column.value_text(value)
        short = f"{value:.6g}" if abs(value) < _SIX_DIGITS else f"{value:.0f}"
        both = np.array([value, float(short)])
        exact, rounded = self.condition.sample(both)
        return short if exact == rounded or isinstance(self.condition, Scaled) else self.column.value_text(value)

    def refuse(self, value: float) -> None:
        """Refuse a value that the column cannot have.

        Raises
        ------
        ValueError
            If it is infinite, missing where the training data has no missing value, not whole where it must be, or
            an unknown category.
        """
        column = self.column
        if math.isnan(value):
            if not (column.missing or math.isnan(self.value)):
                raise ValueError(
                    f"column {column.name!r}: got a missing value, which the training data does not have, "
                    "expected a value, try one"
                )
            return
        if not _can_have(column, value):
            raise ValueError(
                f"column {column.name!r}: got {value}, expected {_expected(column)}, try {self._value_text()}"
            )

    def _value_text(self) -> str:
        """Return the row's own value, as an edit has it."""
        return "another" if math.isnan(self.value) else number_text(self.value)

    def to_state(self) -> dict[str, Any]:
        """Return the column of ``docs/wire.md``."""
        column = self.column
        flags = {"whole": column.whole, "missing": column.missing, "constant": self.constant}
        state = {
            "name": column.name,
            "feature": self.name,
            "shown": column.value_text(self.value),
            "condition": "" if math.isnan(self.value) else self.condition.text(column),
            "kind": column.kind,
            "value": None if math.isnan(self.value) else self.value,
            "lime": [self.lime_id, self.lime_name],
            **self.condition.to_state(),
            **{name: True for name, is_set in flags.items() if is_set},
        }
        if self.bounds is not None and column.kind != "category":
            state["range"] = list(self.bounds)
        if column.kind == "category":
            state["choices"] = self._choices()
        return state

    def _choices(self) -> list[list[Any]]:
        """Return the categories that can be picked, the row's own among them, in the column's order."""
        known = self.column.names
        offered = dict.fromkeys(known if self.offered is None else self.offered)
        if not math.isnan(self.value):
            offered.setdefault(self.value)
        order = {code: place for place, code in enumerate(known)}
        return [
            [code, self.column.value_text(code)]
            for code in sorted(offered, key=lambda code: order.get(code, len(order)))
        ]

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> TableFeature:
        """Return the feature that `to_state` described.

        Raises
        ------
        ValueError
            If the state does not describe a column.
        """
        kind = checked.one_of(state["kind"], "kind", ("number", "category", "date"))
        names = {
            checked.number(code, "choices"): checked.text(name, "choices") for code, name in state.get("choices", [])
        }
        column = Column(
            checked.text(state["name"], "name"),
            kind,  # type: ignore[arg-type]  # checked a line above
            whole=state.get("whole") is True,
            missing=state.get("missing") is True,
            # Pages have no use for the flag: what is shown tells.
            zoned=kind == "date" and checked.text(state["shown"], "shown").endswith(" UTC"),
            names=names,
        )
        value = math.nan if state["value"] is None else checked.number(state["value"], "value")
        bounds = state.get("range")
        lime_id, lime_name = state["lime"]
        return cls(
            column,
            value,
            _condition(state, value),
            checked.whole(lime_id, "lime"),
            checked.text(lime_name, "lime"),
            None if bounds is None else (checked.number(bounds[0], "range"), checked.number(bounds[1], "range")),
            state.get("constant") is True,
        )


def _can_have(column: Column, value: float) -> bool:
    """Tell whether a value that is not missing can stand in a column."""
    if column.kind == "category":
        return value in (column.names or {value})
    if column.kind == "date":
        return FIRST_DATE <= value <= LAST_DATE and (not column.whole or value % MICROSECONDS_IN_A_DAY == 0)
    is_held = math.isfinite(value) and column.least <= value <= column.greatest
    return is_held and (not column.whole or (value.is_integer() and abs(value) <= LARGEST_WHOLE))


def _expected(column: Column) -> str:
    """Say what a column takes."""
    if column.kind == "category":
        return "the code of one of its categories"
    if column.kind == "date":
        return (
            "microseconds since 1970, of " + ("a whole day" if column.whole else "a date") + " in the years 1 to 9999"
        )
    kind = "a whole number" if column.whole else "a finite number"
    if math.isinf(column.least):
        return kind
    return f"{kind} from {number_text(column.least)} to {number_text(column.greatest)}"


def _condition(state: dict[str, Any], value: float) -> Condition:
    """Return the condition of a column's state."""
    if "scale" in state:
        mean, scale = (checked.number(number, "scale") for number in state["scale"])
        return Scaled(mean, scale)
    if "bin" in state and not math.isnan(value):
        low, high = (None if edge is None else checked.number(edge, "bin") for edge in state["bin"])
        return SameBin(low, high)
    return SameValue(value)
