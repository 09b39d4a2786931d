"""The shape of what people type on the pages. What is allowed is the actions' to say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from supportdesk.locales import tidy_locale
from supportdesk.texts import fault_in_line, fault_in_prose
from teams.models import Line, Person, Queue
from tickets.models import Ticket
from tickets.wording import PENDING_ON as PENDING_ON_SAID
from tickets.wording import PRIORITY, REASON, RESOLUTION, Words
from tickets.words import (
    BODY_MAX,
    ESCALATION_REASONS,
    HANDOVER_NOTE_MIN,
    PENDING_ON,
    PRIORITIES,
    RESOLUTIONS,
    SUBJECT_MAX,
)


def choices(values: Iterable[str], words: Words) -> list[tuple[str, Any]]:
    return [(value, words[value]) for value in values]


def refusing(fault: Callable[[str], tuple[str, str] | None]) -> Callable[[str], None]:
    def validate(text: str) -> None:
        found = fault(text)
        if found is not None:
            raise forms.ValidationError(found[1], code=found[0])

    return validate


class LineField(forms.CharField):
    """A text of one line."""

    default_validators = [refusing(fault_in_line)]


class TextField(forms.CharField):
    """People's words, kept as they were typed."""

    default_validators = [refusing(fault_in_prose)]

    def __init__(self, *, rows: int = 4, max_length: int = BODY_MAX, **terms: Any) -> None:
        terms.setdefault("widget", forms.Textarea(attrs={"rows": rows, "dir": "auto"}))
        super().__init__(max_length=max_length, strip=False, **terms)

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").replace("\r\n", "\n")
        return text if text.strip() else ""


