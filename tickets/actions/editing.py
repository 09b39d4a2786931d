"""What is written on a ticket: priority, subject, tags, custom fields, locale; and looking behind the mask."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from slas.moves import Reprioritised
from supportdesk.errors import BadInput, NotAllowed
from teams.models import Key, Person
from tickets.actions.change import changing
from tickets.models import Ticket
from tickets.words import PRIORITIES, SUBJECT_MAX

EDITABLE: Final = ("subject", "tags", "custom_fields", "locale")


def change_priority(
    *,
    ticket: Ticket,
    by: Person | Key | None,
    priority: str,
    expected_version: int | None = None,
    origin: str = "",
    at: datetime,
) -> Ticket:
    """Set the priority and re-target the running timers from their same start (domain.md, "Clocks").

    Recorded; a line may bar vendors from it (`NotAllowed`). Only an unsolved ticket has one that matters,
    but any may be corrected.
    """
    return edit(
        ticket=ticket,
        by=by,
        changes={"priority": priority},
        expected_version=expected_version,
        origin=origin,
        at=at,
    )


def edit(
    *,
    ticket: Ticket,
    by: Person | Key | None,
    changes: dict[str, Any],
    expected_version: int | None = None,
    origin: str = "",
    at: datetime,
) -> Ticket:
    """Change any of priority, subject, tags, custom_fields and locale together, as one version.

    The history says which fields changed, for the priority from what to what, and which tags there are now;
    people's words stay out of it. A value that is the same changes nothing. Raises `BadInput` at the field.
    """
    unknown = sorted(set(changes) - {"priority", *EDITABLE})
    if unknown:
        raise BadInput(f"/{unknown[0]}", "This field cannot be changed.", "unknown_field")
    check_changes(changes)
    with changing(ticket, by=by, at=at, origin=origin, expected_version=expected_version) as change:
        found = change.ticket
        priority = changes.get("priority", found.priority)
        if priority != found.priority:
            barred = by is not None and by.vendor_id is not None and not found.line.vendors_may_prioritise
            if barred and not origin:
                raise NotAllowed(f"On {found.line.slug} vendors may not change the priority.")
            change.record("priority_changed", before=found.priority, priority=priority)
            found.priority = priority
            if found.is_unsolved:
                change.clock(Reprioritised(priority=priority))
        fields = [name for name in EDITABLE if name in changes and changes[name] != getattr(found, name)]
        for name in fields:
            setattr(found, name, changes[name])
        if fields:
            change.record("edited", fields=fields, tags=list(found.tags) if "tags" in fields else None)
    return change.ticket


def check_changes(changes: dict[str, Any]) -> None:
    """Refuse a priority that is none and a subject that is empty or too long."""
    if "priority" in changes and changes["priority"] not in PRIORITIES:
        raise BadInput("/priority", f"One of {', '.join(PRIORITIES)}.", "invalid_choice")
    if "subject" in changes:
        subject = changes["subject"]
        if not subject.strip():
            raise BadInput("/subject", "A ticket needs a subject.", "required")
        if len(subject) > SUBJECT_MAX:
            raise BadInput("/subject", f"At most {SUBJECT_MAX} characters.", "max_length")


def reveal(*, ticket: Ticket, by: Person | Key, reason: str, at: datetime) -> Ticket:
    """Let a person see what is masked on a ticket, once they said why; recorded in its history.

    Raises `BadInput` at /reason where that is missing.
    """
    if len(reason.strip()) < 5:
        raise BadInput("/reason", "Say in a few words why you need to see it; it is recorded.", "required")
    with changing(ticket, by=by, at=at) as change:
        message = change.write(
            "note", f"Personal data revealed: {reason.strip()}", author=by_person(by), automated=False
        )
        change.record("revealed", message=message, message_id=message.pk)
    return change.ticket


def by_person(by: Person | Key) -> Person:
    if not isinstance(by, Person):
        raise NotAllowed("Only a person may look behind the mask.")
    return by
