"""The fixed words of people and structure, as the setup file, pages and the REST API write them."""

from typing import Final

ROLES: Final = ("specialist", "lead", "vendor_manager", "stakeholder", "administrator")
VENDOR_ROLES: Final = ("specialist", "vendor_manager")
SENSITIVITIES: Final = ("standard", "restricted")
CHANNELS: Final = ("in_app", "webform", "appeal", "internal_form")
SCOPES: Final = ("tickets:read", "tickets:write", "queues:claim", "webhooks:manage", "insights:read")
