"""All scripts of the demo, by the source that each ticket came from."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from slas.working_time import ALWAYS
from supportdesk.instants import write_instant
from supportdesk.management.demo import lives
from supportdesk.management.demo.floor import Floor
from supportdesk.management.demo.lives import Life
from supportdesk.management.demo.material import Material, Story, Writer
from supportdesk.management.demo.script import Script

SEED: Final = 20260302
PUSHED: Final = 0.15
"""The share of tickets that a vendor's own system pushed."""
SPAM: Final = 7
TWINS: Final = 4
MISFILED: Final = 4
FILERS: Final = {
    "creator-rewards": ("lea", "tom"),
    "account-access": ("noor", "layla"),
    "verification": ("noor", "aiko"),
}
"""Who files for creators on a line, and who sees to it."""

Lines = dict[str, list[dict[str, Any]]]
"""Source to the lines of its history."""


class Casting:
    """Draws who writes about what, and keeps the references."""

    def __init__(self, material: Material, now: datetime) -> None:
        self.chance = Random(SEED)  # noqa: S311  a demo, not a secret
        self.floor = Floor(self.chance)
        self.material = material
        self.now = now
        self.lines: Lines = defaultdict(list)
        self._facts = {writer.handle: self._facts_of(writer) for writer in material.writers}
        self._number = 4100

    def script(self, stories: Sequence[Story], *, pushes: bool = True) -> tuple[Script, str]:
        """An empty script of somebody who tells one of these stories, and the source it comes from."""
        story = self.chance.choices(stories, [each.weight for each in stories])[0]
        writer = self.chance.choice([each for each in self.material.writers if each.language in story.told])
        channel = self.chance.choice(story.channels)
        queue = self.floor.queue_for(story.line, channel, writer.locale)
        vendor = queue.team.vendor
        pushed = pushes and vendor is not None and self.chance.random() < PUSHED
        self._number += self.chance.randint(1, 9)
        source = f"vendor:{vendor.slug}" if vendor is not None and pushed else channel_source(channel)
        facts = dict(self._facts[writer.handle])
        if channel == "webform":
            facts["email"] = writer.email
        return (
            Script(
                self.floor,
                self.material,
                story=story,
                writer=writer,
                facts=facts,
                ref=f"{PREFIXES[source]}-{self._number}",
                channel=channel,
                queue=queue,
                named=pushed,
                now=self.now,
            ),
            source,
        )

    def keep(self, source: str, *scripts: Script) -> None:
        for script in scripts:
            self.lines[source] += script.lines

    def _facts_of(self, writer: Writer) -> dict[str, str]:
        return {
            "external_id": f"7{self.chance.randint(10**17, 10**18 - 1)}",
            "handle": writer.handle,
            "display_name": writer.name,
            "region": writer.region,
            "locale": writer.locale,
            "segment": self.chance.choices(("", "rising", "partner"), (6, 2, 2))[0],
        }


PREFIXES: Final = {
    "in_app": "app",
    "webform": "web",
    "staff": "staff",
    "vendor:acme": "ACM",
    "vendor:bolt": "BC",
}


def write_history(material: Material, now: datetime) -> Lines:
    """The demo's history up to `now`: the same for the same instant, a few days long."""
    casting = Casting(material, now)
    for life in drawn(casting, (*lives.PAST, *lives.PRESENT)):
        script, source = casting.script(fitting(casting, life))
        life(script)
        casting.keep(source, script)
    for _ in range(MISFILED):
        misfiled(casting)
    for _ in range(TWINS):
        twins(casting)
    for number in range(SPAM):
        spam(casting, number)
    filed(casting)
    return casting.lines


def drawn(casting: Casting, counts: Sequence[tuple[Life, int]]) -> Iterator[Life]:
    several = [life for life, count in counts for _ in range(count)]
    casting.chance.shuffle(several)
    yield from several


