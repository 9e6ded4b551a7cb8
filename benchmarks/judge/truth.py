"""What lime tends to: by enumeration, in closed form, or from millions of draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from benchmarks.judge.cache import Arrays, kept
from benchmarks.judge.population import Masks, Moments, Population, SizeLaw, Solution, limit
from benchmarks.judge.tasks import NOMINAL, MaskTask, TableTask, Task

Floats = NDArray[np.float64]
Means = Literal["enumeration", "closed form", "draws"]

_MOST_ENUMERATED = 14
_REPLICATES = 16
_BATCH = 65_536
_VERSION = 1


@dataclass(frozen=True, eq=False)
class Truth:
    """lime's answer on infinitely many samples, for any nominal number of them.

    Parameters
    ----------
    population : Population
        The masks as lime's regression sees them.
    moments : Moments
        What the model contributes.
    relative_error : float
        Standard error of all weights together, over their length; 0 where the answer is exact.
    means : {"enumeration", "closed form", "draws"}
        How it was had.
    n_calls : int
        Rows that the model was asked about.
    """

    population: Population
    moments: Moments
    relative_error: float
    means: str
    n_calls: int

    def at(self, nominal: int) -> Solution:
        """Return what lime on `nominal` samples tends to."""
        return limit(self.population, self.moments, nominal)


def truth_of(task: Task) -> Truth:
    """Return a task's truth, worked out once on each machine."""
    stored = kept(f"truth-{task.name}", f"{_VERSION} {task.key} {task.draws}", lambda: _worked_out(task))
    moments = Moments(stored["covariance"], float(stored["mean"]), float(stored["instance"]))
    return Truth(
        task.population, moments, float(stored["relative_error"]), str(stored["means"]), int(stored["n_calls"])
    )


def _worked_out(task: Task) -> Arrays:
    """Return a truth as arrays."""
    if isinstance(task, TableTask):
        return _from_rows(task)
    if task.n_features <= _MOST_ENUMERATED:
        return _stored(enumerated(task.ask, task.law), 0.0, "enumeration", 2**task.n_features)
    if task.exact is not None:
        return _stored(task.exact(task.law), 0.0, "closed form", 0)
    return _from_masks(task)


def enumerated(ask: Callable[[Masks], Floats], law: SizeLaw) -> Moments:
    """Return the moments of a black box over all masks there are."""
    d = law.n_features
    masks = (np.arange(2**d)[:, None] >> np.arange(d)) & 1 == 1
    answers, shares = ask(masks), law.of_one_mask[masks.sum(axis=1)]
    mean = float(shares @ answers)
    covariance = (shares * (answers - mean)) @ (masks - law.population.mean)
    return Moments(covariance, mean, float(answers[-1]))


def _from_masks(task: MaskTask) -> Arrays:
    """Return the truth of a text or an image from draws."""

    def replicate(size: int, number: int) -> tuple[Masks, Floats]:
        rng, parts = np.random.default_rng([20_261_122, number]), []
        for start in range(0, size, _BATCH):
            masks = task.law.draw(min(_BATCH, size - start), rng)
            parts.append((masks, task.ask(masks)))
        return np.concatenate([masks for masks, _ in parts]), np.concatenate([answers for _, answers in parts])

    instance = float(task.ask(np.ones((1, task.n_features), dtype=np.bool_))[0])
    return _from_replicates(task, replicate, task.draws // _REPLICATES, instance)


def _from_rows(task: TableTask) -> Arrays:
    """Return the truth of a row of a table from draws, as even as Sobol's sequence makes them."""
    size = 2 ** int(np.log2(task.draws / _REPLICATES))

    def replicate(size: int, number: int) -> tuple[Masks, Floats]:
        sequence, parts = qmc.Sobol(task.n_features, scramble=True, rng=np.random.default_rng([1122, number])), []
        for start in range(0, size, _BATCH):
            rows, masks = task.law.draw(sequence.random(min(_BATCH, size - start)))
            parts.append((masks, task.predict(rows)[:, 1]))
        return np.concatenate([masks for masks, _ in parts]), np.concatenate([answers for _, answers in parts])

    return _from_replicates(task, replicate, size, float(task.predict(task.row[None])[0, 1]))


def _from_replicates(
    task: Task, replicate: Callable[[int, int], tuple[Masks, Floats]], size: int, instance: float
) -> Arrays:
    """Return the mean of independent estimates, and by their spread how far it may be off."""
    found = [_moments(*replicate(size, number), task.population, instance) for number in range(_REPLICATES)]
    mean = Moments(
        np.mean([moments.covariance for moments in found], axis=0),
        float(np.mean([moments.mean for moments in found])),
        instance,
    )
    nominal = NOMINAL[task.domain]
    weights = np.array([limit(task.population, moments, nominal).weights for moments in found])
    errors = weights.std(axis=0, ddof=1) / np.sqrt(_REPLICATES)
    error = float(np.linalg.norm(errors) / np.linalg.norm(limit(task.population, mean, nominal).weights))
    return _stored(mean, error, "draws", size * _REPLICATES)


def _moments(masks: Masks, answers: Floats, population: Population, instance: float) -> Moments:
    """Estimate moments by a regression on the masks, whose own moments are known."""
    varies = np.diag(population.covariance) > 0
    centred = masks[:, varies] - population.mean[varies]
    columns = np.column_stack([np.ones(len(masks)), centred])
    # By least squares what is linear in the masks costs no error at all.
    solution = np.linalg.solve(columns.T @ columns, columns.T @ answers)
    covariance = np.zeros(len(varies))
    covariance[varies] = population.covariance[np.ix_(varies, varies)] @ solution[1:]
    return Moments(covariance, float(solution[0]), instance)


def _stored(moments: Moments, error: float, means: Means, n_calls: int) -> Arrays:
    """Return a truth as it is kept."""
    return {
        "covariance": moments.covariance,
        "mean": np.array(moments.mean),
        "instance": np.array(moments.instance),
        "relative_error": np.array(error),
        "means": np.array(means),
        "n_calls": np.array(n_calls),
    }
