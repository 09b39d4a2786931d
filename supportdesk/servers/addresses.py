"""Where the database and the broker answer: the environment first, else the desk that runs on this machine.

A running desk writes `$SUPPORTDESK_HOME/run/desk.json`, so that every `manage.py` command finds its servers.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

PROJECT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Addresses:
    """Where things are; None where nobody has said. `web` is where people reach a running desk."""

    database: str | None
    broker: str | None
    web: str | None = None


def home(environ: Mapping[str, str] = os.environ) -> Path:
    """The state folder: `SUPPORTDESK_HOME`, by default `.local/` beside `manage.py`."""
    return Path(environ.get("SUPPORTDESK_HOME") or PROJECT / ".local").expanduser().absolute()


def secret(name: str, file: Path | None = None, environ: Mapping[str, str] = os.environ) -> str | None:
    """The variable `name`, else the content of the file that `name`_FILE names, else that of `file`."""
    if value := environ.get(name):
        return value
    named = environ.get(f"{name}_FILE")
    for source in (Path(named) if named else None, file):
        if source is not None and source.is_file():
            return source.read_text().strip()
    return None


def state_file(state: Path) -> Path:
    return state / "run" / "desk.json"


def find(environ: Mapping[str, str] = os.environ) -> Addresses:
    """`DATABASE_URL` and `REDIS_URL` where set, else what the running desk of this home wrote down."""
    noted = read_state(home(environ))
    return Addresses(
        database=secret("DATABASE_URL", environ=environ) or noted.database,
        broker=secret("REDIS_URL", environ=environ) or noted.broker,
        web=noted.web,
    )


def read_state(state: Path) -> Addresses:
    """What the desk wrote when it started; both None where there is no desk or the file is torn."""
    try:
        noted = json.loads(state_file(state).read_text())
        return Addresses(noted["database"], noted["broker"], noted.get("web"))
    except (OSError, ValueError, KeyError, TypeError):
        return Addresses(None, None)


def write_state(state: Path, addresses: Addresses) -> None:
    """Note the addresses for other commands; readable by the owner alone, since a URL may hold a password."""
    target = state_file(state)
    draft = target.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(addresses), file)
    draft.replace(target)


def database_settings(url: str | None, nowhere: Path) -> dict[str, Any]:
    """Django's settings for `postgresql://user:password@host:port/name?option=value`.

    A socket folder goes in as `?host=/folder`. Without a URL the settings point at `nowhere`, a folder
    without a socket, so that no server that merely happens to run on the machine is taken for ours.
    """
    parts = urlsplit(url or f"postgresql:///supportdesk?host={nowhere}")
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError(f"DATABASE_URL begins with {parts.scheme}://, but must begin with postgresql://.")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")) or "supportdesk",
        "USER": unquote(parts.username or options.pop("user", "supportdesk")),
        "PASSWORD": unquote(parts.password or options.pop("password", "")),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(options.pop("port", None) or parts.port or ""),
        "OPTIONS": options,
    }


def broker_url(url: str | None, nowhere: Path) -> str:
    """The broker for the redis client; without a URL a socket in `nowhere` that does not exist."""
    return url or f"unix://{nowhere / 'broker.sock'}"


def mail_settings(url: str | None) -> dict[str, Any]:
    """Django's settings for `smtp://user:password@host:port`, with `?tls=1` for STARTTLS, or `smtps://`.

    Without a URL mail goes into a folder of files.
    """
    if not url:
        return {"EMAIL_BACKEND": "supportdesk.mail_folder.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps"):
        raise ValueError(f"EMAIL_URL begins with {parts.scheme}://, but must begin with smtp:// or smtps://.")
    implicit = parts.scheme == "smtps"
    starttls = not implicit and dict(parse_qsl(parts.query)).get("tls") == "1"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if implicit else 587 if starttls else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": implicit,
        "EMAIL_USE_TLS": starttls,
    }


def celery_url(url: str) -> str:
    """The same broker as Celery writes it: kombu knows `redis+socket://` for a socket, and no `valkey://`."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        number = dict(parse_qsl(parts.query)).get("db", "0")
        return f"redis+socket://{parts.path}?virtual_host={number}"
    return url.replace("valkey://", "redis://", 1).replace("valkeys://", "rediss://", 1)
