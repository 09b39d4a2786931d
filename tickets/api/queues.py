"""`queues/` and `queues/{slug}/claim/`: how much waits, and the next ticket."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from supportdesk.errors import BadInput
from supportdesk.rest.paging import Column, page_of
from supportdesk.rest.parameters import PAGING
from teams.models import Key, Person, Queue
from tickets import actions
from tickets.api.bodies import ClaimNextBody
from tickets.api.documentation import PAGE, page_of_answers
from tickets.api.endpoint import Endpoint
from tickets.api.idempotency import once
from tickets.api.lookups import person_named, queue_at
from tickets.api.representations import QueueAnswer, TicketAnswer, queue_answers
from tickets.api.tickets import answer_with

BY_SLUG = {"slug": Column("slug", read=str, write=str)}


class Queues(Endpoint):
    parameters = PAGING

    @extend_schema(
        operation_id="list_queues",
        summary="List the caller's queues with what waits in them",
        tags=["queues"],
        parameters=PAGE,
        responses={200: page_of_answers("QueuePage", QueueAnswer)},
    )
    def get(self, request: Request) -> Response:
        queues = Queue.objects.visible_to(self.caller).select_related("line", "team__vendor")
        page = page_of(queues, request._request, columns=BY_SLUG, ordering="slug")
        return Response(page.answer(queue_answers(page.rows, self.caller, at=self.at)))


class ClaimNext(Endpoint):
    scopes: ClassVar = {"POST": "queues:claim"}

    @extend_schema(
        operation_id="claim_next_ticket",
        summary="Take the next ticket of a queue",
        description="A key names the `assignee` for whom it claims (languages, certificates and capacity then "
        "count) or, with an empty body, holds the ticket itself.",
        tags=["queues"],
        request=ClaimNextBody,
        responses={200: TicketAnswer, 204: OpenApiResponse(description="Nothing is waiting.")},
    )
    @once
    def post(self, request: Request, slug: str) -> Response:
        queue = queue_at(slug, self.caller)
        given = ClaimNextBody.read(request.data)
        assignee = self.assignee(given)
        return answer_with(
            self, actions.claim_next(queue=queue, by=self.caller, assignee=assignee, at=self.at)
        )

    def assignee(self, given: dict[str, Any]) -> Person | None:
        """For whom a key claims; a person claims for themselves."""
        if "assignee" not in given:
            return None
        if isinstance(self.caller, Key):
            return person_named(given["assignee"], self.caller, "/assignee")
        if given["assignee"] != self.caller.username:
            raise BadInput("/assignee", "A person claims for themselves.")
        return self.caller
