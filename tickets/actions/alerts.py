"""Timers that became late: the sweep that tells, and the word of whoever sees to it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Max

from slas import actions as clocks
from slas.models import Alert
from slas.moves import Crossing
from slas.queries import due_clock_ids
from slas.timers import BREACH
from teams.models import Person
from tickets.actions.change import changing
from tickets.live import announce, ticket_fact
from tickets.models import Event, Ticket

BATCH: Final = 200
"""Timers in one transaction: few enough that nobody waits long for one of their tickets."""
TIMERS_OF_A_CLOCK: Final = 8
SHARED: Final = ("line", "queue", "assignee", "holder")
"""What many tickets have in common, read once for all of them."""

WRITE_DOWN: Final = """
UPDATE tickets_ticket AS ticket
SET due_at = told.due_at, at_risk_at = told.at_risk_at, at_risk_until = told.at_risk_until,
    event_count = told.events, version = ticket.version + 1,
    updated_at = greatest(ticket.updated_at, %s)
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::int[])
    AS told(id, due_at, at_risk_at, at_risk_until, events)
WHERE ticket.id = told.id
"""

ADD_EVENTS: Final = """
INSERT INTO tickets_event (ticket_id, seq, at, kind, data, origin)
SELECT told.*, %s
FROM unnest(%s::bigint[], %s::int[], %s::timestamptz[], %s::text[], %s::jsonb[]) AS told
"""

POST: Final = """
INSERT INTO tickets_outboxrow
    (lane, kind, ids, sign, created_at, not_before, attempts, last_error, remark)
SELECT told.lane, told.kind, told.ids, gen_random_uuid(), %(at)s, %(at)s, 0, '', ''
FROM unnest(%(lanes)s::text[], %(kinds)s::text[], %(ids)s::jsonb[]) AS told(lane, kind, ids)
"""


def raise_alerts(*, at: datetime) -> int:
    """Tell every level that timers have reached by `at`; how many alerts were raised.

    Batch after batch, each in a transaction of its own, until nothing is left but tickets that others hold
    locked: another sweep, which tells them, or a verb, after which the next sweep does. One query where
    nothing is due, at most fifteen a batch.
    """
    raised = 0
    passed_over: set[int] = set()
    while True:
        due = due_clock_ids(at=at, limit=BATCH + TIMERS_OF_A_CLOCK * len(passed_over))
        fresh = [clock_id for clock_id in due if clock_id not in passed_over][:BATCH]
        if not fresh:
            return raised
        told = raise_alerts_of(clock_ids=fresh, at=at)
        raised += len(told)
        passed_over.update(set(fresh) - {crossing.clock_id for crossing in told})


@transaction.atomic
def raise_alerts_of(*, clock_ids: Iterable[int], at: datetime, origin: str = "") -> list[Crossing]:
    """Tell what has come by `at` of the tickets with these clocks, but for those that somebody has locked.

    Locks tickets before timers, as every verb does. Of each crossing one alert and one event, at its own
    instant; mails and page alerts go to those whom it concerns, for the highest level a timer has reached
    and not for what has ended since. Silent are an `origin`, as that of a replay, and crossings that lie
    before the last line that was replayed or imported of their ticket.
    """
    tickets = {
        ticket.clock_id: ticket
        for ticket in Ticket.objects.filter(clock__in=list(clock_ids))
        .only("clock", "ref", "status", "version", "event_count", "vendor", *SHARED)
        .prefetch_related(*SHARED, "queue__team")
        .select_for_update(skip_locked=True)
    }
    crossings = clocks.take_due(clock_ids=tickets, at=at) if tickets else []
    if not crossings:
        return []
    present = [] if origin else after_imports(crossings, tickets)
    with connection.cursor() as cursor:
        add_events(cursor, crossings, tickets, origin)
        write_down(cursor, crossings, tickets, at)
        post(cursor, worth_a_message(present), tickets, at)
    announce_crossings(present, tickets, at)
    return crossings


def after_imports(crossings: Sequence[Crossing], tickets: dict[int, Ticket]) -> list[Crossing]:
    """Those after the last line that was replayed or imported of their ticket: what is past stays silent."""
    imported = dict(
        Event.objects.filter(ticket__in=[ticket.pk for ticket in tickets.values()])
        .exclude(origin="")
        .values_list("ticket")
        .annotate(Max("recorded_at"))
    )

    def is_past(crossing: Crossing) -> bool:
        until = imported.get(tickets[crossing.clock_id].pk)
        return until is not None and crossing.instant <= until

    return [crossing for crossing in crossings if not is_past(crossing)]


def worth_a_message(crossings: Sequence[Crossing]) -> list[Crossing]:
    """Of each timer that has not ended the highest level."""
    highest = {crossing.timer_id: crossing for crossing in sorted(crossings, key=lambda one: one.level)}
    return [crossing for crossing in highest.values() if not crossing.ended]


def add_events(
    cursor: CursorWrapper, crossings: Sequence[Crossing], tickets: dict[int, Ticket], origin: str
) -> None:
    """The lines in the tickets' histories, next in order, each at the instant of its crossing."""
    places = []
    for crossing in crossings:
        ticket = tickets[crossing.clock_id]
        ticket.event_count += 1
        places.append((ticket.pk, ticket.event_count))
    cursor.execute(
        ADD_EVENTS,
        [
            origin,
            [ticket for ticket, _ in places],
            [seq for _, seq in places],
            [crossing.instant for crossing in crossings],
            [kind_of(crossing) for crossing in crossings],
            [json.dumps(data_of(crossing)) for crossing in crossings],
        ],
    )


