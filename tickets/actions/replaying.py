"""A history goes in: what happened to tickets elsewhere, each at its own time, through the same verbs."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, Final

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Max

from slas.timers import BREACH
from supportdesk.errors import BadInput, Conflict, DeskError, MoveRefused
from tickets.actions.batch import Batch, Supply, write_batches
from tickets.actions.change import changing
from tickets.actions.conversation import note, receive_message, reply
from tickets.actions.editing import change_priority
from tickets.actions.ending import close, mark_spam, merge, reopen, resolve
from tickets.actions.handing import escalate, return_ticket, transfer
from tickets.actions.holding import assign, claim, release
from tickets.actions.opening import CreatorFacts, NewTicket, open_ticket
from tickets.actions.waiting import pend, resume
from tickets.history.entries import BadLine, Entry
from tickets.history.file import HistoryFile
from tickets.history.lives import Known, bad, fresh_entries
from tickets.models import Event, ReplayedLines, Ticket
from tickets.queries.names import Names

SOURCE: Final = "history"
ORIGIN_MAX: Final = 80
GROUP: Final = 1000
"""Lines in one transaction: enough to share its queries, few enough to stay small in memory."""


@dataclass
class Replayed:
    """What became of some lines."""

    added: int = 0
    """Lines that went in."""
    known: int = 0
    """Lines that had been replayed before."""
    refs: list[str] = field(default_factory=list)
    """The tickets they are of, where nothing was wrong."""
    bad: list[BadLine] = field(default_factory=list)


def replay_history(*, file: BinaryIO, origin: str, source: str = SOURCE, at: datetime) -> Iterator[Replayed]:
    """Replay a history file; tells after each group of tickets what became of it, bad lines first.

    Every line goes through the verb that it names, at its own time and silently: no mail, no webhook, no
    alert. Rights are not asked. A ticket goes in whole or, where one of its lines is bad, not at all, so
    that a replay that was killed can be started again; lines that went in before are known by what they
    say. What timers reached before `at` is recorded at its own instant. One replay at a time: raises
    `Conflict` while another one runs. About twenty queries for a thousand lines of new tickets.
    """
    names = Names()
    history = HistoryFile(file, names.reader(at))
    run = Replay(
        history=history, names=names, supply=Supply(), source=source, origin=origin[:ORIGIN_MAX], at=at
    )
    with only_replay():
        for wrong in history.survey():
            yield Replayed(bad=[wrong])
        for group in history.groups(GROUP):
            yield from run.group(group)


@contextmanager
def only_replay() -> Iterator[None]:
    """Hold a lock of this database session, which ends with the session too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended('tickets.replay', 0))")
        if not cursor.fetchone()[0]:
            raise Conflict("Another replay is under way on this desk.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended('tickets.replay', 0))")


@dataclass
class Stored:
    """A ticket that is here already."""

    pk: int
    known: Known


@dataclass
class Company:
    """Tickets that merge into one another, mostly a single one: the fresh lines of each."""

    fresh: dict[str, list[Entry]]
    known: dict[str, int]
    """How many lines of each went in before."""


