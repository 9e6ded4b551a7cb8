"""Indexed texts: the same as lime's wherever lime keeps the text, and right where it does not."""

import itertools
import pickle
import random
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lime import lime_text

from lime_widgets.indexed_string import IndexedCharacters, IndexedString, IndexedText

PATTERNS = [r"\W+", r"\W", ",", r"\s+", "[aeiou]", r"\s*", "(?=b)", "(?<=a)b", "(?:ab|c)+", r"\b", "a|b|$", r"^\w"]
TOKENIZERS: list[Callable[[str], Any]] = [
    str.split,
    lambda text: re.findall(r"\w+", text),
    lambda text: [text[start : start + 2] for start in range(0, len(text) - 1, 2)],
    lambda text: re.findall("a|b", text),
]
# numpy's strings lose a NUL at their end, so lime is right only without.
LIME_TEXT = st.text(st.sampled_from("aabbcd ,.\n\téß我👍\u0301\ud800"), min_size=1, max_size=40)
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)
LOREM = "This is a good movie. This, it is a great movie; is it?\n"
BOTH = pytest.mark.parametrize("bow", [True, False])


def assert_same_as_lime(ours: IndexedText, theirs: Any, seed: int) -> None:
    assert ours.as_list == theirs.as_list
    assert ours.inverse_vocab == [str(word) for word in theirs.inverse_vocab]
    assert type(ours.positions) is type(theirs.positions)
    assert np.array_equal(ours.string_start, theirs.string_start)
    assert np.array_equal(ours.as_np, theirs.as_np)
    assert (ours.raw, ours.bow, ours.mask_string) == (theirs.raw, theirs.bow, theirs.mask_string)
    assert ours.num_words() == theirs.num_words()
    if ours.bow:
        assert ours.positions == theirs.positions
    else:
        assert np.array_equal(ours.positions, theirs.positions)
    for feature in range(ours.num_words()):
        assert ours.word(feature) == theirs.word(feature)
        assert np.array_equal(ours.string_position(feature), theirs.string_position(feature))
    assert_same_removals(ours, theirs, seed)


def assert_same_removals(ours: IndexedText, theirs: Any, seed: int) -> None:
    generator = np.random.default_rng(seed)
    for size in generator.integers(0, ours.num_words() + 1, 4) if ours.num_words() else ():
        removed = generator.permutation(ours.num_words())[:size]
        assert ours.inverse_removing(removed) == theirs.inverse_removing(removed)


@BOTH
@pytest.mark.parametrize("split", [*PATTERNS, *TOKENIZERS])
@given(text=LIME_TEXT, mask=st.sampled_from([None, "", "XX"]), seed=st.integers(0, 99))
def test_words_are_lime_s(split: Any, bow: bool, text: str, mask: str | None, seed: int) -> None:
    ours = IndexedString(text, split, bow, mask)
    assert_same_as_lime(ours, lime_text.IndexedString(text, split, bow, mask), seed)


@BOTH
@given(text=LIME_TEXT, mask=st.sampled_from([None, "", "XX"]), seed=st.integers(0, 99))
def test_characters_are_lime_s(bow: bool, text: str, mask: str | None, seed: int) -> None:
    assert_same_as_lime(IndexedCharacters(text, bow, mask), lime_text.IndexedCharacters(text, bow, mask), seed)


@BOTH
def test_hundreds_of_random_texts_are_lime_s(bow: bool) -> None:
    generator = random.Random(7)  # noqa: S311 - texts for a test
    for seed in range(300):
        text = "".join(generator.choices("the and of, film. good \n'-é", k=generator.randint(1, 300)))
        assert_same_as_lime(IndexedString(text, bow=bow), lime_text.IndexedString(text, bow=bow), seed)


def test_tokenizer_that_returns_empty_strings_keeps_the_text() -> None:
    indexed = IndexedString(LOREM, lambda text: re.split(r"(?:\W+)|$", text))
    assert indexed.inverse_removing([]) == LOREM
    assert "" not in indexed.inverse_vocab


def test_values_are_plain_python() -> None:
    indexed = IndexedString("a b a")
    assert {type(word) for word in indexed.inverse_vocab} == {str}
    assert isinstance(indexed.positions, list)
    assert {type(piece) for piece in itertools.chain.from_iterable(indexed.positions)} == {int}


def test_pieces_say_which_feature_they_are() -> None:
    indexed = IndexedString("a b, a")
    assert indexed.pieces == ["a", " ", "b", ", ", "a"]
    assert indexed.piece_features.tolist() == [0, -1, 1, -1, 0]
    assert (indexed.features, indexed.kind) == (["a", "b"], "words")


def test_positions_are_features_of_their_own_without_bow() -> None:
    assert IndexedString("a b, a", bow=False).piece_features.tolist() == [0, -1, 1, -1, 2]


