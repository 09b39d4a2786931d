"""The words of a query about reports and ratings; `visible_to(person)` is the one door to reports."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from teams.models import Line, Person

if TYPE_CHECKING:
    from insights.models import Invitation, Report  # noqa: F401


def lines_reported_to(person: Person) -> models.QuerySet[Line]:
    """The lines whose numbers a person may read.

    A lead: those whose tickets they see. A stakeholder: every line that is not restricted. A vendor's
    manager: those on which the vendor has a queue, for the vendor's own numbers. Nobody else any.
    """
    if person.role == "stakeholder":
        return Line.objects.filter(sensitivity="standard")
    if person.role in ("lead", "vendor_manager"):
        return Line.objects.visible_to(person)
    return Line.objects.none()


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, person: Person) -> Self:
        """The reports of the lines whose numbers this person may read."""
        return self.filter(line__in=lines_reported_to(person).values("pk"))

    def latest_revisions(self) -> Self:
        """The newest revision of each line's week."""
        newer = self.model._default_manager.filter(
            line=OuterRef("line"), week=OuterRef("week"), revision__gt=OuterRef("revision")
        )
        return self.filter(~Exists(newer))


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, at: datetime) -> Self:
        """Neither voided nor past their time."""
        return self.filter(voided_at=None, open_until__gt=at)

    def unanswered(self) -> Self:
        return self.filter(ratings=None)

    def overtaken(self) -> Self:
        """Unanswered, and the ticket is no longer as it was resolved then."""
        stands = Q(ticket__status__in=("resolved", "closed"), ticket__resolved_at=models.F("resolved_at"))
        return self.unanswered().filter(~stands, voided_at=None)