@dataclass
class Replay:
    history: HistoryFile
    names: Names
    supply: Supply
    source: str
    origin: str
    at: datetime

    def group(self, companies: Sequence[Sequence[str]]) -> Iterator[Replayed]:
        """Replay these tickets in one transaction; where the database refuses it, each company in its own."""
        try:
            with transaction.atomic():
                replayed = self._together(companies)
        except (IntegrityError, DataError) as refused:
            if len(companies) > 1:
                for company in companies:
                    yield from self.group([company])
                return
            first = self.history.entries(companies[0][0])[0]
            replayed = Replayed(bad=[bad(first, "", f"The database refuses this ticket: {refused}")])
        yield replayed

    def _together(self, companies: Sequence[Sequence[str]]) -> Replayed:
        replayed = Replayed()
        stored = self._stored([ref for company in companies for ref in company])
        read = [self._read(company, stored, replayed) for company in companies]
        entries = [entry for company in read for fresh in company.fresh.values() for entry in fresh]
        self.supply.meet(
            self.source,
            (entry.facts["creator"]["external_id"] for entry in entries if entry.event == "created"),
        )
        held = self._hold(entries, stored)
        batches = []
        for company in read:
            batch = self._live(company, held, replayed)
            if batch is not None:
                batches.append(batch)
            replayed.refs += company.known
            replayed.known += sum(company.known.values())
            replayed.added += sum(len(fresh) for fresh in company.fresh.values())
        if batches:
            write_batches([batch for batch, _ in batches])
            self._remember(read, {ref: pk for _, tickets in batches for ref, pk in tickets.items()}, stored)
        return replayed

    def _stored(self, refs: Sequence[str]) -> dict[str, Stored]:
        rows = Ticket.objects.filter(source=self.source, external_ref__in=refs)
        facts = ("external_ref", "pk", "updated_at", "replayed_lines__digests", "replayed_lines__until")
        return {
            ref: Stored(pk, Known(digests or (), until or updated_at))
            for ref, pk, updated_at, digests, until in rows.values_list(*facts)
        }

    def _read(self, refs: Sequence[str], stored: Mapping[str, Stored], replayed: Replayed) -> Company:
        company = Company({}, {})
        for ref in refs:
            known = stored[ref].known if ref in stored else None
            try:
                entries = self.history.entries(ref)
                fresh = fresh_entries(entries, known)
            except BadLine as wrong:
                self._hold_back(ref, wrong, replayed)
                continue
            company.fresh[ref] = fresh
            company.known[ref] = len(entries) - len(fresh)
        return company

    def _hold(self, entries: Sequence[Entry], stored: Mapping[str, Stored]) -> dict[str, Ticket]:
        """Lock the stored tickets that these lines go on with or merge into, by reference."""
        wanted = {entry.ref for entry in entries if entry.ref in stored}
        wanted |= {entry.facts["into"] for entry in entries if entry.event == "merge"}
        if not wanted:
            return {}
        rows = Ticket.objects.with_people().select_related("came_from__team").select_for_update(of=("self",))
        rows = rows.filter(source=self.source, external_ref__in=wanted).order_by("pk")
        return {ticket.external_ref or "": ticket for ticket in rows}

    def _live(
        self, company: Company, held: Mapping[str, Ticket], replayed: Replayed
    ) -> tuple[Batch, dict[str, int]] | None:
        """Make the moves of a company's lines in a batch; whoever has a line that cannot be made stays out."""
        while any(company.fresh.values()):
            life = Life(self, held)
            try:
                life.live(company)
            except BadLine as wrong:
                ref = wrong.ref or ""
                self._hold_back(ref, wrong, replayed)
                del company.fresh[ref], company.known[ref]
                continue
            life.batch.settle()
            return life.batch, {ref: ticket.pk for ref, ticket in life.tickets.items()}
        return None

    def _hold_back(self, ref: str, wrong: BadLine, replayed: Replayed) -> None:
        self.history.held_back.add(ref)
        replayed.bad.append(wrong)

    def _remember(
        self, companies: Sequence[Company], keys: Mapping[str, int], stored: Mapping[str, Stored]
    ) -> None:
        """Write down which lines have gone in, so that they do not go in again."""
        rows = []
        for company in companies:
            for ref, fresh in company.fresh.items():
                if fresh:
                    before = stored[ref].known.digests if ref in stored else ()
                    digests = [*before, *(entry.digest for entry in fresh)]
                    rows.append(ReplayedLines(ticket_id=keys[ref], digests=digests, until=fresh[-1].at))
        ReplayedLines.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["ticket"], update_fields=["digests", "until"]
        )


