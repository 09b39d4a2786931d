"""What must reach the outside: written in the action's own transaction, carried out by workers."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from tickets.querysets import OutboxQuerySet

MAILS = ("reply_mail", "alert_mail", "rating_mail", "report_mail")
PAGES = ("page_alert",)
KINDS = (*MAILS, *PAGES)


class OutboxRow(models.Model):
    """One intent to tell somebody something, rendered when it is sent.

    Rows of one `lane` go out in the order of their ids. `lease_until` is how long the worker that claimed
    it may be trusted to be alive; `failed_at` is set when it is given up, with the last error. `sign` goes
    out with the message, so that a receiver who gets it twice can tell; unlike the id it counts nothing.
    `remark` says why a row that is done sent nothing.
    """

    lane = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in KINDS])
    ids = models.JSONField(default=dict)
    sign = models.UUIDField(default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    remark = models.CharField(max_length=200, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="outbox_row_has_a_known_kind", condition=Q(kind__in=KINDS)),
            models.CheckConstraint(
                name="outbox_row_is_done_or_given_up", condition=Q(done_at=None) | Q(failed_at=None)
            ),
        ]
        indexes = [
            models.Index(
                fields=["lane", "id"], name="outbox_to_do_by_lane", condition=Q(done_at=None, failed_at=None)
            ),
            models.Index(
                fields=["not_before", "id"],
                name="outbox_to_do_by_time",
                condition=Q(done_at=None, failed_at=None),
            ),
            models.Index(fields=["done_at"], name="outbox_done_by_time", condition=Q(done_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} in {self.lane}"
