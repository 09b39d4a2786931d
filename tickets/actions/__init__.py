"""The verbs of a ticket, in the order of its life. Nothing else writes tickets.

Each takes keyword arguments only, `at` last, locks the ticket's row, checks the move against
`tickets.states`, tells the clock, writes the history and the outbox, and commits all of it or nothing.
"""

from tickets.actions.alerts import acknowledge, raise_alerts, raise_alerts_of
from tickets.actions.answers import forget_answers
from tickets.actions.conversation import follow_up, note, receive_message, reply
from tickets.actions.editing import change_priority, edit, reveal
from tickets.actions.ending import close, mark_spam, merge, reopen, resolve
from tickets.actions.handing import escalate, return_ticket, transfer
from tickets.actions.holding import assign, claim, claim_next, release
from tickets.actions.opening import CreatorFacts, NewTicket, open_ticket
from tickets.actions.outbox import forget_sent, send_mails, show_alerts
from tickets.actions.replaying import replay_history
from tickets.actions.waiting import pend, resume, wake_pending

__all__ = [
    "CreatorFacts",
    "NewTicket",
    "acknowledge",
    "assign",
    "change_priority",
    "claim",
    "claim_next",
    "close",
    "edit",
    "escalate",
    "follow_up",
    "forget_answers",
    "forget_sent",
    "mark_spam",
    "merge",
    "note",
    "open_ticket",
    "pend",
    "raise_alerts",
    "raise_alerts_of",
    "receive_message",
    "release",
    "reopen",
    "replay_history",
    "reply",
    "resolve",
    "resume",
    "return_ticket",
    "reveal",
    "send_mails",
    "show_alerts",
    "transfer",
    "wake_pending",
]
