"""What an appeal refuses, whom, and that nothing is half-written then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from supportdesk.errors import BadInput, MoveRefused, NotAllowed, Stale
from teams.models import Certificate, Key, Person, Queue
from tests.cast import Cast
from tests.tickets.appeals.conftest import DAY, appeal_of, kinds
from tests.tickets.conftest import new_ticket
from tickets import actions as tickets
from tickets.actions import CreatorFacts
from tickets.appeals import actions
from tickets.appeals.models import Appeal
from tickets.appeals.queries import why_not_decide
from tickets.models import Ticket

H = timedelta(hours=1)


@pytest.fixture
def ruth(cast: Cast) -> Person:
    person = Person.objects.create_user("ruth", name="Ruth Abe", email="ruth@desk.example", role="specialist")
    Certificate.objects.create(person=person, line=cast.creator_rewards)
    return person


def decide(appeal: Appeal, decider: Person, at: datetime, **terms: Any) -> Appeal:
    given: dict[str, Any] = {"by": decider, "outcome": "upheld", "reasons": "Reused content.", **terms}
    return actions.decide_appeal(appeal=appeal, decider=decider, at=at, **given)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"decision_type": " "}, "/decision/type"),
        ({"decision_type": "x" * 65}, "/decision/type"),
        ({"ground": ""}, "/decision/ground"),
        ({"ground": "x" * 2001}, "/decision/ground"),
        ({"statement": "\n"}, "/statement"),
        ({"statement": "x" * 20001}, "/statement"),
        ({"made_by": "x" * 121}, "/decision/decided_by"),
        ({"decision_at": timedelta(seconds=1)}, "/decision/decided_at"),
        ({"informed_at": timedelta(seconds=1)}, "/decision/informed_at"),
        ({"informed_at": -8 * DAY}, "/decision/informed_at"),
    ],
)
def test_what_cannot_be_an_appeal_is_refused_at_its_field(
    wrong: dict[str, Any], pointer: str, cast: Cast, app_key: Key, monday: datetime
) -> None:
    facts = {"decision_at": monday - 7 * DAY}
    facts |= {
        name: monday + value if isinstance(value, timedelta) else value for name, value in wrong.items()
    }
    with pytest.raises(BadInput) as refused:
        actions.submit_appeal(new=appeal_of(**facts), source="in_app", by=app_key, at=monday)
    assert refused.value.pointer == pointer
    assert not Ticket.objects.exists()


def test_it_is_about_a_ticket_of_the_same_creator(cast: Cast, tool_key: Key, monday: datetime) -> None:
    other, _ = tickets.open_ticket(
        new=new_ticket(cast, creator=CreatorFacts(external_id="78")), source="staff", by=cast.lea, at=monday
    )
    with pytest.raises(BadInput, match="another creator") as refused:
        actions.submit_appeal(
            new=appeal_of(decision_at=monday - DAY, about=other), source="tool:safety", by=tool_key, at=monday
        )
    assert refused.value.pointer == "/ticket"


def test_a_line_without_in_house_second_tier_takes_none(cast: Cast, tool_key: Key, monday: datetime) -> None:
    about, _ = tickets.open_ticket(
        new=new_ticket(cast, line=cast.account_access), source="staff", by=cast.lea, at=monday
    )
    Queue.objects.filter(tier=2, line=cast.account_access).update(team=cast.bolt_access)
    for facts, pointer in (({"about": about}, "/ticket"), ({"line": cast.account_access}, "/lob")):
        with pytest.raises(BadInput, match="no in-house Tier 2") as refused:
            actions.submit_appeal(
                new=appeal_of(decision_at=monday - DAY, **facts), source="tool:safety", by=tool_key, at=monday
            )
        assert refused.value.pointer == pointer
    Queue.objects.filter(tier=2).update(channels=["in_app"])
    with pytest.raises(BadInput) as refused:
        actions.submit_appeal(
            new=appeal_of(decision_at=monday - DAY), source="tool:safety", by=tool_key, at=monday
        )
    assert refused.value.pointer == "/decision/type"


def test_a_vendor_files_on_no_restricted_line(cast: Cast, acme_key: Key, monday: datetime) -> None:
    with pytest.raises(BadInput):
        actions.submit_appeal(
            new=appeal_of(decision_at=monday - DAY, line=cast.minor_protection),
            source="vendor:acme",
            by=acme_key,
            at=monday,
        )


@pytest.mark.parametrize("label", ["tom", " Tom ", "TOM@desk.example", "Tom Okafor", "tom okafor"])
def test_whoever_decided_never_decides_the_appeal(
    label: str, cast: Cast, app_key: Key, tool_key: Key, monday: datetime
) -> None:
    appeal = actions.submit_appeal(
        new=appeal_of(decision_at=monday - DAY, made_by=label), source="in_app", by=app_key, at=monday
    )
    for by in (cast.tom, tool_key):
        with pytest.raises(BadInput, match="made the decision") as refused:
            decide(appeal, cast.tom, monday + H, by=by)
        assert refused.value.pointer == "/by"
    assert kinds(appeal) == ["created", "appeal_submitted"]


Choose = Callable[[Cast], Person]


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (lambda cast: cast.dana, "vendor"),
        (lambda cast: cast.vera, "vendor"),
        (lambda cast: cast.mia, "no certificate"),
        (lambda cast: cast.sam, "no specialist or lead"),
        (lambda cast: cast.ada, "no specialist or lead"),
    ],
)
def test_it_is_decided_in_house_by_people_of_its_line(
    who: Choose, why: str, appeal: Appeal, cast: Cast, tool_key: Key, monday: datetime
) -> None:
    with pytest.raises(BadInput, match=why):
        decide(appeal, who(cast), monday + H, by=tool_key)
    assert Ticket.objects.get(pk=appeal.ticket_id).status == "new"


def test_someone_who_left_decides_no_more(
    appeal: Appeal, ruth: Person, tool_key: Key, monday: datetime
) -> None:
    assert why_not_decide(appeal, ruth) == ""
    ruth.is_active = False
    ruth.save()
    with pytest.raises(BadInput, match="no specialist or lead"):
        decide(appeal, ruth, monday + H, by=tool_key)


def test_a_person_decides_in_their_own_name(
    appeal: Appeal, cast: Cast, ruth: Person, monday: datetime
) -> None:
    with pytest.raises(BadInput, match="own name"):
        decide(appeal, ruth, monday + H, by=cast.lea)


@pytest.mark.parametrize(
    ("terms", "pointer"),
    [
        ({"outcome": "maybe"}, "/outcome"),
        ({"outcome": ""}, "/outcome"),
        ({"reasons": " \n"}, "/reasons"),
        ({"reasons": "x" * 20_000}, "/reasons"),
        ({"redress": "x" * 4_001}, "/redress"),
    ],
)
def test_a_decision_gives_reasons(
    terms: dict[str, Any], pointer: str, appeal: Appeal, ruth: Person, monday: datetime
) -> None:
    with pytest.raises(BadInput) as refused:
        decide(appeal, ruth, monday + H, **terms)
    assert refused.value.pointer == pointer


def test_the_app_speaks_for_creators_only(
    appeal: Appeal, ruth: Person, app_key: Key, monday: datetime
) -> None:
    with pytest.raises(NotAllowed):
        decide(appeal, ruth, monday + H, by=app_key)
    with pytest.raises(NotAllowed):
        actions.request_evidence(appeal=appeal, by=app_key, question="Which?", at=monday + H)


def test_a_vendor_reads_its_push_and_writes_nothing(
    cast: Cast, ruth: Person, acme_key: Key, monday: datetime
) -> None:
    appeal = actions.submit_appeal(
        new=appeal_of(decision_at=monday - DAY), source="vendor:acme", by=acme_key, at=monday
    )
    for verb in (
        lambda: decide(appeal, ruth, monday + H, by=acme_key),
        lambda: actions.request_evidence(appeal=appeal, by=acme_key, question="Which?", at=monday + H),
        lambda: actions.withdraw_appeal(appeal=appeal, by=acme_key, at=monday + H),
        lambda: actions.add_evidence(appeal=appeal, by=acme_key, body="This.", at=monday + H),
    ):
        with pytest.raises(NotAllowed, match="creator-rewards-t2"):
            verb()
    with pytest.raises(Ticket.DoesNotExist):
        actions.withdraw_appeal(appeal=appeal, by=cast.bob, at=monday + H)


Verb = Callable[[Appeal, Person, Person, datetime], Appeal]
VERBS: dict[str, Verb] = {
    "add_evidence": lambda appeal, ruth, lea, at: actions.add_evidence(
        appeal=appeal, by=None, body="This.", at=at
    ),
    "request_evidence": lambda appeal, ruth, lea, at: actions.request_evidence(
        appeal=appeal, by=ruth, question="Which?", at=at
    ),
    "decide": lambda appeal, ruth, lea, at: decide(appeal, ruth, at),
    "withdraw": lambda appeal, ruth, lea, at: actions.withdraw_appeal(appeal=appeal, by=None, at=at),
    "admit_late": lambda appeal, ruth, lea, at: actions.admit_late(
        appeal=appeal, by=lea, reason="Was ill.", at=at
    ),
}
AFTER = {
    "open": ("add_evidence", "request_evidence", "decide", "withdraw"),
    "awaiting_evidence": ("add_evidence", "request_evidence", "decide", "withdraw"),
    "decided": (),
    "withdrawn": (),
    "refused": ("admit_late",),
}


@pytest.mark.parametrize("state", sorted(AFTER))
@pytest.mark.parametrize("move", sorted(VERBS))
def test_a_move_is_made_or_refused_by_the_table(
    move: str, state: str, request: pytest.FixtureRequest, cast: Cast, ruth: Person, monday: datetime
) -> None:
    appeal: Appeal = request.getfixturevalue("late" if state == "refused" else "appeal")
    way = {"awaiting_evidence": "request_evidence", "decided": "decide", "withdrawn": "withdraw"}.get(state)
    if way is not None:
        VERBS[way](appeal, ruth, cast.lea, monday + H)
    assert Appeal.objects.with_people().get(pk=appeal.pk).state == state
    if move in AFTER[state]:
        VERBS[move](appeal, ruth, cast.lea, monday + 2 * H)
        return
    before = kinds(appeal)
    with pytest.raises(MoveRefused) as refused:
        VERBS[move](appeal, ruth, cast.lea, monday + 2 * H)
    assert refused.value.allowed == AFTER[state]
    assert kinds(appeal) == before


def test_only_a_lead_lifts_the_refusal_and_says_why(late: Appeal, cast: Cast, monday: datetime) -> None:
    with pytest.raises(NotAllowed, match="Only a lead"):
        actions.admit_late(appeal=late, by=cast.tom, reason="Was ill.", at=monday + H)
    with pytest.raises(BadInput) as refused:
        actions.admit_late(appeal=late, by=cast.lea, reason=" ", at=monday + H)
    assert refused.value.pointer == "/reason"
    cast.creator_rewards.owner = None
    cast.creator_rewards.save()
    with pytest.raises(Ticket.DoesNotExist):
        actions.admit_late(appeal=late, by=cast.lea, reason="Was ill.", at=monday + H)


def test_an_undecided_appeal_is_not_just_resolved(appeal: Appeal, ruth: Person, monday: datetime) -> None:
    for verb in (
        lambda: tickets.resolve(ticket=appeal.ticket, by=ruth, resolution="answered", at=monday + H),
        lambda: tickets.reply(
            ticket=appeal.ticket, by=ruth, body="No.", resolution="answered", at=monday + H
        ),
    ):
        with pytest.raises(MoveRefused, match="is an appeal") as refused:
            verb()
        assert "resolve" not in refused.value.allowed
    assert kinds(appeal) == ["created", "appeal_submitted"]


def test_a_stale_version_changes_nothing(appeal: Appeal, ruth: Person, monday: datetime) -> None:
    tickets.note(ticket=appeal.ticket, by=ruth, body="Looks solid.", at=monday + H)
    with pytest.raises(Stale):
        decide(appeal, ruth, monday + 2 * H, expected_version=appeal.ticket.version)
    assert Appeal.objects.get(pk=appeal.pk).outcome == ""


def test_spam_is_not_decided(appeal: Appeal, ruth: Person, monday: datetime) -> None:
    tickets.mark_spam(ticket=appeal.ticket, by=ruth, at=monday + H)
    with pytest.raises(MoveRefused):
        decide(appeal, ruth, monday + 2 * H)
    assert not Appeal.objects.waiting_for_decision().exists()
    assert Appeal.objects.undecided().exists()
