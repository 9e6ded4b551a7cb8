"""How a page looks at an image, and the superpixels that it asks for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from lime_widgets import checked
from lime_widgets.engine import LimeError
from lime_widgets.explanation import Explanation
from lime_widgets.images.explanation import ImageExplanation
from lime_widgets.images.picture import reduction
from lime_widgets.images.runs import encode_runs
from lime_widgets.images.segmenting import PageSegmentation


def valid_view(view: dict[str, Any], n_classes: int) -> dict[str, Any]:
    """Return a view whose every part is known and has a meaning; see ``docs/wire.md``.

    Raises
    ------
    ValueError
        If one has not.
    """
    readers: dict[str, Callable[[Any, str], Any]] = {
        "show": partial(checked.one_of, allowed=("both", "positive", "negative")),
        "style": partial(checked.one_of, allowed=("heat", "outline")),
        "opacity": partial(checked.number, least=0.0, greatest=1.0),
        "outlines": checked.truth,
        "hide_rest": checked.truth,
        "min_weight": partial(checked.number, least=0.0),
        "compare": partial(_class_or_none, n_classes=n_classes),
    }
    return {
        name: readers[checked.one_of(name, "view", tuple(readers))](value, f"view.{name}")
        for name, value in view.items()
    }


def _class_or_none(value: Any, where: str, n_classes: int) -> int | None:
    """Return a class of the model, or None. With one that the page has no samples of, it compares nothing."""
    return None if value is None else checked.whole(value, where, 0, n_classes)


def segmentation_of(message: dict[str, Any]) -> PageSegmentation:
    """Return the segmentation that a page asks for.

    Raises
    ------
    ValueError
        If there is no such algorithm, or a number has no meaning.
    """
    return PageSegmentation(message.get("algorithm", ""), message.get("n_segments", 0), message.get("compactness", 0))


def proposal(explanation: Explanation, message: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """Return the answer to ``segment``: the superpixels, their number, and how many images would be asked about.

    Parameters
    ----------
    explanation : Explanation
        The one that is shown.
    message : dict
        What the page sent.
    """
    answer = {"type": "segments", "request": message.get("request"), "count": 0, "calls": 0, "error": ""}
    try:
        mapper = image_of(explanation).mapper.recut(segmentation_of(message))
    except Exception as error:  # noqa: BLE001 - a function that hides superpixels raises what it likes
        return {**answer, "error": str(error) or type(error).__name__}, []
    ids = mapper.superpixels.reduced(reduction(mapper.instance.height, mapper.instance.width))
    design = mapper.design(explanation.sampler.sampling, explanation.sampler.metric)
    calls = design.n_questions(explanation.neighborhood.n_samples, explanation.random_state)
    return {**answer, "count": mapper.n_features, "calls": calls}, [encode_runs(ids)]


def image_of(explanation: Explanation) -> ImageExplanation:
    """Return an explanation of an image.

    Raises
    ------
    LimeError
        If it is of something else.
    """
    if not isinstance(explanation, ImageExplanation):
        raise LimeError(f"got an explanation of a {explanation.domain_mapper.domain}, expected one of an image")
    return explanation
