"""What the database promises of appeals, whoever writes them; and two who decide at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from supportdesk.errors import MoveRefused
from teams.models import Certificate, Person
from tests.cast import Cast
from tests.tickets.appeals.conftest import DAY, appeal_of
from tickets.appeals import actions
from tickets.appeals.models import Appeal
from tickets.models import Event, Message

H = timedelta(hours=1)


@contextmanager
def refused_by(constraint: str) -> Iterator[None]:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        yield


def raw(appeal: Appeal, **values: Any) -> None:
    """Write past every action."""
    Appeal.objects.filter(pk=appeal.pk).update(**values)


@pytest.fixture
def decided(appeal: Appeal, monday: datetime) -> dict[str, Any]:
    """What a decision writes, but for who decided."""
    answer = Message.objects.create(
        ticket=appeal.ticket, kind="reply", body="Because.", automated=True, at=monday
    )
    return {"outcome": "upheld", "decided_at": monday + H, "answer": answer, "redress": "A court."}


def test_the_maker_never_decides(appeal: Appeal, cast: Cast, decided: dict[str, Any]) -> None:
    with refused_by("whoever_decided_never_decides_the_appeal"):
        raw(appeal, decided_by=cast.tom, made_by_name="", **decided)
    with refused_by("whoever_decided_never_decides_the_appeal"):
        raw(appeal, decided_by=F("made_by"), made_by_name="", **decided)
    raw(appeal, decided_by=cast.lea, **decided)
    with refused_by("whoever_decided_never_decides_the_appeal"):
        raw(appeal, made_by=cast.lea)


@pytest.mark.parametrize("label", ["tom", " TOM", "Tom@Desk.example", "tom okafor "])
def test_nor_one_who_is_only_named(label: str, appeal: Appeal, cast: Cast, decided: dict[str, Any]) -> None:
    raw(appeal, made_by=None, made_by_name=label)
    with refused_by("never decides its appeal"):
        raw(appeal, decided_by=cast.tom, **decided)
    raw(appeal, decided_by=cast.lea, **decided)
    with refused_by("never decides its appeal"):
        raw(appeal, made_by_name="Lea Roth")


def test_nobody_named_is_nobody(appeal: Appeal, cast: Cast, decided: dict[str, Any]) -> None:
    raw(appeal, made_by=None, made_by_name=" ")
    raw(appeal, decided_by=cast.tom, **decided)


@pytest.mark.parametrize("missing", ["decided_at", "answer", "redress"])
def test_a_decision_has_its_instant_reasons_and_redress(
    missing: str, appeal: Appeal, cast: Cast, decided: dict[str, Any]
) -> None:
    given = decided | {missing: "" if missing == "redress" else None}
    with refused_by("appeal_decided_has_its_instant_reasons_and_redress"):
        raw(appeal, decided_by=cast.lea, **given)


def test_machines_alone_decide_nothing(
    appeal: Appeal, late: Appeal, cast: Cast, decided: dict[str, Any]
) -> None:
    for outcome in ("upheld", "inadmissible"):
        with refused_by("appeal_in_time_is_decided_by_a_person"):
            raw(appeal, **{**decided, "outcome": outcome})
    with refused_by("appeal_in_time_is_decided_by_a_person"):
        raw(late, admitted_by=cast.lea, admitted_at=decided["decided_at"])


def test_a_late_one_is_decided_only_once_it_is_admitted(late: Appeal, cast: Cast) -> None:
    with refused_by("late_appeal_is_refused_until_it_is_admitted"):
        raw(late, outcome="upheld", decided_by=cast.lea)
    with refused_by("late_appeal_is_refused_until_it_is_admitted"):
        raw(late, outcome="", decided_at=None, answer=None, redress="")
    with refused_by("appeal_is_late_from_the_end_of_its_window"):
        raw(late, late=False, decided_by=cast.lea)


@pytest.mark.parametrize(
    ("promise", "values"),
    [
        ("appeal_has_a_known_outcome", {"outcome": "maybe"}),
        ("appeal_is_late_from_the_end_of_its_window", {"late": True}),
        (
            "appeal_admitted_was_late_and_says_by_whom",
            {"admitted_at": datetime.fromisoformat("2026-03-03T00:00:00Z")},
        ),
        ("appeal_follows_its_decision", {"decision_at": datetime.fromisoformat("2026-03-03T00:00:00Z")}),
    ],
)
def test_what_else_it_refuses(
    promise: str, values: dict[str, Any], appeal: Appeal, cast: Cast, decided: dict[str, Any]
) -> None:
    if "outcome" in values:
        values = decided | {"decided_by": cast.lea} | values
    with refused_by(promise):
        raw(appeal, **values)


def test_withdrawn_is_not_decided(
    appeal: Appeal, cast: Cast, decided: dict[str, Any], monday: datetime
) -> None:
    raw(appeal, withdrawn_at=monday)
    with refused_by("appeal_withdrawn_is_not_decided"):
        raw(appeal, decided_by=cast.lea, **decided)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_is_refused(cast: Cast, monday: datetime) -> None:
    ruth = Person.objects.create_user("ruth", name="Ruth Abe", email="ruth@desk.example", role="specialist")
    Certificate.objects.create(person=ruth, line=cast.creator_rewards)
    appeal = actions.submit_appeal(
        new=appeal_of(decision_at=monday - DAY, line=cast.creator_rewards),
        source="webform",
        by=None,
        at=monday,
    )
    ready = threading.Barrier(2)
    said: list[str] = []

    def decide(person: Person, outcome: str) -> None:
        try:
            ready.wait(timeout=10)
            actions.decide_appeal(
                appeal=appeal, by=person, decider=person, outcome=outcome, reasons="Because.", at=monday + H
            )
            said.append(outcome)
        except MoveRefused as refused:
            said.append(str(refused))
        finally:
            connection.close()

    threads = [
        threading.Thread(target=decide, args=terms) for terms in ((ruth, "upheld"), (cast.lea, "overturned"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    stored = Appeal.objects.get(pk=appeal.pk)
    assert sorted(said) == sorted(
        [stored.outcome, f"Appeal {appeal.ticket.ref} is decided. Allowed now: nothing."]
    )
    assert Event.objects.filter(kind="appeal_decided").count() == 1
    assert Message.objects.filter(kind="reply").count() == 1
