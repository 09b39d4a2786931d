"""The sweep: what it tells, whom, once; acknowledging; tickets that wake by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core import mail
from pytest_django import DjangoAssertNumQueries, Settings

from slas.models import Alert
from supportdesk.clock import now
from supportdesk.errors import BadInput, Conflict, NotAllowed
from teams.models import Key
from tests.cast import Cast
from tests.tickets.conftest import new_ticket
from tickets import actions, mailer
from tickets.models import OutboxRow, Ticket
from tickets.queries.alerts import alert_feed, alerts_of, page_facts

H = timedelta(hours=1)
S = timedelta(seconds=1)


def told(ticket: Ticket) -> list[tuple[str, str, int]]:
    """What the history says of the ticket's timers: kind, metric, level."""
    return [
        (event.kind, event.data["metric"], event.data["level"])
        for event in ticket.events.filter(kind__startswith="sla_")
    ]


def addressed(kind: str = "alert_mail") -> set[str]:
    rows = OutboxRow.objects.filter(kind=kind)
    return {row.ids["person"] if kind == "alert_mail" else tuple(row.ids["persons"]) for row in rows}


def test_levels_are_told_at_their_instants(ticket: Ticket, cast: Cast, monday: datetime) -> None:
    assert actions.raise_alerts(at=monday + 6 * H - S) == 0
    assert actions.raise_alerts(at=monday + 6 * H) == 1
    assert told(ticket) == [("sla_warning", "first_reply", 75)]
    assert actions.raise_alerts(at=monday + 8 * H) == 1
    assert actions.raise_alerts(at=monday + 8 * H) == 0
    assert actions.raise_alerts(at=monday + 8 * H + S) == 1
    assert actions.raise_alerts(at=monday + 8 * H + S) == 0
    assert told(ticket) == [
        ("sla_warning", "first_reply", 75),
        ("sla_warning", "first_reply", 90),
        ("sla_breached", "first_reply", 100),
    ]
    breach = ticket.events.get(kind="sla_breached")
    assert breach.at == monday + 8 * H
    assert breach.by == "system"
    assert breach.data["due_at"] == (monday + 8 * H).isoformat()
    assert breach.data["cycle"] == 1
    assert Alert.objects.get(level=100).pk == breach.data["alert"]


def test_sweep_keeps_the_mirror_and_counts_on(ticket: Ticket, cast: Cast, monday: datetime) -> None:
    before = Ticket.objects.get(pk=ticket.pk)
    actions.raise_alerts(at=monday + 9 * H)
    after = Ticket.objects.get(pk=ticket.pk)
    assert after.version == before.version + 1
    assert after.event_count == before.event_count + 3
    assert after.updated_at == monday + 9 * H
    assert [event.seq for event in after.events.all()] == [1, 2, 3, 4]
    assert after in Ticket.objects.breached(monday + 9 * H)
    assert after.due_at == monday + 8 * H
    assert after.at_risk_at == monday + 12 * H  # agent work and tier ownership, 75 % of 16 h
    unchanged = {"version", "event_count", "updated_at", "due_at", "at_risk_at", "at_risk_until"}
    for field in Ticket._meta.concrete_fields:
        if field.name not in unchanged:
            assert getattr(after, field.attname) == getattr(before, field.attname), field.name


def test_specialist_lead_and_owner_are_told(ticket: Ticket, cast: Cast, monday: datetime) -> None:
    actions.claim(ticket=ticket, by=cast.dana, at=monday)
    actions.raise_alerts(at=monday + 6 * H)
    assert addressed() == {cast.dana.pk, cast.vera.pk, cast.lea.pk}
    assert addressed("page_alert") == {tuple(sorted((cast.dana.pk, cast.vera.pk, cast.lea.pk)))}


def test_levels_noticed_together_are_mailed_once(ticket: Ticket, cast: Cast, monday: datetime) -> None:
    actions.raise_alerts(at=monday + 9 * H)
    assert Alert.objects.count() == 3
    breach = Alert.objects.get(level=100)
    rows = OutboxRow.objects.all()
    assert {row.ids["alert"] for row in rows} == {breach.pk}
    assert sorted(row.kind for row in rows) == ["alert_mail", "alert_mail", "page_alert"]


