"""`manage.py run`: the whole desk on this machine, servers included, until Ctrl-C."""

from __future__ import annotations

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand

from supportdesk.servers import addresses


class Command(BaseCommand):
    help = (
        "Starts database, broker, web, worker and beat, and watches over them. Steered by SUPPORTDESK_HOME, "
        "SUPPORTDESK_PORT, SUPPORTDESK_DEMO=0, DATABASE_URL and REDIS_URL."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Become the watching process: the same pid, without Django's memory."""
        os.environ["SUPPORTDESK_HOME"] = str(addresses.home())
        os.chdir(addresses.PROJECT)
        os.execv(sys.executable, [sys.executable, "-m", "supportdesk.management.running"])  # noqa: S606
