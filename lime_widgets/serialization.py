"""An explanation as data: the state that a page reads, and JSON that is exact to the last bit."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from functools import partial
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from lime_widgets import checked, schema
from lime_widgets.domain import DomainMapper
from lime_widgets.engine import Neighborhood, Surrogate, Uncertainty
from lime_widgets.explanation import Explanation
from lime_widgets.sampler import Sampler
from lime_widgets.sampling_state import (
    convergence_state,
    design_state,
    neighborhood_state,
    read_convergence,
    read_design,
    read_neighborhood,
    read_uncertainty,
)
from lime_widgets.settings import FitSettings
from lime_widgets.strings import say
from lime_widgets.task import MODES, Task

_EXPONENTIAL = "exponential"
_CUSTOM = "custom"
# The answers of a thousand classes for a thousand samples are four megabytes, and nobody leafs through them.
_MOST_CLASSES_IN_PAGE = 20


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
    classes = list(range(neighborhood.n_outputs)) if writer.is_exact else page_classes(explanation)
    state = {
        "lime_widgets": schema.VERSION,
        "domain": mapper.domain,
        "mode": explanation.mode,
        "title": say(f"title_{mapper.domain}"),
        "class_names": explanation.output_names,
        "top_labels": explanation.top_labels,
        "predict_proba": explanation.answer.tolist(),
        "unit": explanation.task.unit,
        "classes": classes,
        "instance": mapper.to_state(writer),
        "neighborhood": neighborhood_state(explanation.informed_neighborhood, classes, writer),
        "surrogate": {
            "kernel": _EXPONENTIAL if settings.kernel is None else _CUSTOM,
            "regressor": regressor.name if isinstance(regressor, LostRegressor) else _class_name(regressor),
            "estimator": explanation.estimator,
        },
        "convergence": convergence_state(explanation.convergence),
        "settings": settings_state(settings, label),
        "provenance": {
            "instance": mapper.title,
            "samples": neighborhood.n_samples,
            "seed": explanation.random_state,
            **explanation.provenance,
        },
    }
    return state, writer.buffers


def page_classes(explanation: Explanation) -> list[int]:
    """Return the classes that a page can show, rising: all, or of very many those explained and the likeliest."""
    likeliest = np.argsort(-explanation.answer, kind="stable").tolist()
    explained = [explanation.output_of(label) for label in explanation.labels]
    return sorted(list(dict.fromkeys([*explained, *likeliest]))[: max(_MOST_CLASSES_IN_PAGE, len(explained))])


def _class_name(regressor: Any) -> str | None:
    """Name a regressor; None where there is none."""
    return None if regressor is None else type(regressor).__name__


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
    return {
        **settings_state(explanation.settings, label),
        **asdict(explanation.surrogate(label)),
        "uncertainty": asdict(explanation.uncertainty(label)),
    }


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
            "chosen_label": explanation.chosen_label,
            "sampling": {
                "seed": sampler.seed,
                "metric": sampler.metric if isinstance(sampler.metric, str) else _CUSTOM,
                "batch_size": sampler.batch_size,
                "design": design_state(sampler),
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
    except (KeyError, TypeError, IndexError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(
            f"got JSON that is no explanation ({type(error).__name__}: {error}), expected what to_json wrote, "
            "try the whole file"
        ) from error


def _explanation(document: dict[str, Any]) -> Explanation:
    """Build the explanation from its parts, each of them checked."""
    state = document["state"]
    buffers = schema.decode_buffers(document["buffers"])
    mapper, task = _mapper(state, buffers), _task(state)
    neighborhood = read_neighborhood(state["neighborhood"], buffers, mapper.n_features)
    if state["classes"] != list(range(neighborhood.n_outputs)):
        raise ValueError(f"got predictions of some classes alone, expected all {neighborhood.n_outputs}, try to_json")
    fits = checked.items(document["fitted"], "fitted", partial(_fit, neighborhood=neighborhood))
    labels = [label for label, _, _ in fits]
    top_labels, chosen = state["top_labels"], document.get("chosen_label")
    return _kind(state)(
        _sampler(document["sampling"], mapper, task),
        neighborhood,
        _settings(state),
        labels,
        top_labels=None if top_labels is None else _explained(top_labels, labels),
        provenance={name: checked.text(value, f"provenance.{name}") for name, value in document["provenance"].items()},
        surrogates={label: fit for label, fit, _ in fits},
        uncertainties={label: known for label, _, known in fits if known is not None},
        shown_label=None if chosen is None else _explained([chosen], labels)[0],
        convergence=read_convergence(state.get("convergence")),
    )


def _kind(state: dict[str, Any]) -> type[Explanation]:
    """Return the kind of explanation that the domain has."""
    if state["domain"] == "image":
        from lime_widgets.images.explanation import ImageExplanation

        return ImageExplanation
    return Explanation


def _mapper(state: dict[str, Any], buffers: list[bytes]) -> DomainMapper:
    """Return the instance, of whichever domain it is."""
    domain = checked.one_of(state["domain"], "domain", ("text", "tabular", "image"))
    if domain == "image":
        from lime_widgets.images.mapper import ImageDomainMapper

        return ImageDomainMapper.from_state(state["instance"], buffers)
    if domain == "tabular":
        from lime_widgets.tables.mapper import TableDomainMapper

        return TableDomainMapper.from_state(state["instance"])
    from lime_widgets.text import TextDomainMapper

    return TextDomainMapper.from_state(state["instance"])


def _task(state: dict[str, Any]) -> Task:
    """Return what the model does."""
    names = checked.items(state["class_names"], "class_names", checked.text)
    task = Task(
        checked.one_of(state["mode"], "mode", MODES),
        class_names=tuple(names),
        target_name=names[0],
        unit=checked.text(state["unit"], "unit"),
    )
    return replace(task, class_names=None) if task.is_regression else task


def _sampler(sampling: dict[str, Any], mapper: DomainMapper, task: Task) -> Sampler:
    """Return who goes on, once there is a model again."""
    batch_size = sampling["batch_size"]
    return Sampler(
        mapper,
        checked.whole(sampling["seed"], "sampling.seed"),
        checked.text(sampling["metric"], "sampling.metric"),
        None,
        None if batch_size is None else checked.whole(batch_size, "sampling.batch_size", 1),
        task,
        *read_design(sampling.get("design"), mapper.designs),
    )


def _settings(state: dict[str, Any]) -> FitSettings:
    """Return the settings; a custom kernel or regressor is code, which JSON does not carry."""
    settings, surrogate = state["settings"], state["surrogate"]
    kernel = checked.one_of(surrogate["kernel"], "surrogate.kernel", (_EXPONENTIAL, _CUSTOM))
    regressor = surrogate["regressor"]
    read = FitSettings(
        checked.number(settings["kernel_width"], "settings.kernel_width"),
        checked.whole(settings["num_features"], "settings.num_features", 1),
        settings["selection"],
        kernel=None if kernel == _EXPONENTIAL else _lost_kernel,
        model_regressor=None if regressor is None else LostRegressor(checked.text(regressor, "surrogate.regressor")),
    )
    read.check()
    return read


def _fit(fit: dict[str, Any], where: str, neighborhood: Neighborhood) -> tuple[int, Surrogate, Uncertainty | None]:
    """Return a label, its fit and how sure that is, as they were computed."""
    feature = partial(checked.whole, end=neighborhood.n_features)
    features = checked.items(fit["features"], f"{where}.features", feature)
    weights = checked.items(fit["weights"], f"{where}.weights", checked.number)
    if not len(set(features)) == len(features) == len(weights):
        raise ValueError(f"got {len(weights)} weights for {where}.features, expected one for each feature, each once")
    names = ("intercept", "score", "local_prediction", "effective_sample_size")
    figures = {name: checked.number(fit[name], f"{where}.{name}") for name in names}
    label = checked.whole(fit["label"], f"{where}.label", 0, neighborhood.n_outputs)
    known = fit.get("uncertainty")
    uncertainty = None if known is None else read_uncertainty(known, len(features), f"{where}.uncertainty")
    return label, Surrogate(tuple(features), tuple(weights), **figures), uncertainty


def _explained(some: Any, labels: list[int]) -> list[int]:
    """Return the labels, if each has a fit."""
    read = checked.items(some, "labels", checked.whole)
    if not set(read) <= set(labels):
        raise ValueError(f"got labels {read}, expected labels of fits, {labels}")
    return read


def has_lost_code(settings: FitSettings) -> bool:
    """Tell whether a kernel or regressor was not saved, so that the fits that there are are all there can be."""
    return settings.kernel is _lost_kernel or isinstance(settings.model_regressor, LostRegressor)


def _lost(kind: str) -> ValueError:
    """Return the error of code that was not saved."""
    return ValueError(
        f"got an explanation read from JSON, which does not carry its custom {kind}, expected one that can be "
        f"refitted, try explanation.refit({kind}=...)"
    )


def _lost_kernel(distances: Any, kernel_width: float) -> Any:  # noqa: ARG001 - a kernel has these
    """Stand for a kernel that was not saved."""
    raise _lost("kernel")


class LostRegressor(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Stands for a regressor that was not saved.

    Parameters
    ----------
    name : str
        The name of its class.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:  # noqa: ARG002 - scikit-learn's signature
        """Say that it was not saved.

        Raises
        ------
        ValueError
            Always.
        """
        raise _lost("model_regressor")
