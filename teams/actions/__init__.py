"""The verbs of people, structure and keys. Nothing else writes them."""

from teams.actions.keys import authenticate_key, create_key

__all__ = ["authenticate_key", "create_key"]