@BOTH
@pytest.mark.parametrize("split", [*PATTERNS, *TOKENIZERS, "unicode", r"(\s)+", "(a)(b)?"])
@given(text=ANY_TEXT)
def test_tokens_and_gaps_give_any_text_back(split: Any, bow: bool, text: str) -> None:
    indexed = IndexedString(text, split, bow)
    assert "".join(indexed.pieces) == indexed.raw_string() == indexed.inverse_removing([]) == text
    for start, piece in zip(indexed.string_start.tolist(), indexed.pieces, strict=True):
        assert text[start : start + len(piece)] == piece


@BOTH
@pytest.mark.parametrize(
    "make",
    [IndexedString, IndexedCharacters, lambda text, bow: IndexedString(text, "unicode", bow)],
    ids=["words", "characters", "unicode"],
)
@given(text=ANY_TEXT, seed=st.integers(0, 99))
def test_perturbed_is_inverse_removing_for_every_mask(make: Any, bow: bool, text: str, seed: int) -> None:
    indexed = make(text, bow=bow)
    masks = np.random.default_rng(seed).random((7, indexed.num_words())) < 0.5
    expected = [removing_one_by_one(indexed, set(np.flatnonzero(~mask).tolist())) for mask in masks]
    assert indexed.perturbed(masks) == expected
    assert [indexed.inverse_removing(np.flatnonzero(~mask)) for mask in masks] == expected


def removing_one_by_one(indexed: IndexedText, removed: set[int]) -> str:
    substitute = "" if indexed.bow else indexed.mask_string
    features = indexed.piece_features.tolist()
    pieces = zip(indexed.pieces, features, strict=True)
    return "".join(substitute if feature in removed else piece for piece, feature in pieces)


def test_blocks_of_a_long_text_keep_the_order_of_the_masks() -> None:
    indexed = IndexedCharacters("x" * 3000, bow=False, mask_string="-")
    masks = np.tri(400, 3000, dtype=np.bool_)
    assert indexed.perturbed(masks) == ["x" * kept + "-" * (3000 - kept) for kept in range(1, 401)]


@pytest.mark.parametrize("masks", [[True, False], [[True]], [[[True, True]]]])
def test_masks_of_another_shape_are_refused(masks: Any) -> None:
    with pytest.raises(ValueError, match=r"masks: got shape .* expected \(n_samples, 2\)"):
        IndexedString("a b").perturbed(masks)


@pytest.mark.parametrize("ids", [[True, False], [0.5], ["a"]])
def test_removing_what_is_no_feature_id_is_refused(ids: Any) -> None:
    with pytest.raises(TypeError, match=r"words_to_remove: got .* expected feature ids"):
        IndexedString("a b").inverse_removing(ids)


def test_removing_an_unknown_feature_is_refused() -> None:
    with pytest.raises(IndexError, match="2"):
        IndexedString("a b").inverse_removing([2])


@BOTH
@pytest.mark.parametrize("text", ["", " ,.\n", "\0"])
def test_text_without_words_has_none(text: str, bow: bool) -> None:
    indexed = IndexedString(text, bow=bow)
    assert indexed.num_words() == len(indexed.positions) == 0
    assert indexed.perturbed(np.ones((2, 0), dtype=np.bool_)) == [text, text]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("我喜欢，喜欢", ["我", "喜", "欢"]),
        ("รักน้ำ", ["รั", "ก", "น้ำ"]),
        ("لا، لا نعم", ["لا", "نعم"]),
        ("👨‍👩‍👧‍👦👍🏽 👨‍👩‍👧‍👦", ["👨‍👩‍👧‍👦", "👍🏽"]),
    ],
)
def test_unicode_words_are_features(text: str, words: list[str]) -> None:
    assert IndexedString(text, "unicode").inverse_vocab == words


def test_sentences_are_features() -> None:
    indexed = IndexedString("Good. Bad film, Mr. Fox! Good.", unit="sentence")
    assert (indexed.inverse_vocab, indexed.kind) == (["Good.", "Bad film, Mr. Fox!"], "sentences")
    assert indexed.inverse_removing([0]) == " Bad film, Mr. Fox! "


def test_offsets_are_features() -> None:
    indexed = IndexedString("New York, York", lambda _: [(0, 8), (10, 14)])
    assert indexed.inverse_vocab == ["New York", "York"]


def test_trailing_nul_is_kept() -> None:
    indexed = IndexedCharacters("a\0b\0")
    assert indexed.inverse_vocab == ["a", "\0", "b"]
    assert indexed.as_np.tolist() == ["a", "\0", "b", "\0"]
    assert indexed.string_start.tolist() == [0, 1, 2, 3]