def test_what_has_ended_is_history_and_no_message(ticket: Ticket, cast: Cast, monday: datetime) -> None:
    actions.reply(ticket=ticket, by=cast.dana, body="Late, sorry.", at=monday + 9 * H)
    OutboxRow.objects.all().delete()
    assert actions.raise_alerts(at=monday + 9 * H + S) == 3
    assert [row[2] for row in told(ticket)] == [75, 90, 100]
    assert OutboxRow.objects.count() == 0


def test_paused_and_cancelled_timers_tell_nothing(ticket: Ticket, cast: Cast, monday: datetime) -> None:
    actions.mark_spam(ticket=ticket, by=cast.dana, at=monday + H)
    assert actions.raise_alerts(at=monday + 300 * H) == 0


def test_imported_past_is_silent_and_what_comes_after_is_not(
    cast: Cast, rewards_policy: None, acme_key: Key
) -> None:
    at = now()
    ticket, _ = actions.open_ticket(
        new=new_ticket(cast, created_at=at - 7 * H), source="history", by=None, origin="old.ndjson", at=at
    )
    assert actions.raise_alerts(at=at) == 1
    assert told(ticket) == [("sla_warning", "first_reply", 75)]
    assert OutboxRow.objects.count() == 0
    assert actions.raise_alerts(at=at + H + S) == 2
    assert {row.ids["alert"] for row in OutboxRow.objects.all()} == {Alert.objects.get(level=100).pk}


def test_replay_tells_silently(ticket: Ticket, cast: Cast, monday: datetime) -> None:
    crossings = actions.raise_alerts_of(clock_ids=[ticket.clock_id], origin="old.ndjson", at=monday + 9 * H)
    assert len(crossings) == 3
    assert {event.origin for event in ticket.events.filter(kind__startswith="sla_")} == {"old.ndjson"}
    assert OutboxRow.objects.count() == 0


