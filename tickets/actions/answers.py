"""Carrying out once what is asked for twice (`Idempotency-Key`)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from supportdesk.errors import DeskError
from tickets.models import IdempotentAnswer

KEPT: Final = timedelta(hours=24)
PAGE_FIELDS: Final = ("token", "version", "seen_message")
BATCH: Final = 5_000


class StillRunning(DeskError):
    """The first call with this key has not ended yet."""


class KeyReused(DeskError):
    """This key came with another request before."""


def fingerprint(what: str, typed: Mapping[str, object]) -> str:
    """A hash of what a form asks for and of the words typed into it, whichever page it was typed on."""
    words = sorted((name, str(value)) for name, value in typed.items() if name not in PAGE_FIELDS)
    return hashlib.sha256(f"{what}\n{words}".encode()).hexdigest()


def recall_answer(*, holder: str, key: str, fingerprint: str, at: datetime) -> IdempotentAnswer | None:
    """The answer that this holder got for this key in the last 24 hours; None if the work is still to do.

    Takes a lock on (holder, key) that lasts until the caller's transaction ends, so that the work and
    `keep_answer` happen in it or not at all; two queries. Raises StillRunning where another transaction
    has the lock, KeyReused where the key came with another request.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock_number(holder, key)])
        (locked,) = cursor.fetchone() or (False,)
    if not locked:
        raise StillRunning
    answer = IdempotentAnswer.objects.filter(holder=holder, key=key).first()
    if answer is None:
        return None
    if answer.created_at <= at - KEPT:
        answer.delete()
        return None
    if answer.fingerprint != fingerprint:
        raise KeyReused
    return answer


def keep_answer(
    *,
    holder: str,
    key: str,
    fingerprint: str,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    at: datetime,
) -> IdempotentAnswer:
    """Keep the answer in the caller's transaction, which holds the lock of `recall_answer`."""
    return IdempotentAnswer.objects.create(
        holder=holder,
        key=key,
        fingerprint=fingerprint,
        status=status,
        headers=dict(headers),
        body=body,
        created_at=at,
    )


def forget_answers(*, at: datetime) -> int:
    """Drop the answers that are older than 24 hours, a batch at a time; how many there were."""
    dropped = 0
    while True:
        with transaction.atomic():
            old = IdempotentAnswer.objects.filter(created_at__lte=at - KEPT).values("pk")[:BATCH]
            found, _ = IdempotentAnswer.objects.filter(pk__in=old).delete()
        dropped += found
        if found < BATCH:
            return dropped


def lock_number(holder: str, key: str) -> int:
    """The advisory lock of a holder's key: 64 bits of a hash."""
    digest = hashlib.sha256(f"idempotency\n{holder}\n{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
