"""`/events/`: who hears what, for how long, and what becomes of a stream when something goes away."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import AsyncClient
from pytest_django import Settings

from slas.models import Alert
from teams.models import Person
from tests.cast import Cast
from tests.tickets.conftest import new_ticket
from tests.tickets.listening import Ear, act, listening, run, session_of
from tickets import actions, live
from tickets.hearing import Hearing
from tickets.live import ticket_fact
from tickets.models import Ticket
from tickets.queries.hearing import hearing_for
from tickets.views import hub as hubs

H = timedelta(hours=1)
HANDOVER = "Checked the ledger twice; needs a finance decision."

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fresh_connection(servers: object) -> None:
    """The broker of this test, whatever another one set."""
    live.connection.cache_clear()


def everybody(cast: Cast) -> list[Person]:
    return [found for found in vars(cast).values() if isinstance(found, Person)]


async def next_kind(ear: Ear) -> tuple[str, list[str]]:
    heard = await ear.next()
    return heard["kind"], heard.get("events", [])


def cut_subscriptions() -> None:
    """End the subscriptions of this test's numbered database, and of no other test that runs beside."""
    broker = live.connection()
    number = str(broker.connection_pool.connection_kwargs.get("db") or 0)
    for client in broker.client_list(_type="pubsub"):
        if client["db"] == number:
            broker.client_kill_filter(_id=client["id"])


def test_hearing_is_the_rule_of_visible_to(cast: Cast, ticket: Ticket, monday: datetime) -> None:
    """Every member of the cast, tickets in every queue, handed up, in restricted lines and moved on."""
    tickets = [ticket]
    for queue in (cast.rewards_t1_bolt, cast.rewards_t2, cast.access_t1_bolt, cast.minors_t2):
        new = new_ticket(cast, line=queue.line, queue=queue, channel="webform")
        tickets.append(actions.open_ticket(new=new, source="staff", by=cast.lea, at=monday)[0])
    up, _ = actions.open_ticket(new=new_ticket(cast), source="staff", by=cast.lea, at=monday)
    tickets.append(actions.escalate(ticket=up, by=cast.dana, reason="other", note=HANDOVER, at=monday))
    for person in everybody(cast):
        hearing = hearing_for(person)
        for one in Ticket.objects.with_people().filter(pk__in=[one.pk for one in tickets]):
            sees = Ticket.objects.visible_to(person).filter(pk=one.pk).exists()
            assert (hearing.told(ticket_fact(one, ["replied"], monday)) is not None) is sees, (person, one)
    cast.creator_rewards.sensitivity = "restricted"
    cast.creator_rewards.save()
    moved = Ticket.objects.with_people().get(pk=ticket.pk)
    for person in everybody(cast):
        sees = Ticket.objects.visible_to(person).filter(pk=moved.pk).exists()
        assert (hearing_for(person).told(ticket_fact(moved, ["replied"], monday)) is not None) is sees


def test_vendor_that_handed_up_hears_of_no_notes_nor_names(
    cast: Cast, ticket: Ticket, monday: datetime
) -> None:
    actions.escalate(ticket=ticket, by=cast.dana, reason="other", note=HANDOVER, at=monday)
    actions.claim(ticket=Ticket.objects.get(), by=cast.tom, at=monday)
    up = Ticket.objects.with_people().get()
    dana, tom = hearing_for(cast.dana), hearing_for(cast.tom)
    assert dana.told(ticket_fact(up, ["noted"], monday)) is None
    kind, data = dana.told(ticket_fact(up, ["replied", "noted"], monday)) or ("", {})
    assert (kind, data["events"], data["assignee"]) == ("ticket", ["replied"], None)
    kind, data = tom.told(ticket_fact(up, ["replied", "noted"], monday)) or ("", {})
    assert (kind, data["events"], data["assignee"]) == ("ticket", ["replied", "noted"], "tom")


def test_without_a_session_there_is_no_stream(cast: Cast) -> None:
    async def story() -> None:
        async with listening(None) as ear:
            assert (ear.status, ear.body) == (401, "Sign in first.\n")
        async with listening("made-up") as ear:
            assert ear.status == 401

    run(story)


