"""Weekly reports: the same for the same history, frozen, revised where something became known late."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from insights import actions
from insights.actions.build_week import Built
from insights.models import Counted, Reader, Report
from insights.weekly import changed_numbers
from supportdesk.errors import BadInput
from tests.cast import Cast
from tests.insights.bulk import REPLIED, History, solved, write
from tests.insights.lives import BEGINS, WEEK, Story, define_policies
from tickets import actions as tickets
from tickets.actions import send_mails
from tickets.models import OutboxRow, Ticket

ENDS = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)
"""An hour less than a week later: the clocks go forward on the Sunday."""
LATER = BEGINS + 20 * WEEK
HOUR = timedelta(hours=1)
Build = Callable[..., Built]


@pytest.fixture
def build(cast: Cast) -> Build:
    """Build the rewards line's week 2026-W10."""

    def run(at: datetime = LATER, week: str = "2026-W10", **terms: Any) -> Built:
        return actions.build_week(line=cast.creator_rewards, week=week, at=at, **terms)

    return run


@pytest.fixture
def week(cast: Cast) -> list[Ticket]:
    """Ten tickets resolved in the week, ten that wait."""
    queue = cast.rewards_t1_acme
    return write(
        [
            *(History(queue, [(1.0, "replied", REPLIED), solved(2, queue)], hours=n) for n in range(-5, 0)),
            *(History(queue, [(6.0, "replied", REPLIED), solved(7, queue)], hours=n) for n in range(5)),
            *(History(queue, hours=n, status="new") for n in range(10)),
        ],
        BEGINS,
    )


def number(built: Built, key: str, **part: str | int) -> dict[str, Any]:
    return next(each for each in built.report.body["numbers"] if each["key"] == key and each["part"] == part)


def test_the_backlog_of_a_random_month_adds_up_week_by_week(cast: Cast, build: Build) -> None:
    define_policies(BEGINS - WEEK)
    Story(cast, seed=1, tickets=20).tell()
    closed = None
    for week in ("2026-W09", "2026-W10", "2026-W11", "2026-W12", "2026-W13"):
        built = build(week=week)
        flows = {each["part"]["flow"]: each["value"] for each in built.report.body["numbers"]
                 if each["key"] == "backlog"}  # fmt: skip
        assert flows["closing"] == (
            flows["opening"] + flows["created"] + flows["reopened"]
            - flows["resolved"] - flows["merged"] - flows["spam"]
        )  # fmt: skip
        assert all(len(found.counted) <= (found.number.numerator or 0) for found in built.numbers[:20])
        closed = flows["closing"]
    assert closed is not None


def test_a_report_has_each_number_with_the_tickets_that_it_counted(week: list[Ticket], build: Build) -> None:
    built = build()
    assert (built.is_new, built.report.revision, built.report.reason) == (True, 1, "first")
    assert number(built, "volume")["value"] == 15
    assert number(built, "first_contact_resolution") == {
        "key": "first_contact_resolution",
        "part": {},
        "value": 1.0,
        "numerator": 10,
        "denominator": 10,
        "interval": [pytest.approx(0.7225, abs=1e-4), 1.0],
        "settles_at": None,
        "detail": {},
    }
    place = built.report.body["numbers"].index(number(built, "backlog", flow="closing"))
    assert sorted(Counted.objects.get(report=built.report, place=place).counted) == [
        ticket.pk for ticket in week[10:]
    ]
    assert number(built, "csat")["value"] is None
    assert number(built, "attainment", metric="first_reply")["value"] is None


def test_built_again_it_is_the_same(week: list[Ticket], build: Build) -> None:
    first, again, by_name = build(), build(at=LATER + HOUR), build(horizon=ENDS + 2 * WEEK)
    assert (again.report, again.is_new) == (first.report, False)
    assert (by_name.report, by_name.is_new) == (first.report, False)
    assert Report.objects.count() == 1
    stored = Report.objects.get()
    assert json.dumps(stored.body) == json.dumps(again.report.body)


def test_what_becomes_known_late_makes_a_visible_revision(
    week: list[Ticket], build: Build, cast: Cast
) -> None:
    first = build()
    write([History(cast.rewards_t1_acme, hours=3, creator="late", status="new")], BEGINS)
    second = build(at=LATER + HOUR)
    assert (second.is_new, second.report.revision, second.report.reason) == (True, 2, "late")
    different = {
        (each["key"], each["part"].get("flow")): (each["former"], each["value"])
        for each in changed_numbers(second.report.body, first.report.body)
    }
    assert different["volume", None] == (15, 16)
    assert different["backlog", "closing"] == (10, 11)
    assert Report.objects.get(revision=1).body == first.report.body


