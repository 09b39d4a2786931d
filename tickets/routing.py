"""Which queue a new ticket goes to, and why: line, tier, channel, language, share. No Django.

The steps, in order; each keeps what fits and is skipped where it would leave nothing, unless it is a bar:

1. bar: a restricted line never goes to a vendor, nor does an appeal; a vendor's push stays with that vendor;
2. tier: the lowest that the line has (Tier 1 where there is one);
3. channel: bar; a queue that lists channels takes no others;
4. language: queues that list the ticket's locale, or its language, before queues that list none,
   before the rest;
5. share: a weighted draw among those that match equally.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Candidate:
    """A queue as routing sees it."""

    slug: str
    tier: int
    vendor: str | None
    locales: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    share: int = 100


@dataclass(frozen=True)
class Wanted:
    """A ticket as routing sees it; `only_vendor` where a vendor pushed it, `draw` is its reference."""

    line: str
    restricted: bool
    channel: str
    locale: str
    draw: str
    only_vendor: str | None = None
    tier: int | None = None
    in_house: bool = False


@dataclass(frozen=True)
class Choice:
    """The queue chosen, or None, and the steps that led to it, fit to show to staff."""

    slug: str | None
    steps: tuple[str, ...]


def choose_queue(wanted: Wanted, queues: Sequence[Candidate]) -> Choice:
    """The queue for a ticket, with the reason for every step; `slug` is None where no queue may take it."""
    steps: list[str] = []
    left = list(queues)
    if not left:
        return Choice(None, (f"The line {wanted.line} has no queue.",))

    if wanted.restricted:
        left = [queue for queue in left if queue.vendor is None]
        steps.append(f"{wanted.line} is restricted: in-house queues only ({count(left)}).")
    elif wanted.in_house:
        left = [queue for queue in left if queue.vendor is None]
        steps.append(f"An {wanted.channel}: in-house queues only ({count(left)}).")
    elif wanted.only_vendor is not None:
        left = [queue for queue in left if queue.vendor == wanted.only_vendor]
        steps.append(f"Pushed by {wanted.only_vendor}: its own queues only ({count(left)}).")

    if left:
        tier = wanted.tier or min(queue.tier for queue in left)
        left = [queue for queue in left if queue.tier == tier]
        steps.append(f"Tier {tier}: {count(left)}.")

    left = [queue for queue in left if not queue.channels or wanted.channel in queue.channels]
    steps.append(f"Channel {wanted.channel}: {count(left)}.")
    if not left:
        steps.append("No queue may take it.")
        return Choice(None, tuple(steps))

    left, why = by_language(wanted.locale, left)
    steps.append(f"{why}: {count(left)}.")

    if len(left) == 1:
        return Choice(left[0].slug, (*steps, f"{left[0].slug}."))
    chosen, total = draw_by_share(wanted.draw, left)
    steps.append(f"Drawn by share, {chosen.share} of {total}: {chosen.slug}.")
    return Choice(chosen.slug, tuple(steps))


def by_language(locale: str, queues: Sequence[Candidate]) -> tuple[list[Candidate], str]:
    """The queues that suit a BCP 47 locale best, and what made them so."""
    if locale:
        exact = [queue for queue in queues if locale.lower() in (own.lower() for own in queue.locales)]
        if exact:
            return exact, f"Locale {locale}"
        language = language_of(locale)
        same = [queue for queue in queues if language in (language_of(own) for own in queue.locales)]
        if same:
            return same, f"Language {language}"
    open_to_all = [queue for queue in queues if not queue.locales]
    if open_to_all:
        return (
            open_to_all,
            f"No queue lists {locale}, those for every language" if locale else "No locale given",
        )
    return list(queues), f"No queue lists {locale}, all remain" if locale else "No locale given, all remain"


def draw_by_share(draw: str, queues: Sequence[Candidate]) -> tuple[Candidate, int]:
    """One of `queues`, in proportion to their shares, fixed by `draw`; and the sum of the shares.

    References are random, so their checksum is an even draw that anyone can repeat.
    """
    ordered = sorted(queues, key=lambda queue: queue.slug)
    total = sum(queue.share for queue in ordered)
    if total == 0:
        return ordered[zlib.crc32(draw.encode()) % len(ordered)], 0
    point = zlib.crc32(draw.encode()) / 2**32 * total
    for queue in ordered:
        if point < queue.share:
            return queue, total
        point -= queue.share
    return ordered[-1], total


def language_of(locale: str) -> str:
    """The language of a BCP 47 locale: "pt" of "pt-BR"."""
    return locale.split("-")[0].lower()


def count(queues: Sequence[Candidate]) -> str:
    return "1 queue" if len(queues) == 1 else f"{len(queues)} queues"
