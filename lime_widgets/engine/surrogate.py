"""The sparse linear model that stands in for the black box around one instance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine.estimate import estimated_moments
from lime_widgets.engine.kernels import Kernel, checked_weights, effective_sample_size
from lime_widgets.engine.moments import Moments
from lime_widgets.engine.neighborhood import Neighborhood
from lime_widgets.engine.selection import RIDGE_OF_SURROGATE, Indices, select_features, solve_ridge
from lime_widgets.engine.ties import by_falling_size


@dataclass(frozen=True)
class Surrogate:
    """A fitted local model of one output of the black box.

    Parameters
    ----------
    features : tuple of int
        The features used, in order of falling absolute weight.
    weights : tuple of float
        Their weights, in the output's unit.
    intercept : float
        What the local model answers where every feature is 0: removed, in another bin, or at the mean.
    score : float
        Fidelity: the weighted R² of the local model on the neighborhood.
    local_prediction : float
        The local model's answer for the instance.
    effective_sample_size : float
        Kish's, under the kernel's weights.
    """

    features: tuple[int, ...]
    weights: tuple[float, ...]
    intercept: float
    score: float
    local_prediction: float
    effective_sample_size: float

    def expectation(self, sample: NDArray[Any], instance: NDArray[Any]) -> float:
        """Return what the local model answers for a sample, given the instance's own, both of shape (n_features,)."""
        steps = (weight * float(sample[f] - instance[f]) for f, weight in zip(self.features, self.weights, strict=True))
        return self.local_prediction + sum(steps)


def fit_surrogate(
    neighborhood: Neighborhood,
    output: int,
    kernel: Kernel,
    num_features: int,
    *,
    selection: str = "auto",
    regressor: Any = None,
) -> Surrogate:
    """Fit the local model that lime's ``LimeBase.explain_instance_with_data`` fits on the same samples.

    Minimises Σ π(z) (f(z) - g(z))² + |w|² over linear g of the selected features (Ribeiro et al. 2016, eq. 2 and
    algorithm 1; the ridge is the lime package's).

    Parameters
    ----------
    neighborhood : Neighborhood
        The samples.
    output : int
        Column of the predictions to explain.
    kernel : callable
        Distances (n_samples,) to weights (n_samples,).
    num_features : int
        Use at most so many features.
    selection : str
        How they are chosen, one of `SELECTIONS`.
    regressor : scikit-learn regressor, optional
        Fitted instead of the ridge regression. Must take ``sample_weight`` and have ``coef_``; it is not changed.

    Raises
    ------
    ValueError
        If the kernel gives no usable weights, or the selection is not known.
    """
    proximity = checked_weights(kernel, neighborhood.distances)
    weights = neighborhood.weights(proximity)
    if regressor is None:
        moments = estimated_moments(neighborhood, output, kernel)
    else:
        moments = neighborhood.moment_source.moments(proximity, output)
    selected = select_features(moments, num_features, selection)
    if regressor is None:
        coefficients, intercept, score, local_prediction = _fit_ridge(moments, selected)
    else:
        coefficients, intercept, score, local_prediction = _fit_regressor(
            regressor, neighborhood, output, weights, selected
        )
    order = by_falling_size(coefficients)
    return Surrogate(
        features=tuple(int(feature) for feature in selected[order]),
        weights=tuple(float(weight) for weight in coefficients[order]),
        intercept=intercept,
        score=score,
        local_prediction=local_prediction,
        effective_sample_size=effective_sample_size(weights),
    )


def _fit_ridge(moments: Moments, selected: Indices) -> tuple[NDArray[np.float64], float, float, float]:
    """Solve lime's ridge regression, alpha 1 and a free intercept, from the moments."""
    gram, cross = moments.gram[np.ix_(selected, selected)], moments.cross[selected]
    coefficients = solve_ridge(gram, cross, RIDGE_OF_SURROGATE)
    intercept = moments.target_mean - float(moments.feature_means[selected] @ coefficients)
    explained = float(2 * coefficients @ cross - coefficients @ gram @ coefficients)
    # As scikit-learn's r2_score has it: nothing to explain and nothing missed is a perfect score.
    score = explained / moments.variation if moments.variation > 0 else float(explained == 0)
    return coefficients, intercept, score, intercept + float(moments.instance[selected] @ coefficients)


def check_regressor(regressor: Any) -> None:
    """Refuse what cannot be fitted to weighted samples; None stands for the ridge regression.

    Raises
    ------
    ValueError
        If it is no scikit-learn regressor, a class instead of an object, or takes no ``sample_weight``.
    """
    from sklearn.utils.validation import has_fit_parameter

    if regressor is None:
        return
    usable = hasattr(regressor, "get_params") and not isinstance(regressor, type)
    if not usable or not has_fit_parameter(regressor, "sample_weight"):
        raise ValueError(
            f"got model_regressor={regressor!r}, expected a scikit-learn regressor whose fit takes sample_weight, "
            "try sklearn.linear_model.Ridge(alpha=1)"
        )


def _fit_regressor(
    regressor: Any, neighborhood: Neighborhood, output: int, weights: NDArray[np.float64], selected: Indices
) -> tuple[NDArray[np.float64], float, float, float]:
    """Fit a clone of the user's regressor, which sees samples because no moments suffice for any regressor."""
    from sklearn.base import clone

    features = neighborhood.samples[:, selected].astype(np.float64)
    target = neighborhood.predictions[:, output]
    model = clone(regressor).fit(features, target, sample_weight=weights)
    if not hasattr(model, "coef_"):
        raise ValueError(
            f"got model_regressor={regressor!r}, which has no coef_ after fit, expected a linear regressor, "
            "try sklearn.linear_model.Ridge(alpha=1)"
        )
    return (
        np.ravel(model.coef_).astype(np.float64),
        float(np.ravel(model.intercept_)[0]),
        float(model.score(features, target, sample_weight=weights)),
        float(np.ravel(model.predict(features[:1]))[0]),
    )
