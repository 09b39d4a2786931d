"""A creator and a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Case, Func, Q, Value, When
from django.db.models.functions import Lower

from slas.models import Clock
from slas.moves import Mirror
from teams.models import Key, Line, Person, Queue, Vendor
from tickets.querysets import CreatorQuerySet, TicketQuerySet
from tickets.references import draw_reference
from tickets.words import (
    BODY_MAX,
    CHANNELS,
    EXTERNAL_REF_MAX,
    PENDING_ON,
    PRIORITIES,
    PRIORITY_RANKS,
    RESOLUTIONS,
    STATUSES,
    SUBJECT_MAX,
    UNSOLVED,
)

if TYPE_CHECKING:
    from tickets.models.history import Event
    from tickets.models.messages import Message


def words(values: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(value, value.replace("_", " ")) for value in values]


class Creator(models.Model):
    """The creator as one source knows them.

    Rows are unique per source, so that no vendor reads or overwrites what another one pushed; across
    sources the same creator is the same `external_id`.
    """

    source = models.CharField(max_length=80)
    external_id = models.CharField(max_length=128)
    handle = models.CharField(max_length=120, blank=True)
    display_name = models.CharField(max_length=200, blank=True)
    region = models.CharField(max_length=8, blank=True)
    locale = models.CharField(max_length=35, blank=True)
    segment = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)

    objects = CreatorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="creator_is_known_once_per_source"
            ),
        ]
        indexes = [models.Index(fields=["external_id"], name="creator_by_external_id")]

    def __str__(self) -> str:
        return self.handle or self.external_id


class Ticket(models.Model):
    """One request of one creator, on one line, in one queue.

    `created_at` is when the creator asked, which may lie before `recorded_at`; `vendor` is the last vendor
    to hold it, kept while Tier 2 has it; `source` is who pushed it, for life. `due_at`, `at_risk_at` and
    `at_risk_until` mirror the clock, so that queue and board never join timers.
    """

    ref = models.CharField(max_length=11, unique=True, default=draw_reference, editable=False)
    clock = models.OneToOneField(Clock, on_delete=models.PROTECT, related_name="ticket")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="tickets")
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="tickets", db_index=False)
    creator = models.ForeignKey(Creator, on_delete=models.PROTECT, related_name="tickets")
    vendor = models.ForeignKey(
        Vendor, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    source = models.CharField(max_length=80)
    external_ref = models.CharField(max_length=EXTERNAL_REF_MAX, null=True, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)

    channel = models.CharField(max_length=16, choices=words(CHANNELS))
    subject = models.CharField(max_length=SUBJECT_MAX)
    status = models.CharField(max_length=8, choices=words(STATUSES), default="new")
    pending_on = models.CharField(max_length=12, choices=words(PENDING_ON), blank=True)
    pending_until = models.DateTimeField(null=True, blank=True)
    priority = models.CharField(max_length=8, choices=words(PRIORITIES), default="normal")
    priority_rank = models.GeneratedField(
        expression=Case(
            *(When(priority=word, then=Value(rank)) for word, rank in PRIORITY_RANKS.items()),
            default=Value(9),
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    language = models.GeneratedField(
        expression=Lower(Func("locale", Value("-"), Value(1), function="split_part")),
        output_field=models.CharField(max_length=35),
        db_persist=True,
    )
    resolution = models.CharField(max_length=20, choices=words(RESOLUTIONS), blank=True)
    locale = models.CharField(max_length=35, blank=True)
    tags = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    custom_fields = models.JSONField(default=dict, blank=True)
    assignee = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    holder = models.ForeignKey(Key, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets")

    requester = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="requested_tickets"
    )
    sponsor = models.CharField(max_length=120, blank=True)
    justification = models.TextField(max_length=BODY_MAX, blank=True)

    came_from = models.ForeignKey(Queue, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    follow_up_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="follow_ups"
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    routing = models.JSONField(default=dict)

    version = models.PositiveIntegerField(default=1)
    event_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    queued_at = models.DateTimeField()
    handed_up_at = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    first_replied_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    due_at = models.DateTimeField(null=True, blank=True)
    at_risk_at = models.DateTimeField(null=True, blank=True)
    at_risk_until = models.DateTimeField(null=True, blank=True)

    batch: object = None
    """Set while it is written together with others (`tickets.actions.batch`); never stored."""

    objects = TicketQuerySet.as_manager()

    if TYPE_CHECKING:
        messages: models.Manager[Message]
        events: models.Manager[Event]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_ref"],
                condition=Q(external_ref__isnull=False),
                name="external_ref_is_unique_per_source",
            ),
            models.CheckConstraint(name="ticket_has_a_known_status", condition=Q(status__in=STATUSES)),
            models.CheckConstraint(name="ticket_has_a_known_priority", condition=Q(priority__in=PRIORITIES)),
            models.CheckConstraint(name="ticket_has_a_known_channel", condition=Q(channel__in=CHANNELS)),
            models.CheckConstraint(
                name="ticket_is_held_by_a_person_or_a_key", condition=Q(assignee=None) | Q(holder=None)
            ),
            models.CheckConstraint(
                name="pending_ticket_says_on_whom",
                condition=Q(status="pending", pending_on__in=PENDING_ON)
                | (~Q(status="pending") & Q(pending_on="")),
            ),
            models.CheckConstraint(
                name="resolved_ticket_has_its_instant",
                condition=~Q(status__in=("resolved", "closed")) | Q(resolved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="merged_ticket_says_into_which",
                condition=Q(status="merged", merged_into__isnull=False)
                | (~Q(status="merged") & Q(merged_into__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(
                "queue",
                "due_at",
                "priority_rank",
                "created_at",
                "id",
                name="ticket_by_urgency",
                include=[
                    "line",
                    "vendor",
                    "assignee",
                    "holder",
                    "status",
                    "at_risk_at",
                    "at_risk_until",
                    "waiting_since",
                    "queued_at",
                ],
                condition=Q(status__in=UNSOLVED),
            ),
            models.Index(
                "queue",
                "language",
                "due_at",
                "priority_rank",
                "created_at",
                "id",
                name="ticket_to_claim",
                condition=Q(status__in=("new", "open"), assignee=None, holder=None),
            ),
            models.Index(
                fields=["pending_until"], name="ticket_to_wake", condition=Q(pending_until__isnull=False)
            ),
            models.Index(fields=["line", "created_at", "id"], name="ticket_of_line_by_age"),
            models.Index(fields=["line", "updated_at"], name="ticket_of_line_by_change"),
            models.Index(fields=["vendor", "created_at", "id"], name="ticket_of_vendor_by_age"),
            models.Index(fields=["queue", "created_at", "id"], name="ticket_of_queue_by_age"),
            models.Index(fields=["created_at", "id"], name="ticket_by_age"),
            models.Index(fields=["updated_at", "id"], name="ticket_by_change"),
            models.Index(fields=["priority_rank", "id"], name="ticket_by_priority"),
            models.Index(fields=["due_at", "id"], name="ticket_by_due_instant"),
            GinIndex(SearchVector("subject", config="simple"), name="ticket_by_words_of_subject"),
        ]

    def __str__(self) -> str:
        return self.ref

    def mirror(self, clock: Mirror) -> None:
        """Show what the clock says."""
        self.due_at = clock.due_at
        self.at_risk_at = clock.at_risk_at
        self.at_risk_until = clock.at_risk_until

    @property
    def is_unsolved(self) -> bool:
        return self.status in UNSOLVED

    @property
    def holder_label(self) -> str | None:
        """Who works on it now, as history names them; None while nobody does."""
        if self.assignee is not None:
            return self.assignee.label
        return self.holder.label if self.holder is not None else None