def test_one_huge_token_does_not_blow_up_the_array() -> None:
    indexed = IndexedString("x" * 100_000 + " y" * 10_000)
    assert indexed.as_np.nbytes < 1_000_000
    assert indexed.as_np.tolist() == indexed.as_list


@pytest.mark.parametrize("make", [IndexedString, IndexedCharacters])
@pytest.mark.parametrize("text", [None, b"bytes", 3, ["a"]])
def test_text_that_is_not_str_is_refused(make: Any, text: Any) -> None:
    with pytest.raises(TypeError, match=f"raw_string: got {type(text).__name__}, expected str; try"):
        make(text)


@pytest.mark.parametrize("make", [IndexedString, IndexedCharacters])
def test_mask_that_is_not_str_is_refused(make: Any) -> None:
    with pytest.raises(TypeError, match="mask_string: got 0, expected str or None"):
        make("text", mask_string=0)


def test_unknown_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="unit: got 'line', expected 'word' or 'sentence'"):
        IndexedString("text", unit="line")  # type: ignore[arg-type]


def test_sentences_with_a_split_expression_are_refused() -> None:
    with pytest.raises(ValueError, match="split_expression: got 'x' with unit='sentence'"):
        IndexedString("text", "x", unit="sentence")


def some_texts() -> list[IndexedText]:
    text = "Bad, bad film.\n\0 \ud800 Bad 👍!"
    return [
        *(IndexedString(text, split, bow) for split in (r"\W", "unicode", str.split) for bow in (True, False)),
        *(IndexedCharacters(text, bow, "?") for bow in (True, False)),
        IndexedString(text, unit="sentence"),
        IndexedString(""),
    ]


@pytest.mark.parametrize("indexed", some_texts(), ids=repr)
def test_rebuilt_from_its_pieces_it_is_the_same(indexed: IndexedText) -> None:
    rebuilt = IndexedText.from_pieces(
        indexed.pieces,
        indexed.piece_features.tolist(),
        kind=indexed.kind,
        bow=indexed.bow,
        mask_string=indexed.mask_string,
    )
    assert type(rebuilt) is type(indexed)
    assert rebuilt == indexed
    assert rebuilt.inverse_vocab == indexed.inverse_vocab
    assert np.array_equal(rebuilt.string_start, indexed.string_start)
    masks = np.random.default_rng(0).random((9, indexed.num_words())) < 0.5
    assert rebuilt.perturbed(masks) == indexed.perturbed(masks)


@pytest.mark.parametrize("indexed", some_texts(), ids=repr)
def test_pickled_it_is_the_same(indexed: IndexedText) -> None:
    indexed.perturbed(np.ones((1, indexed.num_words()), dtype=np.bool_))  # what is computed on use is filled in
    assert pickle.loads(pickle.dumps(indexed)) == indexed  # noqa: S301 - our own bytes


def test_equality_is_by_content() -> None:
    assert IndexedString("a b") == IndexedString("a b", r"\s")
    assert IndexedString("a b") != IndexedString("a b", bow=False)
    assert IndexedString("ab") != IndexedCharacters("ab")
    assert IndexedString("a b") != "a b"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"kind": "letters"}, "kind: got 'letters', expected one of words, characters, sentences"),
        ({"bow": 1}, "got bow=1"),
        ({"mask_string": None}, "mask_string=None, expected a bool and a str"),
        ({"pieces": "a b"}, "pieces: got one str"),
        ({"pieces": ["a", "", "b"]}, "pieces: got '' as piece 1"),
        ({"pieces": ["a", 1, "b"]}, "pieces: got 1 as piece 1"),
        ({"pieces": ["ab", " ", "b"], "kind": "characters"}, "got 'ab' as piece 0, expected one character"),
        ({"kind": "characters"}, "got -1 for piece 1 .* expected 1; .* with no separators"),
        ({"piece_features": [0, -1]}, "an integer for each of the 3 pieces"),
        ({"piece_features": [0.0, -1.0, 1.0]}, "got float64 values"),
        ({"piece_features": [0, -1, 2]}, r"got 2 for piece 2 \('b'\), expected 1"),
        ({"piece_features": [0, -2, 1]}, "got -2 for piece 1"),
        ({"piece_features": [0, -1, 0]}, "got 0 for piece 2"),
        ({"pieces": ["a", " ", "a"]}, "got 1 for piece 2 .* expected 0; .* one for equal pieces"),
    ],
)
def test_pieces_that_describe_no_text_are_refused(change: dict[str, Any], problem: str) -> None:
    arguments: dict[str, Any] = {
        "pieces": ["a", " ", "b"],
        "piece_features": [0, -1, 1],
        "kind": "words",
        "bow": True,
        "mask_string": "",
    }
    with pytest.raises(ValueError, match=problem):
        IndexedString.from_pieces(**(arguments | change))
