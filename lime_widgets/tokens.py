"""From a text to its tokens: pure functions, each of which gives (start, end) spans.

A span counts code points, as Python does: ``text[start:end]`` is the token. Spans are not empty, in order and do not
overlap, so that the tokens and the gaps between them give the text back to the character.
"""

import importlib
import itertools
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

Span = tuple[int, int]
"""Where a token starts and where it ends, in code points."""

Tokenizer = Callable[[str], Any]
"""Gives the tokens of a text: strings, (start, end) offsets, or an object with ``offsets``."""


def split_pattern(text: str, pattern: str | re.Pattern[str]) -> list[Span]:
    r"""Tokens between the separators that a regular expression matches.

    Lime's meaning: the text is cut by ``(pattern)|$``, and a piece is a separator when the same expression matches at
    its start, read on its own. So a pattern that matches the empty string leaves no token, and a last ``"\n"`` is
    always a separator.

    Parameters
    ----------
    text : str
        The text.
    pattern : str or re.Pattern
        What separates tokens, such as ``r"\W+"``.

    Returns
    -------
    list of (int, int)
        Spans of the tokens, in order.

    Raises
    ------
    TypeError
        If the pattern is neither a str nor a compiled pattern of str.
    ValueError
        If it is not a regular expression.

    Examples
    --------
    >>> split_pattern("a good, good film", r"\W+")
    [(0, 1), (2, 6), (8, 12), (13, 17)]
    """
    return [span for span, is_token in pattern_pieces(text, pattern) if is_token]


def pattern_pieces(text: str, pattern: str | re.Pattern[str]) -> list[tuple[Span, bool]]:
    """Every piece of a text that a regular expression cuts, separators too.

    Parameters
    ----------
    text : str
        The text.
    pattern : str or re.Pattern
        What separates tokens; see :func:`split_pattern`.

    Returns
    -------
    list of ((int, int), bool)
        The pieces in order, none of them empty, and whether each is a token. Joined they are the text. Inner groups of
        the pattern add nothing (lime repeats what they matched, so that its pieces are no longer the text).
    """
    splitter = _compiled(pattern)
    verdicts: dict[str, bool] = {}  # a word met before need not be matched again

    def is_token(piece: str) -> bool:
        if piece not in verdicts:
            verdicts[piece] = splitter.match(piece) is None
        return verdicts[piece]

    return [((start, end), is_token(text[start:end])) for start, end in _cuts(text, splitter)]


def _compiled(pattern: str | re.Pattern[str]) -> re.Pattern[str]:
    source, flags = (pattern.pattern, pattern.flags) if isinstance(pattern, re.Pattern) else (pattern, 0)
    if not isinstance(source, str):
        raise TypeError(
            f"split_expression: got {pattern!r}, expected a regular expression or a callable; "
            r"try r'\W+', 'unicode', or a function that returns tokens"
        )
    try:
        return re.compile(f"({source})|$", flags)
    except re.error as error:
        raise ValueError(
            f"split_expression: got {source!r}, which does not compile as '({source})|$' ({error}); expected a "
            "regular expression of separators; try (?:...) or named groups inside it, or a compiled pattern for flags"
        ) from error


def _cuts(text: str, splitter: re.Pattern[str]) -> Iterator[Span]:
    """Cut as ``splitter.split`` does, into spans: text, separator, text..., leaving out what is empty."""
    start = 0
    for match in splitter.finditer(text):
        if start < match.start():
            yield start, match.start()
        if match.start() < match.end():
            yield match.span()
        start = match.end()
    if start < len(text):
        yield start, len(text)


def split_with(text: str, tokenizer: Tokenizer) -> list[Span]:
    """Tokens by a callable, which may return strings or offsets.

    Parameters
    ----------
    text : str
        The text.
    tokenizer : callable
        Called with the text. Returns one of

        - strings, each found after the one before; empty ones are skipped. As in lime, a gap equal to one of them is a
          token too;
        - (start, end) offsets in code points; empty ones are skipped;
        - an object whose ``offsets`` are such pairs, as Hugging Face's ``Encoding``. There a span repeated in a row
          counts once: several tokens share a character when its bytes are split.

    Returns
    -------
    list of (int, int)
        Spans of the tokens, in order.

    Raises
    ------
    ValueError
        If a string is not in the text after the one before, or if offsets overlap, are out of order, reversed or out
        of range.
    TypeError
        If what came is none of the three.

    Examples
    --------
    >>> split_with("New York is big", lambda text: ["New York", "big"])
    [(0, 8), (12, 15)]
    """
    answer = tokenizer(text)
    offsets = getattr(answer, "offsets", None)
    if offsets is not None:
        return _checked(text, _without_repeats(_listed(offsets)))
    tokens = _listed(answer)
    if not any(isinstance(token, str) for token in tokens):
        return _checked(text, tokens)
    for token in tokens:
        if not isinstance(token, str):
            raise TypeError(_unusable(f"strings and {token!r}"))
    return _located(text, tokens)


