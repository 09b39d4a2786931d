"""The Celery application. Its settings and the beat table stand in `supportdesk/settings.py`."""

from __future__ import annotations

import os
import time
from typing import Any

from celery import Celery, bootsteps, signals
from celery.beat import Scheduler

from supportdesk.logs import configure
from supportdesk.pulse import EVERY, give_sign

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportdesk.settings")


class WorkerPulse(bootsteps.StartStopStep):  # type: ignore[misc]
    """Part of the worker's loop that takes tasks: when that loop hangs, so does the pulse."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, consumer: Any) -> None:
        give_sign("worker")
        consumer.timer.call_repeatedly(EVERY, give_sign, ("worker",))


class PulsingScheduler(Scheduler):  # type: ignore[misc]
    """Plain beat, with the schedule in settings, that gives a sign of life as it goes round."""

    told = float("-inf")

    def tick(self, *args: Any, **options: Any) -> float:
        if time.monotonic() - self.told >= EVERY:
            self.told = time.monotonic()
            give_sign("beat")
        return float(super().tick(*args, **options))


app = Celery("supportdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add(WorkerPulse)


def log_as_the_desk_does(**_: Any) -> None:
    """Keep Celery from setting up logs of its own."""
    configure({"as_json": os.environ.get("SUPPORTDESK_LOG") == "json"})


signals.setup_logging.connect(log_as_the_desk_does)
