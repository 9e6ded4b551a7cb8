"""Very many masks with an emulator's answers, summed up by level: what model-assisted estimation adds to a sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine.kernels import Kernel
from lime_widgets.engine.moments import LevelSums, Sums, level_sums

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pool:
    """Sums over masks drawn from lime's law, with the emulator's answers in the place of the model's.

    Parameters
    ----------
    distances : ndarray of shape (n_levels,)
        Distance to the instance of the masks of each level.
    shares : ndarray of shape (n_levels,)
        What a mask of the level that was drawn by chance stands for, as a share of lime's law; 0 if none was.
    sums : LevelSums
        Sums over the levels; each mask counts as its share.
    """

    distances: Floats
    shares: Floats
    sums: LevelSums

    def weighted(self, kernel: Kernel, output: int, nominal: int) -> Sums:
        """Return the sums that a regression on `nominal` of lime's samples sees, without the instance."""
        return self.sums.weighted(kernel(self.distances) * (nominal - 1), output)

    def chance(
        self, kernel: Kernel, output: int, nominal: int, slopes: Floats, intercept: float
    ) -> tuple[Floats, float]:
        """Return what the pool's own chance makes of sums: Σ w² r² (z - mean)(z - mean)', and Σ w² r².

        Parameters
        ----------
        kernel : callable
            Distances to weights.
        output : int
            Column of the pool's answers.
        nominal : int
            How many of lime's samples the pool stands for.
        slopes, intercept : ndarray of shape (n_features,), float
            The linear fit that leaves residuals r, of which each level's mean square is taken.
        """
        sums, weights = self.sums, kernel(self.distances) * (nominal - 1)
        total = sums.weighted(weights, output)
        means = total.features / total.weight
        grams = sums.grams.reshape(-1, len(means), len(means))
        squares = (
            sums.squares[:, output]
            - 2 * intercept * sums.targets[:, output]
            - 2 * sums.crosses[:, :, output] @ slopes
            + intercept**2 * sums.counts
            + 2 * intercept * sums.features @ slopes
            + np.einsum("i,lij,j->l", slopes, grams, slopes)
        )
        factors = weights**2 * self.shares * np.maximum(squares, 0) / np.maximum(sums.counts, 1e-300)
        crossed = np.outer(factors @ sums.features, means)
        alone = float(factors @ sums.counts)
        centred: Floats = np.tensordot(factors, grams, 1) - crossed - crossed.T + alone * np.outer(means, means)
        return centred, alone


def pool_of(
    masks: NDArray[np.bool_],
    importance: Floats | None,
    distances: Floats,
    deviations: Floats,
    *,
    exact: bool = False,
) -> Pool:
    """Sum up a pool.

    Parameters
    ----------
    masks : ndarray of bool, shape (n, n_features)
        Masks.
    importance : ndarray of shape (n,), optional
        Their importance; 1 if None.
    distances : ndarray of shape (n,)
        Their distances to the instance, equal where equally many features are kept.
    deviations : ndarray of shape (n, n_outputs)
        The emulator's answers, less the model's for the instance.
    exact : bool
        Whether these are all masks there are.
    """
    levels, level_of = np.unique(masks.sum(axis=1), return_inverse=True)
    order = np.argsort(level_of, kind="stable")
    starts = np.searchsorted(level_of[order], np.arange(len(levels)))
    each = np.ones(len(masks)) if importance is None else importance
    shares = each / each.sum()
    sums = level_sums(masks[order], deviations[order], starts, shares[order])
    sizes = np.diff(starts, append=len(masks))
    by_chance = np.zeros(len(sizes)) if exact else sums.counts / sizes
    return Pool(distances[order][starts], by_chance, sums)


@dataclass(frozen=True, eq=False)
class Emulation:
    """What an emulator makes of a neighborhood.

    Parameters
    ----------
    outputs : tuple of int
        The columns of the predictions that were emulated.
    left_out : ndarray of shape (n_samples, n_emulated)
        What it makes of each sample without that sample's own answer.
    pool : Pool
        Its answers over the pool.
    """

    outputs: tuple[int, ...]
    left_out: Floats
    pool: Pool

    def column(self, output: int) -> int | None:
        """Return which of the emulated outputs a column of the predictions is; None if it was not emulated."""
        return self.outputs.index(output) if output in self.outputs else None
