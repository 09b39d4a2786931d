"""`POST /tickets/<ref>/<verb>/`: one press, one action, and the ticket as it then is."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from supportdesk import clock
from supportdesk.errors import BadInput, Conflict, DeskError, MoveRefused, NotAllowed, NothingWaiting, Stale
from supportdesk.htmx import by_script, go_to, tell
from teams.models import Person
from teams.navigation import WORKING_ROLES
from teams.views.access import only_for
from tickets import actions
from tickets.actions.answers import KeyReused, StillRunning, fingerprint, keep_answer, recall_answer
from tickets.appeals import views as appeals
from tickets.forms import NoteForm, PageForm, PriorityForm, ReplyForm, RevealForm, TagsForm, at_field
from tickets.models import Ticket
from tickets.views.lookups import ticket_or_404
from tickets.views.offers import BY_VERB
from tickets.views.ticket import Asked, Trouble, show_ticket

Data = dict[str, Any]
Verb = Callable[[Ticket, Person, Data, datetime], Ticket]

FORMS: Final[dict[str, type[PageForm]]] = {
    **{way.verb: way.form for way in (*BY_VERB.values(), *appeals.WAYS)},
    "reply": ReplyForm,
    "note": NoteForm,
    "priority": PriorityForm,
    "tags": TagsForm,
    "reveal": RevealForm,
}


def reply(ticket: Ticket, by: Person, data: Data, at: datetime) -> Ticket:
    then = data["then"]
    return actions.reply(
        ticket=ticket,
        by=by,
        body=data["body"],
        pend_on="creator" if then == "pend" else "",
        resolution="solved" if then in ("resolve", "resolve_next") else "",
        seen_message=data["seen_message"],
        at=at,
    )


def follow_up(ticket: Ticket, by: Person, data: Data, at: datetime) -> Ticket:
    return actions.follow_up(ticket=ticket, by=by, subject=data["subject"], body=data["body"], at=at)


def merge(ticket: Ticket, by: Person, data: Data, at: datetime) -> Ticket:
    into = Ticket.objects.visible_to(by).filter(ref=data["into"].strip().upper()).first()
    if into is None:
        raise BadInput("/into", _("There is no such ticket."), "does_not_exist")
    return actions.merge(ticket=ticket, into=into, by=by, expected_version=data["version"], at=at)


def plain(action: Callable[..., Ticket], *fields: str, heeds_version: bool = True) -> Verb:
    """The verb of an action whose arguments are the form's own fields."""

    def carry(ticket: Ticket, by: Person, data: Data, at: datetime) -> Ticket:
        given = {name: data[name] for name in fields if data.get(name) not in (None, "")}
        if heeds_version:
            given["expected_version"] = data["version"]
        return action(ticket=ticket, by=by, at=at, **given)

    return carry


def retag(ticket: Ticket, by: Person, data: Data, at: datetime) -> Ticket:
    changes = {"tags": data["tags"]}
    return actions.edit(ticket=ticket, by=by, changes=changes, expected_version=data["version"], at=at)


VERBS: Final[dict[str, Verb]] = {
    "reply": reply,
    "note": plain(actions.note, "body", heeds_version=False),
    "claim": plain(actions.claim, heeds_version=False),
    "release": plain(actions.release),
    "assign": plain(actions.assign, "assignee"),
    "pend": plain(actions.pend, "on", "until"),
    "resume": plain(actions.resume),
    "escalate": plain(actions.escalate, "reason", "note", "queue"),
    "return": plain(actions.return_ticket, "note"),
    "transfer": plain(actions.transfer, "queue", "note"),
    "resolve": plain(actions.resolve, "resolution"),
    "reopen": plain(actions.reopen, "note"),
    "close": plain(actions.close, "note"),
    "spam": plain(actions.mark_spam, "note"),
    "merge": merge,
    "follow_up": follow_up,
    "priority": plain(actions.change_priority, "priority"),
    "tags": retag,
    "reveal": plain(actions.reveal, "reason", heeds_version=False),
    **appeals.VERBS,
}
WRITES_WORDS: Final = ("reply", "note", "follow_up")
"""Verbs that add rows each time: a form of theirs counts once, however often it is sent."""


