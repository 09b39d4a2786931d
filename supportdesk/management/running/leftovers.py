"""What a killed desk left running: found by the mark that each child carries in its environment, ended."""

from __future__ import annotations

import signal
from pathlib import Path

import psutil

from supportdesk.servers.processes import MARK

NAMES = ("web", "worker", "beat", "broker", "database")


def end_leftovers(state: Path) -> list[int]:
    """End every process that a former desk of this state folder started; their pids.

    A pid file alone proves nothing, for its number may belong to somebody else by now; the mark does.
    """
    found = [process for process in psutil.process_iter() if _is_ours(process, state)]
    for process in found:
        _signal(process, signal.SIGINT)
    _, stubborn = psutil.wait_procs(found, timeout=5)
    for process in stubborn:
        _signal(process, signal.SIGKILL)
    psutil.wait_procs(stubborn, timeout=5)
    for name in NAMES:
        (state / "run" / f"{name}.pid").unlink(missing_ok=True)
    return [process.pid for process in found]


def _is_ours(process: psutil.Process, state: Path) -> bool:
    try:
        return bool(process.environ().get(MARK) == str(state))
    except (psutil.Error, OSError):
        return False


def _signal(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)
    except psutil.Error:
        return
