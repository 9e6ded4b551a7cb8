"""The explanation of an image: lime's accessors, and superpixels that can be cut anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from lime_widgets.explanation import Explanation
from lime_widgets.extension import Extension
from lime_widgets.images.instance import Segmentation
from lime_widgets.images.mapper import ImageDomainMapper

_RED, _GREEN = 0, 1


class ImageExplanation(Explanation):
    """An explanation of one image; see `lime_widgets.Explanation` for what every explanation can do.

    Attributes
    ----------
    image : ndarray of shape (H, W, C)
        The instance; (H, W) where grays were kept.
    segments : ndarray of int, shape (H, W)
        The label of each pixel's superpixel, as the segmentation gave it; `local_exp` and `as_map` go by these labels.
    """

    @property
    def mapper(self) -> ImageDomainMapper:
        """The image and its superpixels."""
        mapper = self.domain_mapper
        assert isinstance(mapper, ImageDomainMapper)  # noqa: S101 - nothing else makes one
        return mapper

    @property
    def image(self) -> NDArray[Any]:
        """The instance."""
        return self.mapper.instance.plain

    @property
    def segments(self) -> NDArray[np.int64]:
        """The label of each pixel's superpixel."""
        return self.mapper.superpixels.labels

    def get_image_and_mask(
        self,
        label: int,
        positive_only: bool | None = None,
        negative_only: bool = False,
        hide_rest: bool = False,
        num_features: int = 5,
        min_weight: float = 0.0,
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the image and a mask of the superpixels that matter most, for `skimage.segmentation.mark_boundaries`.

        Parameters
        ----------
        label : int
            A label that was explained.
        positive_only : bool, optional
            Only superpixels that speak for the label; True, as in lime, unless `negative_only` is. If False both kinds
            are taken, those for the label in green and those against it in red.
        negative_only : bool
            Only superpixels that speak against it.
        hide_rest : bool
            Make the rest of the image black.
        num_features : int
            At most so many superpixels.
        min_weight : float
            Leave out superpixels whose absolute weight is less; of one sign, as in lime, also those that just reach it.

        Returns
        -------
        image : ndarray of shape (H, W, C)
            A copy, of floats if the rest is hidden; (H, W) where grays were kept, and (H, W, 3) of grays of both kinds.
        mask : ndarray of int, shape (H, W)
            1 where a superpixel is taken and 0 elsewhere; of both kinds -1 for those against the label.

        Raises
        ------
        KeyError
            If the label was not explained.
        ValueError
            If both kinds are to be the only one.
        """
        if positive_only and negative_only:
            raise ValueError(
                "got positive_only=True and negative_only=True, expected one of them at most, "
                "try positive_only=False, negative_only=False for both kinds"
            )
        self.surrogate(label)
        weights = self.local_exp[label]
        if positive_only is None:
            positive_only = not negative_only
        if not (positive_only or negative_only):
            return self._both_signs(weights[:num_features], hide_rest, min_weight)
        sign = 1 if positive_only else -1
        taken = [superpixel for superpixel, weight in weights if sign * weight > max(0, min_weight)][:num_features]
        mask = np.isin(self.segments, taken)
        return self._beside(mask, hide_rest), mask.astype(self.segments.dtype)

    def _both_signs(
        self, weights: list[tuple[int, float]], hide_rest: bool, min_weight: float
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the image with superpixels reddened and greened, as lime does, and their signs."""
        mask = np.zeros_like(self.segments)
        for superpixel, weight in weights:
            if abs(weight) >= min_weight:
                mask[self.segments == superpixel] = -1 if weight < 0 else 1
        image = self._beside(mask != 0, hide_rest)
        if image.ndim == 2 or image.shape[2] == 1:
            # Grays have neither green nor red.
            image = np.repeat(image.reshape(*mask.shape, 1), 3, axis=2)
        image[mask == -1, _RED] = image[mask == 1, _GREEN] = np.max(self.image)
        return image, mask

    def _beside(self, mask: NDArray[np.bool_], hide_rest: bool) -> NDArray[Any]:
        """Return a copy of the image, black beside the mask if the rest is to be hidden."""
        if not hide_rest:
            return self.image.copy()
        # Of lime's dtype.
        image = np.zeros(self.image.shape)
        image[mask] = self.image[mask]
        return image

    def as_pyplot_figure(self, label: int | None = None, figsize: tuple[float, float] = (6, 4.5), **kwargs: Any) -> Any:
        """Return a matplotlib figure of the image under its weights; needs the extra ``lime_widgets[plot]``."""
        from lime_widgets.images.figures import pyplot_image

        if kwargs:
            raise TypeError(f"got an argument {next(iter(kwargs))!r}, expected label and figsize, try figsize=(6, 4.5)")
        return pyplot_image(self, self.shown_label if label is None else label, figsize)

    def as_plotly_figure(self, label: int | None = None) -> Any:
        """Return a plotly figure of the image under its weights; needs the extra ``lime_widgets[plot]``."""
        from lime_widgets.images.figures import plotly_image

        return plotly_image(self, self.shown_label if label is None else label)

    def resegment(self, segmentation_fn: Segmentation, *, progress_bar: bool = True) -> Self:
        """Return the explanation of the same image cut otherwise, from as many samples. The model is asked anew.

        Parameters
        ----------
        segmentation_fn : callable or array
            As for `LimeImageExplainer.explain_instance`.
        progress_bar : bool
            Show one when it takes long.

        Raises
        ------
        ValueError
            If the segmentation gives no label map of the image's size.
        LimeError
            If there is no model to ask.
        PredictionError
            If the model fails; ``error.resume()`` goes on from there.
        """
        return self.resegmentation(segmentation_fn).complete(self.with_extension, progress_bar)

    def resegmentation(self, segmentation_fn: Segmentation) -> Extension:
        """Return the work of explaining the image cut otherwise, for somebody who does it batch by batch."""
        sampler = replace(self.sampler, mapper=self.mapper.recut(segmentation_fn))
        return sampler.extension(None, self.neighborhood.n_samples)
