"""Explanations of images as figures."""

from __future__ import annotations

import numpy as np
import pytest

from tests.domains.photos import checks, photo
from tests.domains.test_image import explained


def test_a_pyplot_figure_lays_the_weights_over_the_image() -> None:
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("Agg")
    found = explained(photo(), class_names=["$a", "b$", "c", "d"])
    figure = found.as_pyplot_figure(0, figsize=(5, 4))
    image, weights = figure.axes[0].images
    assert np.array_equal(image.get_array(), photo())
    by_superpixel = dict(found.local_exp[0])
    assert np.array_equal(weights.get_array(), np.vectorize(by_superpixel.get)(checks()))
    assert figure.axes[0].get_title() == r"Local explanation for class \$a"
    figure.canvas.draw()
    pyplot.close(figure)


def test_an_argument_that_a_figure_does_not_have_is_named() -> None:
    with pytest.raises(TypeError, match="got an argument 'figsiz'"):
        explained(photo()).as_pyplot_figure(figsiz=(3, 3))


def test_a_plotly_figure_tells_the_weight_of_what_is_pointed_at() -> None:
    pytest.importorskip("plotly")
    found = explained(np.repeat(photo(), 5, axis=0), num_features=3, segmentation_fn=checks(300, 80) + 7)
    (weights,) = found.as_plotly_figure(1).data
    assert weights.z.shape == weights.customdata.shape == (150, 40)
    pairs = set(zip(weights.customdata.ravel().tolist(), weights.z.ravel().tolist(), strict=True))
    assert {pair for pair in pairs if pair[1]} == set(found.local_exp[1])
    assert len(pairs) == 20
