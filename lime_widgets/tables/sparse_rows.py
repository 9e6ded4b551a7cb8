"""Sparse tables: rows of many columns of which few are not zero, never made dense."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, csr_matrix, get_index_dtype, issparse, sparray

from lime_widgets.tables.columns import Column
from lime_widgets.tables.conditions import Scaled
from lime_widgets.tables.features import TableFeature
from lime_widgets.tables.mapper import TableDomainMapper
from lime_widgets.tables.marginals import Gaussian
from lime_widgets.tables.sampling import Perturbation

Floats = NDArray[np.float64]

_LARGEST = 1e18  # what the surrogate sees is a value times a deviation, which pages keep in 32 bits


def is_sparse(data: Any) -> bool:
    """Tell whether data are a sparse matrix or array of scipy's."""
    return bool(issparse(data))


@dataclass(frozen=True, eq=False)
class SparseColumns:
    """All columns of a sparse table, for whoever wants their names.

    Parameters
    ----------
    columns : sequence of Column
        The columns.
    """

    columns: Sequence[Column]


@dataclass(frozen=True, eq=False)
class SparseTable:
    """Sparse training data, reduced to each column's mean, deviation and range.

    Parameters
    ----------
    codec : SparseColumns
        The columns.
    means, scales, least, greatest : ndarray of shape (n_columns,)
        Statistics of the columns, zeros counted.
    kind : type
        What it came as: ``csr_array`` or ``csr_matrix``.
    around_instance : bool
        Whether rows are drawn around the instance.
    """

    codec: SparseColumns
    means: Floats
    scales: Floats
    least: Floats
    greatest: Floats
    kind: Any
    around_instance: bool
    values: Mapping[int, list[float]] = field(default_factory=dict)
    frequencies: Mapping[int, Floats] = field(default_factory=dict)

    @classmethod
    def learn(
        cls,
        training_data: Any,
        feature_names: Iterable[Any] | None,
        categorical_features: Iterable[Any] | None,
        *,
        around_instance: bool,
    ) -> SparseTable:
        """Return what is needed of sparse training data, shape (n_rows, n_columns).

        Raises
        ------
        ValueError
            If columns are to be categories, a value is not finite, or there is not a name for each column.
        """
        from sklearn.preprocessing import StandardScaler

        rows = training_data.tocsr()
        if categorical_features is not None and list(categorical_features):
            raise ValueError(
                "got categorical_features with sparse data, expected none, "
                "try a dense table, or one column for each value"
            )
        if not (np.abs(rows.data) <= _LARGEST).all():
            raise ValueError(
                f"got NaN or a number beyond ±{_LARGEST:g} in sparse training data, expected finite numbers, "
                "try filling them in"
            )
        n_columns = rows.shape[1]
        names = [str(name) for name in (range(n_columns) if feature_names is None else feature_names)]
        if len(set(names)) < len(names):
            raise ValueError("got feature_names with a name twice, expected each once, try a number behind it")
        if len(names) != n_columns:
            raise ValueError(f"got {len(names)} feature_names for {n_columns} columns, expected one for each")
        scaler = StandardScaler(with_mean=False).fit(rows)
        return cls(
            SparseColumns([Column(name, "number") for name in names]),
            np.asarray(scaler.mean_),
            np.asarray(scaler.scale_),
            np.ravel(rows.min(axis=0).toarray()),
            np.ravel(rows.max(axis=0).toarray()),
            kind=csr_array if isinstance(training_data, sparray) else csr_matrix,
            around_instance=around_instance,
        )

    def mapper(self, data_row: Any, *, latin_hypercube: bool) -> TableDomainMapper:
        """Return the features of a row: its columns that are not zero. Those alone are perturbed, as in lime.

        Raises
        ------
        ValueError
            If the row has another number of columns, a value that is not finite, or nothing but zeros.
        """
        row = self._one_row(data_row)
        columns = np.flatnonzero(row)
        if not len(columns):
            raise ValueError(
                "got a sparse row of nothing but zeros, expected some value to perturb, try a dense row or another one"
            )
        marginals = [self._marginal(at) for at in columns.tolist()]
        features = [
            TableFeature(
                marginal.column,
                float(row[at]),
                marginal.scaled,
                at,
                marginal.column.name,
                (float(self.least[at]), float(self.greatest[at])),
                constant=bool(self.least[at] == self.greatest[at]),
            )
            for at, marginal in zip(columns.tolist(), marginals, strict=True)
        ]
        names = tuple(marginal.column.name for marginal in marginals)
        codec = SparseCodec(columns, names, len(row), self.kind)
        return TableDomainMapper(features, Perturbation(marginals, codec, latin_hypercube))

    def _marginal(self, at: int) -> Gaussian:
        """Return how a column is drawn."""
        mean, scale = float(self.means[at]), float(self.scales[at])
        # lime multiplies sparse values by the scale, where it divides dense ones, and so must who wants its weights.
        scaled = Scaled(0.0, 1 / scale)
        if self.least[at] == self.greatest[at]:
            # What never varies is not varied: around the instance, by nothing.
            return Gaussian(self.codec.columns[at], mean, 0.0, scaled, around_instance=True)
        return Gaussian(self.codec.columns[at], mean, scale, scaled, around_instance=self.around_instance)

    def _one_row(self, data_row: Any) -> Floats:
        """Return the row, dense; shape (n_columns,)."""
        try:
            row = np.ravel(data_row.toarray() if is_sparse(data_row) else np.asarray(data_row)).astype(np.float64)
        except (TypeError, ValueError):
            raise TypeError(
                f"got a {type(data_row).__name__} as a row, expected a CSR row or an array of numbers, try matrix[0]"
            ) from None
        if len(row) != len(self.codec.columns):
            raise ValueError(
                f"got a row of {len(row)} columns, expected {len(self.codec.columns)}, as in the training data"
            )
        bad = np.flatnonzero(~(np.abs(row) <= _LARGEST))
        if len(bad):
            name = self.codec.columns[bad[0]].name
            raise ValueError(
                f"got {row[bad[0]]} for column {name!r}, expected a number within ±{_LARGEST:g}, try filling it in"
            )
        return row


@dataclass(frozen=True, eq=False)
class SparseCodec:
    """The way from values of a row's columns that are not zero to sparse rows.

    Parameters
    ----------
    positions : ndarray of int, shape (n_features,)
        Those columns.
    names : tuple of str
        Their names.
    n_columns : int
        Number of all columns.
    kind : type
        What the training data is: ``csr_array`` or ``csr_matrix``.
    """

    positions: NDArray[np.intp]
    names: tuple[str, ...]
    n_columns: int
    kind: Any

    def encode_value(self, column: int, value: Any) -> float:
        """Return a value as a number.

        Raises
        ------
        ValueError
            If it is none.
        """
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if not math.isfinite(number):
            name = self.names[int(np.searchsorted(self.positions, column))]
            raise ValueError(f"got {value!r} for column {name!r}, expected a finite number, try 0.5")
        return number

    def decode(self, matrix: Floats) -> Any:
        """Return sparse rows, shape (n_rows, n_columns)."""
        n_rows, n_values = matrix.shape
        # 32 bits wherever they suffice, because scikit-learn's trees and libsvm take no others.
        dtype = get_index_dtype(maxval=max(matrix.size, self.n_columns))
        starts = np.arange(n_rows + 1, dtype=dtype) * n_values
        indices = np.tile(self.positions.astype(dtype), n_rows)
        return self.kind((matrix.ravel(), indices, starts), shape=(n_rows, self.n_columns))
