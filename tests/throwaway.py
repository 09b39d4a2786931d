"""A database and a broker for one run of the tests: started when first asked for, ended whatever happens.

`TEST_DATABASE_URL` and `TEST_REDIS_URL` name servers to use instead. Under pytest-xdist the controller starts
them and the workers, which inherit its environment, share them with a database each.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE

from supportdesk.servers.accounts import account_for
from supportdesk.servers.addresses import Addresses
from supportdesk.servers.broker import valkey
from supportdesk.servers.database import postgresql
from supportdesk.servers.processes import Server

WATCH = """
pids=; while read -r pid; do pids="$pids $pid"; done
alive() { for pid in $pids; do kill -0 "$pid" 2>/dev/null && return; done; false; }
for pid in $pids; do kill -INT "$pid" 2>/dev/null; done
for _ in $(seq 100); do alive || break; sleep 0.1; done
for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done
rm -rf "$0" 2>/dev/null || { sleep 1; rm -rf "$0"; }
"""
"""Ends the servers named on its input once that input closes: also when the run itself was killed."""


class ThrowawayServers:
    """Both servers, in one short-lived folder with a short name."""

    def __init__(self) -> None:
        self.addresses: Addresses | None = None
        self._folder: Path | None = None
        self._watcher: subprocess.Popen[str] | None = None
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, worker: str | None = None) -> Addresses:
        """The addresses of both servers, started on the first call; the environment names them afterwards."""
        if self.addresses is None:
            database = os.environ.get("TEST_DATABASE_URL") or self._start(postgresql)
            broker = os.environ.get("TEST_REDIS_URL") or self._start(valkey)
            os.environ["TEST_DATABASE_URL"] = os.environ["DATABASE_URL"] = database
            os.environ["TEST_REDIS_URL"] = os.environ["REDIS_URL"] = broker
            if worker is not None:
                broker = f"{broker}?db={int(worker.removeprefix('gw')) % 16}"
            self.addresses = Addresses(database, broker)
        return self.addresses

    def stop(self) -> None:
        """End what was started and remove its folder."""
        if self._watcher is not None and self._watcher.stdin is not None:
            self._watcher.stdin.close()
            for process in self._running:
                process.wait()
            self._watcher.wait()

    def _start(self, describe: Callable[..., Server]) -> str:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="supportdesk-test-", dir="/tmp"))
            self._folder.chmod(0o755)
            sockets = self._folder / "sockets"
            sockets.mkdir()
            account_for(sockets).own(sockets)
            self._watcher = subprocess.Popen(
                ["/bin/sh", "-c", WATCH, str(self._folder)], stdin=PIPE, text=True, start_new_session=True
            )
        server = describe(self._folder, self._folder / "sockets", hasty=True)
        log = self._folder / f"{server.name}.log"
        process = server.popen(log)
        self._running.append(process)
        if self._watcher is not None and self._watcher.stdin is not None:
            print(process.pid, file=self._watcher.stdin, flush=True)
        server.wait_until_it_answers(process, log)
        return server.url
