"""The notebook on precision: what it claims is what comes out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
FOUND = """
import json
print(json.dumps({
    "shared": len(shared),
    "reason": exp.convergence.reason,
    "calls": exp.convergence.looks[-1].calls,
    "errors": averages,
    "exact": [run.uncertainty().status for run in runs],
    "doubts": noisy.doubts(),
}))
"""


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("notebook")
    read = nbformat.read(ROOT / "notebooks" / "precision.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    read.cells.append(nbformat.v4.new_code_cell(FOUND))  # type: ignore[no-untyped-call]
    NotebookClient(read, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    return json.loads(read.cells[-1].outputs[0]["text"]), folder


def test_two_runs_of_lime_disagree(notebook: Any) -> None:
    found, _ = notebook
    assert found["shared"] < 5


def test_the_asking_stops_by_itself(notebook: Any) -> None:
    found, _ = notebook
    assert found["reason"] == "reached"
    assert found["calls"] < 5_000


def test_the_same_number_of_questions_says_more(notebook: Any) -> None:
    found, _ = notebook
    of_lime, of_pairs, of_emulator = found["errors"].values()
    assert of_emulator < min(of_lime, of_pairs)


def test_a_short_text_is_explained_exactly(notebook: Any) -> None:
    found, _ = notebook
    assert found["exact"] == ["exact", "exact"]


def test_the_random_model_is_found_out(notebook: Any) -> None:
    found, _ = notebook
    assert "The model is random" in found["doubts"][0]


def test_its_page_is_written(notebook: Any) -> None:
    _, folder = notebook
    assert (folder / "precision.html").stat().st_size > 10_000
