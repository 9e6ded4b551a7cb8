"""An explanation as data: the state that a page reads, and JSON that is exact to the last bit."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from lime_widgets import schema
from lime_widgets.domain import DomainMapper
from lime_widgets.engine import Neighborhood, Surrogate
from lime_widgets.explanation import Explanation
from lime_widgets.sampler import Sampler
from lime_widgets.settings import FitSettings
from lime_widgets.strings import say

_CUSTOM = "custom"


def to_state(explanation: Explanation, label: int, float_type: schema.FloatType) -> tuple[dict[str, Any], list[bytes]]:
    """Return the state of ``docs/wire.md`` and its buffers.

    Parameters
    ----------
    explanation : Explanation
        What to describe.
    label : int
        The class shown first.
    float_type : {"float32", "float64"}
        Precision of the arrays.
    """
    writer = schema.ArrayWriter(float_type)
    mapper, neighborhood, settings = explanation.domain_mapper, explanation.neighborhood, explanation.settings
    regressor = settings.model_regressor
    state = {
        "lime_widgets": schema.VERSION,
        "domain": mapper.domain,
        "mode": explanation.mode,
        "title": say("title_text"),
        "class_names": explanation.class_names,
        "top_labels": explanation.top_labels,
        "predict_proba": explanation.predict_proba.tolist(),
        "instance": mapper.to_state(),
        "neighborhood": {
            "masks": writer.add(neighborhood.masks),
            "predictions": writer.add(neighborhood.predictions),
            "distances": writer.add(neighborhood.distances),
        },
        "surrogate": {
            "kernel": "exponential" if settings.kernel is None else _CUSTOM,
            "regressor": None if regressor is None else type(regressor).__name__,
        },
        "settings": settings_state(settings, label),
        "provenance": {
            "instance": mapper.title,
            "samples": neighborhood.n_samples,
            "seed": explanation.random_state,
            **explanation.provenance,
        },
    }
    return state, writer.buffers


def settings_state(settings: FitSettings, label: int) -> dict[str, Any]:
    """Return the settings that a page can change."""
    return {
        "label": label,
        "kernel_width": float(settings.kernel_width),
        "num_features": int(settings.num_features),
        "selection": settings.feature_selection,
    }


def fit_state(explanation: Explanation, label: int) -> dict[str, Any]:
    """Return the fit of one label with the settings that it answers to."""
    return {**settings_state(explanation.settings, label), **asdict(explanation.surrogate(label))}


def to_json(explanation: Explanation) -> str:
    """Return the explanation as JSON, exact to the last bit, without its model."""
    labels = list(explanation.surrogates)
    state, buffers = to_state(explanation, labels[0], "float64")
    sampler = explanation.sampler
    return schema.dumps(
        {
            "state": state,
            "buffers": schema.encode_buffers(buffers),
            "fitted": [fit_state(explanation, label) for label in labels],
            "sampling": {
                "seed": sampler.seed,
                "metric": sampler.metric if isinstance(sampler.metric, str) else _CUSTOM,
                "batch_size": sampler.batch_size,
            },
            "provenance": explanation.provenance,
        }
    )


def from_json(text: str) -> Explanation:
    """Return the explanation that `to_json` wrote.

    Raises
    ------
    ValueError
        If the text is something else.
    """
    try:
        document = json.loads(text)
        schema.check_version(document["state"])
        return _explanation(document)
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(
            f"got JSON that is no explanation ({type(error).__name__}: {error}), expected what to_json wrote, "
            "try the whole file"
        ) from error


def _explanation(document: dict[str, Any]) -> Explanation:
    """Build the explanation from checked parts."""
    state, fits, sampling = document["state"], document["fitted"], document["sampling"]
    buffers = schema.decode_buffers(document["buffers"])
    return Explanation(
        Sampler(_mapper(state), sampling["seed"], sampling["metric"], None, sampling["batch_size"]),
        _neighborhood(state["neighborhood"], buffers),
        _settings(state),
        [fit["label"] for fit in fits],
        class_names=state["class_names"],
        top_labels=state["top_labels"],
        provenance=document["provenance"],
        surrogates={fit["label"]: _surrogate(fit) for fit in fits},
    )


def _mapper(state: dict[str, Any]) -> DomainMapper:
    """Return the instance, of whichever domain it is."""
    if state["domain"] != "text":
        raise ValueError(f"got an explanation of domain {state['domain']!r}, expected 'text', try a newer lime_widgets")
    from lime_widgets.text import TextDomainMapper

    return TextDomainMapper.from_state(state["instance"])


def _neighborhood(references: dict[str, Any], buffers: list[bytes]) -> Neighborhood:
    """Return the samples."""
    return Neighborhood(
        *(schema.read_array(references[name], buffers) for name in ("masks", "predictions", "distances"))
    )


def _settings(state: dict[str, Any]) -> FitSettings:
    """Return the settings; a custom kernel or regressor is code, which JSON does not carry."""
    settings, surrogate = state["settings"], state["surrogate"]
    custom = surrogate["kernel"] == _CUSTOM or surrogate["regressor"] is not None
    return FitSettings(
        settings["kernel_width"],
        settings["num_features"],
        settings["selection"],
        kernel=_lost_kernel if custom else None,
    )


def _lost_kernel(distances: Any, kernel_width: float) -> Any:  # noqa: ARG001 - a kernel has these
    """Stand for a kernel or regressor that was not saved."""
    raise ValueError(
        "got an explanation read from JSON, which does not carry its custom kernel or regressor, expected one that can "
        "be refitted, try explanation.refit(kernel=..., model_regressor=...)"
    )


def _surrogate(fit: dict[str, Any]) -> Surrogate:
    """Return a fit as it was computed."""
    return Surrogate(
        features=tuple(fit["features"]),
        weights=tuple(fit["weights"]),
        intercept=fit["intercept"],
        score=fit["score"],
        local_prediction=fit["local_prediction"],
        effective_sample_size=fit["effective_sample_size"],
    )
