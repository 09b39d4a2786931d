"""How pages talk to htmx. No models."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers


def is_for(request: HttpRequest, *targets: str) -> bool:
    """Whether a script asks for one part of the page, by the ids of the parts; never while it walks the history."""
    if (
        request.headers.get("HX-Request") != "true"
        or request.headers.get("HX-History-Restore-Request") == "true"
    ):
        return False
    return request.headers.get("HX-Target", "").partition("#")[2] in targets


def by_script(request: HttpRequest) -> bool:
    """Whether a script asks."""
    return request.headers.get("HX-Request") == "true"


def varies(response: HttpResponse) -> HttpResponse:
    """Keep caches from giving a part where the page is asked for."""
    patch_vary_headers(response, ("HX-Request", "HX-Target"))
    return response


def tell(response: HttpResponse, **events: dict[str, Any]) -> HttpResponse:
    """Raise events on the page's body; `desk_said` is told as "desk:said"."""
    told = {name.replace("_", ":"): {"target": "body", **detail} for name, detail in events.items()}
    response["HX-Trigger"] = json.dumps(told)
    return response


def go_to(url: str) -> HttpResponse:
    """Have the page leave for another address."""
    return HttpResponse(headers={"HX-Redirect": url})
