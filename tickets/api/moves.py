"""The moves of a ticket (claim, escalate, resolve, …): each one body, one action, the ticket as it now is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.openapi import AutoSchema
from rest_framework.request import Request
from rest_framework.response import Response

from supportdesk.rest.bodies import Body
from supportdesk.rest.preconditions import refuse_stale
from tickets import actions
from tickets.api import bodies
from tickets.api.endpoint import Endpoint
from tickets.api.idempotency import once
from tickets.api.lookups import Caller, person_named, queue_named, ticket_at, ticket_named
from tickets.api.representations import TicketAnswer
from tickets.api.tickets import answer_with, expected
from tickets.models import Ticket

Given = dict[str, Any]


class MoveSchema(AutoSchema):
    """Documents a move from what its class says."""

    def get_operation_id(self) -> str:
        return f"{type(self.view).__name__.lower()}_ticket"

    def get_summary(self) -> str:
        return str(getattr(self.view, "summary", ""))

    def get_description(self) -> str:  # type: ignore[override]
        return ""

    def get_tags(self) -> list[str]:
        return ["moves"]

    def get_request_serializer(self) -> Any:
        return getattr(self.view, "body", None)

    def get_response_serializers(self) -> Any:
        return {200: TicketAnswer}


class Move(Endpoint):
    """A POST on a ticket; a move of the class's own says which body it takes and which action it calls."""

    schema = MoveSchema()
    summary: ClassVar[str]
    body: ClassVar[type[Body]] = bodies.EmptyBody
    action: ClassVar[Callable[..., Ticket]]

    @once
    def post(self, request: Request, id: str) -> Response:
        ticket = ticket_at(id, self.caller)
        refuse_stale(request.headers.get("If-Match"), ticket.version)
        given = self.terms(self.body.read(request.data), self.caller)
        moved = self.carry_out(
            ticket=ticket, by=self.caller, expected_version=expected(request, ticket), at=self.at, **given
        )
        return answer_with(self, moved)

    def carry_out(self, **terms: Any) -> Ticket:
        return type(self).action(**terms)

    def terms(self, given: Given, caller: Caller) -> Given:
        """The action's own arguments; names in the body become rows here."""
        return given


class Claim(Move):
    summary = "Take a ticket that nobody holds"
    action = actions.claim


class Release(Move):
    summary = "Give a ticket back to its queue"
    action = actions.release


class Assign(Move):
    summary = "Give a ticket to a person"
    body = bodies.AssignBody
    action = actions.assign

    def terms(self, given: Given, caller: Caller) -> Given:
        return {"assignee": person_named(given["assignee"], caller, "/assignee")}


class Escalate(Move):
    summary = "Hand a ticket up from Tier 1 to Tier 2 with a handover note"
    body = bodies.EscalateBody
    action = actions.escalate

    def terms(self, given: Given, caller: Caller) -> Given:
        return given | {"queue": queue_named(given.get("queue"), caller)}


class Return(Move):
    summary = "Give an escalated ticket back to the queue it came from"
    body = bodies.ReturnBody
    action = actions.return_ticket


class Transfer(Move):
    summary = "Move a ticket to another queue"
    body = bodies.TransferBody
    action = actions.transfer

    def terms(self, given: Given, caller: Caller) -> Given:
        return given | {"queue": queue_named(given["queue"], caller)}


class Pend(Move):
    summary = "Wait for the creator or a third party"
    body = bodies.PendBody
    action = actions.pend


class Resume(Move):
    summary = "Back to open: the third party answered"
    body = bodies.NoteBody
    action = actions.resume


class Resolve(Move):
    """A last message goes out with it; one that a key brings is automatic, for it names no author."""

    summary = "Solve a ticket"
    body = bodies.ResolveBody
    action = actions.resolve

    def carry_out(self, *, message: str | None = None, **terms: Any) -> Ticket:
        return actions.resolve(**terms) if message is None else actions.reply(body=message, **terms)


class Reopen(Move):
    summary = "Take a resolved ticket up again"
    body = bodies.NoteBody
    action = actions.reopen


class Close(Move):
    summary = "Close a resolved ticket for good"
    body = bodies.NoteBody
    action = actions.close


class Spam(Move):
    summary = "End a ticket that was no request"
    body = bodies.NoteBody
    action = actions.mark_spam


class Merge(Move):
    summary = "End a ticket in favour of another one of the same creator"
    body = bodies.MergeBody
    action = actions.merge

    def terms(self, given: Given, caller: Caller) -> Given:
        return {"into": ticket_named(given["into"], caller, "/into")}


MOVES: tuple[type[Move], ...] = (
    Claim,
    Release,
    Assign,
    Escalate,
    Return,
    Transfer,
    Pend,
    Resume,
    Resolve,
    Reopen,
    Close,
    Spam,
    Merge,
)
"""In the order of a ticket's life; each answers at `tickets/{id}/<its name in lower case>/`."""
