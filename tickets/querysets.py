"""The words of a query about tickets, that chain. Every look-up starts with `visible_to(caller)`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from teams.models import Key, Line, Person
from tickets.words import HIDDEN_AFTER_HANDOVER, UNSOLVED

if TYPE_CHECKING:
    from tickets.models import Creator, Event, Message, OutboxRow, Ticket  # noqa: F401


def visible_condition(caller: Person | Key, prefix: str = "") -> Q:
    """What a ticket must fulfil to exist for this caller (domain.md, "Kept from whom").

    A vendor's people and keys: the tickets that the vendor holds, or handed up and held last, never on a
    restricted line. In-house specialists and leads: the tickets of their lines. The in-app channel's key:
    what it pushed. A tool's key: everything. Stakeholders and administrators: nothing. With a prefix such
    as "ticket__" the condition is one on rows that have a ticket.
    """
    if caller.vendor_id is not None:
        return Q(**{f"{prefix}vendor": caller.vendor_id, f"{prefix}line__sensitivity": "standard"})
    if isinstance(caller, Key):
        return Q() if caller.kind == "tool" else Q(**{f"{prefix}source": "in_app"})
    if caller.role not in ("lead", "specialist"):
        return Q(pk__in=[])
    return Q(**{f"{prefix}line__in": Line.objects.visible_to(caller).values("pk")})


WAITING: Final = Q(status__in=("new", "open"), assignee=None, holder=None)
"""New or open, and nobody holds it."""
UNASSIGNED: Final = Q(assignee=None, holder=None)


def breached_condition(at: datetime) -> Q:
    """Of an unsolved ticket: one of its unended timers is past its due instant."""
    return Q(due_at__lt=at)


def at_risk_condition(at: datetime) -> Q:
    """Of an unsolved ticket: one of its running timers is past its first warning and not yet breached."""
    return Q(at_risk_at__lte=at, at_risk_until__gte=at)


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, caller: Person | Key) -> Self:
        """The tickets that exist for this caller; the one door to tickets."""
        return self.filter(visible_condition(caller))

    def unsolved(self) -> Self:
        """New, open or pending."""
        return self.filter(status__in=UNSOLVED)

    def waiting(self) -> Self:
        """New or open, and nobody holds it: what `claim_next` chooses from and queue depth counts."""
        return self.filter(WAITING)

    def held_by(self, caller: Person | Key) -> Self:
        """What this person is assigned, or this key holds."""
        return self.filter(holder=caller.pk) if isinstance(caller, Key) else self.filter(assignee=caller.pk)

    def weighing(self) -> Self:
        """What counts against capacity: new and open. A ticket that waits for somebody else weighs nothing."""
        return self.filter(status__in=("new", "open"))

    def breached(self, at: datetime) -> Self:
        """One of its unended timers is past its due instant."""
        return self.unsolved().filter(breached_condition(at))

    def at_risk(self, at: datetime) -> Self:
        """One of its running timers is past its first warning and not yet breached."""
        return self.unsolved().filter(at_risk_condition(at))

    def wait_paused(self) -> Self:
        """Requester wait stands still: pending on the creator."""
        return self.filter(status="pending", pending_on="creator")

    def waited_out(self, at: datetime) -> Self:
        """Pending until an instant that has come."""
        return self.filter(status="pending", pending_until__lte=at)

    def by_urgency(self) -> Self:
        """`due_at` (none last), then priority, then age (domain.md, "Urgency")."""
        return self.order_by(F("due_at").asc(nulls_last=True), "priority_rank", "created_at", "id")

    def with_people(self) -> Self:
        """Joined with all that a list or a page names, so that a row costs no further query."""
        return self.select_related("line", "queue__team__vendor", "creator", "assignee", "holder", "vendor")


class CreatorQuerySet(models.QuerySet["Creator"]):
    pass


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, caller: Person | Key) -> Self:
        """The messages this caller may read.

        A vendor that handed a ticket up reads public replies on, but no note and nothing that the creator
        wrote after the handover (domain.md, "Kept from whom").
        """
        readable = self.filter(visible_condition(caller, "ticket__"))
        if caller.vendor_id is None:
            return readable
        return readable.exclude(
            Q(kind__in=("note", "creator"))
            & ~Q(ticket__queue__team__vendor=caller.vendor_id)
            & Q(at__gt=F("ticket__handed_up_at"))
        )


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, caller: Person | Key) -> Self:
        """The events this caller may read; those of notes after a handover are kept from the vendor."""
        readable = self.filter(visible_condition(caller, "ticket__"))
        if caller.vendor_id is None:
            return readable
        return readable.exclude(
            Q(kind__in=HIDDEN_AFTER_HANDOVER)
            & ~Q(ticket__queue__team__vendor=caller.vendor_id)
            & Q(at__gt=F("ticket__handed_up_at"))
        )


class OutboxQuerySet(models.QuerySet["OutboxRow"]):
    def to_do(self) -> Self:
        """Neither done nor given up."""
        return self.filter(done_at=None, failed_at=None)

    def ready(self, at: datetime) -> Self:
        """To do, due and not leased by a worker that is still at it."""
        return self.to_do().filter(not_before__lte=at).filter(Q(lease_until=None) | Q(lease_until__lte=at))

    def heads(self) -> Self:
        """The first row to do of each lane: the only one that may go out."""
        lane = self.model._default_manager.filter(lane=OuterRef("lane"), done_at=None, failed_at=None)
        return self.to_do().filter(pk=Subquery(lane.order_by("pk").values("pk")[:1]))
