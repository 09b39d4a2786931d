"""The pages that the header leads to, each only for those who may use it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from teams.models import Person

WORKING_ROLES = ("specialist", "lead", "vendor_manager")
FILING_ROLES = (*WORKING_ROLES, "stakeholder")
"""Who files internal requests."""


@dataclass(frozen=True)
class Page:
    """A page of the header: the name of its route, its label, its key after `g`, and who may use it."""

    route: str
    label: Promise | str
    key: str
    roles: tuple[str, ...]


PAGES = (
    Page("queue", _("Queue"), "q", WORKING_ROLES),
    Page("board", _("Board"), "b", ("lead", "vendor_manager")),
    Page("internal_form", _("Internal request"), "f", FILING_ROLES),
    Page("roster", _("Roster"), "r", ("lead",)),
    Page("insights", _("Insights"), "i", ("lead", "stakeholder", "vendor_manager")),
    Page("vendor", _("Vendor"), "v", ("vendor_manager",)),
    Page("setup", _("Set-up"), "s", ("administrator",)),
)


def pages_for(person: Person) -> list[dict[str, Any]]:
    """The built pages that this person may use, in the order of the header: route, label, key, url."""
    found = []
    for page in PAGES:
        if person.role in page.roles:
            try:
                url = reverse(page.route)
            except NoReverseMatch:
                continue
            found.append({"route": page.route, "label": page.label, "key": page.key, "url": url})
    return found


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `navigation`, the pages of the header, empty for somebody not signed in."""

    def pages() -> list[dict[str, Any]]:
        person = request.user
        return pages_for(person) if isinstance(person, Person) else []

    return {"navigation": SimpleLazyObject(pages)}