def kind_of(crossing: Crossing) -> str:
    return "sla_breached" if crossing.level == BREACH else "sla_warning"


def data_of(crossing: Crossing) -> dict[str, Any]:
    return {
        "metric": crossing.metric,
        "cycle": crossing.cycle,
        "level": crossing.level,
        "due_at": crossing.due_at.isoformat() if crossing.due_at is not None else None,
        "alert": crossing.alert_id,
    }


def write_down(
    cursor: CursorWrapper, crossings: Sequence[Crossing], tickets: dict[int, Ticket], at: datetime
) -> None:
    """Bring the mirrors of all tickets up to date and count their versions and events up."""
    mirrors = {crossing.clock_id: crossing.mirror for crossing in crossings}
    for clock_id, mirror in mirrors.items():
        tickets[clock_id].version += 1
        tickets[clock_id].mirror(mirror)
    cursor.execute(
        WRITE_DOWN,
        [
            at,
            [tickets[clock_id].pk for clock_id in mirrors],
            [mirror.due_at for mirror in mirrors.values()],
            [mirror.at_risk_at for mirror in mirrors.values()],
            [mirror.at_risk_until for mirror in mirrors.values()],
            [tickets[clock_id].event_count for clock_id in mirrors],
        ],
    )


def post(
    cursor: CursorWrapper, crossings: Sequence[Crossing], tickets: dict[int, Ticket], at: datetime
) -> None:
    """One page alert for all, one mail for each: who holds it, the team's lead, the line's owner.

    Whether they may see the ticket is asked when it is sent.
    """
    rows: list[tuple[str, str, str]] = []
    for crossing in crossings:
        ticket, alert = tickets[crossing.clock_id], crossing.alert_id
        concerned = (ticket.assignee_id, ticket.queue.team.lead_id, ticket.line.owner_id)
        persons = sorted({person for person in concerned if person is not None})
        if persons:
            told = json.dumps({"alert": alert, "persons": persons})
            rows.append((f"page:{ticket.pk}", "page_alert", told))
        rows += [
            (
                f"alert:{ticket.pk}:{person}",
                "alert_mail",
                json.dumps({"alert": alert, "person": person}),
            )
            for person in persons
        ]
    if rows:
        lanes, kinds, ids = (list(column) for column in zip(*rows, strict=True))
        cursor.execute(POST, {"at": at, "lanes": lanes, "kinds": kinds, "ids": ids})


def announce_crossings(crossings: Sequence[Crossing], tickets: dict[int, Ticket], at: datetime) -> None:
    """Tell open pages, after the commit, whose timers have crossed a level."""
    kinds: dict[int, list[str]] = {}
    for crossing in crossings:
        kinds.setdefault(crossing.clock_id, []).append(kind_of(crossing))
    announce(*(ticket_fact(tickets[clock_id], told, at) for clock_id, told in kinds.items()))


def acknowledge(*, alert_id: int, by: Person, word: str, at: datetime) -> Alert:
    """Somebody has seen an alert and says in a word what they do about it.

    Raises `Ticket.DoesNotExist` where `by` cannot see its ticket, `NotAllowed` where they only read it,
    `BadInput` at /word without a word, `Conflict` where somebody was first.
    """
    ticket = Ticket.objects.visible_to(by).get(clock__timers__alerts=alert_id)
    with changing(ticket, by=by, at=at) as change:
        alert = clocks.acknowledge_alert(alert_id=alert_id, by=by, word=word, at=at)
        change.record(
            "sla_acknowledged",
            metric=alert.timer.metric,
            cycle=alert.timer.cycle,
            level=alert.level,
            alert=alert.pk,
        )
    return alert
