"""The verbs of people and their ways in, machines first. Structure is written by the setup file."""

from teams.actions.authenticate_key import authenticate_key
from teams.actions.create_key import create_key
from teams.actions.create_sign_in_link import create_sign_in_link
from teams.actions.forget_ended_sessions import forget_ended_sessions
from teams.actions.revoke_key import revoke_key
from teams.actions.switch_people import switch_people
from teams.actions.use_sign_in_link import use_sign_in_link

__all__ = [
    "authenticate_key",
    "create_key",
    "create_sign_in_link",
    "forget_ended_sessions",
    "revoke_key",
    "switch_people",
    "use_sign_in_link",
]
