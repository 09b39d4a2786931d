"""The words of a query over clocks."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

if TYPE_CHECKING:
    from slas.models import Alert, CalendarVersion, PolicyVersion, Timer  # noqa: F401


class CalendarVersionQuerySet(models.QuerySet["CalendarVersion"]):
    def latest_first(self) -> CalendarVersionQuerySet:
        return self.order_by("-number")

    def present_of(self, calendar_id: str) -> Subquery:
        """The id of the newest version of the calendar that this column of an outer query names."""
        return Subquery(self.filter(calendar=OuterRef(calendar_id)).latest_first().values("pk")[:1])


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    def present(self) -> PolicyVersionQuerySet:
        """The newest version of each policy."""
        return self.order_by("policy_id", "-number").distinct("policy_id")


class TimerQuerySet(models.QuerySet["Timer"]):
    def unended(self) -> TimerQuerySet:
        return self.filter(ended_at=None)

    def running(self) -> TimerQuerySet:
        """Counting now; breached ones too."""
        return self.filter(running_since__isnull=False)

    def paused(self) -> TimerQuerySet:
        return self.filter(running_since=None, ended_at=None)

    def waiting_for_sweep(self, at: datetime) -> TimerQuerySet:
        """Those with something to tell by `at`. A breach comes after its due instant, not at it."""
        return self.filter(next_at__lte=at).exclude(next_at=at, due_at=at)

    def past_due(self, at: datetime) -> TimerQuerySet:
        """Ever breached by `at`: noticed or not, ended or not, cancelled ones left out."""
        noticed = Q(breached_at__isnull=False)
        unnoticed = Q(running_since__isnull=False, due_at__lt=at)
        return self.filter(noticed | unnoticed, cancelled=False)

    def breached(self, at: datetime) -> TimerQuerySet:
        """Breached by `at` and not ended."""
        return self.past_due(at).unended()

    def met(self, at: datetime) -> TimerQuerySet:
        return self.filter(ended_at__lte=at, cancelled=False, breached_at=None)


class AlertQuerySet(models.QuerySet["Alert"]):
    def unacknowledged(self) -> AlertQuerySet:
        return self.filter(acknowledged_at=None)

    def breaches(self) -> AlertQuerySet:
        return self.filter(level=100)

    def newest_first(self) -> AlertQuerySet:
        return self.order_by(F("raised_at").desc(), "-pk")
