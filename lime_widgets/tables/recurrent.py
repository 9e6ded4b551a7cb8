"""Explaining models of sequences: each feature at each time step is a column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lime_widgets.explanation import Explanation
from lime_widgets.tables.columns import Column, TableCodec
from lime_widgets.tables.discretizers import BaseDiscretizer
from lime_widgets.tables.explainer import LimeTabularExplainer


class RecurrentTabularExplainer(LimeTabularExplainer):
    """Explains models of sequences, such as recurrent neural networks.

    Parameters
    ----------
    training_data : ndarray of shape (n_rows, n_timesteps, n_features)
        What the model was trained on, or data like it.
    training_labels : array-like of shape (n_rows,) or (n_rows, n_classes), optional
        Targets, or classes in one-hot rows, for ``discretizer="entropy"``.
    feature_names : sequence of str, optional
        Names of the features; ``"0"``, ``"1"``, … if None. A column is called ``"name_t-k"``, k steps before the last.
    mode, categorical_features, categorical_names, kernel_width, kernel, verbose, class_names, feature_selection, \
    discretize_continuous, discretizer, random_state, within_bins, target_name, target_unit
        As for `LimeTabularExplainer`; columns are numbered feature by feature, each with its steps.

    Raises
    ------
    ValueError
        If the training data has not three dimensions, or there is not a name for each feature.

    Examples
    --------
    >>> sequences = np.random.default_rng(0).normal(size=(20, 3, 1))
    >>> explainer = RecurrentTabularExplainer(sequences, mode="regression", feature_names=["x"], random_state=0)
    >>> explainer.feature_names
    ['x_t-2', 'x_t-1', 'x_t-0']
    """

    def __init__(
        self,
        training_data: Any,
        mode: str = "classification",
        training_labels: Any = None,
        feature_names: Iterable[Any] | None = None,
        categorical_features: Iterable[int | str] | None = None,
        categorical_names: Mapping[Any, Any] | None = None,
        kernel_width: float | None = None,
        kernel: Callable[..., Any] | None = None,
        verbose: bool = False,
        class_names: Iterable[Any] | None = None,
        feature_selection: str = "auto",
        discretize_continuous: bool = True,
        discretizer: str | BaseDiscretizer = "quartile",
        random_state: Any = None,
        *,
        within_bins: Literal["normal", "observed"] = "normal",
        target_name: str = "value",
        target_unit: str = "",
    ) -> None:
        sequences = np.asarray(training_data)
        if sequences.ndim != 3:
            raise ValueError(
                f"got training data of shape {sequences.shape}, expected (n_rows, n_timesteps, n_features), "
                "try LimeTabularExplainer for rows without time"
            )
        n_rows, self.n_timesteps, self.n_features = sequences.shape
        names = [str(name) for name in (range(self.n_features) if feature_names is None else feature_names)]
        if len(names) != self.n_features:
            raise ValueError(f"got {len(names)} feature_names, expected {self.n_features}, one for each feature")
        super().__init__(
            sequences.transpose(0, 2, 1).reshape(n_rows, -1),
            mode,
            _labels(training_labels),
            [f"{name}_t-{self.n_timesteps - 1 - step}" for name in names for step in range(self.n_timesteps)],
            categorical_features,
            categorical_names,
            kernel_width,
            kernel,
            verbose,
            class_names,
            feature_selection,
            discretize_continuous,
            discretizer,
            random_state=random_state,
            within_bins=within_bins,
            target_name=target_name,
            target_unit=target_unit,
        )

    def _codec(
        self, training_data: Any, feature_names: Iterable[Any] | None, categorical_features: Iterable[int | str] | None
    ) -> TableCodec:
        """Return the way from sequences, or the rows that they are flattened to, to numbers and back."""
        flat = super()._codec(training_data, feature_names, categorical_features)
        return SequenceCodec(flat, self.n_timesteps, self.n_features)

    def explain_instance(  # lime calls the second argument otherwise here
        self,
        data_row: Any,
        classifier_fn: Callable[[Any], Any],
        labels: Iterable[int] = (1,),
        top_labels: int | None = None,
        num_features: int = 10,
        num_samples: int | Literal["auto"] = 5000,
        distance_metric: Any = "euclidean",
        model_regressor: Any = None,
        sampling_method: str = "gaussian",
        *,
        batch_size: int | None = None,
        progress_bar: bool = True,
        sampling: str = "best",
        estimator: str | None = None,
        precision: str | float = "lime",
        nominal_samples: int | None = None,
        repeats: int | None = None,
    ) -> Explanation:
        """Explain the model's answer for one sequence.

        Parameters
        ----------
        data_row : ndarray of shape (n_timesteps, n_features)
            The sequence.
        classifier_fn : callable
            Takes an array of shape (n_rows, n_timesteps, n_features), returns what `LimeTabularExplainer` expects.
        labels, top_labels, num_features, num_samples, distance_metric, model_regressor, sampling_method, batch_size, \
        progress_bar, sampling, estimator, precision, nominal_samples, repeats
            As for `LimeTabularExplainer.explain_instance`.

        Raises
        ------
        ValueError
            If the sequence has another shape, or an argument has no meaning.
        PredictionError
            If the model fails or its answer cannot be used. What was answered is kept: ``error.resume()``.
        """
        return super().explain_instance(
            data_row,
            classifier_fn,
            labels,
            top_labels,
            num_features,
            num_samples,
            distance_metric,
            model_regressor,
            sampling_method,
            batch_size=batch_size,
            progress_bar=progress_bar,
            sampling=sampling,
            estimator=estimator,
            precision=precision,
            nominal_samples=nominal_samples,
            repeats=repeats,
        )


@dataclass(frozen=True, eq=False)
class SequenceCodec:
    """The way from sequences to numbers and back.

    Parameters
    ----------
    flat : TableCodec
        That of the rows which sequences are flattened to: each feature with its steps.
    n_timesteps, n_features : int
        The shape of a sequence.
    """

    flat: TableCodec
    n_timesteps: int
    n_features: int

    @property
    def columns(self) -> Sequence[Column]:
        """Each feature at each step."""
        return self.flat.columns

    def encode(self, data: Any) -> NDArray[np.float64]:
        """Return flattened rows as a matrix, shape (n_rows, n_features * n_timesteps)."""
        return self.flat.encode(data)

    def encode_row(self, row: Any) -> NDArray[np.float64]:
        """Return one sequence, shape (n_features * n_timesteps,).

        Raises
        ------
        ValueError
            If it has another shape than (n_timesteps, n_features), or a value cannot be used.
        """
        sequence = np.asarray(row)
        if sequence.shape != (self.n_timesteps, self.n_features):
            raise ValueError(
                f"got a sequence of shape {sequence.shape}, expected {(self.n_timesteps, self.n_features)}: "
                "(n_timesteps, n_features), try one row of the training data"
            )
        return self.flat.encode_row(sequence.T.reshape(-1))

    def encode_value(self, column: int, value: Any) -> float:
        """Return one value of a column."""
        return self.flat.encode_value(column, value)

    def decode(self, matrix: NDArray[np.float64]) -> NDArray[Any]:
        """Return sequences, shape (n_rows, n_timesteps, n_features)."""
        rows = np.asarray(self.flat.decode(matrix))
        return rows.reshape(len(rows), self.n_features, self.n_timesteps).transpose(0, 2, 1)


def _labels(labels: Any) -> Any:
    """Return one label for each row, also of classes in one-hot rows."""
    array = None if labels is None else np.asarray(labels)
    if array is None or array.ndim == 1:
        return array
    # A single column has labels, not a class for every row.
    return array.ravel() if array.shape[1] == 1 else array.argmax(axis=1)
