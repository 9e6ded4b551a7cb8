"""Install Debian packages, with the rights at hand."""

from __future__ import annotations

import os
import shutil
import subprocess


class CannotInstallError(RuntimeError):
    """The machine has no apt-get, or this user may not use it."""


def apt_install(*packages: str) -> None:
    """Install packages as root, or through sudo where it asks for no password.

    Raises
    ------
    CannotInstallError
        If there is no apt-get or no right to use it, or apt-get fails.
    """
    advice = f"try `apt-get install {' '.join(packages)}` as an administrator"
    if not shutil.which("apt-get"):
        raise CannotInstallError(f"got a machine without apt-get, expected Debian; {advice} or its like here")
    prefix = _rights()
    if prefix is None:
        raise CannotInstallError(f"got user {os.getuid()} without password-free sudo, expected root; {advice}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", *packages]):
        if subprocess.run([*prefix, "apt-get", *step], env=environment, check=False).returncode:
            raise CannotInstallError(f"apt-get {step[0]} failed, its output is above; {advice}")


def _rights() -> list[str] | None:
    """Find what to put before apt-get: nothing for root, sudo where it works, None where neither does."""
    if os.getuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    refused = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode
    return None if refused else ["sudo", "-n"]
