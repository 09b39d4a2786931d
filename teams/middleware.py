"""Each page in the zone of the person who reads it, each change under the name of the person who made it."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from pghistory.middleware import HistoryMiddleware

from teams.models import Person


class ViewerZone:
    """Shows times in the signed-in person's own zone, and in UTC to everybody else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(("/api/", "/static/")):
            return self.get_response(request)
        person = request.user
        zone = ZoneInfo(person.timezone) if isinstance(person, Person) else None
        with timezone.override(zone):
            return self.get_response(request)


class WhoChanged(HistoryMiddleware):
    """Tells the history of people and structure who changed them, and on which page.

    Not under /api/, which changes none of them and should not pay for it.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith("/api/"):
            return self.get_response(request)  # type: ignore[no-any-return]
        return super().__call__(request)  # type: ignore[no-any-return, no-untyped-call]
