"""What a domain (text, tables, images) must supply, so that everything else can be shared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine import Kernel, LimeError, Neighborhood, Samples
from lime_widgets.engine.population import Population
from lime_widgets.schema import ArrayWriter

BEST = "best"
"""The design that needs the fewest calls in its domain, whatever it is."""


@dataclass(frozen=True, eq=False)
class Draw:
    """Perturbed instances, as the surrogate sees them and as the model is asked about them.

    Parameters
    ----------
    samples : ndarray of bool or float, shape (n_samples, n_features)
        Masks, or real-valued interpretable columns.
    questions : ndarray of shape (n_samples, n_columns)
        What `DomainMapper.compose` makes a batch of. Equal rows are asked about once.
    may_repeat : bool
        Whether to look for equal rows.
    importance : ndarray of float, shape (n_samples,), optional
        How likely lime is to draw each row over how likely the design is; None where all are 1.
    """

    samples: Samples
    questions: NDArray[Any]
    may_repeat: bool = True
    importance: NDArray[np.float64] | None = None


@dataclass(frozen=True, eq=False)
class PoolDraw:
    """Perturbed instances that no model is asked about, for an emulator to answer.

    Parameters
    ----------
    samples : ndarray of bool, shape (n, n_features)
        Masks.
    importance : ndarray of float, shape (n,), optional
        As of a `Draw`.
    descriptors : ndarray, shape (n, n_descriptors)
        What an emulator takes.
    exact : bool
        Whether the pool holds all that there is, so that it leaves nothing to chance.
    """

    samples: NDArray[np.bool_]
    importance: NDArray[np.float64] | None
    descriptors: NDArray[Any]
    exact: bool = False


@dataclass(frozen=True)
class Sampling:
    """Which perturbations to ask about, as the user chose.

    Parameters
    ----------
    name : str
        ``"best"``: what needs the fewest calls in the domain; ``"lime"``: lime's own sampler; or a design by name.
    kernel : callable, optional
        Distances to weights: what a design aims at. None aims at lime's law itself.
    """

    name: str = BEST
    kernel: Kernel | None = None

    def check(self, designs: Sequence[str]) -> None:
        """Refuse a design that the domain does not have.

        Raises
        ------
        LimeError
            If the name is none of `designs`, nor ``"best"``.
        """
        known = (BEST, *designs)
        if self.name not in known:
            raise LimeError(f"got sampling={self.name!r}, expected one of {', '.join(known)}, try sampling='best'")


class Design(Protocol):
    """An endless list of perturbations for each seed, or the finite one of all there are.

    Attributes
    ----------
    name : str
        What the design is called.
    n_rows : int or None
        How many rows there are, where that is finite.
    pilot : int or None
        After how many rows `judged` can tell whether the design pays; None where there is nothing to tell.
    has_sizes : bool
        Whether the number of features kept is a quantity of its own to an emulator.
    is_stable : bool
        Whether any row is the same however many are drawn at once.
    is_even : bool
        Whether rows fill the space so evenly that what each column does by itself is hardly left to chance.
    """

    has_sizes: bool

    @property
    def is_stable(self) -> bool: ...  # noqa: D102 - documented with the class

    @property
    def is_even(self) -> bool: ...  # noqa: D102 - documented with the class

    @property
    def name(self) -> str: ...  # noqa: D102 - documented with the class

    @property
    def n_rows(self) -> int | None: ...  # noqa: D102 - documented with the class

    @property
    def pilot(self) -> int | None: ...  # noqa: D102 - documented with the class

    @property
    def population(self) -> Population | None:
        """Lime's law of the samples, where it takes the place of the sample's own moments; None for lime's sampler."""
        ...

    def for_rows(self, n_rows: int) -> Design:
        """Return the design to use for so many rows."""
        ...

    def judged(self, neighborhood: Neighborhood) -> Design:
        """Return the design to go on with after the pilot."""
        ...

    def draw(self, start: int, stop: int, seed: int) -> Draw:
        """Return rows `start` to `stop` of the seed's perturbations; row 0 is the instance itself."""
        ...

    def pool(self, start: int, stop: int, seed: int) -> PoolDraw | None:
        """Return part of an endless list of perturbations for an emulator to answer, or None where there is none."""
        ...

    def descriptors(self, samples: Samples, seed: int) -> NDArray[np.float64]:
        """Return the rows of a neighborhood from the first on as an emulator takes them."""
        ...


