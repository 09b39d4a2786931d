"""The frame that every verb on a stored appeal works in: its ticket's, with the appeal read under the lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from supportdesk.errors import BadInput, NotAllowed
from teams.models import Key, Person
from tickets.actions.change import Change, changing
from tickets.appeals.models import Appeal
from tickets.appeals.states import Move, refuse_move

Caller = Person | Key


@contextmanager
def working_on(
    appeal: Appeal,
    *,
    move: Move,
    by: Caller | None,
    at: datetime,
    origin: str = "",
    expected_version: int | None = None,
) -> Iterator[tuple[Change, Appeal]]:
    """Lock the appeal's ticket and read the appeal as it is now; `MoveRefused` where its state forbids it.

    What `changing` raises comes through: a vendor, which may only read an appeal, gets `NotAllowed`.
    """
    with changing(appeal.ticket, by=by, at=at, origin=origin, expected_version=expected_version) as change:
        found = Appeal.objects.with_people().get(pk=appeal.pk)
        found.ticket = change.ticket
        refuse_move(move, found.state, change.ticket.ref)
        yield change, found


def refuse_app(by: Caller | None, what: str) -> None:
    """The platform's app speaks for creators, so it can neither ask them for evidence nor decide."""
    if isinstance(by, Key) and by.kind == "in_app":
        raise NotAllowed(f"The in-app channel speaks for creators and cannot {what}.")


def check_text(text: str, pointer: str, *, most: int, what: str) -> None:
    """Refuse an empty text and one over the limit, at its field."""
    if not text.strip():
        raise BadInput(pointer, what, "required")
    if len(text) > most:
        raise BadInput(pointer, f"At most {most:,} characters.", "max_length")
