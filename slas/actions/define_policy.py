from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from slas.models import Calendar, Policy, PolicyVersion
from slas.queries import policy_terms
from slas.terms import PolicyTerms, check_policy
from supportdesk.errors import BadInput


@transaction.atomic
def define_policy(*, slug: str, terms: PolicyTerms, at: datetime) -> tuple[PolicyVersion, bool]:
    """Say what a policy asks from now on; returns its present version and whether that is a new one.

    Clocks that run keep the version that they have. The same terms again change nothing. Raises BadInput
    at the field, "/calendar" where that calendar is not defined.
    """
    check_policy(terms)
    calendar = _calendar(terms.calendar)
    policy, _ = Policy.objects.get_or_create(slug=slug)
    policy = Policy.objects.select_for_update().get(pk=policy.pk)
    latest = policy.versions.select_related("calendar").order_by("-number").first()
    if latest is not None and policy_terms(latest) == terms:
        return latest, False
    version = PolicyVersion.objects.create(
        policy=policy,
        number=latest.number + 1 if latest is not None else 1,
        defined_at=at,
        order=terms.order,
        match={fact: list(values) for fact, values in asdict(terms.match).items() if values},
        calendar=calendar,
        warn_at=list(terms.warn_at),
        update_pauses=terms.update_pauses,
        targets={metric: dict(by_priority) for metric, by_priority in terms.targets.items()},
    )
    return version, True


def _calendar(slug: str | None) -> Calendar | None:
    if slug is None:
        return None
    calendar = Calendar.objects.filter(slug=slug).first()
    if calendar is None:
        raise BadInput("/calendar", f'calendar "{slug}" is not defined')
    return calendar
