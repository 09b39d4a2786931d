"""Until when a decision can be appealed: tables of days, and what holds of all of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportdesk.errors import BadInput
from tests.cast import Cast
from tickets.appeals import actions
from tickets.appeals.jurisdictions import jurisdictions_of
from tickets.appeals.models import WindowRule
from tickets.appeals.queries import redress_of, window_rules
from tickets.appeals.windows import (
    BUILT_IN,
    EU_RULE,
    HOUSE_RULE,
    WindowTerms,
    check_window,
    months_after,
    rules_for,
    window_of,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def terms(**given: object) -> WindowTerms:
    return WindowTerms(**{"jurisdiction": "*", "decision_type": "*", "source": "Rule 1", **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("informed", "months", "last"),
    [
        ("2026-08-31", 6, "2027-02-28"),  # not 180 days later
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-03-15", 6, "2026-09-15"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-10-31", 1, "2026-11-30"),
        ("2026-01-31", 12, "2027-01-31"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-12-01", 1, "2027-01-01"),
    ],
)
def test_calendar_months(informed: str, months: int, last: str) -> None:
    assert months_after(date.fromisoformat(informed), months) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("rule", "informed", "last", "ends"),
    [
        # six months in the EU end with the day in Brussels
        (EU_RULE, "2026-08-31T10:00:00Z", "2027-02-28", "2027-02-28T23:00:00Z"),
        # told after midnight in Brussels, though not yet in UTC
        (EU_RULE, "2026-08-31T22:30:00Z", "2027-03-01", "2027-03-01T23:00:00Z"),
        # summer time at the end
        (EU_RULE, "2026-01-15T10:00:00Z", "2026-07-15", "2026-07-15T22:00:00Z"),
        (terms(days=14), "2026-03-01T00:00:00Z", "2026-03-15", "2026-03-16T00:00:00Z"),
        (
            terms(days=14, timezone="America/Sao_Paulo"),
            "2026-03-01T02:00:00Z",
            "2026-03-14",
            "2026-03-15T03:00:00Z",
        ),
    ],
)
def test_the_last_day_counts_whole_in_the_rules_zone(
    rule: WindowTerms, informed: str, last: str, ends: str
) -> None:
    window = window_of(rule, datetime.fromisoformat(informed))
    assert (window.last_day, window.ends_at) == (date.fromisoformat(last), datetime.fromisoformat(ends))
    assert not window.is_late(window.ends_at - timedelta(microseconds=1))
    assert window.is_late(window.ends_at)


instants = st.integers(0, 80 * 366 * 86_400).map(
    lambda n: datetime(2000, 1, 2, tzinfo=UTC) + timedelta(seconds=n)
)
zones = st.sampled_from(sorted(available_timezones()))


lengths = st.one_of(
    st.integers(1, 36).map(lambda n: {"months": n}), st.integers(1, 400).map(lambda n: {"days": n})
)


@settings(max_examples=300, deadline=None)
@given(instants, zones, lengths, st.timedeltas(timedelta(), timedelta(days=1200)))
def test_late_is_a_day_after_the_last_one(
    informed: datetime, zone: str, length: dict[str, int], waited: timedelta
) -> None:
    window = window_of(terms(timezone=zone, **length), informed)
    came = informed + waited
    assert window.is_late(came) is (came.astimezone(ZoneInfo(zone)).date() > window.last_day)


@given(st.dates(date(2000, 1, 1), date(2080, 1, 1)), st.integers(1, 60))
def test_a_month_is_a_month_and_a_later_day_never_ends_earlier(day: date, months: int) -> None:
    ends = months_after(day, months)
    assert (ends.year * 12 + ends.month) - (day.year * 12 + day.month) == months
    assert ends.day == day.day or (ends.day < day.day and (ends + timedelta(days=1)).day == 1)
    assert months_after(day + timedelta(days=1), months) >= ends


@pytest.mark.parametrize(
    ("region", "places"),
    [
        ("PT", ("PT", "EU", "*")),
        ("de-by", ("DE-BY", "DE", "EU", "*")),
        ("RE", ("RE", "EU", "*")),
        ("US-CA", ("US-CA", "US", "*")),
        ("419", ("419", "*")),
        ("GB", ("GB", "*")),
        ("EU", ("EU", "*")),
        ("", ("*",)),
        ("*", ("*",)),
    ],
)
def test_whose_law_a_region_brings(region: str, places: tuple[str, ...]) -> None:
    assert jurisdictions_of(region) == places


ANYWHERE = terms(months=6)
EU_ANY = terms(jurisdiction="EU", months=6)
EU_STRIKE = terms(jurisdiction="EU", decision_type="strike", months=12)
ANY_STRIKE = terms(decision_type="strike", days=30)
DE_ANY = terms(jurisdiction="DE", months=7)
STORED = [ANYWHERE, EU_ANY, EU_STRIKE, ANY_STRIKE, DE_ANY]


@pytest.mark.parametrize(
    ("region", "kind", "holds"),
    [
        ("DE", "strike", [DE_ANY, EU_STRIKE, EU_ANY, ANY_STRIKE, ANYWHERE]),
        ("PT", "strike", [EU_STRIKE, EU_ANY, ANY_STRIKE, ANYWHERE]),
        ("PT", "removal", [EU_ANY, ANYWHERE]),
        ("BR", "strike", [ANY_STRIKE, ANYWHERE]),
        ("", "removal", [ANYWHERE]),
    ],
)
def test_the_most_special_rule_comes_first(region: str, kind: str, holds: list[WindowTerms]) -> None:
    assert rules_for(reversed(STORED), jurisdictions_of(region), kind) == holds


def test_there_always_is_a_rule() -> None:
    assert rules_for([], ("BR", "*"), "strike") == [HOUSE_RULE]
    assert rules_for([], ("PT", "EU", "*"), "strike") == [EU_RULE, HOUSE_RULE]
    for rule in BUILT_IN:
        check_window(rule)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"jurisdiction": "Europe"}, "/jurisdiction"),
        ({"jurisdiction": "eu"}, "/jurisdiction"),
        ({"jurisdiction": ""}, "/jurisdiction"),
        ({"decision_type": " "}, "/decision_type"),
        ({"decision_type": "x" * 65}, "/decision_type"),
        ({"months": None}, "/months"),
        ({"days": 3}, "/months"),
        ({"months": 0}, "/months"),
        ({"months": 121}, "/months"),
        ({"months": None, "days": 0}, "/days"),
        ({"timezone": "Mars/Olympus"}, "/timezone"),
        ({"source": ""}, "/source"),
        ({"redress": "x" * 4001}, "/redress"),
        ({"line": "nowhere"}, "/line"),
        ({"source": "a\x00"}, "/source"),
        ({"redress": "a\u202eb"}, "/redress"),
        ({"decision_type": "a\nb"}, "/decision_type"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_at_its_field(
    wrong: dict[str, object], pointer: str, cast: Cast
) -> None:
    with pytest.raises(BadInput) as refused:
        actions.define_window(slug="rule-1", terms=terms(**{"months": 6, **wrong}), at=NOON)
    assert refused.value.pointer == pointer
    assert not WindowRule.objects.exists()


def test_a_rule_is_defined_changed_and_left_alone(cast: Cast) -> None:
    wanted = terms(jurisdiction="BR", decision_type="strike", days=20, line="creator-rewards")
    rule, changed = actions.define_window(slug="rule-1", terms=wanted, at=NOON)
    assert (changed, rule.terms, rule.line) == (True, wanted, cast.creator_rewards)
    assert actions.define_window(slug="rule-1", terms=wanted, at=NOON) == (rule, False)
    longer = terms(jurisdiction="BR", decision_type="strike", months=2)
    again, changed = actions.define_window(slug="rule-1", terms=longer, at=NOON)
    assert (changed, again.pk, again.terms, again.line) == (True, rule.pk, longer, None)


def test_redress_comes_from_the_most_special_rule_that_names_some(cast: Cast) -> None:
    actions.define_window(
        slug="rule-1", terms=terms(jurisdiction="PT", decision_type="strike", months=6), at=NOON
    )
    rules = window_rules("PT", "strike")
    assert [rule.jurisdiction for rule in rules] == ["PT", "EU", "*"]
    assert redress_of(rules) == EU_RULE.redress
    actions.define_window(slug="rule-2", terms=terms(months=9), at=NOON)
    assert redress_of(window_rules("", "strike")) == HOUSE_RULE.redress
