"""The parts of `manage.py run`: one child, the lock, what a killed desk leaves behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from supportdesk.management.running.__main__ import plan_of
from supportdesk.management.running.children import LONG_ENOUGH, LONGEST_PAUSE, Child, python_child
from supportdesk.management.running.desk import (
    CannotRun,
    Plan,
    StopAsked,
    only_one_desk,
    prepare_folders,
    refuse_a_taken_port,
    stop_signals,
)
from supportdesk.management.running.leftovers import end_leftovers
from supportdesk.servers.processes import MARK

SLEEPER = "import signal, sys, time; {before} print('up', flush=True); time.sleep(60)"
DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN);"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    prepare_folders(tmp_path)
    return tmp_path


def sleeper(state: Path, before: str = "") -> Child:
    """A child that sleeps, as a module on a path of its own; started and up."""
    (state / "sleeper.py").write_text(SLEEPER.format(before=before))
    child = python_child("web", ["sleeper"], state, {**os.environ, "PYTHONPATH": str(state)})
    child.start()
    while "up" not in child.log.read_text():
        assert child.process is not None
        assert child.process.poll() is None
        time.sleep(0.01)
    return child


def test_a_child_is_noted_while_it_runs_and_its_death_is_told_once(state: Path) -> None:
    child = sleeper(state)
    assert child.process is not None
    assert child.pid_file.read_text() == f"{child.process.pid}\n"
    assert child.death(time.monotonic()) is None
    child.process.kill()
    child.process.wait()
    assert child.death(time.monotonic()) == "was ended by SIGKILL"
    assert child.death(time.monotonic()) is None
    assert not child.pid_file.exists()


def test_pauses_grow_while_deaths_follow_one_another_and_begin_anew_after_a_long_life(state: Path) -> None:
    child = Child("web", lambda log: subprocess.Popen([sys.executable, "-c", ""], process_group=0), state)
    pauses = []
    for _ in range(8):
        child.start().wait()
        assert child.death(child.started + 1) == "ended with code 0"
        pauses.append(child.pause())
    assert pauses == [0, 1, 2, 4, 8, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]
    child.start().wait()
    assert child.death(child.started + LONG_ENOUGH + 1) is not None
    assert child.pause() == 0


def test_a_deaf_child_is_ended_by_force_when_its_grace_is_over(state: Path) -> None:
    child = sleeper(state, DEAF)
    process = child.process
    assert process is not None
    child.ask_to_stop()
    child.make_stop(time.monotonic() + 0.2)
    assert process.returncode == -signal.SIGKILL
    assert not child.pid_file.exists()


def test_leftovers_are_known_by_their_mark_and_nobody_else_is_touched(
    state: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ours = sleeper(state)
    other_state = tmp_path_factory.mktemp("other")
    prepare_folders(other_state)
    theirs = sleeper(other_state)
    assert ours.process is not None
    assert theirs.process is not None
    # A number that belongs to somebody else by now:
    (state / "run" / "worker.pid").write_text(f"{theirs.process.pid}\n")

    assert end_leftovers(state) == [ours.process.pid]
    assert not psutil.pid_exists(ours.process.pid)
    assert theirs.process.poll() is None
    assert list((state / "run").glob("*.pid")) == []
    theirs.make_stop(time.monotonic())


def test_the_lock_tells_who_runs_and_is_free_again_after_a_kill(state: Path) -> None:
    plan = Plan(state=state, port=8123, database=None, broker=None, demo=False)
    told = rf"already runs on .* \(process {os.getpid()}, http://127.0.0.1:8123/\)"
    with only_one_desk(plan), pytest.raises(CannotRun, match=told), only_one_desk(plan):
        pass
    with only_one_desk(plan):
        pass


@pytest.mark.parametrize(
    ("database", "broker", "demo", "wanted"),
    [
        (None, None, True, True),
        (None, None, False, False),
        ("postgresql://elsewhere/desk", None, True, False),
        (None, "redis://elsewhere/0", True, False),
    ],
)
def test_demo_data_go_only_into_servers_of_the_desk_itself(
    state: Path, database: str | None, broker: str | None, demo: bool, wanted: bool
) -> None:
    assert Plan(state, 8000, database, broker, demo).wants_demo is wanted


def test_a_state_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotRun, match=r"can't hold the desk's state .* set SUPPORTDESK_HOME"):
        prepare_folders(tmp_path / "file" / "desk")


def test_the_secret_is_made_once_and_readable_by_its_owner_alone(state: Path) -> None:
    secret = state / "secret_key"
    before = secret.read_text()
    prepare_folders(state)
    assert secret.read_text() == before
    assert len(before) >= 50
    assert secret.stat().st_mode & 0o777 == 0o600


def test_a_port_that_is_taken_is_refused_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CannotRun, match="set SUPPORTDESK_PORT"):
            refuse_a_taken_port(taken.getsockname()[1])


def test_the_mark_of_a_child_names_its_desk(state: Path) -> None:
    child = sleeper(state)
    assert child.process is not None
    environment = Path(f"/proc/{child.process.pid}/environ").read_text().split("\0")
    assert f"{MARK}={state}" in environment
    child.make_stop(time.monotonic())


def test_a_stop_signal_is_heard_once_but_nohup_is_honoured() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stop_signals():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            with pytest.raises(StopAsked):
                os.kill(os.getpid(), signal.SIGTERM)
            os.kill(os.getpid(), signal.SIGTERM)  # the second changes nothing
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "-1", "80.5"])
def test_a_port_that_makes_no_sense_is_named(port: str) -> None:
    with pytest.raises(CannotRun, match=f"SUPPORTDESK_PORT is {port}, but must be a number"):
        plan_of({"SUPPORTDESK_PORT": port})


def test_the_environment_becomes_a_plan(tmp_path: Path) -> None:
    plan = plan_of({"SUPPORTDESK_HOME": str(tmp_path), "SUPPORTDESK_DEMO": "0", "DATABASE_URL": ""})
    assert plan == Plan(state=tmp_path, port=8000, database=None, broker=None, demo=False)
