"""A weekly report composed from the numbers of a week and of the week before. No Django.

What moved is told only where it is more than noise: a share where Newcombe's interval of the difference
leaves out nought, a count where two Poisson counts differ at 95 %.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from insights.dissatisfaction import split_change
from insights.numbers import Found, Number
from insights.scope import Scope
from insights.statistics import difference_of_counts, difference_of_rates
from insights.weeks import Week
from supportdesk.instants import write_instant

COMPARED_COUNTS: Final = ("volume",)
COMPARED_SHARES: Final = (
    "attainment",
    "escalation_rate",
    "return_rate",
    "reopen_rate",
    "first_contact_resolution",
    "csat",
    "response_rate",
)
NARROWEST: Final = 1
"""A number is compared as a whole and by one fact; narrower parts are too few and too many."""


def compose(
    scope: Scope, week: Week, zone: str, now: Sequence[Found], before: Sequence[Found], notes: Sequence[str]
) -> tuple[dict[str, Any], list[Found]]:
    """The body of a report and, in the order of its numbers, the tickets behind them.

    The body holds plain JSON only and depends on nothing but its arguments.
    """
    numbers = [*now, *csat_change(now, before)]
    body = {
        "line": scope.line,
        "week": str(week),
        "timezone": zone,
        "begins": write_instant(scope.span.begins),
        "ends": write_instant(scope.span.ends),
        "horizon": write_instant(scope.horizon),
        "numbers": [found.number.as_json() for found in numbers],
        "moved": moved(now, before),
        "notes": list(notes),
    }
    return body, numbers


def csat_change(now: Sequence[Found], before: Sequence[Found]) -> list[Found]:
    """The change of the satisfaction rate, split into mix and rate, by channel and language; or "no data"."""

    def segments(found: Sequence[Found]) -> dict[tuple[str, str], tuple[int, int]]:
        return {
            (str(each.number.part["channel"]), str(each.number.part["language"])): (
                each.number.numerator or 0,
                each.number.denominator or 0,
            )
            for each in found
            if each.number.key == "csat" and set(each.number.part) == {"channel", "language"}
        }

    split = split_change(segments(before), segments(now))
    if split is None:
        return [Found(Number("csat_change"))]
    behind = {
        (each.number.part.get("channel"), each.number.part.get("language")): each
        for each in now
        if each.number.key == "csat"
    }
    whole = behind[None, None]
    nobody = Found(Number("csat_change"))
    return [
        Found(
            Number("csat_change", value=split.change, detail={"mix": split.mix, "rate": split.rate}),
            whole.counted,
            whole.others,
        ),
        *(
            Found(
                Number(
                    "csat_change",
                    part={"channel": part.segment[0], "language": part.segment[1]},
                    value=part.mix + part.rate,
                    detail={"mix": part.mix, "rate": part.rate},
                ),
                behind.get(part.segment, nobody).counted,
                behind.get(part.segment, nobody).others,
            )
            for part in split.parts
        ),
    ]


def moved(now: Sequence[Found], before: Sequence[Found]) -> list[dict[str, Any]]:
    """What differs from the week before by more than noise: key, part, both values, change and interval.

    The change of a share is in the same unit (0.05 is five points), that of a count is relative; it is null
    where there was nothing to compare with, as an interval's end is that has none.
    """
    then = {each.number.place: each.number for each in before}
    told = []
    for each in now:
        number = each.number
        past = then.get(number.place)
        narrow = len(number.part) > NARROWEST + (number.key == "attainment")
        if narrow or number.numerator is None:
            continue
        if number.key in COMPARED_SHARES and past is not None and past.numerator is not None:
            difference = difference_of_rates(
                number.numerator, number.denominator or 0, past.numerator, past.denominator or 0
            )
        elif number.key in COMPARED_COUNTS:
            difference = difference_of_counts(
                number.numerator, (past.numerator or 0) if past is not None else 0
            )
        else:
            continue
        if difference is not None and difference.is_more_than_noise:
            told.append(
                {
                    "key": number.key,
                    "part": dict(number.part),
                    "now": number.value,
                    "before": past.value if past is not None else 0,
                    "change": finite(difference.change),
                    "interval": [finite(difference.interval.low), finite(difference.interval.high)],
                }
            )
    return told


def finite(value: float) -> float | None:
    """JSON knows no infinity."""
    return value if math.isfinite(value) else None


def changed_numbers(body: Mapping[str, Any], former: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a revision says otherwise than the one before: key, part, value and the former value."""

    def values(told: Mapping[str, Any]) -> dict[tuple[str, tuple[Any, ...]], dict[str, Any]]:
        return {
            (number["key"], tuple(sorted((name, str(part)) for name, part in number["part"].items()))): number
            for number in told["numbers"]
        }

    now, then = values(body), values(former)
    different = []
    for place in dict.fromkeys((*now, *then)):
        new, old = now.get(place), then.get(place)
        facts = ("value", "numerator", "denominator")
        if new is None or old is None or any(new[fact] != old[fact] for fact in facts):
            told = new or old or {}
            different.append(
                {
                    "key": told["key"],
                    "part": told["part"],
                    "value": new["value"] if new is not None else None,
                    "former": old["value"] if old is not None else None,
                }
            )
    return different
