"""The words of a query about people and structure; `visible_to(caller)` is the one door.

Each narrows by a subquery on the rows themselves, never by a join: what it returns has no duplicates, can be
locked, updated, and stand as a subquery of another table's look-up.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from teams.models import Key, Line, Person, Queue, SignInLink  # noqa: F401


class LineQuerySet(models.QuerySet["Line"]):
    def visible_to(self, caller: Person | Key) -> LineQuerySet:
        """The lines whose tickets this caller may see (domain.md, "Who works here" and "Kept from whom")."""
        return self.filter(pk__in=self.model.objects.filter(lines_of(caller)).values("pk"))


class QueueQuerySet(models.QuerySet["Queue"]):
    def visible_to(self, caller: Person | Key) -> QueueQuerySet:
        """The queues this caller may see: a vendor's own, or those of an in-house person's lines."""
        if caller.vendor_id is not None:
            own = Q(team__vendor=caller.vendor_id, line__sensitivity="standard")
        else:
            own = lines_of(caller, "line__")
        return self.filter(pk__in=self.model.objects.filter(own).values("pk"))


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, caller: Person | Key) -> PersonQuerySet:
        """The people this caller may see: a vendor's caller its own vendor's, anyone in-house everyone."""
        return self.filter(vendor=caller.vendor_id) if caller.vendor_id is not None else self

    def active(self) -> PersonQuerySet:
        return self.filter(is_active=True)


class KeyQuerySet(models.QuerySet["Key"]):
    def visible_to(self, caller: Person | Key) -> KeyQuerySet:
        """The keys this caller may see: a vendor manager the vendor's, an administrator all, others none."""
        role = getattr(caller, "role", None)
        if role == "administrator":
            return self
        if role == "vendor_manager":
            return self.filter(vendor=caller.vendor_id)
        return self.none()

    def live(self, at: datetime) -> KeyQuerySet:
        """Neither revoked nor expired at `at`."""
        return self.filter(revoked_at=None, expires_at__gt=at)


class SignInLinkQuerySet(models.QuerySet["SignInLink"]):
    def usable(self, at: datetime) -> SignInLinkQuerySet:
        """Not used, not expired, of somebody who may sign in."""
        return self.filter(used_at=None, expires_at__gt=at, person__is_active=True)


def lines_of(caller: Person | Key, prefix: str = "") -> Q:
    """A condition on lines (or, with a prefix such as "line__", on rows that have one).

    Vendors: standard lines on which they have a queue. Tools: every line. The in-app channel: every
    line, its tickets are narrowed by source. Leads: what they own or are certified on. In-house
    specialists: what they are certified on. Stakeholders and administrators: none. It joins, so use it
    inside a subquery of primary keys, as `visible_to` does.
    """

    def on(**terms: Any) -> Q:
        return Q(**{f"{prefix}{name}": value for name, value in terms.items()})

    if caller.vendor_id is not None:
        return on(sensitivity="standard", queues__team__vendor=caller.vendor_id)
    if caller.is_key:
        return Q()
    role = getattr(caller, "role", "")
    if role == "lead":
        return on(owner=caller.pk) | on(certificates__person=caller.pk)
    if role == "specialist":
        return on(certificates__person=caller.pk)
    return Q(pk__in=[])
