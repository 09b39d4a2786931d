"""`tickets/{id}/messages/` and `tickets/{id}/events/`: what was said, and what happened."""

from __future__ import annotations

from typing import Any

from django.db.models import Min, OuterRef, Subquery
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from supportdesk.errors import BadInput
from supportdesk.rest.paging import Column, number_column, page_of
from supportdesk.rest.parameters import PAGING
from supportdesk.rest.preconditions import etag, refuse_stale
from teams.models import Key, Person
from tickets import actions
from tickets.api.bodies import MessageBody
from tickets.api.creator_context import check_creator_context
from tickets.api.documentation import PAGE, page_of_answers
from tickets.api.endpoint import Endpoint
from tickets.api.idempotency import once
from tickets.api.lookups import Caller, no_such, person_named, ticket_at
from tickets.api.representations import EventAnswer, MessageAnswer, event_answer, message_answer
from tickets.api.tickets import CREATOR_CONTEXT, expected
from tickets.models import Event, Message, Ticket
from tickets.queries.veil import veiled_data

BY_AGE = {"at": Column("at")}
BY_PLACE = {"n": number_column("seq")}


class Messages(Endpoint):
    parameters = PAGING

    @extend_schema(
        operation_id="list_messages",
        summary="List what was said on a ticket, oldest first",
        tags=["tickets"],
        parameters=PAGE,
        responses={200: page_of_answers("MessagePage", MessageAnswer)},
    )
    def get(self, request: Request, id: str) -> Response:
        ticket = ticket_at(id, self.caller)
        messages = (
            Message.objects.visible_to(self.caller)
            .filter(ticket=ticket)
            .select_related("author", "key", "ticket")
            .annotate(n=place_in_history())
        )
        page = page_of(messages, request._request, columns=BY_AGE, ordering="at")
        return Response(page.answer([message_answer(row, row.n, self.caller) for row in page.rows]))

    @extend_schema(
        operation_id="write_message",
        summary="Reply, note, or pass on what the creator wrote",
        description="A key's reply or note names its `author` or says `automated`. A creator's message on a "
        "closed ticket starts a follow-up, which the answer names in `ticket`.",
        tags=["tickets"],
        parameters=[CREATOR_CONTEXT],
        request=MessageBody,
        responses={201: MessageAnswer},
    )
    @once
    def post(self, request: Request, id: str) -> Response:
        ticket = ticket_at(id, self.caller)
        refuse_stale(request.headers.get("If-Match"), ticket.version)
        given = MessageBody.read(request.data)
        refuse_unknown_things(given)
        written_on = self.write(request, ticket, given)
        message, n = newest_message(written_on)
        body = message_answer(message, n, self.caller)
        return Response(body, status=201, headers={"ETag": etag(written_on.version)})

    def write(self, request: Request, ticket: Ticket, given: dict[str, Any]) -> Ticket:
        """Call the action of this kind of message; the ticket that has it now."""
        stays = expected(request, ticket)
        if given["kind"] == "creator":
            refuse_author(given)
            check_creator_context(request, self.caller, ticket.creator.external_id, at=self.at)
            return actions.receive_message(
                ticket=ticket, by=self.caller, body=given["body"], expected_version=stays, at=self.at
            )
        author = author_of(given, self.caller)
        if given["kind"] == "note":
            return actions.note(
                ticket=ticket,
                by=self.caller,
                body=given["body"],
                author=author,
                expected_version=stays,
                at=self.at,
            )
        return actions.reply(
            ticket=ticket,
            by=self.caller,
            body=given["body"],
            author=author,
            automated=given["automated"],
            expected_version=stays,
            at=self.at,
        )


class Events(Endpoint):
    parameters = PAGING

    @extend_schema(
        operation_id="list_events",
        summary="List what happened to a ticket, oldest first",
        tags=["tickets"],
        parameters=PAGE,
        responses={200: page_of_answers("EventPage", EventAnswer)},
    )
    def get(self, request: Request, id: str) -> Response:
        ticket = ticket_at(id, self.caller)
        events = Event.objects.visible_to(self.caller).filter(ticket=ticket).select_related("actor", "key")
        page = page_of(events, request._request, columns=BY_PLACE, ordering="n")
        data = veiled_data(page.rows, self.caller)
        return Response(page.answer([event_answer(row, data[row.seq], self.caller) for row in page.rows]))


def place_in_history() -> Subquery:
    """The number of the event that brought a message."""
    brought = Event.objects.filter(ticket=OuterRef("ticket"), message=OuterRef("pk"))
    return Subquery(brought.order_by().values("message").annotate(first=Min("seq")).values("first"))


def newest_message(ticket: Ticket) -> tuple[Message, int]:
    """The message that was just written and its place in the history."""
    rows = Message.objects.filter(ticket=ticket).select_related("author", "key", "ticket")
    message: Any = rows.annotate(n=place_in_history()).latest("pk")
    return message, message.n


def author_of(given: dict[str, Any], caller: Caller) -> Person | None:
    """Whose words they are: the author whom a key names, or the person who calls; None where automated."""
    if given["automated"]:
        if "author" in given:
            raise BadInput("/author", "A message has an author or is automated, not both.", "contradiction")
        if not isinstance(caller, Key):
            raise BadInput("/automated", "Only a key brings automatic messages.")
        return None
    if isinstance(caller, Key):
        if "author" not in given:
            raise BadInput("/author", 'Name the author, or say "automated": true.', "required")
        return person_named(given["author"], caller, "/author")
    if given.get("author", caller.username) != caller.username:
        raise BadInput("/author", "A person writes in their own name.")
    return caller


def refuse_author(given: dict[str, Any]) -> None:
    if "author" in given:
        raise BadInput("/author", "A creator's message has no author among the staff.")
    if given["automated"]:
        raise BadInput("/automated", "A creator's message is not automated.")


def refuse_unknown_things(given: dict[str, Any]) -> None:
    """Attachments and responses are named by ids that were given out before."""
    if given.get("attachments"):
        raise no_such("/attachments/0", "attachment")
    if "response" in given:
        raise no_such("/response", "response")
