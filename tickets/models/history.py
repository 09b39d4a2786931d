"""What happened to a ticket: append-only, refused by the database otherwise."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Cast, Now

from teams.models import Key, Person
from tickets.models.messages import Message
from tickets.models.ticket import Ticket
from tickets.querysets import EventQuerySet
from tickets.words import EVENT_KINDS


class Event(models.Model):
    """One thing that happened, at `at`; never changed, never deleted.

    `seq` counts from 1 within the ticket. `data` holds ids and plain facts, never people's words. `xid` is
    the transaction that wrote it, so that an export can follow commit order. `origin` names the file of a
    replayed or imported line and is empty for what happened here.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="events", db_index=False)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in EVENT_KINDS])
    actor = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    key = models.ForeignKey(Key, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, null=True, blank=True, related_name="events", db_index=False
    )
    data = models.JSONField(default=dict)
    xid = models.BigIntegerField(
        db_default=Cast(
            Cast(Func(function="pg_current_xact_id", output_field=models.TextField()), models.TextField()),
            models.BigIntegerField(),
        )
    )
    origin = models.CharField(max_length=80, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["ticket", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "seq"], name="event_has_one_place_in_its_ticket"),
            models.CheckConstraint(name="event_has_a_known_kind", condition=Q(kind__in=EVENT_KINDS)),
            models.CheckConstraint(
                name="event_is_by_a_person_or_a_key_or_nobody",
                condition=Q(actor=None) | Q(key=None) | Q(message__isnull=False),
            ),
        ]
        indexes = [
            models.Index(F("xid"), F("id"), name="event_in_commit_order"),
            models.Index(
                fields=["at", "ticket"],
                name="event_that_moved_by_instant",
                condition=Q(kind__in=("escalated", "returned", "transferred")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="event_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.seq} of {self.ticket_id}"

    @property
    def by(self) -> str:
        """Who did it: a username, "api:<key name>", or "system"."""
        if self.actor is not None:
            return self.actor.label
        return self.key.label if self.key is not None else "system"
