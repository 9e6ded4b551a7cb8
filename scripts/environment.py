"""Make `.venv` and install the package in it, editable, with the extras named on the command line.

Installing runs the build hook, which brings the front end up to date: nothing else has to be remembered.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from scripts.debian import CannotInstallError, apt_install

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST_PYTHON = (3, 11)


def environment() -> dict[str, str]:
    """Give child processes a quiet pip, the programs of `.venv` first, and a home where there is none."""
    child = {
        **os.environ,
        "PATH": os.pathsep.join([str(VENV / "bin"), os.environ.get("PATH", os.defpath)]),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "PYTHONUNBUFFERED": "1",
    }
    home = child.get("HOME")
    if not home or not os.access(home, os.W_OK):
        substitute = VENV / "home"
        substitute.mkdir(parents=True, exist_ok=True)
        child["HOME"] = str(substitute)
    return child


def make_venv() -> None:
    """Create `.venv`, unless it is there and works."""
    if PYTHON.exists() and _succeeds(PYTHON, "-m", "pip", "--version"):
        return
    if not _succeeds(sys.executable, "-m", "ensurepip", "--version"):
        apt_install("python3-venv")  # Debian keeps a part of the standard library in this package
    subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)


def install(extras: str) -> None:
    """Install the checkout, editable, with the given comma-separated extras."""
    command = [str(PYTHON), "-m", "pip", "install", "-q", "-e", f".[{extras}]"]
    subprocess.run(command, cwd=ROOT, env=environment(), check=True)


def _succeeds(*command: str | Path) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def main(extras: str) -> int:
    """Prepare the environment; say in one line what is wrong where that cannot be done."""
    if sys.version_info < OLDEST_PYTHON:
        print(f"got Python {sys.version.split()[0]}, expected 3.11 or newer; try `make PYTHON=python3.12 …`")
        return 1
    try:
        make_venv()
        install(extras)
    except (CannotInstallError, subprocess.CalledProcessError) as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(",".join(sys.argv[1:])))
