"""What the history says beside kinds and instants, so that reports can be told from it alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.cast import Cast
from tests.tickets.conftest import new_ticket
from tickets import actions


def test_history_tells_the_tags_of_its_time(cast: Cast, monday: datetime) -> None:
    ticket, _ = actions.open_ticket(
        new=new_ticket(cast, tags=("payout",)), source="vendor:acme", by=cast.dana, at=monday
    )
    actions.edit(
        ticket=ticket, by=cast.dana, changes={"tags": ["payout", "tax"]}, at=monday + timedelta(hours=1)
    )
    actions.edit(ticket=ticket, by=cast.dana, changes={"subject": "Tax form"}, at=monday + timedelta(hours=2))
    told = [event.data.get("tags") for event in ticket.events.order_by("seq")]
    assert told == [["payout"], ["payout", "tax"], None]
    assert "tags" not in actions.open_ticket(
        new=new_ticket(cast), source="vendor:acme", by=cast.dana, at=monday
    )[0].events.get().data  # fmt: skip
