"""The process that watches over a desk; `manage.py run` becomes it, and needs none of Django from then on."""

from __future__ import annotations

import contextlib
import os
import sys

from supportdesk.management.running.desk import CannotRun, Desk, Plan
from supportdesk.servers import addresses
from supportdesk.servers.processes import ServerFailed
from supportdesk.servers.programs import ServerMissing


def plan_of(environ: dict[str, str]) -> Plan:
    """What the environment asks for.

    Raises:
        CannotRun: a variable that makes no sense.
    """
    port = environ.get("SUPPORTDESK_PORT") or "8000"
    if not (port.isdecimal() and 0 < int(port) < 65536):
        raise CannotRun(f"SUPPORTDESK_PORT is {port}, but must be a number from 1 to 65535.")
    return Plan(
        state=addresses.home(environ),
        port=int(port),
        database=addresses.secret("DATABASE_URL", environ=environ),
        broker=addresses.secret("REDIS_URL", environ=environ),
        demo=environ.get("SUPPORTDESK_DEMO", "1") not in ("0", "false", "no"),
    )


def say(line: str) -> None:
    """Print a line; a terminal that has gone away is no reason to stop, or to stop badly."""
    with contextlib.suppress(OSError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def main() -> None:
    try:
        Desk(plan_of(dict(os.environ)), say).run()
    except (CannotRun, ServerMissing, ServerFailed) as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main()