def test_each_hears_what_they_may_see(cast: Cast, ticket: Ticket, monday: datetime) -> None:
    sessions = {name: session_of(getattr(cast, name)) for name in ("dana", "bob", "lea", "mia", "sam")}

    async def story() -> None:
        async with AsyncExitStack() as stack:
            ears = {name: await stack.enter_async_context(listening(key)) for name, key in sessions.items()}
            await act(lambda: actions.claim(ticket=ticket, by=cast.dana, at=monday))
            heard = await ears["dana"].next()
            assert heard == {
                "event": "message",
                "kind": "ticket",
                "ref": ticket.ref,
                "version": 2,
                "status": "open",
                "queue": "creator-rewards-t1-acme",
                "assignee": "dana",
                "events": ["claimed"],
                "at": monday.isoformat(),
            }
            assert await next_kind(ears["lea"]) == ("ticket", ["claimed"])
            await act(
                lambda: actions.transfer(
                    ticket=ticket, by=cast.lea, queue=cast.rewards_t1_bolt, note="To bolt.", at=monday
                )
            )
            gone = await ears["dana"].next()
            assert {**gone, "at": ""} == {"event": "message", "kind": "gone", "ref": ticket.ref, "at": ""}
            assert await next_kind(ears["bob"]) == ("ticket", ["noted", "transferred"])
            assert await next_kind(ears["lea"]) == ("ticket", ["noted", "transferred"])
            for name in ("mia", "sam", "dana", "bob"):
                assert ears[name].arrived.empty(), name

    run(story)


def test_alert_reaches_those_whom_it_is_addressed_to(cast: Cast, ticket: Ticket, monday: datetime) -> None:
    actions.claim(ticket=ticket, by=cast.dana, at=monday)
    actions.raise_alerts(at=monday + 9 * H)
    sessions = {name: session_of(getattr(cast, name)) for name in ("dana", "dion", "vera", "lea", "bob")}

    async def story() -> None:
        async with AsyncExitStack() as stack:
            ears = {name: await stack.enter_async_context(listening(key)) for name, key in sessions.items()}
            assert await act(lambda: actions.show_alerts(at=monday + 9 * H)) == 1
            for name in ("dana", "vera", "lea"):
                heard = await ears[name].next()
                assert (heard["kind"], heard["ref"], heard["metric"], heard["level"]) == (
                    "alert",
                    ticket.ref,
                    "first_reply",
                    100,
                )
                assert heard["alert"] == await act(lambda: Alert.objects.get(level=100).pk)
                assert heard["instant"] == (monday + 8 * H).isoformat()
            await act(lambda: actions.note(ticket=ticket, by=cast.dana, body="Seen.", at=monday + 9 * H))
            assert await next_kind(ears["dion"]) == ("ticket", ["noted"])  # and no alert before it
            assert ears["bob"].arrived.empty()

    run(story)