def fitting(casting: Casting, life: Life) -> list[Story]:
    """The stories that can be lived so."""
    found = [story for story in casting.material.stories if story.handover or life not in lives.HANDED_UP]
    if life in lives.HANDED_UP:
        found = [story for story in found if "appeal" not in story.channels]
    if life in lives.ON_THE_CLOCK:
        always = {rule.match.line[0] for rule in casting.floor.rules if rule.hours is ALWAYS}
        found = [story for story in found if story.line in always]
    return found


def channel_source(channel: str) -> str:
    return "webform" if channel == "webform" else "in_app"


def misfiled(casting: Casting) -> None:
    """An access matter that came in as a question about rewards, moved to where it belongs."""
    stories = [story for story in casting.material.stories if story.line == "account-access"]
    script, source = casting.script(stories, pushes=False)
    home = script.queue
    script.queue = casting.floor.queue_for("creator-rewards", script.channel, script.writer.locale)
    script.open(casting.floor.ago(casting.now, 2, 8))
    script.wait(10, 50)
    who = casting.floor.someone(script.queue, script.writer.language)
    script.write("transfer", who, queue=home.slug, note="Not about payouts: the creator cannot sign in.")
    casting.keep(source, script)


def twins(casting: Casting) -> None:
    """Sent twice: the second one is merged into the first."""
    stories = [story for story in casting.material.stories if story.line != "minor-protection"]
    script, source = casting.script(stories, pushes=False)
    twin = copy.copy(script)
    twin.ref, twin.lines = f"{script.ref}-2", []
    script.open(casting.floor.ago(casting.now, 10, 90))
    script.wait(120, 400)
    twin.open(script.at, before=script.phrases["twin"])
    twin.wait(10, 60)
    who = script.take()
    twin.at = script.at
    twin.write("merge", who, into=script.ref)
    script.wait(5, 20)
    script.reply(who, script.told.asks, pend=True)
    casting.keep(source, script, twin)


def spam(casting: Casting, number: int) -> None:
    text = casting.material.spam[number % len(casting.material.spam)]
    line = ("creator-rewards", "account-access", "verification")[number % 3]
    queue = casting.floor.queue_for(line, "webform", text["language"])
    at = casting.floor.ago(casting.now, 3, 200)
    head = {"ref": f"web-spam-{number + 1}"}
    casting.lines["webform"] += [
        {
            **head,
            "at": write_instant(at.replace(microsecond=0)),
            "event": "created",
            "channel": "webform",
            "lob": line,
            "subject": text["subject"],
            "body": text["body"],
            "locale": text["language"],
            "creator": {"external_id": f"web:{casting.chance.randint(10**8, 10**9)}"},
        },
        {
            **head,
            "at": write_instant((at + casting.floor.minutes(5, 90)).replace(microsecond=0)),
            "event": "spam",
            "by": casting.floor.someone(queue, text["language"]),
        },
    ]


def filed(casting: Casting) -> None:
    """What colleagues filed for creators; the first one is still in hand."""
    for number, ticket in enumerate(casting.material.filed):
        filer, sees_to_it = FILERS[ticket.line]
        at = casting.floor.ago(casting.now, 4, 9) if number == 0 else casting.floor.ago(casting.now, 30, 120)
        lines: list[tuple[str, str, dict[str, Any]]] = [
            ("created", filer, {
                "channel": "internal_form", "lob": ticket.line,
                "queue": casting.floor.tier_two_of(ticket.line).slug, "subject": ticket.subject, "body": ticket.body,
                "priority": "high", "locale": "en", "tags": ["filed"],
                "creator": {"external_id": f"staff:{ticket.line}", "display_name": "Filed by colleagues"},
            }),
            ("claim", sees_to_it, {}),
            *(("note", sees_to_it, {"body": note}) for note in ticket.notes),
            *([("reply", sees_to_it, {"body": ticket.solves}), ("resolve", sees_to_it, {})] if number else []),
        ]  # fmt: skip
        for event, by, facts in lines:
            instant = write_instant(at.replace(microsecond=0))
            casting.lines["staff"].append(
                {"at": instant, "ref": f"staff-{number + 1}", "event": event, "by": by, **facts}
            )
            at += casting.floor.minutes(5, 40) + timedelta(seconds=1)
