"""Until when a decision can be appealed: the rule, and the days it gives. No Django.

The day on which the creator was told does not count. A window in months ends with the day of the same number,
or with the month's last day where it has none (Regulation (EEC, Euratom) 1182/71, Article 3): told on
2026-08-31, six months end with 2027-02-28. One in days ends that many days later. Days are those of the
rule's zone, and the last one counts whole.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from supportdesk.errors import BadInput
from supportdesk.texts import fault_in_line, fault_in_prose
from tickets.appeals.jurisdictions import ANY

MOST_MONTHS: Final = 120
MOST_DAYS: Final = 3650
TYPE_MAX: Final = 64
SOURCE_MAX: Final = 300
REDRESS_MAX: Final = 4_000
JURISDICTION: Final = re.compile(r"\*|[A-Z]{2}(-[A-Z0-9]{1,3})?|[0-9]{3}", re.ASCII)


@dataclass(frozen=True)
class WindowTerms:
    """What holds for appeals against decisions of a type in a jurisdiction; `ANY` stands for all of them.

    Exactly one of `months` and `days`. `source` is the law or house rule, as creators read it in a refusal;
    `redress` what is open to them after the decision; `line` the slug of the line that takes such appeals.
    The last two may stay empty: a wider rule is asked then.
    """

    jurisdiction: str
    decision_type: str
    source: str
    months: int | None = None
    days: int | None = None
    timezone: str = "UTC"
    redress: str = ""
    line: str | None = None


EU_RULE: Final = WindowTerms(
    jurisdiction="EU",
    decision_type=ANY,
    months=6,
    timezone="Europe/Brussels",
    source="Regulation (EU) 2022/2065 (Digital Services Act), Article 20(1)",
    redress="If you disagree with this decision, you can turn to a certified out-of-court dispute settlement "
    "body (Article 21 of Regulation (EU) 2022/2065) or to a court. The European Commission publishes the list "
    "of certified bodies.",
)
HOUSE_RULE: Final = WindowTerms(
    jurisdiction=ANY,
    decision_type=ANY,
    months=6,
    source="our terms, which give everyone the time that Article 20 of Regulation (EU) 2022/2065 gives",
    redress="If you disagree with this decision, you can turn to a court or, where your country has one, to "
    "an independent dispute body.",
)
BUILT_IN: Final = (EU_RULE, HOUSE_RULE)
"""What holds until an administrator says otherwise for the same jurisdiction and decision type."""


@dataclass(frozen=True)
class Window:
    """The days in which an appeal can be submitted; `ends_at` is the first instant that is too late."""

    informed_on: date
    last_day: date
    ends_at: datetime

    def is_late(self, at: datetime) -> bool:
        return at >= self.ends_at


def window_of(terms: WindowTerms, informed_at: datetime) -> Window:
    """The window that `terms` give to somebody who was told of the decision at `informed_at`."""
    zone = ZoneInfo(terms.timezone)
    informed_on = informed_at.astimezone(zone).date()
    if terms.months is not None:
        last_day = months_after(informed_on, terms.months)
    else:
        last_day = informed_on + timedelta(days=terms.days or 0)
    ends_at = datetime.combine(last_day + timedelta(days=1), time(), zone).astimezone(UTC)
    return Window(informed_on, last_day, ends_at)


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later, or that month's last day where it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def rules_for(
    rules: Iterable[WindowTerms], jurisdictions: Sequence[str], decision_type: str
) -> list[WindowTerms]:
    """The rules that hold, the most special first: by jurisdiction as they are given, then by type.

    `rules` are those that were defined here; the built-in ones stand beside them, so that there always is one.
    """
    places = {place: order for order, place in enumerate(jurisdictions)}
    types = {decision_type: 0, ANY: 1}
    known = with_built_in(rules)
    return [
        known[place, kind]
        for place, kind in sorted(
            (key for key in known if key[0] in places and key[1] in types),
            key=lambda key: (places[key[0]], types[key[1]]),
        )
    ]


def with_built_in(rules: Iterable[WindowTerms]) -> dict[tuple[str, str], WindowTerms]:
    """Every rule by jurisdiction and decision type; those defined here stand in for the built-in ones."""
    return {(rule.jurisdiction, rule.decision_type): rule for rule in (*BUILT_IN, *rules)}


def check_window(terms: WindowTerms) -> None:
    """Refuse, at the field, what cannot be a rule. The line that it names is not looked up here."""
    if not JURISDICTION.fullmatch(terms.jurisdiction):
        raise BadInput("/jurisdiction", 'A jurisdiction is "EU", an ISO 3166 code such as "BR", or "*".')
    if not terms.decision_type.strip() or len(terms.decision_type) > TYPE_MAX:
        raise BadInput(
            "/decision_type", f'A decision type is a word of at most {TYPE_MAX} characters, or "*".'
        )
    if (terms.months is None) == (terms.days is None):
        raise BadInput("/months", "A window is counted in months or in days: name one of them.")
    if terms.months is not None and not 1 <= terms.months <= MOST_MONTHS:
        raise BadInput("/months", f"A window has 1 to {MOST_MONTHS} months.")
    if terms.days is not None and not 1 <= terms.days <= MOST_DAYS:
        raise BadInput("/days", f"A window has 1 to {MOST_DAYS} days.")
    if terms.timezone not in available_timezones():
        raise BadInput("/timezone", f'"{terms.timezone}" is not a time zone.')
    if not terms.source.strip() or len(terms.source) > SOURCE_MAX:
        raise BadInput(
            "/source", f"Name the law or house rule, in at most {SOURCE_MAX} characters.", "required"
        )
    if len(terms.redress) > REDRESS_MAX:
        raise BadInput("/redress", f"At most {REDRESS_MAX} characters.", "max_length")
    for field, fault in (
        ("decision_type", fault_in_line(terms.decision_type)),
        ("source", fault_in_line(terms.source)),
        ("redress", fault_in_prose(terms.redress)),
    ):
        if fault is not None:
            raise BadInput(f"/{field}", fault[1], fault[0])
