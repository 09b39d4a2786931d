"""The addresses of `/api/v1/`."""

from django.urls import URLPattern, path

from tickets.api.documentation import Docs, Schema
from tickets.api.messages import Events, Messages
from tickets.api.moves import MOVES
from tickets.api.queues import ClaimNext, Queues
from tickets.api.tickets import OneTicket, Tickets
from tickets.appeals.api.endpoints import Appeals, Decide, OneAppeal, RequestEvidence, Withdraw

app_name = "api"

urlpatterns: list[URLPattern] = [
    path("tickets/", Tickets.as_view(), name="tickets"),
    path("tickets/<str:id>/", OneTicket.as_view(), name="ticket"),
    path("tickets/<str:id>/messages/", Messages.as_view(), name="messages"),
    path("tickets/<str:id>/events/", Events.as_view(), name="events"),
    *(
        path(f"tickets/<str:id>/{move.__name__.lower()}/", move.as_view(), name=move.__name__.lower())
        for move in MOVES
    ),
    path("queues/", Queues.as_view(), name="queues"),
    path("queues/<str:slug>/claim/", ClaimNext.as_view(), name="claim-next"),
    path("appeals/", Appeals.as_view(), name="appeals"),
    path("appeals/<str:id>/", OneAppeal.as_view(), name="appeal"),
    path("appeals/<str:id>/request_evidence/", RequestEvidence.as_view(), name="request-evidence"),
    path("appeals/<str:id>/withdraw/", Withdraw.as_view(), name="withdraw"),
    path("appeals/<str:id>/decide/", Decide.as_view(), name="decide"),
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", Docs.as_view(), name="docs"),
]
