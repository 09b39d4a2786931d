"""Alerts with their tickets: for the page, for the board, for those to whom they are addressed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from slas.models import Alert
from teams.models import Key, Person
from tickets.live import Fact, sight_of
from tickets.models import OutboxRow, Ticket
from tickets.querysets import visible_condition
from tickets.words import UNSOLVED

WITH_TICKET = "timer__clock__ticket"


@dataclass(frozen=True)
class AlertLine:
    """One alert as pages show it. `level` is per cent of the target; 100 is the breach."""

    alert_id: int
    ref: str
    subject: str
    queue: str
    assignee: str | None
    metric: str
    cycle: int
    level: int
    instant: datetime
    due_at: datetime | None

    @property
    def is_breach(self) -> bool:
        return self.level == 100


def alert_feed(caller: Person | Key, *, limit: int = 50) -> list[AlertLine]:
    """What nobody has acknowledged of the tickets this caller sees, newest first. One query.

    Of each timer that has not ended the highest level that it reached, so that whoever acknowledges a
    breach need not acknowledge its warnings too. Subjects come as they are stored; masking is the page's.
    """
    found = (
        Alert.objects.unacknowledged()
        .filter(timer__ended_at=None, level=F("timer__warned"))
        .filter(visible_condition(caller, f"{WITH_TICKET}__"))
        .filter(**{f"{WITH_TICKET}__status__in": UNSOLVED})
        .select_related(
            *(f"{WITH_TICKET}__{name}" for name in ("queue", "assignee", "holder")),
        )
        .order_by("-raised_at", "-pk")
    )
    return [line_of(alert) for alert in found[:limit]]


def line_of(alert: Alert) -> AlertLine:
    ticket = alert.timer.clock.ticket
    return AlertLine(
        alert_id=alert.pk,
        ref=ticket.ref,
        subject=ticket.subject,
        queue=ticket.queue.slug,
        assignee=ticket.holder_label,
        metric=alert.timer.metric,
        cycle=alert.timer.cycle,
        level=alert.level,
        instant=alert.instant,
        due_at=alert.timer.due_at,
    )


def alerts_of(ticket: Ticket) -> list[Alert]:
    """All alerts of a ticket that the caller has looked up, newest first, with timer and who saw to it."""
    found = Alert.objects.filter(timer__clock=ticket.clock_id).select_related("timer", "acknowledged_by")
    return list(found.order_by("-instant", "-level", "-pk"))


def visible_alert(alert_id: int, person: Person) -> Alert | None:
    """An alert with its ticket and who holds that, if the person sees it; one query."""
    found = Alert.objects.filter(visible_condition(person, f"{WITH_TICKET}__"), pk=alert_id)
    return found.select_related(
        *(f"{WITH_TICKET}__{name}" for name in ("queue", "assignee", "holder"))
    ).first()


def page_facts(rows: Sequence[OutboxRow], *, at: datetime) -> list[Fact]:
    """What open pages are told of these rows, each for the persons whom it names; one query.

    An alert that somebody has acknowledged by now is told to nobody.
    """
    alerts = (
        Alert.objects.unacknowledged()
        .select_related(f"{WITH_TICKET}__line", f"{WITH_TICKET}__queue__team")
        .in_bulk([row.ids["alert"] for row in rows])
    )
    return [page_fact(row, alerts[row.ids["alert"]], at=at) for row in rows if row.ids["alert"] in alerts]


def page_fact(row: OutboxRow, alert: Alert, *, at: datetime) -> Fact:
    ticket = alert.timer.clock.ticket
    return {
        "kind": "alert",
        "sign": str(row.sign),
        "alert": alert.pk,
        "persons": row.ids["persons"],
        "ref": ticket.ref,
        "queue": ticket.queue.slug,
        "metric": alert.timer.metric,
        "cycle": alert.timer.cycle,
        "level": alert.level,
        "instant": alert.instant.isoformat(),
        "at": at.isoformat(),
        **sight_of(ticket),
    }