def _listed(answer: object) -> list[Any]:
    if not isinstance(answer, Iterable):
        raise TypeError(_unusable(type(answer).__name__))
    return list(answer)


def _unusable(got: str) -> str:
    return (
        f"tokenizer: got {got}, expected a list of strings or of (start, end) offsets; "
        "try lambda text: [token.text for token in tokenizer(text)]"
    )


def _located(text: str, tokens: Sequence[str]) -> list[Span]:
    """Where each string is, searched from the end of the one before, and the gaps equal to one of them."""
    known = frozenset(tokens)
    spans: list[Span] = []
    end = 0
    for number, token in enumerate(tokens):
        start = text.find(token, end)
        if start < 0:
            raise ValueError(
                f"tokenizer: got token {number}, {token!r}, which is not in the text from character {end} on; expected "
                "tokens of the text itself, in order; try a tokenizer that does not change case, accents or word "
                "pieces, or one that returns (start, end) offsets"
            )
        if not token:
            continue
        if text[end:start] in known:
            spans.append((end, start))
        spans.append((start, start + len(token)))
        end = start + len(token)
    if text[end:] in known:
        spans.append((end, len(text)))
    return [span for span in spans if span[0] < span[1]]


def _without_repeats(offsets: list[Any]) -> list[Any]:
    return [pair for before, pair in zip([None, *offsets], offsets, strict=False) if before is None or before != pair]


def _checked(text: str, offsets: Sequence[Any]) -> list[Span]:
    spans: list[Span] = []
    previous = (0, 0)
    for number, pair in enumerate(offsets):
        start, end = _pair(number, pair)
        if not 0 <= start <= len(text) or not 0 <= end <= len(text):
            problem, hint = (
                f"offsets from 0 to {len(text)}",
                "offsets in characters, not bytes, of the same text",
            )
        elif start > end:
            problem, hint = "start <= end", "(start, end), not (end, start) or (start, length)"
        elif start < end and start < previous[0]:
            problem, hint = f"tokens in order, but this one starts before {previous}", "sorted(offsets)"
        elif start < end and start < previous[1]:
            problem, hint = (
                f"tokens apart, but this one overlaps {previous}",
                "whole words instead of word pieces",
            )
        else:
            if start < end:
                previous = (start, end)
                spans.append(previous)
            continue
        raise ValueError(f"tokenizer: got token {number} at ({start}, {end}), expected {problem}; try {hint}")
    return spans


def _pair(number: int, pair: Any) -> Span:
    try:
        start, end = pair
        return operator.index(start), operator.index(end)
    except (TypeError, ValueError):
        raise TypeError(_unusable(f"{pair!r} as token {number}")) from None


def unicode_words(text: str) -> list[Span]:
    """Words by Unicode's own rules (UAX #29), for any script.

    Where a script has spaces a token is a word, with its apostrophes, decimal points and combining marks. Where it has
    none (Chinese, Japanese, Thai, Lao, Khmer, Burmese) it is a grapheme, or a run of Katakana. Emoji and symbols are
    tokens, an emoji sequence one; punctuation, white space and invisible controls are not.

    Parameters
    ----------
    text : str
        The text.

    Returns
    -------
    list of (int, int)
        Spans of the tokens, in order.

    Raises
    ------
    ImportError
        If the package ``regex`` is not installed.

    Examples
    --------
    >>> [text[a:b] for text in ["don't, 我喜欢"] for a, b in unicode_words(text)]
    ["don't", '我', '喜', '欢']
    """
    regex = _regex()
    bounds = [match.start() for match in regex.finditer(r"(?w)\b", text)]
    if not text.isascii():  # a word boundary can fall inside a grapheme: before Thai SARA AM, for one
        graphemes = {match.start() for match in regex.finditer(r"\X", text)}
        bounds = [bound for bound in bounds if bound in graphemes]
    bounds = sorted({0, *bounds, len(text)})
    is_separator = regex.compile(r"(?V1)[[\p{P}\p{Z}\p{Cc}\p{Cf}]--\p{Extended_Pictographic}]*").fullmatch
    return [span for span in itertools.pairwise(bounds) if not is_separator(text, *span)]


def _regex() -> Any:
    try:
        return importlib.import_module("regex")
    except ImportError:
        raise ImportError(
            "split_expression='unicode': got no package regex, expected it installed; try pip install regex"
        ) from None


def characters(text: str) -> list[Span]:
    """Every code point, white space too.

    Parameters
    ----------
    text : str
        The text.

    Returns
    -------
    list of (int, int)
        ``(0, 1), (1, 2), ...``
    """
    return [(start, start + 1) for start in range(len(text))]
