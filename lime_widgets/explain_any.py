"""One call for any instance: the domain is told by what the instance is."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any

import numpy as np

from lime_widgets.explanation import Explanation


def explain(model: Any, instance: Any, background: Any = None, **options: Any) -> Explanation:
    """Explain a model's answer for one instance: a text, an image or a row of a table.

    Parameters
    ----------
    model : object or callable
        Has ``predict_proba`` or ``predict``, or is such a function. Its ``classes_``, if it has them, name the classes.
    instance : str, image or row
        What to explain: a text; an image as an array, a tensor or one of PIL's; or whatever
        `lime_widgets.LimeTabularExplainer.explain_instance` takes for a row.
    background : ndarray, CSR matrix or data frame, optional
        For a row: what the model was trained on, or data like it.
    **options : Any
        Arguments of the explainer of that domain, and of its ``explain_instance``; the most probable class is explained
        unless `labels` or `top_labels` say otherwise. Of a row, ``predict`` without ``classes_`` is a regressor's; of a
        text or an image it has to return probabilities.

    Returns
    -------
    Explanation
        Shows itself as a live widget in a notebook.

    Raises
    ------
    ValueError
        If there is no background for a row.
    TypeError
        If the model is neither, or there is no such argument.
    PredictionError
        If the model fails.

    Examples
    --------
    >>> model = lambda texts: [[1 - ("fun" in text), "fun" in text] for text in texts]
    >>> explain(model, "such fun", random_state=0).as_list()[0][0]
    'fun'
    """
    predict, mode = _predict_function(model)
    explainer, arguments = _explainer(instance, background, mode, options)
    classes: Any = getattr(model, "classes_", None)
    # A model of several outputs has several lists of classes, which name none of them.
    if mode == options.get("mode", mode) == "classification" and np.ndim(classes) == 1:
        arguments["class_names"] = list(classes)
    if not {"labels", "top_labels"} & set(options):
        arguments["top_labels"] = 1
    made, asked = _divided({**arguments, **options}, explainer)
    explanation: Explanation = explainer(**made).explain_instance(instance, predict, **asked)
    return explanation


def _explainer(
    instance: Any, background: Any, mode: str, options: Mapping[str, Any]
) -> tuple[Callable[..., Any], dict[str, Any]]:
    """Return the explainer of the instance's domain, and the arguments that go without saying."""
    if isinstance(instance, str):
        from lime_widgets.text import LimeTextExplainer

        return LimeTextExplainer, {}
    if background is None and _is_image(instance):
        from lime_widgets.image import LimeImageExplainer

        return LimeImageExplainer, {}
    from lime_widgets.tabular import LimeTabularExplainer

    if background is None and "training_data_stats" not in options:
        raise ValueError(
            f"got an instance of type {type(instance).__name__} without background, expected a text, an image, "
            "or a row and what the model was trained on, try explain(model, row, background=X_train)"
        )
    return LimeTabularExplainer, {"training_data": background, "mode": mode}


def _is_image(instance: Any) -> bool:
    """Tell an image: one of Pillow's, or numbers of which no row of a table has so many axes, rows and columns."""
    if hasattr(instance, "tobitmap"):
        return True
    shape = tuple(getattr(instance, "shape", ()))
    is_frame = hasattr(instance, "columns") or not hasattr(instance, "__array__")
    # Of a single row of pixels, too, where there are channels; of several images the explainer says what to do.
    return not is_frame and (len(shape) > 2 or (len(shape) == 2 and min(shape) > 1))


def _divided(arguments: Mapping[str, Any], explainer: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the arguments of an explainer, and those of its `explain_instance`."""
    of_explainer = set(signature(explainer).parameters)
    of_instance = set(list(signature(explainer.explain_instance).parameters)[3:])
    for name in arguments:
        if name not in of_explainer | of_instance:
            close = difflib.get_close_matches(name, sorted(of_explainer | of_instance), n=1, cutoff=0.0)
            raise TypeError(f"got an argument {name!r}, which {explainer.__name__} does not have, try {close[0]}")
    made = {name: value for name, value in arguments.items() if name in of_explainer}
    return made, {name: value for name, value in arguments.items() if name not in of_explainer}


def _predict_function(model: Any) -> tuple[Callable[[Any], Any], str]:
    """Return the function to ask, and what the model does."""
    if callable(getattr(model, "predict_proba", None)):
        return model.predict_proba, "classification"
    if callable(getattr(model, "predict", None)) and not hasattr(model, "classes_"):
        return model.predict, "regression"
    if callable(model):
        return model, "classification"
    raise TypeError(
        f"got a model of type {type(model).__name__}, expected predict_proba, a regressor's predict, or a function, "
        "try sklearn.calibration.CalibratedClassifierCV for a classifier without probabilities"
    )
