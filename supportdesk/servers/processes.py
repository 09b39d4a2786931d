"""A server as something to start: what to run, as whom, how to ask whether it answers, how to end it."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from supportdesk.servers.accounts import Account

MARK = "SUPPORTDESK_CHILD_OF"
"""The variable in a child's environment that names the state folder of the desk it belongs to."""


class ServerFailed(Exception):
    """A server that did not come up; the message names its log."""


@dataclass(frozen=True)
class Server:
    """`command` runs in the foreground until it gets `stop_signal`; `answers` says whether it serves."""

    name: str
    command: tuple[str, ...]
    state: Path
    account: Account
    url: str
    answers: Callable[[], bool]
    stop_signal: int
    prepare: Callable[[], None] | None = None

    def popen(self, log: Path) -> subprocess.Popen[bytes]:
        """Start it in a process group of its own, so that a Ctrl-C reaches only whoever watches over it."""
        with log.open("ab") as output:
            return subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env={**plain_environment(), MARK: str(self.state)},
                process_group=0,
                **self.account.identity,
            )

    def wait_until_it_answers(self, process: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
        """Return once it serves.

        Raises:
            ServerFailed: it ended, or `seconds` went by.
        """
        patience = time.monotonic() + seconds
        while not self.answers():
            if process.poll() is not None:
                raise ServerFailed(f"The {self.name} ended as it started: see {log}.")
            if time.monotonic() > patience:
                raise ServerFailed(f"The {self.name} did not answer within {seconds:.0f} s: see {log}.")
            time.sleep(0.05)


def plain_environment() -> dict[str, str]:
    """What a server needs of our environment: no secrets, no locale of the person who started it."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "TZ": "UTC"}
