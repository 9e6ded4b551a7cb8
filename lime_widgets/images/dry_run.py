"""What an explanation of an image would ask, before anything is asked."""

from __future__ import annotations

from functools import cached_property
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lime_widgets.domain import Sampling
from lime_widgets.engine import Kernel
from lime_widgets.engine.checks import check_count
from lime_widgets.images.mapper import ImageDomainMapper
from lime_widgets.images.overlay import data_url, outlined


class DryRun:
    """The superpixels of an image, and how many questions about them a model would have to answer.

    Parameters
    ----------
    mapper : ImageDomainMapper
        The image, cut.
    num_samples : int
        Size of the neighborhood.
    batch_size : int, optional
        Images asked about at once; sized to the image if None.
    seed : int
        Of the masks.
    kernel : callable
        Distances to weights, at which the masks aim.

    Attributes
    ----------
    segments : ndarray of int, shape (H, W)
        The label of each pixel's superpixel.
    n_superpixels : int
        How many there are.
    n_images : int
        How many images the model would be asked about: those that repeat are asked about once.
    n_calls : int
        In how many batches, each a call of the model.
    hidden_sample : ndarray of shape (H, W, C)
        One of those images.

    Raises
    ------
    ValueError
        If a number of samples or rows has no meaning.
    """

    def __init__(
        self, mapper: ImageDomainMapper, num_samples: int, batch_size: int | None, seed: int, kernel: Kernel
    ) -> None:
        check_count("num_samples", num_samples, 1000)
        if batch_size is not None:
            check_count("batch_size", batch_size, 10)
        self._mapper = mapper
        self._batch_size = mapper.default_batch_size() if batch_size is None else batch_size
        design = mapper.design(Sampling(kernel=kernel), "cosine").for_rows(num_samples)
        self._masks = design.draw(0, 2, seed).samples
        self.n_superpixels = mapper.n_features
        self.n_images = design.n_questions(num_samples, seed)
        # The pilot's answers are waited for, so that its last batch may not be full.
        pilot = design.pilot
        self._n_first = 0 if pilot is None or pilot >= num_samples else design.n_questions(pilot, seed)

    @property
    def segments(self) -> NDArray[np.int64]:
        """The label of each pixel's superpixel."""
        return self._mapper.superpixels.labels

    @property
    def n_calls(self) -> int:
        """In how many batches the model would be asked."""
        parts = (self._n_first, self.n_images - self._n_first)
        return sum(-(-part // self._batch_size) for part in parts)

    @cached_property
    def hidden_sample(self) -> NDArray[Any]:
        """One of the images that the model would be asked about."""
        return self._mapper.perturbed(self._masks[1].astype(np.bool_))

    def __repr__(self) -> str:
        """Say it in a line."""
        return (
            f"{self.n_superpixels:,} superpixels; a model would be asked about {self.n_images:,} images "
            f"in {self.n_calls:,} calls"
        )

    def _repr_html_(self) -> str:
        """Show the superpixels and one perturbed image, and say how much would be asked."""
        instance = self._mapper.instance
        pictures = [
            (
                outlined(instance.picture, self._mapper.superpixels),
                f"The image and its {self.n_superpixels:,} superpixels",
            ),
            (instance.tones.picture(self.hidden_sample), "One of the images that the model would be asked about"),
        ]
        figures = "".join(
            f'<figure style="margin: 0; max-width: 24rem"><img src="{data_url(picture)}" alt="{caption}" '
            f'style="max-width: 100%"><figcaption>{caption}</figcaption></figure>'
            for picture, caption in pictures
        )
        return f'<p>{escape(repr(self))}</p><div style="display: flex; flex-wrap: wrap; gap: 1rem">{figures}</div>'
