from __future__ import annotations

from datetime import datetime

from django.db import transaction

from slas.models import Alert
from supportdesk.errors import BadInput, Conflict
from teams.models import Person


@transaction.atomic
def acknowledge_alert(*, alert_id: int, by: Person, word: str, at: datetime) -> Alert:
    """Somebody has seen it and says what they do about it, in a word of at most 500 characters.

    The caller has looked the alert up for this person. Raises BadInput at "/word" without one, Conflict
    when somebody was first.
    """
    word = word.strip()
    if not word:
        raise BadInput("/word", "Say in a word what you do about it.", "required")
    if len(word) > 500:
        raise BadInput("/word", "At most 500 characters.", "max_length")
    locked = Alert.objects.select_for_update(of=("self",))
    alert = locked.select_related("acknowledged_by", "timer").get(pk=alert_id)
    if alert.acknowledged_by is not None:
        raise Conflict(f"{alert.acknowledged_by.label} has acknowledged this alert already.")
    alert.acknowledged_by, alert.acknowledged_at, alert.word = by, at, word
    alert.save(update_fields=["acknowledged_by", "acknowledged_at", "word"])
    return alert
