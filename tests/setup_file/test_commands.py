"""`apply_setup` and `export_setup` as an administrator sees them."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from teams.models import Person
from tests.setup_file.example import ORG

pytestmark = pytest.mark.django_db


def run(name: str, *options: str) -> str:
    out = StringIO()
    call_command(name, *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "org.toml").write_text(ORG)
    return tmp_path


def test_it_says_what_changed(folder: Path) -> None:
    dry = run("apply_setup", "org.toml", "--dry-run").splitlines()
    assert not Person.objects.exists()
    wet = run("apply_setup", "org.toml").splitlines()
    assert 'person "dana": new' in wet
    assert (dry[-1], wet[-1]) == ("org.toml: would change 9 things.", "org.toml: changed 9 things.")
    assert dry[:-1] == wet[:-1]
    assert run("apply_setup", "org.toml") == "org.toml: changed nothing.\n"


def test_an_export_is_a_setup_file(folder: Path) -> None:
    assert run("export_setup") == ""
    run("apply_setup", "org.toml")
    (folder / "again.toml").write_text(run("export_setup"))
    assert run("apply_setup", "again.toml") == "again.toml: changed nothing.\n"


def test_a_wrong_file_is_told_line_by_line(folder: Path) -> None:
    (folder / "org.toml").write_text(
        ORG.replace('"la-weekdays"  ', '"la-weekdayz"  ').replace("tier = 1", "tier = 3")
    )
    with pytest.raises(CommandError) as refusal:
        run("apply_setup", "org.toml")
    assert str(refusal.value).splitlines() == [
        'org.toml: queue "creator-rewards-t1-acme": tier must be a number from 1 to 2, not 3 (line 29)',
        'org.toml: policy "rewards": calendar "la-weekdayz" is not defined (line 65)',
    ]
    assert not Person.objects.exists()


def test_a_file_that_cannot_be_read(folder: Path) -> None:
    for name in ("none.toml", "."):
        with pytest.raises(CommandError, match=rf"^{name}: "):
            run("apply_setup", name)


def test_history_says_that_a_setup_file_did_it(folder: Path) -> None:
    run("apply_setup", "org.toml")
    event = apps.get_model("teams", "PersonEvent").objects.get(username="dana")
    assert event.pgh_context.metadata == {"command": "apply_setup", "file": "org.toml"}
