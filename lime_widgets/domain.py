"""What a domain (text, tables, images) must supply, so that everything else can be shared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class DomainMapper(Protocol):
    """One instance, its interpretable features, and the way from a mask back to something the model understands.

    Attributes
    ----------
    domain : str
        ``"text"``, ``"tabular"`` or ``"image"``.
    n_features : int
        Number of interpretable features.
    feature_names : sequence of str
        How each feature is called.
    unit : str
        What the features are, in the plural: ``"words"``.
    title : str
        The instance in a line.
    """

    domain: str

    @property
    def n_features(self) -> int: ...  # noqa: D102 - documented with the class

    @property
    def feature_names(self) -> Sequence[str]: ...  # noqa: D102 - documented with the class

    @property
    def unit(self) -> str: ...  # noqa: D102 - documented with the class

    @property
    def title(self) -> str: ...  # noqa: D102 - documented with the class

    def compose(self, masks: NDArray[np.bool_]) -> Any:
        """Return the batch that the model is asked about, one instance for each row of `masks`."""
        ...

    def distances(self, masks: NDArray[np.bool_], metric: Any) -> NDArray[np.float64]:
        """Return the distance of each mask to the instance, in lime's scale, shape (n_samples,)."""
        ...

    def default_batch_size(self) -> int:
        """Return how many perturbed instances fit comfortably in memory at once."""
        ...

    def map_exp_ids(self, exp: Sequence[tuple[int, float]], **kwargs: Any) -> list[tuple[str, float]]:
        """Return (name, weight) for (feature, weight)."""
        ...

    def to_state(self) -> dict[str, Any]:
        """Return what a page needs to show the instance; see ``docs/wire.md``."""
        ...
