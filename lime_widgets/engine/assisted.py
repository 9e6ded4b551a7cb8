"""Model-assisted estimation: an emulator's answers over a large pool of masks, put right by what it got wrong.

LIME's sums are taken over the pool, which costs no model call; the weighted regression of the left-out residuals on the
masks is added to them (a difference estimator: Särndal, Swensson and Wretman 1992, section 6.3). Where the emulator is
useless, the second term is plain regression on the samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine.carried import Carried
from lime_widgets.engine.emulator import cross_validated_ridge
from lime_widgets.engine.influence import inverse_of
from lime_widgets.engine.kernels import Kernel, effective_sample_size
from lime_widgets.engine.moments import Moments, Sums
from lime_widgets.engine.neighborhood import Neighborhood
from lime_widgets.engine.pool import Emulation
from lime_widgets.engine.population import penalty_of_slopes
from lime_widgets.engine.selection import RIDGE_OF_SURROGATE

Floats = NDArray[np.float64]

# With fewer samples for each feature, what is left is regressed under a penalty found by cross-validation.
_ENOUGH_PER_FEATURE = 3
# So many times as many rows as questions, by weight, are few questions drawn over and over. With fewer, rows that are
# taken for as many chances err by less than those taken for one do.
_OFTEN = 8.0
# The emulator answers in 32 bits: of the largest slope, what that leaves uncertain.
_ROUNDING = 1e-5
# Those penalties, over that of the surrogate itself.
_PENALTIES = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0)


@dataclass(frozen=True, eq=False)
class Assisted:
    """The estimate of one output under one kernel.

    Parameters
    ----------
    neighborhood : Neighborhood
        The samples.
    emulation : Emulation
        What an emulator makes of them.
    output : int
        Column of the predictions, one of those emulated.
    kernel : callable
        Distances to weights.
    """

    neighborhood: Neighborhood
    emulation: Emulation
    output: int
    kernel: Kernel

    @property
    def _column(self) -> int:
        """The output's place among those emulated."""
        return self.emulation.outputs.index(self.output)

    @cached_property
    def _weights(self) -> Floats:
        """What each sample weighs, shape (n_samples,); the instance nothing, which has no residual."""
        weights = self.neighborhood.weights(self.kernel(self.neighborhood.distances))
        return np.concatenate([[0.0], weights[1:]])

    @cached_property
    def residuals(self) -> Floats:
        """The model's answers less the emulator's left-out ones, shape (n_samples,)."""
        answers = self.neighborhood.predictions[:, self.output]
        residuals: Floats = answers - self.emulation.left_out[:, self._column]
        residuals[0] = 0.0
        return residuals

    @cached_property
    def _of_residuals(self) -> tuple[Floats, float]:
        """Slopes of the residuals, and what they are on average at the instance."""
        columns = self.neighborhood.samples.astype(np.float64) - 1
        if self.neighborhood.n_samples >= _ENOUGH_PER_FEATURE * columns.shape[1]:
            shares = self._weights / self._weights.sum()
            means = shares @ columns
            centred, mean = columns - means, float(shares @ self.residuals)
            gram = (centred * shares[:, None]).T @ centred
            cross = centred.T @ (shares * (self.residuals - mean))
            # Columns that never vary, or are each other's twins, have no slope of their own.
            slopes = np.linalg.lstsq(gram, cross, rcond=1e-10)[0]
            return slopes, mean - float(means @ slopes)
        base = RIDGE_OF_SURROGATE / float(self._weights.sum())
        penalties = tuple(base * factor for factor in _PENALTIES)
        return cross_validated_ridge(columns, self.residuals, self._weights, penalties)

    @cached_property
    def _sums(self) -> Sums:
        """Sums over lime's law: those of the emulator, and those of the linear part of what it got wrong."""
        pool = self.emulation.pool.weighted(self.kernel, self._column, self.neighborhood.stands_for)
        slopes, intercept = self._of_residuals
        answers = self.neighborhood.predictions[:, self.output]
        deviations = answers - answers[0]
        emulated = deviations - self.residuals
        ratio = pool.weight / float(self._weights.sum())
        return Sums(
            # The instance is there, too: as every sum is of deviations from it, it adds nothing but its weight.
            weight=pool.weight + float(self.kernel(np.zeros(1))[0]),
            features=pool.features,
            target=pool.target + intercept * pool.weight + float(slopes @ pool.features),
            gram=pool.gram,
            cross=pool.cross + intercept * pool.features + pool.gram @ slopes,
            squares=max(0.0, pool.squares + ratio * float(self._weights @ (deviations**2 - emulated**2))),
        )

    @cached_property
    def moments(self) -> Moments:
        """The moments that selection and fit need."""
        answer = float(self.neighborhood.predictions[0, self.output])
        return self._sums.centred(self.neighborhood.n_samples, np.ones(self.neighborhood.n_features), answer)

    @cached_property
    def carried(self) -> Carried:
        """The errors: those of the regression of the residuals, and what the pool's own chance adds."""
        pool = self.emulation.pool
        # About 0 instead of the instance's row and answer, so that means are deviations from it, as the sums are.
        sums = pool.weighted(self.kernel, self._column, self.neighborhood.stands_for)
        moments = sums.centred(0, np.zeros(1), 0.0)
        inverse = inverse_of(moments.gram, penalty_of_slopes(moments.gram))
        slopes = inverse @ moments.cross
        intercept = moments.target_mean - float(moments.feature_means @ slopes)
        of_slopes, of_mean = pool.chance(self.kernel, self._column, self.neighborhood.stands_for, slopes, intercept)
        rounding = (_ROUNDING * float(np.abs(slopes).max())) ** 2
        return Carried(
            self.neighborhood,
            self._weights,
            self.residuals,
            self.moments,
            sums.weight / self._sums.weight,
            inverse @ of_slopes @ inverse + rounding * np.eye(len(slopes)),
            of_mean / sums.weight**2 + rounding,
            self._repeated,
        )

    @property
    def _repeated(self) -> NDArray[np.intp] | None:
        """Which clusters are the same questions, shape (n_clusters,); None unless nearly all weight is on a few.

        What is asked again and again has one residual, that of an emulator which never saw the answer, while the pool
        has one that did: what it got wrong is the same chance every time, and no less of one for being drawn often.
        """
        answers = self.neighborhood.predictions[:, self.output]
        same = np.column_stack([answers, self.emulation.left_out[:, self._column]])
        questions = np.unique(same, axis=0, return_inverse=True)[1].ravel()
        starts = self.neighborhood.clusters
        ends = np.append(starts[1:], len(questions)) - 1
        pairs = np.sort(np.column_stack([questions[starts], questions[ends]]), axis=1)
        repeated: NDArray[np.intp] = np.unique(pairs, axis=0, return_inverse=True)[1].ravel()
        by_question = np.bincount(questions, self._weights).astype(np.float64)
        often = effective_sample_size(self._weights) > _OFTEN * effective_sample_size(by_question)
        return repeated if often else None


def assisted(neighborhood: Neighborhood, output: int, kernel: Kernel) -> Assisted | None:
    """Return the model-assisted estimate of one output, or None where there is none."""
    emulation = neighborhood.emulation
    if emulation is None or emulation.column(output) is None:
        return None
    if not neighborhood.weights(kernel(neighborhood.distances))[1:].any():
        # Under a kernel that leaves the instance alone, there is nothing to put right.
        return None
    return Assisted(neighborhood, emulation, output, kernel)