@dataclass(frozen=True, eq=False)
class Variant:
    """The instance with something taken away or changed, to test what an explanation claims.

    Parameters
    ----------
    sample : ndarray of float, shape (n_features,)
        As the surrogate sees it.
    question : ndarray of shape (n_columns,)
        As the model is asked about it.
    removed : tuple of str
        Names of what was taken away.
    changed : tuple of str
        What was changed, and to what: ``"age = 45"``.
    """

    sample: NDArray[np.float64]
    question: NDArray[Any]
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


class DomainMapper(Protocol):
    """One instance, its interpretable features, and the way from a sample back to something the model understands.

    Attributes
    ----------
    domain : str
        ``"text"``, ``"tabular"`` or ``"image"``.
    designs : tuple of str
        What perturbations can be drawn by, the best first.
    asks_by_sample : bool
        Whether a sample alone says what the model is asked, so that equal samples have equal answers.
    can_ask : bool
        Whether there is all that a question to the model takes.
    n_features : int
        Number of interpretable features.
    feature_names : sequence of str
        How each feature is called where it is shown.
    lime_ids : sequence of int
        How lime's accessors number each feature.
    unit : str
        What the features are, in the plural: ``"words"``.
    title : str
        The instance in a line.
    notes : sequence of str
        What a reader should know about the data beside the weights.
    """

    domain: str
    designs: tuple[str, ...]
    asks_by_sample: bool

    @property
    def can_ask(self) -> bool: ...  # noqa: D102 - documented with the class

    @property
    def n_features(self) -> int: ...  # noqa: D102 - documented with the class

    @property
    def feature_names(self) -> Sequence[str]: ...  # noqa: D102 - documented with the class

    @property
    def lime_ids(self) -> Sequence[int]: ...  # noqa: D102 - documented with the class

    @property
    def unit(self) -> str: ...  # noqa: D102 - documented with the class

    @property
    def title(self) -> str: ...  # noqa: D102 - documented with the class

    @property
    def notes(self) -> Sequence[str]: ...  # noqa: D102 - documented with the class

    def require_asking(self) -> None:
        """Refuse to be asked about.

        Raises
        ------
        LimeError
            If there is not all that a question to the model takes; see `can_ask`.
        """
        ...

    def design(self, sampling: Sampling, metric: Any) -> Design:
        """Return how perturbations are drawn.

        Raises
        ------
        LimeError
            If there is no such design.
        """
        ...

    def compose(self, questions: NDArray[Any]) -> Any:
        """Return the batch that the model is asked about, one instance for each row of `questions`."""
        ...

    def distances(self, samples: Samples, metric: Any) -> NDArray[np.float64]:
        """Return the distance of each sample to the instance, in lime's scale, shape (n_samples,)."""
        ...

    def variant(self, remove: Any, values: Any) -> Variant:
        """Return the instance without some features, or with other values, in the user's words.

        Raises
        ------
        ValueError
            If the instance has no such feature, or a value makes no sense.
        """
        ...

    def page_variant(self, removed: Sequence[int], edits: Sequence[Sequence[Any]]) -> Variant:
        """Return the variant that a page asks for, in the words of ``docs/wire.md``."""
        ...

    def default_batch_size(self) -> int:
        """Return how many perturbed instances fit comfortably in memory at once."""
        ...

    def map_exp_ids(self, exp: Sequence[tuple[int, float]], **kwargs: Any) -> list[tuple[str, float]]:
        """Return (name, weight) for (lime's id of a feature, weight)."""
        ...

    def to_state(self, writer: ArrayWriter) -> dict[str, Any]:
        """Return what a page needs to show the instance, its files given to `writer`; see ``docs/wire.md``."""
        ...
