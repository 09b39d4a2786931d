"""The sentences that an appellant is sent, in their language as far as it is translated."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.appeals.windows import Window, WindowTerms


def reasons_of_refusal(terms: WindowTerms, window: Window, *, submitted_at: datetime, locale: str) -> str:
    """Why an appeal came too late: the rule, its source, and the three days that matter, as ISO dates."""
    with translation.override(locale or "en"):
        return _(
            "You were told of this decision on %(informed)s. It could be appealed until the end of %(last)s "
            "(%(span)s; %(source)s). Your appeal came on %(came)s, so we have not looked into it. If something "
            "kept you from appealing in time, answer this message and tell us: we can still take it up."
        ) % {
            "informed": window.informed_on.isoformat(),
            "last": window.last_day.isoformat(),
            "span": span_of(terms),
            "source": terms.source,
            "came": submitted_at.astimezone(ZoneInfo(terms.timezone)).date().isoformat(),
        }


def taken_up(*, locale: str) -> str:
    """That a late appeal is looked into after all."""
    with translation.override(locale or "en"):
        return _(
            "We have taken up your appeal although it came late. You will hear from us once it is decided."
        )


def span_of(terms: WindowTerms) -> str:
    """ "6 months" or "14 days", in the language that is active."""
    if terms.months is not None:
        return ngettext("%(n)d month", "%(n)d months", terms.months) % {"n": terms.months}
    days = terms.days or 0
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
