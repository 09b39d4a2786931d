"""One child of the desk: started with its log, noted in a pid file, ended politely and then not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from supportdesk.servers.addresses import PROJECT
from supportdesk.servers.processes import MARK, Server

LONG_ENOUGH = 30.0
"""Seconds a child must live for its next death to count as its first."""
LONGEST_PAUSE = 15.0
LOG_LIMIT = 10_000_000
"""Bytes; a longer log is put aside when its child starts."""


@dataclass
class Child:
    """A process that should be there. `launch` starts it; `grace` is how many seconds it may take to end."""

    name: str
    launch: Callable[[Path], subprocess.Popen[bytes]]
    state: Path
    stop_signal: int = signal.SIGTERM
    last_signal: int = signal.SIGKILL
    grace: float = 2.5
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    started: float = field(default=0.0, init=False)
    deaths: int = field(default=0, init=False)

    @property
    def pid_file(self) -> Path:
        return self.state / "run" / f"{self.name}.pid"

    @property
    def log(self) -> Path:
        return self.state / "log" / f"{self.name}.log"

    def start(self) -> subprocess.Popen[bytes]:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        self.process = self.launch(self.log)
        self.started = time.monotonic()
        self.pid_file.write_text(f"{self.process.pid}\n")
        return self.process

    def death(self, now: float) -> str | None:
        """How it ended, counted once; None while it runs. What its group left behind is ended with it."""
        if self.process is None or (code := self.process.poll()) is None:
            return None
        signal_group(self.process.pid, signal.SIGKILL)
        self.process = None
        self.pid_file.unlink(missing_ok=True)
        self.deaths = 1 if now - self.started > LONG_ENOUGH else self.deaths + 1
        return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"

    def pause(self) -> float:
        """Seconds to wait before the next start: none after the first death, then 1, 2, 4 … 15."""
        return 0.0 if self.deaths <= 1 else min(2.0 ** (self.deaths - 2), LONGEST_PAUSE)

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def make_stop(self, until: float) -> None:
        """Wait for the end until the monotonic instant `until`, then use force."""
        if self.process is None:
            return
        try:
            self.process.wait(timeout=max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            signal_group(self.process.pid, self.last_signal)
            try:
                self.process.wait(timeout=1)
            except subprocess.TimeoutExpired:
                signal_group(self.process.pid, signal.SIGKILL)
                self.process.wait()
        signal_group(self.process.pid, signal.SIGKILL)
        self.process = None
        self.pid_file.unlink(missing_ok=True)


def server_child(server: Server, describe: Callable[[], Server]) -> Child:
    """A database or broker; described anew at each start, which clears away what a kill -9 left."""
    return Child(
        name=server.name,
        launch=lambda log: describe().popen(log),
        state=server.state,
        stop_signal=server.stop_signal,
        # A database that is too slow shuts down at once and recovers at its next start.
        last_signal=signal.SIGQUIT if server.name == "database" else signal.SIGKILL,
    )


def python_child(name: str, arguments: list[str], state: Path, environment: Mapping[str, str]) -> Child:
    """A part of the product itself: `python -m …` in the project's folder.

    Two memory arenas are enough for its few threads, and keep a small machine's desk small.
    """

    def launch(log: Path) -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=PROJECT,
                env={"MALLOC_ARENA_MAX": "2", **environment, MARK: str(state)},
                process_group=0,
            )

    return Child(name=name, launch=launch, state=state)


def signal_group(group: int, number: int) -> None:
    """Signal every process of a group that is still there."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return
