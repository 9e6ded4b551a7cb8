"""A JupyterLab of its own for the tests: server, notebooks, and what happens on the kernel's line."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from playwright.sync_api import Page

# Runs before any script of the page: lets a test hold back what the page says to the kernel, and let it go later.
KERNEL_LINE = """
(() => {
  const send = WebSocket.prototype.send, held = [];
  let holding = false;
  WebSocket.prototype.send = function (data) {
    if (holding && this.url.includes("/channels")) held.push([this, data]);
    else send.call(this, data);
  };
  window.kernelLine = {
    hold() { holding = true; },
    release() { holding = false; for (const [socket, data] of held.splice(0)) send.call(socket, data); },
  };
})();
"""
SETTINGS: dict[str, dict[str, object]] = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "none"},  # a cell out of sight stays in the document
}
IDLE = """() => {
  const kernel = window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel;
  return kernel && kernel.connectionStatus === "connected" && kernel.status === "idle";
}"""
RUN_ALL = "async () => { await window.jupyterapp.commands.execute('notebook:run-all-cells'); }"
TRUSTED = """() => {
  const cells = [...window.jupyterapp.shell.currentWidget.content.model.cells];
  return cells.every((cell) => cell.type !== "code" || cell.trusted);
}"""
ASK = """async (code) => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const future = kernel.requestExecute({ code, store_history: false });
  let said = "";
  future.onIOPub = ({ header, content }) => {
    if (header.msg_type === "stream") said += content.text;
    if (header.msg_type === "error") said += content.traceback.join("\\n");
  };
  await future.done;
  return said;
}"""


@dataclass(frozen=True)
class Lab:
    """A running server."""

    url: str
    root: Path
    folder: Path
    """Where its configuration, data and settings live; a notebook saved here is trusted by whoever has this folder."""


@contextlib.contextmanager
def running_lab(folder: Path, root: Path, *, kernels: bool = True) -> Iterator[Lab]:
    """Run a server whose configuration, data and settings live in `folder`; without kernels, it can only show."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    _write_settings(folder / "settings")
    log = folder / f"server-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            _command(root, port, kernels),
            stdout=output,
            stderr=subprocess.STDOUT,
            env=_environment(folder),
            start_new_session=True,
        )
    try:
        _wait_until_ready(process, f"{url}/api/status", log)
        yield Lab(url, root, folder)
    finally:
        _stop(process)


def _command(root: Path, port: int, kernels: bool) -> list[str]:
    options = [
        "--no-browser",
        "--allow-root",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={root}",
        "--ServerApp.disable_check_xsrf=True",
        "--IdentityProvider.token=",
        "--PasswordIdentityProvider.hashed_password=",
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.extension_manager=readonly",
    ]
    without = [] if kernels else ["--KernelSpecManager.allowed_kernelspecs=none-at-all"]
    return [sys.executable, "-m", "jupyter", "lab", *options, *without]


def _environment(folder: Path) -> dict[str, str]:
    places = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    return {**os.environ, **{name: str(folder / place) for name, place in places.items()}}


def _write_settings(folder: Path) -> None:
    for name, value in SETTINGS.items():
        path = folder / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value))


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen[bytes], url: str, log: Path, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own server
            return
        time.sleep(0.1)
    raise RuntimeError(f"got no JupyterLab at {url} within {seconds:.0f} s; it said:\n{log.read_text()[-4000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop the server and its kernels, which share its process group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def write_notebook(path: Path, *cells: str) -> None:
    """Write an unexecuted notebook of code cells."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    code: dict[str, object] = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
    notebook = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": kernel},
        "cells": [{**code, "id": f"cell-{number}", "source": cell} for number, cell in enumerate(cells)],
    }
    path.write_text(json.dumps(notebook))


@dataclass(frozen=True)
class Notebook:
    """A notebook open in JupyterLab."""

    page: Page

    @classmethod
    def open(cls, page: Page, lab: Lab, name: str) -> Notebook:
        """Open a file of the server's folder and wait until its cells are there."""
        page.add_init_script(KERNEL_LINE)
        page.goto(f"{lab.url}/lab/tree/{name}?reset")
        page.wait_for_function("window.jupyterapp && !document.querySelector('#jupyterlab-splash')", timeout=60_000)
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        return cls(page)

    def run_all(self) -> None:
        """Run every cell and wait for the last."""
        self.page.wait_for_function(IDLE, timeout=60_000)
        self.page.evaluate(RUN_ALL)

    def run_next(self) -> None:
        """Run the cell that is selected, and select the next."""
        self.page.wait_for_function(IDLE, timeout=60_000)
        self.command("notebook:run-cell-and-select-next")

    def complaints(self) -> list[str]:
        """Read what the cells have said of errors and on stderr."""
        kinds = ("application/vnd.jupyter.error", "application/vnd.jupyter.stderr")
        return self.page.locator(", ".join(f"[data-mime-type='{kind}']" for kind in kinds)).all_inner_texts()

    def ask(self, code: str) -> str:
        """Run a further piece of code in the notebook's kernel and return what it printed."""
        return cast(str, self.page.evaluate(ASK, code)).strip()

    def ask_for(self, expression: str) -> Any:
        """Return the value of an expression in the notebook's kernel."""
        return json.loads(self.ask(f"import json; print(json.dumps({expression}, default=float))"))

    def command(self, name: str, **arguments: object) -> None:
        """Execute one of JupyterLab's commands."""
        run = "async ([name, given]) => { await window.jupyterapp.commands.execute(name, given); }"
        self.page.evaluate(run, [name, arguments])

    def use_theme(self, light: bool) -> None:
        """Change JupyterLab's theme and wait for it."""
        self.command("apputils:change-theme", theme="JupyterLab Light" if light else "JupyterLab Dark")
        self.page.wait_for_function(f"document.body.dataset.jpThemeLight === '{'true' if light else 'false'}'")

    @contextlib.contextmanager
    def kernel_out_of_reach(self) -> Iterator[None]:
        """Hold back every message to the kernel, and send them all at the end."""
        self.page.evaluate("() => window.kernelLine.hold()")
        try:
            yield
        finally:
            self.page.evaluate("() => window.kernelLine.release()")

    def cell_count(self) -> int:
        """Count the cells."""
        return cast(int, self.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.widgets.length"))

    def is_trusted(self) -> bool:
        """Say whether JupyterLab trusts every code cell, and so shows all of its outputs."""
        return cast(bool, self.page.evaluate(TRUSTED))
