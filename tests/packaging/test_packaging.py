"""Builds the distributions and installs them as a user would, on a machine with and without Node.js."""

import email
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest
from packaging.requirements import Requirement

from lime_widgets import __version__

ROOT = Path(__file__).parents[2]
DOMAINS = ("text", "tabular", "image")
BUNDLES = {
    "widget.css",  # one for the live widgets of all domains
    *(f"{host}-{domain}.js" for host in ("widget", "snapshot") for domain in DOMAINS),
    *(f"snapshot-{domain}.css" for domain in DOMAINS),
}
LICENSES = "lime_widgets/static/third-party-licenses.txt"  # of what is inside the bundles
NODE_COMMANDS = {"node", "nodejs", "npm", "npx", "corepack"}
RENDER = """
import pathlib, sys
import numpy as np
import lime_widgets
from lime_widgets import LimeTabularExplainer, LimeTextExplainer

def predict(texts):
    good = np.array([0.1 + 0.8 * ("good" in text) for text in texts])
    return np.column_stack([1 - good, good])

explainer = LimeTextExplainer(class_names=["bad", "good"], random_state=0)
explanation = explainer.explain_instance("a good film", predict, num_samples=200)
assert explanation.as_list()[0][0] == "good", explanation.as_list()
folder = pathlib.Path(sys.argv[1])
(folder / "returned.html").write_text(explanation.as_html())
explanation.widget.save_snapshot(folder / "snapshot.html")

table = np.random.default_rng(0).normal(size=(50, 2))
explainer = LimeTabularExplainer(table, mode="regression", feature_names=["a", "b"], random_state=0)
explanation = explainer.explain_instance(table[0], lambda rows: rows[:, 1], num_samples=200)
assert explanation.as_map()[1][0][0] == 1, explanation.as_list()
(folder / "returned-table.html").write_text(explanation.as_html())
explanation.widget.save_snapshot(folder / "snapshot-table.html")
print(lime_widgets.__file__)
"""

pytestmark = [
    pytest.mark.packaging,
    pytest.mark.skipif(not (ROOT / ".git").exists(), reason="a fresh checkout is copied from what git lists"),
]


def _run(*command: str | Path, cwd: Path, path: str | None = None, **more: str) -> str:
    """Run a command; show all it said where it fails."""
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore", **more}
    if "PYTHONPATH" not in more:
        environment.pop("PYTHONPATH", None)
    if path is not None:
        environment["PATH"] = path
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _fresh_checkout(target: Path) -> Path:
    """Copy what a fresh clone would hold: nothing built, nothing installed."""
    listed = _run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


def _assert_renders(python: Path, folder: Path, path: str, **more: str) -> Path:
    """Explain a text and a row, write their pages, and return where the package was imported from."""
    imported_from = _run(python, "-c", RENDER, folder, cwd=folder, path=path, **more)
    for page in ("returned.html", "snapshot.html", "returned-table.html", "snapshot-table.html"):
        html = (folder / page).read_text()
        assert 'id="lime-snapshot"' in html
        assert "Content-Security-Policy" in html
    return Path(imported_from.strip().splitlines()[-1])