def said_of(verb: str, ticket: Ticket) -> str:
    """What the person's press did, in a few words."""
    words = {
        "reply": _("Sent."),
        "note": _("Note written."),
        "claim": _("%(ref)s is yours."),
        "release": _("%(ref)s is back in its queue."),
        "assign": _("%(ref)s is assigned to %(who)s."),
        "pend": _("%(ref)s is pending."),
        "resume": _("%(ref)s is open again."),
        "escalate": _("%(ref)s is escalated to %(queue)s."),
        "return": _("%(ref)s is returned to %(queue)s."),
        "transfer": _("%(ref)s is transferred to %(queue)s."),
        "resolve": _("%(ref)s is resolved."),
        "reopen": _("%(ref)s is open again."),
        "close": _("%(ref)s is closed."),
        "spam": _("%(ref)s is marked as spam."),
        "merge": _("%(ref)s is merged."),
        "follow_up": _("Follow-up %(ref)s is filed."),
        "priority": _("Priority changed."),
        "tags": _("Tags changed."),
        "reveal": _("Personal data is shown until you leave this page; it is recorded."),
        "decide": _("Appeal %(ref)s is decided."),
        "request_evidence": _("%(ref)s waits for evidence."),
        "withdraw": _("Appeal %(ref)s is withdrawn."),
        "admit_late": _("Appeal %(ref)s is taken up."),
    }
    return words[verb] % {"ref": ticket.ref, "queue": ticket.queue.slug, "who": ticket.holder_label or ""}


@only_for(*WORKING_ROLES)
@require_POST
def move(request: HttpRequest, person: Person, ref: str, verb: str) -> HttpResponse:
    """Carry out one verb. Refused: the page again, with what was typed, saying why (400, 403 or 409)."""
    if verb not in VERBS:
        raise Http404
    at = clock.now()
    ticket = ticket_or_404(ref, person)
    form = FORMS[verb](request.POST, ticket=ticket, person=person, verb=verb)
    if not form.is_valid():
        return refuse(request, person, ticket, verb, form, at=at, status=400)
    try:
        done = once(verb, ticket, person, form.cleaned_data, at)
    except BadInput as error:
        at_field(form, error.pointer, error.detail)
        return refuse(request, person, ticket, verb, form, at=at, status=400)
    except (MoveRefused, Conflict, Stale, NotAllowed) as error:
        return refuse(request, person, ticket, verb, form, at=at, error=error)
    if verb == "reveal":
        answer = show_ticket(request, person, ticket_or_404(ref, person), Asked(unmasked=True), at=at)
        return tell(answer, desk_said={"words": said_of(verb, done)})
    if form.cleaned_data.get("then") == "resolve_next":
        return next_ticket(
            request, person, at=at, said=said_of("resolve", done), sent=drafts_of(ticket, verb)
        )
    return after(request, person, ticket, done, verb, at=at)


def once(verb: str, ticket: Ticket, person: Person, data: Data, at: datetime) -> Ticket:
    """Carry a verb out; for one that writes words, once for each form that was given out."""
    if verb not in WRITES_WORDS or not data.get("token"):
        return VERBS[verb](ticket, person, data, at)
    kept_under: Data = {
        "holder": f"page:{person.username}",
        "key": data["token"],
        "fingerprint": fingerprint(f"{verb} {ticket.ref}", data),
        "at": at,
    }
    with transaction.atomic():
        try:
            stored = recall_answer(**kept_under)
        except StillRunning:
            return ticket
        except KeyReused:
            raise Conflict(
                _("This form was sent before, with other words. These have not gone out: send once more.")
            ) from None
        if stored is not None:
            return Ticket.objects.visible_to(person).with_people().get(ref=stored.headers["Ticket"])
        done = VERBS[verb](ticket, person, data, at)
        keep_answer(**kept_under, status=200, headers={"Ticket": done.ref}, body=b"")
    return done


