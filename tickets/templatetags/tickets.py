"""How templates say what a ticket is: words of fixed lists, timers, people, texts behind the mask."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django import template
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from slas.queries import TimerLine
from supportdesk.instants import write_instant
from teams.models import Person, Queue
from tickets import wording
from tickets.masking import mask_email, mask_text
from tickets.models import Ticket
from tickets.queries.veil import holder_of

register = template.Library()

ICONS: Final = {
    "ok": "clock",
    "at_risk": "risk",
    "breached": "breached",
    "paused": "paused",
    "met": "met",
    "cancelled": "cancelled",
    "none": "none",
}
MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


@register.filter
def said(value: str, words: str) -> str:
    """`{{ ticket.status|said:"status" }}`"""
    return wording.said(words, value)


@register.filter
def short_slug(queue: Queue) -> str:
    """A queue's slug beside its line's name: without the part that repeats it."""
    return queue.slug.removeprefix(f"{queue.line.slug}-")


@register.filter
def masked(text: str) -> str:
    return mask_text(text)


@register.filter
def masked_email(address: str) -> str:
    return mask_email(address)


@register.filter
def span(seconds: float) -> str:
    """A length of time as people say it: 12:04, 3h 12m, 2d 4h; the same as the page's script writes."""
    whole = max(0, int(seconds))
    if whole < HOUR:
        return f"{whole // MINUTE}:{whole % MINUTE:02}"
    if whole < 2 * DAY:
        return _("%(hours)sh %(minutes)sm") % {"hours": whole // HOUR, "minutes": whole % HOUR // MINUTE}
    return _("%(days)sd %(hours)sh") % {"days": whole // DAY, "hours": whole % DAY // HOUR}


@register.filter
def since(moment: datetime, at: datetime) -> str:
    """How long ago a moment was."""
    return span((at - moment).total_seconds())


@register.filter
def when(moment: datetime | None) -> str:
    """An instant in the viewer's zone and language, to the minute."""
    return date_format(localtime(moment), "j M Y H:i") if moment else ""


@register.filter
def when_fully(moment: datetime | None) -> str:
    """An instant in the viewer's zone and language, with the zone."""
    return f"{date_format(localtime(moment), 'l j F Y H:i:s')} {localtime(moment).tzname()}" if moment else ""


@register.simple_tag
def ticket_timer(ticket: Ticket, at: datetime) -> SafeString:
    """The ticket's most urgent timer, as the mirror on its row has it."""
    if ticket.due_at is None:
        stands_still = ticket.status == "pending"
        words = _("paused") if stands_still else _("no timer")
        return still("paused" if stands_still else "none", words)
    if not ticket.is_unsolved:
        return still("none", _("no timer"))
    return running(ticket.due_at, ticket.at_risk_at, ticket.at_risk_until, at)


@register.simple_tag
def timer(line: TimerLine, at: datetime) -> SafeString:
    """One timer of the side panel."""
    due_at = line.due_at
    if line.ended_at is None and line.state in ("running", "breached") and due_at is not None:
        return running(due_at, line.risk_at, None, at)
    words = wording.said("timer_state", line.state)
    if line.ended_at is not None and line.state == "breached" and due_at is not None:
        words = _("late by %(span)s") % {"span": span((line.ended_at - due_at).total_seconds())}
    return still(line.state, words, due_at)


def running(due_at: datetime, risk: datetime | None, until: datetime | None, at: datetime) -> SafeString:
    """A timer that ticks in the page: its band now, and all that the page needs to go on by itself."""
    left = (due_at - at).total_seconds()
    if left < 0:
        band, words = "breached", _("breached %(span)s ago") % {"span": span(-left)}
    elif risk is not None and risk <= at and (until is None or at <= until):
        band, words = "at_risk", _("at risk, %(span)s left") % {"span": span(left)}
    else:
        band, words = "ok", _("%(span)s left") % {"span": span(left)}
    return format_html(
        '<time class="timer" datetime="{}" title="{}" data-state="running" data-band="{}" data-risk="{}" '
        'data-risk-until="{}">{}<span class="timer-text">{}</span></time>',
        write_instant(due_at),
        when_fully(due_at),
        band,
        write_instant(risk) if risk else "",
        write_instant(until) if until else "",
        picture(ICONS[band]),
        words,
    )


@register.simple_tag
def waiting(since: datetime | None, at: datetime) -> SafeString:
    """How long the oldest has waited: it ticks in the page; a dash where nobody waits."""
    if since is None:
        return format_html('<span class="zero" title="{}">–</span>', _("nobody waits"))
    return format_html(
        '<time class="wait" datetime="{}" title="{}">{}</time>',
        write_instant(since),
        when_fully(since),
        span((at - since).total_seconds()),
    )


def still(band: str, words: str, due_at: datetime | None = None) -> SafeString:
    """A timer that does not move; a `time` where it has a due instant."""
    inside = format_html('{}<span class="timer-text">{}</span>', picture(ICONS[band]), words)
    if due_at is None:
        return format_html('<span class="timer" data-state="{0}" data-band="{0}">{1}</span>', band, inside)
    return format_html(
        '<time class="timer" datetime="{0}" title="{1}" data-state="{2}" data-band="{2}">{3}</time>',
        write_instant(due_at),
        when_fully(due_at),
        band,
        inside,
    )


def picture(name: str) -> SafeString:
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("desk/icons.svg"), name
    )


@register.simple_tag(takes_context=True)
def query_with(context: dict[str, Any], **changes: str | None) -> str:
    """The present address's query with some parameters changed; None takes one away, and the page with it."""
    query = context["request"].GET.copy()
    query.pop("cursor", None)
    query.pop("ref", None)
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag
def holder(ticket: Ticket, person: Person) -> str:
    """Who works on a ticket, as this person may read it."""
    return holder_of(ticket, person) or ""
