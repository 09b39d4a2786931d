"""Which queue, and why."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.references import draw_reference
from tickets.routing import Candidate, Wanted, choose_queue

ACME = Candidate("t1-acme", 1, "acme", locales=("en", "pt"), channels=("in_app", "webform"), share=60)
BOLT = Candidate("t1-bolt", 1, "bolt", share=40)
HOUSE = Candidate("t1-house", 1, None)
TIER2 = Candidate("t2", 2, None)


def wanted(**facts: object) -> Wanted:
    given_facts: dict[str, object] = {
        "line": "creator-rewards",
        "restricted": False,
        "channel": "in_app",
        "locale": "pt-BR",
        "draw": "CS-00000000",
        **facts,
    }
    return Wanted(**given_facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "queues", "slug", "because"),
    [
        ({}, [ACME, BOLT, TIER2], "t1-acme", "Language pt"),
        ({"locale": "en"}, [ACME, BOLT, TIER2], "t1-acme", "Locale en"),
        ({"locale": "ja"}, [ACME, BOLT, TIER2], "t1-bolt", "those for every language"),
        ({"locale": ""}, [ACME, BOLT, TIER2], "t1-bolt", "No locale given"),
        ({"locale": "ja"}, [ACME], "t1-acme", "all remain"),
        ({"channel": "internal_form"}, [ACME, BOLT], "t1-bolt", "Channel internal_form"),
        ({"only_vendor": "bolt"}, [ACME, BOLT, HOUSE], "t1-bolt", "Pushed by bolt"),
        ({"restricted": True}, [ACME, BOLT, TIER2], "t2", "restricted"),
        ({"tier": 2}, [ACME, BOLT, TIER2], "t2", "Tier 2"),
        ({}, [TIER2], "t2", "Tier 2"),
    ],
)
def test_choice(facts: dict[str, object], queues: list[Candidate], slug: str, because: str) -> None:
    choice = choose_queue(wanted(**facts), queues)
    assert choice.slug == slug
    assert any(because in step for step in choice.steps)


@pytest.mark.parametrize(
    ("facts", "queues"),
    [
        ({}, []),
        ({"restricted": True}, [ACME, BOLT]),
        ({"only_vendor": "cero"}, [ACME, BOLT]),
        ({"channel": "appeal"}, [ACME]),
    ],
)
def test_nowhere_says_why(facts: dict[str, object], queues: list[Candidate]) -> None:
    choice = choose_queue(wanted(**facts), queues)
    assert choice.slug is None
    assert choice.steps


def test_shares_hold_over_many_draws() -> None:
    drawn = Counter(
        choose_queue(
            wanted(locale="", draw=draw_reference()),
            [Candidate("a", 1, "acme", share=60), Candidate("b", 1, "bolt", share=40)],
        ).slug
        for _ in range(4000)
    )
    assert 2250 < drawn["a"] < 2550


queues = st.builds(
    Candidate,
    slug=st.text("abcdef", min_size=1, max_size=4),
    tier=st.sampled_from((1, 2)),
    vendor=st.sampled_from(("acme", "bolt", None)),
    locales=st.lists(st.sampled_from(("en", "pt-BR", "pt", "ja")), max_size=2).map(tuple),
    channels=st.lists(st.sampled_from(("in_app", "webform", "appeal")), max_size=2).map(tuple),
    share=st.integers(0, 100),
)


@given(
    st.lists(queues, max_size=8, unique_by=lambda queue: queue.slug),
    st.booleans(),
    st.sampled_from((None, "acme")),
)
def test_no_choice_crosses_a_bar(candidates: list[Candidate], restricted: bool, only: str | None) -> None:
    asked = wanted(restricted=restricted, only_vendor=only)
    slug = choose_queue(asked, candidates).slug
    if slug is None:
        return
    chosen = next(queue for queue in candidates if queue.slug == slug)
    assert not chosen.channels or asked.channel in chosen.channels
    if restricted:
        assert chosen.vendor is None
    elif only is not None:
        assert chosen.vendor == only
