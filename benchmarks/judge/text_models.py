"""Classifiers of bags of words, asked about masks without a single string."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, gammaln

from benchmarks.judge.population import Masks, Moments, SizeLaw

Floats = NDArray[np.float64]
Leaf = tuple[tuple[int, ...], tuple[int, ...], float]

_BATCH = 65_536


def counts_by_column(text: str, vocabulary: dict[str, int]) -> tuple[Floats, list[int]]:
    """Return how often each word of a text, as lime sees them, counts in each column of a vectorizer.

    Returns
    -------
    counts : ndarray of shape (n_words, n_used)
        lime tells upper from lower case and vectorizers do not: a column may have several words.
    columns : list of int
        The vectorizer's columns that are used.
    """
    from lime.lime_text import IndexedString

    indexed = IndexedString(text)
    found = [
        (word, vocabulary[token.lower()])
        for word, token in enumerate(indexed.inverse_vocab)
        if len(token) > 1 and token.lower() in vocabulary
    ]
    columns = sorted({column for _, column in found})
    counts = np.zeros((indexed.num_words(), len(columns)))
    for word, column in found:
        counts[word, columns.index(column)] += len(indexed.positions[word])
    return counts, columns


@dataclass(frozen=True, eq=False)
class LayeredText:
    """Term frequencies times inverse document frequencies, scaled to length 1, and layers upon them.

    Parameters
    ----------
    counts : ndarray of shape (n_words, n_used)
        From words to columns.
    idf : ndarray of shape (n_used,)
        Inverse document frequencies.
    layers : sequence of (ndarray, ndarray)
        Weights and offsets; between layers what is negative is cut off, at the end is a logistic function.
    """

    counts: Floats
    idf: Floats
    layers: Sequence[tuple[Floats, Floats]]

    @classmethod
    def of(cls, text: str, vectorizer: Any, model: Any) -> LayeredText:
        """Return a text's black box from a fitted logistic regression or network of scikit-learn's."""
        counts, columns = counts_by_column(text, vectorizer.vocabulary_)
        if hasattr(model, "coefs_"):
            layers = list(zip(model.coefs_, model.intercepts_, strict=True))
        else:
            layers = [(model.coef_.T, model.intercept_)]
        layers[0] = (layers[0][0][columns], layers[0][1])
        return cls(counts, vectorizer.idf_[columns], layers)

    def __call__(self, masks: Masks) -> Floats:
        """Return the probability of the second class for each mask."""
        parts = [self._answers(masks[start : start + _BATCH]) for start in range(0, len(masks), _BATCH)]
        return np.concatenate(parts)

    def _answers(self, masks: Masks) -> Floats:
        """Return the answers for one batch."""
        frequencies = (masks.astype(np.float64) @ self.counts) * self.idf
        lengths = np.sqrt(np.square(frequencies).sum(axis=1, keepdims=True))
        values = frequencies / np.where(lengths > 0, lengths, 1.0)
        for number, (weights, offsets) in enumerate(self.layers):
            values = (np.maximum(values, 0.0) if number else values) @ weights + offsets
        answers: Floats = expit(values[:, 0])
        return answers


@dataclass(frozen=True, eq=False)
class ForestText:
    """A forest on which words there are; of each tree what the words of one text can reach.

    Parameters
    ----------
    n_words : int
        Number of words as lime sees them.
    leaves : sequence of (tuple of int, tuple of int, float)
        Which words must be kept and which removed to get there, and what a leaf adds to the answer.
    """

    n_words: int
    leaves: Sequence[Leaf]

    @classmethod
    def of(cls, text: str, vectorizer: Any, forest: Any) -> ForestText:
        """Return a text's black box from a fitted forest on binary counts.

        Raises
        ------
        ValueError
            If two words of the text share a column.
        """
        counts, columns = counts_by_column(text, vectorizer.vocabulary_)
        if (counts.astype(bool).sum(axis=0) != 1).any():
            raise ValueError("got a text whose words differ in case alone, expected one word for each column")
        word_of = {column: int(counts[:, position].argmax()) for position, column in enumerate(columns)}
        leaves = [leaf for tree in forest.estimators_ for leaf in _leaves(tree.tree_, word_of)]
        return cls(len(counts), [(on, off, value / len(forest.estimators_)) for on, off, value in leaves])

    def __call__(self, masks: Masks) -> Floats:
        """Return the probability of the second class for each mask."""
        parts = [self._answers(masks[start : start + _BATCH]) for start in range(0, len(masks), _BATCH)]
        return np.concatenate(parts)

    def _answers(self, masks: Masks) -> Floats:
        """Return the answers for one batch: which leaves are reached, from how many of their conditions hold."""
        conditions, needed, values = self._conditions
        met = np.concatenate([masks, ~masks], axis=1).astype(np.float32) @ conditions
        answers: Floats = (met > needed - 0.5) @ values
        return answers

    @cached_property
    def _conditions(self) -> tuple[NDArray[np.float32], NDArray[np.float32], Floats]:
        """Which words each leaf wants kept or removed, how many these are, and what it adds; equal leaves as one."""
        merged: dict[tuple[frozenset[int], frozenset[int]], float] = {}
        for on, off, value in self.leaves:
            key = (frozenset(on), frozenset(off))
            merged[key] = merged.get(key, 0.0) + value
        conditions = np.zeros((2 * self.n_words, len(merged)), dtype=np.float32)
        for position, (on_words, off_words) in enumerate(merged):
            conditions[list(on_words), position] = 1
            conditions[[self.n_words + word for word in off_words], position] = 1
        return conditions, conditions.sum(axis=0), np.array(list(merged.values()))

    def moments(self, law: SizeLaw) -> Moments:
        """Return mean and covariance over all masks: a leaf's share is that of the masks that meet its conditions."""
        chance = _Chances(law)
        mean, kept = 0.0, np.zeros(self.n_words)
        for on, off, value in self.leaves:
            here = chance(len(on), len(off))
            and_one = chance(len(on) + 1, len(off))
            mean += value * here
            kept += value * and_one
            kept[list(on)] += value * (here - and_one)
            kept[list(off)] -= value * and_one
        instance = float(self(np.ones((1, self.n_words), dtype=np.bool_))[0])
        return Moments(kept - law.population.mean * mean, mean, instance)


