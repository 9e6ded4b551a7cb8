"""Run every check of the project and sum them up: `make test`. With names of stages, run only those: `make lint`.

An early failure stops nothing: whoever reads the end of the output sees everything that is wrong at once.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from scripts.environment import PYTHON, ROOT, environment
from scripts.stages import Result, Stage, run_stage

Lane = tuple[Stage, ...]
"""Stages that run one after the other; lanes run side by side."""


def _python(*arguments: str) -> tuple[str, ...]:
    return (str(PYTHON), "-m", *arguments)


def _pytest(*arguments: str) -> tuple[str, ...]:
    return _python("pytest", "-p", "no:cacheprovider", "--durations=5", "--junit-xml={report}", *arguments)


PREPARATION: tuple[Lane, ...] = (
    (
        Stage("install", (sys.executable, "-m", "scripts.environment", "test"), prepares=True),
        Stage("node modules", (sys.executable, "-m", "scripts.node_modules"), prepares=True),
    ),
    (Stage("chromium", (sys.executable, "-m", "scripts.chromium"), prepares=True),),
)
CHECKS: tuple[tuple[Lane, ...], ...] = (
    (
        (
            Stage("ruff check", _python("ruff", "check", "--no-cache")),
            Stage("ruff format", _python("ruff", "format", "--check", "--no-cache")),
            Stage("mypy", _python("mypy")),
            Stage("pytest", _pytest()),
        ),
        (
            Stage("biome and tsc", ("npm", "run", "check")),
            Stage("vitest", ("npm", "test", "--", "--reporter=default", "--reporter=junit", "--outputFile={report}")),
            Stage("packaging", _pytest("-m", "packaging", "tests/packaging")),
        ),
    ),
    # Alone, because keyboards, sliders and frames are sensitive to a machine that is busy elsewhere.
    ((Stage("browser", _pytest("-m", "browser", "tests/browser")),),),
)


def run(phases: Iterable[tuple[Lane, ...]]) -> list[Result]:
    """Run the phases in order, the lanes of each side by side."""
    results: list[Result] = []
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor() as pool:
        for phase in phases:
            for lane in pool.map(partial(_run_lane, Path(folder)), phase):
                results.extend(lane)
    return results


def _run_lane(folder: Path, lane: Lane) -> list[Result]:
    """Run a lane, telling each stage's outcome as it comes and all of its output where it failed."""
    results = []
    for stage in lane:
        result = run_stage(stage, folder, ROOT, environment())
        head = f"{'ok    ' if result.ok else 'FAILED'} {stage.name} ({result.seconds:.1f} s)"
        print(head if result.ok else f"{head}\n{result.output}", flush=True)
        results.append(result)
    return results


def summary(results: list[Result]) -> str:
    """Draw the closing table, and under it the line that counts all tests."""
    rows = [f"\n{'stage':<16}{'result':<8}{'seconds':>8}{'passed':>8}{'failed':>8}{'skipped':>9}"]
    for result in results:
        word = "ok" if result.ok else "FAILED"
        counts = f"{result.passed:>8}{result.failed:>8}{result.skipped:>9}"
        rows.append(f"{result.stage.name:<16}{word:<8}{result.seconds:>8.1f}{counts}")
    passed, failed = sum(result.passed for result in results), sum(result.failed for result in results)
    return "\n".join([*rows, "", f"{passed} passed, {failed} failed"])


def main(names: list[str]) -> int:
    """Run the checks named, or all of them."""
    known = [stage.name for phase in CHECKS for lane in phase for stage in lane]
    if unknown := sorted(set(names) - set(known)):
        print(f"got stages {unknown}, expected some of {known}", file=sys.stderr)
        return 2
    wanted = set(names or known)
    chosen = [tuple(tuple(stage for stage in lane if stage.name in wanted) for lane in phase) for phase in CHECKS]
    preparation = PREPARATION if "browser" in wanted else PREPARATION[:1]
    results = run([preparation, *chosen])
    print(summary(results))
    return int(any(not result.ok for result in results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
