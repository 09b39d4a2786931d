"""Loading the demo: the organisation, a history up to now, and a password that all of its people share."""

from __future__ import annotations

import json
import secrets
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import transaction

from supportdesk.management.demo.material import organisation, read_material
from supportdesk.management.demo.writing import write_history
from supportdesk.setup_file.applying import apply_setup
from teams.models import Person
from tickets import actions
from tickets.actions import replay_history
from tickets.history.entries import BadLine
from tickets.models import Ticket

ORIGIN: Final = "demo"


@dataclass(frozen=True)
class Loaded:
    tickets: int
    people: int
    password: str


class DemoIsWrong(Exception):
    """A line of the demo's own history that cannot be replayed: a mistake in its files."""


@transaction.atomic
def load_demo(*, at: datetime) -> Loaded | None:
    """Make a desk that looks as if it had worked for days; None, and nothing done, where it has tickets."""
    if Ticket.objects.exists():
        return None
    apply_setup(content=organisation(), at=at)
    for source, lines in write_history(read_material(), at).items():
        text = "".join(json.dumps(line) + "\n" for line in lines)
        file = BytesIO(text.encode("utf-8"))
        bad: list[BadLine] = []
        for replayed in replay_history(file=file, origin=ORIGIN, source=source, at=at):
            bad += replayed.bad
        if bad:
            raise DemoIsWrong("; ".join(f"{source}, {wrong}" for wrong in bad))
    pend_until_later(at)
    password = secrets.token_urlsafe(9)
    return Loaded(Ticket.objects.count(), set_passwords(password), password)


def pend_until_later(at: datetime) -> None:
    """Say of what waits for a third party until when: the first within minutes, the others tomorrow."""
    waiting = Ticket.objects.filter(status="pending", pending_on="third_party").order_by("created_at", "pk")
    for place, ticket in enumerate(waiting):
        until = at + (timedelta(minutes=20) if place == 0 else timedelta(hours=16 + place))
        actions.pend(
            ticket=ticket,
            by=ticket.assignee,
            on="third_party",
            until=until,
            origin=ORIGIN,
            at=ticket.updated_at,
        )


def set_passwords(password: str) -> int:
    """Give everybody whom the demo names this password; how many they are."""
    names = [person["username"] for person in tomllib.loads(organisation().decode("utf-8"))["person"]]
    return Person.objects.filter(username__in=names).update(password=make_password(password))
