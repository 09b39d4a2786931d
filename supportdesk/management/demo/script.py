"""The life of one ticket of the demo, written down line by line as a history would tell it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from slas.rules import Rule
from supportdesk.instants import write_instant
from supportdesk.management.demo.floor import Floor
from supportdesk.management.demo.material import Material, Story, Told, Writer
from teams.models import Queue


class Script:
    """Writes lines and moves its clock on; where the clock passes `now` nothing more is written."""

    def __init__(
        self,
        floor: Floor,
        material: Material,
        *,
        story: Story,
        writer: Writer,
        facts: dict[str, str],
        ref: str,
        channel: str,
        queue: Queue,
        named: bool,
        now: datetime,
    ) -> None:
        self.floor = floor
        self.story = story
        self.told: Told = story.told[writer.language]
        self.writer = writer
        self.facts = facts
        self.ref = ref
        self.channel = channel
        self.queue = queue
        self.named = named
        self.now = now
        self.at = now
        self.priority = floor.chance.choice(story.priorities)
        self.phrases = material.phrases[writer.language]
        self.lines: list[dict[str, Any]] = []
        self.rule: Rule = floor.rule_for(
            queue, channel, self.priority, facts.get("segment", ""), writer.locale
        )
        self._words = {
            "name": writer.name.split()[0],
            "handle": writer.handle,
            "email": writer.email,
            "amount": floor.chance.choice(material.money[writer.region]),
            "month": self.phrases["months"][(now.month - 2) % 12],
            "case": f"PO-{floor.chance.randint(10**6, 10**7 - 1)}",
        }

    def target(self, metric: str) -> timedelta:
        """The time that the policy gives for this ticket."""
        target = self.rule.target(metric, self.priority)
        assert target is not None, (self.story.slug, metric)  # noqa: S101  the demo's policies name it
        return target

    def before(self, due_at: datetime, metric: str) -> datetime:
        """When a timer of this metric has to start so that it is due at `due_at`."""
        started = self.rule.hours.add(due_at, -self.target(metric))
        return started if started is not None else due_at

    def wait(self, least: float, most: float) -> None:
        """Some minutes pass."""
        self.at += self.floor.minutes(least, most)

    def work(self, metric: str, least: float, most: float) -> None:
        """As much of a metric's target passes as lies between these shares of it."""
        share = self.floor.chance.uniform(least, most)
        self.at = self.rule.hours.add(self.at, self.target(metric) * share) or self.at

    def write(self, event: str, by: str | None = None, **facts: Any) -> None:
        if self.at >= self.now:
            return
        line = {"at": write_instant(self.at.replace(microsecond=0)), "ref": self.ref, "event": event, **facts}
        self.lines.append({**line, "by": by} if by else line)

    def open(self, at: datetime, *, before: str = "") -> None:
        """The creator writes; `before` stands before what is told."""
        self.at = at
        chance = self.floor.chance
        self.write(
            "created",
            channel=self.channel,
            lob=self.queue.line.slug,
            subject=self.fill(chance.choice(self.told.subjects)),
            body=self.fill(f"{before} {chance.choice(self.told.openings)}".strip()),
            creator={key: value for key, value in self.facts.items() if value},
            priority=self.priority,
            locale=self.writer.locale,
            tags=list(self.story.tags),
            **({"queue": self.queue.slug} if self.named else {}),
        )
        if self.channel == "webform":
            self.at += timedelta(seconds=4)
            self.write("reply", body=self.fill(self.phrases["received"]))

    def take(self, *, keeps: bool = False) -> str:
        """Somebody of the present queue takes it; whoever keeps it must have room, else it is left."""
        who = self.floor.someone(self.queue, self.writer.language, keeps=keeps)
        if who:
            self.write("claim", who)
            self.wait(1, 6)
        return who

    def reply(self, who: str, text: str, **facts: Any) -> None:
        self.write("reply", who, body=self.fill(text), **facts)

    def creator_writes(self, text: str) -> None:
        self.write("creator_message", body=self.fill(text))

    def note(self, who: str) -> None:
        if self.story.notes:
            self.write("note", who, body=self.fill(self.floor.chance.choice(self.story.notes)))
            self.wait(1, 5)

    def hand_up(self, who: str) -> None:
        """To the line's second tier."""
        self.write("escalate", who, reason=self.story.reason, note=self.fill(self.story.handover))
        self.queue = self.floor.tier_two_of(self.queue.line.slug)

    def hand_back(self, who: str, queue: Queue) -> None:
        self.write("return", who, note=self.fill(self.story.back))
        self.queue = queue

    def solve(self, who: str, resolution: str = "solved") -> None:
        """A last reply, and resolved with it."""
        self.reply(who, self.told.solves)
        self.at += timedelta(seconds=2)
        self.write("resolve", who, resolution=resolution)

    def fill(self, text: str) -> str:
        return text.format_map(self._words)
