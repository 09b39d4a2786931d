"""Numbers in words: how a value, an interval, a part and a change are written for people."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from insights.definitions import BUCKETS, CHANNELS, DEFINITIONS, FLOWS, HISTORY, METRICS

Told = Mapping[str, Any]
"""A number or a move as the body of a report holds it."""

HEADLINES: Final[tuple[tuple[str, Mapping[str, str]], ...]] = (
    ("backlog", {"flow": "created"}),
    ("backlog", {"flow": "resolved"}),
    ("backlog", {"flow": "closing"}),
    ("attainment", {"metric": "first_reply"}),
    ("attainment", {"metric": "resolution"}),
    ("first_contact_resolution", {}),
    ("reopen_rate", {}),
    ("csat", {}),
)
WORDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "metric": METRICS,
    "channel": CHANNELS,
    "flow": FLOWS,
    "bucket": BUCKETS,
    "breached": METRICS,
    "history": HISTORY,
}


def number_format(value: float, digits: int) -> str:
    """A number in the reader's way of writing, rounded (Django's own would cut it off)."""
    return formats.number_format(Decimal(f"{value:.{digits}f}"), digits, force_grouping=True)


def title(key: str) -> str:
    return str(DEFINITIONS[key].title) if key in DEFINITIONS else key


def value_of(number: Told) -> str:
    """The value as it is shown; "no data" where nothing could be counted."""
    value = number["value"]
    if value is None:
        return _("no data")
    unit = DEFINITIONS[number["key"]].unit if number["key"] in DEFINITIONS else "count"
    if unit == "share":
        return percent(value)
    if unit == "points":
        return points(value)
    if unit == "cases":
        return number_format(value, 1)
    if unit == "time":
        return _("%(hours)s h") % {"hours": number_format(value, 1)}
    return number_format(value, 0)


def percent(value: float) -> str:
    return _("%(number)s %%") % {"number": number_format(100 * value, 1)}


def points(value: float) -> str:
    """A difference of shares, in percentage points, with its sign."""
    return pgettext("percentage points", "%(number)s points") % {"number": signed(100 * value, 1)}


def signed(value: float, digits: int) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    return sign + number_format(abs(value), digits)


def interval_of(number: Told) -> str:
    """`(55.3–73.6)` in per cent; empty where a number carries none."""
    if not number.get("interval"):
        return ""
    low, high = number["interval"]
    return f"({number_format(100 * low, 1)}–{number_format(100 * high, 1)})"


def of_how_many(number: Told) -> str:
    """`180 of 200`, or nothing for a plain count."""
    if number["denominator"] is None:
        return ""
    return _("%(part)s of %(whole)s") % {
        "part": number_format(number["numerator"], 0),
        "whole": number_format(number["denominator"], 0),
    }


def part_of(part: Mapping[str, Any]) -> str:
    """What a number is about, such as "First reply, Tier 1, acme"; empty for the whole line."""
    if "trait" in part:
        return trait(str(part["trait"]), str(part["word"]))
    return ", ".join(filter(None, (fact(name, str(value)) for name, value in sorted_facts(part))))


def sorted_facts(part: Mapping[str, Any]) -> list[tuple[str, Any]]:
    order = ("metric", "flow", "since", "bucket", "channel", "language", "tier", "vendor", "score")
    return sorted(part.items(), key=lambda fact: order.index(fact[0]) if fact[0] in order else len(order))


def fact(name: str, value: str) -> str:
    if name == "vendor":
        return value or _("in-house")
    if name == "tier":
        return _("Tier %(tier)s") % {"tier": value}
    if name == "language":
        return value or _("no language given")
    if name == "score":
        return _("rated %(score)s") % {"score": value}
    if name == "since":
        return _("since creation") if value == "created" else _("since the oldest unanswered message")
    return str(WORDS.get(name, {}).get(value, value))


def trait(name: str, word: str) -> str:
    """A driver in words."""
    if name == "history":
        return str(HISTORY.get(word, word))
    if name == "breached":
        return _("%(metric)s breached") % {"metric": METRICS.get(word, word)}
    if name == "tag":
        return _("tag “%(tag)s”") % {"tag": word}
    if name == "resolution":
        return _("resolved as %(resolution)s") % {"resolution": word.replace("_", " ")}
    return fact(name, word)


def sentence(move: Told) -> str:
    """A move in words: what, how it stands, what it was, and how sure that is."""
    about = part_of(move["part"])
    name = f"{title(move['key'])}, {about}" if about else title(move["key"])
    unit = DEFINITIONS[move["key"]].unit
    low, high = move["interval"]
    if unit == "share":
        return _("%(name)s: %(now)s, before %(before)s; %(change)s (%(low)s to %(high)s)") % {
            "name": name,
            "now": percent(move["now"]),
            "before": percent(move["before"]),
            "change": points(move["change"]),
            "low": signed(100 * low, 1),
            "high": signed(100 * high, 1),
        }
    counts = {
        "name": name,
        "now": number_format(move["now"], 0),
        "before": number_format(move["before"], 0),
    }
    if move["change"] is None or low is None or high is None:
        return _("%(name)s: %(now)s, before %(before)s") % counts
    return _("%(name)s: %(now)s, before %(before)s; %(change)s (%(low)s to %(high)s)") % {
        **counts,
        "change": signed_percent(move["change"]),
        "low": signed_percent(low),
        "high": signed_percent(high),
    }


def signed_percent(value: float) -> str:
    return _("%(number)s %%") % {"number": signed(100 * value, 0)}


def headlines_in(numbers: list[Told]) -> list[Told]:
    """The few numbers that stand first, of those there are."""
    by_place = {(each["key"], tuple(sorted(each["part"].items()))): each for each in numbers}
    wanted = ((key, tuple(sorted(part.items()))) for key, part in HEADLINES)
    return [by_place[place] for place in wanted if place in by_place]


def headline(body: Told) -> list[str]:
    """The few numbers that a mail begins with, one a line."""
    lines = []
    for number in headlines_in(body["numbers"]):
        about = part_of(number["part"])
        name = f"{title(number['key'])}, {about}" if about else title(number["key"])
        told = " ".join(filter(None, (value_of(number), interval_of(number), of_how_many(number))))
        lines.append(f"{name}: {told}")
    return lines
