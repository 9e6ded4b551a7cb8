"""Where chance comes from: endless streams of masks and of uniform numbers, the same for a seed in every process."""

from __future__ import annotations

import numbers
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BLOCK = 512
_SOBOL_STREAM = 5
_LARGEST_BELOW_ONE = float(np.nextafter(1.0, 0.0))


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
    return _mask_stream(lambda rng: _mask_block(n_features, rng), n_features, start, stop, seed)


def draw_independent_masks(n_features: int, start: int, stop: int, seed: int) -> NDArray[np.bool_]:
    """Return rows `start` to `stop` of the seed's endless stream of masks, each feature kept by the toss of a coin.

    lime's distribution for images. Row 0 is the instance itself, and any row is the same however many are drawn, as
    with `draw_masks`.

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
    return _mask_stream(
        lambda rng: rng.integers(2, size=(_BLOCK, n_features), dtype=np.bool_), n_features, start, stop, seed
    )


def draw_keys(n_features: int, start: int, stop: int, *key: int) -> NDArray[np.uint32]:
    """Return rows `start` to `stop` of the key's endless stream of whole numbers, the order of which is random.

    Parameters
    ----------
    n_features : int
        Numbers in a row.
    start, stop : int
        First row, and the row after the last. Any row is the same however many are drawn.
    *key : int
        The seed, and what else tells one stream from another.

    Returns
    -------
    ndarray of uint32, shape (stop - start, n_features)
    """
    return _stream(lambda rng: _key_block(n_features, rng), n_features, np.uint32, start, stop, *key)


def draw_uniforms(n_columns: int, start: int, stop: int, *key: int) -> NDArray[np.float64]:
    """Return rows `start` to `stop` of the key's endless stream of independent uniform numbers, above 0 and below 1.

    Parameters
    ----------
    n_columns : int
        Numbers in a row.
    start, stop : int
        First row, and the row after the last. Any row is the same however many are drawn.
    *key : int
        The seed, and what else tells one stream from another.

    Returns
    -------
    ndarray of float, shape (stop - start, n_columns)
    """
    uniforms: NDArray[np.float64] = _stream(
        lambda rng: rng.random((_BLOCK, n_columns)), n_columns, np.float64, start, stop, *key
    )
    return _inside(uniforms)


def draw_latin_hypercube(n_columns: int, start: int, stop: int, *key: int) -> NDArray[np.float64]:
    """Return a Latin hypercube (McKay, Beckman and Conover 1979): each column has one number in each of n equal strata.

    Parameters
    ----------
    n_columns : int
        Numbers in a row.
    start, stop : int
        A sample of ``stop - start`` rows. Unlike a stream's, its rows depend on where it begins and on how many they
        are: what is drawn later is a hypercube of its own.
    *key : int
        The seed, and what else tells one sample from another.

    Returns
    -------
    ndarray of float, shape (stop - start, n_columns)
        Above 0 and below 1.
    """
    from scipy.stats.qmc import LatinHypercube

    rng = np.random.default_rng([*key, start])
    return _inside(LatinHypercube(n_columns, rng=rng).random(stop - start))


def draw_sobol(n_columns: int, start: int, stop: int, *key: int) -> NDArray[np.float64]:
    """Return rows `start` to `stop` of the key's Sobol sequence (Sobol 1967), scrambled (Owen 1998, Matoušek 1998).

    Every stretch of it fills the cube more evenly than chance would.

    Parameters
    ----------
    n_columns : int
        Numbers in a row.
    start, stop : int
        First row, and the row after the last. Any row is the same however many are drawn.
    *key : int
        The seed, and what else tells one sequence from another.

    Returns
    -------
    ndarray of float, shape (stop - start, n_columns)
        Above 0 and below 1.
    """
    from scipy.stats.qmc import Sobol

    if stop <= start:
        return np.empty((0, n_columns))
    sequence = Sobol(n_columns, rng=np.random.default_rng([*key, _SOBOL_STREAM]))
    if start:
        sequence.fast_forward(start)
    # One first: scipy warns of a first draw that is no power of two, which a sequence to be extended has no need of.
    rows = np.concatenate([sequence.random(1), sequence.random(stop - start - 1)])
    return _inside(rows)


def _inside(uniforms: NDArray[np.float64]) -> NDArray[np.float64]:
    """Keep away from 0 and 1, where the normal distribution's quantiles are infinite."""
    return np.clip(uniforms, 1 - _LARGEST_BELOW_ONE, _LARGEST_BELOW_ONE, out=uniforms)


def _mask_stream(
    draw: Callable[[np.random.Generator], NDArray[np.bool_]], n_features: int, start: int, stop: int, seed: int
) -> NDArray[np.bool_]:
    """Return rows of a stream of masks, the first of which is the instance."""
    masks: NDArray[np.bool_] = _stream(draw, n_features, np.bool_, start, stop, seed)
    if start == 0:
        masks[:1] = True
    return masks


def _stream(
    draw: Callable[[np.random.Generator], NDArray[Any]],
    n_columns: int,
    dtype: type[np.generic],
    start: int,
    stop: int,
    *key: int,
) -> NDArray[Any]:
    """Return rows `start` to `stop` of a stream that is drawn in blocks, each from a generator of its own."""
    blocks = range(start // _BLOCK, -(-stop // _BLOCK))
    # All memory at once: where there is too little, that is known before the work.
    rows = np.empty((len(blocks) * _BLOCK, n_columns), dtype=dtype)
    for position, block in enumerate(blocks):
        rows[position * _BLOCK : (position + 1) * _BLOCK] = draw(np.random.default_rng([*key, block]))
    first = start - blocks.start * _BLOCK
    return rows[first : first + stop - start]


def _mask_block(n_features: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Draw one block of masks."""
    n_removed = rng.integers(1, n_features + 1, _BLOCK)
    keys = _key_block(n_features, rng)
    # The features with the smallest keys are removed: a uniform subset, with no loop over rows.
    thresholds = np.take_along_axis(np.sort(keys, axis=1), n_removed[:, None] - 1, axis=1)
    masks: NDArray[np.bool_] = keys > thresholds
    return masks


def _key_block(n_features: int, rng: np.random.Generator) -> NDArray[np.uint32]:
    """Draw one block of keys: whole numbers, because they sort fastest; two in four thousand million seldom tie."""
    return rng.integers(2**32, size=(_BLOCK, n_features), dtype=np.uint32)
