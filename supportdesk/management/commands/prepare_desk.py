"""`manage.py prepare_desk`: what a desk needs before it serves; `manage.py run` calls it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from supportdesk.management.demo.password import kept_password
from teams.models import Person


class Command(BaseCommand):
    help = "Migrates, gathers the static files, with --demo loads demo data once; says who can sign in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load the demo data if there is nobody yet")

    def handle(self, *args: Any, demo: bool = False, **options: Any) -> None:
        self.say("Migrating the database.")
        call_command("migrate", interactive=False, verbosity=0)
        self.say("Gathering the static files.")
        call_command("collectstatic", interactive=False, verbosity=0)
        loaded = settings.STATE_DIR / "demo-loaded"
        if demo and not loaded.exists():
            self.say("Loading the demo data.")
            call_command("load_demo", stdout=self.stdout)
            loaded.touch()
        self.say(who_can_sign_in())
        if password := kept_password(settings.STATE_DIR):
            self.say(f"The people of the demo have the password {password}")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def who_can_sign_in(limit: int = 8) -> str:
    """Some names with their roles, and the command that lets one of them in."""
    people = list(Person.objects.active().select_related("vendor").order_by("joined_at", "pk")[: limit + 1])
    if not people:
        return "Nobody can sign in yet: `.venv/bin/python manage.py apply_setup org.toml` writes the first people."
    names = []
    for person in people[:limit]:
        place = [person.role.replace("_", " "), *([person.vendor.slug] if person.vendor else [])]
        names.append(f"{person.username} ({', '.join(place)})")
    more = " and others" if len(people) > limit else ""
    return (
        f"Who can sign in: {', '.join(names)}{more}. "
        f"`.venv/bin/python manage.py sign_in_link {people[0].username}` prints an address that signs in."
    )
