"""What a monitor asks: does the process answer, and is the desk fit to serve."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from supportdesk.pulse import signs


class Fitness:
    """Remembers that all migrations are in: once so, a process that runs this code needs not look again."""

    migrated = False


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers; asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database and migrations are fit to serve, else 503.

    The body says "ok" or what is wrong for `database`, `migrations`, `broker`, `worker` and `beat`; the last
    three alone do not make it fail, for a desk without them still takes and answers tickets.
    """
    found = {"database": "ok", "migrations": "ok"}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not Fitness.migrated:
            executor = MigrationExecutor(connection)
            missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
            Fitness.migrated = not missing
            if missing:
                found["migrations"] = f"{len(missing)} missing"
    except DatabaseError:
        found = {"database": "silent", "migrations": "unknown"}
    fit = found["database"] == found["migrations"] == "ok"
    return JsonResponse({"ready": fit, **found, **signs()}, status=200 if fit else 503)
