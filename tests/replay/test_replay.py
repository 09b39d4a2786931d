"""`manage.py replay`, to the letter of the contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from slas.models import Alert, Timer
from supportdesk import clock
from tests.cast import Cast
from tests.replay.conftest import Line, Replay, created, line
from tests.slas.dates import utc
from tests.tickets.conftest import new_ticket
from tickets import actions
from tickets.actions import replaying
from tickets.models import Creator, Event, Message, OutboxRow, ReplayedLines, Ticket

pytestmark = pytest.mark.django_db

EVERY_EVENT: list[Line] = [
    created(priority="high", locale="pt-BR", tags=["payout"], by="lea"),
    line("09:10", "claim", by="dana"),
    line("09:20", "note", body="Looks held.", by="dana"),
    line("09:25", "release", by="dana"),
    line("09:30", "assign", assignee="dion", by="lea"),
    line("10:00", "reply", body="We look into it.", by="dion", pend=True),
    line("10:05", "reply", body="We got your ticket."),
    line("11:00", "creator_message", body="Thanks, and?"),
    line("11:10", "priority", priority="urgent", by="dion"),
    line("11:30", "escalate", reason="needs_authority", note="Held by finance.", by="dion"),
    line("12:00", "pend", on="third_party", by="tom"),
    line("13:00", "resume"),
    line("13:30", "return", note="Pay it out.", by="tom"),
    line("14:00", "transfer", queue="creator-rewards-t1-bolt", note="Bolt takes these.", by="lea"),
    line("15:00", "resolve", by="bob"),
    line("15:30", "reopen", by="bob"),
    line("16:00", "resolve", resolution="answered", by="bob"),
    line("17:00", "close"),
    created("09:00", "old-2"),
    line("09:30", "spam", "old-2", by="dana"),
    created("10:00", "old-3"),
    line("10:30", "merge", "old-3", into="old-1", by="dana"),
]


def kinds(ref: str) -> list[str]:
    return list(Event.objects.filter(ticket__external_ref=ref).values_list("kind", flat=True))


def timers(ref: str) -> list[Any]:
    """What counts of a ticket's timers."""
    facts = ["metric", "cycle", "queue__slug", "target", "banked"]
    facts += ["breached_at", "ended_at", "cancelled", "due_at"]
    return sorted(Timer.objects.filter(clock__ticket__external_ref=ref).values_list(*facts), key=str)


def test_every_event_goes_in(replay: Replay, cast: Cast) -> None:
    printed = replay(EVERY_EVENT)
    assert "22 events of 3 tickets replayed" in printed
    assert kinds("old-1") == [
        "created", "claimed", "noted", "released", "assigned", "replied", "pended", "replied", "merged",
        "creator_message", "priority_changed", "noted", "escalated", "pended", "resumed", "noted", "returned",
        "noted", "transferred", "resolved", "reopened", "resolved", "closed",
    ]  # fmt: skip
    assert [kind for kind in kinds("old-2") if not kind.startswith("sla")] == ["created", "marked_spam"]
    assert [kind for kind in kinds("old-3") if not kind.startswith("sla")] == ["created", "merged"]
    first = Ticket.objects.get(external_ref="old-1")
    assert (first.status, first.source, first.channel, first.locale) == (
        "closed",
        "history",
        "webform",
        "pt-BR",
    )
    assert (first.queue, first.vendor, first.resolution) == (cast.rewards_t1_bolt, cast.bolt, "answered")
    assert (first.created_at, first.closed_at) == (utc("2026-03-02T09:00"), utc("2026-03-02T17:00"))
    assert Ticket.objects.get(external_ref="old-3").merged_into == first
    by = dict(Event.objects.filter(ticket=first).values_list("seq", "actor__username"))
    assert (by[1], by[2], by[5], by[6]) == ("lea", "dana", "lea", "dion")
    assert list(Message.objects.filter(automated=True).values_list("body", flat=True)) == [
        "We got your ticket."
    ]
    assert set(Event.objects.values_list("origin", flat=True)) == {"events.ndjson"}


def test_history_is_silent(replay: Replay) -> None:
    replay(EVERY_EVENT)
    replay([created(ref="late")])
    assert Alert.objects.filter(level=100).exists()
    assert not OutboxRow.objects.exists()
    assert actions.raise_alerts(at=clock.now()) == 0


