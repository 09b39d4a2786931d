"""What a setup file says, as plain values; an absent field has its default. References are slugs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from slas.terms import CalendarTerms, PolicyTerms
from tickets.appeals.windows import WindowTerms

KINDS: Final = ("calendar", "line", "vendor", "team", "queue", "person", "policy", "appeal_window")
"""In the order in which a file writes them."""


@dataclass(frozen=True)
class LineRecord:
    slug: str
    name: str
    owner: str | None = None
    timezone: str = "UTC"
    sensitivity: str = "standard"
    vendors_may_pend: bool = True
    vendors_may_prioritise: bool = True


@dataclass(frozen=True)
class VendorRecord:
    slug: str
    name: str


@dataclass(frozen=True)
class TeamRecord:
    slug: str
    name: str
    vendor: str | None = None
    lead: str | None = None


@dataclass(frozen=True)
class QueueRecord:
    slug: str
    line: str
    tier: int
    team: str
    locales: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    share: int = 100


@dataclass(frozen=True)
class PersonRecord:
    """`teams` and `lines` are sorted: their order means nothing. `active` None leaves it as it is stored."""

    username: str
    name: str
    email: str
    role: str
    vendor: str | None = None
    teams: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    capacity: int = 6
    timezone: str = "UTC"
    active: bool | None = None


@dataclass
class Organisation:
    """Everything by kind and slug (of a person: username)."""

    calendar: dict[str, CalendarTerms] = field(default_factory=dict)
    line: dict[str, LineRecord] = field(default_factory=dict)
    vendor: dict[str, VendorRecord] = field(default_factory=dict)
    team: dict[str, TeamRecord] = field(default_factory=dict)
    queue: dict[str, QueueRecord] = field(default_factory=dict)
    person: dict[str, PersonRecord] = field(default_factory=dict)
    policy: dict[str, PolicyTerms] = field(default_factory=dict)
    appeal_window: dict[str, WindowTerms] = field(default_factory=dict)

    def of(self, kind: str) -> dict[str, Any]:
        return getattr(self, kind)  # type: ignore[no-any-return]

    def overlaid_with(self, other: Organisation) -> Organisation:
        """This organisation, with what `other` names taken from `other`."""
        merged: Mapping[str, Any] = {kind: {**self.of(kind), **other.of(kind)} for kind in KINDS}
        return Organisation(**merged)
