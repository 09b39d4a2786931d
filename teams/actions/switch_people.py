from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from supportdesk.errors import NotAllowed
from teams.models import Person


@transaction.atomic
def switch_people(*, people: Iterable[Person], active: bool, by: Person) -> int:
    """Let these people sign in, or no longer: their sessions end with their next request.

    How many were not so before. Raises NotAllowed where somebody would switch themself off, so that there is
    always an administrator left.
    """
    chosen = [person.pk for person in people]
    if not active and by.pk in chosen:
        raise NotAllowed("Nobody switches themself off; another administrator can.")
    return Person.objects.filter(pk__in=chosen, is_active=not active).update(is_active=active)