def test_each_event_of_the_log_stands_at_its_instant(replay: Replay) -> None:
    replay(
        [created(), line("18:00", "reply", body="Sorry for the wait.", by="dana"), line("19:00", "resolve")]
    )
    history = list(Event.objects.filter(kind__in=("created", "sla_breached", "replied", "resolved")))
    assert [event.kind for event in history] == ["created", "sla_breached", "replied", "resolved"]
    assert [event.at for event in history] == sorted(event.at for event in history)
    breach = Timer.objects.get(metric="first_reply")
    assert breach.breached_at == breach.due_at == history[1].at == utc("2026-03-02T17:00")
    assert history[1].data == {
        "metric": "first_reply",
        "cycle": 1,
        "level": 100,
        "due_at": "2026-03-02T17:00:00+00:00",
        "alert": Alert.objects.get(timer=breach, level=100).pk,
    }


def test_what_is_open_and_late_is_late_since_then(replay: Replay) -> None:
    replay([created()])
    ticket = Ticket.objects.get()
    assert ticket.due_at == utc("2026-03-02T17:00")
    assert Ticket.objects.breached(clock.now()).get() == ticket
    assert not Timer.objects.filter(next_at__lte=clock.now()).exists()


def test_same_file_again_adds_nothing(replay: Replay) -> None:
    replay(EVERY_EVENT)
    before = (
        Event.objects.count(),
        Message.objects.count(),
        list(Ticket.objects.values("version", "updated_at")),
    )
    for name in ("events.ndjson", "copy.ndjson"):
        printed = replay(EVERY_EVENT, name=name)
        assert "0 events of 3 tickets" in printed
        assert "22 had been replayed before" in printed
        now = (
            Event.objects.count(),
            Message.objects.count(),
            list(Ticket.objects.values("version", "updated_at")),
        )
        assert now == before


@pytest.mark.parametrize("cut", range(1, 18))
def test_file_that_grows_comes_to_the_same(cut: int, replay: Replay) -> None:
    life = EVERY_EVENT[:18]
    replay(life[:cut])
    assert f"; {cut} had been replayed before" in replay(life)
    again = [{**each, "ref": "whole"} for each in life]
    replay(again)
    assert timers("old-1") == timers("whole")
    first, whole = (Ticket.objects.get(external_ref=ref) for ref in ("old-1", "whole"))
    assert (first.status, first.queue, first.due_at) == (whole.status, whole.queue, whole.due_at)
    silent = ("sla_warning", "sla_breached")
    assert [k for k in kinds("old-1") if k not in silent] == [k for k in kinds("whole") if k not in silent]
    told = Event.objects.filter(ticket=first, kind__in=silent).values_list(
        "data__metric", "data__cycle", "data__level"
    )
    assert len(set(told)) == len(told) == Alert.objects.filter(timer__clock__ticket=first).count()


def test_lines_of_many_tickets_in_any_order(replay: Replay) -> None:
    mixed = [
        created(ref="a"),
        created("12:00", "b"),
        line("10:00", "resolve", "a"),
        line("12:00", "resolve", "b"),
    ]
    assert "4 events of 2 tickets" in replay(mixed)
    assert set(Ticket.objects.values_list("status", flat=True)) == {"resolved"}


