"""How samples were drawn and what is known of them, as data; see ``docs/wire.md``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, cast, get_args

import numpy as np
from numpy.typing import NDArray

from lime_widgets import checked, schema
from lime_widgets.domain import BEST, Sampling
from lime_widgets.engine import ExponentialKernel, Neighborhood
from lime_widgets.engine.moments import LevelSums
from lime_widgets.engine.pool import Emulation, Pool
from lime_widgets.engine.population import Population
from lime_widgets.engine.ranking import Ranking
from lime_widgets.engine.stopping import Convergence, Look, Measure, Reason
from lime_widgets.engine.uncertainty import Status, Uncertainty
from lime_widgets.sampler import Sampler

_SUMS = ("counts", "features", "grams", "targets", "squares", "crosses")


def neighborhood_state(neighborhood: Neighborhood, classes: list[int], writer: schema.ArrayWriter) -> dict[str, Any]:
    """Return the samples and how they were drawn.

    Parameters
    ----------
    neighborhood : Neighborhood
        The samples.
    classes : list of int
        The columns of the predictions that travel.
    writer : ArrayWriter
        Takes the arrays.
    """
    noise, expected = neighborhood.noise, neighborhood.expected
    state = {
        "samples": writer.add(neighborhood.samples),
        "predictions": writer.add(neighborhood.predictions[:, classes]),
        "distances": writer.add(neighborhood.distances),
        "importance": None if neighborhood.importance is None else writer.add(neighborhood.importance),
        "expected": None if expected is None else writer.add(expected[:, classes]),
        "law": _law_state(neighborhood.population, writer),
        "exact": neighborhood.exact,
        "noise": None if noise is None else noise[classes].tolist(),
        "nominal": neighborhood.n_samples if neighborhood.nominal is None else neighborhood.nominal,
    }
    if writer.is_exact:
        state["emulation"] = _emulation_state(neighborhood.emulation, writer)
    return state


def read_neighborhood(state: dict[str, Any], buffers: list[bytes], n_features: int) -> Neighborhood:
    """Return the samples that `neighborhood_state` wrote.

    Raises
    ------
    ValueError
        If they do not belong together or are not finite.
    """
    samples, predictions, distances = (_array(state, name, buffers) for name in ("samples", "predictions", "distances"))
    importance, expected = (
        None if state.get(name) is None else _array(state, name, buffers) for name in ("importance", "expected")
    )
    n_samples, nominal = len(samples), checked.whole(state.get("nominal", 0), "neighborhood.nominal")
    noise = state.get("noise")
    neighborhood = Neighborhood(
        samples,
        predictions,
        distances,
        importance=importance,
        expected=expected,
        # lime's own law, of which each sample is one, is said by their number.
        nominal=None if nominal in (0, n_samples) else nominal,
        exact=state.get("exact") is True,
        noise=None if noise is None else np.array(checked.items(noise, "neighborhood.noise", checked.number)),
        population=_read_law(state.get("law"), n_features, buffers),
        emulation=_read_emulation(state.get("emulation"), buffers),
    )
    is_mask = neighborhood.has_masks
    if neighborhood.n_features != n_features or (is_mask and not neighborhood.samples[0].all()):
        raise ValueError(
            f"got samples of {neighborhood.n_features} features, expected {n_features}, "
            "the first row of masks with all of them"
        )
    if neighborhood.importance is not None and not (neighborhood.importance >= 0).all():
        raise ValueError("got negative importance of samples, expected numbers of 0 or more")
    if neighborhood.noise is not None and neighborhood.noise.shape != (neighborhood.n_outputs,):
        raise ValueError(f"got the noise of {len(neighborhood.noise)} outputs, expected {neighborhood.n_outputs}")
    return neighborhood


def _array(state: dict[str, Any], name: str, buffers: list[bytes]) -> NDArray[Any]:
    """Return an array of finite numbers."""
    array = schema.read_array(state[name], buffers)
    if not np.isfinite(array).all():
        raise ValueError(f"got {name} with NaN or infinity, expected finite numbers")
    return array


def _law_state(population: Population | None, writer: schema.ArrayWriter) -> dict[str, Any] | None:
    """Return lime's law of the masks, where it is known and used."""
    if population is None:
        return None
    parts = {"distances": population.distances, "levels": population.levels, "kept": population.kept}
    return {name: None if part is None else writer.add(part) for name, part in parts.items()}


def _read_law(state: dict[str, Any] | None, n_features: int, buffers: list[bytes]) -> Population | None:
    """Return lime's law of the masks, if it was written."""
    if state is None:
        return None
    distances, levels, kept = (
        None if state[name] is None else _array(state, name, buffers) for name in ("distances", "levels", "kept")
    )
    sizes = (None if part is None else part.shape for part in (distances, levels, kept))
    if tuple(sizes) not in (((n_features + 1,), (n_features + 1,), None), ((n_features + 1,), None, (n_features,))):
        raise ValueError(f"got a law of other sizes than {n_features} features have, expected to_json's")
    if any(part is not None and not ((part >= 0) & (part <= 1)).all() for part in (levels, kept)):
        raise ValueError("got a law with numbers below 0 or above 1, expected probabilities")
    return None if distances is None else Population(distances, levels, kept)


