"""What a vendor does not read in a ticket that another vendor held before: that one's queues, people and keys.

They do not exist for it (domain.md, "Kept from whom"), so their names are null in timers and in the data of
events. In-house callers read everything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

from teams.models import Key, Person, Queue
from tickets.models import Event, Ticket

Caller = Person | Key
QUEUES: Final = ("queue", "origin_queue")
HOLDERS: Final = ("assignee", "before")
NUMBERS: Final = ("message_id", "alert")
"""Numbers that run through the whole desk: they would tell a vendor how much others have."""
NOBODY: Final[frozenset[str]] = frozenset()


def foreign_queues(slugs: Collection[str], caller: Caller) -> frozenset[str]:
    """Which of these queues are another vendor's; one query, none in-house or without slugs."""
    if caller.vendor_id is None or not slugs:
        return NOBODY
    others = Queue.objects.filter(slug__in=slugs, team__vendor__isnull=False).exclude(
        team__vendor=caller.vendor_id
    )
    return frozenset(others.values_list("slug", flat=True))


def foreign_holders(labels: Collection[str], caller: Caller) -> frozenset[str]:
    """Which of these labels ("dana", "api:acme") are another vendor's; two queries, none in-house."""
    if caller.vendor_id is None or not labels:
        return NOBODY
    people = Person.objects.filter(username__in=labels, vendor__isnull=False).exclude(vendor=caller.vendor_id)
    names = [label.removeprefix("api:") for label in labels if label.startswith("api:")]
    keys = Key.objects.filter(name__in=names, vendor__isnull=False).exclude(vendor=caller.vendor_id)
    return frozenset(people.values_list("username", flat=True)) | frozenset(
        f"api:{name}" for name in keys.values_list("name", flat=True)
    )


def veiled_data(events: Iterable[Event], caller: Caller) -> dict[int, dict[str, Any]]:
    """The data of each event by its number, without other vendors' names; at most three queries."""
    rows = list(events)
    if caller.vendor_id is None or caller.vendor is None:
        return {event.seq: event.data for event in rows}
    queues = foreign_queues(named_in(rows, QUEUES), caller)
    holders = foreign_holders(named_in(rows, HOLDERS), caller)
    own = caller.vendor.slug

    def veil(name: str, value: Any) -> Any:
        hidden = (
            (name in QUEUES and value in queues)
            or (name in HOLDERS and value in holders)
            or (name == "vendor" and value != own)
            or (name == "source" and str(value).startswith("vendor:") and value != f"vendor:{own}")
        )
        return None if hidden else value

    return {
        event.seq: {name: veil(name, value) for name, value in event.data.items() if name not in NUMBERS}
        for event in rows
    }


def named_in(events: Iterable[Event], names: Collection[str]) -> set[str]:
    found = (event.data.get(name) for event in events for name in names)
    return {value for value in found if isinstance(value, str)}


def holder_of(ticket: Ticket, caller: Caller) -> str | None:
    return named(ticket.assignee, caller) or named(ticket.holder, caller)


def named(who: Person | Key | None, caller: Caller) -> str | None:
    """How history names somebody to this caller; another vendor's people and keys have no name for a vendor."""
    if who is None:
        return None
    if caller.vendor_id is not None and who.vendor_id not in (None, caller.vendor_id):
        return "another vendor"
    return who.label
