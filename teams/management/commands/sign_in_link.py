"""`manage.py sign_in_link`: a one-time address, the first sign-in and the way back in."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from supportdesk import clock
from supportdesk.errors import NotAllowed
from teams.actions import create_sign_in_link
from teams.models import Person


class Command(BaseCommand):
    help = "Prints an address that signs one person in, once, within ten minutes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", metavar="USERNAME")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        person = Person.objects.filter(username=username).first() if "\0" not in username else None
        if person is None:
            raise CommandError(f'There is no person "{username}".')
        try:
            token = create_sign_in_link(person=person, at=clock.now())
        except NotAllowed as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(settings.DESK_URL + reverse("sign_in_link", args=[token]))