def test_idle_sweep_is_one_query(
    ticket: Ticket, monday: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert actions.raise_alerts(at=monday + H) == 0


@pytest.mark.parametrize("tickets", [2, 12])
def test_batch_is_counted_in_queries(
    cast: Cast,
    rewards_policy: None,
    acme_key: Key,
    monday: datetime,
    django_assert_num_queries: DjangoAssertNumQueries,
    tickets: int,
) -> None:
    for _ in range(tickets):
        actions.open_ticket(new=new_ticket(cast), source="vendor:acme", by=acme_key, at=monday)
    actions.raise_alerts(at=monday + 6 * H)
    with django_assert_num_queries(2 + 13 + 2 * 2):  # two looks, a batch, two savepoints
        assert actions.raise_alerts(at=monday + 9 * H) == 2 * tickets


def test_mail_says_what_and_where_and_masks_the_rest(
    ticket: Ticket, cast: Cast, monday: datetime, settings: Settings
) -> None:
    settings.DESK_URL = "https://desk.example"
    Ticket.objects.update(subject="Lost access, write to ana.b@creator.example or +44 20 7946 0958")
    actions.claim(ticket=ticket, by=cast.dana, at=monday)
    actions.raise_alerts(at=monday + 9 * H)
    while actions.send_mails(at=monday + 9 * H):
        pass
    assert sorted(message.to[0] for message in mail.outbox) == [
        "dana@acme.example",
        "lea@desk.example",
        "vera@acme.example",
    ]
    message = next(message for message in mail.outbox if message.to == ["dana@acme.example"])
    assert message.subject == f"[{ticket.ref}] First reply breached"
    assert "First reply breached: 2026-03-02 14:00:00 -03" in message.body
    assert f"https://desk.example/tickets/{ticket.ref}/" in message.body
    assert "Held by: dana" in message.body
    for secret in ("ana.b", "creator.example", "7946", "@ana"):
        assert secret not in message.subject + message.body
    assert "a•••@c•••" in message.body
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


def test_who_lost_sight_of_it_meanwhile_gets_no_mail(ticket: Ticket, cast: Cast, monday: datetime) -> None:
    actions.claim(ticket=ticket, by=cast.dana, at=monday)
    actions.raise_alerts(at=monday + 9 * H)
    actions.transfer(
        ticket=ticket, by=cast.lea, queue=cast.rewards_t1_bolt, note="Bolt takes it.", at=monday + 9 * H
    )
    cast.lea.is_active = False
    cast.lea.save()
    while actions.send_mails(at=monday + 9 * H):
        pass
    assert mail.outbox == []
    rows = OutboxRow.objects.filter(kind="alert_mail")
    assert [row.remark for row in rows] == [mailer.OUT_OF_SIGHT] * 3


def test_owner_of_a_vendors_line_that_became_restricted(ticket: Ticket, cast: Cast, monday: datetime) -> None:
    cast.creator_rewards.sensitivity = "restricted"
    cast.creator_rewards.save()
    actions.raise_alerts(at=monday + 9 * H)
    while actions.send_mails(at=monday + 9 * H):
        pass
    assert [message.to for message in mail.outbox] == [["lea@desk.example"]]


def test_acknowledged_takes_a_word_and_happens_once(ticket: Ticket, cast: Cast, monday: datetime) -> None:
    actions.raise_alerts(at=monday + 9 * H)
    breach = Alert.objects.get(level=100)
    (line,) = alert_feed(cast.lea)
    assert (line.alert_id, line.ref, line.metric, line.is_breach) == (
        breach.pk,
        ticket.ref,
        "first_reply",
        True,
    )
    with pytest.raises(BadInput) as refused:
        actions.acknowledge(alert_id=breach.pk, by=cast.lea, word="  ", at=monday + 9 * H)
    assert refused.value.pointer == "/word"
    seen = actions.acknowledge(alert_id=breach.pk, by=cast.lea, word="Calling dana", at=monday + 9 * H)
    assert (seen.word, seen.acknowledged_by, seen.acknowledged_at) == (
        "Calling dana",
        cast.lea,
        monday + 9 * H,
    )
    event = ticket.events.get(kind="sla_acknowledged")
    assert event.by == "lea"
    assert event.data == {"metric": "first_reply", "cycle": 1, "level": 100, "alert": breach.pk}
    with pytest.raises(Conflict, match="lea"):
        actions.acknowledge(alert_id=breach.pk, by=cast.vera, word="Me too", at=monday + 9 * H)
    assert ticket.events.filter(kind="sla_acknowledged").count() == 1
    assert alert_feed(cast.lea) == []
    assert [alert.level for alert in alerts_of(ticket)] == [100, 90, 75]
    assert page_facts(OutboxRow.objects.filter(kind="page_alert"), at=monday + 10 * H) == []


def test_acknowledging_is_for_those_who_see_and_hold_it(ticket: Ticket, cast: Cast, monday: datetime) -> None:
    actions.raise_alerts(at=monday + 9 * H)
    breach = Alert.objects.get(level=100)
    for stranger in (cast.bob, cast.mia, cast.sam, cast.ada):
        assert alert_feed(stranger) == []
        with pytest.raises(Ticket.DoesNotExist):
            actions.acknowledge(alert_id=breach.pk, by=stranger, word="Mine", at=monday + 9 * H)
    actions.escalate(
        ticket=ticket, by=cast.dana, reason="other", note="Finance has to decide this.", at=monday + 9 * H
    )
    with pytest.raises(NotAllowed):
        actions.acknowledge(alert_id=breach.pk, by=cast.dana, word="Mine", at=monday + 9 * H)
    assert Alert.objects.get(pk=breach.pk).acknowledged_at is None


def test_feed_costs_one_query(
    ticket: Ticket, cast: Cast, monday: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    actions.raise_alerts(at=monday + 9 * H)
    with django_assert_num_queries(1):
        assert len(alert_feed(cast.lea)) == 1


def test_pending_ticket_wakes_as_of_its_instant(ticket: Ticket, cast: Cast, monday: datetime) -> None:
    actions.pend(ticket=ticket, by=cast.dana, on="creator", until=monday + 3 * H, at=monday + H)
    assert actions.wake_pending(at=monday + 3 * H - S) == 0
    assert actions.wake_pending(at=monday + 5 * H) == 1
    woken = Ticket.objects.get(pk=ticket.pk)
    assert (woken.status, woken.pending_on, woken.pending_until) == ("open", "", None)
    event = ticket.events.get(kind="resumed")
    assert (event.at, event.by) == (monday + 3 * H, "system")
    wait = woken.clock.timers.get(metric="requester_wait")
    assert (wait.running_since, wait.banked) == (monday + 3 * H, H)
    assert actions.wake_pending(at=monday + 5 * H) == 0


def test_pending_without_an_instant_sleeps_on(
    ticket: Ticket, cast: Cast, monday: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    actions.pend(ticket=ticket, by=cast.dana, on="third_party", at=monday + H)
    with django_assert_num_queries(1):
        assert actions.wake_pending(at=monday + 900 * H) == 0
