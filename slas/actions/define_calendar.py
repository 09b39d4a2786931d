from __future__ import annotations

from datetime import datetime

from django.db import transaction

from slas.holiday_dates import holiday_dates
from slas.models import Calendar, CalendarVersion
from slas.queries import calendar_terms
from slas.terms import CalendarTerms, check_calendar


@transaction.atomic
def define_calendar(*, slug: str, terms: CalendarTerms, at: datetime) -> tuple[CalendarVersion, bool]:
    """Say what a calendar means from now on; returns its present version and whether that is a new one.

    Timers that run keep the version that they have. The same terms again change nothing, unless the
    holidays that the codes stand for have changed. Raises BadInput at the field, `never_opens` at
    "/hours" for a calendar without any open hour.
    """
    check_calendar(terms)
    calendar, _ = Calendar.objects.get_or_create(slug=slug)
    calendar = Calendar.objects.select_for_update().get(pk=calendar.pk)
    latest = CalendarVersion.objects.filter(calendar=calendar).latest_first().first()
    dates = holiday_dates(terms.holidays)
    if latest is not None and calendar_terms(latest) == terms and latest.holiday_dates == dates:
        return latest, False
    version = CalendarVersion.objects.create(
        calendar=calendar,
        number=latest.number + 1 if latest is not None else 1,
        defined_at=at,
        timezone=terms.timezone,
        hours={day: list(windows) for day, windows in terms.hours.items()},
        holidays=list(terms.holidays),
        holiday_dates=dates,
        closed=list(terms.closed),
        own_days=[{"date": own.date.isoformat(), "hours": list(own.hours)} for own in terms.open],
    )
    return version, True
