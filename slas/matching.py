"""Which policy holds for a ticket: the first, by order and then by slug, whose match fits the facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar


@dataclass(frozen=True)
class Facts:
    """What a policy may look at, as plain words: slugs, a BCP 47 locale, tier 1 or 2."""

    channel: str | None = None
    lob: str | None = None
    tier: int | None = None
    priority: str = "normal"
    segment: str | None = None
    locale: str | None = None
    vendor: str | None = None

    def __str__(self) -> str:
        words = {
            "line": self.lob,
            "channel": self.channel,
            "tier": self.tier,
            "priority": self.priority,
            "segment": self.segment,
            "locale": self.locale,
            "vendor": self.vendor,
        }
        return ", ".join(f"{word} {value or 'none'}" for word, value in words.items())


@dataclass(frozen=True)
class Match:
    """What a policy asks for. Each list names what it accepts; an empty one accepts anything."""

    line: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    tier: tuple[int, ...] = ()
    priority: tuple[str, ...] = ()
    segment: tuple[str, ...] = ()
    locale: tuple[str, ...] = ()
    vendor: tuple[str, ...] = ()

    def fits(self, facts: Facts) -> bool:
        return (
            (not self.line or facts.lob in self.line)
            and (not self.channel or facts.channel in self.channel)
            and (not self.tier or facts.tier in self.tier)
            and (not self.priority or facts.priority in self.priority)
            and (not self.segment or facts.segment in self.segment)
            and (not self.vendor or facts.vendor in self.vendor)
            and (not self.locale or any(speaks(wanted, facts.locale) for wanted in self.locale))
        )


class HasMatch(Protocol):
    @property
    def order(self) -> int: ...

    @property
    def slug(self) -> str: ...

    @property
    def match(self) -> Match: ...


Matcher = TypeVar("Matcher", bound=HasMatch)


def speaks(wanted: str, locale: str | None) -> bool:
    """Whether `locale` is `wanted` or a kind of it: "pt" takes "pt-BR" (RFC 4647, basic filtering)."""
    return f"{locale or ''}-".lower().startswith(f"{wanted}-".lower())


def first_match(policies: Iterable[Matcher], facts: Facts) -> Matcher | None:
    """The policy that holds for `facts`, or None."""
    fitting = (policy for policy in policies if policy.match.fits(facts))
    return min(fitting, key=lambda policy: (policy.order, policy.slug), default=None)
