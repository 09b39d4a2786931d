"""The sections of a report, each a function from a scope to the numbers it finds there, in their order.

A section that something is missing for (a library, labelled texts) says so in a note. Another subject joins
the report by standing in `SECTIONS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from insights.dissatisfaction import ranked_drivers
from insights.numbers import WHOLE, Found, Number, Part, count, share
from insights.queries.counting import Count
from insights.queries.ratings import count_ratings
from insights.queries.tickets import count_tickets
from insights.queries.timers import count_timers
from insights.scope import CAME_BACK_WITHIN, RATED_WITHIN, REOPENED_WITHIN, Scope
from slas.metrics import METRICS

FLOWS: Final = ("opening", "created", "reopened", "resolved", "merged", "spam", "closing")
BUCKETS: Final = ("0", "1", "2", "3", "4", "5")
AGED_SINCE: Final = ("created", "unanswered")
SCORES: Final = ("5", "4", "3", "2", "1")


@dataclass(frozen=True)
class Section:
    numbers: Sequence[Found]
    notes: Sequence[str] = ()


Finder = Callable[[Scope], Section]


class Counts:
    """Counts by measure and part, where what was not counted is nought."""

    def __init__(self, counts: Iterable[Count]) -> None:
        self.by_place = {(each.measure, tuple(sorted(each.part.items()))): each for each in counts}

    def one(self, measure: str, part: Part = WHOLE) -> Count:
        nothing = Count(measure, dict(part), 0, 0, (), ())
        return self.by_place.get((measure, tuple(sorted(part.items()))), nothing)

    def parts(self, measure: str) -> list[Part]:
        """The parts of a measure in which anything was counted, the whole left out, in a stable order."""
        found = [each.part for each in self.by_place.values() if each.measure == measure and each.part]
        return sorted(found, key=lambda part: (sorted(part), [str(part[name]) for name in sorted(part)]))

    def counted(self, measure: str, part: Part) -> Found:
        one = self.one(measure, part)
        return Found(count(measure, part, one.amount), one.counted)

    def share(self, measure: str, part: Part, settles_at: datetime | None = None) -> Found:
        one = self.one(measure, part)
        number = share(measure, part, one.amount, one.whole or 0, settles_at)
        return Found(number, one.counted, one.others)

    def shares(self, measure: str, settles_at: datetime | None = None) -> list[Found]:
        """The whole, "no data" where it is empty, and every part that is not."""
        return [self.share(measure, part, settles_at) for part in (WHOLE, *self.parts(measure))]


def ticket_section(scope: Scope) -> Section:
    """Volume, backlog, ageing, hand-overs, reopening and first-contact resolution. One query."""
    counts = Counts(count_tickets(scope))
    return Section(
        [
            *(counts.counted("volume", part) for part in (WHOLE, *counts.parts("volume"))),
            *(counts.counted("backlog", {"flow": flow}) for flow in FLOWS),
            *(
                counts.counted("ageing", {"since": since, "bucket": bucket})
                for since in AGED_SINCE
                for bucket in BUCKETS
            ),
            *counts.shares("escalation_rate"),
            *counts.shares("return_rate"),
            *counts.shares("reopen_rate", scope.settles_at(REOPENED_WITHIN)),
            *counts.shares("first_contact_resolution", scope.settles_at(CAME_BACK_WITHIN)),
        ]
    )


def timer_section(scope: Scope) -> Section:
    """Attainment of every metric, and of its tiers and vendors. Two queries, seldom three."""
    counts = Counts(count_timers(scope))
    wholes: list[Part] = [{"metric": metric} for metric in METRICS]
    parts = [part for part in counts.parts("attainment") if len(part) > 1]
    return Section([counts.share("attainment", part) for part in (*wholes, *parts)])


def rating_section(scope: Scope) -> Section:
    """Satisfaction, its scores, the response rate and what goes with bad ratings. Two queries."""
    counts = Counts(count_ratings(scope))
    csat = counts.one("csat")
    good, bad = csat.amount, (csat.whole or 0) - csat.amount
    traits = {
        (str(part["trait"]), str(part["word"])): counts.one("driver", part) for part in counts.parts("driver")
    }
    drivers = ranked_drivers(
        {trait: (one.amount, (one.whole or 0) - one.amount) for trait, one in traits.items()}, bad, good
    )
    return Section(
        [
            *counts.shares("csat"),
            *(counts.counted("ratings", {"score": score}) for score in SCORES),
            *counts.shares("response_rate", scope.settles_at(RATED_WITHIN)),
            *(
                Found(
                    Number(
                        key="driver",
                        part={"trait": driver.trait[0], "word": driver.trait[1]},
                        value=driver.excess,
                        numerator=driver.bad,
                        denominator=driver.cases,
                        detail={"lift": driver.lift},
                    ),
                    traits[driver.trait].counted,
                    traits[driver.trait].others,
                )
                for driver in drivers
            ),
        ]
    )


SECTIONS: Final[tuple[Finder, ...]] = (ticket_section, timer_section, rating_section)


def find_numbers(scope: Scope) -> Section:
    """Everything that the sections find in a scope, one after the other."""
    found = [section(scope) for section in SECTIONS]
    return Section(
        [number for section in found for number in section.numbers],
        [note for section in found for note in section.notes],
    )
