"""Weekly reports, frozen once they are built, with the tickets that each of their numbers counted."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from insights.querysets import ReportQuerySet
from teams.models import Line, Person

NEVER_CHANGES = pgtrigger.Update | pgtrigger.Delete
REASONS = ("first", "settled", "late")


class Report(models.Model):
    """What was known of a line's week at a horizon. The database refuses to change it.

    `reason` says why there is this revision: it is the first; a later horizon has settled what looked past
    the week; or something of before the horizon became known late.
    """

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="reports")
    week = models.CharField(max_length=8)
    revision = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=8, choices=[(reason, reason) for reason in REASONS])
    begins = models.DateTimeField()
    ends = models.DateTimeField()
    horizon = models.DateTimeField()
    built_at = models.DateTimeField()
    body = models.JSONField()
    """As `insights.weekly.compose` wrote it; the same for the same history, whenever it is built."""

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["line", "-week", "-revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "week", "revision"], name="report_revisions_are_numbered"
            ),
            models.CheckConstraint(name="report_has_a_known_reason", condition=Q(reason__in=REASONS)),
            models.CheckConstraint(
                name="report_knows_the_whole_week", condition=Q(ends__gt=F("begins"), horizon__gte=F("ends"))
            ),
        ]
        triggers = [pgtrigger.Protect(name="report_never_changes", operation=NEVER_CHANGES)]

    def __str__(self) -> str:
        return f"{self.line_id} {self.week} revision {self.revision}"


class Counted(models.Model):
    """The tickets behind one number of a report, by their ids: `counted` made the numerator (or the count),
    `others` the rest of the denominator."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="counted", db_index=False)
    place = models.PositiveSmallIntegerField()
    """Of the number in `body["numbers"]`."""
    counted = ArrayField(models.BigIntegerField(), default=list)
    others = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "place"], name="number_is_counted_once_per_report")
        ]
        triggers = [pgtrigger.Protect(name="counted_never_changes", operation=NEVER_CHANGES)]

    def __str__(self) -> str:
        return f"number {self.place} of report {self.report_id}"


class Reader(models.Model):
    """Someone who is mailed a line's report each week, beside the line's owner."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="report_readers")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="read_reports")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "person"], name="reader_once_per_line")]

    def __str__(self) -> str:
        return f"{self.person_id} reads {self.line_id}"
