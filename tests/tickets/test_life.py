"""The life of a ticket through its verbs, on a real database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from supportdesk.errors import BadInput, Conflict, MoveRefused, NotAllowed, NothingWaiting, Stale
from teams.models import Key
from tests.cast import Cast
from tests.tickets.conftest import new_ticket
from tickets import actions, states
from tickets.models import Event, Message, OutboxRow, Ticket

HANDOVER = "Checked the ledger twice; needs a finance decision."
H = timedelta(hours=1)


def test_pushed_ticket_is_routed_timed_and_told(ticket: Ticket, cast: Cast, monday: datetime) -> None:
    assert ticket.status == "new"
    assert ticket.queue == cast.rewards_t1_acme
    assert ticket.vendor == cast.acme
    assert ticket.due_at == monday + 8 * H
    assert any("Pushed by acme" in step for step in ticket.routing["steps"])
    assert [event.kind for event in ticket.events.all()] == ["created"]
    assert ticket.clock.policy_version is not None


def test_ticket_without_policy_says_so(cast: Cast, monday: datetime) -> None:
    opened, _ = actions.open_ticket(new=new_ticket(cast), source="staff", by=cast.lea, at=monday)
    assert opened.due_at is None
    assert opened.clock.policy_version is None
    assert "creator-rewards" in opened.clock.no_match_reason


def test_whole_life(ticket: Ticket, cast: Cast, monday: datetime) -> None:
    found = actions.claim_next(by=cast.dana, at=monday + H)
    assert found == ticket
    assert (found.status, found.assignee) == ("open", cast.dana)
    found = actions.reply(ticket=found, by=cast.dana, body="On it.", pend_on="creator", at=monday + 2 * H)
    assert (found.status, found.pending_on) == ("pending", "creator")
    found = actions.receive_message(ticket=found, by=None, body="Any news?", at=monday + 3 * H)
    assert (found.status, found.pending_on, found.waiting_since) == ("open", "", monday + 3 * H)
    found = actions.escalate(
        ticket=found, by=cast.dana, reason="needs_authority", note=HANDOVER, at=monday + 4 * H
    )
    assert (found.queue, found.assignee, found.vendor) == (cast.rewards_t2, None, cast.acme)
    found = actions.claim(ticket=found, by=cast.tom, at=monday + 5 * H)
    found = actions.return_ticket(
        ticket=found, by=cast.tom, note="Pay it out, see policy 4.", at=monday + 6 * H
    )
    assert (found.queue, found.came_from) == (cast.rewards_t1_acme, None)
    found = actions.reply(
        ticket=found, by=cast.dion, body="Paid out today.", resolution="solved", at=monday + 7 * H
    )
    assert (found.status, found.resolution, found.due_at) == ("resolved", "solved", None)
    found = actions.reopen(ticket=found, by=cast.dion, at=monday + 8 * H)
    found = actions.resolve(ticket=found, by=cast.dion, resolution="answered", at=monday + 9 * H)
    found = actions.close(ticket=found, by=cast.dion, at=monday + 10 * H)
    kinds = [event.kind for event in found.events.all()]
    assert kinds == [
        "created", "claimed", "replied", "pended", "creator_message", "noted", "escalated", "claimed",
        "noted", "returned", "replied", "resolved", "reopened", "resolved", "closed",
    ]  # fmt: skip
    assert [event.seq for event in found.events.all()] == list(range(1, len(kinds) + 1))
    again = actions.receive_message(ticket=found, by=None, body="It came back.", at=monday + 11 * H)
    assert again != found
    assert again.follow_up_of == found
    assert again.creator == found.creator


def test_human_reply_opens_and_an_automatic_one_moves_nothing(
    ticket: Ticket, cast: Cast, acme_key: Key, monday: datetime
) -> None:
    automatic = actions.reply(ticket=ticket, by=acme_key, body="We got it.", at=monday + H)
    assert (automatic.status, automatic.first_replied_at) == ("new", None)
    human = actions.reply(ticket=ticket, by=acme_key, author=cast.dana, body="Hello.", at=monday + 2 * H)
    assert (human.status, human.first_replied_at) == ("open", monday + 2 * H)
    assert human.waiting_since is None


@pytest.mark.parametrize("status", ["new", "open", "pending", "resolved", "closed", "spam", "merged"])
@pytest.mark.parametrize(
    "move", ["pend", "resume", "resolve", "reopen", "close", "spam", "escalate", "claim"]
)
def test_a_move_is_done_or_refused_by_the_table(
    move: str, status: str, ticket: Ticket, cast: Cast, monday: datetime
) -> None:
    at = monday + H
    if status in ("open", "pending", "resolved", "closed"):
        actions.claim(ticket=ticket, by=cast.dana, at=at)
    if status == "pending":
        actions.pend(ticket=ticket, by=cast.dana, on="third_party", at=at)
    if status in ("resolved", "closed"):
        actions.resolve(ticket=ticket, by=cast.dana, resolution="solved", at=at)
    if status == "closed":
        actions.close(ticket=ticket, by=cast.dana, at=at)
    if status == "spam":
        actions.mark_spam(ticket=ticket, by=cast.dana, at=at)
    if status == "merged":
        other, _ = actions.open_ticket(new=new_ticket(cast), source="vendor:acme", by=cast.dana, at=at)
        actions.merge(ticket=ticket, into=other, by=cast.dana, at=at)
    verbs: dict[str, Callable[[], Ticket]] = {
        "pend": lambda: actions.pend(ticket=ticket, by=cast.dana, on="creator", at=at),
        "resume": lambda: actions.resume(ticket=ticket, by=cast.dana, at=at),
        "resolve": lambda: actions.resolve(ticket=ticket, by=cast.dana, resolution="solved", at=at),
        "reopen": lambda: actions.reopen(ticket=ticket, by=cast.dana, at=at),
        "close": lambda: actions.close(ticket=ticket, by=cast.dana, at=at),
        "spam": lambda: actions.mark_spam(ticket=ticket, by=cast.dana, at=at),
        "escalate": lambda: actions.escalate(
            ticket=ticket, by=cast.dana, reason="other", note=HANDOVER, at=at
        ),
        "claim": lambda: actions.claim(ticket=ticket, by=cast.dana, at=at),
    }
    before = Ticket.objects.get(pk=ticket.pk)
    assert before.status == status
    if status in states.TRANSITIONS[move]:
        assert verbs[move]().status == states.TRANSITIONS[move][status]
    else:
        with pytest.raises(MoveRefused) as refused:
            verbs[move]()
        assert refused.value.allowed == states.allowed_from(status)
        assert Ticket.objects.get(pk=ticket.pk).version == before.version


def test_same_reference_same_content_is_the_stored_ticket(cast: Cast, monday: datetime) -> None:
    new = new_ticket(cast, external_ref="a-1", content_hash="x")
    first, created = actions.open_ticket(new=new, source="vendor:acme", by=cast.dana, at=monday)
    again, created_again = actions.open_ticket(new=new, source="vendor:acme", by=cast.dana, at=monday)
    assert (created, created_again, again) == (True, False, first)
    with pytest.raises(Conflict) as clash:
        actions.open_ticket(
            new=new_ticket(cast, external_ref="a-1", content_hash="y"),
            source="vendor:acme",
            by=cast.dana,
            at=monday,
        )
    assert clash.value.existing == first.ref
    other, _ = actions.open_ticket(new=new, source="vendor:bolt", by=cast.bob, at=monday)
    assert other != first


def test_creator_facts_of_one_source_stay_there(cast: Cast, monday: datetime) -> None:
    mine, _ = actions.open_ticket(new=new_ticket(cast), source="vendor:acme", by=cast.dana, at=monday)
    bare = new_ticket(cast, creator=actions.CreatorFacts(external_id="77"))
    theirs, _ = actions.open_ticket(new=bare, source="vendor:bolt", by=cast.bob, at=monday)
    assert theirs.creator.email == ""
    later, _ = actions.open_ticket(new=bare, source="vendor:acme", by=cast.dana, at=monday)
    assert later.creator == mine.creator
    assert later.creator.email == "ana@creator.example"


def test_creation_in_the_future_is_refused(cast: Cast, monday: datetime) -> None:
    with pytest.raises(BadInput) as refused:
        actions.open_ticket(
            new=new_ticket(cast, created_at=monday + H), source="vendor:acme", by=cast.dana, at=monday
        )
    assert refused.value.pointer == "/created_at"
    assert not Ticket.objects.exists()


def test_restricted_line_goes_in_house_or_nowhere(cast: Cast, monday: datetime) -> None:
    opened, _ = actions.open_ticket(
        new=new_ticket(cast, line=cast.minor_protection), source="in_app", by=None, at=monday
    )
    assert opened.queue == cast.minors_t2
    assert opened.vendor is None
    for stranger in (cast.dana, cast.bob, cast.lea, cast.tom, cast.sam, cast.ada):
        assert not Ticket.objects.visible_to(stranger).exists()
    assert Ticket.objects.visible_to(cast.mia).count() == 1


def test_vendor_reads_what_it_handed_up_and_writes_it_no_more(
    ticket: Ticket, cast: Cast, monday: datetime
) -> None:
    actions.note(ticket=ticket, by=cast.dana, body="Before the handover.", at=monday + H)
    actions.escalate(ticket=ticket, by=cast.dana, reason="other", note=HANDOVER, at=monday + 2 * H)
    actions.note(ticket=ticket, by=cast.tom, body="Between us.", at=monday + 3 * H)
    actions.reply(ticket=ticket, by=cast.tom, body="We look into it.", at=monday + 4 * H)
    actions.receive_message(ticket=ticket, by=None, body="My new number is 0912 345 678.", at=monday + 4 * H)
    assert Ticket.objects.visible_to(cast.dana).get() == ticket
    bodies = [message.body for message in Message.objects.visible_to(cast.dana).order_by("at")]
    assert "Between us." not in bodies
    assert "My new number is 0912 345 678." not in bodies
    assert {"Before the handover.", HANDOVER, "We look into it."} <= set(bodies)
    assert "Between us." in [message.body for message in Message.objects.visible_to(cast.tom)]
    with pytest.raises(NotAllowed, match="creator-rewards-t2"):
        actions.note(ticket=ticket, by=cast.dana, body="Hello?", at=monday + 5 * H)
    with pytest.raises(Ticket.DoesNotExist):
        actions.note(ticket=ticket, by=cast.bob, body="Hello?", at=monday + 5 * H)


def test_transfer_to_another_vendor_takes_it_out_of_sight(
    ticket: Ticket, cast: Cast, monday: datetime
) -> None:
    moved = actions.transfer(
        ticket=ticket, by=cast.lea, queue=cast.rewards_t1_bolt, note="Bolt takes these.", at=monday + H
    )
    assert moved.vendor == cast.bolt
    assert not Ticket.objects.visible_to(cast.dana).exists()
    assert Ticket.objects.visible_to(cast.bob).get() == ticket


def test_stale_version_changes_nothing(ticket: Ticket, cast: Cast, monday: datetime) -> None:
    actions.note(ticket=ticket, by=cast.dana, body="One.", expected_version=1, at=monday + H)
    with pytest.raises(Stale):
        actions.note(ticket=ticket, by=cast.dana, body="Two.", expected_version=1, at=monday + H)
    assert ticket.messages.filter(kind="note").count() == 1


def test_history_refuses_change_and_deletion(ticket: Ticket) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.filter(ticket=ticket).update(kind="closed")
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.filter(ticket=ticket).delete()
    assert ticket.events.get().kind == "created"


def test_next_ticket_honours_language_certificate_and_capacity(
    ticket: Ticket, cast: Cast, monday: datetime
) -> None:
    portuguese, _ = actions.open_ticket(
        new=new_ticket(cast, locale="pt-BR"), source="vendor:acme", by=cast.dana, at=monday + H
    )
    assert actions.claim_next(by=cast.dion, at=monday + H) == ticket
    with pytest.raises(NothingWaiting, match="en"):
        actions.claim_next(by=cast.dion, at=monday + H)
    cast.dana.capacity = 1
    cast.dana.save()
    assert actions.claim_next(by=cast.dana, at=monday + H) == portuguese
    with pytest.raises(NothingWaiting, match="1 of 1"):
        actions.claim_next(by=cast.dana, at=monday + H)
    with pytest.raises(NothingWaiting, match="certificate"):
        actions.claim_next(by=cast.vera, at=monday + H)


def test_held_ticket_is_not_taken_from_its_holder(ticket: Ticket, cast: Cast, monday: datetime) -> None:
    actions.claim(ticket=ticket, by=cast.dana, at=monday + H)
    with pytest.raises(Conflict, match="dana"):
        actions.claim(ticket=ticket, by=cast.dion, at=monday + H)
    version = actions.claim(ticket=ticket, by=cast.dana, at=monday + H).version
    assert version == 2
    with pytest.raises(BadInput):
        actions.assign(ticket=ticket, by=cast.lea, assignee=cast.bob, at=monday + H)
    assert actions.assign(ticket=ticket, by=cast.lea, assignee=cast.dion, at=monday + H).assignee == cast.dion


def test_reply_goes_out_through_the_outbox_and_a_replayed_one_does_not(
    ticket: Ticket, cast: Cast, monday: datetime
) -> None:
    actions.reply(ticket=ticket, by=cast.dana, body="Hello.", at=monday + H)
    row = OutboxRow.objects.get()
    assert (row.kind, row.lane) == ("reply_mail", f"ticket:{ticket.pk}")
    actions.reply(ticket=ticket, by=cast.dana, body="Again.", origin="old.ndjson", at=monday + H)
    assert OutboxRow.objects.count() == 1


def test_unseen_message_stops_a_reply(ticket: Ticket, cast: Cast, monday: datetime) -> None:
    seen = ticket.messages.get().pk
    actions.receive_message(ticket=ticket, by=None, body="One more thing.", at=monday + H)
    with pytest.raises(MoveRefused, match="wrote again"):
        actions.reply(ticket=ticket, by=cast.dana, body="Hi.", seen_message=seen, at=monday + H)
    newest = ticket.messages.latest("pk").pk
    assert actions.reply(ticket=ticket, by=cast.dana, body="Hi.", seen_message=newest, at=monday + H)


def test_a_line_can_bar_vendors_from_pending_and_priorities(
    ticket: Ticket, cast: Cast, monday: datetime
) -> None:
    cast.creator_rewards.vendors_may_pend = False
    cast.creator_rewards.vendors_may_prioritise = False
    cast.creator_rewards.save()
    with pytest.raises(NotAllowed):
        actions.pend(ticket=ticket, by=cast.dana, on="creator", at=monday + H)
    with pytest.raises(NotAllowed):
        actions.change_priority(ticket=ticket, by=cast.dana, priority="urgent", at=monday + H)
    assert (
        actions.change_priority(ticket=ticket, by=cast.lea, priority="urgent", at=monday + H).priority
        == "urgent"
    )


def test_open_costs_a_counted_number_of_queries(
    cast: Cast,
    rewards_policy: None,
    acme_key: Key,
    monday: datetime,
    django_assert_num_queries: Callable[..., object],
) -> None:
    new = new_ticket(cast)
    open_savepoints, once_per_process = 2, 1
    with django_assert_num_queries(8 + open_savepoints + once_per_process):  # type: ignore[attr-defined]
        actions.open_ticket(new=new, source="vendor:acme", by=acme_key, at=monday)


@pytest.mark.parametrize("body", ["", "  \n", "\u200b", "\u2060\ufeff \u00ad"])
def test_words_that_nobody_can_see_are_no_reply(
    ticket: Ticket, cast: Cast, monday: datetime, body: str
) -> None:
    with pytest.raises(BadInput) as refused:
        actions.reply(ticket=ticket, by=cast.dana, body=body, at=monday + H)
    assert refused.value.pointer == "/body"
