import subprocess
import sys
import warnings

import numpy as np
import pytest

pytest.importorskip("skimage")

from lime_widgets.examples import LabeledTexts, docstring_classifier, load_docstrings


@pytest.fixture(scope="module")
def corpus() -> LabeledTexts:
    return load_docstrings()


def test_about_two_and_a_half_thousand_texts_of_four_packages(corpus: LabeledTexts) -> None:
    assert 1_800 < len(corpus) < 3_500
    assert corpus.class_names == ("numpy", "scipy", "scikit-learn", "scikit-image")
    assert np.bincount(corpus.labels).min() > 200


def test_every_text_stands_once(corpus: LabeledTexts) -> None:
    assert len(set(corpus.texts)) == len(corpus.texts) == len(corpus.labels) == len(corpus.names)


def test_a_text_belongs_to_the_package_it_is_imported_from(corpus: LabeledTexts) -> None:
    packages = ["numpy", "scipy", "sklearn", "skimage"]
    assert [name.split(".")[0] for name in corpus.names] == [packages[label] for label in corpus.labels]


def test_known_functions_are_in_it(corpus: LabeledTexts) -> None:
    wanted = {"numpy.mean", "numpy.add", "scipy.stats.ttest_ind", "sklearn.svm.SVC", "skimage.filters.gaussian"}
    assert wanted <= set(corpus.names)


def test_short_texts_are_left_out_on_demand() -> None:
    assert min(map(len, load_docstrings(min_length=1_000).texts)) >= 1_000


def test_two_processes_find_the_same_texts_in_the_same_order() -> None:
    code = (
        "import hashlib; from lime_widgets.examples import load_docstrings; "
        "print(hashlib.sha256('\\0'.join(load_docstrings().texts).encode()).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


def test_loading_warns_of_nothing() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        load_docstrings()
    assert not caught


def test_a_missing_package_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "skimage", None)
    with pytest.raises(ImportError, match=r"got no scikit-image.*lime-widgets\[examples\]"):
        load_docstrings()


def test_the_classifier_tells_texts_it_has_not_seen(corpus: LabeledTexts) -> None:
    held_out = np.arange(len(corpus)) % 4 == 0
    texts = np.array(corpus.texts, dtype=object)
    known = LabeledTexts(tuple(texts[~held_out]), corpus.labels[~held_out], corpus.class_names, ())
    classifier = docstring_classifier(known)
    assert classifier.score(tuple(texts[held_out]), corpus.labels[held_out]) > 0.85
