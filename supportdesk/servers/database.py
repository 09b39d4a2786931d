"""A PostgreSQL of one's own: made on first use, on a socket only, under an account that is not root."""

from __future__ import annotations

import shutil
import signal
import subprocess
from pathlib import Path

import psutil
import psycopg2

from supportdesk.servers import programs
from supportdesk.servers.accounts import Account, data_folder, within_reach
from supportdesk.servers.processes import Server, ServerFailed, plain_environment

OWNER = "supportdesk"
SETTINGS = {
    "listen_addresses": "",
    "timezone": "UTC",
    "jit": "off",
    "max_connections": "100",
    "logging_collector": "off",
}
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
"""For data that nobody would miss: tests."""


def postgresql(state: Path, sockets: Path, *, hasty: bool = False) -> Server:
    """The server whose data lie in `state/database`, made now if they are not there yet.

    `sockets` must belong to the account that `data_folder` picks. `hasty` trades safety against a crash for
    speed.

    Raises:
        ServerMissing: there is no PostgreSQL here; says what to install.
        ServerFailed: the data folder could not be made, or belongs to another major version.
    """
    data, account = data_folder(state, "database")
    found = within_reach(programs.postgresql(), account)
    cluster = _cluster(data, found, account, hasty=hasty)
    _drop_stale_lock(cluster)
    terms = {**SETTINGS, "unix_socket_directories": str(sockets), **(HASTY if hasty else {})}
    command = [str(found / "postgres"), "-D", str(cluster)]
    for name, value in terms.items():
        command += ["-c", f"{name}={value}"]
    return Server(
        name="database",
        command=tuple(command),
        state=state,
        account=account,
        url=f"postgresql://{OWNER}@/{OWNER}?host={sockets}",
        answers=lambda: _answers(sockets),
        stop_signal=signal.SIGINT,
        prepare=lambda: _create_database(sockets),
    )


def _cluster(data: Path, found: Path, account: Account, *, hasty: bool) -> Path:
    """The folder below `data` named for the major version; made under another name, so never half-made."""
    version = programs.major_version(found / "postgres")
    cluster = data / str(version)
    if cluster.is_dir():
        return cluster
    if others := sorted(other.name for other in data.iterdir() if other.name.isdigit()):
        raise ServerFailed(
            f"{data} holds data of PostgreSQL {others[-1]}, but here is {version}: "
            "dump them there and restore them here."
        )
    draft = data / "draft"
    shutil.rmtree(draft, ignore_errors=True)
    command = [str(found / "initdb"), "-D", str(draft), "-U", OWNER, "--auth=trust", "--encoding=UTF8"]
    command += ["--locale-provider=builtin"] if version >= 17 else []
    command += ["--locale=C.UTF-8"]
    command += ["--no-sync"] if hasty else []
    made = subprocess.run(
        command,
        cwd="/",
        env=plain_environment(),
        capture_output=True,
        text=True,
        check=False,
        **account.identity,
    )
    if made.returncode:
        raise ServerFailed(f"initdb failed: {(made.stderr.strip() or 'it said nothing').splitlines()[-1]}")
    return draft.rename(cluster)


def _drop_stale_lock(cluster: Path) -> None:
    """Remove a `postmaster.pid` whose number now belongs to another program, as happens after a reboot."""
    lock = cluster / "postmaster.pid"
    try:
        number = int(lock.read_text().split()[0])
        running = psutil.Process(number).cmdline()
    except (OSError, ValueError, IndexError, psutil.Error):
        return
    if str(cluster) not in running:
        lock.unlink(missing_ok=True)


def _answers(sockets: Path) -> bool:
    try:
        psycopg2.connect(host=str(sockets), user=OWNER, dbname="postgres", connect_timeout=2).close()
    except psycopg2.OperationalError:
        return False
    return True


def _create_database(sockets: Path) -> None:
    link = psycopg2.connect(host=str(sockets), user=OWNER, dbname="postgres")
    link.autocommit = True
    try:
        with link.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [OWNER])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {OWNER}")
    finally:
        link.close()
