"""How near explanations are to what lime would say of infinitely many samples, for how many calls of the model.

``python -m benchmarks.precision`` prints it, ``--write`` writes the report, ``--quick`` gives an idea of it.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

# Before numpy is imported: processes side by side, and a thread each.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"

if TYPE_CHECKING:
    from benchmarks.judge.curves import Runs
    from benchmarks.judge.methods import Method
    from benchmarks.judge.report import Case
    from benchmarks.judge.tasks import Task
    from benchmarks.judge.truth import Truth

REPORT = Path(__file__).parents[1] / "docs" / "precision-report.md"
_QUICK_TASKS, _QUICK_SEEDS, _SEEDS = 2, 5, 30


def write_precision() -> None:
    """Measure everything, which takes an hour or two where nothing is kept, and write the report."""
    main(["--write"])


def main(arguments: Sequence[str]) -> int:
    """Measure, and write the report."""
    options = _options(arguments)
    # Networks that stop learning early, and forests that one day want names: none of it changes a figure.
    warnings.simplefilter("ignore")
    os.environ["PYTHONWARNINGS"] = "ignore"
    tasks = _tasks(options.domain, options.tasks, _QUICK_TASKS if options.quick else None)
    if not tasks:
        print("got no task that can be measured here, expected some, try without --tasks", file=sys.stderr)
        return 2
    n_seeds = min(options.seeds, _QUICK_SEEDS) if options.quick else options.seeds
    methods = _methods(options.methods)
    text = _report(tasks, methods, n_seeds, options.jobs)
    print(text)
    if options.write:
        REPORT.write_text(text, encoding="utf-8")
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.precision", description=__doc__)
    parser.add_argument("--domain", choices=("text", "tables", "images"), action="append", help="only this; repeatable")
    parser.add_argument("--tasks", nargs="+", default=(), metavar="NAME", help="only tasks whose names contain these")
    parser.add_argument(
        "--methods", nargs="+", default=(), metavar="NAME", help="lime, and methods whose names contain"
    )
    parser.add_argument("--seeds", type=_at_least_two, default=_SEEDS, help="runs of each method (%(default)s)")
    parser.add_argument("--jobs", type=int, default=2, help="processes side by side (%(default)s)")
    parser.add_argument("--quick", action="store_true", help=f"{_QUICK_TASKS} tasks a domain, {_QUICK_SEEDS} seeds")
    parser.add_argument("--write", action="store_true", help=f"write {REPORT.parent.name}/{REPORT.name} as well")
    return parser.parse_args(arguments)


def _at_least_two(text: str) -> int:
    """Read a number of seeds: the agreement of runs takes two."""
    number = int(text)
    if number < 2:
        raise argparse.ArgumentTypeError(f"got {number}, expected 2 or more runs, try {_QUICK_SEEDS}")
    return number


def _tasks(domains: Sequence[str] | None, names: Sequence[str], most: int | None) -> list[Task]:
    """Build the tasks asked for, and say which cannot be had here."""
    from benchmarks.judge.image_tasks import image_tasks
    from benchmarks.judge.table_tasks import table_tasks
    from benchmarks.judge.tasks import MissingDataError
    from benchmarks.judge.text_tasks import text_tasks

    found: list[Task] = []
    for domain, listed in (("text", text_tasks), ("tables", table_tasks), ("images", image_tasks)):
        wanted = [(name, build) for name, build in listed() if not names or any(part in name for part in names)]
        built: list[Task] = []
        for name, build in wanted if domains is None or domain in domains else []:
            if most is not None and len(built) == most:
                break
            try:
                built.append(build())
            except MissingDataError as missing:
                print(f"{name} is left out: {missing}", file=sys.stderr)
        found += built
    return found


def _methods(names: Sequence[str]) -> list[Method]:
    """Return lime, and the other methods asked for."""
    from benchmarks.judge.methods import competitors
    from benchmarks.judge.ours import ours

    lime, *others = [*competitors(lambda line: print(line, file=sys.stderr)), *ours()]
    return [lime, *(method for method in others if not names or any(part in method.name for part in names))]


def _report(tasks: Sequence[Task], methods: Sequence[Method], n_seeds: int, n_jobs: int) -> str:
    """Measure everything and return the report."""
    from benchmarks.judge.report import write_report
    from benchmarks.judge.shown import write_shown

    cases = _measured(tasks, methods, n_seeds, n_jobs)
    lines: list[str] = []
    write_report(cases, methods, lines.append)
    write_shown([(case.task, case.truth) for case in cases], n_seeds, lines.append)
    return "\n".join(lines) + "\n"


def _measured(tasks: Sequence[Task], methods: Sequence[Method], n_seeds: int, n_jobs: int) -> list[Case]:
    """Return every task with its truth and every method's runs, worked out side by side."""
    from joblib import Parallel, delayed

    from benchmarks.judge.curves import budgets_of
    from benchmarks.judge.report import Case
    from benchmarks.judge.truth import truth_of

    def together(jobs: Sequence[tuple[Callable[..., object], tuple[object, ...]]]) -> list[object]:
        # Tasks hold functions that only joblib's own processes take.
        return list(Parallel(n_jobs=n_jobs)(delayed(act)(*arguments) for act, arguments in jobs))

    truths: list[Truth] = together([(truth_of, (task,)) for task in tasks])  # type: ignore[assignment]
    wanted = [
        (method, task, budget)
        for task in tasks
        for method in methods
        for budget in budgets_of(method)
        if method.explains(task)
    ]
    runs: list[Runs] = together([(_one, (*each, n_seeds)) for each in wanted])  # type: ignore[assignment]
    by_task: dict[str, dict[str, dict[int, Runs]]] = {task.name: {} for task in tasks}
    for (method, task, budget), found in zip(wanted, runs, strict=True):
        by_task[task.name].setdefault(method.name, {})[budget] = found
    return [Case(task, truth, by_task[task.name]) for task, truth in zip(tasks, truths, strict=True)]


def _one(method: Method, task: Task, n_calls: int, n_seeds: int) -> Runs:
    """Measure in a process of its own, where warnings are to be silent as well."""
    from benchmarks.judge.curves import measured

    warnings.simplefilter("ignore")
    return measured(method, task, n_calls, n_seeds)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