def after(
    request: HttpRequest, person: Person, ticket: Ticket, done: Ticket, verb: str, *, at: datetime
) -> HttpResponse:
    """The ticket as it now is; the follow-up that was filed; the queue, where the ticket has left one's sight."""
    said = said_of(verb, done)
    in_sight = Ticket.objects.visible_to(person).filter(pk=done.pk).exists()
    url = reverse("ticket", args=[done.ref]) if in_sight else reverse("queue")
    if by_script(request) and in_sight and done.pk == ticket.pk:
        answer = show_ticket(request, person, ticket_or_404(done.ref, person), Asked(), at=at)
        return tell(answer, desk_said={"words": said}, desk_sent={"drafts": drafts_of(ticket, verb)})
    messages.success(request, said)
    return go_to(url) if by_script(request) else redirect(url)


def drafts_of(ticket: Ticket, verb: str) -> list[str]:
    """Which drafts in the browser this verb has used up."""
    used = {
        "reply": "reply",
        "note": "note",
        "escalate": "handover",
        "return": "handover",
        "transfer": "handover",
        "decide": "decision",
        "request_evidence": "question",
    }
    return [f"{ticket.ref}:{used[verb]}"] if verb in used else []


def refuse(
    request: HttpRequest,
    person: Person,
    ticket: Ticket,
    verb: str,
    form: PageForm,
    *,
    at: datetime,
    status: int = 409,
    error: DeskError | None = None,
) -> HttpResponse:
    """The page as it now is, with the form as it was typed and the reason why it was not carried out."""
    present = ticket_or_404(ticket.ref, person)
    trouble = None
    if error is not None:
        trouble = trouble_of(error, present)
        status = 403 if isinstance(error, NotAllowed) else status
        form = retyped(form, present, person, verb)
    asked = Asked(verb=verb, form=form, trouble=trouble, compose="note" if verb == "note" else "reply")
    return show_ticket(request, person, present, asked, at=at, status=status)


def trouble_of(error: DeskError, present: Ticket) -> Trouble:
    if isinstance(error, Stale):
        return Trouble(
            _("%(ref)s changed while you looked at it, so nothing was done. Look again, then decide.")
            % {"ref": present.ref}
        )
    return Trouble(str(error), error.allowed if isinstance(error, MoveRefused) else ())


def retyped(form: PageForm, present: Ticket, person: Person, verb: str) -> PageForm:
    """The same words in a form that knows the ticket as it now is, so that a second press counts."""
    typed: Data = dict(form.data.items())
    typed["version"] = present.version
    typed["token"] = secrets.token_urlsafe(16)
    newest = present.messages.filter(kind="creator").order_by("-pk").values_list("pk", flat=True).first()
    typed["seen_message"] = newest or 0
    again = type(form)(typed, ticket=present, person=person, verb=verb)
    again.is_valid()
    return again


@only_for(*WORKING_ROLES)
@require_POST
def take_next(request: HttpRequest, person: Person) -> HttpResponse:
    """`POST /queue/next/`: the most urgent ticket that this person can take, or why there is none."""
    return next_ticket(request, person, at=clock.now())


def next_ticket(
    request: HttpRequest, person: Person, *, at: datetime, said: str = "", sent: list[str] | None = None
) -> HttpResponse:
    try:
        found = actions.claim_next(by=person, at=at)
    except NothingWaiting as error:
        words = f"{said} {error}".strip()
        if by_script(request) and not said:
            answer = HttpResponse(headers={"HX-Reswap": "none"})
            return tell(answer, desk_said={"words": words, "kind": "info"})
        messages.info(request, words)
        answer = go_to(reverse("queue")) if by_script(request) else redirect("queue")
        return tell(answer, desk_sent={"drafts": sent}) if sent and by_script(request) else answer
    url = reverse("ticket", args=[found.ref])
    if not by_script(request):
        messages.success(request, f"{said} {said_of('claim', found)}".strip())
        return redirect(url)
    answer = show_ticket(request, person, ticket_or_404(found.ref, person), Asked(), at=at)
    answer["HX-Push-Url"] = url
    answer["HX-Retarget"] = "#ticket-pane"
    answer["HX-Reswap"] = "innerHTML"
    words = f"{said} {said_of('claim', found)}".strip()
    return tell(answer, desk_said={"words": words}, desk_sent={"drafts": sent or []}, desk_opened={})
