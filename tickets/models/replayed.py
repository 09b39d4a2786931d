"""What has been replayed already, so that the same file again adds nothing."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tickets.models.ticket import Ticket


class ReplayedLines(models.Model):
    """The lines of one ticket that have been replayed, each as 64 bits of what it says, in order."""

    ticket = models.OneToOneField(
        Ticket, on_delete=models.PROTECT, primary_key=True, related_name="replayed_lines"
    )
    digests = ArrayField(models.BigIntegerField())
    until = models.DateTimeField()
    """The time of the last of them."""

    def __str__(self) -> str:
        return f"{len(self.digests)} lines of {self.ticket_id}"
