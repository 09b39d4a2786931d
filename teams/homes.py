"""Where each role begins its day: the page after sign-in and behind the desk's name."""

from __future__ import annotations

from typing import Final

from teams.models import Person

HOMES: Final = {
    "specialist": "/queue/",
    "lead": "/board/",
    "vendor_manager": "/board/",
    "stakeholder": "/internal/",
    "administrator": "/setup/",
}


def home_of(person: Person) -> str:
    return HOMES[person.role]
