"""Which masks to ask about."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BLOCK = 512


def new_seed(random_state: Any = None) -> int:
    """Return an integer seed from whatever scikit-learn calls a random state.

    Parameters
    ----------
    random_state : None, int, numpy.random.RandomState or numpy.random.Generator
        An integer is its own seed. A generator is asked for one, None asks the operating system.

    Raises
    ------
    ValueError
        If `random_state` is something else, or a negative integer.
    """
    if random_state is None:
        return int(np.random.default_rng().integers(2**31))
    if isinstance(random_state, numbers.Integral) and int(random_state) >= 0:
        return int(random_state)
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(2**31 - 1))
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(2**31))
    raise ValueError(
        f"got random_state={random_state!r}, expected None, an integer of 0 or more, a RandomState or a Generator, "
        "try random_state=0"
    )


def draw_masks(n_features: int, start: int, stop: int, seed: int) -> NDArray[np.bool_]:
    """Return rows `start` to `stop` of the seed's endless stream of masks.

    lime's distribution: the number of features removed is uniform on 1 to `n_features`, and every set of that size is
    as likely as another. Row 0 is the instance itself, with every feature kept. Any row is the same however many are
    drawn, so that a neighborhood can be extended without asking again for what it has.

    Parameters
    ----------
    n_features : int
        Number of interpretable features.
    start, stop : int
        First row, and the row after the last.
    seed : int
        Seed of the stream.

    Returns
    -------
    ndarray of bool, shape (stop - start, n_features)
        True where the feature is kept.
    """
    blocks = range(start // _BLOCK, -(-stop // _BLOCK))
    masks = np.empty((len(blocks) * _BLOCK, n_features), dtype=np.bool_)
    for position, block in enumerate(blocks):
        masks[position * _BLOCK : (position + 1) * _BLOCK] = _draw_block(n_features, block, seed)
    first = start - blocks.start * _BLOCK
    return masks[first : first + stop - start]


def _draw_block(n_features: int, block: int, seed: int) -> NDArray[np.bool_]:
    """Draw one block of rows, from a generator of its own."""
    rng = np.random.default_rng([seed, block])
    n_removed = rng.integers(1, n_features + 1, _BLOCK)
    # Whole numbers, because they sort fastest; two keys in four thousand million seldom tie.
    keys = rng.integers(2**32, size=(_BLOCK, n_features), dtype=np.uint32)
    # The features with the smallest keys are removed: a uniform subset, with no loop over rows.
    thresholds = np.take_along_axis(np.sort(keys, axis=1), n_removed[:, None] - 1, axis=1)
    masks: NDArray[np.bool_] = keys > thresholds
    if block == 0:
        masks[0] = True
    return masks
