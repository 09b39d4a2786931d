"""The verbs of an appeal, in the order of its life. Nothing else writes appeals.

Each works in the frame of its ticket (`tickets.actions.change`): the ticket's row is locked first, so that of
two who decide at once the second is refused, and all that a verb writes is committed together.
"""

from tickets.appeals.actions.decision import decide_appeal, withdraw_appeal
from tickets.appeals.actions.evidence import add_evidence, request_evidence
from tickets.appeals.actions.rules import define_window
from tickets.appeals.actions.submission import NewAppeal, admit_late, submit_appeal

__all__ = [
    "NewAppeal",
    "add_evidence",
    "admit_late",
    "decide_appeal",
    "define_window",
    "request_evidence",
    "submit_appeal",
    "withdraw_appeal",
]
