"""schemathesis asks the running API what its schema allows and forbids (make test-long)."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.rest.conftest import Opener

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_what_is_served_is_what_the_schema_says(live_server: Any, api: Opener, policy: None) -> None:
    caller = api("warehouse")
    for _ in range(3):
        caller.create()
    schema = schemathesis.openapi.from_url(f"{live_server.url}/api/v1/schema/")
    asked = 0

    for result in schema.get_all_operations():

        @given(case=result.ok().as_strategy())
        @settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        def ask(case: Any) -> None:
            nonlocal asked
            asked += 1
            case.call_and_validate(headers={"Authorization": f"Bearer {caller.token}"}, checks=CHECKS)

        ask()
    assert asked > 500