class PageForm(forms.Form):
    """A form of the ticket page. `version` is the ticket as the reader saw it, `token` this very form."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    token = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, ticket: Ticket, person: Person, verb: str = "form", **terms: Any
    ) -> None:
        super().__init__(data, auto_id=f"{verb}-%s", **terms)
        self.ticket = ticket
        self.person = person
        self.offer()

    def offer(self) -> None:
        """Narrow the choices to what this person has on this ticket."""


class ReplyForm(PageForm):
    body = TextField(label=_("Reply"), error_messages={"required": _("Write something first.")})
    then = forms.ChoiceField(
        label=_("Then"),
        required=False,
        choices=[
            ("", _("keep it open")),
            ("pend", _("pend on the creator")),
            ("resolve", _("resolve")),
            ("resolve_next", _("resolve, next")),
        ],
    )
    seen_message = forms.IntegerField(required=False, widget=forms.HiddenInput)


class NoteForm(PageForm):
    body = TextField(label=_("Note"), error_messages={"required": _("Write something first.")})


class PlainForm(PageForm):
    """A move that takes no words."""


class PendForm(PageForm):
    on = forms.ChoiceField(
        label=_("Waits for"),
        choices=choices(PENDING_ON, PENDING_ON_SAID),
        initial="creator",
        widget=forms.RadioSelect,
    )
    until = forms.DateTimeField(
        label=_("Opens by itself at"),
        required=False,
        help_text=_("In your zone; empty: when the answer comes."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )


class RemarkForm(PageForm):
    note = TextField(label=_("Remark for colleagues"), required=False, rows=2)


class HandoverForm(PageForm):
    note = TextField(
        label=_("Handover note"), error_messages={"required": _("Say why, for the one who gets it.")}
    )

    def offer(self) -> None:
        self.fields["note"].widget.attrs["data-draft"] = f"{self.ticket.ref}:handover"


class EscalateForm(HandoverForm):
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Choose…")), *choices(ESCALATION_REASONS, REASON)]
    )
    note = TextField(
        label=_("Handover note"),
        help_text=_("What was done, what is asked; at least %(count)s characters.")
        % {"count": HANDOVER_NOTE_MIN},
    )
    queue = forms.ModelChoiceField(
        label=_("Queue"),
        queryset=Queue.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=_("By line, channel and language"),
    )
    field_order = ("reason", "note", "queue")

    def offer(self) -> None:
        super().offer()
        if self.person.vendor_id is not None:
            del self.fields["queue"]
        else:
            self.fields["queue"].queryset = Queue.objects.visible_to(self.person).filter(tier=2)  # type: ignore[attr-defined]


class TransferForm(HandoverForm):
    queue = forms.ModelChoiceField(
        label=_("Queue"), queryset=Queue.objects.none(), to_field_name="slug", empty_label=_("Choose…")
    )
    field_order = ("queue", "note")

    def offer(self) -> None:
        super().offer()
        rows = Queue.objects.visible_to(self.person).filter(tier=self.ticket.queue.tier)
        self.fields["queue"].queryset = rows.exclude(pk=self.ticket.queue_id)  # type: ignore[attr-defined]


class ResolveForm(PageForm):
    resolution = forms.ChoiceField(
        label=_("Resolution"),
        choices=choices(RESOLUTIONS, RESOLUTION),
        initial="solved",
        widget=forms.RadioSelect,
    )
    then = forms.CharField(required=False, widget=forms.HiddenInput)


class MergeForm(PageForm):
    into = LineField(
        label=_("Into"),
        max_length=11,
        widget=forms.TextInput(attrs={"placeholder": "CS-", "autocomplete": "off"}),
    )


class FollowUpForm(PageForm):
    subject = LineField(label=_("Subject"), max_length=SUBJECT_MAX)
    body = TextField(label=_("What it is about"))


class AssignForm(PageForm):
    assignee = forms.ModelChoiceField(
        label=_("To"), queryset=Person.objects.none(), to_field_name="username", empty_label=_("Choose…")
    )

    def offer(self) -> None:
        people = (
            Person.objects.visible_to(self.person).active().filter(vendor=self.ticket.queue.team.vendor_id)
        )
        self.fields["assignee"].queryset = people.filter(  # type: ignore[attr-defined]
            certified_lines=self.ticket.line_id, role__in=("specialist", "lead")
        )


class PriorityForm(PageForm):
    priority = forms.ChoiceField(label=_("Priority"), choices=choices(PRIORITIES, PRIORITY))


class TagsForm(PageForm):
    tags = LineField(
        label=_("Tags"),
        required=False,
        max_length=1000,
        help_text=_("Between commas."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_tags(self) -> list[str]:
        tags = [" ".join(tag.split()) for tag in self.cleaned_data["tags"].split(",")]
        if any(len(tag) > 64 for tag in tags):
            raise forms.ValidationError(_("A tag has at most 64 characters."))
        return list(dict.fromkeys(tag for tag in tags if tag))


class RevealForm(PageForm):
    reason = LineField(
        label=_("Why do you need to see it?"),
        max_length=300,
        help_text=_("It is recorded in the history."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class AcknowledgeForm(forms.Form):
    word = LineField(
        label=_("What you do about it"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class InternalRequestForm(forms.Form):
    """A ticket that staff file on a creator's behalf."""

    line = forms.ModelChoiceField(
        label=_("Line of business"),
        queryset=Line.objects.none(),
        to_field_name="slug",
        empty_label=_("Choose…"),
    )
    external_id = LineField(label=_("Creator's id"), max_length=128)
    handle = LineField(
        label=_("Creator's handle"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "@"}),
    )
    locale = forms.CharField(
        label=_("Creator's language"),
        max_length=35,
        required=False,
        help_text=_("Such as en, pt-BR; empty if unknown."),
    )
    subject = LineField(
        label=_("Subject"), max_length=SUBJECT_MAX, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    body = TextField(label=_("What happened, what is asked"), rows=8)
    priority = forms.ChoiceField(label=_("Priority"), choices=choices(PRIORITIES, PRIORITY), initial="normal")
    justification = TextField(
        label=_("Why this priority"),
        required=False,
        rows=2,
        max_length=2000,
        help_text=_("Needed for high and urgent."),
    )
    sponsor = LineField(
        label=_("Sponsor"),
        max_length=120,
        required=False,
        help_text=_("Who stands behind the request, if not you."),
    )
    token = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, person: Person, **terms: Any) -> None:
        super().__init__(data, **terms)
        self.fields["line"].queryset = lines_for(person).order_by("name")  # type: ignore[attr-defined]

    def clean_locale(self) -> str:
        given: str = self.cleaned_data["locale"]
        tidy = tidy_locale(given) if given else ""
        if tidy is None:
            raise forms.ValidationError(_("This is no language tag; write it as en or pt-BR."))
        return tidy

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("priority") in ("urgent", "high") and not given.get("justification", "").strip():
            self.add_error("justification", _("Say why it cannot wait like the others."))
        return given


def lines_for(person: Person) -> QuerySet[Line]:
    """The lines on which a person may file: those they see; for a stakeholder, who sees none, the standard ones."""
    if person.role == "stakeholder":
        return Line.objects.filter(sensitivity="standard")
    return Line.objects.visible_to(person)


def at_field(form: forms.BaseForm, pointer: str, detail: str) -> None:
    """Put a refusal of an action to the field that its pointer names, or to the form."""
    name = pointer.rsplit("/", 1)[-1]
    form.add_error(name if name in form.fields else None, detail)
