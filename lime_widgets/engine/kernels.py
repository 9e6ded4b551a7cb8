"""From distance to proximity weight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

Kernel = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""Maps distances (n_samples,) to weights (n_samples,), at least 0."""

_NARROWEST, _WIDEST = 1e-100, 1e100


@dataclass(frozen=True)
class ExponentialKernel:
    """LIME's exponential kernel, sqrt(exp(-d² / width²)) (Ribeiro et al. 2016, section 3.4).

    Parameters
    ----------
    width : float
        Kernel width, in the unit of the distances.

    Raises
    ------
    ValueError
        If the width is not a positive number whose square can be computed with.

    Examples
    --------
    >>> ExponentialKernel(25.0)(np.array([0.0, 25.0])).round(4)
    array([1.    , 0.6065])
    """

    width: float

    def __post_init__(self) -> None:
        """Refuse a width that has no meaning."""
        width: Any = self.width
        if not isinstance(width, Real) or not _NARROWEST <= float(width) <= _WIDEST:
            raise ValueError(
                f"got kernel_width={width!r}, expected a positive number from {_NARROWEST} to {_WIDEST}, "
                "try the explainer's default"
            )

    def __call__(self, distances: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the weight of each distance, shape (n_samples,)."""
        # The root is taken after the exponential, as in lime, so that both underflow at the same distance.
        return np.sqrt(np.exp(-(distances**2) / float(self.width) ** 2))


def shaped_weights(kernel: Kernel, distances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what the kernel makes of the distances, shape (n_samples,).

    Raises
    ------
    ValueError
        If that has another shape.
    """
    weights = np.asarray(kernel(distances), dtype=np.float64)
    if weights.shape != distances.shape:
        raise ValueError(
            f"got weights of shape {weights.shape} from the kernel, expected {distances.shape}: "
            "one for each distance, try a kernel made of numpy functions"
        )
    return weights


def checked_weights(kernel: Kernel, distances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the kernel's weights, shape (n_samples,), after making sure that they are weights.

    Raises
    ------
    ValueError
        If the kernel returns another shape, or a weight that is negative or not finite, or no weight above 0.
    """
    weights = shaped_weights(kernel, distances)
    if not np.isfinite(weights).all() or (weights < 0).any() or not weights.any():
        raise ValueError(
            "got negative, infinite, missing or only zero weights from the kernel, expected numbers of 0 or more, "
            "try a wider kernel"
        )
    return weights


def effective_sample_size(weights: NDArray[np.float64]) -> float:
    """Return Kish's effective sample size (Kish 1965, section 11.7), (Σ w)² / Σ w².

    Parameters
    ----------
    weights : ndarray of shape (n_samples,)
        Proximity weights.

    Returns
    -------
    float
        Between 1 (one sample carries all the weight) and n_samples (all weigh the same).

    Examples
    --------
    >>> effective_sample_size(np.array([1.0, 1.0, 0.0]))
    2.0
    """
    return float(weights.sum() ** 2 / (weights @ weights))
