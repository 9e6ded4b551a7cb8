"""Whether a page shows what Python computes at the settings that the page announces."""

import numpy as np

from lime_widgets import Explanation
from tests.browser.view import View


def matches_refit(view: View, explanation: Explanation) -> bool:
    """Compare the bars with Python's refit; the page has samples and predictions in float32."""
    classes = view.root.get_by_label("Class", exact=True)
    label = int(classes.input_value()) if classes.count() else 0
    width, count = view.setting("Kernel width"), int(view.setting("Number of features"))
    fit = explanation.refit(kernel_width=width, num_features=count, labels=(label,)).surrogate(label)
    bars = view.bars()
    same_features = [feature for feature, _ in bars] == [int(feature) for feature in fit.features]
    tolerance = 1e-5 * max(1.0, float(np.ptp(explanation.neighborhood.predictions[:, label])))
    return same_features and np.allclose([weight for _, weight in bars], fit.weights, rtol=0, atol=tolerance)
