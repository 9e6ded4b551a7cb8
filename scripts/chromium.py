"""Find a Chrome or Chromium for the browser tests; as a program, install Debian's where there is none."""

from __future__ import annotations

import os
import shutil
import sys

from scripts.debian import CannotInstallError, apt_install

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
OVERRIDE = "LIME_WIDGETS_CHROMIUM"


def find_chromium() -> str | None:
    """Return the path of the browser named by `LIME_WIDGETS_CHROMIUM`, or of the first one on the PATH."""
    named = os.environ.get(OVERRIDE)
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def main() -> int:
    """Print where the browser is, after installing one if need be."""
    if not find_chromium():
        try:
            # Without a font of its own a bare machine would draw every text as empty boxes.
            apt_install("chromium", "fonts-liberation")
        except CannotInstallError as reason:
            print(f"no Chrome or Chromium found: {reason}; or set {OVERRIDE} to the path of one", file=sys.stderr)
            return 1
    print(find_chromium())
    return 0


if __name__ == "__main__":
    sys.exit(main())
