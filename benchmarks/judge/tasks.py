"""What there is to explain: a black box, its instance, and how lime perturbs it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from benchmarks.judge.population import Masks, Moments, Population, SizeLaw, image_law, text_law
from benchmarks.judge.table_law import TableLaw

Floats = NDArray[np.float64]
Domain = Literal["text", "tables", "images"]
DOMAINS: tuple[Domain, ...] = ("text", "tables", "images")
NOMINAL = {"text": 5000, "tables": 5000, "images": 1000}

_PROBES = 64


class MissingDataError(Exception):
    """Data of a task are not on this machine."""


@dataclass(frozen=True, eq=False)
class MaskTask:
    """A text or an image: a black box that is asked about masks.

    Parameters
    ----------
    name : str
        What it is called in the report.
    domain : {"text", "images"}
        Which law of masks is lime's.
    n_features : int
        Number of words or superpixels.
    ask : callable
        From masks (n, n_features) to the probability of the class explained, (n,).
    draws : int
        How many masks the truth may cost, where there is no other way to it.
    exact : callable, optional
        From the law of masks to the model's moments, in closed form.
    slow : bool
        Whether the model takes about a millisecond a call: fewer seeds are run.
    """

    name: str
    domain: Literal["text", "images"]
    n_features: int
    ask: Callable[[Masks], Floats]
    draws: int = 4_000_000
    exact: Callable[[SizeLaw], Moments] | None = None
    slow: bool = False

    @cached_property
    def law(self) -> SizeLaw:
        """The law of masks of lime."""
        return text_law(self.n_features) if self.domain == "text" else image_law(self.n_features)

    @property
    def population(self) -> Population:
        """The masks as lime's regression sees them."""
        return self.law.population

    @cached_property
    def key(self) -> str:
        """A digest of what the black box answers: truths and curves are kept under it."""
        probes = np.random.default_rng(0).random((_PROBES, self.n_features)) < 0.7
        return _digest(self.name, self.domain, self.ask(probes))


@dataclass(frozen=True, eq=False)
class TableTask:
    """A row of a table, its columns binned by quartiles: a black box that is asked about rows.

    Parameters
    ----------
    name : str
        What it is called in the report.
    training : ndarray of shape (n_rows, n_columns)
        Training data, categories as codes.
    categorical : sequence of int
        Which columns are categories.
    row : ndarray of shape (n_columns,)
        The row to explain.
    predict : callable
        From rows (n, n_columns) to probabilities, (n, 2).
    draws : int
        How many rows the truth may cost.
    """

    name: str
    training: Floats
    categorical: Sequence[int]
    row: Floats
    predict: Callable[[Floats], Floats]
    draws: int = 4_000_000
    domain: Literal["tables"] = "tables"
    slow: bool = False

    @property
    def n_features(self) -> int:
        """Number of columns."""
        return len(self.row)

    def lime_explainer(self, seed: int) -> Any:
        """Return lime's own explainer, as a user makes it."""
        from lime.lime_tabular import LimeTabularExplainer

        return LimeTabularExplainer(
            self.training, categorical_features=list(self.categorical), feature_selection="none", random_state=seed
        )

    @cached_property
    def law(self) -> TableLaw:
        """The law of lime's rows around this one."""
        return TableLaw.of(self.lime_explainer(0), self.row)

    @property
    def population(self) -> Population:
        """The masks as lime's regression sees them."""
        return self.law.population

    @cached_property
    def key(self) -> str:
        """A digest of what the black box answers."""
        rows, _ = self.law.draw(np.random.default_rng(0).random((_PROBES, self.n_features)))
        return _digest(self.name, self.domain, rows, self.predict(rows)[:, 1])


Task = MaskTask | TableTask


def _digest(name: str, domain: str, *arrays: Floats) -> str:
    """Return a short digest; answers are rounded, so that another machine's last digits do not matter."""
    digest = hashlib.sha256(f"{domain} {name}".encode())
    for array in arrays:
        digest.update((np.round(array, 5) + 0.0).tobytes())
    return digest.hexdigest()[:16]