def _emulation_state(emulation: Emulation | None, writer: schema.ArrayWriter) -> dict[str, Any] | None:
    """Return what an emulator made of the samples."""
    if emulation is None:
        return None
    pool = emulation.pool
    return {
        "outputs": list(emulation.outputs),
        "left_out": writer.add(emulation.left_out),
        "distances": writer.add(pool.distances),
        "shares": writer.add(pool.shares),
        "sums": {name: writer.add(getattr(pool.sums, name)) for name in _SUMS},
    }


def _read_emulation(state: dict[str, Any] | None, buffers: list[bytes]) -> Emulation | None:
    """Return what an emulator made of the samples, if one did."""
    if state is None:
        return None
    sums = LevelSums(**{name: _array(state["sums"], name, buffers) for name in _SUMS})
    outputs = tuple(checked.items(state["outputs"], "emulation.outputs", checked.whole))
    pool = Pool(_array(state, "distances", buffers), _array(state, "shares", buffers), sums)
    return Emulation(outputs, _array(state, "left_out", buffers), pool)


def convergence_state(convergence: Convergence | None) -> dict[str, Any] | None:
    """Return how the number of samples was found; a look that could tell nothing has no value."""
    if convergence is None:
        return None
    looks = [asdict(look) for look in convergence.looks if np.isfinite(look.value)]
    return {**asdict(convergence), "looks": looks}


def read_convergence(state: dict[str, Any] | None) -> Convergence | None:
    """Return what `convergence_state` wrote.

    Raises
    ------
    ValueError
        If it is something else.
    """
    if state is None:
        return None

    def look(item: Any, where: str) -> Look:
        return Look(checked.whole(item["calls"], f"{where}.calls"), checked.number(item["value"], f"{where}.value"))

    looks = tuple(checked.items(state["looks"], "convergence.looks", look))
    reason = checked.one_of(state["reason"], "convergence.reason", get_args(Reason))
    if reason == "reached" and not looks:
        raise ValueError("got convergence that was reached without a look, expected one at least")
    return Convergence(
        cast("Measure", checked.one_of(state["measure"], "convergence.measure", get_args(Measure))),
        checked.number(state["target"], "convergence.target"),
        looks,
        cast("Reason", reason),
    )


def read_uncertainty(state: Any, n_features: int, where: str) -> Uncertainty:
    """Return standard errors of so many weights as they were written.

    Raises
    ------
    ValueError
        If they are something else.
    """
    weights, ranking = state["weights"], state["ranking"]
    errors = None if weights is None else checked.items(weights, f"{where}.weights", _error)
    if errors is not None and len(errors) != n_features:
        raise ValueError(f"got {len(errors)} errors in {where}, expected {n_features}: one for each weight")
    figures = {name: _optional(state[name], f"{where}.{name}") for name in ("local_prediction", "score")}
    return Uncertainty(
        cast("Status", checked.one_of(state["status"], f"{where}.status", get_args(Status))),
        None if errors is None else tuple(errors),
        degrees=_error(state["degrees"], f"{where}.degrees"),
        ranking=None if ranking is None else _read_ranking(ranking, f"{where}.ranking"),
        **figures,
    )


def _optional(value: Any, where: str) -> float | None:
    """Return a number that is not negative, if there is one."""
    return None if value is None else _error(value, where)


def _error(value: Any, where: str) -> float:
    """Return a number that is not negative."""
    return checked.number(value, where, 0.0)


def _read_ranking(state: dict[str, Any], where: str) -> Ranking:
    """Return the joint statement on the largest weights."""
    shares = (checked.number(state[name], f"{where}.{name}", 0, 1) for name in ("stability", "jaccard"))
    return Ranking(checked.whole(state["size"], f"{where}.size", 1), *shares)


def design_state(sampler: Sampler) -> dict[str, Any]:
    """Return how samples are drawn; a kernel of the user's own is code, which is not written."""
    kernel = sampler.sampling.kernel
    width = float(kernel.width) if isinstance(kernel, ExponentialKernel) else None
    return {"name": sampler.sampling.name, "kernel_width": width, "nominal": sampler.nominal}


def read_design(state: dict[str, Any] | None, designs: tuple[str, ...]) -> tuple[Sampling, int | None]:
    """Return how samples are drawn, and how many of lime's they stand for; lime's way, where nothing is said.

    Raises
    ------
    ValueError
        If it is something else.
    """
    if state is None:
        return Sampling("lime"), None
    width = state["kernel_width"]
    kernel = None if width is None else ExponentialKernel(checked.number(width, "sampling.design.kernel_width"))
    nominal = state["nominal"]
    return (
        Sampling(checked.one_of(state["name"], "sampling.design.name", (BEST, *designs)), kernel),
        None if nominal is None else checked.whole(nominal, "sampling.design.nominal", 1),
    )
