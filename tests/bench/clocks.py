"""The sweep and the board on many tickets, called directly, in a database that is filled for it.

    python -m tests.bench.clocks [TICKETS]

Opens one ticket by its verb and has the database copy it: so many open ones in forty queues, with timers that
run, a thousand of them due. Beside each figure stands its floor: what the database takes for the bare rows.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import django
import psycopg2

from tests.throwaway import ThrowawayServers

SERVERS = ThrowawayServers()
os.environ["DATABASE_URL"] = SERVERS.start().database or ""
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportdesk.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, models  # noqa: E402

from slas.models import Clock, Timer  # noqa: E402
from supportdesk.clock import now  # noqa: E402
from teams.models import Queue  # noqa: E402
from tests.cast import Cast, build_cast  # noqa: E402
from tests.tickets.conftest import new_ticket  # noqa: E402
from tests.work import define_rewards_policy  # noqa: E402
from tickets import actions  # noqa: E402
from tickets.models import Event, Ticket  # noqa: E402
from tickets.queries.board import board  # noqa: E402
from tickets.queries.queues import queue_figures  # noqa: E402

AT = now()
DUE = 1000
FIRST = 10_000
"""Keys of copies begin here."""


def copy_row(model: type[models.Model], pk: int, count: int, **columns: str) -> None:
    """Copy a row so many times; `columns` are SQL over the copy's number `g`."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    names = [field.column for field in fields]
    values = [columns.get(name, f"model.{name}") for name in names]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) OVERRIDING SYSTEM VALUE "
            f"SELECT {', '.join(values)} FROM {model._meta.db_table} AS model, generate_series(1, %s) AS g "
            "WHERE model.id = %s",
            [count, pk],
        )
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{model._meta.db_table}', 'id'), "
            f"(SELECT max(id) FROM {model._meta.db_table}))"
        )


def fill(cast: Cast, count: int) -> int:
    """The tickets, their clocks, timers and histories; how many timers run."""
    queues = [
        Queue.objects.create(
            slug=f"bench-{number}", line=cast.creator_rewards, tier=1, team=cast.rewards_desk
        ).pk
        for number in range(40)
    ]
    ticket, _ = actions.open_ticket(new=new_ticket(cast), source="staff", by=None, at=AT)
    copies = {"id": f"{FIRST} + g"}
    copy_row(Clock, ticket.clock_id, count, **copies)
    due = f"{AT.isoformat()!r}::timestamptz - interval '1 s'"
    for place, timer in enumerate(Timer.objects.filter(clock=ticket.clock_id)):
        columns = {"id": f"{FIRST} + {place * count} + g", "clock_id": f"{FIRST} + g"}
        if timer.metric == "first_reply":
            start = f"(CASE WHEN g <= {DUE} THEN {due} ELSE model.next_at + random() * interval '5 h' END)"
            columns |= {
                "next_at": start,
                "due_at": f"{start} + model.target * 0.25",
                "running_since": f"{start} - model.target * 0.75",
            }
        copy_row(Timer, timer.pk, count, **columns)
    copy_row(
        Ticket,
        ticket.pk,
        count,
        **copies,
        clock_id=f"{FIRST} + g",
        queue_id=f"(ARRAY{queues})[1 + g %% 40]",
        ref="'CS-' || upper(lpad(to_hex(g), 8, '0'))",
        status="(ARRAY['new', 'open', 'open'])[1 + g %% 3]",
        assignee_id=f"CASE WHEN g %% 5 < 3 THEN {cast.tom.pk} END",
        due_at="model.created_at + random() * interval '8 h' - interval '1 h'",
        at_risk_at="model.created_at + random() * interval '6 h' - interval '1 h'",
        at_risk_until="model.created_at + interval '8 h'",
    )
    copy_row(Event, ticket.events.get().pk, count, **copies, ticket_id=f"{FIRST} + g")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return Timer.objects.running().count()


def median(call: Callable[[], object], times: int = 15) -> float:
    """Milliseconds."""
    took = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)


def bare_rows() -> None:
    """As many rows in one statement each as a sweep of what is due writes."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bare (a bigint PRIMARY KEY, b text, c jsonb)")
        cursor.execute("INSERT INTO bare SELECT g, 'alert', '{}' FROM generate_series(1, %s) AS g", [6 * DUE])
        cursor.execute("UPDATE tickets_ticket SET version = version + 1 WHERE id <= %s", [FIRST + DUE])
        cursor.execute("DROP TABLE bare")


def count_by_queue() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT queue_id, count(*) FROM tickets_ticket "
            "WHERE status IN ('new', 'open', 'pending') GROUP BY queue_id"
        )
        cursor.fetchall()


def say(what: str, took: float, floor: float | None = None) -> None:
    print(f"{what:<44}{took:>10.1f} ms{'' if floor is None else f'   floor {floor:.1f} ms'}", flush=True)


def main(count: int) -> None:
    call_command("migrate", verbosity=0)
    cast = build_cast()
    define_rewards_policy(AT)
    print(f"{count} open tickets, {fill(cast, count)} running timers, {DUE} due")
    say("sweep, none due", median(lambda: actions.raise_alerts(at=AT - timedelta(minutes=1))))
    floor = median(bare_rows, 3)
    started = time.perf_counter()
    raised = actions.raise_alerts(at=AT)
    say(f"sweep, {raised} raised", (time.perf_counter() - started) * 1000, floor)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    queues = list(Queue.objects.values_list("pk", flat=True))
    floor = median(count_by_queue)
    say("figures of the queues", median(lambda: queue_figures(cast.lea, queues, at=AT)), floor)
    say("board with its alerts", median(lambda: board(cast.lea, at=AT)), floor)


if __name__ == "__main__":
    try:
        link = psycopg2.connect(os.environ["DATABASE_URL"].replace("/supportdesk?", "/postgres?"))
        link.autocommit = True
        link.cursor().execute("CREATE DATABASE supportdesk")
        link.close()
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 60_000)
    finally:
        connection.close()
        SERVERS.stop()
