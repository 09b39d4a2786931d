"""The addresses of the workspace."""

from django.urls import path

from tickets.views import board, internal, moves, queue, ticket

urlpatterns = [
    path("queue/", queue.queue, name="queue"),
    path("queue/rows/", queue.queue_rows, name="queue_rows"),
    path("queue/next/", moves.take_next, name="take_next"),
    path("board/", board.board, name="board"),
    path("alerts/<int:alert_id>/acknowledge/", board.acknowledge, name="acknowledge"),
    path("internal/", internal.internal_form, name="internal_form"),
    path("tickets/<str:ref>/", ticket.ticket, name="ticket"),
    path("tickets/<str:ref>/news/", ticket.ticket_news, name="ticket_news"),
    path("tickets/<str:ref>/timers/<int:timer_id>/", ticket.timer, name="timer"),
    path("tickets/<str:ref>/<str:verb>/", moves.move, name="move"),
]
