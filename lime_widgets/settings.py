"""How an explanation is fitted to its neighborhood: everything a slider can change, and what it cannot."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from lime_widgets.engine import (
    ExponentialKernel,
    Kernel,
    Neighborhood,
    Surrogate,
    Uncertainty,
    estimate_uncertainty,
    fit_surrogate,
    selection_in_force,
)
from lime_widgets.engine.kernels import checked_weights
from lime_widgets.engine.surrogate import check_regressor


@dataclass(frozen=True)
class FitSettings:
    """The choices that turn a neighborhood into a surrogate.

    Parameters
    ----------
    kernel_width : float
        Kernel width, in the unit of the distances.
    num_features : int
        The surrogate uses at most so many features.
    feature_selection : str
        One of `lime_widgets.engine.SELECTIONS`.
    kernel : callable, optional
        ``kernel(distances, kernel_width=...)``, as lime takes it, or of distances alone; LIME's exponential kernel if
        None.
    model_regressor : scikit-learn regressor, optional
        Fitted instead of the ridge regression.
    """

    kernel_width: float
    num_features: int
    feature_selection: str = "auto"
    kernel: Callable[..., Any] | None = None
    model_regressor: Any = None

    def changed(self, **changes: Any) -> FitSettings:
        """Return the settings with those changed that are not None.

        Raises
        ------
        ValueError
            If one has no meaning.
        """
        settings = replace(self, **{name: value for name, value in changes.items() if value is not None})
        settings.check()
        return settings

    def check(self) -> None:
        """Refuse settings that cannot be meant, before any model is asked.

        Raises
        ------
        ValueError
            If the width, the number of features, the selection or the regressor has no meaning.
        """
        ExponentialKernel(self.kernel_width)
        selection_in_force(self.feature_selection, self.num_features)
        check_regressor(self.model_regressor)

    def try_kernel(self) -> None:
        """Ask the kernel about the instance's own distance, to see before any model is asked whether it gives weights.

        Raises
        ------
        ValueError
            If it does not give a weight for each. Whatever else a kernel of the user's own raises is not caught.
        """
        checked_weights(self.bound_kernel(), np.zeros(2))

    @property
    def page_can_refit(self) -> bool:
        """Whether a page, which knows LIME's kernel and the ridge regression alone, can compute the surrogate."""
        return self.kernel is None and self.model_regressor is None

    def bound_kernel(self) -> Kernel:
        """Return the kernel as a function of distances alone."""
        if self.kernel is None:
            return ExponentialKernel(self.kernel_width)
        return partial(self.kernel, kernel_width=self.kernel_width) if _takes_width(self.kernel) else self.kernel

    def fit(self, neighborhood: Neighborhood, label: int) -> Surrogate:
        """Return the surrogate of one class.

        Raises
        ------
        ValueError
            If the kernel gives no usable weights.
        """
        return fit_surrogate(
            neighborhood,
            label,
            self.bound_kernel(),
            self.num_features,
            selection=self.feature_selection,
            regressor=self.model_regressor,
        )

    def uncertainty(self, neighborhood: Neighborhood, label: int, fit: Surrogate) -> Uncertainty:
        """Return how sure the figures of one class's surrogate are."""
        if self.model_regressor is not None:
            return Uncertainty("unknown")
        return estimate_uncertainty(neighborhood, label, self.bound_kernel(), fit.features)


def _takes_width(kernel: Callable[..., Any]) -> bool:
    """Tell lime's kernels, which are given the width, from functions of distances alone."""
    try:
        inspect.signature(kernel).bind(None, kernel_width=None)
    except TypeError:
        return False
    except ValueError:  # a function in C may keep its signature to itself
        return True
    return True