@pytest.fixture(scope="module")
def path_without_node(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Mirror the PATH in one folder of links, all programs but Node's."""
    folder = tmp_path_factory.mktemp("bin")
    for place in map(Path, os.environ["PATH"].split(os.pathsep)):
        for program in place.iterdir() if place.is_dir() else ():
            if program.name not in NODE_COMMANDS and not (folder / program.name).is_symlink():
                (folder / program.name).symlink_to(program)
    assert not shutil.which("node", path=str(folder))
    return str(folder)


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist, and from the sdist the wheel."""
    checkout = _fresh_checkout(tmp_path_factory.mktemp("checkout"))
    _run(sys.executable, "-m", "build", "--installer", "pip", cwd=checkout)
    return checkout / "dist"


@pytest.fixture(scope="module")
def wheel(distributions: Path) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(next(distributions.glob("*.whl"))) as archive:
        yield archive


@pytest.fixture(scope="module")
def sdist_files(distributions: Path) -> set[str]:
    with tarfile.open(next(distributions.glob("*.tar.gz"))) as archive:
        return {str(PurePosixPath(*PurePosixPath(member.name).parts[1:])) for member in archive if member.isfile()}


def test_the_wheel_carries_the_bundles_and_what_both_sides_share(wheel: zipfile.ZipFile) -> None:
    files = set(wheel.namelist())
    shared = {f"lime_widgets/common/{path.name}" for path in (ROOT / "lime_widgets" / "common").glob("*.json")}
    assert shared
    assert {f"lime_widgets/static/{name}" for name in BUNDLES} | shared | {"lime_widgets/py.typed"} <= files


def test_the_wheel_carries_every_module_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    files = [PurePosixPath(name) for name in wheel.namelist()]
    assert {path.parts[0] for path in files} == {"lime_widgets", f"lime_widgets-{__version__}.dist-info"}
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "lime_widgets").rglob("*.py")}
    assert {str(path) for path in files if path.suffix == ".py"} == modules
    kinds = {path.suffix for path in files if path.parts[0] == "lime_widgets"}
    assert kinds == {".py", ".js", ".css", ".json", ".txt", ".typed"}


def test_the_wheel_carries_the_licenses_of_what_it_bundles(wheel: zipfile.ZipFile) -> None:
    assert "preact" in wheel.read(LICENSES).decode()


def test_the_bundles_in_the_wheel_are_whole(wheel: zipfile.ZipFile) -> None:
    for name in BUNDLES:
        least = 10_000 if name.endswith(".js") else 1_000
        assert len(wheel.read(f"lime_widgets/static/{name}")) > least


def test_every_dependency_has_a_lower_bound(wheel: zipfile.ZipFile) -> None:
    name = next(name for name in wheel.namelist() if name.endswith("/METADATA"))
    metadata = email.message_from_bytes(wheel.read(name))
    needed = [Requirement(text) for text in metadata.get_all("Requires-Dist", [])]
    assert len(needed) > 8
    bounded = {one.name for one in needed if {part.operator for part in one.specifier} & {">=", "=="}}
    assert {one.name for one in needed} - bounded <= {"lime-widgets"}
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"


def test_the_sdist_carries_bundles_and_all_sources(sdist_files: set[str]) -> None:
    assert {f"lime_widgets/static/{name}" for name in BUNDLES} <= sdist_files
    assert {"package.json", "package-lock.json", "hatch_build.py", "Makefile", "LICENSE", "README.md"} <= sdist_files
    tracked = set(_run("git", "ls-files", "js", "lime_widgets", "tests", cwd=ROOT).splitlines())
    assert {name for name in tracked if (ROOT / name).is_file()} <= sdist_files


def test_the_sdist_carries_nothing_installed(sdist_files: set[str]) -> None:
    assert not [
        name for name in sdist_files if {"node_modules", ".venv", "demo", "__pycache__"} & set(Path(name).parts)
    ]


def test_the_sdist_installs_and_renders_without_node(
    distributions: Path, path_without_node: str, tmp_path: Path
) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    sdist = next(distributions.glob("*.tar.gz"))
    said = _run(python, "-m", "pip", "install", "-v", sdist, cwd=tmp_path, path=path_without_node)
    assert "nodejs" not in said.lower()
    assert tmp_path in _assert_renders(python, tmp_path, path_without_node).parents


def test_a_fresh_checkout_installs_and_renders_without_node(path_without_node: str, tmp_path: Path) -> None:
    checkout, target = _fresh_checkout(tmp_path / "checkout"), tmp_path / "site"
    python = Path(sys.executable)
    _run(python, "-m", "pip", "install", "--no-deps", "--target", target, ".", cwd=checkout, path=path_without_node)
    assert target in _assert_renders(python, tmp_path, path_without_node, PYTHONPATH=str(target)).parents
