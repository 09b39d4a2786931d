"""The rows of the life of a ticket."""

from tickets.appeals.models import Appeal, WindowRule
from tickets.models.history import Event
from tickets.models.idempotency import IdempotentAnswer
from tickets.models.messages import Message
from tickets.models.outbox import OutboxRow
from tickets.models.replayed import ReplayedLines
from tickets.models.ticket import Creator, Ticket

__all__ = [
    "Appeal",
    "Creator",
    "Event",
    "IdempotentAnswer",
    "Message",
    "OutboxRow",
    "ReplayedLines",
    "Ticket",
    "WindowRule",
]
