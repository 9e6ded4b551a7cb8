"""A text as features that can be taken out: words, characters or sentences, and the texts without some of them."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lime_widgets import tokens
from lime_widgets.joining import TextJoiner
from lime_widgets.pieces import (
    DEFAULT_SPLIT,
    SplitExpression,
    TextKind,
    check_pieces,
    number_features,
    sentence_pieces,
    word_pieces,
)

_MAX_FIXED_WIDTH = 10_000_000  # characters, 40 MB: beyond it numpy's padded strings cost more than they serve


class IndexedText:
    """A text cut into pieces, each a token of some feature or a separator: what its two subclasses share.

    Parameters
    ----------
    pieces : sequence of str
        The pieces, which joined are the text.
    piece_features : array_like of int, shape (n_pieces,)
        The feature of each piece, -1 for a separator. Features are numbered in order of first appearance.
    kind : {"words", "characters", "sentences"}
        What a feature is.
    bow : bool
        Bag of words: equal tokens are one feature. Otherwise each occurrence is a feature.
    mask_string : str
        What stands for a removed token if `bow` is False.

    Attributes
    ----------
    raw : str
        The text.
    as_list : list of str
        The pieces, separators among them.
    piece_features : ndarray of int, shape (n_pieces,)
        The feature of each piece, -1 for a separator.
    inverse_vocab : list of str
        The token of each feature.
    """

    def __init__(
        self,
        pieces: Sequence[str],
        piece_features: ArrayLike,
        *,
        kind: TextKind,
        bow: bool,
        mask_string: str,
    ) -> None:
        self.raw = "".join(pieces)
        self.as_list: list[str] = list(pieces)
        self.piece_features: NDArray[np.intp] = np.asarray(piece_features, dtype=np.intp)
        self.kind: TextKind = kind
        self.bow = bool(bow)
        self.mask_string = mask_string
        _, first = np.unique(self.piece_features[self.piece_features >= 0], return_index=True)
        occurrences = np.flatnonzero(self.piece_features >= 0)
        self.inverse_vocab: list[str] = [self.as_list[piece] for piece in occurrences[first].tolist()]

    @classmethod
    def from_pieces(
        cls,
        pieces: Sequence[str],
        piece_features: ArrayLike,
        *,
        kind: TextKind,
        bow: bool,
        mask_string: str,
    ) -> "IndexedText":
        """Rebuild an indexed text from its pieces, without the tokenizer that made them.

        Parameters
        ----------
        pieces : sequence of str
            The pieces, separators among them.
        piece_features : array_like of int, shape (n_pieces,)
            The feature of each piece, -1 for a separator.
        kind : {"words", "characters", "sentences"}
            What a feature is; it decides the class of the result.
        bow : bool
            Whether equal tokens are one feature.
        mask_string : str
            What stands for a removed token if `bow` is False.

        Returns
        -------
        IndexedString or IndexedCharacters
            Equal to the one whose pieces they were.

        Raises
        ------
        ValueError
            If the pieces and their features do not describe one text.
        """
        check_pieces(pieces, piece_features, kind=kind, bow=bow, mask_string=mask_string)
        wanted: type[IndexedText] = IndexedCharacters if kind == "characters" else IndexedString
        target = cls if issubclass(cls, wanted) else wanted
        made = target.__new__(target)
        IndexedText.__init__(made, pieces, piece_features, kind=kind, bow=bow, mask_string=mask_string)
        return made

    @property
    def pieces(self) -> list[str]:
        """The pieces in order; joined they are the text."""
        return self.as_list

    @property
    def features(self) -> list[str]:
        """The token of each feature."""
        return self.inverse_vocab

    @cached_property
    def as_np(self) -> NDArray[Any]:
        """The pieces as an array, of objects where numpy's strings would lose a trailing NUL or waste memory."""
        width = max(map(len, self.as_list), default=0)
        fits = width * len(self.as_list) <= _MAX_FIXED_WIDTH
        exact = fits and not any(piece.endswith("\0") for piece in self.as_list)
        return np.array(self.as_list, dtype=np.str_ if exact else np.object_)

    @cached_property
    def string_start(self) -> NDArray[np.intp]:
        """Where each piece starts in the text, shape (n_pieces,)."""
        lengths = np.fromiter(map(len, self.as_list), dtype=np.intp, count=len(self.as_list))
        return np.cumsum(lengths) - lengths

    @cached_property
    def positions(self) -> list[list[int]] | NDArray[np.intp]:
        """The pieces of each feature: a list of lists, or if `bow` is False an array, shape (n_features,)."""
        occurrences = np.flatnonzero(self.piece_features >= 0)
        if not self.bow:
            return occurrences
        positions: list[list[int]] = [[] for _ in self.inverse_vocab]
        for piece, feature in zip(occurrences.tolist(), self.piece_features[occurrences].tolist(), strict=True):
            positions[feature].append(piece)
        return positions

    def raw_string(self) -> str:
        """Give the original text.

        Returns
        -------
        str
            The text, to the character.
        """
        return self.raw

    def num_words(self) -> int:
        """Count the features.

        Returns
        -------
        int
            Number of features; 0 for a text of nothing but separators.
        """
        return len(self.inverse_vocab)

    def word(self, id_: int) -> str:
        """Give the token of a feature.

        Parameters
        ----------
        id_ : int
            The feature.

        Returns
        -------
        str
            The word, character or sentence.
        """
        return self.inverse_vocab[id_]

    def string_position(self, id_: int) -> NDArray[np.intp]:
        """Find a feature in the text.

        Parameters
        ----------
        id_ : int
            The feature.

        Returns
        -------
        ndarray of int, shape (n_occurrences,)
            Where each occurrence starts, in code points.
        """
        starts: NDArray[np.intp] = self.string_start[np.atleast_1d(self.positions[id_])]
        return starts

    def inverse_removing(self, words_to_remove: Iterable[int]) -> str:
        """Give the text without some features.

        Parameters
        ----------
        words_to_remove : iterable of int
            Features to remove.

        Returns
        -------
        str
            The text with all their occurrences taken out, or if `bow` is False with `mask_string` in their place.

        Raises
        ------
        IndexError
            If there is no such feature.
        TypeError
            If they are not integers.
        """
        ids = np.asarray(list(words_to_remove))
        if ids.size and ids.dtype.kind not in "iu":
            raise TypeError(
                f"words_to_remove: got {ids.dtype} values, expected feature ids (int); "
                "try np.flatnonzero(~mask) for a mask of what is kept"
            )
        kept = np.ones((1, self.num_words()), dtype=np.bool_)
        kept[0, ids.astype(np.intp)] = False
        return self.perturbed(kept)[0]

    def perturbed(self, masks: ArrayLike) -> list[str]:
        """Give the text once for each mask, without the features that the mask leaves out.

        Parameters
        ----------
        masks : array_like of bool, shape (n_samples, n_features)
            True where a feature is kept.

        Returns
        -------
        list of str, length n_samples
            Item i is ``inverse_removing(np.flatnonzero(~masks[i]))``.

        Raises
        ------
        ValueError
            If the masks have another shape.

        Examples
        --------
        >>> IndexedString("not bad, not good").perturbed([[True, False, True]])
        ['not , not good']
        """
        keep = np.asarray(masks, dtype=np.bool_)
        if keep.ndim != 2 or keep.shape[1] != self.num_words():
            raise ValueError(
                f"masks: got shape {keep.shape}, expected (n_samples, {self.num_words()}), a column for each feature; "
                "try masks[np.newaxis] for a single one"
            )
        return self._joiner.join(keep)

    @cached_property
    def _joiner(self) -> TextJoiner:
        """What puts perturbed texts together."""
        return TextJoiner(self.as_list, self.piece_features, "" if self.bow else self.mask_string)

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what can be computed again."""
        return {name: value for name, value in self.__dict__.items() if name != "_joiner"}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, IndexedText):
            return NotImplemented
        return (
            (self.kind, self.bow, self.mask_string) == (other.kind, other.bow, other.mask_string)
            and self.as_list == other.as_list
            and np.array_equal(self.piece_features, other.piece_features)
        )

    __hash__ = None  # type: ignore[assignment]  # it is compared by content, and its attributes can be assigned

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self.raw)} characters, {self.num_words()} {self.kind}, bow={self.bow}>"


class IndexedString(IndexedText):
    r"""A text whose features are its words, or its sentences.

    Parameters
    ----------
    raw_string : str
        The text.
    split_expression : str, re.Pattern or callable, default=r"\W+"
        A regular expression of what separates words; ``"unicode"`` for Unicode's word boundaries
        (:func:`lime_widgets.tokens.unicode_words`); or a tokenizer (:func:`lime_widgets.tokens.split_with`).
    bow : bool, default=True
        Bag of words: equal words are one feature, removed together. Otherwise each occurrence is a feature.
    mask_string : str, optional
        What stands for a removed word if `bow` is False; ``"UNKWORDZ"`` by default.
    unit : {"word", "sentence"}, default="word"
        What a feature is.

    Raises
    ------
    TypeError
        If the text or the mask is not a str.
    ValueError
        If the text cannot be split as asked.

    Examples
    --------
    >>> indexed = IndexedString("a good, good film")
    >>> indexed.inverse_vocab, indexed.positions
    (['a', 'good', 'film'], [[0], [2, 4], [6]])
    >>> indexed.inverse_removing([1])
    'a ,  film'
    """

    def __init__(
        self,
        raw_string: str,
        split_expression: SplitExpression = DEFAULT_SPLIT,
        bow: bool = True,
        mask_string: str | None = None,
        *,
        unit: Literal["word", "sentence"] = "word",
    ) -> None:
        _check_text(raw_string, mask_string)
        _check_unit(unit, split_expression)
        pieces = sentence_pieces(raw_string) if unit == "sentence" else word_pieces(raw_string, split_expression)
        texts = [raw_string[start:end] for (start, end), _ in pieces]
        super().__init__(
            texts,
            number_features(texts, [is_token for _, is_token in pieces], bow=bow),
            kind="sentences" if unit == "sentence" else "words",
            bow=bow,
            mask_string="UNKWORDZ" if mask_string is None else mask_string,
        )


class IndexedCharacters(IndexedText):
    """A text whose features are its characters, white space too.

    Parameters
    ----------
    raw_string : str
        The text.
    bow : bool, default=True
        Equal characters are one feature, removed together. Otherwise each occurrence is a feature.
    mask_string : str, optional
        What stands for a removed character if `bow` is False; ``chr(0)`` by default.

    Raises
    ------
    TypeError
        If the text or the mask is not a str.
    """

    def __init__(self, raw_string: str, bow: bool = True, mask_string: str | None = None) -> None:
        _check_text(raw_string, mask_string)
        texts = [raw_string[start:end] for start, end in tokens.characters(raw_string)]
        super().__init__(
            texts,
            number_features(texts, [True] * len(texts), bow=bow),
            kind="characters",
            bow=bow,
            mask_string=chr(0) if mask_string is None else mask_string,
        )


def _check_text(raw_string: object, mask_string: object) -> None:
    if not isinstance(raw_string, str):
        hint = "raw_string.decode()" if isinstance(raw_string, bytes) else "str(...), or one text at a time"
        raise TypeError(f"raw_string: got {type(raw_string).__name__}, expected str; try {hint}")
    if mask_string is not None and not isinstance(mask_string, str):
        raise TypeError(f"mask_string: got {mask_string!r}, expected str or None; try mask_string=''")


def _check_unit(unit: str, split_expression: SplitExpression) -> None:
    if unit not in ("word", "sentence"):
        raise ValueError(f"unit: got {unit!r}, expected 'word' or 'sentence'; try IndexedCharacters for characters")
    if unit == "sentence" and split_expression != DEFAULT_SPLIT:
        raise ValueError(
            f"split_expression: got {split_expression!r} with unit='sentence', which has its own rules; expected one "
            "of the two; try unit='word' with a split_expression that gives sentences"
        )
