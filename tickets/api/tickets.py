"""`tickets/` and `tickets/{id}/`: create, list, read, change."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from slas.queries import first_timer_lines
from supportdesk.errors import BadInput, Conflict
from supportdesk.rest.paging import page_of
from supportdesk.rest.parameters import PAGING
from supportdesk.rest.preconditions import etag, refuse_stale
from tickets import actions
from tickets.actions.opening import CreatorFacts, NewTicket
from tickets.api.bodies import EditBody, NewTicketBody
from tickets.api.creator_context import check_creator_context
from tickets.api.documentation import PAGE, page_of_answers
from tickets.api.endpoint import Endpoint
from tickets.api.idempotency import once
from tickets.api.lookups import line_named, no_such, queue_named, ticket_at
from tickets.api.representations import TicketAnswer, ticket_answer, ticket_answers
from tickets.filters import LONGEST_QUESTION, ORDERINGS, SLA, TicketFilter, ordering_of
from tickets.models import Ticket
from tickets.words import CHANNELS, PRIORITIES, STATUSES


def words(name: str, values: tuple[str, ...]) -> OpenApiParameter:
    return OpenApiParameter(name, str, enum=values, many=True, description="Repeat it to name several.")


FILTERS = [
    words("status", STATUSES),
    OpenApiParameter("queue", str, description="A queue's slug."),
    OpenApiParameter("tier", int, enum=(1, 2)),
    words("channel", CHANNELS),
    OpenApiParameter("lob", str, description="A line's slug."),
    words("priority", PRIORITIES),
    OpenApiParameter("assignee", str, description="`me`, `none`, a username or `api:<key name>`."),
    OpenApiParameter("locale", str, description="A bare language finds its regions too."),
    OpenApiParameter("tag", str, many=True, description="Repeat it to require several."),
    OpenApiParameter("creator", str, description="The creator's `external_id`."),
    OpenApiParameter("external_ref", str),
    OpenApiParameter("created_after", OpenApiTypes.DATETIME),
    OpenApiParameter("created_before", OpenApiTypes.DATETIME),
    OpenApiParameter("updated_since", OpenApiTypes.DATETIME),
    OpenApiParameter(
        "sla",
        str,
        enum=SLA,
        description="`at_risk`, `breached`: an unended timer is so now; `paused`: requester wait stands "
        "still; `ok`: none of these; `was_breached`: ever.",
    ),
    OpenApiParameter(
        "q",
        {"type": "string", "maxLength": LONGEST_QUESTION},
        description='Full text over subject and messages: words, "phrases", or; -without leaves out texts.',
    ),
    OpenApiParameter("ordering", str, enum=tuple(ORDERINGS), default=next(iter(ORDERINGS))),
]
CREATOR_CONTEXT = OpenApiParameter(
    "X-Creator-Context",
    str,
    OpenApiParameter.HEADER,
    description="The signed context that the in-app channel's key must send.",
)


class Tickets(Endpoint):
    parameters = (*TicketFilter.names(), "ordering", *PAGING)

    @extend_schema(
        operation_id="list_tickets",
        summary="List tickets",
        tags=["tickets"],
        parameters=[*FILTERS, *PAGE],
        responses={200: page_of_answers("TicketPage", TicketAnswer)},
    )
    def get(self, request: Request) -> Response:
        visible = Ticket.objects.visible_to(self.caller).with_people()
        wanted = TicketFilter.apply(request.query_params, visible, caller=self.caller, at=self.at)
        ordering = ordering_of(request.query_params)
        page = page_of(wanted, request._request, columns=ORDERINGS, ordering=ordering)
        return Response(page.answer(ticket_answers(page.rows, caller=self.caller, at=self.at)))

    @extend_schema(
        operation_id="create_ticket",
        summary="Create a ticket",
        description="Answers 200 with the stored ticket where `external_ref` was pushed before with the same "
        "content, 409 where it was with other content.",
        tags=["tickets"],
        parameters=[CREATOR_CONTEXT],
        request=NewTicketBody,
        responses={201: TicketAnswer, 200: TicketAnswer},
    )
    @once
    def post(self, request: Request) -> Response:
        given = NewTicketBody.read(request.data)
        if given.get("attachments"):
            raise no_such("/attachments/0", "attachment")
        check_creator_context(request, self.caller, given["creator"]["external_id"], at=self.at)
        ticket, created = actions.open_ticket(
            new=NewTicket(
                channel=given["channel"],
                line=line_named(given["lob"], self.caller),
                queue=queue_named(given.get("queue"), self.caller),
                subject=given["subject"],
                body=given["body"],
                creator=CreatorFacts(**given["creator"]),
                external_ref=given.get("external_ref"),
                content_hash=content_hash(request.data),
                priority=given["priority"],
                locale=given.get("locale", ""),
                tags=tuple(given.get("tags", ())),
                custom_fields=given.get("custom_fields", {}),
                created_at=given.get("created_at"),
            ),
            source=self.caller.source,
            by=self.caller,
            at=self.at,
        )
        if not created and not Ticket.objects.visible_to(self.caller).filter(pk=ticket.pk).exists():
            raise Conflict(f"{ticket.external_ref} was pushed before, and the ticket has left your sight.")
        return created_answer(self, ticket) if created else answer_with(self, ticket)


class OneTicket(Endpoint):
    @extend_schema(
        operation_id="read_ticket",
        summary="Read a ticket",
        tags=["tickets"],
        responses={200: TicketAnswer},
    )
    def get(self, request: Request, id: str) -> Response:
        return answer_with(self, ticket_at(id, self.caller))

    @extend_schema(
        operation_id="edit_ticket",
        summary="Change subject, priority, tags, custom fields or locale",
        tags=["tickets"],
        request=EditBody,
        responses={200: TicketAnswer},
    )
    def patch(self, request: Request, id: str) -> Response:
        ticket = ticket_at(id, self.caller)
        refuse_stale(request.headers.get("If-Match"), ticket.version)
        given = EditBody.read(request.data)
        if not given:
            raise BadInput("", "Name at least one field to change.", "required")
        changed = actions.edit(
            ticket=ticket,
            by=self.caller,
            changes=given,
            expected_version=expected(request, ticket),
            at=self.at,
        )
        return answer_with(self, changed)


def created_answer(endpoint: Endpoint, ticket: Ticket) -> Response:
    """201 with a new ticket, whose timers are at hand."""
    body = ticket_answer(ticket, first_timer_lines(ticket.clock, at=endpoint.at), endpoint.caller, hidden=())
    headers = {"ETag": etag(ticket.version), "Location": reverse("api:ticket", args=[ticket.ref])}
    return Response(body, status=201, headers=headers)


def answer_with(endpoint: Endpoint, ticket: Ticket) -> Response:
    """200 with the ticket as it now is."""
    (body,) = ticket_answers([ticket], caller=endpoint.caller, at=endpoint.at)
    return Response(body, headers={"ETag": etag(ticket.version)})


def expected(request: Request, ticket: Ticket) -> int | None:
    """The version that the row must still have under the action's lock, where the caller named one."""
    named = request.headers.get("If-Match")
    return None if named is None or named.strip() == "*" else ticket.version


def content_hash(body: Any) -> str:
    """A hash of a body as it was pushed; the order of its members does not matter."""
    told = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()
