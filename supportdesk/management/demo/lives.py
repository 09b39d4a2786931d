"""The kinds of lives that a desk's tickets have, and how many of each the demo shows.

Each takes an empty script and writes it up to the present. Those of `PRESENT` end as they are called now;
some of their timers come due within minutes, so that queue and board have something to do.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from supportdesk.management.demo.script import Script

MINUTE: Final = timedelta(minutes=1)
Life = Callable[[Script], None]


# What is over.


def solved_at_once(s: Script) -> None:
    s.open(s.floor.ago(s.now, 30, 220))
    first_answer(s, 0.1, 0.85)


def solved_late(s: Script) -> None:
    s.open(s.floor.ago(s.now, 60, 220))
    first_answer(s, 1.05, 1.6)


def solved_after_a_question(s: Script) -> None:
    s.open(s.floor.ago(s.now, 60, 220))
    who = asked(s)
    s.wait(40, 1200)
    s.creator_writes(s.told.answers)
    s.work("next_reply", 0.1, 0.9)
    s.solve(who)
    closes(s)


def solved_after_nudging(s: Script) -> None:
    s.open(s.floor.ago(s.now, 72, 220))
    s.work("first_reply", 0.3, 1.2)
    who = s.take()
    s.reply(who, s.phrases["holding"])
    s.wait(300, 900)
    s.creator_writes(s.floor.chance.choice(s.phrases["nudges"]))
    s.work("next_reply", 0.3, 1.3)
    s.solve(who)
    closes(s)


def solved_by_tier_two(s: Script) -> None:
    s.open(s.floor.ago(s.now, 96, 220))
    handed_up(s)
    s.wait(60, 500)
    who = s.take()
    s.note(who)
    s.solve(who)
    closes(s)


def solved_after_a_return(s: Script) -> None:
    s.open(s.floor.ago(s.now, 96, 220))
    first = s.queue
    handed_up(s)
    s.wait(60, 400)
    s.hand_back(s.take(), first)
    s.wait(10, 120)
    s.solve(s.take())
    closes(s)


def reopened_and_solved(s: Script) -> None:
    s.open(s.floor.ago(s.now, 96, 220))
    s.work("first_reply", 0.2, 0.9)
    who = s.take()
    s.solve(who)
    s.wait(200, 1500)
    s.creator_writes(s.floor.chance.choice(s.phrases["again"]))
    s.work("next_reply", 0.2, 0.8)
    s.note(who)
    s.solve(who)
    closes(s)


def no_answer_came(s: Script) -> None:
    s.open(s.floor.ago(s.now, 150, 220))
    who = asked(s)
    s.wait(4200, 4800)
    s.write("resolve", who, resolution="no_response")


def followed_up(s: Script) -> None:
    """Closed, and then the creator writes once more: a new ticket that links back."""
    s.open(s.floor.ago(s.now, 150, 220))
    s.work("first_reply", 0.2, 0.8)
    s.solve(s.take())
    s.wait(2880, 2940)
    s.write("close")
    s.at = max(s.at + MINUTE, s.before(s.now + s.target("first_reply") * 0.6, "first_reply"))
    s.creator_writes(s.phrases["later"])


def solved_today(s: Script) -> None:
    s.open(s.floor.ago(s.now, 5, 22))
    first_answer(s, 0.05, 0.5)


# What is going on.


def fresh(s: Script) -> None:
    s.open(s.before(s.now + s.target("first_reply") * s.floor.chance.uniform(0.35, 0.97), "first_reply"))


def first_reply_soon(s: Script) -> None:
    """Due within the next minutes and hours, one after the other."""
    s.open(s.before(s.now + coming(s), "first_reply"))


def first_reply_late(s: Script) -> None:
    s.open(s.before(s.now - s.floor.minutes(4, 160), "first_reply"))


def in_hand(s: Script) -> None:
    """Somebody works on it; the creator's last message waits, with time left."""
    talking(s, s.now + s.target("next_reply") * s.floor.chance.uniform(0.4, 0.95))


def next_reply_soon(s: Script) -> None:
    talking(s, s.now + coming(s))


def next_reply_late(s: Script) -> None:
    talking(s, s.now - s.floor.minutes(10, 120))


def waits_for_creator(s: Script) -> None:
    s.open(s.floor.ago(s.now, 12, 60))
    asked(s, keeps=True)


