"""From a text to its sentences, by rules that hold in many scripts; spans as in :mod:`lime_widgets.tokens`."""

import re
from collections.abc import Iterable, Iterator

from lime_widgets.tokens import Span

_WINDOW = 20  # characters before a full stop in which an abbreviation is looked for
_CLOSERS = r"[\"'”’»)\]}」』）】〉》]"
_OPENERS = "\"'“‘«([{「『（【〈《¿¡"
_SENTENCE_END = re.compile(
    rf"(?:(?P<wide>[。！？｡؟۔।॥։።፧။។៕]+)|(?P<mark>[.!?…‼⁇⁈⁉]+(?: [.!?…]+)*))(?P<closers>{_CLOSERS}*)"
)
_NEW_LINE = r"(?:\r\n|\n|\r(?!\n)|\x85|\u2028)"
_BLANK_LINE = re.compile(rf"{_NEW_LINE}(?:[^\S\r\n\x85\u2028]*{_NEW_LINE})+|\u2029")
_LAST_WORD = re.compile(r"[^\W\d_][\w.]*\Z")
_DOTTED_LETTERS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_IDEOGRAPH_OR_KANA = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_NEVER_LAST = re.compile(
    "approx|bzw|ca|capt|cf|cmdr|col|dr|eqs?|figs?|gen|gov|hon|incl|lt|maj|messrs|mlle|mme|mrs?|ms|mx|prof|rep|resp|rev"
    "|sen|sgt|st|vs?|viz|vols?"
)
_LAST_BEFORE_A_CAPITAL = re.compile(r"a\.m|al|bros|co|corp|etc|inc|jr|ltd|p\.m|ph\.d|sr")
_BEFORE_A_NUMBER = re.compile("apr|art|aug|ch|dec|feb|jan|jul|jun|mar|nos?|nov|nr|oct|pp?|sec|sept?")


def sentences(text: str) -> list[Span]:
    """Sentences, without the white space around them.

    A sentence ends at ``. ! ? …`` before white space, at the full-width, Arabic, Indic and other marks anywhere, and at
    a blank line. Closing quotes and brackets belong to it. Common abbreviations, initials, decimal points and list
    numbers do not end one.

    Parameters
    ----------
    text : str
        The text.

    Returns
    -------
    list of (int, int)
        Spans of the sentences, in order.

    Examples
    --------
    >>> [text[a:b] for text in ["Dr. No came, e.g. at 3.14. Why? 不知道。"] for a, b in sentences(text)]
    ['Dr. No came, e.g. at 3.14.', 'Why?', '不知道。']
    """
    spans: list[Span] = []
    for paragraph, end in _gaps(text, (match.span() for match in _BLANK_LINE.finditer(text))):
        start = paragraph
        for match in _SENTENCE_END.finditer(text, start, end):
            before = text[max(start, match.start() - _WINDOW) : match.start()]
            if _ends_sentence(before, match, _following(text, match.end(), end)):
                spans.append(_stripped(text, start, match.end()))
                start = match.end()
        spans.append(_stripped(text, start, end))
    return [span for span in spans if span[0] < span[1]]


def _gaps(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    start = 0
    for gap_end, gap_start in spans:
        yield start, gap_end
        start = gap_start
    yield start, len(text)


def _following(text: str, position: int, end: int) -> str:
    """White space and opening quotes after a mark, with the first character after them."""
    stop = position
    while stop < end and (text[stop].isspace() or text[stop] in _OPENERS):
        stop += 1
    return text[position : min(stop + 1, end)]


def _ends_sentence(before: str, match: re.Match[str], following: str) -> bool:
    mark = match["mark"]
    if mark is None or not following:
        return True
    if not following[0].isspace():
        return mark[-1] in "!?" and _IDEOGRAPH_OR_KANA.match(following) is not None
    if mark == "." and (before.strip().isdigit() or _is_abbreviation(before, following[-1])):
        return False
    goes_on = match["closers"] or mark.endswith(("…", ".."))
    return not (goes_on and following[-1].islower())


def _is_abbreviation(before: str, following: str) -> bool:
    found = _LAST_WORD.search(before)
    word = found[0] if found else ""
    lower = word.lower()
    if _LAST_BEFORE_A_CAPITAL.fullmatch(lower):
        return not following.isupper()
    if _BEFORE_A_NUMBER.fullmatch(lower) and following.isdigit():
        return True
    is_initial = len(word) == 1 and word.isupper()
    return is_initial or any(known.fullmatch(lower) for known in (_NEVER_LAST, _DOTTED_LETTERS))


def _stripped(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end
