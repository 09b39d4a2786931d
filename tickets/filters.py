"""How a list of tickets is narrowed and ordered: the same words in the REST API and on the pages (api.md).

A word of a fixed list that is none is refused; a name (of a queue, a person, a tag) that nobody has, or that
the caller cannot see, simply finds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import django_filters
from django import forms
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict

from slas.models import Timer
from supportdesk.errors import BadInput
from supportdesk.instants import read_instant
from supportdesk.rest.paging import Column, number_column
from teams.models import Key, Person
from tickets.models import Message, Ticket
from tickets.querysets import TicketQuerySet
from tickets.words import CHANNELS, PRIORITIES, STATUSES, UNSOLVED

SLA: Final = ("at_risk", "breached", "paused", "ok", "was_breached")
LONGEST_QUESTION: Final = 200

ORDERINGS: Final = {
    "-created_at": Column("created_at", descending=True),
    "created_at": Column("created_at"),
    "due_at": Column("due_at", nullable=True),
    "-priority": number_column("priority_rank"),
}
"""The usual one first. Ranks go from 1 (urgent) to 4 (low), so that the highest priority has the lowest."""


class Words(forms.MultipleChoiceField):
    """Words of a fixed list, as repeated parameters or between commas."""

    def __init__(self, words: Iterable[str], **terms: Any) -> None:
        self.words = tuple(words)
        super().__init__(choices=[(word, word.replace("_", " ")) for word in self.words], **terms)
        self.error_messages["invalid_choice"] = f"Must be one of: {', '.join(self.words)}."

    def to_python(self, value: Any) -> list[str]:
        return [word for part in super().to_python(value) for word in part.split(",")]


class InstantField(forms.Field):
    """An ISO-8601 time with a zone; a plus sign that came unquoted, and so as a space, is understood."""

    def to_python(self, value: Any) -> datetime | None:
        if not value:
            return None
        at = read_instant(str(value).replace(" ", "+"))
        if at is None:
            raise forms.ValidationError(
                'Must be an ISO-8601 time with a zone, such as "2026-11-23T12:40:00Z".'
            )
        return at


class WordsFilter(django_filters.MultipleChoiceFilter):  # type: ignore[misc]
    def __init__(self, *args: Any, words: Iterable[str], **terms: Any) -> None:
        super().__init__(*args, words=words, **terms)

    field_class = Words


class InstantFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = InstantField


class TicketFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Narrows tickets that are visible to `caller`; what depends on time is asked at `at`."""

    status = WordsFilter(words=STATUSES)
    queue = django_filters.CharFilter(field_name="queue__slug")
    tier = django_filters.TypedChoiceFilter(
        field_name="queue__tier", choices=[("1", "Tier 1"), ("2", "Tier 2")], coerce=int
    )
    channel = WordsFilter(words=CHANNELS)
    lob = django_filters.CharFilter(field_name="line__slug")
    priority = WordsFilter(words=PRIORITIES)
    assignee = django_filters.CharFilter(method="held_by")
    locale = django_filters.CharFilter(method="in_language")
    tag = django_filters.CharFilter(method="tagged")
    creator = django_filters.CharFilter(field_name="creator__external_id")
    external_ref = django_filters.CharFilter(field_name="external_ref")
    created_after = InstantFilter(field_name="created_at", lookup_expr="gt")
    created_before = InstantFilter(field_name="created_at", lookup_expr="lt")
    updated_since = InstantFilter(field_name="updated_at", lookup_expr="gte")
    sla = django_filters.ChoiceFilter(
        choices=[(word, word.replace("_", " ")) for word in SLA], method="on_clock"
    )
    q = django_filters.CharFilter(method="saying", max_length=LONGEST_QUESTION)

    class Meta:
        model = Ticket
        fields: list[str] = []

    def __init__(
        self, data: QueryDict | None, queryset: TicketQuerySet, *, caller: Person | Key, at: datetime
    ) -> None:
        super().__init__(data, queryset)
        self.caller = caller
        self.at = at

    @classmethod
    def names(cls) -> tuple[str, ...]:
        return tuple(cls.base_filters)

    @classmethod
    def apply(
        cls, query: QueryDict, rows: TicketQuerySet, *, caller: Person | Key, at: datetime
    ) -> TicketQuerySet:
        """The rows that a query asks for; raises BadInput at the first parameter that is wrong."""
        asked = cls(query, rows, caller=caller, at=at)
        for name, faults in asked.form.errors.items():
            raise BadInput(f"/{name}", str(faults[0]))
        narrowed: TicketQuerySet = asked.qs
        return narrowed

    def held_by(self, rows: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        if value == "me":
            return rows.held_by(self.caller)
        if value == "none":
            return rows.filter(assignee=None, holder=None)
        if value.startswith("api:"):
            return rows.filter(holder__name=value.removeprefix("api:"))
        return rows.filter(assignee__username=value)

    def in_language(self, rows: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        """The locale itself; a bare language finds its regions too."""
        wanted = Q(locale__iexact=value)
        return rows.filter(wanted if "-" in value else wanted | Q(locale__istartswith=f"{value}-"))

    def tagged(self, rows: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        """All the tags that are named."""
        return rows.filter(tags__contains=self.data.getlist(name))

    def on_clock(self, rows: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        match value:
            case "at_risk":
                return rows.at_risk(self.at)
            case "breached":
                return rows.breached(self.at)
            case "paused":
                return rows.wait_paused()
            case "was_breached":
                return rows.filter(Exists(Timer.objects.past_due(self.at).filter(clock=OuterRef("clock"))))
        return (
            rows.exclude(status__in=UNSOLVED, due_at__lt=self.at)
            .exclude(status__in=UNSOLVED, at_risk_at__lte=self.at, at_risk_until__gte=self.at)
            .exclude(status="pending", pending_on="creator")
        )

    def saying(self, rows: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        """Full text over the subject and the messages that the caller may read, as a web search is written."""
        words = SearchQuery(value, config="simple", search_type="websearch")
        subjects = Ticket.objects.visible_to(self.caller).annotate(
            text=SearchVector("subject", config="simple")
        )
        messages = Message.objects.visible_to(self.caller).annotate(
            text=SearchVector("body", config="simple")
        )
        by_subject = subjects.filter(text=words).order_by().values("pk")
        by_message = messages.filter(text=words).order_by().values("ticket")
        return rows.filter(pk__in=by_subject.union(by_message))


def ordering_of(query: QueryDict) -> str:
    """The ordering that a query names, or the usual one."""
    ordering = query.get("ordering") or next(iter(ORDERINGS))
    if ordering not in ORDERINGS:
        raise BadInput("/ordering", f"Must be one of: {', '.join(ORDERINGS)}.", "invalid_choice")
    return ordering