class _Chances:
    """How large a share of the masks keeps some words and removes others."""

    def __init__(self, law: SizeLaw) -> None:
        self._law = law
        self._known: dict[tuple[int, int], float] = {}

    def __call__(self, n_kept: int, n_removed: int) -> float:
        """Return the share for so many given words kept and so many removed."""
        if (n_kept, n_removed) not in self._known:
            self._known[n_kept, n_removed] = self._share(n_kept, n_removed)
        return self._known[n_kept, n_removed]

    def _share(self, n_kept: int, n_removed: int) -> float:
        """Sum over the sizes that masks can have."""
        free = self._law.n_features - n_kept - n_removed
        if free < 0:
            return 0.0
        more = np.arange(free + 1)
        logs = gammaln(free + 1) - gammaln(more + 1) - gammaln(free - more + 1)
        return float(np.exp(logs) @ self._law.of_one_mask[n_kept : n_kept + free + 1])


def _leaves(tree: Any, word_of: dict[int, int]) -> list[Leaf]:
    """Return the leaves that a text can reach: columns of words that it does not have are 0, which is to the left."""
    leaves: list[Leaf] = []
    todo: list[tuple[int, tuple[int, ...], tuple[int, ...]]] = [(0, (), ())]
    while todo:
        node, on, off = todo.pop()
        left, right = tree.children_left[node], tree.children_right[node]
        if left < 0:
            shares = tree.value[node][0]
            leaves.append((on, off, float(shares[1] / shares.sum())))
            continue
        word = word_of.get(int(tree.feature[node]))
        if word is None or word in off:
            todo.append((left, on, off))
        elif word in on:
            todo.append((right, on, off))
        else:
            todo += [(left, on, (*off, word)), (right, (*on, word), off)]
    return leaves