def test_other_tickets_with_the_same_counts_are_a_revision_too(
    week: list[Ticket], build: Build, cast: Cast
) -> None:
    first = build()
    queue = cast.rewards_t1_acme
    tickets.transfer(
        ticket=week[10], by=cast.lea, queue=cast.access_t1_bolt, note="Theirs.", at=BEGINS + 5 * HOUR,
        origin="late",
    )  # fmt: skip
    write([History(queue, hours=0, creator="late", status="new")], BEGINS)
    second = build()
    assert second.report.body["numbers"] == first.report.body["numbers"]
    assert (second.is_new, second.report.revision) == (True, 2)


def test_what_happens_after_the_horizon_changes_nothing(week: list[Ticket], build: Build, cast: Cast) -> None:
    first = build(at=ENDS)
    for ticket in Ticket.objects.filter(status="new"):
        tickets.resolve(ticket=ticket, by=cast.dana, resolution="solved", at=ENDS + HOUR, origin="x")
    tickets.reopen(ticket=week[0], by=cast.dana, at=ENDS + HOUR, origin="x")
    again = build(horizon=ENDS)
    assert (again.report, again.is_new) == (first.report, False)


def test_horizons_follow_what_settles(week: list[Ticket], build: Build, cast: Cast) -> None:
    on_monday = build(at=ENDS + HOUR)
    assert on_monday.report.horizon == ENDS
    assert number(on_monday, "reopen_rate")["settles_at"] == "2026-03-23T07:00:00Z"
    assert build(at=ENDS + WEEK - HOUR).report == on_monday.report
    in_a_week = build(at=ENDS + WEEK)
    assert (in_a_week.report.revision, in_a_week.report.reason) == (2, "settled")
    assert number(in_a_week, "first_contact_resolution")["settles_at"] is None
    assert number(in_a_week, "reopen_rate")["settles_at"] == "2026-03-23T07:00:00Z"
    settled = build()
    assert settled.report.horizon == ENDS + 2 * WEEK
    assert number(settled, "reopen_rate")["settles_at"] is None


def test_a_week_that_goes_on_is_told_but_not_stored(week: list[Ticket], build: Build) -> None:
    built = build(at=BEGINS + 3 * HOUR + timedelta(minutes=1))
    assert (built.is_stored, built.is_new) == (False, False)
    assert number(built, "volume")["value"] == 4 + 4
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("terms", "pointer"),
    [
        ({"week": "2026-W9"}, "/week"),
        ({"week": "2025-W53"}, "/week"),
        ({"at": BEGINS - HOUR}, "/week"),
        ({"horizon": LATER + HOUR}, "/horizon"),
        ({"horizon": BEGINS + HOUR}, "/horizon"),
    ],
)
def test_refusals(build: Build, terms: dict[str, Any], pointer: str) -> None:
    with pytest.raises(BadInput) as refused:
        build(**terms)
    assert refused.value.pointer == pointer
    assert not Report.objects.exists()


