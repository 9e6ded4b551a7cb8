"""LIME's arithmetic: draw, ask, weight, select, fit. Knows no domain and no widget."""

from lime_widgets.engine.errors import InvalidPredictionError, LimeError, PredictionError
from lime_widgets.engine.kernels import ExponentialKernel, Kernel, effective_sample_size
from lime_widgets.engine.moments import Moments, MomentSource, moment_source
from lime_widgets.engine.neighborhood import Neighborhood, distances_to_instance, distinct_masks
from lime_widgets.engine.prediction import Inquiry, as_class_probabilities
from lime_widgets.engine.sampling import draw_masks, new_seed
from lime_widgets.engine.selection import SELECTIONS, select_features, selection_in_force
from lime_widgets.engine.surrogate import Surrogate, fit_surrogate

__all__ = [
    "SELECTIONS",
    "ExponentialKernel",
    "Inquiry",
    "InvalidPredictionError",
    "Kernel",
    "LimeError",
    "MomentSource",
    "Moments",
    "Neighborhood",
    "PredictionError",
    "Surrogate",
    "as_class_probabilities",
    "distances_to_instance",
    "distinct_masks",
    "draw_masks",
    "effective_sample_size",
    "fit_surrogate",
    "moment_source",
    "new_seed",
    "select_features",
    "selection_in_force",
]
