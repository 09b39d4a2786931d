"""Numbers in words."""

from __future__ import annotations

from typing import Any

import pytest

from insights import wording


def number(key: str, value: float | None, **facts: Any) -> dict[str, Any]:
    return {
        "key": key, "part": {}, "value": value, "numerator": None, "denominator": None, "interval": None,
        "settles_at": None, "detail": {}, **facts,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (number("csat", 0.65), "65.0 %"),
        (number("csat", 0.47960), "48.0 %"),
        (number("csat", None), "no data"),
        (number("volume", 1234), "1234"),
        (number("driver", 18.04), "18.0"),
        (number("csat_change", 0.0123), "+1.2 points"),
        (number("csat_change", -0.0123), "−1.2 points"),
        (number("csat_change", 0), "±0.0 points"),
        (number("time_to_decision", 8.0), "8.0 h"),
    ],
)
def test_values_are_rounded_in_their_unit(told: dict[str, Any], said: str) -> None:
    assert wording.value_of(told).replace(",", "") == said


def test_intervals_and_cases() -> None:
    told = number("csat", 0.65, interval=[0.5525, 0.7364], numerator=65, denominator=100)
    assert wording.interval_of(told) == "(55.2–73.6)"
    assert wording.of_how_many(told) == "65 of 100"
    assert wording.interval_of(number("csat", None)) == ""
    assert wording.of_how_many(number("volume", 3)) == ""


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({}, ""),
        ({"vendor": "acme", "tier": 1, "metric": "first_reply"}, "First reply, Tier 1, acme"),
        ({"vendor": ""}, "in-house"),
        ({"language": ""}, "no language given"),
        ({"language": "pt", "channel": "webform"}, "Web form, pt"),
        ({"since": "unanswered", "bucket": "5"}, "since the oldest unanswered message, 720 h and more"),
        ({"trait": "breached", "word": "next_reply"}, "Next reply breached"),
        ({"trait": "history", "word": "several_replies"}, "took several replies"),
        ({"trait": "tag", "word": "payout"}, "tag “payout”"),
        ({"trait": "resolution", "word": "no_action"}, "resolved as no action"),
        ({"trait": "vendor", "word": "bolt"}, "bolt"),
        ({"score": "5"}, "rated 5"),
    ],
)
def test_parts(part: dict[str, Any], said: str) -> None:
    assert sorted(wording.part_of(part).split(", ")) == sorted(said.split(", "))


def test_a_move_is_a_sentence_with_its_interval() -> None:
    move = {
        "key": "csat", "part": {"channel": "webform"}, "now": 0.5, "before": 0.7, "change": -0.2,
        "interval": [-0.3, -0.1],
    }  # fmt: skip
    assert wording.sentence(move) == ("CSAT, Web form: 50.0 %, before 70.0 %; −20.0 points (−30.0 to −10.0)")
    more = {"key": "volume", "part": {}, "now": 80, "before": 30, "change": 1.667, "interval": [0.7, 3.1]}
    assert wording.sentence(more) == "Volume: 80, before 30; +167 % (+70 % to +310 %)"
    first = {"key": "volume", "part": {}, "now": 80, "before": 0, "change": None, "interval": [5.0, None]}
    assert wording.sentence(first) == "Volume: 80, before 0"
