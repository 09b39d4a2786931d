"""The contract as vendors' engineers meet it: a file and a page."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from supportdesk.servers.addresses import Addresses

pytestmark = [pytest.mark.usefixtures("servers"), pytest.mark.django_db]


def test_the_schema_is_served_to_anyone() -> None:
    answer = Client().get("/api/v1/schema/")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert json.loads(answer.content)["openapi"].startswith("3.1")
    as_yaml = Client().get("/api/v1/schema/", headers={"accept": "application/vnd.oai.openapi"})
    assert as_yaml.content.startswith(b"openapi: 3.1")


def test_the_page_loads_nothing_from_elsewhere_and_runs_nothing_inline(servers: Addresses) -> None:
    answer = Client().get("/api/v1/docs/")
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "://" not in html
    assert not re.search(r"<script[^>]*>\s*[^<\s]", html)
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self' 'unsafe-inline'"
    assert policy["img-src"] == "'self' data:"
    script = Client().get("/api/v1/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert b"/api/v1/schema/" in script.content