@pytest.mark.parametrize("how", ["signed out", "left", "password"])
def test_stream_ends_with_the_session(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr("tickets.views.events.CHECK", 0.1)
    key = session_of(cast.dana)

    def end() -> None:
        match how:
            case "signed out":
                Session.objects.all().delete()
            case "left":
                Person.objects.filter(pk=cast.dana.pk).update(is_active=False)
            case "password":
                cast.dana.set_password("another one entirely")
                cast.dana.save()

    async def story() -> None:
        async with listening(key) as ear:
            assert not ear.ended.is_set()
            await act(end)
            await asyncio.wait_for(ear.ended.wait(), 10)
        async with listening(key) as ear:
            assert ear.status == 401

    run(story)


def test_new_rights_are_noticed_while_the_stream_runs(
    cast: Cast, ticket: Ticket, monday: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.views.events.CHECK", 0.05)
    key = session_of(cast.tom)

    async def story() -> None:
        async with listening(key) as ear:
            await act(lambda: actions.claim(ticket=ticket, by=cast.dana, at=monday))
            assert await next_kind(ear) == ("ticket", ["claimed"])
            await act(lambda: cast.tom.certificates.all().delete())
            (listener,) = hubs.hub().listeners
            while listener.hearing.lines:
                await asyncio.sleep(0)
            await act(lambda: actions.note(ticket=ticket, by=cast.dana, body="Secret.", at=monday))
            assert await act(lambda: hearing_for(cast.tom)) == Hearing(person=cast.tom.pk)
            assert ear.arrived.empty()

    run(story)


def test_beats_carry_the_servers_time(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickets.views.events.BEAT", 0.05)
    key = session_of(cast.dana)

    async def story() -> None:
        async with listening(key) as ear:
            beats = [await ear.next() for _ in range(3)]
        assert {beat["event"] for beat in beats} == {"beat"}
        assert sorted(beat["at"] for beat in beats) == [beat["at"] for beat in beats]

    run(story)


def test_connection_after_a_broken_one_is_told_to_catch_up(cast: Cast) -> None:
    key = session_of(cast.dana)

    async def story() -> None:
        async with listening(key, last_event_id="2026-03-02T09:00:00Z") as ear:
            assert (await ear.next())["kind"] == "resync"

    run(story)


def test_broker_that_goes_away_ends_the_streams(cast: Cast, ticket: Ticket, monday: datetime) -> None:
    key = session_of(cast.dana)

    async def story() -> None:
        async with listening(key) as ear, listening(key) as other:
            await act(cut_subscriptions)
            await asyncio.wait_for(ear.ended.wait(), 10)
            await asyncio.wait_for(other.ended.wait(), 10)
        async with listening(key, last_event_id="x") as ear:
            assert (await ear.next())["kind"] == "resync"
            await act(lambda: actions.claim(ticket=ticket, by=cast.dana, at=monday))
            assert await next_kind(ear) == ("ticket", ["claimed"])

    run(story)


def test_without_a_broker_there_is_no_stream(cast: Cast, settings: Settings, tmp_path: Path) -> None:
    key = session_of(cast.dana)
    settings.REDIS_URL = f"unix://{tmp_path}/gone.sock"

    async def story() -> None:
        async with listening(key) as ear:
            assert ear.status == 503

    run(story)


def test_streams_of_one_person_are_bounded(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickets.views.events.MOST_STREAMS", 2)
    dana, dion = session_of(cast.dana), session_of(cast.dion)

    async def story() -> None:
        async with listening(dana), listening(dana), listening(dana) as third, listening(dion) as other:
            assert (third.status, other.status) == (429, 200)
        async with listening(dana) as ear:
            assert ear.status == 200
        assert hubs.hub().listeners == set()

    run(story)


def test_slow_reader_is_cut_off(monkeypatch: pytest.MonkeyPatch, ticket: Ticket, monday: datetime) -> None:
    monkeypatch.setattr(hubs, "ROOM", 3)

    async def story() -> None:
        listener = hubs.Listener(Hearing(person=1, lines=frozenset({ticket.line_id})))
        fact = ticket_fact(ticket, ["replied"], monday)
        for _ in range(4):
            listener.hear(fact)
        assert listener.waiting.get_nowait() is None
        assert listener.waiting.empty()

    asyncio.run(story())


def test_open_streams_hold_no_database_connection(cast: Cast) -> None:
    keys = [session_of(cast.dana), session_of(cast.lea), session_of(cast.bob)]

    def connections_held() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            return int(cursor.fetchone()[0])

    before = connections_held()

    async def story() -> None:
        async with AsyncExitStack() as stack:
            for key in keys * 4:
                assert (await stack.enter_async_context(listening(key))).status == 200
            held = await act(connections_held)
            while held > before + 1:  # a server process ends a moment after its connection
                held = await act(connections_held)
            assert held == before + 1  # the one that asks

    run(story)


def test_other_methods_are_refused(cast: Cast) -> None:
    async def story() -> None:
        assert (await AsyncClient().post("/events/")).status_code == 405

    run(story)


def test_desks_on_one_broker_do_not_hear_each_other(
    cast: Cast, ticket: Ticket, monday: datetime, settings: Settings
) -> None:
    key, own, place = session_of(cast.dana), settings.REDIS_URL, settings.REDIS_URL.partition("?")[0]

    def claim_on(broker: str) -> None:
        settings.REDIS_URL = broker
        live.connection.cache_clear()
        live.publish([ticket_fact(ticket, ["claimed" if broker == own else "noted"], monday)])

    async def story() -> None:
        async with listening(key) as ear:
            await act(lambda: claim_on(f"{place}?db=15"))
            await act(lambda: claim_on(own))
            assert await next_kind(ear) == ("ticket", ["claimed"])

    run(story)
