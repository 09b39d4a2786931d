"""Tickets are pushed and answered while worker, broker, database and web are killed in turn: what the desk
acknowledged is there, once, and every timer that ran out was told exactly once."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.platform.desks import RunningDesk

pytestmark = pytest.mark.long

ORGANISATION = """
[[vendor]]
slug = "acme"
name = "Acme Support"

[[line]]
slug = "creator-rewards"
name = "Creator rewards"
owner = "lea"

[[team]]
slug = "acme-rewards"
name = "Acme rewards"
vendor = "acme"

[[team]]
slug = "rewards-desk"
name = "Rewards desk"

[[queue]]
slug = "creator-rewards-t1-acme"
line = "creator-rewards"
tier = 1
team = "acme-rewards"

[[person]]
username = "lea"
name = "Lea Roth"
email = "lea@desk.example"
role = "lead"

[[policy]]
slug = "rewards"
order = 10
match = {}
calendar = "always"
warn_at = [50]
[policy.targets]
first_reply = { normal = "4s" }
"""
PUSHERS = 4
KILLS = ("worker", "broker", "database", "web", "worker", "database")
GONE = (OSError, ValueError, urllib.error.HTTPError)


class Vendor:
    """A vendor's system: pushes under its own references, tries again until it is told, and keeps count."""

    def __init__(self, desk: RunningDesk, token: str) -> None:
        self.base = f"http://127.0.0.1:{desk.port}/api/v1/"
        self.token = token
        self.acknowledged: dict[str, str] = {}
        self.refused: list[tuple[int, bytes]] = []
        self.enough = threading.Event()

    def ask(self, method: str, path: str, body: Any = None, timeout: float = 10, **headers: str) -> Any:
        request = urllib.request.Request(  # noqa: S310
            path if path.startswith("http") else self.base + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
        )
        with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310
            return json.load(answer)

    def push_until_enough(self, pusher: int) -> None:
        number = 0
        while not self.enough.is_set():
            number += 1
            self.push(f"load-{pusher}-{number}")

    def push(self, reference: str) -> None:
        body = {
            "channel": "in_app",
            "lob": "creator-rewards",
            "subject": f"Payout {reference}",
            "body": "It is missing.",
            "creator": {"external_id": reference},
            "external_ref": reference,
        }
        for _ in range(600):
            try:
                self.acknowledged[reference] = self.ask("POST", "tickets/", body, Idempotency_Key=reference)[
                    "id"
                ]
                return
            except urllib.error.HTTPError as error:
                if error.code < 500 and error.code != 409:
                    self.refused.append((error.code, error.read()))
                    return
            except GONE:
                pass
            self.enough.wait(0.1)

    def everything(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        page: str | None = "tickets/?page_size=200"
        while page:
            answer = self.ask("GET", page)
            rows += answer["results"]
            page = answer["next"]
        return rows


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    organisation = tmp_path / "org.toml"
    organisation.write_text(ORGANISATION)
    with RunningDesk(tmp_path / "state") as desk:
        assert desk.command("apply_setup", str(organisation)).returncode == 0
        made = desk.command("create_key", "--vendor", "acme", "--scopes", "tickets:read,tickets:write")
        vendor = Vendor(desk, made.stdout.strip().splitlines()[-1])
        pushers = [threading.Thread(target=vendor.push_until_enough, args=(n,)) for n in range(PUSHERS)]
        for pusher in pushers:
            pusher.start()
        for name in KILLS:
            had = len(vendor.acknowledged)
            desk.wait_for(lambda had=had: len(vendor.acknowledged) > had + 20, 60)
            victim = desk.pid(name)
            assert victim is not None
            os.kill(victim, signal.SIGKILL)
            desk.wait_for(lambda name=name, victim=victim: desk.pid(name) not in (None, victim), 30)
            desk.wait_for(desk.all_well, 120)
        vendor.enough.set()
        for pusher in pushers:
            pusher.join(60)
            assert not pusher.is_alive()

        assert vendor.refused == []
        stored = vendor.everything()
        found = {row["external_ref"]: row["id"] for row in stored}
        assert len(found) == len(stored)
        assert {reference: found.get(reference) for reference in vendor.acknowledged} == vendor.acknowledged

        def told(ref: str) -> Counter[str]:
            events = vendor.ask("GET", f"tickets/{ref}/events/")["results"]
            return Counter(event["kind"] for event in events)

        sample = [row["id"] for row in stored][:: max(1, len(stored) // 60)]
        once = Counter({"created": 1, "sla_warning": 1, "sla_breached": 1})
        started = time.monotonic()
        while any(told(ref) != once for ref in sample):
            assert time.monotonic() - started < 40, {ref: told(ref) for ref in sample}
            vendor.enough.clear()
            vendor.enough.wait(0.5)
