"""Starts a real desk in a folder of its own, pushes tickets into it, works them, and prints a table.

    make bench ARGS="--tickets 5000 --clients 4"

Every number is of requests over loopback while worker and beat run; client and servers share the machine.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.platform.desks import RunningDesk


@dataclass
class Measure:
    """The seconds that each call of one kind took, and how long all of them took together."""

    name: str
    calls: list[float] = field(default_factory=list)
    wall: float = 0.0

    def row(self) -> str:
        ordered = sorted(self.calls)
        p95 = ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]
        a_second = len(ordered) / self.wall
        middle = statistics.median(ordered)
        return f"{self.name:<34}{len(ordered):>8}{a_second:>10.0f}{middle * 1000:>10.1f}{p95 * 1000:>10.1f}"


HEAD = f"{'':<34}{'calls':>8}{'a second':>10}{'median ms':>10}{'p95 ms':>10}"


class Caller:
    """One kept-alive connection; any answer but those expected ends the measurement."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = headers

    def call(self, method: str, path: str, body: Any = None, expected: tuple[int, ...] = (200,)) -> float:
        """Seconds from sending to the last byte."""
        content = None if body is None else json.dumps(body).encode()
        headers = self.headers | ({} if content is None else {"Content-Type": "application/json"})
        started = time.perf_counter()
        self.connection.request(method, path, content, headers)
        answer = self.connection.getresponse()
        said = answer.read()
        took = time.perf_counter() - started
        if answer.status not in expected:
            raise SystemExit(f"{method} {path} answered {answer.status}: {said[:300]!r}")
        return took


def measure(name: str, callers: list[Caller], jobs: Iterable[Callable[[Caller], float]]) -> Measure:
    """Deal the jobs out to the callers, each of which works its share one after the other."""
    shares: list[list[Callable[[Caller], float]]] = [[] for _ in callers]
    for number, job in enumerate(jobs):
        shares[number % len(callers)].append(job)

    def work(caller: Caller, share: list[Callable[[Caller], float]]) -> list[float]:
        return [job(caller) for job in share]

    found = Measure(name)
    started = time.perf_counter()
    with ThreadPoolExecutor(len(callers)) as pool:
        for calls in pool.map(work, callers, shares):
            found.calls += calls
    found.wall = time.perf_counter() - started
    return found


def push(number: int) -> Callable[[Caller], float]:
    body = {
        "channel": "in_app" if number % 3 else "webform",
        "lob": "creator-rewards",
        "subject": f"Payout {number} has not arrived",
        "body": "The payout of last month is missing. My balance shows it as sent. " * 3,
        "priority": ("urgent", "high", "normal", "normal", "low")[number % 5],
        "locale": ("en", "pt-BR")[number % 2],
        "external_ref": f"bench-{number}",
        "creator": {"external_id": str(number % 700), "handle": f"@c{number % 700}", "region": "BR"},
    }
    return lambda caller: caller.call("POST", "/api/v1/tickets/", body, (201,))


def get(path: str) -> Callable[[Caller], float]:
    return lambda caller: caller.call("GET", path)


def claim(slug: str) -> Callable[[Caller], float]:
    return lambda caller: caller.call("POST", f"/api/v1/queues/{slug}/claim/", {}, (200, 204))


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--tickets", type=int, default=2000)
    parser.add_argument("--clients", type=int, default=4)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="supportdesk-bench-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        with RunningDesk(folder / "desk") as desk:
            tokens, session = people_and_keys(desk, options.clients)
            machines = [Caller(desk.port, {"Authorization": f"Bearer {token}"}) for token in tokens]
            browser = Caller(desk.port, {"Cookie": f"sessionid={session}"})
            print(f"{options.tickets} tickets, {options.clients} clients, {os.cpu_count()} cores\n{HEAD}")
            lists = ["/api/v1/tickets/?page_size=50", "/api/v1/tickets/?ordering=due_at&page_size=50"]
            for found in (
                measure("push a ticket", machines, map(push, range(options.tickets))),
                measure("list 50 tickets", machines, map(get, lists * 50)),
                measure("search", machines, map(get, ["/api/v1/tickets/?q=balance&page_size=20"] * 60)),
                measure("claim the next ticket", machines, map(claim, ["creator-rewards-t1-acme"] * 200)),
                measure("queues with depth", machines, map(get, ["/api/v1/queues/"] * 60)),
                measure("queue page", [browser], map(get, ["/queue/"] * 40)),
            ):
                print(found.row(), flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def people_and_keys(desk: RunningDesk, count: int) -> tuple[list[str], str]:
    """Write the cast, a policy and `count` tools' keys into the desk; their tokens and dana's session."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.bench.organisation", str(count)],
        env=desk.environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    written = json.loads(told.stdout)
    return written["tokens"], written["session"]


if __name__ == "__main__":
    main()
