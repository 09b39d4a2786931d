"""Journeys use the API's keys and clients."""

from tests.rest.conftest import acme, api, bolt, policy  # noqa: F401
