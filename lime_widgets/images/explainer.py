"""Explaining classifiers of images."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine import new_seed
from lime_widgets.explainer import explain, print_fits
from lime_widgets.images.dry_run import DryRun
from lime_widgets.images.explanation import ImageExplanation
from lime_widgets.images.hiding import HideColor, Hiding
from lime_widgets.images.instance import ImageInstance, Segmentation
from lime_widgets.images.mapper import ImageDomainMapper
from lime_widgets.images.segmenting import default_segmentation
from lime_widgets.labels import LabelChoice
from lime_widgets.sampler import Sampler
from lime_widgets.sampling_choice import SamplingChoice
from lime_widgets.settings import FitSettings
from lime_widgets.task import Task, names_of_classes

# lime draws the segmentation's seed from these.
_SEGMENTATION_SEEDS = 1_000


class LimeImageExplainer:
    """Explains classifiers of images by hiding superpixels (Ribeiro, Singh and Guestrin 2016).

    The arguments, their order and their defaults are the lime package's; those after the star are not in lime.

    Parameters
    ----------
    kernel_width : float
        Width of the exponential kernel; distances lie between 0 and 1.
    kernel : callable, optional
        ``kernel(distances, kernel_width=...)``, both of shape (n_samples,); LIME's exponential kernel if None.
    verbose : bool
        Print intercept, local prediction and the model's own answer.
    feature_selection : {"auto", "forward_selection", "highest_weights", "lasso_path", "none"}
        How the superpixels of the explanation are chosen.
    random_state : int, RandomState or Generator, optional
        Seed. An integer gives the same explanation at every call and in every process; with None a seed is drawn, and
        kept in the explanation.
    class_names : sequence of str, optional
        Names in the order of the model's columns.
    grayscale : {"rgb", "keep"}
        Of images of shape (H, W): whether the model is asked with three equal channels, as in lime.
    channels : {"first", "last"}, optional
        Where an image has them, if that is not plain from its shape: tensors first, all else last.

    Examples
    --------
    >>> image = np.zeros((20, 20, 3))
    >>> image[:, :10] = 1.0
    >>> model = lambda images: np.column_stack([1 - images.mean((1, 2, 3)), images.mean((1, 2, 3))])
    >>> halves = np.repeat([[0] * 10 + [1] * 10], 20, axis=0)
    >>> explainer = LimeImageExplainer(random_state=0)
    >>> explanation = explainer.explain_instance(image, model, segmentation_fn=halves, hide_color=0, top_labels=None)
    >>> explanation.as_list(1)[0][0]
    'superpixel 0'
    """

    def __init__(
        self,
        kernel_width: float = 0.25,
        kernel: Callable[..., Any] | None = None,
        verbose: bool = False,
        feature_selection: str = "auto",
        random_state: Any = None,
        *,
        class_names: Sequence[str] | None = None,
        grayscale: str = "rgb",
        channels: str | None = None,
    ) -> None:
        self.kernel_width = kernel_width
        self.kernel = kernel
        self.verbose = verbose
        self.feature_selection = feature_selection
        self.random_state = random_state
        self.class_names = class_names
        self.grayscale = grayscale
        self.channels = channels

    def explain_instance(
        self,
        image: Any,
        classifier_fn: Callable[[Any], Any],
        labels: Iterable[int] = (1,),
        hide_color: HideColor = None,
        top_labels: int | None = 5,
        num_features: int = 100000,
        num_samples: int | Literal["auto"] = 1000,
        batch_size: int | None = 10,
        segmentation_fn: Segmentation | None = None,
        distance_metric: Any = "cosine",
        model_regressor: Any = None,
        random_seed: int | None = None,
        progress_bar: bool = True,
        sampling: str = "best",
        estimator: str | None = None,
        precision: str | float = "lime",
        nominal_samples: int | None = None,
        repeats: int | None = None,
        *,
        picture: Any = None,
    ) -> ImageExplanation:
        """Explain the model's answer for one image.

        Parameters
        ----------
        image : ndarray, Tensor or Image
            Shape (H, W, C), (H, W) or, for tensors, (C, H, W); of any number of channels, and of any numbers.
        classifier_fn : callable
            Takes a batch, returns class probabilities, shape (n_images, n_classes). The images are of the instance's
            own shape and dtype, an array of shape (n_images, H, W, C), a tensor, or for PIL images a list of them;
            but those of shape (H, W) become RGB, unless the explainer was told to keep them.
        labels : iterable of int
            Classes to explain,
        hide_color : None, str, number, sequence of numbers or callable
            What hides a superpixel: its mean color (None), ``"blur"``, ``"noise"``, a number or one for each channel,
            or ``hide(image, segments)``, which returns an image. Results depend on it.
        top_labels : int, optional
            unless given: then so many of the most probable classes.
        num_features : int
            The explanation has at most so many superpixels.
        num_samples : int or "auto"
            Size of the neighborhood, or as many as `precision` takes. Images that repeat are asked about once.
        batch_size : int, optional
            Images asked about at once; so many as make 64 MB, but at most 100, if None.
        segmentation_fn : callable or array, optional
            A `lime_widgets.segmentation.SegmentationAlgorithm` or another function of the image that returns the label
            of each pixel, shape (H, W); or such labels. Quickshift with lime's parameters if None.
        distance_metric : str or callable
            As for `sklearn.metrics.pairwise_distances`.
        model_regressor : scikit-learn regressor, optional
            Fitted instead of a ridge regression. Must have ``coef_`` and take ``sample_weight``.
        random_seed : int, optional
            Seed of the default segmentation; taken from `random_state` if None.
        progress_bar : bool
            Show one when the model takes longer than a second.
        sampling : str
            Which perturbations to ask about: ``"best"``, those that need the fewest calls (every mask where they are
            few, else ``"arrays"``); ``"lime"``, drawn as lime draws them; or one of those by name, also ``"pairs"``.
        estimator : {"regression", "assisted"}, optional
            ``"assisted"`` lets an emulator of the model help, which is worth its second where the model is slow. If
            None, regression; with ``"auto"`` the one that is worth it, by how long the model takes.
        precision : str or float
            With ``num_samples="auto"``, when to stop: ``"lime"``, as exact as lime with 5,000 samples; a standard error
            that no weight shown is to exceed; or ``"top 5"``, the five largest weights of two runs are nine
            tenths the same features.
        nominal_samples : int, optional
            How many of lime's samples the explanation stands for, on which its ridge penalty depends; `num_samples` if
            None, and with ``"auto"`` lime's own 1,000.
        repeats : int, optional
            Ask the model again about so many rows, to see whether it answers alike; if None 16 with ``"auto"``, else
            0.
        picture : ndarray of uint8, shape (H, W, 3), optional
            How to show the image where its numbers are not colors any more, as with normalized tensors.

        Returns
        -------
        ImageExplanation
            Shows itself as a live widget in a notebook.

        Raises
        ------
        ValueError
            If it is no image, the segmentation does not fit it, or an argument has no meaning.
        PredictionError
            If the model fails or its answer cannot be used. What was answered is kept: ``error.resume()``.
        """
        seed = new_seed(self.random_state)
        explanation = explain(
            Sampler(
                self._mapper(image, segmentation_fn, hide_color, seed, random_seed, picture),
                seed,
                distance_metric,
                classifier_fn,
                batch_size,
                Task(class_names=names_of_classes(self.class_names)),
            ),
            FitSettings(self.kernel_width, num_features, self.feature_selection, self.kernel, model_regressor),
            LabelChoice(labels, top_labels),
            SamplingChoice(num_samples, 1000, sampling, estimator, precision, nominal_samples, repeats),
            progress_bar=progress_bar,
            kind=ImageExplanation,
        )
        if self.verbose:
            print_fits(explanation)
        return explanation

    def dry_run(
        self,
        image: Any,
        hide_color: HideColor = None,
        num_samples: int = 1000,
        batch_size: int | None = 10,
        segmentation_fn: Segmentation | None = None,
        random_seed: int | None = None,
        *,
        picture: Any = None,
    ) -> DryRun:
        """Return what `explain_instance` would ask a model about, without asking.

        Parameters
        ----------
        image, hide_color, num_samples, batch_size, segmentation_fn, random_seed, picture
            As for `explain_instance`.

        Returns
        -------
        DryRun
            The superpixels, their number, the number of questions, and in a notebook two pictures: the image with its
            superpixels outlined, and one of the perturbed images.

        Raises
        ------
        ValueError
            As `explain_instance`.
        """
        seed = new_seed(self.random_state)
        mapper = self._mapper(image, segmentation_fn, hide_color, seed, random_seed, picture)
        kernel = FitSettings(self.kernel_width, mapper.n_features, kernel=self.kernel).bound_kernel()
        return DryRun(mapper, num_samples, batch_size, seed, kernel)

    def data_labels(
        self,
        image: NDArray[Any],
        fudged_image: NDArray[Any],
        segments: NDArray[Any],
        classifier_fn: Callable[[Any], Any],
        num_samples: int,
        batch_size: int = 10,
        progress_bar: bool = True,
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return masks, and what the model answers about the image under each, as lime's method of that name.

        Parameters
        ----------
        image, fudged_image : ndarray of shape (H, W, C)
            The image, and what it becomes where it is hidden.
        segments : ndarray of int, shape (H, W)
            The label of each pixel's superpixel.
        classifier_fn : callable
            Takes a batch of images, returns class probabilities.
        num_samples : int
            Number of masks, the first of which hides nothing.
        batch_size : int
            Images asked about at once.
        progress_bar : bool
            Show one when the model takes longer than a second.

        Returns
        -------
        data : ndarray of int, shape (num_samples, n_superpixels)
            0 where a superpixel is hidden.
        labels : ndarray of float, shape (num_samples, n_classes)
            The model's answers.
        """
        seed = new_seed(self.random_state)
        mapper = self._mapper(image, segments, lambda *_: fudged_image, seed, None, None)
        extension = Sampler(mapper, seed, model=classifier_fn, batch_size=batch_size).extension(None, num_samples)
        neighborhood = extension.complete(lambda done: done.neighborhood(), progress_bar)
        return neighborhood.samples.astype(np.int64), neighborhood.predictions

    def _mapper(
        self,
        image: Any,
        segmentation: Segmentation | None,
        hide_color: HideColor,
        seed: int,
        random_seed: int | None,
        picture: Any,
    ) -> ImageDomainMapper:
        """Return the image, cut."""
        instance = ImageInstance.read(image, grayscale=self.grayscale, channels=self.channels, picture=picture)
        if segmentation is None:
            segmentation = default_segmentation(seed % _SEGMENTATION_SEEDS if random_seed is None else random_seed)
        return ImageDomainMapper.cut(instance, segmentation, Hiding(hide_color, seed))
