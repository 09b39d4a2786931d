"""Which numbers of a report are whose to see (domain.md, "Kept from whom"). No Django.

A lead sees all. A stakeholder sees totals, nobody's by vendor. A vendor's manager sees the vendor's own and
nothing else, not even totals: taken from a total, one's own would tell the others'.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Part = Mapping[str, Any]


def may_see(part: Part, *, role: str, vendor: str | None) -> bool:
    """Whether a number, or a move, about this part is this role's to see; `vendor` is the viewer's slug."""
    if role == "vendor_manager":
        return vendor is not None and part.get("vendor") == vendor
    if role == "stakeholder":
        return "vendor" not in part and part.get("trait") != "vendor"
    return role == "lead"