def waits_for_third_party(s: Script) -> None:
    s.open(s.floor.ago(s.now, 10, 30))
    s.work("first_reply", 0.1, 0.6)
    who = s.take(keeps=True) or s.take()
    s.note(who)
    s.reply(who, s.phrases["holding"])
    s.wait(2, 10)
    s.write("pend", who, on="third_party")


def waits_for_tier_two(s: Script) -> None:
    s.open(s.floor.ago(s.now, 6, 20))
    handed_up(s)


def with_tier_two(s: Script) -> None:
    s.open(s.floor.ago(s.now, 8, 26))
    handed_up(s)
    s.wait(20, 120)
    who = s.take(keeps=True)
    if who:
        s.note(who)


def returned(s: Script) -> None:
    s.open(s.floor.ago(s.now, 8, 16))
    first = s.queue
    handed_up(s)
    s.wait(20, 100)
    s.hand_back(s.take(), first)


def reopened(s: Script) -> None:
    s.open(s.floor.ago(s.now, 30, 70))
    s.work("first_reply", 0.2, 0.8)
    s.solve(s.take())
    s.at = max(s.at + MINUTE, s.floor.ago(s.now, 0.3, 2.5))
    s.creator_writes(s.floor.chance.choice(s.phrases["again"]))


PAST: Final[tuple[tuple[Life, int], ...]] = (
    (solved_at_once, 38),
    (solved_late, 9),
    (solved_after_a_question, 22),
    (solved_after_nudging, 9),
    (solved_by_tier_two, 9),
    (solved_after_a_return, 5),
    (reopened_and_solved, 5),
    (no_answer_came, 5),
    (followed_up, 3),
    (solved_today, 16),
)
PRESENT: Final[tuple[tuple[Life, int], ...]] = (
    (fresh, 20),
    (first_reply_soon, 12),
    (first_reply_late, 4),
    (in_hand, 10),
    (next_reply_soon, 4),
    (next_reply_late, 2),
    (waits_for_creator, 10),
    (waits_for_third_party, 5),
    (waits_for_tier_two, 5),
    (with_tier_two, 4),
    (returned, 2),
    (reopened, 3),
)
HANDED_UP: Final = (
    solved_by_tier_two,
    solved_after_a_return,
    waits_for_tier_two,
    with_tier_two,
    returned,
)
"""Lives that begin in a first tier and go up."""
ON_THE_CLOCK: Final = (first_reply_soon, first_reply_late, next_reply_soon, next_reply_late, fresh, in_hand)
"""Lives that need a policy that counts round the clock, whatever the day on which the demo is loaded."""


# What they have in common.


def first_answer(s: Script, least: float, most: float) -> None:
    s.work("first_reply", least, most)
    who = s.take()
    if s.floor.chance.random() < 0.4:
        s.note(who)
    s.solve(who, s.floor.chance.choice(("solved", "solved", "solved", "answered")))
    closes(s)


def closes(s: Script) -> None:
    """Two days after it was resolved it closes by itself."""
    s.wait(2880, 2885)
    s.write("close")


def asked(s: Script, *, keeps: bool = False) -> str:
    s.work("first_reply", 0.1, 0.9)
    who = (s.take(keeps=True) if keeps else "") or s.take()
    s.reply(who, s.told.asks, pend=True)
    return who


def handed_up(s: Script) -> None:
    s.work("first_reply", 0.1, 0.8)
    who = s.take()
    s.note(who)
    s.reply(who, s.phrases["holding"])
    s.wait(5, 60)
    s.hand_up(who)


def talking(s: Script, due_at: datetime) -> None:
    """Answered once; the creator wrote back so that the next reply is due at `due_at`."""
    wrote_at = s.before(due_at, "next_reply")
    s.open(wrote_at - s.target("first_reply") - s.floor.minutes(20, 240))
    s.work("first_reply", 0.2, 0.8)
    who = s.take(keeps=True)
    if not who:
        who = s.take()
        s.write("release", who)
    s.reply(who, s.told.asks, pend=True)
    s.at = max(s.at + MINUTE, wrote_at)
    s.creator_writes(s.told.answers)


def coming(s: Script) -> timedelta:
    """Minutes until something is due: few at first, then more, so that there is always a next one."""
    return s.floor.chance.choice((1, 2, 3, 4, 6, 8, 10, 13, 17, 22, 28, 35, 45, 60)) * MINUTE
