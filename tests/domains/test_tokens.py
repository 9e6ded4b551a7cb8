"""Spans of tokens: regular expressions, tokenizers, Unicode words, sentences, characters."""

import itertools
import re
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lime_widgets import tokens
from lime_widgets.sentences import sentences
from lime_widgets.tokens import Span

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
PROSE = st.text(st.sampled_from("ab c.!?,。！\n\r\t'\"”)Dr3é \u0301👍\u200d"), max_size=60)
SPLITTERS: dict[str, Callable[[str], list[Span]]] = {
    "pattern": lambda text: tokens.split_pattern(text, r"\W+"),
    "tokenizer": lambda text: tokens.split_with(text, str.split),
    "unicode": tokens.unicode_words,
    "sentences": sentences,
    "characters": tokens.characters,
}


def cut(text: str, spans: list[Span]) -> list[str]:
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize("splitter", SPLITTERS)
@given(text=ANY_TEXT | PROSE)
def test_spans_are_in_order_apart_and_not_empty(splitter: str, text: str) -> None:
    spans = SPLITTERS[splitter](text)
    bounds = [0, *itertools.chain.from_iterable(spans), len(text)]
    assert bounds == sorted(bounds)
    assert all(start < end for start, end in spans)


@pytest.mark.parametrize("pattern", [r"\W+", r"\W", ",", r"\s*", "(?=b)", "(?<=a)b", "a|b", r"\b", "$", "", r"(\s)+"])
@given(text=ANY_TEXT | PROSE)
def test_pattern_pieces_join_to_the_text(pattern: str, text: str) -> None:
    assert "".join(cut(text, [span for span, _ in tokens.pattern_pieces(text, pattern)])) == text


def test_pattern_tokens_lie_between_separators() -> None:
    assert tokens.split_pattern("a good, good film", r"\W+") == [(0, 1), (2, 6), (8, 12), (13, 17)]


def test_inner_groups_of_a_pattern_do_not_repeat_separators() -> None:
    assert tokens.pattern_pieces("a  b", r"(\s)+") == [((0, 1), True), ((1, 3), False), ((3, 4), True)]


def test_pattern_that_matches_empty_leaves_no_token() -> None:
    assert tokens.split_pattern("some words", r"\s*") == []


def test_separator_is_judged_on_its_own_without_what_stands_before_it() -> None:
    assert cut("ab", tokens.split_pattern("ab", "(?<=a)b")) == ["a", "b"]


def test_last_line_feed_is_a_separator_for_every_pattern() -> None:
    assert cut("a,b\n", tokens.split_pattern("a,b\n", ",")) == ["a", "b"]


def test_compiled_pattern_keeps_its_flags() -> None:
    pattern = re.compile("x", re.IGNORECASE)
    assert cut("aXbxc", tokens.split_pattern("aXbxc", pattern)) == ["a", "b", "c"]


def test_broken_pattern_is_named() -> None:
    with pytest.raises(ValueError, match=r"got '\[a', which does not compile.*expected.*try"):
        tokens.split_pattern("text", "[a")


@pytest.mark.parametrize("pattern", [None, 3, re.compile(b"x")])
def test_pattern_of_another_type_is_refused(pattern: Any) -> None:
    with pytest.raises(TypeError, match=r"split_expression: got .* expected a regular expression"):
        tokens.split_pattern("text", pattern)


def test_strings_are_located_in_order() -> None:
    assert tokens.split_with("a b a", lambda _: ["a", "a"]) == [(0, 1), (4, 5)]


def test_empty_strings_are_skipped() -> None:
    assert tokens.split_with("a, b.", lambda text: re.split(r"\W+", text)) == [(0, 1), (3, 4)]


