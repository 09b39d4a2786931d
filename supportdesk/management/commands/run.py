"""`manage.py run`: the whole desk on this machine, servers included, until Ctrl-C."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from supportdesk.management.running.desk import CannotRun, Desk, Plan
from supportdesk.servers import addresses
from supportdesk.servers.processes import ServerFailed
from supportdesk.servers.programs import ServerMissing


class Command(BaseCommand):
    help = (
        "Starts database, broker, web, worker and beat, and watches over them. Steered by SUPPORTDESK_HOME, "
        "SUPPORTDESK_PORT, SUPPORTDESK_DEMO=0, DATABASE_URL and REDIS_URL."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        port = os.environ.get("SUPPORTDESK_PORT") or "8000"
        if not (port.isdecimal() and 0 < int(port) < 65536):
            raise CommandError(f"SUPPORTDESK_PORT is {port}, but must be a number from 1 to 65535.")
        plan = Plan(
            state=addresses.home(),
            port=int(port),
            database=os.environ.get("DATABASE_URL") or None,
            broker=os.environ.get("REDIS_URL") or None,
            demo=os.environ.get("SUPPORTDESK_DEMO", "1") not in ("0", "false", "no"),
        )
        try:
            Desk(plan, self.say).run()
        except (CannotRun, ServerMissing, ServerFailed) as failure:
            raise CommandError(str(failure)) from failure

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
