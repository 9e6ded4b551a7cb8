"""Joining perturbed texts quickly: eight tokens at a time."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

_TOKENS = 8
_COMBINATIONS = 1 << _TOKENS
# A table holds each character of the text about 128 times over: for longer texts it costs more than it saves.
_MAX_TABLE_CHARACTERS = 100_000
_MAX_CELLS = 1 << 18  # pieces joined at a time: the block of references stays in the processor's cache


class TextJoiner:
    """Puts together the texts that masks leave, from a choice of two strings for each token.

    Eight tokens in a row can leave only 256 texts. They are written down once, so that a perturbed text is a join of
    one eighth as many strings.

    Parameters
    ----------
    pieces : sequence of str
        The text, cut into tokens and separators.
    piece_features : ndarray of int, shape (n_pieces,)
        The feature of each piece, -1 for a separator.
    substitute : str
        What stands for a removed token.
    """

    def __init__(self, pieces: Sequence[str], piece_features: NDArray[np.intp], substitute: str) -> None:
        is_token = piece_features >= 0
        starts = np.flatnonzero(is_token).tolist()
        # Each separator is glued to the token before it, so that there is one string to choose for each token.
        after = ["".join(pieces[a + 1 : b]) for a, b in itertools.pairwise([*starts, len(pieces)])]
        self._prefix = "".join(pieces[: starts[0] if starts else None])
        self._features = piece_features[is_token]
        self._kept = [pieces[token] + gap for token, gap in zip(starts, after, strict=True)]
        self._removed = [substitute + gap for gap in after]

    def join(self, masks: NDArray[np.bool_]) -> list[str]:
        """Return one text for each mask.

        Parameters
        ----------
        masks : ndarray of bool, shape (n_samples, n_features)
            True where a feature is kept.

        Returns
        -------
        list of str, length n_samples
            The texts.
        """
        if not self._features.size:
            return [self._prefix] * len(masks)
        by_table = len(masks) >= _COMBINATIONS and sum(map(len, self._kept)) <= _MAX_TABLE_CHARACTERS
        strings, n_choices = self._table if by_table else self._singles
        n_strings = strings.size // n_choices
        first = np.arange(n_strings) * n_choices
        rows = max(1, _MAX_CELLS // n_strings)
        texts: list[str] = []
        for start in range(0, len(masks), rows):
            kept = masks[start : start + rows].take(self._features, axis=1)
            choices = np.packbits(kept, axis=1, bitorder="little") if by_table else kept
            texts += [self._prefix + "".join(row) for row in strings.take(choices + first).tolist()]
        return texts

    @cached_property
    def _singles(self) -> tuple[NDArray[np.object_], int]:
        """For each token, what is left of it when it is removed and when it is kept."""
        return np.array([self._removed, self._kept], dtype=np.object_).T.ravel(), 2

    @cached_property
    def _table(self) -> tuple[NDArray[np.object_], int]:
        """For each eight tokens, what every combination leaves; bit i of its number is whether token i is kept."""
        strings: list[str] = []
        for start in range(0, len(self._kept), _TOKENS):
            texts = [""]
            for removed, kept in zip(
                self._removed[start : start + _TOKENS], self._kept[start : start + _TOKENS], strict=True
            ):
                texts = [text + removed for text in texts] + [text + kept for text in texts]
            strings += texts + [""] * (_COMBINATIONS - len(texts))
        return np.array(strings, dtype=np.object_), _COMBINATIONS
