"""The rules of the window, and the appeals. People's words are messages of the appeal's ticket."""

from __future__ import annotations

from typing import Final

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from teams.models import Line, Person, SlugField, remembered, zone_exists
from tickets.appeals import states
from tickets.appeals.jurisdictions import ANY
from tickets.appeals.querysets import AppealQuerySet, WindowRuleQuerySet
from tickets.appeals.states import OUTCOMES, State
from tickets.appeals.windows import MOST_DAYS, MOST_MONTHS, REDRESS_MAX, SOURCE_MAX, TYPE_MAX, WindowTerms
from tickets.models.messages import Message
from tickets.models.ticket import Ticket

GROUND_MAX: Final = 2_000
NAME_MAX: Final = 120

NAMED_NEVER_DECIDES: Final = """
    IF NEW.decided_by_id IS NOT NULL AND btrim(NEW.made_by_name) <> '' AND EXISTS (
        SELECT FROM teams_person AS person
        WHERE person.id = NEW.decided_by_id
        AND lower(btrim(NEW.made_by_name)) IN (lower(person.username), lower(person.email), lower(person.name))
    ) THEN
        RAISE EXCEPTION 'appeal %: whoever made the decision never decides its appeal', NEW.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'appeal_is_never_decided_by_whoever_is_named';
    END IF;
    RETURN NEW;
"""


@remembered()
class WindowRule(models.Model):
    """Until when decisions of a type can be appealed in a jurisdiction, and what goes with that.

    What the fields say is in `windows.WindowTerms`.
    """

    slug = SlugField()
    jurisdiction = models.CharField(max_length=8, default=ANY)
    decision_type = models.CharField(max_length=TYPE_MAX, default=ANY)
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    timezone = models.CharField(max_length=64, default="UTC", validators=[zone_exists])
    source = models.CharField(max_length=SOURCE_MAX)
    redress = models.TextField(max_length=REDRESS_MAX, blank=True)
    line = models.ForeignKey(Line, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = WindowRuleQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "decision_type"],
                name="one_window_rule_per_jurisdiction_and_decision_type",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                name="window_is_counted_in_months_or_in_days",
                condition=Q(months__range=(1, MOST_MONTHS), days=None)
                | Q(months=None, days__range=(1, MOST_DAYS)),
            ),
            models.CheckConstraint(name="window_rule_names_its_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def terms(self) -> WindowTerms:
        """The same in plain values; the line is read, so join it."""
        return WindowTerms(
            jurisdiction=self.jurisdiction,
            decision_type=self.decision_type,
            months=self.months,
            days=self.days,
            timezone=self.timezone,
            source=self.source,
            redress=self.redress,
            line=self.line.slug if self.line is not None else None,
        )


class Appeal(models.Model):
    """A ticket that contests one decision: what was decided, until when it could be, what came of it.

    `about` is an earlier ticket that it grew out of. `made_by` made the decision, where they work here; else
    `made_by_name` says who did, as far as that is known. `window` is the rule as it was at submission,
    `window_ends_at` the first instant that was too late. A late appeal is refused (`inadmissible`, nobody
    decided) until a lead admits it. `statement`, `question` (the last one asked) and `answer` (reasons, a
    blank line, `redress`) are messages of the ticket.
    """

    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="appeal")
    about = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, null=True, blank=True, related_name="appeals_about"
    )
    decision_type = models.CharField(max_length=TYPE_MAX)
    ground = models.TextField(max_length=GROUND_MAX)
    automated = models.BooleanField()
    decision_at = models.DateTimeField()
    informed_at = models.DateTimeField()
    made_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="contested_decisions"
    )
    made_by_name = models.CharField(max_length=NAME_MAX, blank=True)

    jurisdiction = models.CharField(max_length=8)
    window = models.JSONField()
    """`{"jurisdiction", "decision_type", "months" or "days", "timezone", "source"}`."""
    last_day = models.DateField()
    window_ends_at = models.DateTimeField()
    submitted_at = models.DateTimeField()
    late = models.BooleanField(default=False)
    admitted_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="admitted_appeals"
    )
    admitted_at = models.DateTimeField(null=True, blank=True)

    statement = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+", db_index=False)
    question = models.ForeignKey(
        Message, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    outcome = models.CharField(max_length=20, choices=[(word, word) for word in OUTCOMES], blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="decided_appeals"
    )
    answer = models.ForeignKey(
        Message, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    redress = models.TextField(max_length=REDRESS_MAX, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    answered: bool = False
    """Whether the appellant wrote after `question`; read by `with_people` and `told_whether_answered`."""

    objects = AppealQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="whoever_decided_never_decides_the_appeal",
                condition=Q(made_by=None) | Q(decided_by=None) | ~Q(decided_by=F("made_by")),
            ),
            models.CheckConstraint(
                name="appeal_has_a_known_outcome", condition=Q(outcome="") | Q(outcome__in=OUTCOMES)
            ),
            models.CheckConstraint(
                name="appeal_decided_has_its_instant_reasons_and_redress",
                condition=Q(outcome="", decided_at=None, decided_by=None, answer=None, redress="")
                | (~Q(outcome="") & Q(decided_at__isnull=False, answer__isnull=False) & ~Q(redress="")),
            ),
            models.CheckConstraint(
                name="appeal_in_time_is_decided_by_a_person",
                condition=Q(outcome="")
                | Q(decided_by__isnull=False)
                | Q(outcome="inadmissible", late=True, admitted_at=None),
            ),
            models.CheckConstraint(
                name="late_appeal_is_refused_until_it_is_admitted",
                condition=Q(late=False) | Q(admitted_at__isnull=False) | Q(outcome="inadmissible"),
            ),
            models.CheckConstraint(
                name="appeal_is_late_from_the_end_of_its_window",
                condition=Q(late=True, submitted_at__gte=F("window_ends_at"))
                | Q(late=False, submitted_at__lt=F("window_ends_at")),
            ),
            models.CheckConstraint(
                name="appeal_admitted_was_late_and_says_by_whom",
                condition=Q(admitted_at=None, admitted_by=None)
                | Q(late=True, admitted_at__isnull=False, admitted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="appeal_withdrawn_is_not_decided", condition=Q(withdrawn_at=None) | Q(outcome="")
            ),
            models.CheckConstraint(
                name="appeal_follows_its_decision",
                condition=Q(informed_at__gte=F("decision_at"), submitted_at__gte=F("informed_at")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["submitted_at"],
                name="appeal_undecided_by_age",
                condition=Q(outcome="", withdrawn_at=None),
            ),
            models.Index(
                Coalesce("decided_at", "withdrawn_at"),
                name="appeal_ended_by_age",
                condition=Q(decided_at__isnull=False) | Q(withdrawn_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="appeal_is_never_decided_by_whoever_is_named",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=NAMED_NEVER_DECIDES,
            )
        ]

    def __str__(self) -> str:
        return f"appeal {self.ticket_id}"

    @property
    def state(self) -> State:
        """Where it stands, in the words of `tickets.appeals.states`."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        if self.outcome == "":
            return "open" if self.question_id is None or self.answered else "awaiting_evidence"
        return "refused" if self.late and self.admitted_at is None else "decided"

    @property
    def reasons(self) -> str:
        """The answer without the redress that it ends with; empty while there is none. Joins `answer`."""
        return states.reasons_in(self.answer.body, self.redress) if self.answer is not None else ""

    def is_by(self, person: Person) -> bool:
        """Whether this person made the contested decision, as far as is known."""
        return self.made_by_id == person.pk or states.is_named(
            self.made_by_name, person.username, person.email, person.name
        )
