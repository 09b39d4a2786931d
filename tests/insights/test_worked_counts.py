"""The worked numbers of the dictionary, counted by the statements over as many tickets as they name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from insights.queries.counting import Count
from insights.queries.tickets import count_tickets
from insights.queries.timers import count_timers
from insights.scope import Scope
from insights.weeks import Span
from slas.models import PolicyVersion
from tests.cast import Cast
from tests.insights.bulk import REPLIED, History, escalated, reopened, returned, solved, write
from tests.insights.lives import BEGINS, WEEK, define_policies
from tickets.models import Creator

HOUR = timedelta(hours=1)


@pytest.fixture
def scope(cast: Cast) -> Scope:
    """The rewards line in the first week, long after it."""
    line = cast.creator_rewards
    return Scope(line.pk, line.slug, Span(BEGINS, BEGINS + WEEK), BEGINS + 6 * WEEK)


def the(counts: list[Count], measure: str, **part: str | int) -> Count:
    return next(count for count in counts if count.measure == measure and count.part == part)


def test_first_contact_resolution_of_64_per_cent(cast: Cast, scope: Scope) -> None:
    queue = cast.rewards_t1_acme
    one_reply = [(1.0, "replied", REPLIED), solved(2, queue)]
    two_replies = [(1.0, "replied", REPLIED), (1.5, "replied", REPLIED), solved(2, queue)]
    written = write(
        [
            *(History(queue, one_reply, creator=f"back-{n}") for n in range(6)),
            *(History(queue, one_reply) for _ in range(64)),
            *(History(queue, two_replies) for _ in range(20)),
            *(History(queue, [*one_reply, reopened(3, queue), solved(4, queue)]) for _ in range(10)),
        ],
        BEGINS,
    )
    write([History(queue, hours=2 + 7 * 24 - n, creator=f"also-{n}", status="new") for n in range(6)], BEGINS)
    counts = count_tickets(scope)
    assert (
        the(counts, "first_contact_resolution").amount,
        the(counts, "first_contact_resolution").whole,
    ) == (
        70,
        100,
    )
    for n, ticket in enumerate(written[:6]):
        ticket.creator.external_id = f"also-{n}"
        ticket.creator.source = "in_app"
        ticket.creator.save()
    found = the(count_tickets(scope), "first_contact_resolution")
    assert (found.amount, found.whole) == (64, 100)
    assert set(found.counted) == {ticket.pk for ticket in written[6:70]}
    assert set(found.others) == {ticket.pk for ticket in (*written[:6], *written[70:])}


@pytest.mark.parametrize(
    ("hours", "line", "comes_back"),
    [(7 * 24, "same", True), (7 * 24 + 0.01, "same", False), (24, "other", False), (0, "same", False)],
)
def test_coming_back_is_a_later_ticket_on_the_line_within_seven_days(
    cast: Cast, scope: Scope, hours: float, line: str, comes_back: bool
) -> None:
    queue = cast.rewards_t1_acme
    write([History(queue, [(1.0, "replied", REPLIED), solved(2, queue)])], BEGINS)
    other = queue if line == "same" else cast.access_t1_bolt
    write([History(other, hours=2 + hours, creator="again", status="new")], BEGINS)
    Creator.objects.filter(external_id="own-0").update(external_id="again", source="in_app")
    found = the(count_tickets(scope), "first_contact_resolution")
    assert (found.amount, found.whole) == (0 if comes_back else 1, 1)


def test_reopen_rate_of_10_per_cent(cast: Cast, scope: Scope) -> None:
    queue = cast.rewards_t1_acme
    once = [solved(2, queue), reopened(14 * 24 + 2, queue), solved(14 * 24 + 3, queue)]
    twice = [solved(2, queue), reopened(5, queue), solved(6, queue), reopened(7, queue), solved(9, queue)]
    too_late = [solved(2, queue), reopened(14 * 24 + 2.01, queue), solved(14 * 24 + 3, queue)]
    write(
        [
            *(History(queue, once) for _ in range(20)),
            *(History(queue, twice) for _ in range(5)),
            *(History(queue, too_late) for _ in range(25)),
            *(History(queue, [solved(2, queue)]) for _ in range(200)),
        ],
        BEGINS,
    )
    found = the(count_tickets(scope), "reopen_rate")
    assert (found.amount, found.whole) == (25, 250)


def test_escalation_of_13_and_return_of_7_7_per_cent(cast: Cast, scope: Scope) -> None:
    one, two = cast.rewards_t1_acme, cast.rewards_t2
    up = escalated(3, one, two)
    write(
        [
            *(History(one, [up, returned(5, two, one)]) for _ in range(10)),
            *(History(one, [up]) for _ in range(120)),
            *(History(one, [solved(3, one)]) for _ in range(870)),
            *(History(two, [solved(3, two)]) for _ in range(50)),
            *(History(one, [escalated(-9, one, two)], hours=-10, status="open") for _ in range(30)),
        ],
        BEGINS,
    )
    counts = count_tickets(scope)
    for part in ({}, {"vendor": "acme"}):
        went_up, came_down = the(counts, "escalation_rate", **part), the(counts, "return_rate", **part)
        assert (went_up.amount, went_up.whole) == (130, 1000)
        assert (came_down.amount, came_down.whole) == (10, 130)


def test_backlog_adds_up_to_1190(cast: Cast, scope: Scope) -> None:
    queue = cast.rewards_t1_acme
    spam = (3.0, "marked_spam", {"was": "new"})
    write(
        [
            *(History(queue, hours=-5, status="new") for _ in range(1200 - 345)),
            *(History(queue, [solved(1, queue)], hours=-5) for _ in range(365 - 20)),
            *(History(queue, [solved(1, queue)]) for _ in range(20)),
            *(History(queue, status="new") for _ in range(340 - 20 - 10)),
            *(History(queue, [spam], status="spam") for _ in range(6)),
            *(History(queue, [(3.0, "merged", {"into": "CS-00000000"})], status="spam") for _ in range(4)),
            *(History(queue, [solved(-8, queue), reopened(9, queue)], hours=-9, status="open") for _ in range(25)),
            *(History(queue, [solved(-8, queue), (9, "marked_spam", {"was": "resolved"})], hours=-9, status="spam")
              for _ in range(3)),
        ],
        BEGINS,
    )  # fmt: skip
    flows = {count.part["flow"]: count.amount for count in count_tickets(scope) if count.measure == "backlog"}
    opening, came, back = flows["opening"], flows["created"], flows["reopened"]
    assert (opening, came, back, flows["resolved"], flows["merged"] + flows["spam"]) == (
        1200, 340, 25, 365, 10,
    )  # fmt: skip
    assert opening + came + back - flows["resolved"] - flows["merged"] - flows["spam"] == flows["closing"]
    assert flows["closing"] == 1190


@pytest.mark.parametrize(
    ("hours", "bucket"),
    [(23.9, 0), (24, 1), (71, 1), (72, 2), (167, 2), (168, 3), (335, 3), (336, 4), (719, 4), (720, 5)],
)
def test_ageing_buckets(cast: Cast, scope: Scope, hours: float, bucket: int) -> None:
    queue = cast.rewards_t1_acme
    end = WEEK / HOUR
    steps = [
        (end - 3, "replied", REPLIED),
        (end - 2, "creator_message", {}),
        (end - 1, "creator_message", {}),
    ]
    write([History(queue, hours=end - hours, status="open")], BEGINS)
    write([History(queue, steps, hours=end - hours, status="open", creator="two")], BEGINS)
    ages = {tuple(sorted(count.part.items())): count.amount for count in count_tickets(scope)
            if count.measure == "ageing"}  # fmt: skip
    unanswered = {str(bucket): 1}
    unanswered["0"] = unanswered.get("0", 0) + 1
    assert ages == {
        (("bucket", str(bucket)), ("since", "created")): 2,
        **{(("bucket", word), ("since", "unanswered")): count for word, count in unanswered.items()},
    }


def test_attainment_of_90_per_cent(cast: Cast, scope: Scope) -> None:
    define_policies(BEGINS - WEEK)
    version = PolicyVersion.objects.get(policy__slug="creator-rewards-policy")
    queue, target = cast.rewards_t1_acme, 4 * HOUR

    def timer(**facts: object) -> dict[str, object]:
        return {
            "metric": "first_reply",
            "policy_version": version,
            "target": target,
            "started_at": BEGINS,
            "due_at": BEGINS + target,
            **facts,
        }

    met = timer(ended_at=BEGINS + target)
    late = timer(ended_at=BEGINS + 5 * HOUR, breached_at=BEGINS + target)
    overdue = timer(running_since=BEGINS)
    cancelled = timer(ended_at=BEGINS + 5 * HOUR, breached_at=BEGINS + target, cancelled=True)
    coming = timer(running_since=BEGINS, due_at=scope.ends)
    paused = timer(due_at=None)
    late_last_week = timer(
        started_at=BEGINS - WEEK, due_at=BEGINS - HOUR, breached_at=BEGINS - HOUR, running_since=BEGINS - WEEK
    )
    met_before_but_due_now = timer(started_at=BEGINS - WEEK, ended_at=BEGINS - HOUR)
    write(
        [
            *(History(queue, [(4.0, "replied", REPLIED)], timers=[met]) for _ in range(175)),
            *(History(queue, [], hours=-9, timers=[met_before_but_due_now]) for _ in range(5)),
            *(History(queue, [(5.0, "replied", REPLIED)], timers=[late]) for _ in range(15)),
            *(History(queue, status="new", timers=[overdue]) for _ in range(5)),
            *(History(queue, status="spam", timers=[cancelled]) for _ in range(12)),
            *(History(queue, status="new", timers=[coming]) for _ in range(15)),
            *(History(queue, status="pending", timers=[paused]) for _ in range(15)),
            *(History(queue, hours=-30, status="new", timers=[late_last_week]) for _ in range(7)),
        ],
        BEGINS,
    )
    counts = count_timers(scope)
    for part in ({}, {"tier": 1}, {"vendor": "acme"}, {"tier": 1, "vendor": "acme"}):
        found = the(counts, "attainment", metric="first_reply", **part)
        assert (found.amount, found.whole) == (180, 200)