@pytest.mark.parametrize(
    ("text", "strings", "expected"),
    [("aab", ["a", "b"], ["a", "a", "b"]), ("aba", ["a", "b"], ["a", "b", "a"]), ("a b a", ["a", "b"], ["a", "b"])],
)
def test_gap_equal_to_a_token_is_a_token(text: str, strings: list[str], expected: list[str]) -> None:
    assert cut(text, tokens.split_with(text, lambda _: strings)) == expected


def test_generator_of_strings_is_read_once() -> None:
    assert tokens.split_with("a b", lambda text: (word for word in text.split())) == [(0, 1), (2, 3)]


@pytest.mark.parametrize(
    ("strings", "missing"), [(["a", "B"], "1, 'B'"), (["b", "a"], "1, 'a'"), (["##b"], "0, '##b'")]
)
def test_string_that_is_not_found_is_named(strings: list[str], missing: str) -> None:
    with pytest.raises(ValueError, match=f"got token {missing}, which is not in the text from character"):
        tokens.split_with("a b", lambda _: strings)


@pytest.mark.parametrize(
    "offsets",
    [[(0, 1), (2, 3)], [[0, 1], [2, 3]], np.array([[0, 1], [2, 3]]), [(0, 0), (0, 1), (2, 3), (0, 0)]],
    ids=["tuples", "lists", "array", "empty spans"],
)
def test_offsets_are_taken_as_they_are(offsets: Any) -> None:
    spans = tokens.split_with("a b", lambda _: offsets)
    assert spans == [(0, 1), (2, 3)]
    assert all(type(bound) is int for span in spans for bound in span)


def test_gap_equal_to_a_token_given_by_offsets_stays_a_gap() -> None:
    assert tokens.split_with("aab", lambda _: [(0, 1), (2, 3)]) == [(0, 1), (2, 3)]


@pytest.mark.parametrize(
    ("offsets", "problem"),
    [
        ([(0, 2), (1, 3)], r"token 1 at \(1, 3\), expected tokens apart, but this one overlaps \(0, 2\)"),
        ([(0, 1), (0, 1)], r"token 1 at \(0, 1\), expected tokens apart, but this one overlaps \(0, 1\)"),
        ([(2, 3), (0, 1)], r"token 1 at \(0, 1\), expected tokens in order, but this one starts before \(2, 3\)"),
        ([(2, 1)], r"token 0 at \(2, 1\), expected start <= end"),
        ([(0, 4)], r"token 0 at \(0, 4\), expected offsets from 0 to 3"),
        ([(-1, 1)], r"token 0 at \(-1, 1\), expected offsets from 0 to 3"),
    ],
)
def test_wrong_offsets_are_named(offsets: list[Span], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        tokens.split_with("abc", lambda _: offsets)


def test_encoding_with_offsets_is_read_and_a_repeated_span_counts_once() -> None:
    encoding = SimpleNamespace(offsets=[(0, 0), (0, 2), (3, 4), (3, 4), (0, 0)])
    assert cut("hi 👍", tokens.split_with("hi 👍", lambda _: encoding)) == ["hi", "👍"]


@pytest.mark.parametrize("answer", [None, 3, ["a", 1], [(0, 1), "a"], [(0, 1, 2)], [(0.0, 1.0)], [None]])
def test_answer_that_is_neither_strings_nor_offsets_is_refused(answer: Any) -> None:
    with pytest.raises(TypeError, match=r"tokenizer: got .* expected a list of strings or of .* offsets; try"):
        tokens.split_with("a b", lambda _: answer)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("don't stop at 3.14, ok_foo!", ["don't", "stop", "at", "3.14", "ok_foo"]),
        ("我喜欢编程。", ["我", "喜", "欢", "编", "程"]),
        ("東京タワーへ", ["東", "京", "タワー", "へ"]),
        ("น้ำใจ", ["น้ำ", "ใ", "จ"]),
        ("ນ້ຳ", ["ນ້ຳ"]),
        ("ជំរាប", ["ជំ", "រា", "ប"]),
        ("မြန်မာ", ["မြ", "န်", "မာ"]),
        ("مرحبا، بالعالم", ["مرحبا", "بالعالم"]),
        ("한국어 텍스트", ["한국어", "텍스트"]),
        ("e\u0301te\u0301 n\u0303", ["e\u0301te\u0301", "n\u0303"]),
        ("👨‍👩‍👧‍👦 hi 🇫🇷🇩🇪 👍🏽 1️⃣*️⃣", ["👨‍👩‍👧‍👦", "hi", "🇫🇷", "🇩🇪", "👍🏽", "1️⃣", "*️⃣"]),
        ("5 € + © ≤", ["5", "€", "+", "©", "≤"]),
        (" \t\r\n.,;:!?…「」—()\u200b\ufeff\0", []),
        ("\ud800 a\0b", ["\ud800", "a", "b"]),
        ("", []),
    ],
)
def test_unicode_words_of_many_scripts(text: str, expected: list[str]) -> None:
    assert cut(text, tokens.unicode_words(text)) == expected


