"""Errors that every layer may raise and every edge knows how to answer."""

from collections.abc import Sequence


class DeskError(Exception):
    """A request that the desk understood and refuses; its message is fit to show to the person who asked."""


class BadInput(DeskError):
    """Input that is wrong at a named field.

    `pointer` is an RFC 6901 JSON pointer into the input ("/creator/locale"), `code` a stable word
    ("invalid", "required", "unknown_field", ...).
    """

    def __init__(self, pointer: str, detail: str, code: str = "invalid") -> None:
        super().__init__(detail)
        self.pointer = pointer
        self.detail = detail
        self.code = code


class NotAllowed(DeskError):
    """The caller may see the thing but not do this to it."""


class MoveRefused(DeskError):
    """A move that the table of transitions lacks; `allowed` names the moves that it has from here."""

    def __init__(self, detail: str, allowed: Sequence[str]) -> None:
        super().__init__(detail)
        self.detail = detail
        self.allowed = tuple(allowed)


class Stale(DeskError):
    """The row is no longer as the caller saw it (If-Match, a compare-and-set that lost)."""


class Conflict(DeskError):
    """The request clashes with what is stored; `existing` is its public id, or None."""

    def __init__(self, detail: str, existing: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.existing = existing


class NothingWaiting(DeskError):
    """There is no ticket that this caller could take now; the message says why where that is known."""
