"""Answers kept so that a call that is sent twice is carried out once."""

from __future__ import annotations

from django.db import models


class IdempotentAnswer(models.Model):
    """The first answer to a POST with an `Idempotency-Key`, written in the transaction that did the work.

    `holder` is whom the key of the call belongs to, so that a retry with a renewed key still finds it.
    `fingerprint` is a hash of method, address and body.
    """

    holder = models.CharField(max_length=96)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["holder", "key"], name="one_answer_per_holder_and_idempotency_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status} to {self.key} of {self.holder}"
