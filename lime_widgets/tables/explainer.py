"""Explaining classifiers and regressors of tables."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lime_widgets.engine import new_seed
from lime_widgets.explainer import explain, print_fits
from lime_widgets.explanation import Explanation
from lime_widgets.labels import LabelChoice
from lime_widgets.sampler import Sampler
from lime_widgets.sampling_choice import SamplingChoice
from lime_widgets.settings import FitSettings
from lime_widgets.tables.arguments import check_lists, check_statistics, discretizer_of, example_rows, with_whole_keys
from lime_widgets.tables.columns import TableCodec, table_codec
from lime_widgets.tables.discretizers import BaseDiscretizer
from lime_widgets.tables.mapper import TableDomainMapper
from lime_widgets.tables.sampling import Perturbation
from lime_widgets.tables.sparse_rows import SparseTable, is_sparse
from lime_widgets.tables.training import TrainingTable, binned_table, scaled_table
from lime_widgets.task import Task, names_of_classes


class LimeTabularExplainer:
    """Explains classifiers and regressors of tables by drawing other values for a row's columns.

    The arguments, their order and their defaults are the lime package's; those after the star are not in lime. Data
    frames are taken as they are, with strings, categories, booleans, dates and missing values: the model is asked with
    frames of the same kind, columns and types.

    Parameters
    ----------
    training_data : ndarray, CSR matrix or data frame of shape (n_rows, n_columns), or None
        What the model was trained on, or data like it. None where `training_data_stats` says all.
    mode : {"classification", "regression", "multilabel"}
        What the model does. The probabilities of several labels need not sum to 1.
    training_labels : array-like of shape (n_rows,), optional
        Targets, for ``discretizer="entropy"``.
    feature_names : sequence of str, optional
        Names of the columns; a frame's own, or ``"0"``, ``"1"``, … if None.
    categorical_features : iterable of int or str, optional
        Columns that are categories. In a frame strings, categories and booleans are so anyhow.
    categorical_names : mapping of int to sequence of str, optional
        ``categorical_names[x][y]`` is the name of the value y of column x.
    kernel_width : float, optional
        Width of the exponential kernel; ``sqrt(n_columns) * 0.75`` if None.
    kernel : callable, optional
        ``kernel(distances, kernel_width=...)``, both of shape (n_samples,); LIME's exponential kernel if None.
    verbose : bool
        Print intercept, local prediction and the model's own answer.
    class_names : sequence of str, optional
        Names in the order of the model's columns.
    feature_selection : {"auto", "forward_selection", "highest_weights", "lasso_path", "none"}
        How the features of the explanation are chosen.
    discretize_continuous : bool
        Put numbers in bins: a feature then says that the value is in its bin. If False, it is the scaled value.
    discretizer : {"quartile", "decile", "entropy"} or BaseDiscretizer
        Which bins. The seed of one of your own counts beside `random_state`, as in lime: give it one to have an
        explanation again.
    sample_around_instance : bool
        Draw numbers that are not binned around the row instead of around the training data's mean.
    random_state : int, RandomState or Generator, optional
        Seed. An integer gives the same explanation at every call and in every process; with None a seed is drawn, and
        kept in the explanation.
    training_data_stats : mapping, optional
        What lime must know of the training data, instead of the rows; `statistics` returns it.
    within_bins : {"normal", "observed"}
        Draw the values within a bin from a normal distribution that is cut off at its borders, as lime does, or from
        the training data's own values, column by column; explainer and explanation, and their pickles, then hold these.
    target_name : str
        What a regressor estimates; a single one of `class_names` says it too.
    target_unit : str
        In which unit.

    Attributes
    ----------
    feature_names : list of str
        Names of the columns.
    categorical_features : list of int
        Columns that the surrogate sees as same or not: all, where numbers are in bins.
    categorical_names : mapping
        As given.
    feature_values : dict of int to list
        The values, or bins, of each of those columns, rising.
    feature_frequencies : dict of int to ndarray
        Their shares.
    discretizer : BaseDiscretizer or None
        The bins.

    Raises
    ------
    ValueError
        If the data, names, bins or statistics do not belong together; a column in question is named.
    LimeError
        If there is no such mode.

    Examples
    --------
    >>> table = np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 7.0], [4.0, 9.0]])
    >>> explainer = LimeTabularExplainer(table, mode="regression", feature_names=["a", "b"], random_state=0)
    >>> explainer.explain_instance(table[0], lambda rows: 10 * rows[:, 0], num_features=1).as_list(values=True)[0][0]
    'a = 1 (up to 1.75]'
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
        sample_around_instance: bool = False,
        random_state: Any = None,
        training_data_stats: Mapping[str, Any] | None = None,
        *,
        within_bins: Literal["normal", "observed"] = "normal",
        target_name: str = "value",
        target_unit: str = "",
    ) -> None:
        self.task = Task(mode, names_of_classes(class_names), str(target_name), str(target_unit), needs_columns=True)
        self.task.check()
        self.categorical_names = categorical_names or {}
        self.kernel = kernel
        self.verbose = verbose
        self.feature_selection = feature_selection
        self.sample_around_instance = sample_around_instance
        self.random_state = random_state
        self.within_bins = within_bins
        self.discretizer: BaseDiscretizer | None = None
        self._is_users_own = False
        self._table: TrainingTable | SparseTable
        check_statistics(training_data, training_data_stats)
        self.training_data_stats = None if training_data_stats is None else with_whole_keys(training_data_stats)
        check_lists(feature_names=feature_names, categorical_features=categorical_features)
        if within_bins not in ("normal", "observed") or (within_bins == "observed" and training_data is None):
            raise ValueError(
                f"got within_bins={within_bins!r}, expected 'normal', or 'observed' where there is training data, "
                "try within_bins='normal'"
            )
        if is_sparse(training_data):
            self._table = SparseTable.learn(
                training_data, feature_names, categorical_features, around_instance=sample_around_instance
            )
        else:
            self._learn(
                training_data, training_labels, feature_names, categorical_features, discretizer, discretize_continuous
            )
        self.feature_names = [column.name for column in self._table.codec.columns]
        self.kernel_width = math.sqrt(len(self.feature_names)) * 0.75 if kernel_width is None else kernel_width
        self.feature_values = dict(self._table.values)
        self.feature_frequencies = dict(self._table.frequencies)
        self.categorical_features = list(self.feature_values)

    @property
    def mode(self) -> str:
        """What the model does."""
        return self.task.mode

    @property
    def class_names(self) -> list[str] | None:
        """Names of the classes, as given."""
        return None if self.task.class_names is None else list(self.task.class_names)

    def _learn(
        self,
        training_data: Any,
        training_labels: Any,
        feature_names: Iterable[Any] | None,
        categorical_features: Iterable[int | str] | None,
        discretizer: str | BaseDiscretizer,
        discretize_continuous: bool,
    ) -> None:
        """Reduce the training data to what is needed of it."""
        stats = self.training_data_stats
        codec = self._codec(training_data, feature_names, categorical_features)
        matrix = None if training_data is None else codec.encode(training_data)
        if not discretize_continuous:
            if matrix is None:
                raise ValueError(
                    "got discretize_continuous=False without training data, expected some, try training_data=X_train"
                )
            self._table = scaled_table(codec, matrix, around_instance=self.sample_around_instance)
            return
        self._is_users_own = isinstance(discretizer, BaseDiscretizer)
        self.discretizer = discretizer_of(discretizer, codec, matrix, training_labels, stats, self.random_state)
        self._table = binned_table(codec, self.discretizer, matrix, stats, observed=self.within_bins == "observed")

    def _codec(
        self, training_data: Any, feature_names: Iterable[Any] | None, categorical_features: Iterable[int | str] | None
    ) -> TableCodec:
        """Return the way from tables to numbers and back."""
        stats = self.training_data_stats
        names = None if feature_names is None else list(feature_names)
        categories = None if categorical_features is None else list(categorical_features)
        rows = training_data if training_data is not None or stats is None else example_rows(stats, names, categories)
        known_values = None if stats is None else stats["feature_values"]
        return table_codec(rows, names, categories, self.categorical_names, known_values)

    def statistics(self) -> dict[str, Any]:
        """Return what an explainer needs to know of the training data, without a row of it.

        Returns
        -------
        dict
            lime's ``training_data_stats``: another explainer takes it instead of training data.

        Raises
        ------
        ValueError
            If numbers are not in bins.
        """
        if self.discretizer is None:
            raise ValueError("got an explainer without bins, expected one with them, try discretize_continuous=True")
        kept = self.discretizer
        return {
            "means": dict(kept.means),
            "stds": dict(kept.stds),
            "mins": dict(kept.mins),
            "maxs": dict(kept.maxs),
            "bins": {position: edges.tolist() for position, edges in kept.edges.items()},
            "feature_values": dict(self.feature_values),
            "feature_frequencies": {position: shares.tolist() for position, shares in self.feature_frequencies.items()},
        }

    def explain_instance(
        self,
        data_row: Any,
        predict_fn: Callable[[Any], Any],
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
        """Explain the model's answer for one row.

        Parameters
        ----------
        data_row : ndarray, CSR row, list, mapping, Series or one-row data frame
            The row, in the order of the columns or by their names.
        predict_fn : callable
            Takes rows as the training data has them (an array of shape (n_rows, n_columns), a CSR matrix, or a frame
            of the same kind, columns and types). A classifier returns probabilities, shape (n_rows, n_classes); a
            regressor values, shape (n_rows,) or (n_rows, 1).
        labels : iterable of int
            Classes to explain; a regressor has none.
        top_labels : int, optional
            Explain so many of the most probable classes instead.
        num_features : int
            The explanation has at most so many features.
        num_samples : int or "auto"
            Size of the neighborhood, or as many as `precision` takes. Rows that repeat are asked about once.
        distance_metric : str or callable
            As for `sklearn.metrics.pairwise_distances`.
        model_regressor : scikit-learn regressor, optional
            Fitted instead of a ridge regression. Must have ``coef_`` and take ``sample_weight``.
        sampling_method : {"gaussian", "lhs"}
            Draw each column independently, or as a Latin hypercube: evenly over its distribution.
        batch_size : int, optional
            Rows asked at once; sized to the table if None.
        progress_bar : bool
            Show one when the model takes longer than a second.
        sampling : str
            Which perturbations to ask about: ``"best"``, those that need the fewest calls (``"sobol"``); or ``"lime"``,
            drawn as lime draws them.
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
            If the row does not fit the training data (the column is named), or an argument has no meaning.
        PredictionError
            If the model fails or its answer cannot be used. What was answered is kept: ``error.resume()``.

        Warns
        -----
        UserWarning
            If a classifier's probabilities do not sum to 1, or there is no such sampling method, as in lime.
        """
        if sampling_method not in ("gaussian", "lhs"):
            warnings.warn(
                f"got sampling_method={sampling_method!r}, expected 'gaussian' or 'lhs': defaulting to 'gaussian'",
                UserWarning,
                stacklevel=2,
            )
        mapper = self._mapper(data_row, latin_hypercube=sampling_method == "lhs")
        explanation = explain(
            Sampler(mapper, new_seed(self.random_state), distance_metric, predict_fn, batch_size, self.task),
            FitSettings(self.kernel_width, num_features, self.feature_selection, self.kernel, model_regressor),
            LabelChoice(labels, top_labels),
            SamplingChoice(num_samples, 5000, sampling, estimator, precision, nominal_samples, repeats),
            progress_bar=progress_bar,
            kind=Explanation,
        )
        if self.mode == "classification" and not _sum_to_one(explanation.neighborhood.predictions):
            warnings.warn(
                "got predictions that do not sum to 1 in each row, expected the probabilities of classes (not their "
                "logarithms, nor labels), try predict_proba, or mode='multilabel' where each class has a probability "
                "of its own",
                UserWarning,
                stacklevel=2,
            )
        if self.verbose:
            print_fits(explanation)
        return explanation

    def _mapper(self, data_row: Any, *, latin_hypercube: bool) -> TableDomainMapper:
        """Return the row's features and how they are perturbed."""
        if isinstance(self._table, SparseTable):
            return self._table.mapper(data_row, latin_hypercube=latin_hypercube)
        row = self._table.codec.encode_row(data_row)
        # A discretizer of the user's own brings its own seed, which counts as it does in lime.
        key = () if self.discretizer is None or not self._is_users_own else (self.discretizer.seed,)
        perturbation = Perturbation(self._table.marginals, self._table.codec, latin_hypercube, key)
        return TableDomainMapper(self._table.features(row), perturbation)


def _sum_to_one(predictions: NDArray[np.float64]) -> bool:
    """Tell whether every row's probabilities sum to 1."""
    return bool(np.allclose(predictions.sum(axis=1), 1.0))