def test_replay_that_was_cut_short_goes_on(
    replay: Replay, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = [each for n in range(6) for each in (created(ref=f"r{n}"), line("10:00", "resolve", f"r{n}"))]
    monkeypatch.setattr(replaying, "GROUP", 4)
    file = tmp_path / "cut.ndjson"
    file.write_text("".join(json.dumps(each) + "\n" for each in lines))
    with file.open("rb") as opened:
        run = actions.replay_history(file=opened, origin=file.name, at=clock.now())
        assert next(run).added == 4
        run.close()
    assert Ticket.objects.count() == 2
    printed = replay(lines)
    assert "8 events of 6 tickets" in printed
    assert "4 had been replayed before" in printed
    assert Ticket.objects.filter(status="resolved").count() == 6


def test_bad_line_holds_its_ticket_back_and_no_other(replay: Replay) -> None:
    printed = replay(
        [
            created(ref="good"),
            created(ref="bad"),
            line("10:00", "reply", "bad", body="Hello.", by="zoe"),
            line("10:00", "reply", "good", body="Hello.", by="dana"),
            '{"ref": "cut", "at": ',
            created(ref="cut"),
            line("11:00", "resolve", "bad"),
        ]
    )
    assert "line 3: by: There is no person called zoe." in printed
    assert "line 5: This is not JSON" in printed
    assert "2 bad lines: 2 tickets held back." in printed
    assert list(Ticket.objects.values_list("external_ref", flat=True)) == ["good"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([created(lob="no-such")], "line 1: lob: There is no line of business called no-such."),
        ([created(queue="no-such")], "line 1: queue: There is no queue called no-such."),
        (
            [created(queue="account-access-t2")],
            "line 1: queue: account-access-t2 is no queue of creator-rewards.",
        ),
        ([created(), line("10:00", "assign", assignee="zoe")], "line 2: assignee: There is no person"),
        ([created(), line("10:00", "resume")], "line 2: event: A ticket that is new cannot be resumed."),
        ([created(), line("10:00", "return", note="x")], "line 2: event: CS-"),
        ([created(), line("10:00", "merge", into="nobody")], "line 2: into: There is no ticket nobody"),
        (
            [created(), line("10:00", "merge", into="old-1")],
            "line 2: into: A ticket cannot be merged into itself",
        ),
        (
            [created(), line("10:00", "claim", by="dana"), line("11:00", "claim", by="dion")],
            "line 3: by: CS-",
        ),
        (
            [created(), line("10:00", "spam"), line("11:00", "reply", body="Hi.", by="dana")],
            "line 3: event: A ticket that is spam cannot be replied to.",
        ),
    ],
)
def test_what_cannot_be_done_is_named(lines: list[Line], message: str, replay: Replay) -> None:
    printed = replay([*lines, created(ref="other")])
    assert printed.startswith(message)
    assert list(Ticket.objects.values_list("external_ref", flat=True)) == ["other"]
    assert ReplayedLines.objects.count() == 1
    assert Event.objects.exclude(ticket__external_ref="other").count() == 0


def test_merge_into_a_ticket_that_is_held_back_is_held_back(replay: Replay) -> None:
    other = created(ref="old-2", creator={"external_id": "77", "email": "ana@creator.example"})
    printed = replay(
        [
            created(),
            line("10:00", "merge", into="old-2"),
            other,
            line("11:00", "resume", "old-2"),
            created(ref="c"),
        ]
    )
    assert "line 4: event:" in printed
    assert "line 2: into: old-2 is held back." in printed
    assert list(Ticket.objects.values_list("external_ref", flat=True)) == ["c"]
    assert Creator.objects.get(external_id="77").email == ""


def test_merge_into_a_ticket_replayed_before(replay: Replay) -> None:
    replay([created()])
    replay([created("10:00", "old-2"), line("11:00", "merge", "old-2", into="old-1")], name="more.ndjson")
    first = Ticket.objects.get(external_ref="old-1")
    assert Ticket.objects.get(external_ref="old-2").merged_into == first
    assert kinds("old-1")[-1] == "merged"


def test_creators_message_that_was_overlooked_is_no_pause(replay: Replay) -> None:
    overlooked = [
        created(),
        line("10:00", "reply", body="Send the invoice, please.", by="dana", pend=True),
        line("11:00", "creator_message", body="Here it is."),
        line("13:00", "resume", by="dana"),
        line("14:00", "resolve", by="dana"),
    ]
    assert "5 events" in replay(overlooked)
    wait = Timer.objects.get(metric="requester_wait")
    assert wait.banked.total_seconds() == 4 * 3600
    assert "resumed" not in kinds("old-1")
    assert "0 events" in replay(overlooked)
    replay([*overlooked, line("15:00", "creator_message", body="Again."), line("15:30", "reopen", by="dana")])
    assert Ticket.objects.get().status == "open"


def test_overlooked_message_is_remembered_over_two_files(replay: Replay) -> None:
    first = [created(), line("10:00", "pend", on="creator"), line("11:00", "creator_message", body="Here.")]
    replay(first)
    second = [*first, line("12:00", "resume", by="dana")]
    assert "1 event" in replay(second)
    assert "line 5: event: A ticket that is open cannot be reopened." in replay(
        [*second, line("12:10", "reopen", by="dana")]
    )


