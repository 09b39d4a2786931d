"""The words of a query about appeals, that chain. Every look-up starts with `visible_to(caller)`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from teams.models import Key, Person
from tickets.querysets import visible_condition

if TYPE_CHECKING:
    from tickets.appeals.models import Appeal, WindowRule  # noqa: F401


class WindowRuleQuerySet(models.QuerySet["WindowRule"]):
    def holding_for(self, jurisdictions: tuple[str, ...], decision_type: str) -> Self:
        """The rules that may hold for decisions of this type in these jurisdictions; "*" among them."""
        return self.filter(jurisdiction__in=jurisdictions, decision_type__in=(decision_type, "*"))


class AppealQuerySet(models.QuerySet["Appeal"]):
    def visible_to(self, caller: Person | Key) -> Self:
        """The appeals whose tickets exist for this caller; the one door to appeals."""
        return self.filter(visible_condition(caller, "ticket__"))

    def undecided(self) -> Self:
        """Neither decided, nor refused as late, nor withdrawn."""
        return self.filter(outcome="", withdrawn_at=None)

    def waiting_for_decision(self) -> Self:
        """Undecided, and the ticket was not ended as spam or merged."""
        return self.undecided().exclude(ticket__status__in=("spam", "merged"))

    def touching(self, begins: datetime, ends: datetime) -> Self:
        """Submitted before `ends`, and not at their end before `begins`: open then, or ended since."""
        over = self.annotate(ended_at=Coalesce("decided_at", "withdrawn_at"))
        return over.filter(submitted_at__lt=ends).filter(Q(ended_at=None) | Q(ended_at__gte=begins))

    def oldest_first(self) -> Self:
        return self.order_by("submitted_at", "pk")

    def told_whether_answered(self) -> Self:
        """With `answered`: whether the appellant wrote after the question for evidence."""
        messages = self.model._meta.apps.get_model("tickets", "Message")
        later = messages.objects.filter(
            ticket=OuterRef("ticket"), kind="creator", pk__gt=OuterRef("question")
        )
        return self.annotate(answered=Exists(later))

    def with_people(self) -> Self:
        """Joined with its people, its messages and the ticket it is about.

        The ticket that it is comes by itself (`Ticket.with_people`): with both in one statement the planner
        takes a hundred times as long as the look-up.
        """
        return self.told_whether_answered().select_related(
            "about", "made_by", "decided_by", "admitted_by", "statement", "question", "answer"
        )
