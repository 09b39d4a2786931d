"""The verbs of ratings: ask, learn what became of the asking, take back, record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Subquery

from insights.ratings.links import code_in
from insights.ratings.models import WORD_MAX, Invitation, Rating
from insights.ratings.queries import why_closed
from insights.scope import RATED_WITHIN
from supportdesk.errors import BadInput, NotAllowed
from supportdesk.texts import fault_in_prose
from tickets.models import Event, OutboxRow, Ticket

ASKED_AFTER: Final = timedelta(hours=24)
"""From resolution: time enough to see whether it helped."""
ASKED_BEFORE: Final = timedelta(days=7)
"""Nobody is asked about something that lies longer back, as after a stop of the desk."""
AGAIN_AFTER: Final = timedelta(days=30)
BATCH: Final = 500


@transaction.atomic
def invite_ratings(*, at: datetime, silent: bool = False) -> int:
    """Ask the creators of tickets that were resolved a day ago how the help was; how many were asked.

    Not about spam or merged tickets, nobody within thirty days of the last time (by the creator's
    external id, whoever pushed the ticket), nobody without an address, and nothing that was replayed or
    imported. The mail is an outbox row of the same transaction. At most 500 at a time, one caller at a time.

    `silent` is for demo data and histories: replayed tickets and creators without an address are asked too,
    nothing goes out, and the invitation counts as delivered.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('invite_ratings', 0))")
    asked = Invitation.objects.filter(
        ticket__creator__external_id=OuterRef("creator__external_id"), asked_at__gt=at - AGAIN_AFTER
    )
    resolved = (
        Ticket.objects.filter(
            status__in=("resolved", "closed"),
            updated_at__gte=at - ASKED_BEFORE,
            resolved_at__gt=at - ASKED_BEFORE,
            resolved_at__lte=at - ASKED_AFTER,
        )
        .filter(~Exists(asked))
        .filter(
            ~Exists(Invitation.objects.filter(ticket=OuterRef("pk"), resolved_at=OuterRef("resolved_at")))
        )
        .select_related("creator")
        .order_by("resolved_at", "pk")
    )
    if not silent:
        told = Event.objects.filter(ticket=OuterRef("pk"), kind="resolved").order_by("-seq").values("origin")
        resolved = resolved.exclude(creator__email="").alias(origin=Subquery(told[:1])).filter(origin="")
    return len(send(once_per_creator(resolved[:BATCH]), at=at, silent=silent))


def once_per_creator(tickets: Iterable[Ticket]) -> list[Ticket]:
    """The first ticket of each creator."""
    first: dict[str, Ticket] = {}
    for ticket in tickets:
        first.setdefault(ticket.creator.external_id, ticket)
    return list(first.values())


def send(tickets: list[Ticket], *, at: datetime, silent: bool) -> list[Invitation]:
    invitations = Invitation.objects.bulk_create(
        Invitation(
            ticket=ticket,
            resolved_at=ticket.resolved_at,
            asked_at=at,
            open_until=at + RATED_WITHIN,
            delivered_at=at if silent else None,
        )
        for ticket in tickets
        if ticket.resolved_at is not None
    )
    if not silent:
        mails = OutboxRow.objects.bulk_create(
            OutboxRow(
                lane=f"rating:{invitation.pk}",
                kind="rating_mail",
                ids={"invitation": invitation.pk},
                created_at=at,
                not_before=at,
            )
            for invitation in invitations
        )
        for invitation, mail in zip(invitations, mails, strict=True):
            invitation.mail = mail
        Invitation.objects.bulk_update(invitations, ["mail"])
    return invitations


def note_deliveries() -> int:
    """Keep what became of the mails: delivered, or failed where nothing could be sent; how many are known."""
    on_their_way = Invitation.objects.filter(delivered_at=None, failed_at=None).select_related("mail")
    known = []
    for invitation in on_their_way.exclude(mail__done_at=None, mail__failed_at=None)[:BATCH]:
        mail = invitation.mail
        if mail is None:
            continue
        if mail.done_at is not None and not mail.remark:
            invitation.delivered_at = mail.done_at
        else:
            invitation.failed_at = mail.failed_at or mail.done_at
        known.append(invitation)
    Invitation.objects.bulk_update(known, ["delivered_at", "failed_at"])
    return len(known)


def void_overtaken() -> int:
    """Take back the unanswered invitations whose ticket was reopened since; how many."""
    reopened = Event.objects.filter(
        ticket=OuterRef("ticket"), kind__in=("reopened", "marked_spam"), at__gte=OuterRef("resolved_at")
    ).order_by("seq")
    return Invitation.objects.overtaken().update(voided_at=Subquery(reopened.values("at")[:1]))


@transaction.atomic
def record_rating(*, token: str, score: int, word: str = "", at: datetime) -> Rating:
    """Keep what a creator answered; a later answer to the same invitation takes the place of the former.

    Raises `Invitation.DoesNotExist` where the token names none, `NotAllowed` where the invitation was taken
    back, its time is over or the ticket was reopened before any answer, `BadInput` at /score or /word.
    """
    if not 1 <= score <= 5:
        raise BadInput("/score", "From 1 to 5.", "invalid_choice")
    word = word.strip()
    if len(word) > WORD_MAX:
        raise BadInput("/word", f"At most {WORD_MAX} characters.", "max_length")
    fault = fault_in_prose(word)
    if fault is not None:
        raise BadInput("/word", fault[1], fault[0])
    code = code_in(token)
    if code is None:
        raise Invitation.DoesNotExist
    invitation = Invitation.objects.select_for_update().get(code=code)
    closed = why_closed(invitation, at)
    if closed:
        raise NotAllowed(closed)
    return Rating.objects.create(
        invitation=invitation, seq=invitation.ratings.count() + 1, score=score, word=word, at=at
    )
