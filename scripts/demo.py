"""Run the quickstart in a kernel of its own, print its explanation, and leave the run and its page in `demo/`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from scripts.environment import ROOT

QUICKSTART = ROOT / "notebooks" / "quickstart.ipynb"
DEMO = ROOT / "demo"


def run_quickstart() -> Any:
    """Execute the notebook inside `demo/`, where it writes text.html, and keep the executed copy there.

    The notebook in git stays unexecuted: its outputs depend on the versions installed, and would change at every run.
    """
    DEMO.mkdir(exist_ok=True)
    notebook = nbformat.read(QUICKSTART, as_version=4)  # type: ignore[no-untyped-call]  # nbformat has no types here
    quiet = ["--log-level=ERROR"]  # a kernel on this very machine warns that its line is not encrypted
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(DEMO)}}, extra_arguments=quiet)
    client.execute()
    nbformat.write(notebook, DEMO / QUICKSTART.name)  # type: ignore[no-untyped-call]  # the same
    return notebook


def shown_explanation(notebook: Any) -> str:
    """Find the text form of the explanation among the outputs."""
    texts = [
        output["data"]["text/plain"]
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if "lime-fallback" in output.get("data", {}).get("text/html", "")
    ]
    if len(texts) != 1:
        raise RuntimeError(
            f"got {len(texts)} explanations in {QUICKSTART.name}, expected 1; try running it in a notebook"
        )
    return str(texts[0])


def main() -> int:
    """Run, print, and say what to do next."""
    print(f"running {QUICKSTART.relative_to(ROOT)} …", flush=True)
    print("\n" + shown_explanation(run_quickstart()) + "\n")
    for path, what in (
        (DEMO / "text.html", "the explanation, on a page of its own"),
        (DEMO / QUICKSTART.name, "the run"),
    ):
        print(f"{_size(path):>8}  {path.relative_to(ROOT)}  {what}")
    print("\nNow `make lab` opens the same notebook in JupyterLab.")
    return 0


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1000:,.0f} kB"


if __name__ == "__main__":
    sys.exit(main())
