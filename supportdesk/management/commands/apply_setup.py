"""`manage.py apply_setup org.toml`: make the organisation what the file says, or say what is wrong with it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError

from supportdesk import clock
from supportdesk.setup_file.applying import apply_setup
from supportdesk.setup_file.findings import SetupRefused


class Command(BaseCommand):
    help = "Applies a setup file: lines, vendors, teams, queues, calendars, policies and people."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")

    def handle(self, *args: Any, file: str, dry_run: bool, **options: Any) -> None:
        try:
            content = Path(file).read_bytes()
        except OSError as failure:
            raise CommandError(f"{file}: {failure.strerror or failure}.") from failure
        try:
            with pghistory.context(command="apply_setup", file=file):
                outcome = apply_setup(content=content, dry_run=dry_run, at=clock.now())
        except SetupRefused as refusal:
            raise CommandError("\n".join(fault.told(file) for fault in refusal.faults)) from refusal
        for line in (*outcome.changes, *outcome.timers):
            self.stdout.write(str(line))
        count = len(outcome.changes)
        things = "nothing" if not count else "1 thing" if count == 1 else f"{count} things"
        self.stdout.write(f"{file}: {'would change' if dry_run else 'changed'} {things}.")
