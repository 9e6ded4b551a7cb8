"""Where an explanation comes from: what a reader needs to trust it, or to make it again."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from typing import Any


def provenance(model: Any) -> dict[str, str]:
    """Return the model's name, the versions in use and the date, in UTC."""
    import numpy
    import sklearn

    from lime_widgets import __version__

    return {
        "model": model_name(model),
        "version": __version__,
        "python": platform.python_version(),
        "numpy": numpy.__version__,
        "sklearn": sklearn.__version__,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def model_name(model: Any) -> str:
    """Name a model by the class behind its method, the steps of its pipeline, or its function's name."""
    owner = getattr(model, "__self__", None)
    if owner is None:
        return str(getattr(model, "__qualname__", type(model).__name__))
    steps = getattr(owner, "steps", None)
    name = " → ".join(type(step).__name__ for _, step in steps) if steps else type(owner).__name__
    return f"{name}.{model.__name__}"
