"""Primary keys drawn from the database before the rows are written, so that rows can name each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.db import connection, models

BLOCK: Final = 500


def drawn_keys(model: type[models.Model]) -> Iterator[int]:
    """Fresh primary keys of a model, rising, without end; one query for every 500. Those not used are lost."""
    table, column = model._meta.db_table, model._meta.pk.column
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [table, column, BLOCK],
            )
            keys = [int(row[0]) for row in cursor.fetchall()]
        yield from keys
