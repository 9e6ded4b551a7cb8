"""Stages of a check: commands with a time limit, their output, and the tests they counted."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree


@dataclass(frozen=True)
class Stage:
    """One command. `{report}` in it stands for the JUnit file where it writes its tests, if it runs any."""

    name: str
    command: tuple[str, ...]
    seconds_allowed: float = 540.0
    prepares: bool = False
    """Whether this only prepares the others, and so counts only when it fails."""

    @property
    def reports(self) -> bool:
        """Whether the command runs tests and says which."""
        return any("{report}" in part for part in self.command)


@dataclass(frozen=True)
class Result:
    """How a stage went."""

    stage: Stage
    ok: bool
    seconds: float
    passed: int
    failed: int
    skipped: int
    output: str


def run_stage(stage: Stage, folder: Path, root: Path, environment: dict[str, str]) -> Result:
    """Run one stage to its end or its time limit."""
    report = folder / f"{stage.name.replace(' ', '-')}.xml"
    command = [part.replace("{report}", str(report)) for part in stage.command]
    started = time.monotonic()
    code, output = _run(command, stage.seconds_allowed, root, environment)
    passed, failed, skipped = _count(report) if stage.reports else (int(code == 0 and not stage.prepares), 0, 0)
    if code and not failed:  # it broke outside any test
        failed = 1
    if stage.reports and not passed and not failed:
        failed, output = 1, f"{output}\ngot no test that ran, expected at least one\n"
    return Result(stage, not failed, time.monotonic() - started, passed, failed, skipped, output)


def _run(command: list[str], seconds: float, root: Path, environment: dict[str, str]) -> tuple[int, str]:
    """Run a command in a process group of its own, so that whatever it starts ends with it."""
    try:
        process = subprocess.Popen(
            command,
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except OSError as reason:
        return 1, f"{reason}\n"
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        return 1, f"{_interrupt(process)}\nstopped: got no end after {seconds:.0f} s\n"
    return process.returncode, output


def _interrupt(process: subprocess.Popen[str], patience: float = 20) -> str:
    """End a command as Ctrl-C would, so that pytest still stops the servers it started; then by force."""
    os.killpg(process.pid, signal.SIGINT)
    try:
        output, _ = process.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
    return output


def _count(report: Path) -> tuple[int, int, int]:
    """Count the tests of a JUnit report that passed, failed and were skipped."""
    if not report.is_file():
        return 0, 0, 0
    cases = list(ElementTree.parse(report).iter("testcase"))  # noqa: S314 - written a moment ago by our own runner
    failed = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    return len(cases) - failed - skipped, failed, skipped
