"""The desk's outermost part: settings, addresses, servers, the run command. The apps know nothing of it."""

from supportdesk.celery import app as celery_app

__all__ = ["celery_app"]