@given(ANY_TEXT | PROSE)
def test_unicode_words_never_cut_a_grapheme(text: str) -> None:
    regex = pytest.importorskip("regex")
    bounds = {0, len(text)} | {match.start() for match in regex.finditer(r"\X", text)}
    assert {bound for span in tokens.unicode_words(text) for bound in span} <= bounds


def test_unicode_words_without_regex_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "regex", None)
    with pytest.raises(ImportError, match="try pip install regex"):
        tokens.unicode_words("text")


@pytest.mark.parametrize(
    "expected",
    [
        ["It is good.", "Very good!", "Is it?", "Yes…"],
        ["Dr. No came at 3.14 p.m. today, e.g. with J. R. Smith.", "He left."],
        ["See Fig. 3 and No. 5.", "I said no.", "Then nothing."],
        ["Use pens, etc. and paper.", "Use pens, etc.", "Paper too."],
        ["He wrote (in U.S. English.)", "She did too."],
        ['"Why?" he said.', '"I see."', "She left."],
        ["She left... and came back.", "He left...", "Then nothing."],
        ["1. Open it.", "2. Close it."],
        ["it's great .", "but long . . .", "really"],
        ["今天好。", "真的吗？", "对！", "好"],
        ["これは本です。", "はい"],
        ["كيف حالك؟", "جيد۔", "نعم"],
        ["यह है।", "वह था॥"],
        ["No way?!", "Yes!!"],
        ["!!!"],
    ],
    ids=lambda sentences: sentences[0],
)
@pytest.mark.parametrize("space", [" ", "\n", " \t "])
def test_sentences_end_where_a_reader_ends_them(expected: list[str], space: str) -> None:
    text = space.join(expected)
    assert cut(text, sentences(text)) == expected


def test_full_width_marks_need_no_space_after_them() -> None:
    assert cut("好。真的？“对！”好", sentences("好。真的？“对！”好")) == ["好。", "真的？", "“对！”", "好"]


@pytest.mark.parametrize("blank", ["\n\n", "\r\n\r\n", "\n \t\n", "\r\r", "\n\n\n", "\u2029"])
def test_blank_line_ends_a_sentence(blank: str) -> None:
    text = f"A title{blank}some text"
    assert cut(text, sentences(text)) == ["A title", "some text"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_end_does_not_end_a_sentence(line_end: str) -> None:
    text = f"one{line_end}sentence"
    assert cut(text, sentences(text)) == [text]


@given(PROSE | ANY_TEXT)
def test_sentences_leave_out_nothing_but_white_space(text: str) -> None:
    spans = sentences(text)
    assert "".join("".join(cut(text, spans)).split()) == "".join(text.split())
    assert all(piece == piece.strip() for piece in cut(text, spans))


def test_every_character_is_a_span() -> None:
    assert tokens.characters("a \0👍") == [(0, 1), (1, 2), (2, 3), (3, 4)]
