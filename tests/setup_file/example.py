"""The file of the contract, and ways to apply one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from supportdesk.setup_file.applying import Outcome, apply_setup
from supportdesk.setup_file.findings import SetupRefused

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)

ORG = """\
[[calendar]]
slug = "la-weekdays"
timezone = "America/Los_Angeles"
hours = { mon = ["09:00-17:00"], tue = ["09:00-12:00", "13:00-17:00"], fri = ["22:00-06:00"] }  # over midnight
holidays = ["US"]                                # codes of the holidays library, subdivisions as "US-CA"
closed = ["2026-12-24"]                          # own days
open = [{ date = "2026-12-27", hours = ["10:00-14:00"] }]   # a day with its own hours, holiday or not

[[line]]
slug = "creator-rewards"
name = "Creator rewards"
owner = "lea"
timezone = "America/Los_Angeles"                 # optional, UTC: its days and weeks in reports
sensitivity = "standard"                         # or "restricted": vendors never see it

[[vendor]]
slug = "acme"
name = "Acme Support"

[[team]]
slug = "acme-rewards"
name = "Acme rewards"
vendor = "acme"                                  # absent: in-house
lead = "vera"

[[queue]]
slug = "creator-rewards-t1-acme"
line = "creator-rewards"
tier = 1
team = "acme-rewards"
locales = ["en", "pt"]                           # optional: routing prefers it for these
channels = ["in_app", "webform"]                 # optional
share = 60                                       # optional: weight among queues that match equally

[[person]]
username = "lea"
name = "Lea Roth"
email = "lea@desk.example"
role = "lead"
languages = ["en"]

[[person]]
username = "vera"
name = "Vera Lim"
email = "vera@acme.example"
role = "vendor_manager"
vendor = "acme"

[[person]]
username = "dana"
name = "Dana Cruz"
email = "dana@acme.example"
role = "specialist"                              # specialist, lead, vendor_manager, stakeholder, administrator
vendor = "acme"
teams = ["acme-rewards"]
languages = ["en", "pt"]
lines = ["creator-rewards"]
capacity = 6
timezone = "America/Sao_Paulo"

[[policy]]
slug = "rewards"
order = 10
match = { line = ["creator-rewards"], channel = ["in_app", "webform"] }
calendar = "la-weekdays"                         # or "always"
warn_at = [75, 90]                               # per cent of the target
update_pauses = true                             # the pausable kind of update; absent: the plain one
[policy.targets]
first_reply = { urgent = "30m", high = "2h", normal = "8h", low = "24h" }   # a priority not named: see domain.md
next_reply = { normal = "8h" }
requester_wait = { normal = "24h" }
resolution = { normal = "3d" }                   # s, m, h, d; d = 24 h of counted time
tier_ownership = { normal = "16h" }
"""


def apply(text: str, **terms: Any) -> Outcome:
    return apply_setup(content=text.encode(), at=AT, **terms)


def changes(text: str, **terms: Any) -> list[str]:
    return [str(change) for change in apply(text, **terms).changes]


def faults(content: str | bytes) -> list[str]:
    """What is said of a file that is refused."""
    with pytest.raises(SetupRefused) as refusal:
        apply_setup(content=content if isinstance(content, bytes) else content.encode(), at=AT)
    return [fault.told("org.toml") for fault in refusal.value.faults]


def line_with(part: str, text: str = ORG) -> int:
    """The number of the line that holds `part`; it must be the only one."""
    (found,) = [number for number, line in enumerate(text.splitlines(), 1) if part in line]
    return found
