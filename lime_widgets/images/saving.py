"""An image as data: the files that a page shows, and beside them, in JSON, every number as it was."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lime_widgets import checked
from lime_widgets.images.formats import ImageFormat
from lime_widgets.images.hiding import Hiding, LostFunction
from lime_widgets.images.instance import ImageInstance
from lime_widgets.images.picture import encode_picture, reduction
from lime_widgets.images.runs import encode_runs
from lime_widgets.images.superpixels import Superpixels
from lime_widgets.schema import ArrayWriter

# What stands for hidden superpixels is mostly flat; where it is not, nobody looks for its details.
_LARGEST_HIDDEN = 80_000
_QUALITIES_HIDDEN = (75, 30)
_DTYPES = (
    "bool",
    *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)),
    "float16",
    "float32",
    "float64",
)
_FORMAT = ("kind", "layout", "mode", "dtype", "device")


def instance_state(
    instance: ImageInstance, superpixels: Superpixels, hidden: NDArray[Any], writer: ArrayWriter
) -> dict[str, Any]:
    """Return the pictures and the map of superpixels, small enough for a page; see ``docs/wire.md``."""
    factor = reduction(instance.height, instance.width)
    ids = superpixels.reduced(factor)
    picture, picture_type = encode_picture(instance.picture, factor)
    concealed, concealed_type = encode_picture(
        instance.tones.picture(hidden), factor, _LARGEST_HIDDEN, _QUALITIES_HIDDEN
    )
    return {
        "picture": {"buffer": writer.add_bytes(picture), "type": picture_type},
        "hidden_picture": {"buffer": writer.add_bytes(concealed), "type": concealed_type},
        "width": ids.shape[1],
        "height": ids.shape[0],
        "size": [instance.width, instance.height],
        "segments": {"buffer": writer.add_bytes(encode_runs(ids))},
    }


def exact_state(
    instance: ImageInstance, superpixels: Superpixels, hiding: Hiding, hidden: NDArray[Any], writer: ArrayWriter
) -> dict[str, Any]:
    """Return what it takes to have the same image again, to the last bit."""
    has_function = hiding.kind == "function"
    return {
        "pixels": _packed(instance.pixels, writer),
        "hidden": _packed(hidden, writer),
        "picture": _packed(instance.picture, writer) if instance.has_own_picture else None,
        "runs": {"buffer": writer.add_bytes(encode_runs(superpixels.ids))},
        "values": superpixels.values,
        "format": {name: getattr(instance.image_format, name) for name in _FORMAT},
        "hide_color": None if has_function else _plain(hiding.hide_color),
        "noise_seed": hiding.seed,
    }


def read_exact(
    state: dict[str, Any], buffers: list[bytes]
) -> tuple[ImageInstance, Superpixels, Hiding, str, NDArray[Any]]:
    """Return the image, its superpixels, what hides them, the segmentation's name, and the image when all is hidden.

    Raises
    ------
    ValueError
        If the state does not describe an image.
    """
    exact = state["exact"]
    pixels = _unpacked(exact["pixels"], buffers, "pixels")
    hidden = _unpacked(exact["hidden"], buffers, "hidden")
    if pixels.ndim != 3 or not pixels.size or hidden.shape != pixels.shape or hidden.dtype != pixels.dtype:
        raise ValueError(
            f"got an image of shape {pixels.shape} and, hidden, of {hidden.shape}, expected two alike, "
            "try the explanation's own to_json"
        )
    picture = None if exact["picture"] is None else _unpacked(exact["picture"], buffers, "picture")
    instance = ImageInstance.of(pixels, _format(exact["format"]), picture)
    superpixels = _superpixels(exact, buffers, instance.height, instance.width)
    return instance, superpixels, _hiding(state, exact), _algorithm(state), hidden


def _superpixels(exact: dict[str, Any], buffers: list[bytes], height: int, width: int) -> Superpixels:
    """Return the map of superpixels."""
    values = checked.items(exact["values"], "values", _label)
    runs = buffers[checked.whole(exact["runs"]["buffer"], "runs")]
    return Superpixels.from_runs(runs, height, width, values)


def _label(value: Any, where: str) -> int:
    """Return a label, which may be negative."""
    return checked.whole(value, where, -(2**63), 2**63)


def _hiding(state: dict[str, Any], exact: dict[str, Any]) -> Hiding:
    """Return what hides superpixels; a function is code, which JSON does not carry."""
    kind = checked.one_of(state["hide"], "hide", ("mean", "color", "blur", "noise", "function"))
    seed = checked.whole(exact["noise_seed"], "noise_seed")
    if kind == "function":
        return Hiding(LostFunction(), seed)
    if kind == "color":
        # Numbers alone, in rows of equal length: else NumPy raises ValueError.
        return Hiding(np.asarray(_color(exact["hide_color"], "hide_color"), dtype=np.float64).tolist(), seed)
    return Hiding(None if kind == "mean" else kind, seed)


def _color(value: Any, where: str) -> Any:
    """Return a number or lists of them."""
    return checked.items(value, where, _color) if isinstance(value, list) else checked.number(value, where)


def _algorithm(state: dict[str, Any]) -> str:
    """Return the name of the segmentation."""
    return checked.text(state["algorithm"], "algorithm")


def _format(state: dict[str, Any]) -> ImageFormat:
    """Return how the model is asked."""
    return ImageFormat(
        checked.one_of(state["kind"], "format.kind", ("array", "tensor", "pillow")),
        checked.one_of(state["layout"], "format.layout", ("gray", "first", "last")),
        *(checked.text(state[name], f"format.{name}") for name in _FORMAT[2:]),
    )


def _plain(color: Any) -> Any:
    """Return a color as JSON has it: truth values as the numbers that they stand for."""
    if color is None or isinstance(color, str):
        return color
    numbers = np.asarray(color)
    return (numbers.astype(np.uint8) if numbers.dtype == np.bool_ else numbers).tolist()


def _packed(array: NDArray[Any], writer: ArrayWriter) -> dict[str, Any]:
    """Store an array, losslessly compressed, and return its reference."""
    stored = np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<"), copy=False))
    return {
        "buffer": writer.add_bytes(zlib.compress(stored.tobytes())),
        "dtype": array.dtype.name,
        "shape": list(array.shape),
    }


def _unpacked(reference: dict[str, Any], buffers: list[bytes], where: str) -> NDArray[Any]:
    """Return the array that a reference stands for, and never more memory than its shape says."""
    dtype = np.dtype(checked.one_of(reference["dtype"], f"{where}.dtype", _DTYPES))
    shape = checked.items(reference["shape"], f"{where}.shape", checked.whole)
    size = int(np.prod(shape, dtype=object)) * dtype.itemsize
    try:
        stored = zlib.decompressobj().decompress(buffers[checked.whole(reference["buffer"], where)], size + 1)
    except zlib.error as error:
        raise ValueError(f"got {where} that cannot be decompressed ({error}), expected what to_json wrote") from error
    if len(stored) != size:
        raise ValueError(f"got {len(stored)} bytes for {where} of shape {shape}, expected {size}")
    array: NDArray[Any] = np.frombuffer(stored, dtype=dtype.newbyteorder("<")).reshape(shape).astype(dtype)
    if dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(f"got {where} with NaN or infinity, expected finite numbers")
    return array
