"""The password that the people of the demo share, kept for whoever runs this desk."""

from __future__ import annotations

import os
from pathlib import Path


def keep_password(state: Path, password: str) -> Path:
    """Write it down for the owner of the state folder alone; the file."""
    file = state / "demo.txt"
    state.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as kept:
        kept.write(f"{password}\n")
    return file


def kept_password(state: Path) -> str | None:
    """The password, where this desk was loaded with the demo."""
    try:
        return (state / "demo.txt").read_text().strip() or None
    except OSError:
        return None
