"""A report as a sheet, comma-separated or as a workbook; a text that looks like a formula stays a text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from typing import Any, Final

import xlsxwriter
from django.utils.translation import gettext as _

from insights.wording import Told, part_of, title

COLUMNS: Final = (
    "key",
    "title",
    "about",
    "value",
    "numerator",
    "denominator",
    "low",
    "high",
    "settles_at",
    "lift",
    "mix",
    "rate",
)
DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")


def rows_of(numbers: Iterable[Told]) -> list[list[Any]]:
    """One row a number, in the order of `COLUMNS`; "no data" is an empty value."""
    rows = []
    for number in numbers:
        low, high = number["interval"] or (None, None)
        detail = number["detail"]
        rows.append(
            [
                number["key"],
                title(number["key"]),
                part_of(number["part"]),
                number["value"],
                number["numerator"],
                number["denominator"],
                low,
                high,
                number["settles_at"],
                detail.get("lift"),
                detail.get("mix"),
                detail.get("rate"),
            ]
        )
    return rows


def as_csv(rows: Sequence[Sequence[Any]]) -> bytes:
    """UTF-8 with a byte-order mark, so that spreadsheets read it as such.

    A text that begins like a formula gets an apostrophe before it (OWASP, "CSV Injection").
    """
    out = StringIO()
    sheet = csv.writer(out)
    sheet.writerow(COLUMNS)
    sheet.writerows([[inert(cell) for cell in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def inert(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(DANGEROUS) else cell


def as_workbook(rows: Sequence[Sequence[Any]], facts: Sequence[tuple[str, str]]) -> bytes:
    """An .xlsx with the numbers on one sheet and, on another, what report they are of. Texts stay texts."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True})
        numbers = book.add_worksheet(_("Numbers"))
        numbers.write_row(0, 0, COLUMNS, bold)
        for place, row in enumerate(rows, start=1):
            numbers.write_row(place, 0, row)
        numbers.freeze_panes(1, 0)
        numbers.autofilter(0, 0, len(rows), len(COLUMNS) - 1)
        numbers.set_column(0, 2, 26)
        about = book.add_worksheet(_("Report"))
        for place, (name, value) in enumerate(facts):
            about.write_string(place, 0, name, bold)
            about.write_string(place, 1, value)
        about.set_column(0, 1, 26)
    return out.getvalue()
