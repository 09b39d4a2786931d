"""Where servers are looked for, and how their addresses are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from supportdesk.servers.addresses import (
    Addresses,
    broker_url,
    celery_url,
    database_settings,
    find,
    secret,
    state_file,
    write_state,
)

NOWHERE = Path("/desk/run")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://ann:p%40ss@db.example:5433/desk?sslmode=require",
            {"NAME": "desk", "USER": "ann", "PASSWORD": "p@ss", "HOST": "db.example", "PORT": "5433"}
            | {"OPTIONS": {"sslmode": "require"}},
        ),
        (
            "postgres://supportdesk@/supportdesk?host=/run/sock",
            {"NAME": "supportdesk", "USER": "supportdesk", "PASSWORD": "", "HOST": "/run/sock", "PORT": ""}
            | {"OPTIONS": {}},
        ),
        (
            "postgresql://[::1]/desk",
            {"NAME": "desk", "USER": "supportdesk", "PASSWORD": "", "HOST": "::1", "PORT": "", "OPTIONS": {}},
        ),
        (
            None,
            {"NAME": "supportdesk", "USER": "supportdesk", "PASSWORD": "", "HOST": "/desk/run", "PORT": ""}
            | {"OPTIONS": {}},
        ),
    ],
)
def test_a_database_url_becomes_settings(url: str | None, expected: dict[str, object]) -> None:
    assert database_settings(url, NOWHERE) == {"ENGINE": "django.db.backends.postgresql", **expected}


def test_another_database_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"begins with mysql://, but must begin with postgresql://"):
        database_settings("mysql://h/d", NOWHERE)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("unix:///tmp/s/broker.sock", "redis+socket:///tmp/s/broker.sock?virtual_host=0"),
        ("unix:///tmp/s/broker.sock?db=3", "redis+socket:///tmp/s/broker.sock?virtual_host=3"),
        ("redis://:secret@h:6379/2", "redis://:secret@h:6379/2"),
        ("valkey://h:6379/0", "redis://h:6379/0"),
        ("valkeys://h:6379/0", "rediss://h:6379/0"),
    ],
)
def test_celery_writes_the_same_broker_in_its_own_way(url: str, expected: str) -> None:
    assert celery_url(url) == expected


def test_without_an_address_the_broker_is_nowhere() -> None:
    assert broker_url(None, NOWHERE) == "unix:///desk/run/broker.sock"


def test_the_environment_comes_before_the_running_desk(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    write_state(tmp_path, Addresses("postgresql:///noted", "unix:///noted"))
    home = {"SUPPORTDESK_HOME": str(tmp_path)}
    assert find(home) == Addresses("postgresql:///noted", "unix:///noted")
    assert find({**home, "DATABASE_URL": "postgresql:///given"}) == Addresses(
        "postgresql:///given", "unix:///noted"
    )
    assert state_file(tmp_path).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("torn", ["", "{", "[]", '{"database": "x"}'])
def test_a_torn_state_file_is_no_desk(tmp_path: Path, torn: str) -> None:
    (tmp_path / "run").mkdir()
    state_file(tmp_path).write_text(torn)
    assert find({"SUPPORTDESK_HOME": str(tmp_path)}) == Addresses(None, None)


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql:///filed\n")
    assert secret("DATABASE_URL", environ={"DATABASE_URL_FILE": str(file)}) == "postgresql:///filed"
    assert secret("DATABASE_URL", environ={"DATABASE_URL": "x", "DATABASE_URL_FILE": str(file)}) == "x"
    assert secret("DATABASE_URL", environ={}) is None
