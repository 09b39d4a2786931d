"""What may stand in the body of each call (api.md, "Tickets")."""

from __future__ import annotations

import re
from typing import Any, Final

from rest_framework import serializers

from supportdesk.rest.bodies import Body
from supportdesk.rest.fields import CustomFields, Email, Instant, Line, Locale, Prose, Tags, Truth, Word
from tickets.words import (
    BODY_MAX,
    CHANNELS,
    ESCALATION_REASONS,
    EXTERNAL_REF_MAX,
    HANDOVER_NOTE_MIN,
    MESSAGE_KINDS,
    PENDING_ON,
    PRIORITIES,
    RESOLUTIONS,
    SUBJECT_MAX,
)

SLUG_MAX: Final = 64
REGION: Final = re.compile(r"[A-Za-z]{2}(?:-[A-Za-z0-9]{1,3})?|[0-9]{3}", re.ASCII)


class Region(Line):
    """An ISO 3166 country or subdivision ("BR", "US-CA") or a UN M49 area ("419")."""

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if not REGION.fullmatch(text):
            message = 'Must be a country or area code such as "BR", "US-CA" or "419".'
            raise serializers.ValidationError(message, code="invalid")
        return text.upper()


class Slug(Line):
    """The slug of a line of business or a queue."""

    def __init__(self, **terms: Any) -> None:
        super().__init__(max_length=SLUG_MAX, **terms)


class Ids(serializers.ListField):
    """Ids of things that were stored before."""

    def __init__(self, **terms: Any) -> None:
        super().__init__(child=Line(max_length=64), max_length=20, required=False, **terms)


class CreatorBody(Body):
    """The creator as the sender knows them; what is left out stays as the sender said before."""

    external_id = Line(max_length=128)
    handle = Line(max_length=120, required=False, allow_blank=True)
    display_name = Line(max_length=200, required=False, allow_blank=True)
    region = Region(max_length=8, required=False)
    locale = Locale(required=False)
    segment = Line(max_length=40, required=False, allow_blank=True)
    email = Email(required=False)


class NewTicketBody(Body):
    channel = Word(CHANNELS)
    lob = Slug()
    subject = Line(max_length=SUBJECT_MAX)
    body = Prose(max_length=BODY_MAX)
    creator = CreatorBody()
    queue = Slug(required=False)
    external_ref = Line(max_length=EXTERNAL_REF_MAX, required=False)
    priority = Word(PRIORITIES, default="normal")
    locale = Locale(required=False)
    tags = Tags(required=False)
    custom_fields = CustomFields(required=False)
    attachments = Ids()
    created_at = Instant(required=False)


class EditBody(Body):
    subject = Line(max_length=SUBJECT_MAX, required=False)
    priority = Word(PRIORITIES, required=False)
    tags = Tags(required=False)
    custom_fields = CustomFields(required=False)
    locale = Locale(required=False)


class MessageBody(Body):
    """A key's reply or note names its `author` or says `automated`; a creator's message has neither."""

    kind = Word(MESSAGE_KINDS)
    body = Prose(max_length=BODY_MAX)
    author = Line(max_length=64, required=False)
    automated = Truth(default=False)
    response = Line(max_length=64, required=False)
    attachments = Ids()


class EmptyBody(Body):
    pass


class NoteBody(Body):
    note = Prose(max_length=BODY_MAX, required=False, allow_blank=True)


class AssignBody(Body):
    assignee = Line(max_length=64)


class ClaimNextBody(Body):
    assignee = Line(max_length=80, required=False)


class EscalateBody(Body):
    reason = Word(ESCALATION_REASONS)
    note = Prose(min_length=HANDOVER_NOTE_MIN, max_length=BODY_MAX)
    queue = Slug(required=False)


class ReturnBody(Body):
    note = Prose(max_length=BODY_MAX)


class TransferBody(Body):
    queue = Slug()
    note = Prose(max_length=BODY_MAX)


class PendBody(Body):
    on = Word(PENDING_ON)
    until = Instant(required=False)


class ResolveBody(Body):
    resolution = Word(RESOLUTIONS)
    message = Prose(max_length=BODY_MAX, required=False)


class MergeBody(Body):
    into = Line(max_length=11)
