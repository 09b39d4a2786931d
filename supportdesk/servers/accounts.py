"""Whose name a server runs under. PostgreSQL refuses root; so root lends it an account that can do little."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from supportdesk.servers.programs import Programs, ServerMissing

OUTSIDE = Path("/var/lib/supportdesk")
"""Where root puts what another account must reach, when the state folder or the venv is closed to it."""


class Identity(TypedDict, total=False):
    """The part of `subprocess.Popen` that changes the user."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """A user by number; `None` is whoever we are already."""

    uid: int | None = None
    gid: int | None = None

    @property
    def identity(self) -> Identity:
        if self.uid is None or self.gid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def reaches(self, path: Path) -> bool:
        """Whether this user can enter a folder or run a file, asked of the system itself."""
        asked = subprocess.run(
            ["/bin/sh", "-c", 'test -x "$0"', str(path)], cwd="/", check=False, **self.identity
        )
        return asked.returncode == 0

    def own(self, path: Path) -> None:
        """Give this user a folder and keep everybody else out."""
        path.chmod(0o700)
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def account_for(data: Path) -> Account:
    """Who runs a server with this data folder: ourselves, or where we are root whoever owns the data already,
    else `postgres`, else `nobody`."""
    if os.geteuid() != 0:
        return Account()
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_uid, found.pw_gid)
    raise ServerMissing("PostgreSQL does not run as root: add a user named postgres.")


def data_folder(state: Path, name: str) -> tuple[Path, Account]:
    """The folder `state/name` for a server's data, and who runs the server.

    Where that account cannot enter `state`, the data lie below `/var/lib/supportdesk`, and `state/name` links
    there.
    """
    link = state / name
    account = account_for(link)
    if account.uid is None or account.reaches(state):
        link.mkdir(exist_ok=True)
        account.own(link)
        return link.resolve(), account
    if not (link.is_symlink() and link.is_dir()):
        OUTSIDE.mkdir(mode=0o755, parents=True, exist_ok=True)
        room = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=OUTSIDE))
        if link.is_dir():
            shutil.copytree(link, room, dirs_exist_ok=True)
            _give(room, account)
            link.rename(link.with_name(f"{name}.moved"))
        link.unlink(missing_ok=True)
        link.symlink_to(room)
    account.own(link.resolve())
    return link.resolve(), account


def socket_folder(state: Path, account: Account) -> Path:
    """A folder with a short name that only the servers' account enters, kept from one start to the next.

    A socket's path holds at most 107 bytes, so it can't lie below a state folder of any length.
    """
    link = state / "run" / "sockets"
    if link.is_symlink():
        present = link.resolve()
        wanted = os.geteuid() if account.uid is None else account.uid
        if present.is_dir() and present.stat().st_uid == wanted and present.stat().st_mode & 0o077 == 0:
            return present
        link.unlink()
    folder = Path(tempfile.mkdtemp(prefix="supportdesk-", dir="/tmp"))
    account.own(folder)
    link.symlink_to(folder)
    return folder


def remove_socket_folder(state: Path) -> None:
    """Take the folder away once nobody listens there; one that still holds something stays."""
    link = state / "run" / "sockets"
    with contextlib.suppress(OSError):
        link.resolve().rmdir()
        link.unlink()


def within_reach(programs: Programs, account: Account) -> Path:
    """The programs where the account can run them, else a copy (with the libraries beside them)."""
    if programs.label is None or account.reaches(programs.folder / programs.inside):
        return programs.folder / programs.inside
    copies = OUTSIDE / programs.label
    if not copies.is_dir():
        OUTSIDE.mkdir(mode=0o755, parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f"{programs.label}-", dir=OUTSIDE))
        for part in (programs.folder, *programs.siblings):
            shutil.copytree(part, draft / part.name, symlinks=True)
        _open_to_all(draft)
        try:
            draft.rename(copies)
        except OSError:  # somebody else was quicker
            shutil.rmtree(draft)
    return copies / programs.folder.name / programs.inside


def _give(folder: Path, account: Account) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.uid or -1, account.gid or -1, follow_symlinks=False)


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
