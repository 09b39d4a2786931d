"""From a name in an address or a body to the row it means, among those that the caller can see.

What is hidden and what does not exist are answered alike: 404 in an address, 400 at the field in a body.
"""

from __future__ import annotations

import re
from typing import Final

from django.http import Http404

from supportdesk.errors import BadInput
from teams.models import Key, Line, Person, Queue
from tickets.models import Ticket

Caller = Person | Key
REFERENCE: Final = re.compile(r"CS-[0-9A-Z]{8}", re.ASCII)
SLUG: Final = re.compile(r"[a-z0-9-]{1,64}", re.ASCII)


def ticket_at(ref: str, caller: Caller) -> Ticket:
    """The ticket that an address names, joined with all that its answer names; one query."""
    if not REFERENCE.fullmatch(ref):
        raise Http404
    found = Ticket.objects.visible_to(caller).with_people().filter(ref=ref).first()
    if found is None:
        raise Http404
    return found


def queue_at(slug: str, caller: Caller) -> Queue:
    if not SLUG.fullmatch(slug):
        raise Http404
    found = Queue.objects.visible_to(caller).select_related("line", "team__vendor").filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def line_named(slug: str, caller: Caller) -> Line:
    found = Line.objects.visible_to(caller).filter(slug=slug).first()
    if found is None:
        raise no_such("/lob", "line of business")
    return found


def queue_named(slug: str | None, caller: Caller) -> Queue | None:
    """The queue of a body's optional `queue`."""
    if slug is None:
        return None
    found = Queue.objects.visible_to(caller).select_related("line", "team__vendor").filter(slug=slug).first()
    if found is None:
        raise no_such("/queue", "queue")
    return found


def person_named(username: str, caller: Caller, pointer: str) -> Person:
    found = Person.objects.visible_to(caller).active().filter(username=username).first()
    if found is None:
        raise no_such(pointer, "person")
    return found


def ticket_named(ref: str, caller: Caller, pointer: str) -> Ticket:
    found = Ticket.objects.visible_to(caller).with_people().filter(ref=ref).first()
    if found is None:
        raise no_such(pointer, "ticket")
    return found


def no_such(pointer: str, what: str) -> BadInput:
    return BadInput(pointer, f"There is no such {what}.", "does_not_exist")
