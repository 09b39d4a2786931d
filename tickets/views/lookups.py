"""From a reference in an address to the ticket it means."""

from __future__ import annotations

from typing import Final

from django.http import Http404

from teams.models import Person
from tickets.models import Ticket
from tickets.references import is_reference

JOINS: Final = ("clock__policy_version__policy", "came_from", "follow_up_of", "merged_into", "requester")


def ticket_or_404(ref: str, person: Person) -> Ticket:
    """The ticket of an address, joined with all that its page names; one query."""
    if not is_reference(ref):
        raise Http404
    found = Ticket.objects.visible_to(person).with_people().select_related(*JOINS).filter(ref=ref).first()
    if found is None:
        raise Http404
    return found
