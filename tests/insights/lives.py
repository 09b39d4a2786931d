"""Random lives of tickets, told in the order of time: the same seed always tells the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from slas import actions as clocks
from slas.terms import CalendarTerms, Match, PolicyTerms
from supportdesk.errors import BadInput, MoveRefused
from teams.models import Person, Queue
from tests.cast import Cast
from tickets import actions
from tickets.models import Ticket

BEGINS = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""Monday 2 March 2026, midnight in Los Angeles, whose clocks go forward on the Sunday of that week."""
WEEK = timedelta(days=7)
DAYS = 30
ORIGIN = "lives"


@dataclass
class Life:
    """One ticket of the story, unborn until its first step."""

    born: datetime
    line: str
    queue: Queue
    channel: str
    locale: str
    creator: str
    ticket: Ticket | None = None


def define_policies(at: datetime) -> None:
    """Office hours in Los Angeles for the rewards line, round the clock for the access line."""
    clocks.define_calendar(
        slug="la",
        terms=CalendarTerms(
            timezone="America/Los_Angeles",
            hours=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-17:00",)),
        ),
        at=at,
    )
    targets = {
        "first_reply": {"urgent": 7200, "normal": 28800},
        "next_reply": {"normal": 36000},
        "update": {"normal": 86400},
        "requester_wait": {"urgent": 36000, "normal": 144000},
        "agent_work": {"normal": 90000},
        "resolution": {"urgent": 72000, "normal": 400000},
        "tier_ownership": {"normal": 57600},
    }
    for order, (line, calendar) in enumerate((("creator-rewards", "la"), ("account-access", None)), start=1):
        terms = PolicyTerms(order=order, match=Match(line=(line,)), calendar=calendar, targets=targets)
        clocks.define_policy(slug=f"{line}-policy", terms=terms, at=at)


class Story:
    """Tickets of two lines over a month, moved by whoever may, until an instant."""

    def __init__(self, cast: Cast, seed: int, tickets: int = 40) -> None:
        self.cast = cast
        self.random = Random(seed)
        self.queues = [
            cast.rewards_t1_acme, cast.rewards_t1_bolt, cast.rewards_t2, cast.access_t1_bolt, cast.access_t2,
        ]  # fmt: skip
        self.lives = [self.unborn() for _ in range(tickets)]
        self.steps = sorted(self.draw_steps(), key=lambda step: step[0])
        self.told = 0

    def unborn(self) -> Life:
        draw = self.random
        queue = draw.choice([*self.queues[:2] * 3, *self.queues])
        return Life(
            born=self.instant(BEGINS - timedelta(days=4), days=DAYS - 2),
            line=queue.line.slug,
            queue=queue,
            channel=draw.choice(["in_app", "webform", "internal_form"]),
            locale=draw.choice(["en", "pt-BR", "PT", ""]),
            creator=str(draw.randrange(12)),
        )

    def instant(self, begins: datetime, days: float) -> datetime:
        """Never on a whole second, so that no two things fall on one instant."""
        seconds = self.random.randrange(int(days * 86400))
        return begins + timedelta(seconds=seconds, microseconds=self.random.randrange(1, 999_999))

    def draw_steps(self) -> Iterator[tuple[datetime, Life, int]]:
        for life in self.lives:
            yield life.born, life, -1
            at = life.born
            for _ in range(self.random.randrange(3, 12)):
                at += timedelta(
                    seconds=self.random.choice([3600, 20000, 90000, 300000]) * self.random.random()
                ) + timedelta(microseconds=self.random.randrange(1, 999))
                yield at, life, self.random.randrange(1_000_000)

    def tell(self, until: datetime | None = None) -> None:
        """Go on with every step before `until`, through the verbs; what the table refuses is left out."""
        for at, life, draw in self.steps[self.told :]:
            if until is not None and at >= until:
                return
            self.told += 1
            if life.ticket is None:
                life.ticket, _ = actions.open_ticket(
                    new=actions.NewTicket(
                        channel=life.channel,
                        line=life.queue.line,
                        queue=life.queue,
                        subject="Payout",
                        body="Where is it?",
                        creator=actions.CreatorFacts(external_id=life.creator),
                        locale=life.locale,
                    ),
                    source="in_app" if int(life.creator) % 2 else "webform",
                    by=None,
                    at=at,
                    origin=ORIGIN,
                )
                continue
            try:
                self.move(life, draw, at)
            except (MoveRefused, BadInput):
                continue

    def move(self, life: Life, draw: int, at: datetime) -> None:
        random = Random(draw)
        ticket = Ticket.objects.select_related("queue").get(pk=life.ticket.pk)  # type: ignore[union-attr]
        by: Person = self.cast.tom if ticket.queue.tier == 2 else self.cast.bob
        told = {"ticket": ticket, "by": by, "at": at, "origin": ORIGIN}
        verbs: dict[str, tuple[int, Callable[[], object]]] = {
            "reply": (4, lambda: actions.reply(body="Hello.", **told)),
            "reply and pend": (2, lambda: actions.reply(body="And you?", pend_on="creator", **told)),
            "reply and resolve": (3, lambda: actions.reply(body="Done.", resolution="solved", **told)),
            "automatic": (1, lambda: actions.reply(**{**told, "by": None}, body="We got it.", automated=True)),
            "write": (3, lambda: actions.receive_message(**{**told, "by": None}, body="Hello?")),
            "pend": (1, lambda: actions.pend(on="third_party", **told)),
            "resume": (1, lambda: actions.resume(**told)),
            "escalate": (2, lambda: actions.escalate(reason="other", note="Please look at it.", **told)),
            "return": (2, lambda: actions.return_ticket(note="Yours again.", **told)),
            "transfer": (1, lambda: actions.transfer(queue=random.choice(self.queues), note="Yours.", **told)),
            "priority": (1, lambda: actions.change_priority(priority=random.choice(["urgent", "low"]), **told)),
            "resolve": (3, lambda: actions.resolve(resolution="answered", **told)),
            "reopen": (3, lambda: actions.reopen(**told)),
            "close": (1, lambda: actions.close(**told)),
            "spam": (1, lambda: actions.mark_spam(**told)),
            "merge": (1, lambda: self.merge(ticket, at)),
        }  # fmt: skip
        name = random.choice([name for name, (weight, _) in verbs.items() for _ in range(weight)])
        verbs[name][1]()

    def merge(self, ticket: Ticket, at: datetime) -> None:
        into = (
            Ticket.objects.filter(creator__external_id=ticket.creator.external_id, created_at__lt=at)
            .exclude(pk=ticket.pk)
            .unsolved()
            .order_by("created_at")
            .first()
        )
        if into is not None:
            actions.merge(ticket=ticket, into=into, by=self.cast.tom, at=at, origin=ORIGIN)
