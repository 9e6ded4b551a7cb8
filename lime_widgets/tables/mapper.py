"""One row of a table: its perturbations, what the model is asked about them, and what a page shows of it."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lime_widgets.domain import Sampling, Variant
from lime_widgets.engine import LimeError, Samples, distances_to_instance
from lime_widgets.schema import ArrayWriter
from lime_widgets.strings import say
from lime_widgets.tables.conditions import Scaled
from lime_widgets.tables.features import TableFeature
from lime_widgets.tables.sampling import DESIGNS, Perturbation, TableSampling, table_sampling
from lime_widgets.titles import title_of

Floats = NDArray[np.float64]

_BATCH_CELLS = 4_000_000
_BATCH_ROWS = 10_000
_TITLE_WIDTH = 96
_TITLE_COLUMNS = 12


class TableDomainMapper:
    """A row and its features, as `lime_widgets.domain.DomainMapper` describes.

    Parameters
    ----------
    features : sequence of TableFeature
        The columns of the row.
    perturbation : Perturbation, optional
        How it is perturbed; an explanation read from JSON does not know.
    """

    domain = "tabular"
    designs = DESIGNS
    asks_by_sample = False
    unit = "columns"

    def __init__(self, features: Sequence[TableFeature], perturbation: Perturbation | None = None) -> None:
        self.features = tuple(features)
        self.perturbation = perturbation

    @property
    def can_ask(self) -> bool:
        """Whether it is known how to perturb the row."""
        return self.perturbation is not None

    @property
    def n_features(self) -> int:
        """Number of columns; of a sparse row, of those that are not zero."""
        return len(self.features)

    @cached_property
    def feature_names(self) -> Sequence[str]:
        """Each column with its value and bin: ``"age = 37 (28 to 38]"``."""
        return [feature.name for feature in self.features]

    @cached_property
    def lime_ids(self) -> Sequence[int]:
        """The position of each column in the table."""
        return [feature.lime_id for feature in self.features]

    @cached_property
    def row(self) -> Floats:
        """The row, encoded; shape (n_features,)."""
        return np.array([feature.value for feature in self.features], dtype=np.float64)

    @cached_property
    def sample(self) -> Floats:
        """The row as the surrogate sees it, shape (n_features,)."""
        return self._sample_of(self.row)

    @property
    def title(self) -> str:
        """The first columns with their values, in one line."""
        values = (feature.with_value(feature.value) for feature in self.features[:_TITLE_COLUMNS])
        return title_of(", ".join(values), _TITLE_WIDTH)

    @cached_property
    def notes(self) -> Sequence[str]:
        """In what weights are, and which columns cannot have one: the training data has but one value of them."""
        constant = [feature.column.name for feature in self.features if feature.constant]
        # Sparse rows, whose values are not counted from a mean, have none here.
        is_scaled = any(isinstance(feature.condition, Scaled) and feature.condition.mean for feature in self.features)
        return [
            *([say("note_scaled")] if is_scaled else []),
            *([say("note_constant", names=", ".join(constant))] if constant else []),
        ]

    def require_asking(self) -> None:
        """Refuse to be asked about, where it is not known how to perturb the row.

        Raises
        ------
        LimeError
            If it is not.
        """
        self._known_perturbation()

    def design(self, sampling: Sampling, metric: Any) -> TableSampling:
        """Return how rows are drawn.

        Raises
        ------
        LimeError
            If there is no such design, or it is not known how to perturb the row.
        """
        return table_sampling(sampling, self._known_perturbation(), self.row, self.sample, metric)

    def compose(self, questions: Floats) -> Any:
        """Return the rows as the model takes them."""
        return self._known_perturbation().codec.decode(questions)

    def distances(self, samples: Samples, metric: Any) -> Floats:
        """Return the distance of each sample to the row, shape (n_samples,)."""
        return distances_to_instance(samples, metric, None if samples.dtype == np.bool_ else self.sample)

    def variant(self, remove: Any, values: Any) -> Variant:
        """Return the row with other values.

        Raises
        ------
        ValueError
            If there is no such column or it cannot have such a value, no column is changed, or one is to be removed.
        """
        if remove is not None or not isinstance(values, Mapping) or not values:
            raise ValueError(
                f"got remove={remove!r} and values={values!r} for a table, expected columns and their new values, "
                f"try what_if(values={{{self.features[0].column.name!r}: ...}})"
            )
        codec = self._known_perturbation().codec
        positions = {name: self._position(name) for name in values}
        if len(set(positions.values())) < len(positions):
            raise ValueError(f"got a column twice in {list(values)}, expected each once, by name or by position")
        return self._edited(
            {
                positions[name]: codec.encode_value(self.lime_ids[positions[name]], value)
                for name, value in values.items()
            }
        )

    def page_variant(self, removed: Sequence[int], edits: Sequence[Sequence[Any]]) -> Variant:
        """Return the row with the values that were put in in the page.

        Raises
        ------
        ValueError
            If an edit is not a feature and a number or None, or the column cannot have it.
        """
        if removed:
            raise ValueError(f"got removed={list(removed)} for a table, expected none, try edits")
        return self._edited(dict(self._page_edit(edit) for edit in edits))

    def _page_edit(self, edit: Sequence[Any]) -> tuple[int, float]:
        """Return the feature and the value of one edit in the page."""
        feature, value = edit if len(edit) == 2 else (None, None)
        if not isinstance(feature, int) or not 0 <= feature < self.n_features or isinstance(value, str | list | dict):
            raise ValueError(f"got {edit!r}, expected a feature from 0 to {self.n_features - 1} and its value")
        try:
            number = math.nan if value is None else float(value)
        except OverflowError:
            number = math.inf
        self.features[feature].refuse(number)
        return feature, number

    def _edited(self, values: Mapping[int, float]) -> Variant:
        """Return the row with other values, by position."""
        row = self.row.copy()
        for position, value in values.items():
            self.features[position].refuse(value)
            row[position] = value
        changed = tuple(self.features[position].with_value(value) for position, value in values.items())
        return Variant(self._sample_of(row), row, changed=changed)

    def _position(self, name: Any) -> int:
        """Return which feature a column's name or position means."""
        known = {feature.lime_id: position for position, feature in enumerate(self.features)}
        names = {feature.column.name: position for position, feature in enumerate(self.features)}
        if name in names:
            return names[name]
        if isinstance(name, Integral) and int(name) in known:
            return known[int(name)]
        close = difflib.get_close_matches(str(name), list(names), n=3, cutoff=0.0)
        raise ValueError(f"got column {name!r}, which the row does not have, try {', '.join(map(repr, close))}")

    def _sample_of(self, row: Floats) -> Floats:
        """Return a row as the surrogate sees it."""
        samples = [feature.condition.sample(row[at : at + 1])[0] for at, feature in enumerate(self.features)]
        return np.array(samples, dtype=np.float64)

    def _known_perturbation(self) -> Perturbation:
        """Return how the row is perturbed."""
        if self.perturbation is None:
            raise LimeError(
                "got a row read from JSON, which does not carry what the explainer knows of the training data, "
                "expected the explainer's own explanation, try explainer.explain_instance(row, predict_fn)"
            )
        return self.perturbation

    def default_batch_size(self) -> int:
        """Return how many rows to hold at once: fewer where there are many columns."""
        return max(1, min(_BATCH_ROWS, _BATCH_CELLS // max(1, self.n_features)))

    def map_exp_ids(self, exp: Sequence[tuple[int, float]], values: bool = False, **_: Any) -> list[tuple[str, float]]:
        """Return (lime's name, weight) for (column, weight).

        Parameters
        ----------
        exp : sequence of (int, float)
            Positions of columns in the table, and their weights.
        values : bool
            Say the value beside its bin, ``"age = 37 (28 to 38]"``, instead of lime's ``"28.00 < age <= 38.00"``.
        """
        names = {feature.lime_id: feature.name if values else feature.lime_name for feature in self.features}
        return [(names[column], weight) for column, weight in exp]

    def to_state(self, writer: ArrayWriter) -> dict[str, Any]:  # noqa: ARG002 - pictures need one
        """Return what a page needs to show the row; see ``docs/wire.md``."""
        return {"columns": [feature.to_state() for feature in self.features], "notes": list(self.notes)}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> TableDomainMapper:
        """Return the mapper that `to_state` described.

        Raises
        ------
        ValueError
            If the state does not describe a row.
        """
        return cls([TableFeature.from_state(column) for column in state["columns"]])
