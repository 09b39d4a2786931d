"""Public holidays as plain dates, from the `holidays` library.

A calendar version keeps the dates themselves, not the codes' meaning: another release of the library
changes no running timer.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

import holidays

YEARS: Final = range(2000, 2061)
"""The years for which a calendar version knows its holidays."""


def is_known(code: str) -> bool:
    """Whether `code` is a country ("US") or one of its subdivisions ("US-CA")."""
    country, _, subdivision = code.partition("-")
    supported = holidays.list_supported_countries()
    return country in supported and (not subdivision or subdivision in supported[country])


def holiday_dates(codes: Iterable[str]) -> list[date]:
    """The holidays of all `codes`, in order, each once."""
    found: set[date] = set()
    for code in codes:
        country, _, subdivision = code.partition("-")
        found |= set(holidays.country_holidays(country, subdiv=subdivision or None, years=YEARS))
    return sorted(found)
