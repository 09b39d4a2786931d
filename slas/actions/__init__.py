"""The verbs of the clock engine: what is set up first, then a ticket's life, then the sweep."""

from slas.actions.acknowledge_alert import acknowledge_alert
from slas.actions.clock_batch import ClockBatch, ClockSupply, Reached, save_clock_batches
from slas.actions.define_calendar import define_calendar
from slas.actions.define_policy import define_policy
from slas.actions.move_clock import move_clock
from slas.actions.start_clock import start_clock
from slas.actions.take_due import take_due

__all__ = [
    "ClockBatch",
    "ClockSupply",
    "Reached",
    "acknowledge_alert",
    "define_calendar",
    "define_policy",
    "move_clock",
    "save_clock_batches",
    "start_clock",
    "take_due",
]
