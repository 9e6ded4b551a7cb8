"""Whose figures these are."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

from benchmarks.timing import table
from lime_widgets import __version__


def print_machine() -> None:
    """Print what the figures depend on."""
    rows = [
        ["processor", _processor()],
        ["cores", str(os.cpu_count())],
        ["load when begun", f"{os.getloadavg()[0]:.2f}"],
        ["system", platform.platform()],
        ["Python", platform.python_version()],
        *([name, version(name)] for name in ("numpy", "scipy", "scikit-learn", "lime")),
        ["lime_widgets", __version__],
        ["BLAS threads", os.environ.get("OPENBLAS_NUM_THREADS", "not set")],
    ]
    table("This machine", ["what", "value"], rows)


def _processor() -> str:
    """Return the processor's name, as Linux has it where it is Linux."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or "unknown"
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")
