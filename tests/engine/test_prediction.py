"""Asking any model: what is accepted, what is refused with which words, and what is kept when it fails."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import sparse

from lime_widgets.engine import Inquiry, InvalidPredictionError, LimeError, PredictionError, as_class_probabilities

TWO = np.array([[0.2, 0.8], [0.5, 0.5], [1.0, 0.0]])


class Tensor:
    """Behaves as a torch tensor that needs a gradient and lives on a graphics card."""

    def __init__(self, values: Any, *, detached: bool = False, on_cpu: bool = False) -> None:
        self._values, self._detached, self._on_cpu = values, detached, on_cpu

    def detach(self) -> Tensor:
        return Tensor(self._values, detached=True, on_cpu=self._on_cpu)

    def cpu(self) -> Tensor:
        return Tensor(self._values, detached=self._detached, on_cpu=True)

    def numpy(self) -> Any:
        if not (self._detached and self._on_cpu):
            raise RuntimeError("can't convert a tensor that requires grad, or a cuda tensor, to numpy")
        return np.asarray(self._values)

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        return self.numpy()


class HalfPrecisionTensor(Tensor):
    """numpy has no bfloat16: torch raises a TypeError."""

    def detach(self) -> Tensor:
        return self

    def cpu(self) -> Tensor:
        return self

    def numpy(self) -> Any:
        raise TypeError("Got unsupported ScalarType BFloat16")


class Frame:
    """Knows no more than how to become an array, as a data frame does."""

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        return TWO


@pytest.mark.parametrize(
    "answer",
    [
        TWO,
        TWO.tolist(),
        tuple(map(tuple, TWO)),
        list(TWO),
        np.asfortranarray(TWO),
        Tensor(TWO),
        [Tensor(row) for row in TWO],
        sparse.csr_matrix(TWO),
        sparse.coo_array(TWO),
        Frame(),
        np.ma.masked_array(TWO),
        TWO.astype(object),
    ],
    ids=[
        "array",
        "lists",
        "tuples",
        "list of arrays",
        "Fortran order",
        "tensor",
        "list of tensors",
        "csr matrix",
        "coo array",
        "frame",
        "masked array",
        "objects",
    ],
)
def test_probabilities_are_accepted_in_any_clothes(answer: Any) -> None:
    assert as_class_probabilities(answer, 3) == pytest.approx(TWO, abs=0)


@pytest.mark.parametrize(
    "column",
    [TWO[:, 1], TWO[:, 1:], TWO[:, 1].tolist(), TWO[:, 1:].tolist(), Tensor(TWO[:, 1:]), sparse.csr_matrix(TWO[:, 1:])],
    ids=["(n,)", "(n, 1)", "list", "lists of one", "tensor", "sparse"],
)
def test_one_column_of_probabilities_is_that_of_the_second_class(column: Any) -> None:
    assert as_class_probabilities(column, 3) == pytest.approx(TWO)


def test_labels_in_an_array_of_objects_stay_labels() -> None:
    with pytest.raises(ValueError, match="got one column of labels"):
        as_class_probabilities(np.array([0, 1, 1], dtype=object), 3)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.int64, np.uint8])
def test_any_real_type_becomes_double_precision(dtype: Any) -> None:
    answer = as_class_probabilities(np.array([[0, 1], [1, 0]], dtype=dtype), 2)
    assert answer.dtype == np.float64
    assert answer.tolist() == [[0.0, 1.0], [1.0, 0.0]]


@given(arrays(np.float64, st.tuples(st.integers(1, 9), st.integers(2, 5)), elements=st.floats(-1e38, 1e38)))
def test_finite_rows_come_back_to_the_last_bit(answer: NDArray[np.float64]) -> None:
    assert np.array_equal(as_class_probabilities(answer, len(answer), answer.shape[1]), answer)


@given(arrays(np.float64, st.integers(1, 9), elements=st.floats(0, 1)))
def test_a_completed_column_keeps_what_the_model_said(column: NDArray[np.float64]) -> None:
    completed = as_class_probabilities(column, len(column))
    assert np.array_equal(completed[:, 1], column)
    assert completed.sum(axis=1) == pytest.approx(np.ones(len(column)))


def test_the_answer_is_a_copy_that_a_model_may_overwrite() -> None:
    buffer = TWO.copy()
    kept = as_class_probabilities(buffer, 3)
    buffer[:] = 0
    assert np.array_equal(kept, TWO)


REFUSED: dict[str, tuple[Any, str]] = {
    "too few rows": (TWO[:2], r"got predictions of shape \(2, 2\), expected \(3, n_classes\): one row for each"),
    "too many rows": (np.vstack([TWO, TWO]), r"got predictions of shape \(6, 2\), expected \(3, n_classes\)"),
    "transposed": (np.ones((2, 3)), r"got predictions of shape \(2, 3\), expected \(3, n_classes\)"),
    "three dimensions": (np.ones((3, 2, 1)), r"got predictions of shape \(3, 2, 1\), expected \(3, n_classes\)"),
    "one number": (0.5, r"got predictions of shape \(\), expected \(3, n_classes\)"),
    "no column": (np.ones((3, 0)), r"got predictions of shape \(3, 0\), expected \(3, n_classes\)"),
    "labels": (np.array([0, 1, 1]), "got one column of labels.*try the model's predict_proba"),
    "labels in a column": ([[0], [1], [1]], "got one column of labels.*try the model's predict_proba"),
    "decision values": (np.array([-1.3, 0.2, 2.0]), "got one column of values outside 0 to 1.*predict_proba"),
    "names": (["spam", "ham", "spam"], "got predictions of type .*expected probabilities.*predict_proba"),
    "truth values": ([True, False, True], "got predictions of type bool, expected probabilities"),
    "complex": (np.ones((3, 2), dtype=complex), "got predictions of type complex128, expected probabilities"),
    "nothing": (None, "got predictions of type NoneType, expected probabilities"),
    "dictionary": ({"label": 1}, "got predictions of type dict, expected probabilities"),
    "missing values": ([[0.1, None], [0.2, 0.8], [1, 0]], "got predictions of type NoneType"),
    "ragged": (
        [[0.1, 0.9], [1.0], [0.2, 0.8]],
        "got ragged predictions.*try returning one probability",
    ),
    "ragged tensors": ([Tensor([0.1, 0.9]), Tensor([1.0]), Tensor([0.2, 0.8])], "got ragged predictions"),
    "nan": ([[0.1, 0.9], [np.nan, 0.5], [0.2, 0.8]], "got NaN or infinity in 1 of 3 predictions, the first at row 1"),
    "infinity": ([[0.1, 0.9], [1.0, 0.0], [0.2, -np.inf]], "got NaN or infinity in 1 of 3 .*the first at row 2"),
    "a column with nan": ([0.1, np.nan, 0.5], "got NaN or infinity in 1 of 3 predictions, the first at row 1"),
    "half precision": (
        HalfPrecisionTensor(TWO),
        "numpy cannot read .TypeError: .*BFloat16.*try .float",
    ),
    "tensors on a card": ([[Tensor(0.1)], [Tensor(0.2)], [Tensor(0.3)]], "numpy cannot read .RuntimeError"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_used_is_refused_in_plain_words(case: str) -> None:
    answer, message = REFUSED[case]
    with pytest.raises(ValueError, match=message):
        as_class_probabilities(answer, 3)


def test_another_number_of_classes_than_before_is_refused() -> None:
    with pytest.raises(ValueError, match="got 2 classes, expected 3 as before"):
        as_class_probabilities(TWO, 3, 3)


# ---- many questions, in batches


def masks_of(n_rows: int) -> NDArray[np.bool_]:
    return np.eye(n_rows, 4, dtype=np.bool_) | (np.arange(n_rows)[:, None] >> np.arange(4) & 1).astype(np.bool_)


class Model:
    """Counts what it is asked, and fails at the call it is told to."""

    def __init__(self, fail_at: int | None = None, answer_then: Any = None) -> None:
        self.batches: list[Any] = []
        self._fail_at = fail_at
        self._answer_then = answer_then

    def __call__(self, batch: Any) -> Any:
        self.batches.append(batch)
        if len(self.batches) - 1 == self._fail_at:
            if self._answer_then is None:
                raise OSError("out of memory")
            return self._answer_then
        kept = np.array([row.count("1") for row in batch])
        return np.column_stack([1 - kept / 4, kept / 4])


def compose(masks: NDArray[np.bool_]) -> list[str]:
    return ["".join("01"[int(kept)] for kept in row) for row in masks]


def inquire(model: Any, n_rows: int = 10, batch_size: int = 4) -> Inquiry:
    return Inquiry(model, compose, masks_of(n_rows), batch_size)


def test_every_row_is_asked_once_in_order_and_in_batches() -> None:
    model = Model()
    inquire(model).run()
    assert [len(batch) for batch in model.batches] == [4, 4, 2]
    assert [row for batch in model.batches for row in batch] == compose(masks_of(10))


def test_answers_come_in_the_order_of_the_rows() -> None:
    answers = inquire(Model()).run()
    assert answers[:, 1].tolist() == (masks_of(10).sum(axis=1) / 4).tolist()


def test_progress_is_told_after_each_batch() -> None:
    told: list[tuple[int, int]] = []
    inquire(Model()).run(lambda done, total: told.append((done, total)))
    assert told == [(4, 10), (8, 10), (10, 10)]


def test_steps_can_be_taken_one_by_one() -> None:
    inquiry = inquire(Model())
    seen = []
    while not inquiry.finished:
        inquiry.step()
        seen.append((inquiry.n_answered, inquiry.predictions.shape))
    assert seen == [(4, (4, 2)), (8, (8, 2)), (10, (10, 2))]


def test_timed_steps_begin_small_and_never_exceed_the_batch() -> None:
    model = Model()
    inquiry = inquire(model, n_rows=500, batch_size=64)
    while not inquiry.finished:
        inquiry.step(seconds=10.0)
    sizes = [len(batch) for batch in model.batches]
    assert sizes[0] == 16
    assert max(sizes) == 64


def test_timed_steps_ask_at_least_one_row_however_slow_the_model() -> None:
    model = Model()
    inquiry = inquire(model, n_rows=20)
    inquiry.step(seconds=1.0)
    inquiry.step(seconds=0.0)
    assert [len(batch) for batch in model.batches] == [4, 1]


def test_nothing_to_ask_is_answered_without_the_model() -> None:
    model = Model()
    assert inquire(model, n_rows=0).run().shape == (0, 0)
    assert model.batches == []


@pytest.mark.parametrize("batch_size", [0, -3])
def test_an_empty_batch_is_refused(batch_size: int) -> None:
    with pytest.raises(ValueError, match=f"got batch_size={batch_size}, expected a whole number of 1 or more"):
        inquire(Model(), batch_size=batch_size)


def failure_of(inquiry: Inquiry) -> PredictionError:
    with pytest.raises(PredictionError) as caught:
        inquiry.run()
    return caught.value


def test_an_exception_in_the_model_carries_the_batch_and_where_it_starts() -> None:
    error = failure_of(inquire(Model(fail_at=1)))
    assert (error.batch, error.start) == (compose(masks_of(10)[4:8]), 4)


def test_an_exception_in_the_model_is_named_with_its_cause() -> None:
    error = failure_of(inquire(Model(fail_at=1)))
    assert "the model raised OSError: out of memory when asked about rows 4 to 7 of 10" in str(error)
    assert isinstance(error.__cause__, OSError)
    assert isinstance(error, LimeError)


def test_what_was_answered_before_an_exception_is_kept() -> None:
    inquiry = inquire(Model(fail_at=2))
    error = failure_of(inquiry)
    assert error.inquiry is inquiry
    assert inquiry.predictions[:, 1].tolist() == (masks_of(10)[:8].sum(axis=1) / 4).tolist()


def test_running_again_asks_only_for_the_rest() -> None:
    model = Model(fail_at=1)
    inquiry = inquire(model)
    failure_of(inquiry)
    assert np.array_equal(inquiry.run(), inquire(Model()).run())
    assert [len(batch) for batch in model.batches] == [4, 4, 4, 2]  # the second of them failed


@pytest.mark.parametrize(
    "answer",
    [[[0.5, 0.5]], [[np.nan, 1.0]] * 4, [[0.2, 0.3, 0.5]] * 4, [1, 0, 1, 1]],
    ids=["rows", "nan", "classes", "labels"],
)
def test_a_bad_answer_half_way_carries_the_batch_and_keeps_the_rest(answer: Any) -> None:
    inquiry = inquire(Model(fail_at=1, answer_then=answer))
    error = failure_of(inquiry)
    assert isinstance(error, InvalidPredictionError)
    assert isinstance(error, ValueError)
    assert "(asked about rows 4 to 7 of 10)" in str(error)
    assert (error.batch, error.start, inquiry.n_answered) == (compose(masks_of(10)[4:8]), 4, 4)
    assert np.array_equal(inquiry.run(), inquire(Model()).run())


def test_stopping_by_keyboard_is_not_taken_for_a_failure_of_the_model() -> None:
    def interrupted(batch: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        inquire(interrupted).run()
