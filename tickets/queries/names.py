"""Lines of business, queues and people by the names that a history or an import writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from teams.models import Line, Person, Queue
from tickets.history.entries import BadLine, Entry, read_entry


class Names:
    """All of them, read once in three queries: rights are not asked of what is past."""

    def __init__(self) -> None:
        self.lines = {line.slug: line for line in Line.objects.all()}
        self.queues = {queue.slug: queue for queue in Queue.objects.select_related("line", "team__vendor")}
        self.people = {person.username: person for person in Person.objects.all()}

    def reader(self, now: datetime) -> Callable[[bytes, int], Entry]:
        """Reads a history's line and checks that whatever it names exists; raises `BadLine`."""

        def read(raw: bytes, number: int) -> Entry:
            entry = read_entry(raw, number, now)
            self.check(entry)
            return entry

        return read

    def check(self, entry: Entry) -> None:
        given = {"by": entry.by, **{name: entry.facts.get(name) for name in ("lob", "queue", "assignee")}}
        known: Mapping[str, tuple[Mapping[str, object], str]] = {
            "by": (self.people, "person"),
            "assignee": (self.people, "person"),
            "lob": (self.lines, "line of business"),
            "queue": (self.queues, "queue"),
        }
        for field, name in given.items():
            there, what = known[field]
            if name is not None and name not in there:
                raise BadLine(entry.number, field, f"There is no {what} called {name}.", entry.ref)
