"""`appeals/`: submit one, read it, and the three moves that the contract names."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from supportdesk.rest.preconditions import etag, refuse_stale
from tickets.actions import CreatorFacts
from tickets.actions.storage import refuse_readers
from tickets.api.bodies import NoteBody
from tickets.api.creator_context import check_creator_context
from tickets.api.endpoint import Endpoint
from tickets.api.idempotency import once
from tickets.api.lookups import Caller, person_named, ticket_at, ticket_named
from tickets.api.tickets import CREATOR_CONTEXT, expected
from tickets.appeals import actions
from tickets.appeals.api.bodies import AppealBody, DecideBody, QuestionBody
from tickets.appeals.api.representations import AppealAnswer, appeal_answer
from tickets.appeals.models import Appeal
from tickets.appeals.queries import appeal_on


class Appeals(Endpoint):
    @extend_schema(
        operation_id="submit_appeal",
        summary="Contest a decision",
        description="Goes straight to in-house Tier 2. One that comes after its window is answered 201 too: "
        "refused (`status`), with the rule and its dates in `reasons`.",
        tags=["appeals"],
        parameters=[CREATOR_CONTEXT],
        request=AppealBody,
        responses={201: AppealAnswer},
    )
    @once
    def post(self, request: Request) -> Response:
        given = AppealBody.read(request.data)
        check_creator_context(request, self.caller, given["creator"]["external_id"], at=self.at)
        decision = given["decision"]
        appeal = actions.submit_appeal(
            new=actions.NewAppeal(
                creator=CreatorFacts(**given["creator"]),
                decision_type=decision["type"],
                decision_at=decision["decided_at"],
                informed_at=decision.get("informed_at"),
                ground=decision["ground"],
                automated=decision["automated"],
                made_by=decision.get("decided_by", ""),
                statement=given["statement"],
                about=ticket_named(given["ticket"], self.caller, "/ticket") if "ticket" in given else None,
            ),
            source=self.caller.source,
            by=self.caller,
            at=self.at,
        )
        response = answer_with(self, appeal, status=201)
        response["Location"] = reverse("api:appeal", args=[appeal.ticket.ref])
        return response


class OneAppeal(Endpoint):
    @extend_schema(
        operation_id="read_appeal", summary="Read an appeal", tags=["appeals"], responses={200: AppealAnswer}
    )
    def get(self, request: Request, id: str) -> Response:
        return answer_with(self, appeal_at(id, self.caller))


class AppealMove(Endpoint):
    """A POST on an appeal; whoever may only read it is told so before the body is looked at."""

    body: ClassVar[type[Any]]

    def prepare(self, request: Request, id: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The arguments that every verb takes, and what stood in the body."""
        appeal = appeal_at(id, self.caller)
        refuse_readers(appeal.ticket, self.caller)
        refuse_stale(request.headers.get("If-Match"), appeal.ticket.version)
        common = {
            "appeal": appeal,
            "by": self.caller,
            "expected_version": expected(request, appeal.ticket),
            "at": self.at,
        }
        return common, self.body.read(request.data)


class RequestEvidence(AppealMove):
    body = QuestionBody

    @extend_schema(
        operation_id="request_evidence",
        summary="Ask the appellant for evidence; the decision clock stands still until they answer",
        tags=["appeals"],
        request=QuestionBody,
        responses={200: AppealAnswer},
    )
    @once
    def post(self, request: Request, id: str) -> Response:
        common, given = self.prepare(request, id)
        return answer_with(self, actions.request_evidence(**common, **given))


class Withdraw(AppealMove):
    body = NoteBody

    @extend_schema(
        operation_id="withdraw_appeal",
        summary="Withdraw an appeal for its creator",
        tags=["appeals"],
        parameters=[CREATOR_CONTEXT],
        request=NoteBody,
        responses={200: AppealAnswer},
    )
    @once
    def post(self, request: Request, id: str) -> Response:
        common, given = self.prepare(request, id)
        creator = common["appeal"].ticket.creator
        check_creator_context(request, self.caller, creator.external_id, at=self.at)
        return answer_with(self, actions.withdraw_appeal(**common, **given))


class Decide(AppealMove):
    body = DecideBody

    @extend_schema(
        operation_id="decide_appeal",
        summary="Decide an appeal: the creator is answered with reasons and redress",
        description="`by` is a person of the line, in-house, who did not make the contested decision.",
        tags=["appeals"],
        request=DecideBody,
        responses={200: AppealAnswer},
    )
    @once
    def post(self, request: Request, id: str) -> Response:
        common, given = self.prepare(request, id)
        decider = person_named(given.pop("by"), self.caller, "/by")
        return answer_with(self, actions.decide_appeal(**common, decider=decider, **given))


def appeal_at(ref: str, caller: Caller) -> Appeal:
    """The appeal that an address names, with all that its answer names; two queries."""
    found = appeal_on(ticket_at(ref, caller))
    if found is None:
        raise Http404
    return found


def answer_with(endpoint: Endpoint, appeal: Appeal, *, status: int = 200) -> Response:
    """The appeal as it now is."""
    body = appeal_answer(appeal, caller=endpoint.caller, at=endpoint.at)
    return Response(body, status=status, headers={"ETag": etag(appeal.ticket.version)})
