#!/usr/bin/env python
"""Django's command line for the desk; `manage.py help` lists the commands."""

import os
import sys

import redis
from django.core.management import execute_from_command_line
from django.db import OperationalError, connection

NOBODY_ANSWERS = (
    "No {server} answers: start the desk with `make run`, or set {variable}, or set SUPPORTDESK_HOME to the "
    "state folder of a running desk."
)


def main() -> None:
    """Run one command; where a server does not answer, say so in one sentence instead of a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportdesk.settings")
    try:
        execute_from_command_line(sys.argv)
    except OperationalError:
        connection.close()
        try:
            connection.ensure_connection()
        except OperationalError:
            sys.exit(NOBODY_ANSWERS.format(server="database", variable="DATABASE_URL"))
        raise
    except redis.ConnectionError:
        sys.exit(NOBODY_ANSWERS.format(server="broker", variable="REDIS_URL"))


if __name__ == "__main__":
    main()
