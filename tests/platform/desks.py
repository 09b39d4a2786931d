"""A real `manage.py run` on a free port with a state folder of its own, to start, kill and stop."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from supportdesk.servers.addresses import PROJECT

CHILDREN = ("web", "worker", "beat", "broker", "database")
UNSET = ("DATABASE_URL", "REDIS_URL", "SUPPORTDESK_HOME", "SUPPORTDESK_PORT", "DJANGO_SETTINGS_MODULE")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RunningDesk:
    """Starts on entering, stops on leaving; `output()` is what the person at the terminal saw."""

    def __init__(self, state: Path, *, user: str | None = None, **environment: str) -> None:
        self.state = state
        self.port = free_port()
        self.user = user
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in UNSET},
            "SUPPORTDESK_HOME": str(state),
            "SUPPORTDESK_PORT": str(self.port),
            "SUPPORTDESK_DEMO": "0",
            **environment,
        }
        self.terminal = state.parent / f"{state.name}.terminal"
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> RunningDesk:
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.stop()
        for data in (self.state / "database", self.state / "broker"):
            if data.is_symlink():  # root's servers could not enter the state folder
                shutil.rmtree(data.resolve())

    def start(self) -> None:
        with self.terminal.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run"],
                cwd=PROJECT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=self.user,
                group=self.user and "nogroup",
                extra_groups=[] if self.user else None,
            )
        self.wait_for(lambda: f"Ready: http://127.0.0.1:{self.port}/" in self.output(), 240)

    def run_another(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """A second `manage.py run` on the same state folder, to its end."""
        return subprocess.run(
            [sys.executable, "manage.py", "run"],
            cwd=PROJECT,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Another `manage.py` command that finds this desk by its state folder alone."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def output(self) -> str:
        return self.terminal.read_text()

    def pid(self, name: str) -> int | None:
        """What the child's pid file says; None while there is none."""
        try:
            return int((self.state / "run" / f"{name}.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def children(self) -> dict[str, psutil.Process]:
        return {name: psutil.Process(self.pid(name)) for name in CHILDREN}

    def ready(self) -> dict[str, Any]:
        """What `/readyz` says; empty while nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as answer:
            return dict(json.load(answer))
        except (OSError, ValueError):
            return {}

    def all_well(self) -> bool:
        return self.ready() == {"ready": True, "migrations": "ok"} | dict.fromkeys(
            ("database", "broker", "worker", "beat"), "ok"
        )

    def wait_for(self, holds: Callable[[], bool], seconds: float) -> None:
        patience = time.monotonic() + seconds
        while not holds():
            ended = self.process is not None and self.process.poll() is not None
            if ended or time.monotonic() > patience:
                raise AssertionError(f"waited in vain; the desk said:\n{self.output()}")
            time.sleep(0.1)

    def stop(self, number: int = signal.SIGINT) -> float:
        """Ask the whole terminal to stop, as Ctrl-C does; the seconds until it had."""
        return self.stop_and_watch({}, number)[1]

    def stop_and_watch(
        self, children: dict[str, psutil.Process], number: int = signal.SIGINT
    ) -> tuple[list[str], float]:
        """Stop; the names of the children in the order in which they ended, and the seconds it took."""
        if self.process is None:
            raise AssertionError("it was never started")
        started = time.monotonic()
        os.killpg(self.process.pid, number)
        order: list[str] = []
        while self.process.poll() is None or len(order) < len(children):
            order += [name for name in children if name not in order and not is_alive(children[name])]
            if time.monotonic() - started > 30:
                raise AssertionError(f"it does not stop; ended so far: {order}")
            time.sleep(0.005)
        return order, time.monotonic() - started


def is_alive(process: psutil.Process) -> bool:
    """Whether it still runs; one that has ended and waits for its parent to notice does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
