"""LIME's arithmetic: draw, ask, weight, select, fit. Knows no domain and no widget."""

from lime_widgets.engine.answers import as_class_columns, as_class_probabilities, as_label_probabilities, as_values
from lime_widgets.engine.errors import InvalidPredictionError, LimeError, MissingProbabilitiesError, PredictionError
from lime_widgets.engine.errors_of_fit import estimate_uncertainty
from lime_widgets.engine.kernels import ExponentialKernel, Kernel, effective_sample_size
from lime_widgets.engine.moments import Moments, MomentSource, moment_source
from lime_widgets.engine.neighborhood import (
    Neighborhood,
    Samples,
    distances_by_level,
    distances_to_instance,
    distinct_rows,
)
from lime_widgets.engine.prediction import Inquiry
from lime_widgets.engine.sampling import (
    draw_independent_masks,
    draw_latin_hypercube,
    draw_masks,
    draw_sobol,
    draw_uniforms,
    new_seed,
)
from lime_widgets.engine.selection import SELECTIONS, select_features, selection_in_force
from lime_widgets.engine.surrogate import Surrogate, fit_surrogate
from lime_widgets.engine.uncertainty import Uncertainty

__all__ = [
    "SELECTIONS",
    "ExponentialKernel",
    "Inquiry",
    "InvalidPredictionError",
    "Kernel",
    "LimeError",
    "MissingProbabilitiesError",
    "MomentSource",
    "Moments",
    "Neighborhood",
    "PredictionError",
    "Samples",
    "Surrogate",
    "Uncertainty",
    "as_class_columns",
    "as_class_probabilities",
    "as_label_probabilities",
    "as_values",
    "distances_by_level",
    "distances_to_instance",
    "distinct_rows",
    "draw_independent_masks",
    "draw_latin_hypercube",
    "draw_masks",
    "draw_sobol",
    "draw_uniforms",
    "effective_sample_size",
    "estimate_uncertainty",
    "fit_surrogate",
    "moment_source",
    "new_seed",
    "select_features",
    "selection_in_force",
]