def test_reports_never_change(week: list[Ticket], build: Build) -> None:
    build()
    for rows in (Report.objects.all(), Counted.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(id=0)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()


def test_numbers_cost_a_counted_number_of_queries(
    week: list[Ticket], build: Build, django_assert_num_queries: Callable[[int], Any]
) -> None:
    numbers_of_both_weeks, savepoint, lock, look, store, post = 10, 2, 1, 1, 2, 2
    with django_assert_num_queries(numbers_of_both_weeks + savepoint + lock + look + store + post):
        build()


def test_only_what_moved_by_more_than_noise_is_told(build: Build, cast: Cast) -> None:
    queue = cast.rewards_t1_acme
    one, two = [(1.0, "replied", REPLIED)], [(1.0, "replied", REPLIED), (2.0, "replied", REPLIED)]
    past = [(-100.0, "replied", REPLIED), solved(-99, queue)]
    write(
        [
            *(History(queue, past, hours=-101, channel="in_app") for _ in range(40)),
            *(History(queue, past, hours=-101, channel="webform") for _ in range(30)),
            *(History(queue, [*one, solved(3, queue)], channel="in_app") for _ in range(44)),
            *(History(queue, [*two, solved(3, queue)], channel="webform") for _ in range(80)),
        ],
        BEGINS,
    )
    moved = {(each["key"], each["part"].get("channel")): each for each in build().report.body["moved"]}
    assert set(moved) == {
        ("volume", None), ("volume", "webform"), ("first_contact_resolution", None),
        *(place for place in moved if place[0] in ("volume", "first_contact_resolution")),
    }  # fmt: skip
    assert ("volume", "in_app") not in moved
    web = moved["volume", "webform"]
    assert (web["now"], web["before"]) == (80, 30)
    assert web["change"] == pytest.approx(80 / 30 - 1)
    assert web["interval"][0] < web["change"] < web["interval"][1]
    fcr = moved["first_contact_resolution", None]
    assert fcr["change"] == pytest.approx(44 / 124 - 1)


def test_beat_builds_what_is_due_once(week: list[Ticket], cast: Cast) -> None:
    """At midnight in Los Angeles, not in Greenwich; and lines without tickets have no reports."""
    before_midnight = datetime(2026, 3, 9, 6, 59, tzinfo=UTC)
    actions.build_due_weeks(at=before_midnight)
    assert not Report.objects.filter(week="2026-W10").exists()
    built = actions.build_due_weeks(at=before_midnight + timedelta(minutes=1))
    assert (built, Report.objects.get(week="2026-W10").line) == (1, cast.creator_rewards)
    assert actions.build_due_weeks(at=before_midnight + HOUR) == 0
    write([History(cast.rewards_t1_acme, hours=3, creator="late", status="new")], BEGINS)
    assert actions.build_due_weeks(at=before_midnight + HOUR) == 0
    assert actions.build_due_weeks(at=before_midnight + HOUR, again=True) == 1
    assert Report.objects.filter(week="2026-W10").count() == 2


def test_only_the_first_revision_is_mailed_to_owner_and_readers(
    week: list[Ticket], build: Build, cast: Cast, mailoutbox: list[Any]
) -> None:
    for person in (cast.sam, cast.vera, cast.mia, cast.lea):
        Reader.objects.create(line=cast.creator_rewards, person=person)
    build()
    write([History(cast.rewards_t1_acme, hours=3, creator="late", status="new")], BEGINS)
    build()
    assert OutboxRow.objects.filter(kind="report_mail").count() == 4
    send_mails(at=LATER)
    assert sorted(mail.to[0] for mail in mailoutbox) == ["lea@desk.example", "sam@desk.example"]
    body = mailoutbox[0].body
    assert "First-contact resolution: 100.0 % (72.2–100.0) 10 of 10" in body
    assert "/insights/weekly/creator-rewards/2026-W10/" in body


def tell(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("build_week", "--line", "creator-rewards", "--week", "2026-W10", *arguments, stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


def test_command_prints_each_number_with_its_references(cast: Cast) -> None:
    """On a replayed history too, by the names that the tickets had where they came from."""
    define_policies(BEGINS - WEEK)
    for name, human in (("old-1", True), ("old-2", False)):
        ticket, _ = tickets.open_ticket(
            new=tickets.NewTicket(
                channel="webform",
                line=cast.creator_rewards,
                queue=cast.rewards_t1_acme,
                subject="Payout",
                body="Where is it?",
                creator=tickets.CreatorFacts(external_id=name),
                external_ref=name,
            ),
            source="history",
            by=None,
            at=BEGINS + 10 * HOUR,
            origin="old.ndjson",
        )
        tickets.reply(
            ticket=ticket, by=cast.dana if human else None, body="Here.", automated=not human,
            resolution="solved", at=BEGINS + 11 * HOUR, origin="old.ndjson",
        )  # fmt: skip
    told = tell("--json")
    names = told["external_refs"]
    fcr = next(each for each in told["numbers"] if each["key"] == "first_contact_resolution")
    assert (fcr["value"], fcr["numerator"], fcr["denominator"]) == (0.5, 1, 2)
    assert [names[ref] for ref in fcr["references"]] == ["old-1"]
    assert sorted(names[ref] for ref in fcr["denominator_references"]) == ["old-1", "old-2"]
    volume = next(each for each in told["numbers"] if each["key"] == "volume")
    assert sorted(names[ref] for ref in volume["references"]) == ["old-1", "old-2"]
    assert volume["denominator_references"] is None
    assert tell("--json") == told


def test_command_says_in_words_what_it_did(week: list[Ticket], cast: Cast) -> None:
    out = StringIO()
    call_command("build_week", line="creator-rewards", week="2026-W10", stdout=out)
    call_command("build_week", line="creator-rewards", week="2026-W10", stdout=out)
    said = out.getvalue()
    assert "creator-rewards 2026-W10 as of 2026-03-23T07:00:00Z: stored as revision 1 (first)." in said
    assert "unchanged since revision 1" in said
    assert "Backlog, Closing: 10" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"line": "nowhere", "week": "2026-W10"}, "--line"),
        ({"line": "creator-rewards", "week": "W10"}, "--week"),
        ({"line": "creator-rewards", "week": "2026-W10", "horizon": "soon"}, "--horizon"),
        ({"line": "creator-rewards", "week": "2026-W10", "horizon": "2026-03-02T08:00:00Z"}, "--horizon"),
    ],
)
def test_command_refuses_in_one_sentence(cast: Cast, arguments: dict[str, str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("build_week", **arguments)
