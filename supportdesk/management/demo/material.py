"""What the demo is written from: stories of creators as they were told in several languages, and phrases."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True)
class Told:
    """One story in one language: what the creator wrote, what was asked back, how it was solved."""

    language: str
    subjects: tuple[str, ...]
    openings: tuple[str, ...]
    asks: str
    answers: str
    solves: str


@dataclass(frozen=True)
class Story:
    """A thing that creators write about; notes and handovers are in English, for colleagues."""

    slug: str
    line: str
    weight: int
    channels: tuple[str, ...]
    priorities: tuple[str, ...]
    tags: tuple[str, ...]
    told: Mapping[str, Told]
    notes: tuple[str, ...]
    reason: str = ""
    handover: str = ""
    back: str = ""


@dataclass(frozen=True)
class Writer:
    """A creator."""

    name: str
    handle: str
    region: str
    locale: str

    @property
    def language(self) -> str:
        return self.locale.split("-")[0]

    @property
    def email(self) -> str:
        return f"{self.handle.removeprefix('@')}@mail.example"


@dataclass(frozen=True)
class Filed:
    """A ticket that colleagues file for creators."""

    line: str
    subject: str
    body: str
    notes: tuple[str, ...]
    solves: str


@dataclass(frozen=True)
class Material:
    stories: tuple[Story, ...]
    writers: tuple[Writer, ...]
    phrases: Mapping[str, Mapping[str, Any]]
    """Language to what is said on any ticket."""
    money: Mapping[str, tuple[str, ...]]
    """Region to amounts."""
    spam: tuple[Mapping[str, str], ...]
    filed: tuple[Filed, ...]


def read_material() -> Material:
    """All of it, from the files beside this module."""
    phrases = load("phrases.toml")
    return Material(
        stories=tuple(
            story(table, file.stem)
            for file in sorted((FOLDER / "stories").glob("*.toml"))
            for table in load(f"stories/{file.name}")["story"]
        ),
        writers=tuple(Writer(*row) for row in load("creators.toml")["creators"]),
        money={region: tuple(amounts) for region, amounts in phrases.pop("money").items()},
        spam=tuple(phrases.pop("spam")),
        filed=tuple(Filed(**{**row, "notes": tuple(row["notes"])}) for row in phrases.pop("filed")),
        phrases=phrases,
    )


def organisation() -> bytes:
    """The setup file of the demo."""
    return (FOLDER / "org.toml").read_bytes()


def load(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def story(table: Mapping[str, Any], line: str) -> Story:
    """A story's table; the file is called like the line that it is about."""
    lists = {name: tuple(value) for name, value in table.items() if isinstance(value, list)}
    told = (Told(**{name: given(value) for name, value in row.items()}) for row in table["told"])
    return Story(**{**table, **lists, "line": line, "told": {each.language: each for each in told}})


def given(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
