"""A corpus that is on every machine: the docstrings of numpy, scipy, scikit-learn and scikit-image, as installed.

Nothing is downloaded. Which of the four packages a docstring comes from is a question that a simple classifier answers
well, and partly for reasons nobody would guess: a fair subject for an explanation.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline

_DISTRIBUTIONS = {"numpy": "numpy", "scipy": "scipy", "sklearn": "scikit-learn", "skimage": "scikit-image"}
# Not a package's public face, or unpleasant to import: tests, build tools, vendored code, aliases of private modules.
_LEFT_OUT = frozenset(
    {"conftest", "core", "ctypeslib", "distutils", "externals", "f2py", "matlib", "setup", "testing", "tests", "typing"}
)
_DEEPEST = 2  # dots in the name of an object where users import it: `scipy.stats.norm`

# scipy writes these while it is imported, with numbers drawn or a set printed: another text in every process.
_DRAWN_AT_IMPORT = re.compile(r"\]\)  # may vary|argument\(s\) ``\{")


@dataclass(frozen=True, eq=False)
class LabeledTexts:
    """Texts, and the class each belongs to.

    Parameters
    ----------
    texts : tuple of str
        The texts.
    labels : ndarray of int, shape (n_texts,)
        For each text, the index of its class in `class_names`.
    class_names : tuple of str
        The classes.
    names : tuple of str
        For each text, what it is called.
    """

    texts: tuple[str, ...]
    labels: NDArray[np.intp]
    class_names: tuple[str, ...]
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.texts)


def load_docstrings(min_length: int = 300) -> LabeledTexts:
    """Collect the docstrings of the functions and classes of numpy, scipy, scikit-learn and scikit-image.

    About 2,500 texts, always in the same order for the same versions of the four packages. A docstring that stands in
    several places is taken once, for the package that defines it. Takes one to three seconds.

    Parameters
    ----------
    min_length : int, default 300
        Docstrings with fewer characters are left out: they say too little to be told apart.

    Returns
    -------
    LabeledTexts
        The docstrings; classes are the four packages, names are dotted names such as ``"scipy.stats.norm"``.

    Raises
    ------
    ImportError
        If one of the four packages is not installed.

    Examples
    --------
    >>> from lime_widgets.examples import load_docstrings
    >>> corpus = load_docstrings()
    >>> corpus.class_names
    ('numpy', 'scipy', 'scikit-learn', 'scikit-image')
    """
    found: dict[str, tuple[str, int]] = {}  # text -> (name, class)
    for label, package in enumerate(_DISTRIBUTIONS):
        for name, text in _docstrings(package):
            if len(text) >= min_length and not _DRAWN_AT_IMPORT.search(text):
                found.setdefault(text, (name, label))
    return LabeledTexts(
        texts=tuple(found),
        labels=np.array([label for _, label in found.values()], dtype=np.intp),
        class_names=tuple(_DISTRIBUTIONS.values()),
        names=tuple(name for name, _ in found.values()),
    )


def docstring_classifier(corpus: LabeledTexts, seed: int = 0) -> Pipeline:
    """Train TF-IDF and logistic regression on a corpus.

    Parameters
    ----------
    corpus : LabeledTexts
        What to learn from.
    seed : int, default 0
        Seed of the classifier.

    Returns
    -------
    sklearn.pipeline.Pipeline
        The trained pipeline; its ``predict_proba`` takes a list of texts.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    pipeline = make_pipeline(TfidfVectorizer(min_df=2), LogisticRegression(max_iter=1000, random_state=seed))
    return pipeline.fit(corpus.texts, corpus.labels)


def _docstrings(package: str) -> Iterator[tuple[str, str]]:
    """Walk the public objects that a package defines itself, with their cleaned docstrings."""
    for module in _public_modules(package):
        for name, value in _public_objects(module):
            text = value.__doc__
            if callable(value) and _owner(value).split(".")[0] == package and isinstance(text, str):
                yield f"{module.__name__}.{name}", inspect.cleandoc(text)


def _public_modules(package: str) -> Iterator[ModuleType]:
    """Import a package and its public modules, breadth first, down to the depth where users import from."""
    pending = [package]
    while pending:
        name = pending.pop(0)
        module = _import_quietly(name)
        if module is None:
            continue
        yield module
        if name.count(".") + 1 < _DEEPEST and hasattr(module, "__path__"):
            inner = sorted(found.name for found in pkgutil.iter_modules(module.__path__))
            pending += [f"{name}.{part}" for part in inner if not part.startswith("_") and part not in _LEFT_OUT]


def _import_quietly(name: str) -> ModuleType | None:
    """Import a module without the warnings of deprecated ones; None for one that lacks an optional dependency."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(name)
    except ImportError as reason:
        if name not in _DISTRIBUTIONS:
            return None
        raise ImportError(
            f"got no {_DISTRIBUTIONS[name]}, expected it for the corpus of docstrings; "
            "try `pip install 'lime-widgets[examples]'`"
        ) from reason


def _public_objects(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """List what a module exports; without `__all__`, only what it defines: the rest is there by accident."""
    exported = getattr(module, "__all__", None)
    names = sorted(name for name in vars(module) if not name.startswith("_")) if exported is None else sorted(exported)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            value = _attribute(module, name)
            if value is not None and (exported is not None or _owner(value) == module.__name__):
                yield name, value


def _attribute(module: ModuleType, name: str) -> Any:
    """Get an attribute; None for what is experimental or lacks an optional dependency, and says so when touched."""
    try:
        return getattr(module, name, None)
    except ImportError:
        return None


def _owner(value: Any) -> str:
    """Name the module that defines an object; a ufunc does not say, but its type does."""
    return str(getattr(value, "__module__", None) or type(value).__module__)
