"""Who may hear of what, live. Plain rules over the facts of `tickets.live`; the same as `visible_to`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from tickets.words import HIDDEN_AFTER_HANDOVER

TICKET_FIELDS: Final = ("ref", "version", "status", "queue", "assignee", "at")
ALERT_FIELDS: Final = ("alert", "sign", "ref", "queue", "metric", "cycle", "level", "instant", "at")


@dataclass(frozen=True)
class Hearing:
    """One person's ears: their vendor, else the lines that they may see (ids; none for most roles)."""

    person: int
    vendor: int | None = None
    lines: frozenset[int] = frozenset()

    def sees(self, sight: dict[str, Any]) -> bool:
        """Whether a ticket of this line and vendor exists for them (domain.md, "Kept from whom")."""
        if self.vendor is not None:
            return bool(sight["vendor"] == self.vendor and not sight["restricted"])
        return sight["line"] in self.lines

    def told(self, fact: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        """The name and data of what to tell them of a fact; None where it does not concern them.

        `ticket`: something happened to a ticket that they see; a vendor that handed it up hears neither of
        notes nor of who has it. `gone`: it has left their sight. `alert`: it was addressed to them.
        """
        if fact["kind"] == "alert":
            addressed = self.person in fact["persons"] and self.sees(fact)
            return ("alert", {name: fact[name] for name in ALERT_FIELDS}) if addressed else None
        if fact["kind"] != "ticket":
            return None
        if not self.sees(fact):
            left = "was" in fact and self.sees(fact["was"])
            return ("gone", {"ref": fact["ref"], "at": fact["at"]}) if left else None
        data = {name: fact[name] for name in TICKET_FIELDS}
        events = fact["events"]
        if self.vendor is not None and fact["desk"] != self.vendor:
            events = [kind for kind in events if kind not in HIDDEN_AFTER_HANDOVER]
            data["assignee"] = None
            if fact["events"] and not events:
                return None
        return "ticket", {**data, "events": events}
