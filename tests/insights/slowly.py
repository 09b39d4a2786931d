"""The dictionary's ticket metrics as plain functions of the history of every ticket: slow and plain.

Nothing here looks at a ticket's own row but for who its creator is. Timers are read as they are, so these
functions hold where nothing was moved after the horizon.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from insights.queries.counting import Count
from insights.scope import Scope
from slas import timers
from slas.models import Timer
from slas.queries import timers_of
from teams.models import Queue
from tickets.models import Event, Ticket

Key = tuple[str, tuple[tuple[str, str], ...]]
PLACES = ("created", "escalated", "returned", "transferred")
BUCKETS = [24, 72, 168, 336, 720]


@dataclass
class Told:
    """One ticket's history up to the horizon."""

    pk: int
    clock: int
    creator: str
    events: list[Event]

    def before(self, at: datetime) -> list[Event]:
        return [event for event in self.events if event.at < at]

    def last(self, at: datetime, kinds: Iterable[str]) -> Event | None:
        return next((event for event in reversed(self.before(at)) if event.kind in kinds), None)


@dataclass
class Tally:
    amount: int = 0
    whole: int | None = None
    counted: set[int] = field(default_factory=set)
    others: set[int] = field(default_factory=set)

    def add(self, pk: int, times: int = 1) -> None:
        self.amount += times
        self.counted.add(pk)

    def share(self, pk: int, counts: bool) -> None:
        self.whole = (self.whole or 0) + 1
        if counts:
            self.amount += 1
            self.counted.add(pk)
        else:
            self.others.add(pk)


def step(event: Event) -> int:
    """What an event does to the backlog."""
    if event.kind in ("created", "reopened"):
        return 1
    if event.kind == "resolved" or (event.kind == "merged" and "into" in event.data):
        return -1
    return -1 if event.kind == "marked_spam" and event.data["was"] != "resolved" else 0


def is_human_reply(event: Event) -> bool:
    return event.kind == "replied" and not event.data["automated"]


