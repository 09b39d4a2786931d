"""Histories for tests: written as lines, replayed by the command."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.cast import Cast
from tests.tickets.conftest import rewards_policy  # noqa: F401  a fixture of tickets that serves here too

Line = dict[str, Any]
Replay = Callable[..., str]


def line(at: str, event: str, ref: str = "old-1", **facts: Any) -> Line:
    """`at` is hours:minutes of Monday 2 March 2026, or a whole instant."""
    instant = at if "T" in at else f"2026-03-02T{at}:00Z"
    return {"at": instant, "ref": ref, "event": event, **facts}


def created(at: str = "09:00", ref: str = "old-1", **facts: Any) -> Line:
    given = {
        "channel": "webform",
        "lob": "creator-rewards",
        "queue": "creator-rewards-t1-acme",
        "subject": "Payout missing",
        "body": "Where is my payout?",
        "creator": {"external_id": "77"},
        **facts,
    }
    return line(at, "created", ref, **given)


@pytest.fixture
def replay(cast: Cast, rewards_policy: None, tmp_path: Path) -> Replay:  # noqa: F811
    """Writes lines (objects or raw texts) to a file and replays it: all that was printed, errors too."""

    def run(lines: Iterable[Line | str], *flags: str, name: str = "events.ndjson") -> str:
        file = tmp_path / name
        texts = (each if isinstance(each, str) else json.dumps(each) for each in lines)
        file.write_text("".join(text + "\n" for text in texts), encoding="utf-8")
        printed = StringIO()
        try:
            call_command("replay", str(file), *flags, stdout=printed, stderr=printed)
        except CommandError as failure:
            printed.write(str(failure))
        return printed.getvalue()

    return run
