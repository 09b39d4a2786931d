"""`manage.py replay events.ndjson [--summary]`: a history goes in, silently, with clocks and metrics intact."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from supportdesk import clock
from supportdesk.errors import Conflict
from tickets.actions import replay_history
from tickets.queries.outcomes import Outcome, outcomes

STATES: Final = {
    "met": "met",
    "breached": "breached",
    "cancelled": "cancelled",
    "running": "open",
    "paused": "open",
}
COLUMNS: Final = ("met", "breached", "cancelled", "open")
SOURCE: Final = "history"


class Command(BaseCommand):
    help = (
        "Replays what happened to tickets elsewhere, one event a line, through the same actions and silently. "
        "Prints each timer of each ticket, or with --summary what was met and breached per policy and metric. "
        "The same file again adds nothing; a bad line is named and its ticket held back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="newline-delimited JSON, one event a line")
        parser.add_argument("--summary", action="store_true", help="totals instead of one line per timer")

    def handle(self, *args: Any, file: Path, summary: bool, **options: Any) -> None:
        totals: Counter[tuple[str, str, str]] = Counter()
        added = known = tickets = bad = 0
        held_back: set[str] = set()
        at = clock.now()
        began = time.perf_counter()
        try:
            with file.open("rb") as lines:
                for replayed in replay_history(file=lines, source=SOURCE, origin=file.name, at=at):
                    for wrong in replayed.bad:
                        self.stderr.write(str(wrong))
                    bad += len(replayed.bad)
                    held_back.update(wrong.ref for wrong in replayed.bad if wrong.ref is not None)
                    added += replayed.added
                    known += replayed.known
                    tickets += len(replayed.refs)
                    found = outcomes(replayed.refs, source=SOURCE, at=at)
                    if summary:
                        totals.update(counted(found))
                    else:
                        self.stdout.writelines(line + "\n" for line in told(found))
        except OSError as failure:
            raise CommandError(f"{file} cannot be read: {failure.strerror or failure}.") from failure
        except Conflict as failure:
            raise CommandError(str(failure)) from failure
        seconds = time.perf_counter() - began
        if summary:
            self.stdout.writelines(line + "\n" for line in table(totals))
        self.stdout.write(
            f"{counted_noun(added, 'event')} of {counted_noun(tickets, 'ticket')} replayed in {seconds:,.1f} s, "
            f"{added / seconds:,.0f} a second; {known:,} had been replayed before."
        )
        if bad:
            raise CommandError(
                f"{counted_noun(bad, 'bad line')}: {counted_noun(len(held_back), 'ticket')} held back."
            )


def told(found: Iterable[Outcome]) -> Iterable[str]:
    """One line for each timer: ticket, metric, cycle, state, elapsed and target in seconds, policy."""
    for outcome in found:
        if not outcome.timers:
            yield f"{outcome.name}  {outcome.no_match_reason or 'no timer'}"
        for timer in outcome.timers:
            yield (
                f"{outcome.name}  {timer.metric} {timer.cycle}  {timer.state}  "
                f"{plain(timer.elapsed_seconds)} s of {plain(timer.target_seconds)} s  {timer.policy}"
            )


def counted(found: Iterable[Outcome]) -> Iterable[tuple[str, str, str]]:
    """Policy, metric and state of each timer; a ticket without a policy counts as one open nothing."""
    for outcome in found:
        if not outcome.timers:
            yield "no policy", "–", "open"
        for timer in outcome.timers:
            yield timer.policy, timer.metric, STATES[timer.state]


def table(totals: Counter[tuple[str, str, str]]) -> Iterable[str]:
    """One line for each policy and metric, under a head."""
    rows = sorted({(policy, metric) for policy, metric, _ in totals})
    width = max((len(policy) for policy, _ in rows), default=6)
    yield f"{'policy':{width}}  {'metric':14}" + "".join(f"  {column:>9}" for column in COLUMNS)
    for policy, metric in rows:
        numbers = "".join(f"  {totals[policy, metric, column]:>9}" for column in COLUMNS)
        yield f"{policy:{width}}  {metric:14}{numbers}"


def plain(seconds: float) -> str:
    """Seconds without a fraction where there is none."""
    return str(int(seconds)) if seconds == int(seconds) else f"{seconds:.3f}"


def counted_noun(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