class SlowCount:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.owners = {
            queue.slug: (queue.tier, queue.team.vendor.slug if queue.team.vendor else "")
            for queue in Queue.objects.select_related("team__vendor")
        }
        self.all = [
            Told(
                ticket.pk,
                ticket.clock_id,
                ticket.creator.external_id,
                list(ticket.events.filter(at__lt=scope.horizon).order_by("seq")),
            )
            for ticket in Ticket.objects.select_related("creator")
        ]
        self.mine = [told for told in self.all if self.line_of(told) == scope.line and self.in_channel(told)]
        self.tallies: dict[Key, Tally] = defaultdict(Tally)

    def line_of(self, told: Told) -> str | None:
        place = told.last(self.scope.ends, PLACES)
        return None if place is None else str(place.data["lob"])

    def in_channel(self, told: Told) -> bool:
        return self.scope.channel in (None, told.events[0].data["channel"])

    def tally(self, measure: str, **part: str) -> Tally:
        return self.tallies[measure, tuple(sorted(part.items()))]

    def shares(self, measure: str, told: Told, counts: bool, vendor: str) -> None:
        self.tally(measure).share(told.pk, counts)
        self.tally(measure, vendor=vendor).share(told.pk, counts)

    def inside(self, event: Event) -> bool:
        return self.scope.span.begins <= event.at < self.scope.ends

    def vendor(self, event: Event) -> str:
        return self.owners[event.data["queue"]][1]

    def count(self) -> dict[Key, Tally]:
        """Everything. A ticket on both sides (some of its timers met, some late) stands on the former."""
        held = timers_of([told.clock for told in self.mine])
        for told in self.mine:
            self.volume(told)
            self.backlog(told)
            self.handing(told)
            self.resolving(told)
            for timer in held[told.clock]:
                self.attainment(told, timer)
        for tally in self.tallies.values():
            tally.others -= tally.counted
        return dict(self.tallies)

    def volume(self, told: Told) -> None:
        born = told.events[0]
        if self.inside(born):
            language = born.data["locale"].split("-")[0].lower()
            self.tally("volume").add(told.pk)
            self.tally("volume", channel=born.data["channel"]).add(told.pk)
            self.tally("volume", language=language).add(told.pk)
            self.tally("volume", vendor=self.vendor(born)).add(told.pk)

    def backlog(self, told: Told) -> None:
        flows = {
            "opening": sum(step(event) for event in told.before(self.scope.span.begins)),
            "closing": sum(step(event) for event in told.before(self.scope.ends)),
        }
        for flow in ("created", "reopened", "resolved", "merged", "marked_spam"):
            flows[flow.removeprefix("marked_")] = sum(
                1 for event in told.events if event.kind == flow and self.inside(event) and step(event)
            )
        for flow, times in flows.items():
            if times:
                self.tally("backlog", flow=flow).add(told.pk, times)
        if flows["closing"]:
            self.age(told, "created", told.events[0].at)
            waits_since = None
            for event in told.before(self.scope.ends):
                if event.kind in ("created", "creator_message"):
                    waits_since = waits_since or event.at
                elif is_human_reply(event) or event.kind == "resolved":
                    waits_since = None
            if waits_since is not None:
                self.age(told, "unanswered", waits_since)

    def age(self, told: Told, since: str, at: datetime) -> None:
        hours = (self.scope.ends - at) / timedelta(hours=1)
        self.tally("ageing", since=since, bucket=str(bisect_right(BUCKETS, hours))).add(told.pk)

    def handing(self, told: Told) -> None:
        """Follow the ticket from place to place; `touched` are Tier 1 hands that had it unsolved in the span."""
        touched, up, back = set(), set(), set()
        unsolved, tier, vendor = 0, 0, ""
        begun = False
        for event in told.events:
            if not begun and event.at >= self.scope.span.begins:
                begun = True
                touched |= {vendor} if unsolved and tier == 1 else set()
            left = (tier, vendor)
            unsolved += step(event)
            if event.kind in PLACES:
                tier, vendor = self.owners[event.data["queue"]]
            if not self.inside(event):
                continue
            touched |= {vendor} if unsolved and tier == 1 else set()
            if (left[0], tier) == (1, 2):
                up.add(left[1])
                back |= {left[1]} if self.came_down(told, event) else set()
        if not begun and unsolved and tier == 1:
            touched.add(vendor)
        for measure, all_hands, those in (("escalation_rate", touched, up), ("return_rate", up, back)):
            if all_hands:
                self.tally(measure).share(told.pk, bool(those))
            for hand in all_hands:
                self.tally(measure, vendor=hand).share(told.pk, hand in those)

    def came_down(self, told: Told, up: Event) -> bool:
        later = [event for event in told.events if event.seq > up.seq and event.kind in PLACES]
        return any(event.data["tier"] == 1 for event in later)

    def resolving(self, told: Told) -> None:
        solved = [event for event in told.events if event.kind == "resolved" and self.inside(event)]
        if not solved:
            return
        vendor = self.vendor(solved[-1])
        turned, resolved_at = False, None
        for event in told.events:
            if event.kind == "resolved":
                resolved_at = event
            elif event.kind == "reopened" and resolved_at is not None and self.inside(resolved_at):
                turned = turned or event.at - resolved_at.at <= timedelta(days=14)
        self.shares("reopen_rate", told, turned, vendor)
        kinds = {event.kind for event in told.events}
        if "marked_spam" in kinds:
            return
        first = (
            sum(is_human_reply(event) for event in told.events) == 1
            and "reopened" not in kinds
            and not any(
                other.creator == told.creator
                and other.events
                and other.events[0].data["lob"] == self.scope.line
                and timedelta() < other.events[0].at - solved[-1].at <= timedelta(days=7)
                for other in self.all
            )
        )
        self.shares("first_contact_resolution", told, first, vendor)

    def attainment(self, told: Told, timer: Timer) -> None:
        state = timers.state(timer, self.scope.horizon)
        late = state == "breached"
        if state == "cancelled" or not (late or timer.ended_at):
            return
        instants = [timer.due_at, timer.ended_at]
        if not any(at and self.scope.span.begins <= at < self.scope.ends for at in instants):
            return
        decided_at = timer.due_at if late else timer.ended_at
        assert decided_at is not None
        place = next(
            event for event in reversed(told.events) if event.kind in PLACES and event.at <= decided_at
        )
        tier, vendor = self.owners[timer.queue.slug if timer.queue else place.data["queue"]]
        for part in ({}, {"tier": str(tier)}, {"vendor": vendor}, {"tier": str(tier), "vendor": vendor}):
            self.tally("attainment", metric=timer.metric, **part).share(told.pk, not late)


def as_tallies(counts: Iterable[Count]) -> dict[Key, Tally]:
    """What a statement gave, in the form of the slow count."""
    return {
        (count.measure, tuple(sorted((name, str(value)) for name, value in count.part.items()))): Tally(
            count.amount, count.whole, set(count.counted), set(count.others)
        )
        for count in counts
    }
