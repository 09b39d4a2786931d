"""One desk from start to stop, quickly; the kills are in `test_kills.py`."""

from __future__ import annotations

import socket
from pathlib import Path

from tests.platform.desks import RunningDesk


def test_a_desk_starts_serves_refuses_a_second_and_stops_in_order(tmp_path: Path) -> None:
    with RunningDesk(tmp_path / "desk") as desk:
        assert desk.ready()["ready"]
        desk.wait_for(desk.all_well, 120)

        second = desk.run_another(SUPPORTDESK_PORT="1")
        assert second.returncode != 0
        assert second.stdout == ""
        assert len(second.stderr.strip().splitlines()) == 1
        assert "already runs on" in second.stderr

        assert desk.command("check", "--database", "default").returncode == 0

        children = desk.children()
        order, seconds = desk.stop_and_watch(children)
        assert seconds < 10
        assert order[0] == "web"
        assert sorted(order[1:3]) == ["beat", "worker"]
        assert order[3:] == ["broker", "database"]
        assert list((desk.state / "run").glob("*.pid")) == []
        log = (desk.state / "log" / "database.log").read_text()
        assert "database system is shut down" in log

    gone = desk.command("migrate", "--check")
    assert gone.returncode == 1
    assert gone.stderr.startswith("No database answers: start the desk with `make run`")
    assert len(gone.stderr.strip().splitlines()) == 1


def test_a_port_that_is_taken_is_one_clear_sentence(tmp_path: Path) -> None:
    desk = RunningDesk(tmp_path / "desk")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        refused = desk.run_another(SUPPORTDESK_PORT=str(other.getsockname()[1]))
    assert refused.returncode == 1
    assert "set SUPPORTDESK_PORT to a free one" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    assert not (desk.state / "database").exists()
