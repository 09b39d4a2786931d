"""What people wrote. The only place with people's words, so that erasure has one place."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q

from teams.models import Key, Person
from tickets.models.ticket import Ticket
from tickets.querysets import MessageQuerySet
from tickets.words import BODY_MAX, MESSAGE_KINDS


class Message(models.Model):
    """A public reply, an internal note, or the creator's own words.

    `author` is the person who wrote it and `key` the machine that brought it; a reply with neither, or an
    `automated` one, is no human answer and meets no human metric.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="messages", db_index=False)
    kind = models.CharField(max_length=8, choices=[(kind, kind) for kind in MESSAGE_KINDS])
    body = models.TextField(max_length=BODY_MAX)
    author = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    key = models.ForeignKey(Key, on_delete=models.PROTECT, null=True, blank=True, related_name="messages")
    automated = models.BooleanField(default=False)
    at = models.DateTimeField()

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(name="message_has_a_known_kind", condition=Q(kind__in=MESSAGE_KINDS)),
            models.CheckConstraint(
                name="creator_message_has_no_staff_author",
                condition=~Q(kind="creator") | Q(author=None, automated=False),
            ),
            models.CheckConstraint(
                name="message_by_nobody_is_automated",
                condition=Q(kind="creator") | Q(author__isnull=False) | Q(automated=True),
            ),
        ]
        indexes = [
            models.Index(fields=["ticket", "at", "id"], name="message_of_ticket_by_age"),
            GinIndex(SearchVector("body", config="simple"), name="message_by_words"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.ticket_id}"

    @property
    def is_public(self) -> bool:
        return self.kind != "note"
