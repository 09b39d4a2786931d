"""Calendars and policies in versions that never change, and the clocks and timers that are pinned to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from slas.metrics import METRICS
from slas.querysets import AlertQuerySet, CalendarVersionQuerySet, PolicyVersionQuerySet, TimerQuerySet
from slas.rules import PRIORITIES, Rule
from slas.timers import BREACH
from teams.models import Person, Queue, SlugField

NEVER_CHANGES = pgtrigger.Update | pgtrigger.Delete


class Calendar(models.Model):
    """Whose hours count, by name; what it says is in its versions."""

    slug = SlugField()

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug


class CalendarVersion(models.Model):
    """What a calendar said from `defined_at` until the next version. The database refuses to change it."""

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    defined_at = models.DateTimeField()
    timezone = models.CharField(max_length=64)
    hours = models.JSONField()
    """Day to windows: {"mon": ["09:00-17:00"]}."""
    holidays = ArrayField(models.CharField(max_length=16), default=list)
    holiday_dates = ArrayField(models.DateField(), default=list)
    """What the codes stood for when this version was defined."""
    closed = ArrayField(models.DateField(), default=list)
    own_days = models.JSONField(default=list)
    """[{"date": "2026-12-27", "hours": ["10:00-14:00"]}]."""

    objects = CalendarVersionQuerySet.as_manager()

    class Meta:
        ordering = ["calendar", "number"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "number"], name="calendar_version_numbers_are_unique")
        ]
        triggers = [pgtrigger.Protect(name="calendar_version_never_changes", operation=NEVER_CHANGES)]

    def __str__(self) -> str:
        return f"{self.calendar}@{self.number}"


class Policy(models.Model):
    """Targets for a kind of ticket, by name; what it says is in its versions."""

    slug = SlugField()

    class Meta:
        ordering = ["slug"]
        verbose_name_plural = "policies"

    def __str__(self) -> str:
        return self.slug


class PolicyVersion(models.Model):
    """What a policy said from `defined_at` until the next version. The database refuses to change it."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    defined_at = models.DateTimeField()
    order = models.PositiveSmallIntegerField()
    match = models.JSONField(default=dict)
    """Fact to accepted values, as in `slas.matching.Match`; facts that may be anything are absent."""
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True, related_name="+")
    """Null counts round the clock."""
    warn_at = ArrayField(models.PositiveSmallIntegerField(), default=list)
    update_pauses = models.BooleanField(default=False)
    targets = models.JSONField()
    """Metric to priority to seconds."""

    objects = PolicyVersionQuerySet.as_manager()

    class Meta:
        ordering = ["policy", "number"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_numbers_are_unique")
        ]
        triggers = [pgtrigger.Protect(name="policy_version_never_changes", operation=NEVER_CHANGES)]

    def __str__(self) -> str:
        return f"{self.policy}@{self.number}"


class Clock(models.Model):
    """One ticket's time: the policy that holds for all that the creator feels, and the phases so far."""

    policy_version = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    calendar_version = models.ForeignKey(
        CalendarVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    no_match_reason = models.TextField(blank=True, default="")
    priority = models.CharField(max_length=8, choices=[(word, word) for word in PRIORITIES])
    started_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    """The first public reply by a human, or the first resolve: from then on the next reply is counted."""
    phases = models.JSONField(default=list)
    """[["2026-03-02T09:00:00+00:00", "open"], …] in order; every pause can be told from it."""

    begun: Sequence[Timer] = ()
    """No column: the timers, at hand on a clock that was started just now."""

    class Meta:
        constraints = [
            models.CheckConstraint(name="clock_has_a_known_priority", condition=Q(priority__in=PRIORITIES)),
            models.CheckConstraint(
                name="clock_without_policy_says_why",
                condition=Q(policy_version__isnull=False, no_match_reason="")
                | (Q(policy_version__isnull=True, calendar_version__isnull=True) & ~Q(no_match_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"clock {self.pk}"


class Timer(models.Model):
    """One metric of one clock, once round. Its rules are in `slas.timers`; its words for state follow from
    the columns and the instant at which one looks."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="timers", db_index=False)
    metric = models.CharField(max_length=16, choices=[(metric, metric) for metric in METRICS])
    cycle = models.PositiveIntegerField(default=1)
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    """Whose stay, of tier ownership only."""
    policy_version = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    calendar_version = models.ForeignKey(
        CalendarVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    target = models.DurationField()
    banked = models.DurationField(default=timedelta)
    started_at = models.DateTimeField()
    running_since = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    """Null while paused, unless breached."""
    next_at = models.DateTimeField(null=True)
    """When the sweep must look: the next warning, else the due instant; null when nothing is to come."""
    ended_at = models.DateTimeField(null=True)
    cancelled = models.BooleanField(default=False)
    breached_at = models.DateTimeField(null=True)
    warned = models.PositiveSmallIntegerField(default=0)
    untold = models.JSONField(default=list)
    retargets = models.JSONField(default=list)

    rule: Rule
    """What it is pinned to, compiled; set by whoever loads timers to work with them (`slas.queries`)."""

    objects = TimerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "metric", "cycle"], name="timer_once_per_clock_metric_and_cycle"
            ),
            models.CheckConstraint(
                name="timer_has_a_queue_in_tier_ownership_only",
                condition=Q(metric="tier_ownership", queue__isnull=False)
                | (~Q(metric="tier_ownership") & Q(queue__isnull=True)),
            ),
            models.CheckConstraint(
                name="timer_ended_stands_still", condition=Q(ended_at=None) | Q(running_since=None)
            ),
            models.CheckConstraint(
                name="timer_cancelled_has_ended", condition=Q(cancelled=False) | Q(ended_at__isnull=False)
            ),
            models.CheckConstraint(
                name="timer_breaches_at_its_due_instant",
                condition=Q(breached_at=None) | Q(breached_at=F("due_at")),
            ),
            models.CheckConstraint(name="timer_has_a_target", condition=Q(target__gt=timedelta())),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="timer_next_at"),
            models.Index(
                fields=["policy_version"], condition=Q(ended_at=None), name="timer_unended_by_policy"
            ),
            models.Index(fields=["queue"], condition=Q(queue__isnull=False), name="timer_by_queue"),
            models.Index(
                fields=["due_at"],
                condition=Q(ended_at__isnull=False, breached_at=None, cancelled=False),
                name="timer_met_by_due_instant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.cycle} of clock {self.clock_id}"


class Alert(models.Model):
    """A level that a timer reached, told once; a person acknowledges it with a word."""

    timer = models.ForeignKey(Timer, on_delete=models.CASCADE, related_name="alerts", db_index=False)
    level = models.PositiveSmallIntegerField()
    """Per cent of the target: a warning, or 100 for the breach."""
    instant = models.DateTimeField()
    raised_at = models.DateTimeField()
    acknowledged_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    word = models.CharField(max_length=500, blank=True, default="")

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["timer", "level"], name="alert_once_per_timer_and_level"),
            models.CheckConstraint(
                name="alert_level_is_a_share_of_the_target",
                condition=Q(level__gte=1, level__lte=BREACH),
            ),
            models.CheckConstraint(
                name="alert_is_acknowledged_by_someone_with_a_word",
                condition=Q(acknowledged_at=None, acknowledged_by=None, word="")
                | (Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False) & ~Q(word="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["raised_at"], condition=Q(acknowledged_at=None), name="alert_unacknowledged"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} % of {self.timer}"

    @property
    def is_breach(self) -> bool:
        return self.level == BREACH
