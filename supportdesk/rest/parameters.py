"""Query parameters: only those that an address knows. A misspelt filter must not show everything."""

from collections.abc import Collection

from django.http import QueryDict

from supportdesk.errors import BadInput
from supportdesk.texts import NUL_OR_SURROGATE

PAGING = ("cursor", "page_size")


def refuse_unknown_parameters(query: QueryDict, known: Collection[str]) -> None:
    """Raise BadInput at the first parameter that this address does not know or cannot hold."""
    for name, values in query.lists():
        if name not in known:
            shown = ", ".join(known) or "none"
            raise BadInput(
                f"/{name[:64]}", f"There is no such query parameter; known: {shown}.", "unknown_parameter"
            )
        if any(NUL_OR_SURROGATE.search(value) for value in values):
            raise BadInput(
                f"/{name}", "NUL characters and lone surrogates are not allowed.", "invalid_characters"
            )
