"""The Celery application. Its settings and the beat table stand in `supportdesk/settings.py`."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery, signals

from supportdesk.logs import configure
from supportdesk.pulse import WorkerPulse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportdesk.settings")

app = Celery("supportdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add(WorkerPulse)


def log_as_the_desk_does(**_: Any) -> None:
    """Keep Celery from setting up logs of its own."""
    configure({"as_json": os.environ.get("SUPPORTDESK_LOG") == "json"})


signals.setup_logging.connect(log_as_the_desk_does)
