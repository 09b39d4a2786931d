# ruff: noqa: E501
"""Bad files: each fault is told at the thing and at its line, and nothing at all is applied."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supportdesk.setup_file.exporting import export_setup
from supportdesk.setup_file.findings import SetupRefused
from supportdesk.setup_file.reading import read
from teams.models import Line, Person
from tests.setup_file.example import ORG, apply, faults, line_with

pytestmark = pytest.mark.django_db

SOURCE = '[[person]]\nusername = "{0}"\nname = "{0}"\nemail = "{0}@x.example"\nrole = "{1}"\n'

# What is replaced in the example, by what, and what is then said, at the changed line.
SWAPS = [
    ('calendar = "la-weekdays"  ', 'calendar = "la-weekdayz"  ', 'policy "rewards": calendar "la-weekdayz" is not defined'),
    ('slug = "rewards"', 'slug = "Rewards"', 'policy "Rewards": slug must be lower-case letters, digits and'),
    ('slug = "rewards"', 'slug = 5', "policy number 1: slug must be lower-case letters"),
    ("order = 10", "order = -1", 'policy "rewards": order must be a number from 0 to 32767, not -1'),
    ("order = 10", "order = true", 'policy "rewards": order must be a number from 0 to 32767, not true'),
    ("order = 10", "orders = 10", 'policy "rewards": "orders" is not a field of a policy'),
    ("warn_at = [75, 90]", "warn_at = [90, 75]", 'policy "rewards": warn_at.1: Warnings rise'),
    ("warn_at = [75, 90]", "warn_at = [100]", 'policy "rewards": warn_at.0: A warning stands at 1 to 99'),
    ("warn_at = [75, 90]", 'warn_at = ["75"]', 'policy "rewards": warn_at.0: A warning'),
    ("warn_at = [75, 90]", "warn_at = 75", 'policy "rewards": warn_at must be a list'),
    ("update_pauses = true", 'update_pauses = "yes"', 'policy "rewards": update_pauses must be true or false'),
    ('next_reply = { normal = "8h" }', 'next_reply = { normal = "8 hours" }', 'policy "rewards": targets.next_reply.normal: "8 hours" is no duration'),
    ('next_reply = { normal = "8h" }', "next_reply = { normal = 8 }", 'policy "rewards": targets.next_reply.normal: "8" is no duration'),
    ('next_reply = { normal = "8h" }', 'next_reply = { normal = "0h" }', 'policy "rewards": targets.next_reply.normal: "0h" is no duration'),
    ('next_reply = { normal = "8h" }', 'next_reply = { usual = "8h" }', 'policy "rewards": targets.next_reply.usual: "usual" is not a priority'),
    ('next_reply = { normal = "8h" }', 'next_reply = "8h"', 'policy "rewards": targets.next_reply must be a table'),
    ('next_reply = { normal = "8h" }', "next_reply = {}", 'policy "rewards": targets.next_reply: A metric has a target for at least one'),
    ('next_reply = { normal = "8h" }', 'next_answer = { normal = "8h" }', 'policy "rewards": targets: "next_answer" is not a metric'),
    ('line = ["creator-rewards"], channel', 'line = ["creator"], channel', 'policy "rewards": line "creator" is not defined'),
    ('channel = ["in_app", "webform"] }', 'vendor = ["bolt"] }', 'policy "rewards": vendor "bolt" is not defined'),
    ('channel = ["in_app", "webform"] }', 'channel = ["phone"] }', 'policy "rewards": match.channel: "phone" is not one of in_app,'),
    ('channel = ["in_app", "webform"] }', 'channel = "webform" }', 'policy "rewards": match.channel must be a list'),
    ('channel = ["in_app", "webform"] }', "tier = [3] }", 'policy "rewards": match.tier.0: A tier is 1 or 2'),
    ('channel = ["in_app", "webform"] }', 'tier = ["1"] }', 'policy "rewards": match.tier must be a list of 1 and 2'),
    ('channel = ["in_app", "webform"] }', 'locale = ["english!"] }', 'policy "rewards": match.locale: "english!" is not a language tag'),
    ('channel = ["in_app", "webform"] }', 'mood = ["bad"] }', 'policy "rewards": match: "mood" is not a fact'),
    ('slug = "la-weekdays"', 'slug = "always"', 'calendar "always": "always" is the calendar round the clock'),
    ('timezone = "America/Los_Angeles"\nhours', 'timezone = "LA"\nhours', 'calendar "la-weekdays": timezone: "LA" is not a time zone'),
    ('timezone = "America/Los_Angeles"\nhours', "hours", 'calendar "la-weekdays": timezone is missing'),
    ('mon = ["09:00-17:00"]', 'mon = ["9-17"]', 'calendar "la-weekdays": hours.mon.0: "9-17" is no window'),
    ('mon = ["09:00-17:00"]', 'mon = ["09:00-09:00"]', 'calendar "la-weekdays": hours.mon.0: "09:00-09:00" opens and closes at once'),
    ('mon = ["09:00-17:00"]', "mon = [9]", 'calendar "la-weekdays": hours.mon must be a list of texts'),
    ('mon = ["09:00-17:00"]', 'mon = "09:00-17:00"', 'calendar "la-weekdays": hours.mon must be a list'),
    ('mon = ["09:00-17:00"]', 'monday = ["09:00-17:00"]', 'calendar "la-weekdays": "monday" is not a day'),
    ('holidays = ["US"]', 'holidays = ["USA-XX"]', 'calendar "la-weekdays": holidays.0: "USA-XX" is not a country'),
    ('closed = ["2026-12-24"]', 'closed = ["24.12.2026"]', 'calendar "la-weekdays": closed: "24.12.2026" is not a date'),
    ('closed = ["2026-12-24"]', 'closed = ["2026-02-30"]', 'calendar "la-weekdays": closed: "2026-02-30" is not a date'),
    ('date = "2026-12-27"', 'date = "2026-12-24"', 'calendar "la-weekdays": open.0.date: 2026-12-24 is named twice'),
    ('hours = ["10:00-14:00"] }]', 'from = "10:00" }]', 'calendar "la-weekdays": open: "from" is not a field of a day'),
    ('owner = "lea"', 'owner = "leah"', 'line "creator-rewards": owner "leah" is not defined'),
    ('owner = "lea"', 'owner = "vera"', 'line "creator-rewards": owner "vera" works for vendor "acme"'),
    ('owner = "lea"', "owner = 3", 'line "creator-rewards": owner must be a text'),
    ('name = "Creator rewards"', 'name = "  "', 'line "creator-rewards": name must be a text that is not empty'),
    ('name = "Creator rewards"', r'name = "Creator\u0000"', 'line "creator-rewards": name: '),
    ('name = "Creator rewards"', r'name = "Creator\u202e"', 'line "creator-rewards": name: '),
    ('name = "Creator rewards"', f'name = "{"x" * 121}"', 'line "creator-rewards": name is longer than 120 characters'),
    ('sensitivity = "standard" ', 'sensitivity = "secret" ', 'line "creator-rewards": sensitivity must be one of standard, restricted'),
    ('vendor = "acme"                                  # absent', 'vendor = "acne"  # absent', 'team "acme-rewards": vendor "acne" is not defined'),
    ('lead = "vera"', 'lead = "lea"', 'team "acme-rewards": the team is vendor "acme", but its lead "lea" is in-house'),
    ('lead = "vera"', 'lead = "vic"', 'team "acme-rewards": lead "vic" is not defined'),
    ("tier = 1", "tier = 3", 'queue "creator-rewards-t1-acme": tier must be a number from 1 to 2, not 3'),
    ("tier = 1", "tier = 1.0", 'queue "creator-rewards-t1-acme": tier must be a number from 1 to 2, not 1.0'),
    ('line = "creator-rewards"\n', 'line = "rewards"\n', 'queue "creator-rewards-t1-acme": line "rewards" is not defined'),
    ('team = "acme-rewards"\n', 'team = "acme"\n', 'queue "creator-rewards-t1-acme": team "acme" is not defined'),
    ('locales = ["en", "pt"]', 'locales = ["en", "p"]', 'queue "creator-rewards-t1-acme": locales: "p" is not a language tag'),
    ('locales = ["en", "pt"]', 'locales = ["en", "EN"]', 'queue "creator-rewards-t1-acme": locales names "EN" twice'),
    ('channels = ["in_app", "webform"]   ', 'channels = ["mail"]', 'queue "creator-rewards-t1-acme": channels: "mail" is not one of'),
    ("share = 60", "share = 0", 'queue "creator-rewards-t1-acme": share must be a number from 1'),
    ('username = "lea"', 'username = "Lea Roth"', 'person "Lea Roth": username must be'),
    ('username = "dana"', 'username = "lea"', 'person "lea": there is another person of this username'),
    ('email = "lea@desk.example"', 'email = "lea"', 'person "lea": email: "lea" is not an e-mail address'),
    ('role = "lead"', 'role = "boss"', 'person "lea": role must be one of specialist, lead,'),
    ('languages = ["en"]\n', 'languages = [["en"]]\n', 'person "lea": languages: [\'en\'] is not a text'),
    ('teams = ["acme-rewards"]', 'teams = ["acme"]', 'person "dana": team "acme" is not defined'),
    ('lines = ["creator-rewards"]\n', 'lines = ["creator"]\n', 'person "dana": line "creator" is not defined'),
    ("capacity = 6", "capacity = -1", 'person "dana": capacity must be a number from 0 to 1000, not -1'),
    ("capacity = 6", "capacity = 1e3", 'person "dana": capacity must be a number from 0'),
    ("capacity = 6", 'active = "no"', 'person "dana": active must be true or false'),
    ('timezone = "America/Sao_Paulo"', 'timezone = "America/Saopaulo"', 'person "dana": timezone: "America/Saopaulo" is not a time zone'),
    ("[[vendor]]", "[[vendors]]", '"vendors" is not a thing of a setup file; things are calendar, line,'),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), SWAPS, ids=[new[:40] for _, new, _ in SWAPS])
def test_one_fault(old: str, new: str, said: str) -> None:
    assert ORG.count(old) == 1 or old.startswith("[["), ORG.count(old)
    before, _, after = ORG.partition(old)
    changed = before + new + after
    told = faults(changed)
    first = before.count("\n") + 1
    lines = range(first, first + new.count("\n") + 1)
    assert any(sentence.startswith(f"org.toml: {said}") for sentence in told), told
    if "missing" not in said:
        (sentence,) = [sentence for sentence in told if sentence.startswith(f"org.toml: {said}")]
        assert any(sentence.endswith(f" (line {line})") for line in lines), (sentence, lines)
    assert not Person.objects.exists()
    assert not Line.objects.exists()


def test_the_sentence_of_the_contract() -> None:
    bad = ORG.replace('calendar = "la-weekdays"', 'calendar = "la-weekdayz"')
    line = line_with("la-weekdayz", bad)
    assert faults(bad) == [f'org.toml: policy "rewards": calendar "la-weekdayz" is not defined (line {line})']


# Whole files, and all that is said of them.
FILES: list[tuple[str | bytes, list[str]]] = [
    ("[[line", ["org.toml: not TOML: Expected ']]' at the end of an array declaration (line 1)"]),
    ("\n[[line]]\nslug = x", ["org.toml: not TOML: Invalid value (line 3)"]),
    ('[[line]]\nslug = "a"\nslug = "b"', ["org.toml: not TOML: Cannot overwrite a value (line 3)"]),
    (b'\n\nslug = "\xff"', ["org.toml: not UTF-8 (line 3)"]),
    ("a = " + "[" * 100_000, ["org.toml: not TOML that this desk reads: nested too deeply or a number too long"]),
    ("a = " + "9" * 10_000, ["org.toml: not TOML that this desk reads: nested too deeply or a number too long"]),
    (b" " * 5_000_001, ["org.toml: the file is larger than 5 MB"]),
    ('line = "a"', ["org.toml: line must be written as [[line]] (line 1)"]),
    ('[line]\nslug = "a"', ["org.toml: line must be written as [[line]] (line 1)"]),
    ("line = [1]", ["org.toml: line must be written as [[line]] (line 1)"]),
    (
        "[[vendor]]",
        [
            "org.toml: vendor number 1: slug is missing (line 1)",
            "org.toml: vendor number 1: name is missing (line 1)",
        ],
    ),
    (
        '[[calendar]]\nslug = "shut"\ntimezone = "UTC"\nhours = { mon = [] }',
        ['org.toml: calendar "shut": hours: This calendar never opens (line 4)'],
    ),
    (
        '[[calendar]]\nslug = "shut"\ntimezone = "UTC"',
        ['org.toml: calendar "shut": hours: This calendar never opens (line 1)'],
    ),
    (
        '[[vendor]]\nslug = "a"\nname = "A"\n[[vendor]]\nname = "B"\nslug = "a"',
        ['org.toml: vendor "a": there is another vendor of this slug in the file (line 6)'],
    ),
    (
        SOURCE.format("vic", "vendor_manager"),
        ['org.toml: person "vic": a vendor_manager has a vendor (line 1)'],
    ),
    (
        '[[vendor]]\nslug = "a"\nname = "A"\n' + SOURCE.format("lou", "lead") + 'vendor = "a"',
        ['org.toml: person "lou": a lead works in-house, not for a vendor (line 9)'],
    ),
    (
        SOURCE.format("one", "lead") + SOURCE.format("two", "lead").replace("two@x", "ONE@X"),
        ['org.toml: person "two": "ONE@X.example" is the e-mail address of person "one" too (line 9)'],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("content", "said"), FILES)
def test_all_that_is_said(content: str | bytes, said: list[str]) -> None:
    assert faults(content) == said


def test_every_fault_is_told_from_the_top_down() -> None:
    bad = ORG.replace('owner = "lea"', 'owner = "leah"').replace("tier = 1", "tier = 9")
    bad = bad.replace("capacity = 6", 'capacity = "six"\ncolour = "red"').replace(
        'normal = "3d"', 'normal = "3w"'
    )
    told = faults(bad)
    assert [sentence.split(": ")[1] for sentence in told] == [
        'line "creator-rewards"',
        'queue "creator-rewards-t1-acme"',
        'person "dana"',
        'person "dana"',
        'policy "rewards"',
    ]
    assert [int(sentence.rsplit("line ")[-1].rstrip(")")) for sentence in told] == sorted(
        line_with(part, bad) for part in ('"leah"', "tier = 9", '"six"', '"red"', '"3w"')
    )


TEAM = '[[team]]\nslug = "acme-rewards"\nname = "Acme rewards"\n'
RESTRICTED = '[[line]]\nslug = "creator-rewards"\nname = "Creator rewards"\nowner = "lea"\nsensitivity = "restricted"\n'


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (
            RESTRICTED,
            [
                'line "creator-rewards": queue "creator-rewards-t1-acme": line "creator-rewards" is restricted, '
                'but team "acme-rewards" is vendor "acme" (line 1)',
                'line "creator-rewards": person "dana": line "creator-rewards" is restricted; '
                "nobody at a vendor is certified on it (line 1)",
            ],
        ),
        (
            TEAM,
            [
                'team "acme-rewards": person "dana": team "acme-rewards" is in-house, '
                'but the person is vendor "acme" (line 1)'
            ],
        ),
        (TEAM + 'lead = "vera"', ["the person is vendor", "the team is in-house"]),
        (
            SOURCE.format("vera", "lead"),
            [
                'person "vera": team "acme-rewards": the team is vendor "acme", but its lead "vera" is in-house (line 1)'
            ],
        ),
        (
            SOURCE.format("new", "lead").replace("new@x.example", "Dana@Acme.example"),
            ['"Dana@Acme.example" is the e-mail address of person "dana" too (line 4)'],
        ),
    ],
)
def test_what_does_not_fit_with_what_is_stored(later: str, said: list[str]) -> None:
    apply(ORG)
    before = export_setup()
    told = faults(later)
    assert len(told) == len(said)
    for sentence, part in zip(told, said, strict=True):
        assert part in sentence
    assert export_setup() == before


def test_what_was_at_odds_before_and_is_not_named_stays() -> None:
    apply(ORG)
    Person.objects.filter(username="lea").update(vendor=None)
    Line.objects.update(sensitivity="restricted")
    assert [str(change) for change in apply('[[vendor]]\nslug = "b"\nname = "B"').changes] == [
        'vendor "b": new'
    ]


WORDS = st.sampled_from(
    ["slug", "name", "line", "hours", "targets", "match", "open", "email", "x", "username"]
)
VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


def as_toml(value: Any) -> str:
    match value:
        case None:
            return "[]"
        case bool():
            return "true" if value else "false"
        case str():
            return '"' + "".join(c if c.isalnum() else f"\\U{ord(c):08X}" for c in value) + '"'
        case dict():
            return "{" + ", ".join(f"{key} = {as_toml(held)}" for key, held in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(as_toml, value)) + "]"
        case _:
            return repr(value)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(
        ["calendar", "line", "vendor", "team", "queue", "person", "policy", "appeal_window", "other"]
    ),
    st.dictionaries(WORDS, VALUES, max_size=6),
)
def test_whatever_a_thing_says_is_read_or_refused_and_never_falls_over(
    kind: str, table: dict[str, Any]
) -> None:
    text = f"[[{kind}]]\n" + "".join(f"{key} = {as_toml(value)}\n" for key, value in table.items())
    try:
        organisation, findings = read(text.encode())
    except SetupRefused:
        return
    assert findings.faults or organisation.of(kind)
