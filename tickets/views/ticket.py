"""`/tickets/<ref>/`: the conversation, the composer and all that is known about one ticket."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from slas.models import Timer
from slas.queries import explain
from supportdesk import clock
from supportdesk.htmx import is_for, varies
from teams.models import Person
from teams.navigation import WORKING_ROLES
from teams.views.access import only_for
from tickets import states
from tickets.appeals.queries import appeal_panel
from tickets.appeals.views import redress_for, ways_of
from tickets.forms import NoteForm, PageForm, PriorityForm, ReplyForm, RevealForm, TagsForm
from tickets.models import Ticket
from tickets.queries.ticket_page import ticket_page, timers_of
from tickets.views.lookups import ticket_or_404
from tickets.views.offers import Way, may_prioritise, offered, only_reads


@dataclass(frozen=True)
class Trouble:
    """Why a move was refused: a sentence, and the moves that are allowed instead."""

    words: str
    allowed: tuple[str, ...] = ()


@dataclass
class Asked:
    """What a POST left on the page: the form that was refused, a trouble, or the mask lifted."""

    verb: str = ""
    form: PageForm | None = None
    trouble: Trouble | None = None
    unmasked: bool = False
    compose: str = "reply"


@dataclass(frozen=True)
class Offer:
    """A move with its form, ready for the toolbar and its dialog."""

    way: Way
    form: PageForm
    is_open: bool = field(default=False)


@only_for(*WORKING_ROLES)
def ticket(request: HttpRequest, person: Person, ref: str) -> HttpResponse:
    found = ticket_or_404(ref, person)
    asked = Asked(compose="note" if request.GET.get("compose") == "note" else "reply")
    return show_ticket(request, person, found, asked, at=clock.now())


@only_for(*WORKING_ROLES)
def ticket_news(request: HttpRequest, person: Person, ref: str) -> HttpResponse:
    """What changed around the composer, as parts that htmx puts in place; never what somebody types."""
    found = ticket_or_404(ref, person)
    context = page_context(person, found, Asked(), at=clock.now())
    context["typing"] = "typing" in request.GET
    context["in_side"] = "in_side" in request.GET
    return render(request, "tickets/ticket_news.html", context)


@only_for(*WORKING_ROLES)
def timer(request: HttpRequest, person: Person, ref: str, timer_id: int) -> HttpResponse:
    """A timer opened up: what counted, day by day, and what it paused for."""
    found = ticket_or_404(ref, person)
    at = clock.now()
    if timer_id not in {line.timer_id for line in timers_of(found, person, at=at)}:
        raise Http404
    try:
        explanation = explain(timer_id, at=at)
    except Timer.DoesNotExist:
        raise Http404 from None
    context = {"ticket": found, "at": at, "explanation": explanation, "line": explanation.line}
    part = is_for(request, f"timer-{timer_id}-days")
    return varies(render(request, "tickets/timer_days.html" if part else "tickets/timer.html", context))


def show_ticket(
    request: HttpRequest, person: Person, found: Ticket, asked: Asked, *, at: datetime, status: int = 200
) -> HttpResponse:
    """The page, or only its pane where a script asked for that."""
    context = page_context(person, found, asked, at=at)
    part = is_for(request, "ticket-pane", "ticket")
    template = "tickets/ticket_pane.html" if part else "tickets/ticket.html"
    response = varies(render(request, template, context, status=status))
    response["Cache-Control"] = "private, no-store"
    return response


def page_context(person: Person, found: Ticket, asked: Asked, *, at: datetime) -> dict[str, Any]:
    page = ticket_page(found, person, at=at, unmasked=asked.unmasked)
    fresh = {"version": found.version}

    def form_for(verb: str, form: type[PageForm], **initial: Any) -> PageForm:
        if asked.form is not None and asked.verb == verb:
            return asked.form
        return form(ticket=found, person=person, verb=verb, initial={**fresh, **initial})

    reply = form_for("reply", ReplyForm, seen_message=page.seen_message, token=secrets.token_urlsafe(16))
    note = form_for("note", NoteForm, token=secrets.token_urlsafe(16))
    panel = appeal_panel(found, person)
    ways = offered(found, person)
    if panel is not None:
        ways = [*ways_of(panel), *(way for way in ways if way.verb != "resolve" or not panel.undecided)]
    return {
        "ticket": found,
        "page": page,
        "panel": panel,
        "at": at,
        "asked": asked,
        "unmasked": asked.unmasked,
        "reads_only": only_reads(found, person),
        "is_mine": found.assignee_id == person.pk,
        "can_reply": not only_reads(found, person) and "reply" in states.allowed_from(found.status),
        "can_resolve": any(way.verb == "resolve" for way in ways),
        "compose": asked.compose,
        "reply_form": reply,
        "note_form": note,
        "offers": [
            Offer(
                way,
                form_for(
                    way.verb,
                    way.form,
                    subject=found.subject,
                    token=secrets.token_urlsafe(16),
                    redress=redress_for(panel) if way.verb == "decide" and panel is not None else "",
                ),
                is_open=asked.verb == way.verb and asked.form is not None,
            )
            for way in ways
        ],
        "priority_form": form_for("priority", PriorityForm, priority=found.priority)
        if may_prioritise(found, person)
        else None,
        "tags_form": None
        if only_reads(found, person)
        else form_for("tags", TagsForm, tags=", ".join(found.tags)),
        "reveal_form": form_for("reveal", RevealForm),
    }
