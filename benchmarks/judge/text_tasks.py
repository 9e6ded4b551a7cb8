"""Films reviewed in a sentence, short messages, and posts: three kinds of classifier on each."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from benchmarks.judge.tasks import MaskTask, MissingDataError, Task
from benchmarks.judge.text_models import ForestText, LayeredText

DATA = Path(__file__).parents[3] / "shared" / "data"
Corpus = tuple[list[str], list[int]]

_HELD_OUT = 0.15
# corpus, kind of model, number of different words
_WANTED = (
    ("polarity", "forest", 9),
    ("polarity", "logistic", 12),
    ("polarity", "network", 14),
    ("polarity", "logistic", 20),
    ("polarity", "network", 25),
    ("sms", "forest", 25),
    ("sms", "logistic", 30),
    ("polarity", "network", 36),
    ("news", "network", 50),
    ("news", "logistic", 75),
    ("news", "forest", 99),
)


def text_tasks() -> Iterator[tuple[str, Callable[[], Task]]]:
    """Yield names of tasks, and what builds them."""
    for corpus, kind, n_words in _WANTED:
        yield f"{corpus}-{kind}-{n_words}", lambda wanted=(corpus, kind, n_words): _task(*wanted)  # type: ignore[misc]


def _task(corpus: str, kind: str, n_words: int) -> Task:
    """Build a task: the first text of the second class, not seen in training, that has so many words."""
    # A forest's closed form wants one word for each column: all in lower case.
    text = _text_of(corpus, n_words, str.lower if kind == "forest" else str)
    name = f"{corpus}-{kind}-{n_words}"
    vectorizer, model = fitted(corpus, kind)
    if kind == "forest":
        box = ForestText.of(text, vectorizer, model)
        return MaskTask(name, "text", box.n_words, box, exact=box.moments)
    return MaskTask(name, "text", n_words, LayeredText.of(text, vectorizer, model))


def _text_of(corpus: str, n_words: int, written: Callable[[str], str]) -> str:
    """Return a text with so many different words."""
    from lime.lime_text import IndexedString

    _, (texts, labels) = corpora(corpus)
    for text, label in zip(texts, labels, strict=True):
        # Long posts take time to index, and cannot be it.
        if label == 1 and len(text) < 40 * n_words and IndexedString(written(text)).num_words() == n_words:
            return written(text)
    raise ValueError(f"got no text of {n_words} words in {corpus}, expected one, try another number")


@cache
def corpora(name: str) -> tuple[Corpus, Corpus]:
    """Return the texts to learn from and those held out, with labels 0 and 1.

    Raises
    ------
    MissingDataError
        If they are not on this machine.
    """
    readers = {"polarity": _read_polarity, "sms": _read_sms, "news": _read_news}
    texts, labels = readers[name]()
    order = np.random.default_rng(0).permutation(len(texts))
    n_held_out = int(_HELD_OUT * len(texts))
    held_out, learned = order[:n_held_out], order[n_held_out:]
    return _part(texts, labels, learned.tolist()), _part(texts, labels, held_out.tolist())


def _part(texts: Sequence[str], labels: Sequence[int], rows: Sequence[int]) -> Corpus:
    """Return some of the texts."""
    return [texts[row] for row in rows], [labels[row] for row in rows]


@cache
def fitted(corpus: str, kind: str) -> tuple[Any, Any]:
    """Return a vectorizer and a model fitted on a corpus."""
    (texts, labels), _ = corpora(corpus)
    if kind == "forest":
        counter = CountVectorizer(binary=True, min_df=3)
        forest = RandomForestClassifier(100, min_samples_leaf=2, random_state=0, n_jobs=1)
        return counter, forest.fit(counter.fit_transform(texts), labels)
    vectorizer = TfidfVectorizer(min_df=3)
    rows = vectorizer.fit_transform(texts)
    if kind == "logistic":
        return vectorizer, LogisticRegression(C=10, max_iter=1000).fit(rows, labels)
    return vectorizer, MLPClassifier((64,), alpha=1e-3, max_iter=15, random_state=0).fit(rows, labels)


def _file(name: str) -> Path:
    """Return a file of data."""
    path = DATA / name
    if not path.exists():
        raise MissingDataError(f"{name} is not in {DATA.parent.name}/{DATA.name}")
    return path


def _read_polarity() -> Corpus:
    """Read sentences about films, good ones last."""
    texts: list[str] = []
    labels: list[int] = []
    with zipfile.ZipFile(_file("sentence_polarity.zip")) as archive:
        for label, ending in enumerate(("neg", "pos")):
            lines = archive.read(f"sentence_polarity/rt-polarity.{ending}").decode("latin-1").splitlines()
            texts += [line.strip() for line in lines]
            labels += [label] * len(lines)
    return texts, labels


def _read_sms() -> Corpus:
    """Read short messages, 1 being spam."""
    lines = _file("sms_spam.tsv").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t", 1) for line in lines if "\t" in line]
    return [text for _, text in pairs], [int(label == "spam") for label, _ in pairs]


def _read_news() -> Corpus:
    """Read posts, 1 being those to the Christians."""
    with gzip.open(_file("20news_atheism_christian.jsonl.gz"), "rt", encoding="utf-8") as lines:
        posts = [json.loads(line) for line in lines]
    return [post["text"] for post in posts], [int("christian" in post["group"]) for post in posts]
