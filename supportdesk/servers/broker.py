"""A Redis-protocol server of one's own: broker and pub/sub on a socket, with an append-only file."""

from __future__ import annotations

import signal
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from supportdesk.servers import programs
from supportdesk.servers.accounts import data_folder, within_reach
from supportdesk.servers.processes import Server


def valkey(state: Path, sockets: Path, *, hasty: bool = False) -> Server:
    """The server whose data lie in `state/broker`; `hasty` keeps nothing on disk.

    Raises:
        ServerMissing: there is no such server here; says what to install.
    """
    data, account = data_folder(state, "broker")
    program = within_reach(programs.broker(), account)
    socket = sockets / "broker.sock"
    keep = ("--save", "", "--appendonly", "no") if hasty else ("--appendonly", "yes")
    return Server(
        name="broker",
        command=(
            *(str(program), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
            *("--dir", str(data), "--maxmemory-policy", "noeviction", "--set-proc-title", "no"),
            *keep,
        ),
        state=state,
        account=account,
        url=f"unix://{socket}",
        answers=lambda: _answers(socket),
        stop_signal=signal.SIGTERM,
    )


def _answers(socket: Path) -> bool:
    link = redis.Redis(unix_socket_path=str(socket), socket_timeout=2, retry=Retry(NoBackoff(), 0))
    try:
        return bool(link.ping())
    except redis.RedisError:
        return False
    finally:
        link.close()