def test_message_after_the_close_starts_a_follow_up(replay: Replay) -> None:
    lines = [
        created(),
        line("10:00", "resolve"),
        line("11:00", "close"),
        line("12:00", "creator_message", body="It is still missing."),
    ]
    printed = replay(lines)
    follow_up = Ticket.objects.get(external_ref=None)
    assert follow_up.follow_up_of == Ticket.objects.get(external_ref="old-1")
    assert follow_up.created_at == utc("2026-03-02T12:00")
    assert f"{follow_up.ref} (follow-up of old-1)  first_reply 1  breached" in printed
    replay(lines)
    assert Ticket.objects.count() == 2


def test_worked_example_of_the_domain(replay: Replay) -> None:
    printed = replay(
        [
            created(),
            line("14:00", "reply", body="a", by="dana"),
            line("15:30", "creator_message", body="b"),
            line("16:00", "reply", body="c", by="dana", pend=True),
            line("2026-03-03T10:00:00Z", "creator_message", body="d"),
            line("2026-03-03T11:00:00Z", "pend", on="third_party", by="dana"),
            line("2026-03-04T14:00:00Z", "resume", by="dana"),
            line("2026-03-04T14:30:00Z", "reply", body="e", by="dana"),
            line("2026-03-04T14:30:00Z", "resolve", by="dana"),
        ]
    ).splitlines()
    hours = {
        "first_reply 1  met": (5, 8), "next_reply 1  met": (0.5, 8), "next_reply 2  breached": (28.5, 8),
        "requester_wait 1  breached": (35.5, 24), "agent_work 1  met": (8.5, 16),
        "resolution 1  met": (53.5, 72), "update 1  met": (2, 24), "update 2  breached": (46.5, 24),
        "tier_ownership 1  breached": (53.5, 16),
    }  # fmt: skip
    assert sorted(printed[:-1]) == sorted(
        f"old-1  {timer}  {elapsed * 3600:.0f} s of {target * 3600} s  rewards@1"
        for timer, (elapsed, target) in hours.items()
    )


def test_summary_counts_by_policy_and_metric(replay: Replay) -> None:
    printed = replay(
        [
            created(ref="met"),
            line("10:00", "resolve", "met", by="dana"),
            created(ref="late"),
            created(ref="spam"),
            line("10:00", "spam", "spam"),
            created(ref="elsewhere", lob="account-access", queue="account-access-t1-bolt"),
        ],
        "--summary",
    )
    rows = [row.split() for row in printed.splitlines()]
    assert rows[0] == ["policy", "metric", "met", "breached", "cancelled", "open"]
    assert ["rewards@1", "first_reply", "1", "1", "1", "0"] in rows
    assert ["no", "policy", "–", "0", "0", "0", "1"] in rows


def test_ticket_without_a_policy_says_so(replay: Replay) -> None:
    printed = replay([created(lob="account-access", queue="account-access-t1-bolt")])
    assert printed.startswith("old-1  No policy matches line account-access")


def test_line_older_than_what_was_done_here_is_refused(replay: Replay, cast: Cast) -> None:
    replay([created()])
    actions.reply(ticket=Ticket.objects.get(), by=cast.dana, body="Hello.", at=utc("2026-03-05T10:00"))
    printed = replay([created(), line("10:00", "resolve", by="dana")])
    assert printed.startswith("line 2: at: old-1 has been worked on here since")
    assert "1 event" in replay([created(), line("2026-03-06T10:00:00Z", "resolve", by="dana")])


def test_reference_of_another_source_is_another_ticket(replay: Replay, cast: Cast) -> None:
    new = new_ticket(cast, external_ref="old-1")
    actions.open_ticket(new=new, source="vendor:acme", by=cast.dana, at=utc("2026-03-01"))
    replay([created()])
    assert Ticket.objects.filter(external_ref="old-1").count() == 2


@pytest.mark.parametrize(("path", "why"), [("nowhere.ndjson", "No such file"), (".", "Is a directory")])
def test_file_that_cannot_be_read_is_one_sentence(path: str, why: str, cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=why):
        call_command("replay", str(tmp_path / path))


def test_empty_file_is_fine(replay: Replay) -> None:
    assert "0 events of 0 tickets" in replay([])


@pytest.mark.django_db(transaction=True)
def test_one_replay_at_a_time(replay: Replay) -> None:
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended('tickets.replay', 0))")
        assert replay([created()]) == "Another replay is under way on this desk."
    finally:
        other.close()
    assert "1 event" in replay([created()])
