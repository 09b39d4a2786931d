"""`manage.py create_key`: a way in for a machine; the last line printed is the key, shown this once."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from supportdesk import clock
from supportdesk.errors import BadInput, Conflict
from teams.actions import create_key
from teams.models import Vendor
from teams.words import SCOPES


class Command(BaseCommand):
    help = "Makes a key for a vendor's system, an internal tool or the in-app channel, and prints it last."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--vendor", metavar="SLUG", help="the vendor it belongs to")
        parser.add_argument("--tool", metavar="NAME", help="the internal tool it belongs to; sees all lines")
        parser.add_argument("--in-app", action="store_true", help="for the in-app channel")
        parser.add_argument("--scopes", metavar="A,B", help=f"of {', '.join(SCOPES)}")
        parser.add_argument(
            "--name", help="what history calls it; else the slug or NAME, with a number where that is taken"
        )
        parser.add_argument("--days", default="365", help="how long it lives (365)")
        parser.add_argument(
            "--cidr", metavar="NETWORK", action="append", default=[], help="where it may be used from"
        )

    def handle(
        self,
        *args: Any,
        vendor: str | None,
        tool: str | None,
        in_app: bool,
        scopes: str | None,
        name: str | None,
        days: str | int,
        cidr: list[str],
        **options: Any,
    ) -> None:
        if [vendor is not None, tool is not None, in_app].count(True) != 1:
            raise CommandError("Give exactly one of --vendor SLUG, --tool NAME and --in-app.")
        if tool == "":
            raise CommandError("--tool: a tool has a name.")
        try:
            key, token = create_key(
                vendor=_vendor(vendor) if vendor is not None else None,
                tool=tool or "",
                in_app=in_app,
                scopes=[scope.strip() for scope in (scopes or "").split(",") if scope.strip()],
                name=name,
                days=_days(str(days)),
                cidrs=[part for text in cidr for part in text.split(",") if part.strip()],
                at=clock.now(),
            )
        except BadInput as wrong:
            raise CommandError(f"--{OPTIONS[wrong.pointer]}: {wrong.detail}") from wrong
        except Conflict as taken:
            raise CommandError(f"--name: {taken.detail}") from taken
        self.stdout.write(
            f"{key.name}: {', '.join(key.scopes)}; until {key.expires_at:%Y-%m-%d}; shown this once:"
        )
        self.stdout.write(token)


OPTIONS = {"/tool": "tool", "/name": "name", "/scopes": "scopes", "/days": "days", "/cidrs": "cidr"}
"""Which option a pointer of the action speaks of."""


def _vendor(slug: str) -> Vendor:
    vendor = Vendor.objects.filter(slug=slug).first() if "\0" not in slug else None
    if vendor is None:
        raise CommandError(f'--vendor: there is no vendor "{slug}".')
    return vendor


def _days(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise CommandError(f'--days: "{text}" is not a number of days.')
    return int(text[:9])
