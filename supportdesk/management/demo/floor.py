"""Who is there to work: which queue a ticket goes to, and whose turn it is."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from random import Random

from slas.matching import Facts, first_match
from slas.queries import present_rules
from slas.rules import Rule
from teams.models import Person, Queue
from tickets.routing import Candidate, Wanted, choose_queue

MOST_HELD = 4
"""Open tickets that the demo leaves with one person, so that everybody can take another."""


class Floor:
    """The desk as the setup file made it; everything is drawn from one source of chance."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.queues = {queue.slug: queue for queue in Queue.objects.select_related("line", "team__vendor")}
        self.rules = present_rules()
        self.held: Counter[str] = Counter()
        self._people = [
            (person, set(person.teams.values_list("pk", flat=True)), certified(person))
            for person in Person.objects.filter(role="specialist").order_by("username")
        ]

    def queue_for(self, line: str, channel: str, locale: str) -> Queue:
        """Where routing sends such a ticket; the setup file leaves it one choice."""
        queues = [queue for queue in self.queues.values() if queue.line.slug == line]
        chosen = choose_queue(
            Wanted(
                line=line,
                restricted=queues[0].line.is_restricted,
                channel=channel,
                locale=locale,
                draw="",
                tier=2 if channel == "appeal" else None,
            ),
            [
                Candidate(
                    slug=queue.slug,
                    tier=queue.tier,
                    vendor=queue.team.vendor.slug if queue.team.vendor else None,
                    locales=tuple(queue.locales),
                )
                for queue in queues
            ],
        )
        return self.queues[chosen.slug or ""]

    def tier_two_of(self, line: str) -> Queue:
        return next(queue for queue in self.queues.values() if queue.line.slug == line and queue.tier == 2)

    def someone(self, queue: Queue, language: str, *, keeps: bool = False) -> str:
        """A specialist of the queue who speaks the language; one who `keeps` it must have room for it."""
        able = [
            person.username
            for person, teams, lines in self._people
            if queue.team_id in teams and queue.line_id in lines and language in person.languages
        ]
        if keeps:
            able = [name for name in able if self.held[name] < MOST_HELD]
            self.held.update(able := sorted(able, key=lambda name: (self.held[name], name))[:1])
            return able[0] if able else ""
        return self.chance.choice(able)

    def rule_for(self, queue: Queue, channel: str, priority: str, segment: str, locale: str) -> Rule:
        """The policy that will hold for a ticket with these facts."""
        vendor = queue.team.vendor
        facts = Facts(
            channel=channel,
            lob=queue.line.slug,
            tier=queue.tier,
            priority=priority,
            segment=segment or None,
            locale=locale,
            vendor=vendor.slug if vendor else None,
        )
        rule = first_match(self.rules, facts)
        assert rule is not None, facts  # noqa: S101  every line of the demo has a policy
        return rule

    def minutes(self, least: float, most: float) -> timedelta:
        return timedelta(seconds=self.chance.randint(round(least * 60), round(most * 60)))

    def ago(self, now: datetime, least: float, most: float) -> datetime:
        """An instant so many hours ago."""
        return now - self.minutes(least * 60, most * 60)


def certified(person: Person) -> set[int]:
    return set(person.certificates.values_list("line", flat=True))
