"""An image cut into superpixels, and the way from a mask back to the image that a model is asked about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lime_widgets.domain import Sampling, Variant
from lime_widgets.engine import Samples, distances_by_level, distances_to_instance, draw_independent_masks
from lime_widgets.engine.laws import binomial_levels
from lime_widgets.images.algorithms import ALGORITHMS
from lime_widgets.images.composing import Composer
from lime_widgets.images.hiding import Hiding
from lime_widgets.images.instance import ImageInstance, Segmentation
from lime_widgets.images.saving import exact_state, instance_state, read_exact
from lime_widgets.images.superpixels import Superpixels
from lime_widgets.masking import MaskSampling, mask_sampling
from lime_widgets.schema import ArrayWriter
from lime_widgets.what_if import masked_variant

_BATCH_BYTES = 64_000_000
_BATCH_ROWS = 100


class ImageDomainMapper:
    """An image and its superpixels, as `lime_widgets.domain.DomainMapper` describes.

    Parameters
    ----------
    instance : ImageInstance
        The image.
    superpixels : Superpixels
        Its parts.
    hiding : Hiding
        What stands for a hidden superpixel.
    algorithm : str
        Name of the segmentation; "" for one of the user's own.
    hidden : ndarray of shape (H, W, C), optional
        The image with every superpixel hidden, if it is there already.
    """

    domain = "image"
    designs: tuple[str, ...] = ("arrays", "pairs", "stratified", "lime")
    asks_by_sample = True
    can_ask = True
    notes = ()

    def __init__(
        self,
        instance: ImageInstance,
        superpixels: Superpixels,
        hiding: Hiding,
        algorithm: str = "",
        hidden: NDArray[Any] | None = None,
    ) -> None:
        self.instance = instance
        self.superpixels = superpixels
        self.hiding = hiding
        self.algorithm = algorithm
        self.hidden = hiding.hidden(instance.pixels, superpixels) if hidden is None else hidden

    @classmethod
    def cut(cls, instance: ImageInstance, segmentation: Segmentation, hiding: Hiding) -> ImageDomainMapper:
        """Return an image cut by a segmentation.

        Raises
        ------
        ValueError
            If the segmentation gives no label map of the image's size.
        """
        name = getattr(segmentation, "algo_type", "")
        # A function of the user's own may have anything of that name.
        known = name if isinstance(name, str) and name in ALGORITHMS else ""
        return cls(instance, instance.segment(segmentation), hiding, known)

    def recut(self, segmentation: Segmentation) -> ImageDomainMapper:
        """Return the same image, cut otherwise."""
        return self.cut(self.instance, segmentation, self.hiding)

    @property
    def n_features(self) -> int:
        """Number of superpixels."""
        return self.superpixels.n_superpixels

    @cached_property
    def feature_names(self) -> Sequence[str]:
        """What each superpixel is called."""
        return self.superpixels.names

    @property
    def lime_ids(self) -> Sequence[int]:
        """The label of each superpixel, by which lime's masks find it."""
        return self.superpixels.values

    @property
    def unit(self) -> str:
        """What the features are."""
        return "superpixels"

    @property
    def title(self) -> str:
        """The image in a line."""
        return f"{self.instance.width} × {self.instance.height} pixels, {self.n_features:,} superpixels"

    def require_asking(self) -> None:
        """Do nothing: an image is all that it takes to ask about it."""

    def design(self, sampling: Sampling, metric: Any) -> MaskSampling:
        """Return how superpixels are hidden.

        Raises
        ------
        LimeError
            If there is no such design.
        """
        law, levels = binomial_levels(self.n_features), distances_by_level(self.n_features, metric)
        return mask_sampling(sampling, law, draw_independent_masks, levels, self.designs)

    def compose(self, questions: NDArray[np.bool_]) -> Any:
        """Return an image for each mask, in the format of the instance."""
        return self.instance.image_format.batch(self._composer.compose(questions))

    @cached_property
    def _composer(self) -> Composer:
        """Who composes."""
        arranged = self.instance.image_format.arranged
        return Composer(
            arranged(self.instance.pixels),
            arranged(self.hidden),
            self.superpixels.ids,
            is_planar=self.instance.image_format.layout == "first",
        )

    def __getstate__(self) -> dict[str, Any]:
        """Leave out who composes, which would be the image twice more."""
        return {name: value for name, value in self.__dict__.items() if name != "_composer"}

    def perturbed(self, mask: NDArray[np.bool_]) -> NDArray[Any]:
        """Return the image under one mask, shape (H, W, C)."""
        shown = mask[self.superpixels.ids]
        return np.where(shown[..., None], self.instance.pixels, self.hidden)

    def distances(self, samples: Samples, metric: Any) -> NDArray[np.float64]:
        """Return the distance of each mask to the instance, shape (n_samples,)."""
        return distances_to_instance(samples, metric)

    def variant(self, remove: Any, values: Any) -> Variant:
        """Return the image without some superpixels, by name or by label.

        Raises
        ------
        ValueError
            If none is named, one that the image does not have, or values, which an image has not.
        """
        if values is not None:
            raise ValueError("got values for an image, expected superpixels to hide, try what_if(remove=...)")
        several = isinstance(remove, Iterable) and not isinstance(remove, str | bytes)
        wanted = [_name(one) for one in (remove if several else [remove])]
        return masked_variant(self.feature_names, None if remove is None else wanted)

    def page_variant(self, removed: Sequence[int], edits: Sequence[Sequence[Any]]) -> Variant:  # noqa: ARG002 - tables have them
        """Return the image without the superpixels that are hidden in the page."""
        return masked_variant(self.feature_names, removed)

    def default_batch_size(self) -> int:
        """Return how many perturbed images to hold at once: fewer where the image is large."""
        return max(1, min(_BATCH_ROWS, _BATCH_BYTES // self.instance.pixels.nbytes))

    def map_exp_ids(self, exp: Sequence[tuple[int, float]], **_: Any) -> list[tuple[str, float]]:
        """Return (name of a superpixel, weight) for (its label, weight)."""
        names = dict(zip(self.lime_ids, self.feature_names, strict=True))
        return [(names[label], weight) for label, weight in exp]

    def to_state(self, writer: ArrayWriter) -> dict[str, Any]:
        """Return what a page needs to show the image; see ``docs/wire.md``."""
        state = instance_state(self.instance, self.superpixels, self.hidden, writer)
        state |= {"features": list(self.feature_names), "hide": self.hiding.kind, "algorithm": self.algorithm}
        if writer.is_exact:
            state["exact"] = exact_state(self.instance, self.superpixels, self.hiding, self.hidden, writer)
        return state

    @classmethod
    def from_state(cls, state: dict[str, Any], buffers: list[bytes]) -> ImageDomainMapper:
        """Return the mapper that `to_state` described, exactly.

        Raises
        ------
        ValueError
            If the state does not describe an image.
        """
        return cls(*read_exact(state, buffers))


def _name(superpixel: Any) -> Any:
    """Return the name of a superpixel that is meant by its label."""
    return f"superpixel {superpixel}" if isinstance(superpixel, Integral) else superpixel
