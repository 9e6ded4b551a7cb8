"""Cutting a text into pieces, tokens and separators, and numbering the features that the tokens belong to."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lime_widgets import tokens
from lime_widgets.sentences import sentences

TextKind = Literal["words", "characters", "sentences"]
"""What a feature of a text is."""

SplitExpression = str | re.Pattern[str] | tokens.Tokenizer
"""A regular expression of separators, ``"unicode"``, or a callable tokenizer."""

DEFAULT_SPLIT = r"\W+"
"""What separates words unless something else is asked for; lime's."""


def word_pieces(text: str, split_expression: SplitExpression) -> list[tuple[tokens.Span, bool]]:
    """Cut a text into words and what stands between them.

    Parameters
    ----------
    text : str
        The text.
    split_expression : str, re.Pattern or callable
        A regular expression of what separates words, ``"unicode"``, or a tokenizer.

    Returns
    -------
    list of ((int, int), bool)
        The pieces in order, joined the text, and whether each is a word.

    Raises
    ------
    TypeError, ValueError
        If the text cannot be cut so; see :mod:`lime_widgets.tokens`.
    """
    if callable(split_expression):
        return _with_gaps(text, tokens.split_with(text, split_expression))
    if split_expression == "unicode":
        return _with_gaps(text, tokens.unicode_words(text))
    return tokens.pattern_pieces(text, split_expression)


def sentence_pieces(text: str) -> list[tuple[tokens.Span, bool]]:
    """Cut a text into sentences and what stands between them.

    Parameters
    ----------
    text : str
        The text.

    Returns
    -------
    list of ((int, int), bool)
        The pieces in order, joined the text, and whether each is a sentence.
    """
    return _with_gaps(text, sentences(text))


def _with_gaps(text: str, spans: Iterable[tokens.Span]) -> list[tuple[tokens.Span, bool]]:
    """Tokens and, between them, the gaps that are not empty."""
    pieces: list[tuple[tokens.Span, bool]] = []
    end = 0
    for span in spans:
        if end < span[0]:
            pieces.append(((end, span[0]), False))
        pieces.append((span, True))
        end = span[1]
    if end < len(text):
        pieces.append(((end, len(text)), False))
    return pieces


def number_features(pieces: Sequence[str], is_token: Sequence[bool], *, bow: bool) -> NDArray[np.intp]:
    """Give each piece its feature, numbered in order of first appearance, or -1.

    Parameters
    ----------
    pieces : sequence of str
        The pieces.
    is_token : sequence of bool
        Whether each is a token.
    bow : bool
        Whether equal tokens are one feature.

    Returns
    -------
    ndarray of int, shape (n_pieces,)
        The features; -1 for separators.
    """
    if bow:
        ids: dict[str, int] = {}
        numbers = [
            ids.setdefault(piece, len(ids)) if token else -1 for piece, token in zip(pieces, is_token, strict=True)
        ]
        return np.array(numbers, dtype=np.intp)
    flags = np.array(is_token, dtype=np.bool_)
    return np.where(flags, np.cumsum(flags) - 1, -1).astype(np.intp)


def check_pieces(
    pieces: Sequence[object], piece_features: ArrayLike, *, kind: object, bow: object, mask_string: object
) -> None:
    """Refuse pieces that no indexed text could have.

    Parameters
    ----------
    pieces, piece_features, kind, bow, mask_string
        As for `lime_widgets.indexed_string.IndexedText`, from an untrusted source.

    Raises
    ------
    ValueError
        If the pieces and their features do not describe one text.
    """
    if kind not in get_args(TextKind):
        raise ValueError(f"kind: got {kind!r}, expected one of {', '.join(get_args(TextKind))}")
    if not isinstance(bow, bool) or not isinstance(mask_string, str):
        message = f"got bow={bow!r} and mask_string={mask_string!r}, expected a bool and a str"
        raise ValueError(message)  # noqa: TRY004 - a document with a wrong value, like the others below
    if isinstance(pieces, str):
        message = "pieces: got one str, expected a list of them; try list(pieces) for characters"
        raise ValueError(message)  # noqa: TRY004 - as above
    for number, piece in enumerate(pieces):
        if not isinstance(piece, str) or not piece or (kind == "characters" and len(piece) != 1):
            expected = "one character" if kind == "characters" else "a str that is not empty"
            raise ValueError(f"pieces: got {piece!r} as piece {number}, expected {expected}")
    _check_features(
        [str(piece) for piece in pieces], np.asarray(piece_features), separators=kind != "characters", bow=bow
    )


def _check_features(pieces: Sequence[str], features: NDArray[Any], *, separators: bool, bow: bool) -> None:
    if features.shape != (len(pieces),) or (features.size and features.dtype.kind not in "iu"):
        raise ValueError(
            f"piece_features: got {features.dtype} values of shape {features.shape}, "
            f"expected an integer for each of the {len(pieces)} pieces"
        )
    is_token = features >= 0 if separators else np.ones(features.shape, dtype=np.bool_)
    expected = number_features(pieces, is_token.tolist(), bow=bow)
    wrong = np.flatnonzero(expected != features)
    if wrong.size:
        at = int(wrong[0])
        raise ValueError(
            f"piece_features: got {features[at]} for piece {at} ({pieces[at]!r}), expected {expected[at]}; features "
            f"are numbered from 0 in order of first appearance, one for {'equal pieces' if bow else 'each piece'}, "
            f"{'and separators are -1' if separators else 'with no separators'}"
        )
