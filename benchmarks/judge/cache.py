"""Truths and curves that took long, kept as .npz beside the code and out of git."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parents[1] / ".cache"

Arrays = Mapping[str, NDArray[Any]]


def kept(name: str, key: str, make: Callable[[], Arrays]) -> Arrays:
    """Return arrays made once for a key; arrays alone, so that reading them runs no code.

    Parameters
    ----------
    name : str
        What they are, for whoever looks into the folder.
    key : str
        What they depend on.
    make : callable
        Makes them.
    """
    digest = hashlib.sha256(key.encode()).hexdigest()[:20]
    path = FOLDER / f"{name}-{digest}.npz"
    if path.exists():
        with np.load(path, allow_pickle=False) as stored:
            return {part: stored[part] for part in stored.files}
    made = make()
    FOLDER.mkdir(exist_ok=True)
    partial = path.with_name(f"{path.stem}-{os.getpid()}.npz")
    np.savez_compressed(partial, allow_pickle=False, **dict(made))
    partial.replace(path)
    return made
