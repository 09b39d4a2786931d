"""A morning's work on the cast's queues: tickets late, at risk, waiting, paused, handed up and solved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from slas import actions as clocks
from slas.terms import Match, PolicyTerms
from teams.models import Line, Person
from tests.cast import Cast
from tickets import actions
from tickets.actions import CreatorFacts, NewTicket
from tickets.models import Ticket

HOUR = timedelta(hours=1)
HANDOVER = "Ledger checked twice, the payout left on the 3rd; needs a decision by finance."


@dataclass(frozen=True)
class Work:
    """Tickets of creator rewards by what is the matter with them."""

    late: Ticket
    at_risk: Ticket
    waiting: Ticket
    held_by_dana: Ticket
    paused: Ticket
    handed_up: Ticket
    resolved: Ticket
    no_policy: Ticket  # account access, in bolt's queue


def define_rewards_policy(at: datetime) -> None:
    clocks.define_policy(
        slug="rewards",
        terms=PolicyTerms(
            order=10,
            match=Match(line=("creator-rewards",)),
            warn_at=(75, 90),
            targets={
                "first_reply": {"urgent": 1800, "normal": 4 * 3600},
                "next_reply": {"normal": 8 * 3600},
                "update": {"normal": 24 * 3600},
                "requester_wait": {"normal": 24 * 3600},
                "resolution": {"normal": 72 * 3600},
                "tier_ownership": {"normal": 16 * 3600},
            },
        ),
        at=at,
    )


def file_ticket(
    line: Line,
    by: Person,
    *,
    at: datetime,
    subject: str = "Payout of March is missing",
    body: str = "Hello, my payout of March has not arrived.",
    creator: str = "7231",
    handle: str = "@ana.dances",
    **facts: object,
) -> Ticket:
    """A ticket in the app, filed at `at` by somebody who sees the line."""
    given = {"channel": "in_app", "locale": "en", **facts}
    opened, _ = actions.open_ticket(
        new=NewTicket(
            line=line,
            subject=subject,
            body=body,
            creator=CreatorFacts(
                external_id=creator,
                handle=handle,
                region="BR",
                segment="partner",
                email="ana@creator.example",
            ),
            **given,  # type: ignore[arg-type]
        ),
        source="in_app",
        by=by,
        at=at,
    )
    return opened


def build_work(cast: Cast, at: datetime) -> Work:
    """Seven tickets in acme's queue or handed up from it, one in bolt's; all of the hours before `at`."""
    define_rewards_policy(at - 100 * HOUR)
    rewards, acme = cast.creator_rewards, {"queue": cast.rewards_t1_acme}
    late = file_ticket(
        rewards, cast.lea, at=at - 5 * HOUR, subject="Bonus of the spring event never came", **acme
    )
    at_risk = file_ticket(
        rewards,
        cast.lea,
        at=at - 3.5 * HOUR,
        subject="Tax form is refused at every try, my number is +55 11 91234 5678",
        body="I have sent the form three times.\nWrite to ana@creator.example or call +55 11 91234 5678.",
        handle="@bruno",
        creator="880",
        **acme,
    )
    waiting = file_ticket(
        rewards,
        cast.lea,
        at=at - HOUR,
        subject="Wann kommt meine Auszahlung?",
        handle="@jörg",
        creator="901",
        **acme,
    )
    held = file_ticket(
        rewards, cast.lea, at=at - 2 * HOUR, subject="Gift balance shows zero", creator="902", **acme
    )
    held = actions.claim(ticket=held, by=cast.dana, at=at - HOUR)
    paused = file_ticket(
        rewards,
        cast.lea,
        at=at - 20 * HOUR,
        subject="Bank details change",
        priority="high",
        creator="903",
        **acme,
    )
    paused = actions.claim(ticket=paused, by=cast.dana, at=at - 19.9 * HOUR)
    paused = actions.reply(
        ticket=paused, by=cast.dana, body="Please send a statement.", pend_on="creator", at=at - 19.8 * HOUR
    )
    up = file_ticket(rewards, cast.lea, at=at - 6 * HOUR, subject="Account in dispute", creator="904", **acme)
    up = actions.reply(ticket=up, by=cast.dion, body="We are looking into it.", at=at - 5.5 * HOUR)
    up = actions.escalate(ticket=up, by=cast.dion, reason="needs_authority", note=HANDOVER, at=at - 5 * HOUR)
    done = file_ticket(rewards, cast.lea, at=at - 30 * HOUR, subject="Thanks", creator="905", **acme)
    done = actions.reply(ticket=done, by=cast.dion, body="Paid out.", resolution="solved", at=at - 29 * HOUR)
    alone = file_ticket(
        cast.account_access,
        cast.bob,
        at=at - HOUR,
        subject="Locked out",
        creator="906",
        queue=cast.access_t1_bolt,
    )
    return Work(late, at_risk, waiting, held, paused, up, done, alone)
