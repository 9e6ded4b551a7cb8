"""Run the notebooks, each in a kernel of its own, print their explanations, and leave runs and pages in `demo/`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from scripts.environment import ROOT

NOTEBOOKS = ROOT / "notebooks"
DEMO = ROOT / "demo"
PAGES = {
    "quickstart.ipynb": "text.html",
    "tabular.ipynb": "tabular.html",
    "image.ipynb": "image.html",
    "precision.ipynb": "precision.html",
}
"""The page that each notebook writes."""


def run_notebook(name: str) -> Any:
    """Execute a notebook inside `demo/`, where it writes its page, and keep the executed copy there.

    The notebook in git stays unexecuted: its outputs depend on the versions installed, and would change at every run.
    """
    DEMO.mkdir(exist_ok=True)
    notebook = nbformat.read(NOTEBOOKS / name, as_version=4)  # type: ignore[no-untyped-call]  # nbformat has no types here
    quiet = ["--log-level=ERROR"]  # a kernel on this very machine warns that its line is not encrypted
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(DEMO)}}, extra_arguments=quiet)
    client.execute()
    nbformat.write(notebook, DEMO / name)  # type: ignore[no-untyped-call]  # the same
    return notebook


def shown_explanations(notebook: Any) -> list[str]:
    """Find the text form of every explanation among the outputs."""
    return [
        str(output["data"]["text/plain"])
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if "lime-fallback" in output.get("data", {}).get("text/html", "")
    ]


def show_notebook(name: str) -> None:
    """Run a notebook and print the explanations that it shows.

    Raises
    ------
    RuntimeError
        If it shows none.
    """
    print(f"running {(NOTEBOOKS / name).relative_to(ROOT)} …", flush=True)
    explanations = shown_explanations(run_notebook(name))
    if not explanations:
        raise RuntimeError(f"got no explanation in {name}, expected one or more; try running it in a notebook")
    for explanation in explanations:
        print(f"\n{explanation}")
    print(flush=True)


def main() -> int:
    """Run, print, and say what to do next."""
    for notebook in PAGES:
        show_notebook(notebook)
    for notebook, page in PAGES.items():
        for path, what in ((DEMO / page, "an explanation, on a page of its own"), (DEMO / notebook, "the run")):
            print(f"{_size(path):>9}  {path.relative_to(ROOT)!s:22}  {what}")
    print("\nNow `make lab` opens the quickstart in JupyterLab, with the other notebooks beside it.")
    return 0


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1000:,.0f} kB"


if __name__ == "__main__":
    sys.exit(main())
