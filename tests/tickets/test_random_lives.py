"""Random lives of tickets, through all verbs, against the table of transitions and the slow metrics."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from slas import timers
from slas.models import Alert, Timer
from slas.queries import timers_of
from supportdesk.errors import DeskError, MoveRefused
from teams.models import Key
from tests.cast import Cast
from tests.tickets.conftest import MONDAY, new_ticket
from tests.tickets.slow_metrics import COUNTED, Happened, metrics
from tickets import actions, states
from tickets.models import Event, Ticket
from tickets.words import ESCALATION_REASONS, PRIORITIES, RESOLUTIONS

HANDOVER = "Checked the ledger twice; needs a finance decision."
ANYBODY = st.sampled_from(["lea", "dana", "dion", "bob", "tom", "vera", "mia", "key", None])
SOMEBODY = st.sampled_from(["dana", "dion", "bob", "tom", "key"])
WHICH = st.integers(0, 2)


class Lives(RuleBasedStateMachine):
    """Up to three tickets of one creator. `model` knows of each only what the table says."""

    cast: Cast
    key: Key

    def __init__(self) -> None:
        super().__init__()
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.now = MONDAY
        self.tickets: list[Ticket] = []
        self.model: dict[int, str] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.frame.__exit__(None, None, None)

    def who(self, name: str | None) -> Any:
        return self.key if name == "key" else getattr(self.cast, name) if name else None

    def attempt(
        self, which: int, move: str, verb: Callable[..., Ticket], *, bars: bool = False, **facts: Any
    ) -> None:
        """Make a move: the table decides, unless who asks or where the ticket is `bars` it."""
        ticket = self.tickets[which % len(self.tickets)]
        before = Ticket.objects.values().get(pk=ticket.pk)
        status, by = self.model[ticket.pk], facts["by"]
        refusal: Exception | None = None
        try:
            with transaction.atomic():
                verb(ticket=ticket, at=self.now, **facts)
        except (DeskError, Ticket.DoesNotExist) as refused:
            refusal = refused
        if refusal is None:
            self.model[ticket.pk] = states.TRANSITIONS[move][status]
            return
        in_table = status in states.TRANSITIONS[move]
        if isinstance(refusal, MoveRefused) and not in_table:
            assert refusal.allowed == states.allowed_from(status)
        elif by is None or (by == self.cast.lea and Ticket.objects.visible_to(by).filter(pk=ticket.pk)):
            assert bars or not in_table, refusal
        assert Ticket.objects.values().get(pk=ticket.pk) == before

    @initialize()
    def first(self) -> None:
        self.open_one()

    def open_one(self) -> None:
        ticket, _ = actions.open_ticket(
            new=new_ticket(self.cast), source="vendor:acme", by=self.key, at=self.now
        )
        self.tickets.append(ticket)
        self.model[ticket.pk] = "new"

    @rule()
    def another(self) -> None:
        if len(self.tickets) < 3:
            self.open_one()

    @rule(minutes=st.one_of(st.integers(1, 90), st.integers(300, 3000)))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(which=WHICH, by=SOMEBODY)
    def claim(self, which: int, by: str) -> None:
        self.attempt(which, "claim", actions.claim, by=self.who(by), bars=True)

    @rule(which=WHICH, by=ANYBODY, to=st.sampled_from(["dana", "dion", "tom", "bob"]))
    def assign(self, which: int, by: str | None, to: str) -> None:
        self.attempt(which, "assign", actions.assign, by=self.who(by), assignee=self.who(to), bars=True)

    @rule(which=WHICH, by=ANYBODY)
    def release(self, which: int, by: str | None) -> None:
        self.attempt(which, "release", actions.release, by=self.who(by))

    @rule(
        which=WHICH, by=st.sampled_from(["lea", "dana", "tom"]), then=st.sampled_from(["", "pend", "resolve"])
    )
    def reply(self, which: int, by: str, then: str) -> None:
        ticket = self.tickets[which % len(self.tickets)]
        unsolved = self.model[ticket.pk] in ("new", "open", "pending")
        self.attempt(
            which,
            "reply",
            actions.reply,
            by=self.who(by),
            body="On it.",
            pend_on="creator" if then == "pend" else "",
            resolution="solved" if then == "resolve" else "",
            bars=bool(then) and not unsolved,
        )
        if then and unsolved and self.model[ticket.pk] == "open":
            stored = Ticket.objects.get(pk=ticket.pk).status
            assert stored in ("open", "pending" if then == "pend" else "resolved")
            self.model[ticket.pk] = stored

    @rule(which=WHICH, by=st.sampled_from(["key", None]))
    def automatic_reply(self, which: int, by: str | None) -> None:
        ticket = self.tickets[which % len(self.tickets)]
        status = self.model[ticket.pk]
        self.attempt(which, "reply", actions.reply, by=self.who(by), body="We got it.")
        self.model[ticket.pk] = status

    @rule(which=WHICH, by=ANYBODY)
    def note(self, which: int, by: str | None) -> None:
        ticket = self.tickets[which % len(self.tickets)]
        try:
            actions.note(ticket=ticket, by=self.who(by), body="Hm.", at=self.now)
        except (DeskError, Ticket.DoesNotExist):
            assert by not in ("lea", None)

    @rule(which=WHICH)
    def creator_writes(self, which: int) -> None:
        ticket = self.tickets[which % len(self.tickets)]
        if self.model[ticket.pk] == "closed":
            fresh = actions.receive_message(ticket=ticket, by=None, body="Again!", at=self.now)
            assert fresh.pk not in self.model
            assert (fresh.status, fresh.follow_up_of) == ("new", ticket)
            return
        self.attempt(which, "receive_message", actions.receive_message, by=None, body="Any news?")

    @rule(which=WHICH, by=ANYBODY, on=st.sampled_from(["creator", "third_party"]))
    def pend(self, which: int, by: str | None, on: str) -> None:
        self.attempt(which, "pend", actions.pend, by=self.who(by), on=on)

    @rule(which=WHICH, by=ANYBODY)
    def resume(self, which: int, by: str | None) -> None:
        self.attempt(which, "resume", actions.resume, by=self.who(by))

    @rule(which=WHICH, by=ANYBODY, reason=st.sampled_from(ESCALATION_REASONS))
    def escalate(self, which: int, by: str | None, reason: str) -> None:
        self.attempt(
            which, "escalate", actions.escalate, by=self.who(by), reason=reason, note=HANDOVER, bars=True
        )

    @rule(which=WHICH, by=ANYBODY)
    def give_back(self, which: int, by: str | None) -> None:
        self.attempt(which, "return", actions.return_ticket, by=self.who(by), note="Yours.", bars=True)

    @rule(which=WHICH, by=ANYBODY, to=st.sampled_from(["rewards_t1_acme", "rewards_t1_bolt", "access_t2"]))
    def transfer(self, which: int, by: str | None, to: str) -> None:
        queue = getattr(self.cast, to)
        self.attempt(
            which, "transfer", actions.transfer, by=self.who(by), queue=queue, note="Yours.", bars=True
        )

    @rule(which=WHICH, by=ANYBODY, priority=st.sampled_from(PRIORITIES))
    def change_priority(self, which: int, by: str | None, priority: str) -> None:
        ticket = self.tickets[which % len(self.tickets)]
        try:
            changed = actions.change_priority(ticket=ticket, by=self.who(by), priority=priority, at=self.now)
        except (DeskError, Ticket.DoesNotExist):
            assert by not in ("lea", None) or ticket_is_elsewhere(ticket)
        else:
            assert changed.priority == priority

    @rule(which=WHICH, by=ANYBODY, resolution=st.sampled_from(RESOLUTIONS))
    def resolve(self, which: int, by: str | None, resolution: str) -> None:
        self.attempt(which, "resolve", actions.resolve, by=self.who(by), resolution=resolution)

    @rule(which=WHICH, by=ANYBODY)
    def reopen(self, which: int, by: str | None) -> None:
        self.attempt(which, "reopen", actions.reopen, by=self.who(by))

    @rule(which=WHICH, by=ANYBODY)
    def close(self, which: int, by: str | None) -> None:
        self.attempt(which, "close", actions.close, by=self.who(by))

    @rule(which=WHICH, by=st.sampled_from(["lea", "bob"]))
    def mark_spam(self, which: int, by: str) -> None:
        self.attempt(which, "spam", actions.mark_spam, by=self.who(by))

    @rule(which=WHICH, into=WHICH)
    def merge(self, which: int, into: int) -> None:
        target = self.tickets[into % len(self.tickets)]
        self.attempt(which, "merge", actions.merge, by=None, into=target, bars=True)

    @invariant()
    def all_is_as_it_should_be(self) -> None:
        actions.raise_alerts(at=self.now)
        assert actions.raise_alerts(at=self.now) == 0
        for ticket in Ticket.objects.filter(pk__in=self.model).select_related("clock"):
            assert ticket.status == self.model[ticket.pk]
            self.check_holding(ticket)
            self.check_history(ticket)
            held = timers_of([ticket.clock_id])[ticket.clock_id]
            self.check_mirror(ticket, held)
            self.check_metrics(ticket, held)

    def check_holding(self, ticket: Ticket) -> None:
        assert ticket.assignee_id is None or ticket.holder_id is None
        if ticket.status == "new":
            assert ticket.holder_label is None
        assert (ticket.status == "pending") == bool(ticket.pending_on)

    def check_history(self, ticket: Ticket) -> None:
        seqs = list(Event.objects.filter(ticket=ticket).values_list("seq", flat=True))
        assert seqs == list(range(1, ticket.event_count + 1))
        told = Event.objects.filter(ticket=ticket, kind__in=("sla_warning", "sla_breached")).count()
        assert told == Alert.objects.filter(timer__clock=ticket.clock_id).count()

    def check_mirror(self, ticket: Ticket, held: list[Timer]) -> None:
        unended = [timer for timer in held if timer.ended_at is None]
        assert ticket.due_at == min((timer.due_at for timer in unended if timer.due_at), default=None)
        late = any(timers.is_breached(timer, self.now) for timer in unended)
        assert late == Ticket.objects.filter(pk=ticket.pk).breached(self.now).exists()
        at_risk = any(
            timer.running_since is not None
            and not timers.is_breached(timer, self.now)
            and timers.elapsed(timer, self.now) >= timer.target * 0.75
            for timer in unended
        )
        assert at_risk == Ticket.objects.filter(pk=ticket.pk).at_risk(self.now).exists()

    def check_metrics(self, ticket: Ticket, held: list[Timer]) -> None:
        events = Event.objects.filter(ticket=ticket).exclude(kind__startswith="sla_").order_by("seq")
        history = [Happened(*row) for row in events.values_list("at", "kind", "data")]
        slowly = metrics(history, self.now)
        counted = {timer.metric: timer for timer in held if timer.metric in COUNTED}
        for metric, timer in counted.items():
            assert (timers.elapsed(timer, self.now), timer.ended_at) == slowly[metric], metric
            assert timers.is_breached(timer, self.now) == (slowly[metric][0] > timer.target), metric
        assert set(counted) == set(COUNTED)


def ticket_is_elsewhere(ticket: Ticket) -> bool:
    """Lea no longer sees what went to another line."""
    return Ticket.objects.get(pk=ticket.pk).line.slug != "creator-rewards"


@pytest.mark.django_db
@pytest.mark.parametrize(("examples", "steps"), [(8, 20), pytest.param(80, 50, marks=pytest.mark.long)])
def test_random_lives(examples: int, steps: int, cast: Cast, rewards_policy: None, acme_key: Key) -> None:
    machine = type("Lives", (Lives,), {"cast": cast, "key": acme_key})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
