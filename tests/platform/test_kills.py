"""Whatever can be killed is killed, in turn, under a real desk; it heals by itself and keeps its data."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from supportdesk.servers.accounts import Account
from tests.platform.desks import CHILDREN, RunningDesk, is_alive

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    with RunningDesk(tmp_path_factory.mktemp("kills") / "desk") as running:
        yield running


@pytest.mark.parametrize("name", ["worker", "broker", "database", "web", "beat"])
def test_a_killed_child_is_replaced_and_all_is_well_again(desk: RunningDesk, name: str) -> None:
    desk.wait_for(desk.all_well, 120)
    before = desk.children()
    before[name].kill()
    desk.wait_for(lambda: f"The {name} was ended by SIGKILL; it starts again" in desk.output(), 5)
    desk.wait_for(
        lambda: (desk.state / "run" / f"{name}.pid").exists() and desk.pid(name) != before[name].pid, 20
    )
    desk.wait_for(desk.all_well, 120)
    after = desk.children()
    assert {other for other in CHILDREN if after[other].pid == before[other].pid} == set(CHILDREN) - {name}


def test_the_servers_are_back_in_use_after_a_kill_not_merely_running(desk: RunningDesk) -> None:
    """Worker and beat still hear of each other after broker and database went away under them."""
    desk.wait_for(desk.all_well, 120)
    for name in ("broker", "database"):
        desk.children()[name].kill()
    desk.wait_for(lambda: not desk.all_well(), 10)
    desk.wait_for(desk.all_well, 120)
    assert desk.command("migrate", "--check").returncode == 0


@pytest.mark.parametrize("killed", ["the desk alone", "the desk and all its children"])
def test_after_a_kill_of_itself_the_next_start_recovers(tmp_path: Path, killed: str) -> None:
    with RunningDesk(tmp_path / "desk") as desk:
        assert desk.process is not None
        desk.wait_for(desk.all_well, 120)
        secret = (desk.state / "secret_key").read_text()
        children = desk.children()
        family = [*children.values(), *psutil.Process(desk.pid("worker")).children()]
        desk.process.kill()
        desk.process.wait()
        if killed == "the desk and all its children":
            for child in family:
                child.kill()
            psutil.wait_procs(list(children.values()), timeout=5)
        else:
            assert all(is_alive(child) for child in children.values())

        desk.terminal.write_text("")
        desk.start()
        desk.wait_for(desk.all_well, 120)
        assert not any(is_alive(child) for child in family)
        if killed == "the desk alone":
            assert "that a desk killed earlier had left here" in desk.output()
        assert (desk.state / "secret_key").read_text() == secret
        assert desk.stop() < 10


def test_a_terminal_that_closes_stops_the_desk(tmp_path: Path) -> None:
    with RunningDesk(tmp_path / "desk") as desk:
        children = desk.children()
        order, seconds = desk.stop_and_watch(children, signal.SIGHUP)
        assert seconds < 10
        assert (order[0], order[-1]) == ("web", "database")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach, which pytest's own is not."""
    folder = Path(tempfile.mkdtemp(prefix="supportdesk-long-", dir="/tmp"))
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


def nobody_can_run_python() -> bool:
    if os.geteuid() != 0:
        return False
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid).reaches(Path(sys.executable))


@pytest.mark.skipif(not nobody_can_run_python(), reason="only root can become nobody, who must reach Python")
def test_a_user_who_is_not_root_runs_a_desk(open_folder: Path) -> None:
    with RunningDesk(open_folder / "desk", user="nobody", HOME=str(open_folder)) as desk:
        desk.wait_for(desk.all_well, 120)
        assert {child.username() for child in desk.children().values()} == {"nobody"}
        assert desk.stop() < 10


@pytest.mark.skipif(
    os.geteuid() != 0, reason="root alone can have a folder that its own servers cannot enter"
)
def test_root_runs_a_desk_from_a_folder_that_is_closed_to_others(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    with RunningDesk(closed / "desk") as desk:
        outside = [(desk.state / name).resolve() for name in ("database", "broker")]
        assert all(folder.is_relative_to("/var/lib/supportdesk") for folder in outside)
        assert desk.children()["database"].username() != "root"
        desk.stop()
        desk.terminal.write_text("")
        desk.start()
        assert [(desk.state / name).resolve() for name in ("database", "broker")] == outside
        desk.stop()
