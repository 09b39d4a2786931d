"""The desk as a whole: what starts in which order, who watches, what stops in which order."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

from supportdesk.management.running.children import Child, python_child, server_child
from supportdesk.management.running.leftovers import end_leftovers
from supportdesk.servers.accounts import data_folder, remove_socket_folder, socket_folder
from supportdesk.servers.addresses import PROJECT, Addresses, state_file, write_state
from supportdesk.servers.broker import valkey
from supportdesk.servers.database import postgresql
from supportdesk.servers.processes import MARK

READY_WITHIN = 180.0


class CannotRun(Exception):
    """The desk does not start here; the message says why in one sentence."""


class StopAsked(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal."""


@dataclass(frozen=True)
class Plan:
    """What the person asked for: state folder, port, servers of their own, demo data."""

    state: Path
    port: int
    database: str | None
    broker: str | None
    demo: bool

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def wants_demo(self) -> bool:
        """Demo data go only into servers that this desk started itself."""
        return self.demo and self.database is None and self.broker is None


class Desk:
    """Runs a plan until it is asked to stop. `say` gets one line of progress at a time."""

    def __init__(self, plan: Plan, say: Callable[[str], None]) -> None:
        self.plan = plan
        self.say = say
        self.children: list[Child] = []  # in the order in which they start
        self.restarts: dict[str, float] = {}  # name → monotonic instant of the next start

    def run(self) -> None:
        """Start everything, say how to get in, watch until asked to stop, stop everything.

        Raises:
            CannotRun, ServerMissing, ServerFailed: nothing is left running.
        """
        prepare_folders(self.plan.state)
        with only_one_desk(self.plan), stop_signals():
            try:
                self._start()
                while True:
                    self._watch()
                    time.sleep(0.2)
            except StopAsked:
                self.say("Stopping.")
            finally:
                ignore_stop_signals()
                self.stop()

    def stop(self) -> None:
        """Web first; then worker and beat together; then the broker; last the database. Ten seconds."""
        by_name = {child.name: child for child in self.children}
        for together in (("web",), ("worker", "beat"), ("broker",), ("database",)):
            asked = [by_name[name] for name in together if name in by_name]
            for child in asked:
                child.ask_to_stop()
            until = time.monotonic() + max((child.grace for child in asked), default=0)
            for child in asked:
                child.make_stop(until)
        state_file(self.plan.state).unlink(missing_ok=True)
        end_leftovers(self.plan.state)
        remove_socket_folder(self.plan.state)

    def _start(self) -> None:
        plan = self.plan
        if ended := end_leftovers(plan.state):
            self.say(f"Ended {len(ended)} processes that a desk killed earlier had left here.")
        refuse_a_taken_port(plan.port)
        addresses = self._start_servers()
        write_state(plan.state, replace(addresses, web=plan.address.rstrip("/")))
        environment = {
            **os.environ,
            "SUPPORTDESK_HOME": str(plan.state),
            "DATABASE_URL": addresses.database or "",
            "REDIS_URL": addresses.broker or "",
        }
        self._prepare(environment)
        for name, arguments in program_arguments(plan).items():
            self._launch(python_child(name, arguments, plan.state, environment))
        self._wait_until_ready()
        self.say(f"Ready: {plan.address}")
        self.say(f"Logs: {plan.state / 'log'}. Ctrl-C stops everything; the data stay.")

    def _start_servers(self) -> Addresses:
        state, urls = self.plan.state, {"database": self.plan.database, "broker": self.plan.broker}
        for name, describe in (("database", postgresql), ("broker", valkey)):
            if urls[name] is None:
                self.say(f"Starting the {name}.")
                sockets = socket_folder(state, data_folder(state, name)[1])
                describe_again = functools.partial(describe, state, sockets)
                server = describe_again()
                child = server_child(server, describe_again)
                server.wait_until_it_answers(self._launch(child), child.log)
                if server.prepare is not None:
                    server.prepare()
                urls[name] = server.url
        return Addresses(**urls)

    def _prepare(self, environment: dict[str, str]) -> None:
        arguments = ["prepare_desk", *(["--demo"] if self.plan.wants_demo else [])]
        ended = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT,
            env={**environment, MARK: str(self.plan.state)},
            stdin=subprocess.DEVNULL,
            process_group=0,
            check=False,
        )
        if ended.returncode:
            raise CannotRun("The database could not be prepared: the lines above say why.")

    def _launch(self, child: Child) -> subprocess.Popen[bytes]:
        if child not in self.children:
            self.children.append(child)
        return child.start()

    def _wait_until_ready(self) -> None:
        self.say("Starting web, worker and beat.")
        patience = time.monotonic() + READY_WITHIN
        while not answers_ready(self.plan.port):
            self._watch()
            if time.monotonic() > patience:
                raise CannotRun(
                    f"The web server was not ready in time: see {self.plan.state / 'log/web.log'}."
                )
            time.sleep(0.1)

    def _watch(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if how := child.death(now):
                pause = child.pause()
                self.restarts[child.name] = now + pause
                when = f"in {pause:.0f} s" if pause else "now"
                self.say(f"The {child.name} {how}; it starts again {when} (see {child.log}).")
            if child.process is None and now >= self.restarts.get(child.name, now):
                child.start()


def program_arguments(plan: Plan) -> dict[str, list[str]]:
    """What `python -m` runs for each part of the product, in the order in which they start."""
    web = ["granian", "supportdesk.asgi:application", "--interface", "asginl", "--no-ws"]
    web += [
        "--host",
        "127.0.0.1",
        "--port",
        str(plan.port),
        "--workers",
        os.environ.get("SUPPORTDESK_WORKERS", "2"),
    ]
    web += ["--respawn-failed-workers", "--workers-kill-timeout", "2", "--log-level", "warning"]
    celery = ["celery", "--app", "supportdesk", "--quiet"]
    return {
        "web": web,
        "worker": [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle"],
        "beat": [*celery, "beat"],
    }


def prepare_folders(state: Path) -> None:
    """The state folder, with a secret of its own that outlives restarts."""
    try:
        for folder in (state, state / "run", state / "log"):
            folder.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            opened = os.open(state / "secret_key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(opened, "w") as file:
                file.write(secrets.token_urlsafe(48))
    except OSError as failure:
        raise CannotRun(
            f"{state} can't hold the desk's state ({failure.strerror}): set SUPPORTDESK_HOME."
        ) from None


@contextlib.contextmanager
def only_one_desk(plan: Plan) -> Iterator[None]:
    """Hold the state folder's lock, which the system lets go of even after a kill -9."""
    with (plan.state / "run" / "desk.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotRun(
                f"A desk already runs on {plan.state} ({lock.read().strip() or 'starting'}): "
                "stop it first, or set SUPPORTDESK_HOME to another folder."
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, {plan.address}")
        lock.flush()
        yield


def refuse_a_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as failure:
            raise CannotRun(
                f"Port {port} can't be used ({failure.strerror}): set SUPPORTDESK_PORT to a free one."
            ) from None


def answers_ready(port: int) -> bool:
    """Whether `/readyz` says 200."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextlib.contextmanager
def stop_signals() -> Iterator[None]:
    """Turn the first stop signal into `StopAsked`; further ones change nothing, nor does a terminal that closes
    under `nohup`."""

    def asked(number: int, frame: FrameType | None) -> None:
        ignore_stop_signals()
        raise StopAsked

    wanted = [number for number in STOP_SIGNALS if not is_under_nohup(number)]
    before = {number: signal.signal(number, asked) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def is_under_nohup(number: int) -> bool:
    return number == signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN


def ignore_stop_signals() -> None:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
