"""The one schema of the live widget, the snapshot and the JSON: a state in ASCII and arrays beside it.

``docs/wire.md`` has it in full.
"""

from __future__ import annotations

import base64
import json
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lime_widgets import checked

VERSION = 1

FloatType = Literal["float32", "float64"]


class ArrayWriter:
    """Collects arrays as binary buffers and hands out references to them.

    Parameters
    ----------
    float_type : {"float32", "float64"}
        Precision of real-valued arrays: float32 for a page, float64 where nothing may be lost.
    """

    def __init__(self, float_type: FloatType) -> None:
        self.buffers: list[bytes] = []
        self._float_type = float_type

    def add(self, array: NDArray[Any]) -> dict[str, Any]:
        """Store an array and return its reference; booleans are packed to bits, each row to whole bytes."""
        if array.dtype == np.bool_:
            dtype, stored = "bits", np.packbits(array, axis=-1, bitorder="little")
        else:
            dtype, stored = self._float_type, array.astype(np.dtype(self._float_type).newbyteorder("<"))
        return {"buffer": self.add_bytes(stored.tobytes()), "dtype": dtype, "shape": list(array.shape)}

    def add_bytes(self, data: bytes) -> int:
        """Store a file or whatever else is bytes, and return its index among the buffers."""
        self.buffers.append(data)
        return len(self.buffers) - 1

    @property
    def is_exact(self) -> bool:
        """Whether nothing may be lost."""
        return self._float_type == "float64"


def read_array(reference: dict[str, Any], buffers: list[bytes]) -> NDArray[Any]:
    """Return the array that a reference stands for.

    Raises
    ------
    ValueError
        If the reference and its buffer do not belong together.
    """
    shape = tuple(checked.items(reference["shape"], "shape", checked.whole))
    buffer = buffers[checked.whole(reference["buffer"], "buffer")]
    if reference["dtype"] == "bits":
        n_rows, n_columns = shape
        packed = np.frombuffer(buffer, dtype=np.uint8).reshape(n_rows, -(-n_columns // 8))
        return np.unpackbits(packed, axis=1, count=n_columns, bitorder="little").astype(np.bool_)
    if reference["dtype"] not in ("float32", "float64"):
        raise ValueError(f"got an array of type {reference['dtype']!r}, expected bits, float32 or float64")
    stored = np.frombuffer(buffer, dtype=np.dtype(reference["dtype"]).newbyteorder("<"))
    return stored.reshape(shape).astype(np.float64)


def dumps(value: Any) -> str:
    """Return JSON in ASCII, so that lone surrogates survive any transport.

    Raises
    ------
    ValueError
        If it contains NaN or infinity, which JSON does not have.
    """
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def encode_buffers(buffers: list[bytes]) -> list[str]:
    """Return binary buffers as base64."""
    return [base64.b64encode(buffer).decode("ascii") for buffer in buffers]


def decode_buffers(buffers: list[str]) -> list[bytes]:
    """Return base64 as binary buffers."""
    return [base64.b64decode(buffer, validate=True) for buffer in buffers]


def check_version(state: Any) -> None:
    """Refuse what is not a state of this version.

    Raises
    ------
    ValueError
        If it is not.
    """
    version = state.get("lime_widgets") if isinstance(state, dict) else None
    if version != VERSION:
        raise ValueError(f"got a state of version {version!r}, expected {VERSION}, try the lime_widgets that wrote it")