class Life:
    """The lives of one company's tickets, line by line, in a batch."""

    def __init__(self, run: Replay, held: Mapping[str, Ticket]) -> None:
        self.run = run
        self.held = held
        self.batch = Batch(run.supply)
        self.tickets: dict[str, Ticket] = {}

    def live(self, company: Company) -> None:
        """Make every move, in the order of time; what timers reach in between is told at its instant.

        Raises `BadLine` at the first line that cannot be made.
        """
        entries = [entry for fresh in company.fresh.values() for entry in fresh]
        for entry in sorted(entries, key=lambda each: (each.at, each.number)):
            try:
                self._make(entry)
            except DeskError as refused:
                raise bad(entry, field_of(refused), str(refused)) from refused
        for ticket in dict.fromkeys((*self.tickets.values(), *self.batch.new)):
            self._tell(ticket, self.run.at)

    def _make(self, entry: Entry) -> None:
        people = self.run.names.people
        by = people[entry.by] if entry.by is not None else None
        if entry.event == "created":
            self.tickets[entry.ref] = self._open(entry)
            return
        ticket = self._ticket(entry.ref, entry)
        facts = dict(entry.facts)
        if entry.event == "merge":
            facts["into"] = self._ticket(entry.facts["into"], entry)
            self._tell(facts["into"], entry.at)
        self._tell(ticket, entry.at)
        if (
            entry.event in DONE_BY_CREATOR
            and ticket.status == "open"
            and self._done_by_creator(entry, ticket)
        ):
            return
        VERBS[entry.event](
            self.run.names, facts, {"ticket": ticket, "by": by, "origin": self.run.origin, "at": entry.at}
        )

    def _open(self, entry: Entry) -> Ticket:
        names, facts = self.run.names, entry.facts
        by = names.people[entry.by] if entry.by is not None else None
        ticket, _ = open_ticket(
            new=NewTicket(
                channel=facts["channel"],
                line=names.lines[facts["lob"]],
                queue=names.queues[facts["queue"]] if "queue" in facts else None,
                subject=facts["subject"],
                body=facts["body"],
                creator=CreatorFacts(**facts["creator"]),
                external_ref=entry.ref,
                content_hash=f"{entry.digest & 0xFFFFFFFFFFFFFFFF:016x}",
                priority=facts.get("priority", "normal"),
                locale=facts.get("locale", ""),
                tags=facts.get("tags", ()),
                requester=by if facts["channel"] == "internal_form" else None,
            ),
            source=self.run.source,
            by=by,
            origin=self.run.origin,
            batch=self.batch,
            at=entry.at,
        )
        return ticket

    def _ticket(self, ref: str, entry: Entry) -> Ticket:
        if ref not in self.tickets:
            if ref not in self.held:
                back = ref in self.run.history.held_back
                why = f"{ref} is held back." if back else f"There is no ticket {ref} at this time."
                raise bad(entry, "into" if ref != entry.ref else "ref", why)
            ticket = self.tickets[ref] = copy.copy(self.held[ref])
            refuse_older(entry, ticket)
            self.batch.take(ticket, at=entry.at)
        return self.tickets[ref]

    def _tell(self, ticket: Ticket, at: datetime) -> None:
        reached = self.batch.tell(ticket, at=at)
        if not reached:
            return
        with changing(ticket, by=None, at=at, origin=self.run.origin) as change:
            for level in reached:
                change.record(
                    "sla_breached" if level.level == BREACH else "sla_warning",
                    at=level.instant,
                    metric=level.metric,
                    cycle=level.cycle,
                    level=level.level,
                    due_at=level.due_at.isoformat() if level.due_at is not None else None,
                    alert=level.alert_id,
                )

    def _done_by_creator(self, entry: Entry, ticket: Ticket) -> bool:
        """Whether a creator's message did already what this line says: where it came from it was overlooked."""
        found = DONE_BY_CREATOR[entry.event]
        here = [(e.kind, e.data) for e in self.batch.events if e.ticket is ticket]
        before = Event.objects.filter(ticket=ticket, kind__in=[*TURNS, "creator_message"])
        for kind, data in (*reversed(here), *before.order_by("-seq").values_list("kind", "data")):
            if kind == "creator_message" and data.get("was") == found:
                return True
            if kind in TURNS:
                return False
        return False


DONE_BY_CREATOR: Final = {"resume": "pending", "reopen": "resolved"}
"""Moves that a creator's message makes by itself, and the status that it then finds."""
TURNS: Final = ("created", "pended", "resumed", "resolved")

Verb = Callable[[Names, Mapping[str, Any], dict[str, Any]], Ticket]

VERBS: Final[Mapping[str, Verb]] = {
    "claim": lambda names, facts, given: claim(**given),
    "release": lambda names, facts, given: release(**given),
    "assign": lambda names, facts, given: assign(assignee=names.people[facts["assignee"]], **given),
    "reply": lambda names, facts, given: reply(
        body=facts["body"], pend_on="creator" if facts.get("pend") else "", **given
    ),
    "note": lambda names, facts, given: note(body=facts["body"], **given),
    "creator_message": lambda names, facts, given: receive_message(body=facts["body"], **given),
    "pend": lambda names, facts, given: pend(on=facts["on"], **given),
    "resume": lambda names, facts, given: resume(**given),
    "escalate": lambda names, facts, given: escalate(
        reason=facts["reason"],
        note=facts["note"],
        queue=names.queues[facts["queue"]] if "queue" in facts else None,
        **given,
    ),
    "return": lambda names, facts, given: return_ticket(note=facts["note"], **given),
    "transfer": lambda names, facts, given: transfer(
        queue=names.queues[facts["queue"]], note=facts["note"], **given
    ),
    "priority": lambda names, facts, given: change_priority(priority=facts["priority"], **given),
    "resolve": lambda names, facts, given: resolve(resolution=facts.get("resolution", "solved"), **given),
    "reopen": lambda names, facts, given: reopen(**given),
    "close": lambda names, facts, given: close(**given),
    "spam": lambda names, facts, given: mark_spam(**given),
    "merge": lambda names, facts, given: merge(into=facts["into"], **given),
}


def field_of(refused: DeskError) -> str:
    """The field of a line at which a verb's refusal is reported."""
    if isinstance(refused, BadInput):
        return refused.pointer.strip("/").replace("/", ".").replace("created_at", "at")
    return "event" if isinstance(refused, MoveRefused) else "by"


def refuse_older(entry: Entry, ticket: Ticket) -> None:
    """What people did to the ticket here cannot be undone by a line that lies before."""
    alerts = ("sla_warning", "sla_breached")
    done = Event.objects.filter(ticket=ticket, origin="").exclude(kind__in=alerts)
    last = done.aggregate(last=Max("at"))["last"]
    if last is not None and entry.at < last and entry.ref == ticket.external_ref:
        raise bad(entry, "at", f"{entry.ref} has been worked on here since, as {ticket.ref}.")
