"""The dictionary's worked numbers of satisfaction, counted over as many ratings as they name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from insights.models import Invitation, Rating
from insights.numbers import Found
from insights.queries.sections import rating_section
from insights.scope import Scope
from insights.weekly import csat_change
from insights.weeks import Span
from tests.cast import Cast
from tests.insights.bulk import History, escalated, solved, write
from tests.insights.lives import BEGINS, WEEK
from tickets.models import Event, Ticket

HOUR = timedelta(hours=1)


@pytest.fixture
def scope(cast: Cast) -> Scope:
    line = cast.creator_rewards
    return Scope(line.pk, line.slug, Span(BEGINS, BEGINS + WEEK), BEGINS + 3 * WEEK)


def rate(
    tickets: Sequence[Ticket], scores: Sequence[int | None], at: datetime = BEGINS + 40 * HOUR
) -> list[Invitation]:
    """Ask about each ticket a day after its resolve, and answer with its score, or not at all."""
    invitations = Invitation.objects.bulk_create(
        Invitation(
            ticket=ticket,
            resolved_at=BEGINS + 2 * HOUR,
            asked_at=at - 10 * HOUR,
            open_until=at + 2 * WEEK,
            delivered_at=at - 9 * HOUR,
        )
        for ticket in tickets
    )
    Rating.objects.bulk_create(
        Rating(invitation=invitation, seq=1, score=score, at=at)
        for invitation, score in zip(invitations, scores, strict=True)
        if score is not None
    )
    return invitations


def found_in(scope: Scope) -> dict[object, Found]:
    return {found.number.place: found for found in rating_section(scope).numbers}


def the(found: dict[object, Found], key: str, **part: str) -> Found:
    return found[key, tuple(sorted(part.items()))]


def test_csat_of_65_per_cent_with_its_interval(cast: Cast, scope: Scope) -> None:
    queue = cast.rewards_t1_acme
    scores = [5] * 40 + [4] * 25 + [3] * 10 + [2] * 5 + [1] * 20
    tickets = write([History(queue, [solved(2, queue)]) for _ in scores], BEGINS)
    rate(tickets, scores)
    found = found_in(scope)
    for part in ({}, {"vendor": "acme"}, {"channel": "webform", "language": "en"}):
        csat = the(found, "csat", **part)
        assert (csat.number.numerator, csat.number.denominator, csat.number.value) == (65, 100, 0.65)
        assert csat.number.interval is not None
        assert [round(100 * end, 1) for end in (csat.number.interval.low, csat.number.interval.high)] == [
            55.3, 73.6,
        ]  # fmt: skip
        assert set(csat.counted) == {ticket.pk for ticket in tickets[:65]}
        assert set(csat.others) == {ticket.pk for ticket in tickets[65:]}
    assert [the(found, "ratings", score=str(score)).number.value for score in (5, 4, 3, 2, 1)] == [
        40, 25, 10, 5, 20,
    ]  # fmt: skip


def test_response_rate_of_15_6_per_cent(cast: Cast, scope: Scope) -> None:
    queue = cast.rewards_t1_acme
    tickets = write([History(queue, [solved(2, queue)]) for _ in range(700)], BEGINS)
    invitations = rate(tickets, [5] * 100 + [None] * 600)
    failed, voided = invitations[640:680], invitations[680:]
    Invitation.objects.filter(pk__in=[each.pk for each in failed]).update(
        delivered_at=None, failed_at=BEGINS + 31 * HOUR
    )
    Invitation.objects.filter(pk__in=[each.pk for each in voided]).update(voided_at=BEGINS + 50 * HOUR)
    rates = the(found_in(scope), "response_rate").number
    assert (rates.numerator, rates.denominator) == (100, 640)
    assert rates.value is not None
    assert round(100 * rates.value, 1) == 15.6


def test_driver_with_a_lift_of_4_and_an_excess_of_18(cast: Cast, scope: Scope) -> None:
    queue = cast.rewards_t1_acme
    tickets = write([History(queue, [(1.0, "edited", {}), solved(2, queue)]) for _ in range(200)], BEGINS)
    rate(tickets, [1] * 60 + [5] * 140)
    tag(tickets[:24] + tickets[60:74], ["payout"])
    tag(tickets[24:33], ["rare"])
    found = found_in(scope)
    driver = the(found, "driver", trait="tag", word="payout")
    assert (driver.number.value, driver.number.detail["lift"]) == (18.0, 4.0)
    assert (driver.number.numerator, driver.number.denominator) == (24, 38)
    assert set(driver.counted) == {ticket.pk for ticket in tickets[:24]}
    assert [place for place in found if place[0] == "driver"] == [driver.number.place]  # type: ignore[index]


def tag(tickets: Sequence[Ticket], tags: list[str]) -> None:
    """Give tickets tags by one more entry in their history, before they are rated."""
    Event.objects.bulk_create(
        Event(
            ticket=ticket, seq=9, at=BEGINS + 3 * HOUR, kind="edited", data={"fields": ["tags"], "tags": tags}
        )
        for ticket in tickets
    )


def test_drivers_are_facts_of_before_the_rating(cast: Cast, scope: Scope) -> None:
    one, two = cast.rewards_t1_acme, cast.rewards_t2
    up = [escalated(1, one, two), solved(2, two)]
    later = [solved(2, one), escalated(60, one, two)]
    tickets = write(
        [*(History(one, up) for _ in range(20)), *(History(one, later) for _ in range(40))], BEGINS
    )
    rate(tickets, [1] * 20 + [5] * 40)
    drivers = {found.number.part["word"]: found.number for place, found in found_in(scope).items()
               if place[0] == "driver"}  # type: ignore[index] # fmt: skip
    assert set(drivers) == {"escalated", ""}
    assert (drivers["escalated"].numerator, drivers["escalated"].denominator) == (20, 20)
    assert drivers["escalated"].detail["lift"] is None


def test_the_latest_answer_counts_in_its_own_week_as_of_the_horizon(cast: Cast, scope: Scope) -> None:
    queue = cast.rewards_t1_acme
    (invitation,) = rate(write([History(queue, [solved(2, queue)])], BEGINS), [1])
    Rating.objects.create(invitation=invitation, seq=2, score=5, at=BEGINS + WEEK + HOUR)
    line = cast.creator_rewards
    as_of_monday = Scope(line.pk, line.slug, scope.span, BEGINS + WEEK)
    next_week = Scope(line.pk, line.slug, Span(BEGINS + WEEK, BEGINS + 2 * WEEK), BEGINS + 3 * WEEK)

    def csat(scope: Scope) -> tuple[int | None, int | None]:
        number = the(found_in(scope), "csat").number
        return number.numerator, number.denominator

    assert csat(as_of_monday) == (0, 1)
    assert csat(scope) == (0, 0)
    assert csat(next_week) == (1, 1)


def test_a_change_of_the_rate_splits_into_mix_and_rate(cast: Cast, scope: Scope) -> None:
    queue = cast.rewards_t1_acme
    half = [History(queue, [solved(2, queue)], channel="webform") for _ in range(50)]
    half += [History(queue, [solved(2, queue)], channel="in_app") for _ in range(50)]
    rate(write(half, BEGINS), [5] * 40 + [1] * 10 + [5] * 20 + [1] * 30)
    before = rating_section(scope).numbers
    Rating.objects.all().delete()
    Invitation.objects.all().delete()
    more = [History(queue, [solved(2, queue)], creator=f"x{n}", channel="webform") for n in range(80)]
    more += [History(queue, [solved(2, queue)], creator=f"y{n}", channel="in_app") for n in range(20)]
    rate(write(more, BEGINS), [5] * 64 + [1] * 16 + [5] * 8 + [1] * 12)
    whole, *parts = csat_change(rating_section(scope).numbers, before)
    assert whole.number.value == pytest.approx(0.12)
    assert whole.number.detail == {"mix": pytest.approx(0.12), "rate": pytest.approx(0)}
    assert sum(part.number.value or 0 for part in parts) == pytest.approx(0.12)


def test_nobody_rated_is_no_data(cast: Cast, scope: Scope) -> None:
    found = rating_section(scope).numbers
    assert the(found_in(scope), "csat").number.value is None
    assert the(found_in(scope), "response_rate").number.value is None
    assert [each.number.value for each in csat_change(found, found)] == [None]
