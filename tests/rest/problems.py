"""Reading a refusal."""

from __future__ import annotations

from typing import Any


def problem(answer: Any, status: int) -> dict[str, Any]:
    """The body of a refusal with this status."""
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), (
        answer.content
    )
    body: dict[str, Any] = answer.json()
    assert body["instance"] == answer["X-Request-ID"]
    assert body["status"] == status
    return body
