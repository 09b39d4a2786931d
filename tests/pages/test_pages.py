"""The pages without a browser: what they show to whom, in how many queries, and what a press does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from supportdesk.clock import now
from teams.models import Person
from tests.cast import Cast
from tests.work import HANDOVER, Work
from tickets import actions
from tickets.models import Message, Ticket

SignedIn = Callable[[Person], Client]


def refs(html: str) -> list[str]:
    """The references of the rows of the list, in its order."""
    return re.findall(r'<li data-ref="([^"]+)"', html)


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found is not None, name
    return found[1]


def press(client: Client, ticket: Ticket, verb: str, **data: Any) -> Any:
    return client.post(f"/tickets/{ticket.ref}/{verb}/", data)


def test_queue_lists_by_urgency_what_one_may_see(work: Work, cast: Cast, signed_in: SignedIn) -> None:
    html = signed_in(cast.dana).get("/queue/").content.decode()
    wanted = [work.paused, work.late, work.at_risk, work.held_by_dana, work.waiting]
    assert refs(html) == [ticket.ref for ticket in wanted]
    assert work.no_policy.ref not in html
    assert "+55 11" not in html
    assert refs(signed_in(cast.bob).get("/queue/").content.decode()) == [work.no_policy.ref]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("view=mine", ("paused", "held_by_dana")),
        ("view=handed_up", ("handed_up",)),
        ("queue=creator-rewards-t1-acme&sla=breached", ("paused", "late")),
        ("sla=at_risk", ("at_risk",)),
        ("sla=paused", ("paused",)),
        ("assignee=none", ("late", "at_risk", "waiting")),
        ("status=resolved", ("resolved",)),
        ("priority=high", ("paused",)),
        ("q=Auszahlung", ("waiting",)),
        ("queue=access-t1-bolt", ()),
        ("queue=creator-rewards-t2", ()),
    ],
)
def test_views_and_filters(
    work: Work, cast: Cast, signed_in: SignedIn, query: str, wanted: tuple[str, ...]
) -> None:
    html = signed_in(cast.dana).get(f"/queue/?{query}").content.decode()
    assert refs(html) == [getattr(work, name).ref for name in wanted]


def test_bad_parameter_is_said_and_the_list_is_whole(work: Work, cast: Cast, signed_in: SignedIn) -> None:
    answer = signed_in(cast.dana).get("/queue/?sla=soon")
    assert answer.status_code == 400
    assert "could not be read" in answer.content.decode()
    assert len(refs(answer.content.decode())) == 5


def test_a_reference_in_the_search_box_opens_the_ticket(work: Work, cast: Cast, signed_in: SignedIn) -> None:
    answer = signed_in(cast.dana).get("/queue/", {"q": work.late.ref.lower()})
    assert answer.headers["Location"] == f"/tickets/{work.late.ref}/"


def test_pages_of_the_queue_hold_every_ticket_once(
    work: Work, cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.queries.work.PAGE_SIZE", 2)
    client, url, found = signed_in(cast.dana), "/queue/", []
    while url:
        html = client.get(url).content.decode()
        found += refs(html)
        more = re.search(r'href="(\?cursor=[^"]+)">Less urgent', html)
        url = f"/queue/{more[1]}" if more else ""
    whole = [work.paused, work.late, work.at_risk, work.held_by_dana, work.waiting]
    assert found == [ticket.ref for ticket in whole]


def test_queue_costs_seven_queries(
    work: Work, cast: Cast, signed_in: SignedIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(cast.lea)
    client.get("/queue/")
    with django_assert_num_queries(7):
        client.get("/queue/")


def test_ticket_page_costs_at_most_twelve_queries(
    work: Work, cast: Cast, signed_in: SignedIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(9):
        actions.note(ticket=work.late, by=cast.dana, body=f"Note {number}", at=now())
    for person in (cast.dana, cast.lea):
        client = signed_in(person)
        client.get(f"/tickets/{work.late.ref}/")
        with django_assert_max_num_queries(12):
            client.get(f"/tickets/{work.late.ref}/")


@pytest.mark.parametrize("path", ["/queue/", "/queue/rows/", "/board/"])
@pytest.mark.parametrize("who", ["sam", "ada"])
def test_who_has_no_tickets_has_no_workspace(
    work: Work, cast: Cast, signed_in: SignedIn, path: str, who: str
) -> None:
    assert signed_in(getattr(cast, who)).get(path).status_code == 404


def test_nobody_signed_in_is_sent_to_sign_in(work: Work) -> None:
    assert Client().get("/queue/").headers["Location"].startswith("/accounts/login/?next=/queue/")
    assert Client().get("/queue/", headers={"HX-Request": "true"}).status_code == 401


@pytest.mark.parametrize("ref", ["CS-00000000", "CS-1", "cs-7k3m9qxa", "../../etc"])
def test_unknown_ticket_is_not_found(work: Work, cast: Cast, signed_in: SignedIn, ref: str) -> None:
    assert signed_in(cast.dana).get(f"/tickets/{ref}/").status_code == 404


def test_another_vendors_ticket_does_not_exist(work: Work, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.bob)
    assert client.get(f"/tickets/{work.late.ref}/").status_code == 404
    assert press(client, work.late, "claim").status_code == 404


def test_next_ticket_takes_the_most_urgent_or_says_why_not(
    work: Work, cast: Cast, signed_in: SignedIn
) -> None:
    client = signed_in(cast.dion)
    answer = client.post("/queue/next/")
    assert answer.headers["Location"] == f"/tickets/{work.late.ref}/"
    assert Ticket.objects.get(pk=work.late.pk).assignee == cast.dion
    Person.objects.filter(pk=cast.dion.pk).update(capacity=1)
    html = client.post("/queue/next/", follow=True).content.decode()
    assert "dion holds 1 of 1" in html


def test_reply_is_sent_once_however_often_it_is_pressed(work: Work, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.dana)
    html = client.get(f"/tickets/{work.late.ref}/").content.decode()
    form = {"body": "On it.", "token": hidden(html, "token"), "seen_message": hidden(html, "seen_message")}
    for _ in range(2):
        assert press(client, work.late, "reply", then="pend", **form).status_code == 302
    assert Message.objects.filter(ticket=work.late, kind="reply").count() == 1
    late = Ticket.objects.get(pk=work.late.pk)
    assert (late.status, late.pending_on) == ("pending", "creator")


def test_creators_message_while_composing_stops_the_reply_once(
    work: Work, cast: Cast, signed_in: SignedIn
) -> None:
    client = signed_in(cast.dana)
    html = client.get(f"/tickets/{work.late.ref}/").content.decode()
    seen = hidden(html, "seen_message")
    actions.receive_message(ticket=work.late, by=None, body="Never mind, it came!", at=now())
    stopped = press(client, work.late, "reply", body="Half an answer", seen_message=seen)
    assert stopped.status_code == 409
    again = stopped.content.decode()
    assert "wrote again" in again
    assert "Half an answer" in again
    assert "Never mind" in again
    sent = press(
        client, work.late, "reply", body="Half an answer", seen_message=hidden(again, "seen_message")
    )
    assert sent.status_code == 302


def test_refused_move_names_the_allowed_and_keeps_the_words(
    work: Work, cast: Cast, signed_in: SignedIn
) -> None:
    client = signed_in(cast.tom)
    answer = press(
        client, work.handed_up, "escalate", reason="other", note=HANDOVER, version=work.handed_up.version
    )
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "is in Tier 2 already" in html
    assert "Allowed now" in html


def test_stale_form_changes_nothing(work: Work, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.dana)
    old = work.held_by_dana.version
    actions.change_priority(ticket=work.held_by_dana, by=cast.dion, priority="high", at=now())
    answer = press(client, work.held_by_dana, "resolve", resolution="solved", version=old)
    assert answer.status_code == 409
    assert "changed while you looked" in answer.content.decode()
    assert Ticket.objects.get(pk=work.held_by_dana.pk).status == "open"


@pytest.mark.parametrize(
    ("verb", "data", "said"),
    [
        ("reply", {"body": "  "}, "Write something first"),
        ("note", {"body": ""}, "Write something first"),
        ("reply", {"body": "a\u202eb"}, "override"),
        ("escalate", {"reason": "other", "note": "short"}, "at least 20 characters"),
        ("escalate", {"reason": "whim", "note": HANDOVER}, "whim"),
        ("transfer", {"queue": "access-t1-bolt", "note": "Yours."}, "valid choice"),
        ("pend", {"on": "creator", "until": "2020-01-01T00:00"}, "has passed"),
        ("merge", {"into": "CS-00000000"}, "no such ticket"),
        ("reveal", {"reason": "x"}, "why you need to see it"),
        ("tags", {"tags": "y" * 65}, "at most 64"),
        ("priority", {"priority": "asap"}, "asap"),
    ],
)
def test_bad_input_is_said_at_the_field(
    work: Work, cast: Cast, signed_in: SignedIn, verb: str, data: dict[str, str], said: str
) -> None:
    before = Ticket.objects.get(pk=work.held_by_dana.pk)
    answer = press(signed_in(cast.dana), work.held_by_dana, verb, version=before.version, **data)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert Ticket.objects.get(pk=before.pk).version == before.version


def test_vendor_reads_on_but_cannot_write_after_handing_up(
    work: Work, cast: Cast, signed_in: SignedIn
) -> None:
    client = signed_in(cast.dion)
    html = client.get(f"/tickets/{work.handed_up.ref}/").content.decode()
    assert "handed this ticket up" in html
    assert "composer-tab" not in html
    assert press(client, work.handed_up, "reply", body="One more thing").status_code == 403


def test_personal_data_is_masked_until_a_reason_is_given(work: Work, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.dana)
    html = client.get(f"/tickets/{work.at_risk.ref}/").content.decode()
    assert "ana@creator.example" not in html
    assert "91234" not in html
    shown = press(
        client, work.at_risk, "reveal", reason="The creator asked to be called back"
    ).content.decode()
    assert "ana@creator.example" in shown
    assert "91234 5678" in shown
    assert work.at_risk.events.filter(kind="revealed", actor=cast.dana).count() == 1
    assert "ana@creator.example" not in client.get(f"/tickets/{work.at_risk.ref}/").content.decode()


def test_ticket_without_policy_says_so(work: Work, cast: Cast, signed_in: SignedIn) -> None:
    assert "No policy matches" in signed_in(cast.bob).get(f"/tickets/{work.no_policy.ref}/").content.decode()


def test_timer_opens_into_what_counted(work: Work, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.dana)
    html = client.get(f"/tickets/{work.late.ref}/").content.decode()
    found = re.search(r"/tickets/[^/]+/timers/(\d+)/", html)
    assert found is not None
    days = client.get(found[0]).content.decode()
    assert "rewards@1" in days
    assert signed_in(cast.bob).get(found[0]).status_code == 404
    foreign = f"/tickets/{work.waiting.ref}/timers/{found[1]}/"
    assert client.get(foreign).status_code == 404


def test_rows_say_which_tickets_belong_to_a_list(work: Work, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.dana)
    asked = {"ref": [work.late.ref, work.held_by_dana.ref, work.no_policy.ref, "nonsense"]}
    assert refs(client.get("/queue/rows/", {**asked, "view": "mine"}).content.decode()) == [
        work.held_by_dana.ref
    ]
    assert set(refs(client.get("/queue/rows/", asked).content.decode())) == {
        work.late.ref,
        work.held_by_dana.ref,
    }


def test_every_move_works_from_the_page(work: Work, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.dana)
    steps: list[tuple[str, dict[str, str], str]] = [
        ("claim", {}, "open"),
        ("priority", {"priority": "urgent"}, "open"),
        ("tags", {"tags": "payout, tax ,payout"}, "open"),
        ("note", {"body": "Asked finance."}, "open"),
        ("pend", {"on": "third_party"}, "pending"),
        ("resume", {}, "open"),
        ("assign", {"assignee": "dion"}, "open"),
        ("release", {}, "open"),
        ("reply", {"body": "Paid.", "then": "resolve"}, "resolved"),
        ("reopen", {"note": "It bounced."}, "open"),
        ("resolve", {"resolution": "answered"}, "resolved"),
        ("close", {}, "closed"),
        ("follow_up", {"subject": "Once more", "body": "It bounced again."}, "closed"),
    ]
    for verb, data, status in steps:
        version = Ticket.objects.get(pk=work.late.pk).version
        answer = press(client, work.late, verb, version=str(version), **data)
        assert answer.status_code == 302, (verb, answer.content.decode()[:4000])
        assert Ticket.objects.get(pk=work.late.pk).status == status, verb
    after = Ticket.objects.get(pk=work.late.pk)
    assert (after.tags, after.priority) == (["payout", "tax"], "urgent")
    follow_up = Ticket.objects.get(follow_up_of=after)
    assert answer.headers["Location"] == f"/tickets/{follow_up.ref}/"


def test_ticket_that_leaves_ones_sight_leads_back_to_the_queue(
    work: Work, cast: Cast, signed_in: SignedIn
) -> None:
    client = signed_in(cast.lea)
    version = work.late.version
    answer = press(
        client, work.late, "transfer", queue="creator-rewards-t1-bolt", note="Theirs.", version=version
    )
    assert answer.headers["Location"] == f"/tickets/{work.late.ref}/"
    assert signed_in(cast.dana).get(f"/tickets/{work.late.ref}/").status_code == 404


def test_script_gets_the_part_it_asked_for(work: Work, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.dana)
    headers = {"HX-Request": "true", "HX-Target": "section#ticket-pane"}
    part = client.get(f"/tickets/{work.late.ref}/", headers=headers).content.decode()
    assert "<html" not in part
    whole = client.get(
        f"/tickets/{work.late.ref}/", headers={**headers, "HX-History-Restore-Request": "true"}
    ).content.decode()
    assert "<html" in whole
    news = client.get(f"/tickets/{work.late.ref}/news/", headers={"HX-Request": "true"}).content.decode()
    assert "<textarea" not in re.sub(r"<dialog.*?</dialog>", "", news, flags=re.S)


def test_times_are_in_the_viewers_zone(work: Work, cast: Cast, signed_in: SignedIn) -> None:
    created = work.late.created_at
    html = signed_in(cast.dana).get(f"/tickets/{work.late.ref}/").content.decode()
    assert (created - timedelta(hours=3)).strftime("%H:%M") in html
    assert f'datetime="{created.strftime("%Y-%m-%dT%H:%M")}' in html
