"""`manage.py load_demo`: an organisation, its people and some days of tickets, to look around in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from supportdesk import clock
from supportdesk.management.demo.loading import load_demo
from supportdesk.management.demo.password import keep_password


class Command(BaseCommand):
    help = "Loads demo data into a desk that has no tickets; on one that has some it does nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_demo(at=clock.now())
        if loaded is None:
            self.stdout.write("This desk has tickets already: no demo data were loaded.")
            return
        keep_password(settings.STATE_DIR, loaded.password)
        self.stdout.write(f"Demo: {loaded.tickets} tickets, {loaded.people} people.")
