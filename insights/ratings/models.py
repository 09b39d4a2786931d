"""Whom we asked how the help was, and what they said."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from insights.querysets import InvitationQuerySet
from tickets.models import OutboxRow, Ticket

WORD_MAX = 500


class Invitation(models.Model):
    """A creator was asked to rate one resolve of a ticket, once, through a signed link that names `code`.

    `mail` is the outbox row that carries it, which is forgotten a month after it went out; what became of it
    is kept in `delivered_at` and `failed_at`. `voided_at` is the reopening that came before any answer.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="rating_invitations")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resolved_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    open_until = models.DateTimeField()
    mail = models.ForeignKey(
        OutboxRow,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="+",
    )
    delivered_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "resolved_at"], name="a_resolve_is_asked_about_once"),
            models.CheckConstraint(
                name="invitation_is_delivered_or_failed", condition=Q(delivered_at=None) | Q(failed_at=None)
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], name="invitation_by_instant"),
            models.Index(
                fields=["id"],
                condition=Q(delivered_at=None, failed_at=None),
                name="invitation_on_its_way",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk} to rate {self.ticket_id}"


class Rating(models.Model):
    """What a creator answered; of one invitation the latest counts, the others stay as history."""

    invitation = models.ForeignKey(
        Invitation, on_delete=models.PROTECT, related_name="ratings", db_index=False
    )
    seq = models.PositiveSmallIntegerField()
    score = models.PositiveSmallIntegerField()
    word = models.TextField(max_length=WORD_MAX, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["invitation", "seq"]
        constraints = [
            models.UniqueConstraint(
                fields=["invitation", "seq"], name="ratings_of_an_invitation_are_numbered"
            ),
            models.CheckConstraint(
                name="rating_is_from_one_to_five", condition=Q(score__gte=1, score__lte=5)
            ),
        ]
        indexes = [models.Index(fields=["at"], name="rating_by_instant")]

    def __str__(self) -> str:
        return f"{self.score} for invitation {self.invitation_id}"
