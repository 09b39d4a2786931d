"""`manage.py export_setup`: the present organisation as a setup file."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from supportdesk.setup_file.exporting import export_setup


class Command(BaseCommand):
    help = "Writes the present organisation in the form that apply_setup reads."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(export_setup(), ending="")
