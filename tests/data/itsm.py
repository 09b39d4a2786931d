"""The real incident log of the shared data as a history file (its README says how).

`python -m tests.data.itsm DESTINATION [INCIDENTS]` writes it, with setup.toml beside it.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path

from tests.slas.dates import shared_folder

FOLDER = shared_folder() / "data"
LOG = FOLDER / "itsm_incident_events.csv.gz"
EXPECTED = FOLDER / "itsm_expected.csv.gz"

PRIORITIES = {"1 - Critical": "urgent", "2 - High": "high", "3 - Moderate": "normal", "4 - Low": "low"}

SETUP = """\
[[calendar]]
slug = "incident-hours"
timezone = "UTC"
[calendar.hours]
mon = ["08:00-18:00"]
tue = ["08:00-18:00"]
wed = ["08:00-18:00"]
thu = ["08:00-18:00"]
fri = ["08:00-18:00"]

[[line]]
slug = "incidents"
name = "Incidents"

[[line]]
slug = "incidents-always"
name = "Incidents, round the clock"

[[team]]
slug = "service-desk"
name = "Service desk"

[[queue]]
slug = "incidents-t1"
line = "incidents"
tier = 1
team = "service-desk"

[[queue]]
slug = "incidents-always-t1"
line = "incidents-always"
tier = 1
team = "service-desk"

[[policy]]
slug = "incidents"
order = 1
match = { line = ["incidents"] }
calendar = "incident-hours"
warn_at = [75]
[policy.targets]
requester_wait = { urgent = "4h", high = "8h", normal = "24h", low = "48h" }

[[policy]]
slug = "incidents-always"
order = 2
match = { line = ["incidents-always"] }
calendar = "always"
warn_at = [75]
[policy.targets]
requester_wait = { urgent = "4h", high = "8h", normal = "24h", low = "48h" }
"""


@dataclass(frozen=True)
class Incident:
    """One row of the checked answers: seconds on the calendar and round the clock, pauses left out."""

    number: str
    opened_at: str
    end_at: str
    business_running_s: int
    running_wall_s: int


def expected_incidents() -> Iterator[Incident]:
    """The checked answers, by incident number."""
    for row in rows(EXPECTED):
        yield Incident(
            number=row["number"],
            opened_at=row["opened_at"],
            end_at=row["end_at"],
            business_running_s=int(row["business_running_s"]),
            running_wall_s=int(row["running_wall_s"]),
        )


def history_lines(incidents: Iterable[Incident], line: str = "incidents") -> Iterator[dict[str, object]]:
    """The lines of the history file: created, pended while Awaiting*, resolved at the end."""
    wanted = {incident.number: incident for incident in incidents}
    for number, events in groupby(rows(LOG), key=lambda row: row["number"]):
        if number in wanted:
            yield from life(wanted[number], list(events), line)


def life(incident: Incident, events: list[dict[str, str]], lob: str) -> Iterator[dict[str, object]]:
    """One incident's lines, in the order of `at`."""
    events.sort(key=lambda row: (row["updated_at"], int(row["sys_mod_count"])))
    first = events[0]

    def line(at: str, event: str, **fields: object) -> dict[str, object]:
        return {"at": at.replace(" ", "T") + "Z", "ref": incident.number, "event": event, **fields}

    yield line(
        incident.opened_at,
        "created",
        channel="internal_form",
        lob=lob,
        queue=f"{lob}-t1",
        subject=f"{first['category'] or 'Incident'} {first['subcategory']}".strip(),
        body=f"Reported by {first['contact_type'] or 'unknown'}.",
        priority=PRIORITIES.get(first["priority"], "normal"),
        creator={"external_id": first["caller_id"] or "unknown"},
    )
    awaiting = False
    for row in events:
        if row["updated_at"] >= incident.end_at:
            break
        waits = row["state"].startswith("Awaiting")
        if waits and not awaiting:
            yield line(row["updated_at"], "pend", on="creator")
        elif awaiting and not waits:
            yield line(row["updated_at"], "resume")
        awaiting = waits
    yield line(incident.end_at, "resolve")


def rows(file: Path) -> Iterator[dict[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def write(destination: Path, limit: int | None = None) -> int:
    """Write history.ndjson and setup.toml into a folder; the number of lines."""
    destination.mkdir(parents=True, exist_ok=True)
    (destination / "setup.toml").write_text(SETUP, encoding="utf-8")
    count = 0
    with (destination / "history.ndjson").open("w", encoding="utf-8") as history:
        for line in history_lines(islice(expected_incidents(), limit)):
            history.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    return count


if __name__ == "__main__":
    limit = int(sys.argv[2]) if len(sys.argv) > 2 else None
    sys.stdout.write(f"{write(Path(sys.argv[1]), limit)} lines\n")
