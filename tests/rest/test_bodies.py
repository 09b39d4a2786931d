"""The fields of a body: each takes what the contract says and no more, and errors point at the field."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework import serializers

from supportdesk.instants import write_instant
from supportdesk.rest.bodies import Body
from supportdesk.rest.fields import CustomFields, Email, Instant, Line, Locale, Prose, Tags, Truth, Word
from supportdesk.rest.problems import MOST_ERRORS, problem_of


class Inner(Body):
    locale = Locale(required=False)
    email = Email(required=False)


class Outer(Body):
    subject = Line(max_length=200)
    body = Prose(max_length=20_000)
    priority = Word(["urgent", "high", "normal", "low"], default="normal")
    automated = Truth(default=False)
    created_at = Instant(required=False)
    tags = Tags(required=False)
    custom_fields = CustomFields(required=False)
    creator = Inner(required=False)


def errors_of(**given: Any) -> list[tuple[str, str]]:
    with pytest.raises(serializers.ValidationError) as wrong:
        Outer.read({"subject": "Payout", "body": "Where is it?"} | given)
    problem = problem_of(wrong.value)
    assert problem is not None
    assert problem.kind.status == 400
    return [(error["pointer"], error["code"]) for error in problem.members["errors"]]


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"subject": 7}, "/subject", "invalid"),
    ({"subject": True}, "/subject", "invalid"),
    ({"subject": None}, "/subject", "null"),
    ({"subject": ["a"]}, "/subject", "invalid"),
    ({"subject": {}}, "/subject", "invalid"),
    ({"subject": ""}, "/subject", "blank"),
    ({"subject": " \t "}, "/subject", "blank"),
    ({"subject": "x" * 201}, "/subject", "max_length"),
    ({"subject": "x" * 1_000_000}, "/subject", "max_length"),
    ({"subject": "a\nb"}, "/subject", "invalid_characters"),
    ({"subject": "a\x00b"}, "/subject", "invalid_characters"),
    ({"subject": "a\u202egnp.exe"}, "/subject", "invalid_characters"),
    ({"subject": "\u2067a\u2069"}, "/subject", "invalid_characters"),
    ({"body": 1.5}, "/body", "invalid"),
    ({"body": "\n \n"}, "/body", "blank"),
    ({"body": "x" * 20_001}, "/body", "max_length"),
    ({"body": "a\u202eb"}, "/body", "invalid_characters"),
    ({"priority": "URGENT"}, "/priority", "invalid_choice"),
    ({"priority": 1}, "/priority", "invalid_choice"),
    ({"priority": ["high"]}, "/priority", "invalid_choice"),
    ({"automated": "true"}, "/automated", "invalid"),
    ({"automated": 1}, "/automated", "invalid"),
    ({"created_at": "2026-01-01"}, "/created_at", "invalid"),
    ({"created_at": "2026-01-01T00:00:00"}, "/created_at", "invalid"),
    ({"created_at": "2026-13-01T00:00:00Z"}, "/created_at", "invalid"),
    ({"created_at": "2026-W01-1T00:00:00Z"}, "/created_at", "invalid"),
    ({"created_at": "2026-01-01T00:00:60Z"}, "/created_at", "invalid"),
    ({"created_at": "0001-01-01T00:00:00+14:00"}, "/created_at", "invalid"),
    ({"created_at": "1999-12-31T23:59:59Z"}, "/created_at", "too_early"),
    ({"created_at": 1767225600}, "/created_at", "invalid"),
    ({"tags": "payout"}, "/tags", "not_a_list"),
    ({"tags": {"0": "payout"}}, "/tags", "not_a_list"),
    ({"tags": ["a", "b", "c", 4]}, "/tags/3", "invalid"),
    ({"tags": ["a", ""]}, "/tags/1", "blank"),
    ({"tags": ["a", None]}, "/tags/1", "null"),
    ({"tags": ["t"] * 51}, "/tags", "max_length"),
    ({"custom_fields": []}, "/custom_fields", "not_a_dict"),
    ({"custom_fields": {"a": {"b": 1}}}, "/custom_fields/a", "invalid"),
    ({"custom_fields": {"a": [1, [2]]}}, "/custom_fields/a/1", "invalid"),
    ({"custom_fields": {"a": "x" * 1_001}}, "/custom_fields/a", "max_length"),
    ({"custom_fields": {str(n): n for n in range(51)}}, "/custom_fields", "max_length"),
    ({"creator": "7231"}, "/creator", "not_an_object"),
    ({"creator": {"locale": "klingon"}}, "/creator/locale", "invalid_locale"),
    ({"creator": {"locale": "pt_BR"}}, "/creator/locale", "invalid_locale"),
    ({"creator": {"locale": 5}}, "/creator/locale", "invalid"),
    ({"creator": {"locale": "en-" + "abcde-" * 10}}, "/creator/locale", "invalid_locale"),
    ({"creator": {"email": "nobody"}}, "/creator/email", "invalid"),
    ({"creator": {"nick": "a"}}, "/creator/nick", "unknown_field"),
    ({"status": "open"}, "/status", "unknown_field"),
    ({"a/b~c": 1}, "/a~1b~0c", "unknown_field"),
]


@pytest.mark.parametrize(("given", "pointer", "code"), WRONG)
def test_a_wrong_field_is_refused_by_name(given: dict[str, Any], pointer: str, code: str) -> None:
    assert errors_of(**given) == [(pointer, code)]


def test_all_wrong_fields_are_told_at_once() -> None:
    assert errors_of(subject=7, nonsense=1, creator={"locale": "x", "email": 1}) == [
        ("/nonsense", "unknown_field"),
        ("/subject", "invalid"),
        ("/creator/locale", "invalid_locale"),
        ("/creator/email", "invalid"),
    ]


def test_an_answer_does_not_outgrow_the_question() -> None:
    assert len(errors_of(**{f"x{n}": n for n in range(1_000)})) == MOST_ERRORS


def test_right_fields_come_through() -> None:
    read = Outer.read(
        {
            "subject": "  Où est mon paiement ?  ",
            "body": "\u2067مرحبا\u2069 hello\r\n",
            "created_at": "2026-03-06t16:30:00.25-08:00",
            "tags": ["b", "a", "b"],
            "custom_fields": {"plan": "gold", "n": 3, "list": [1.5, None, True]},
            "creator": {"locale": "PT-latn-br", "email": "a@d.example"},
        }
    )
    assert read == {
        "subject": "Où est mon paiement ?",
        "body": "\u2067مرحبا\u2069 hello\r\n",
        "priority": "normal",
        "automated": False,
        "created_at": datetime(2026, 3, 7, 0, 30, 0, 250_000, tzinfo=UTC),
        "tags": ["b", "a"],
        "custom_fields": {"plan": "gold", "n": 3, "list": [1.5, None, True]},
        "creator": {"locale": "pt-Latn-BR", "email": "a@d.example"},
    }


def test_a_fraction_only_where_there_is_one() -> None:
    assert write_instant(datetime(2026, 11, 23, 12, 40, tzinfo=UTC)) == "2026-11-23T12:40:00Z"
    assert write_instant(datetime(2026, 11, 23, 12, 40, 0, 500_000, UTC)) == "2026-11-23T12:40:00.500000Z"


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("EN", "en"),
        ("zh-hans-cn", "zh-Hans-CN"),
        ("es-419", "es-419"),
        ("sl-ROZAJ", "sl-rozaj"),
        ("fil", "fil"),
    ],
)
def test_locales_are_returned_in_their_usual_spelling(text: str, tidy: str) -> None:
    assert Locale().run_validation(text) == tidy
