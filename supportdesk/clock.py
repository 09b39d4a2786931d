"""The one place where the wall clock is read."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware, in UTC.

    Edges (views, API methods, tasks, commands) call this once and hand the value down as `at`;
    everything below takes time as an argument.
    """
    return datetime.now(UTC)  # noqa: TID251
