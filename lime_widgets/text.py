"""Explaining classifiers of texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lime_widgets.domain import Sampling, Variant
from lime_widgets.engine import Samples, distances_by_level, distances_to_instance, draw_masks, new_seed
from lime_widgets.engine.laws import uniform_levels
from lime_widgets.explainer import explain, print_fits
from lime_widgets.explanation import Explanation
from lime_widgets.indexed_string import IndexedCharacters, IndexedString, IndexedText
from lime_widgets.labels import LabelChoice
from lime_widgets.masking import MaskSampling, mask_sampling
from lime_widgets.pieces import SplitExpression
from lime_widgets.sampler import Sampler
from lime_widgets.sampling_choice import SamplingChoice
from lime_widgets.schema import ArrayWriter
from lime_widgets.settings import FitSettings
from lime_widgets.task import Task, names_of_classes
from lime_widgets.titles import title_of
from lime_widgets.what_if import masked_variant

__all__ = ["IndexedCharacters", "IndexedString", "LimeTextExplainer", "TextDomainMapper"]

# lime measures the cosine distance of texts in hundredths, which is why its kernel width is 25.
_DISTANCE_SCALE = 100
_BATCH_CHARACTERS = 4_000_000
_BATCH_ROWS = 500
_TITLE_WIDTH = 72


class TextDomainMapper:
    """A text and its features, as `lime_widgets.domain.DomainMapper` describes.

    Parameters
    ----------
    indexed_string : IndexedString or IndexedCharacters
        The text.
    """

    domain = "text"
    designs: tuple[str, ...] = ("pairs", "stratified", "lime")
    asks_by_sample = True
    can_ask = True
    notes = ()

    def __init__(self, indexed_string: IndexedText) -> None:
        self.indexed_string = indexed_string

    @property
    def n_features(self) -> int:
        """Number of words (or characters, sentences, positions)."""
        return self.indexed_string.num_words()

    @property
    def feature_names(self) -> Sequence[str]:
        """The word of each feature."""
        return self.indexed_string.features

    @property
    def lime_ids(self) -> Sequence[int]:
        """Lime numbers features as we do."""
        return range(self.n_features)

    @property
    def unit(self) -> str:
        """What the features are: ``"words"``, ``"characters"`` or ``"sentences"``."""
        return self.indexed_string.kind

    @property
    def title(self) -> str:
        """The beginning of the text, in one line."""
        return title_of(self.indexed_string.raw_string()[:1000], _TITLE_WIDTH)

    def require_asking(self) -> None:
        """Do nothing: a text is all that it takes to ask about it."""

    def design(self, sampling: Sampling, metric: Any) -> MaskSampling:
        """Return how words are left out.

        Raises
        ------
        LimeError
            If there is no such design.
        """
        levels = distances_by_level(self.n_features, metric)
        scaled = None if levels is None else levels * _DISTANCE_SCALE
        return mask_sampling(sampling, uniform_levels(self.n_features), draw_masks, scaled, self.designs)

    def compose(self, questions: NDArray[np.bool_]) -> list[str]:
        """Return the text without what each mask removes, one for each row."""
        return self.indexed_string.perturbed(questions)

    def distances(self, samples: Samples, metric: Any) -> NDArray[np.float64]:
        """Return the distance of each mask to the instance, in hundredths, shape (n_samples,)."""
        return distances_to_instance(samples, metric) * _DISTANCE_SCALE

    def variant(self, remove: Any, values: Any) -> Variant:
        """Return the text without some features.

        Raises
        ------
        ValueError
            If nothing is named, something that the text does not have, or values, which a text has not.
        """
        if values is not None:
            raise ValueError("got values for a text, expected words to remove, try what_if(remove=...)")
        return masked_variant(self.feature_names, remove)

    def page_variant(self, removed: Sequence[int], edits: Sequence[Sequence[Any]]) -> Variant:  # noqa: ARG002 - tables have them
        """Return the text without the features that are struck out in the page."""
        return masked_variant(self.feature_names, removed)

    def default_batch_size(self) -> int:
        """Return how many perturbed texts to hold at once: fewer where the text is long."""
        return max(1, min(_BATCH_ROWS, _BATCH_CHARACTERS // max(1, len(self.indexed_string.raw_string()))))

    def map_exp_ids(
        self, exp: Iterable[tuple[int, float]], positions: bool = False, **_: Any
    ) -> list[tuple[str, float]]:
        """Return (word, weight) for (feature, weight).

        Parameters
        ----------
        exp : iterable of (int, float)
            Features and their weights.
        positions : bool
            Add where each word stands in the text: ``"by_198-239"``.
        """
        text = self.indexed_string
        if not positions:
            return [(text.word(feature), weight) for feature, weight in exp]
        return [
            (f"{text.word(feature)}_{'-'.join(map(str, text.string_position(feature).tolist()))}", weight)
            for feature, weight in exp
        ]

    def to_state(self, writer: ArrayWriter) -> dict[str, Any]:  # noqa: ARG002 - pictures need one
        """Return what a page needs to show the text; see ``docs/wire.md``."""
        text = self.indexed_string
        return {
            "pieces": text.pieces,
            "piece_features": text.piece_features.tolist(),
            "features": list(text.features),
            "kind": text.kind,
            "bow": text.bow,
            "mask_string": text.mask_string,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> TextDomainMapper:
        """Return the mapper that `to_state` described.

        Raises
        ------
        ValueError
            If the state does not describe a text.
        """
        return cls(
            IndexedText.from_pieces(
                state["pieces"],
                state["piece_features"],
                kind=state["kind"],
                bow=state["bow"],
                mask_string=state["mask_string"],
            )
        )


class LimeTextExplainer:
    """Explains classifiers of texts by removing words (Ribeiro, Singh and Guestrin 2016).

    The arguments, their order and their defaults are the lime package's; those after the star are not in lime.

    Parameters
    ----------
    kernel_width : float
        Width of the exponential kernel; distances lie between 0 and 100.
    kernel : callable, optional
        ``kernel(distances, kernel_width=...)``, both of shape (n_samples,); LIME's exponential kernel if None.
    verbose : bool
        Print intercept, local prediction and the model's own answer.
    class_names : sequence of str, optional
        Names in the order of the model's columns.
    feature_selection : {"auto", "forward_selection", "highest_weights", "lasso_path", "none"}
        How the features of the explanation are chosen.
    split_expression : str or callable
        A regular expression of what separates words, ``"unicode"`` for Unicode's word boundaries (Chinese, Japanese,
        Thai), or a tokenizer that returns words or (start, end) offsets.
    bow : bool
        Bag of words: a word is removed everywhere at once. If False, each occurrence is a feature.
    mask_string : str, optional
        What stands for a removed word where `bow` is False.
    random_state : int, RandomState or Generator, optional
        Seed. An integer gives the same explanation at every call and in every process; with None a seed is drawn, and
        kept in the explanation.
    char_level : bool
        Take characters as features.
    unit : {"word", "sentence"}
        Take sentences as features.

    Examples
    --------
    >>> explainer = LimeTextExplainer(class_names=["bad", "good"], random_state=0)
    >>> model = lambda texts: np.array([[1 - ("fun" in text), "fun" in text] for text in texts], dtype=float)
    >>> explainer.explain_instance("such fun", model, num_features=1).as_list()[0][0]
    'fun'
    """

    def __init__(
        self,
        kernel_width: float = 25,
        kernel: Callable[..., Any] | None = None,
        verbose: bool = False,
        class_names: Sequence[str] | None = None,
        feature_selection: str = "auto",
        split_expression: SplitExpression = r"\W+",
        bow: bool = True,
        mask_string: str | None = None,
        random_state: Any = None,
        char_level: bool = False,
        *,
        unit: Literal["word", "sentence"] = "word",
    ) -> None:
        self.kernel_width = kernel_width
        self.kernel = kernel
        self.verbose = verbose
        self.class_names = class_names
        self.feature_selection = feature_selection
        self.split_expression = split_expression
        self.bow = bow
        self.mask_string = mask_string
        self.random_state = random_state
        self.char_level = char_level
        self.unit = unit

    def explain_instance(
        self,
        text_instance: str,
        classifier_fn: Callable[[list[str]], Any],
        labels: Iterable[int] = (1,),
        top_labels: int | None = None,
        num_features: int = 10,
        num_samples: int | Literal["auto"] = 5000,
        distance_metric: Any = "cosine",
        model_regressor: Any = None,
        *,
        batch_size: int | None = None,
        progress_bar: bool = True,
        sampling: str = "best",
        estimator: str | None = None,
        precision: str | float = "lime",
        nominal_samples: int | None = None,
        repeats: int | None = None,
    ) -> Explanation:
        """Explain the model's answer for one text.

        Parameters
        ----------
        text_instance : str
            The text.
        classifier_fn : callable
            Takes a list of texts, returns their class probabilities, shape (n_texts, n_classes); one column, that of
            the second of two classes, will do. Arrays, tensors and lists are accepted.
        labels : iterable of int
            Classes to explain.
        top_labels : int, optional
            Explain so many of the most probable classes instead.
        num_features : int
            The explanation has at most so many features.
        num_samples : int or "auto"
            Size of the neighborhood, or as many as `precision` takes. Texts that repeat are asked about once.
        distance_metric : str or callable
            As for `sklearn.metrics.pairwise_distances`.
        model_regressor : scikit-learn regressor, optional
            Fitted instead of a ridge regression. Must have ``coef_`` and take ``sample_weight``.
        batch_size : int, optional
            Texts asked at once; sized to the text if None.
        progress_bar : bool
            Show one when the model takes longer than a second.
        sampling : str
            Which perturbations to ask about: ``"best"``, those that need the fewest calls (every mask where they are
            few, else ``"pairs"``); ``"lime"``, drawn as lime draws them; or one of those by name.
        estimator : {"regression", "assisted"}, optional
            ``"assisted"`` lets an emulator of the model help, which is worth its second where the model is slow. If
            None, regression; with ``"auto"`` the one that is worth it, by how long the model takes.
        precision : str or float
            With ``num_samples="auto"``, when to stop: ``"lime"``, as exact as lime with 5,000 samples; a standard error
            that no weight shown is to exceed; or ``"top 5"``, the five largest weights of two runs are nine
            tenths the same features.
        nominal_samples : int, optional
            How many of lime's samples the explanation stands for, on which its ridge penalty depends; `num_samples` if
            None, and with ``"auto"`` lime's own 5,000.
        repeats : int, optional
            Ask the model again about so many rows, to see whether it answers alike; if None 16 with ``"auto"``, else
            0.

        Returns
        -------
        Explanation
            Shows itself as a live widget in a notebook.

        Raises
        ------
        ValueError
            If the text has nothing to remove, or an argument has no meaning.
        PredictionError
            If the model fails or its answer cannot be used. What was answered is kept: ``error.resume()``.
        """
        mapper = TextDomainMapper(self._indexed(text_instance))
        if not mapper.n_features:
            raise ValueError(
                f"got a text without {mapper.unit}: {text_instance[:40]!r}, expected at least one, "
                "try another text, another split_expression or char_level=True"
            )
        explanation = explain(
            Sampler(
                mapper,
                new_seed(self.random_state),
                distance_metric,
                classifier_fn,
                batch_size,
                Task(class_names=names_of_classes(self.class_names)),
            ),
            FitSettings(self.kernel_width, num_features, self.feature_selection, self.kernel, model_regressor),
            LabelChoice(labels, top_labels),
            SamplingChoice(num_samples, 5000, sampling, estimator, precision, nominal_samples, repeats),
            progress_bar=progress_bar,
            kind=Explanation,
        )
        if self.verbose:
            print_fits(explanation)
        return explanation

    def _indexed(self, text: str) -> IndexedText:
        """Cut the text as the explainer was told."""
        if self.char_level and self.unit != "word":
            raise ValueError(
                f"got char_level=True and unit={self.unit!r}, expected one of them, try leaving one of them out"
            )
        if self.char_level:
            return IndexedCharacters(text, bow=self.bow, mask_string=self.mask_string)
        return IndexedString(text, self.split_expression, bow=self.bow, mask_string=self.mask_string, unit=self.unit)
