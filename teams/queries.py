"""Page-shaped reads of people and structure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from teams.models import Key, Person, Queue


@dataclass(frozen=True)
class VendorPage:
    """A vendor as its manager sees it."""

    people: list[Person]
    queues: list[Queue]
    live_keys: list[Key]
    ended_keys: list[Key]


def vendor_page(manager: Person, *, at: datetime) -> VendorPage:
    """The manager's own people with teams and lines, own queues, and own keys. Five queries."""
    people = Person.objects.visible_to(manager).prefetch_related("teams", "certified_lines")
    queues = Queue.objects.visible_to(manager).select_related("line", "team")
    keys = list(Key.objects.visible_to(manager))
    live = [key for key in keys if key.revoked_at is None and key.expires_at > at]
    return VendorPage(
        people=list(people),
        queues=list(queues),
        live_keys=live,
        ended_keys=[key for key in keys if key not in live],
    )
