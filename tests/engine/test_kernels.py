"""From distance to weight."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lime_widgets.engine import ExponentialKernel, effective_sample_size
from lime_widgets.engine.kernels import checked_weights
from tests.engine.problems import Floats

DISTANCES = np.array([0.0, 1.0, 5.0, 100.0])


def test_the_exponential_kernel_is_lime_s_formula() -> None:
    expected = np.sqrt(np.exp(-(DISTANCES**2) / 25.0**2))
    assert ExponentialKernel(25.0)(DISTANCES).tolist() == expected.tolist()


def test_the_instance_weighs_one_at_any_width() -> None:
    assert [float(ExponentialKernel(width)(np.zeros(1))[0]) for width in (1e-9, 1.0, 1e9)] == [1.0, 1.0, 1.0]


def test_a_kernel_too_narrow_for_floating_point_leaves_the_instance_alone() -> None:
    assert ExponentialKernel(0.01)(DISTANCES).tolist() == [1.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize("width", [0, -1, float("nan")])
def test_a_width_that_is_not_positive_is_refused(width: float) -> None:
    with pytest.raises(
        ValueError, match=r"got kernel_width=.*expected a positive number.*, try the explainer's default"
    ):
        ExponentialKernel(width)


def test_equal_weights_count_as_many_samples_as_there_are() -> None:
    assert effective_sample_size(np.full(50, 0.3)) == pytest.approx(50)


def test_one_heavy_sample_counts_as_one() -> None:
    assert effective_sample_size(np.array([1.0, 1e-12, 1e-12])) == pytest.approx(1)


@given(arrays(np.float64, st.integers(1, 30), elements=st.floats(0.001, 1.0)))
def test_effective_sample_size_lies_between_one_and_the_number_of_samples(weights: Floats) -> None:
    assert 1 - 1e-9 <= effective_sample_size(weights) <= len(weights) + 1e-9


def test_a_custom_kernel_s_weights_are_taken_as_they_are() -> None:
    assert checked_weights(lambda d: 1 / (1 + d), DISTANCES).tolist() == (1 / (1 + DISTANCES)).tolist()


def test_weights_may_come_as_a_list() -> None:
    assert checked_weights(lambda d: d.tolist(), DISTANCES).tolist() == DISTANCES.tolist()


def test_a_kernel_that_returns_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"got weights of shape \(3,\) from the kernel, expected \(4,\)"):
        checked_weights(lambda d: d[1:], DISTANCES)


@pytest.mark.parametrize(
    "weights",
    [[1, 1, -1, 1], [1, np.nan, 1, 1], [np.inf, 1, 1, 1], [0, 0, 0, 0]],
    ids=["negative", "nan", "inf", "zero"],
)
def test_weights_that_weigh_nothing_sensible_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="expected numbers of 0 or more, try a wider kernel"):
        checked_weights(lambda _: np.array(weights), DISTANCES)
