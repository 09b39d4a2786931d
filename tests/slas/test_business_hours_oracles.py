"""Published answers to business-hours questions, from the test suites of other projects."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from slas.moves import Opened, Pended, Resolved
from slas.rules import Rule
from slas.terms import CalendarTerms, check_calendar
from slas.working_time import ALWAYS, WorkingTime
from supportdesk.errors import BadInput
from tests.slas.dates import Ticket, calendar, rule, shared_folder, utc

ORACLES = shared_folder() / "oracles"

OTHERWISE = {
    "BH002": "A calendar that never opens is refused; they fall back to round the clock.",
    "BH023": "An interval that runs backwards is negative, as in BH054; they answer 0.",
    "BH062": "Elapsed seconds count, so the long Sunday has 25 hours; they answer 24.",
    "BH133": "Due exactly at closing is the closing instant, which the case accepts too; its first answer "
    "is the next opening.",
}
"""Cases whose convention this desk decided otherwise."""


def cases(name: str) -> Any:
    path = ORACLES / name
    return json.loads(path.read_text()) if path.exists() else {"cases": [], "calendars": {}}


PUBLISHED = cases("business_hours.json")["cases"]
present = pytest.mark.skipif(not PUBLISHED, reason="no oracles beside the checkout (../shared/oracles)")


def hours_of(stated: Mapping[str, Any] | None) -> WorkingTime:
    if stated is None:
        return ALWAYS
    return calendar(
        stated["tz"],
        {day: windows(spans) for day, spans in stated["hours"].items()},
        stated.get("holidays", ()),
        {day: windows(spans) for day, spans in stated.get("date_hours", {}).items()},
    )


def windows(spans: Sequence[Sequence[str]]) -> list[str]:
    return [f"{opens}-{closes}" for opens, closes in spans]


def answer(case: Mapping[str, Any], hours: WorkingTime) -> object:
    if case["op"] == "add":
        return hours.add(utc(case["start"]), timedelta(seconds=case["seconds"]))
    if case["op"] == "between":
        return hours.elapsed(utc(case["start"]), utc(case["end"])).total_seconds()
    if case["op"] == "is_open":
        return hours.is_open(utc(case["at"]))  # type: ignore[attr-defined]
    raise AssertionError(case["op"])


def expected(case: Mapping[str, Any]) -> object:
    if case["op"] == "add":
        return utc(case["expected"])
    return case["expected_seconds"] if case["op"] == "between" else case["expected"]


def replay(case: Mapping[str, Any], target: Rule) -> Ticket:
    """The case's history as moves: what it calls a paused state stands for pending on the creator."""
    ticket = Ticket(target, utc(case["created"]))
    for instant, word in case["history"]:
        ticket.move(utc(instant), Pended("creator") if word in case["paused_states"] else Opened())
    return ticket


@present
@pytest.mark.parametrize(
    "case", [c for c in PUBLISHED if c["op"] != "sla" and c["id"] not in OTHERWISE], ids=lambda c: c["id"]
)
def test_published_case(case: dict[str, Any]) -> None:
    assert answer(case, hours_of(case["calendar"])) == expected(case)


@present
@pytest.mark.parametrize(
    "case", [c for c in PUBLISHED if c["op"] == "sla" and "window" not in c], ids=lambda c: c["id"]
)
def test_published_case_with_pauses(case: dict[str, Any]) -> None:
    wait = rule({"requester_wait": case["target_minutes"]}, hours_of(case["calendar"]))
    timer = replay(case, wait).timer("requester_wait")
    if "expected_due" in case:
        due = case["expected_due"] if case["id"] not in OTHERWISE else case["accepted"][0]
        assert timer.due_at == utc(due)
    else:
        until = {**case, "history": [entry for entry in case["history"] if entry[0] <= case["event_at"]]}
        ticket = replay(until, wait)
        ticket.move(utc(case["event_at"]), Resolved())
        counted = ticket.timer("requester_wait").banked
        assert counted == timedelta(minutes=case["expected_minutes"])
        assert timer.target - counted == timedelta(minutes=case["expected_left"])


@present
@pytest.mark.parametrize("case", [c for c in PUBLISHED if "window" in c], ids=lambda c: c["id"])
def test_published_case_of_the_time_inside_a_window(case: dict[str, Any]) -> None:
    """Counted between two instants: what had been by the later, less what had been by the first."""
    wait = rule({"requester_wait": 100_000}, hours_of(case["calendar"]))
    by = []
    for instant in map(utc, case["window"]):
        known = {**case, "history": [entry for entry in case["history"] if utc(entry[0]) <= instant]}
        if instant < utc(case["created"]):
            by.append(timedelta())
            continue
        ticket = replay(known, wait)
        ticket.move(instant, Resolved())
        by.append(ticket.timer("requester_wait").banked)
    assert by[1] - by[0] == timedelta(minutes=case["expected_minutes"])


@present
def test_every_published_case_is_held_to_or_decided_otherwise() -> None:
    assert len(PUBLISHED) == 144
    assert OTHERWISE.keys() <= {case["id"] for case in PUBLISHED}


@present
def test_decided_otherwise() -> None:
    by_id = {case["id"]: case for case in PUBLISHED}
    assert answer(by_id["BH023"], hours_of(by_id["BH023"]["calendar"])) == -142_200
    assert answer(by_id["BH062"], hours_of(by_id["BH062"]["calendar"])) == 90_000
    with pytest.raises(BadInput) as refused:
        check_calendar(CalendarTerms(timezone=by_id["BH002"]["calendar"]["tz"]))
    assert (refused.value.pointer, refused.value.code) == ("/hours", "never_opens")


@present
def test_consensus_of_four_implementations() -> None:
    stated = cases("business_hours_consensus.json")
    calendars = {name: hours_of(terms) for name, terms in stated["calendars"].items()}
    differing = [
        case for case in stated["cases"] if answer(case, calendars[case["calendar"]]) != expected(case)
    ]
    assert len(stated["cases"]) == 1_756
    assert differing == []
