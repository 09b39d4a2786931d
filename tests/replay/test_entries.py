"""What a history's lines may say: each refusal at its field."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest

from tests.slas.dates import utc
from tickets.history.entries import FORMS, BadLine, Entry, digest_of, read_entry
from tickets.history.file import LONGEST_LINE, HistoryFile
from tickets.history.lives import Known, fresh_entries

NOW = utc("2026-11-20T12:00")
CREATED = {
    "at": "2026-03-02T09:00:00Z",
    "ref": "old-1",
    "event": "created",
    "channel": "webform",
    "lob": "creator-rewards",
    "subject": "Payout",
    "body": "Where is it?",
    "creator": {"external_id": "77"},
}


def read(value: object, number: int = 17) -> Entry:
    return read_entry(json.dumps(value).encode(), number, NOW)


def test_the_example_of_the_contract_is_read() -> None:
    entry = read(CREATED)
    assert (entry.number, entry.ref, entry.event, entry.by) == (17, "old-1", "created", None)
    assert entry.at == utc("2026-03-02T09:00")
    assert entry.facts["creator"] == {"external_id": "77"}


def test_all_events_of_the_contract_are_known() -> None:
    assert set(FORMS) == {
        "created", "claim", "release", "assign", "reply", "note", "creator_message", "pend", "resume",
        "escalate", "return", "transfer", "priority", "resolve", "reopen", "close", "spam", "merge",
    }  # fmt: skip


def without(field: str) -> dict[str, Any]:
    return {name: value for name, value in CREATED.items() if name != field}


@pytest.mark.parametrize(
    ("value", "field"),
    [
        *((without(field), field) for field in CREATED),
        ({**CREATED, "at": "2026-03-02T09:00:00"}, "at"),
        ({**CREATED, "at": "2026-11-20T12:00:01Z"}, "at"),
        ({**CREATED, "at": "1999-03-02T09:00:00Z"}, "at"),
        ({**CREATED, "at": "2026-02-30T09:00:00Z"}, "at"),
        ({**CREATED, "at": 1772442000}, "at"),
        ({**CREATED, "ref": ""}, "ref"),
        ({**CREATED, "ref": "x" * 129}, "ref"),
        ({**CREATED, "ref": ["old-1"]}, "ref"),
        ({**CREATED, "event": "exploded"}, "event"),
        ({**CREATED, "event": ["created"]}, "event"),
        ({**CREATED, "by": None}, "by"),
        ({**CREATED, "channel": "fax"}, "channel"),
        ({**CREATED, "priority": "asap"}, "priority"),
        ({**CREATED, "subject": "x" * 201}, "subject"),
        ({**CREATED, "subject": "two\nlines"}, "subject"),
        ({**CREATED, "subject": "re\u202eversed"}, "subject"),
        ({**CREATED, "body": "x" * 20_001}, "body"),
        ({**CREATED, "body": "  \n "}, "body"),
        ({**CREATED, "body": "nul \x00"}, "body"),
        ({**CREATED, "body": "half \ud800"}, "body"),
        ({**CREATED, "body": 5}, "body"),
        ({**CREATED, "locale": "Portuguese!"}, "locale"),
        ({**CREATED, "tags": "payout"}, "tags"),
        ({**CREATED, "creator": "77"}, "creator"),
        ({**CREATED, "creator": {}}, "creator"),
        ({**CREATED, "creator": {"external_id": "7", "age": 9}}, "creator"),
        ({**CREATED, "creator": {"external_id": "7", "email": "nobody"}}, "creator"),
        ({**CREATED, "colour": "red"}, "colour"),
        ({"at": CREATED["at"], "ref": "old-1", "event": "claim"}, "by"),
        ({"at": CREATED["at"], "ref": "old-1", "event": "assign"}, "assignee"),
        ({"at": CREATED["at"], "ref": "old-1", "event": "pend"}, "on"),
        ({"at": CREATED["at"], "ref": "old-1", "event": "pend", "on": "holiday"}, "on"),
        ({"at": CREATED["at"], "ref": "old-1", "event": "reply", "body": "Hi", "pend": "yes"}, "pend"),
        ({"at": CREATED["at"], "ref": "old-1", "event": "escalate", "reason": "other"}, "note"),
        ({"at": CREATED["at"], "ref": "old-1", "event": "escalate", "reason": "?", "note": "x"}, "reason"),
        ({"at": CREATED["at"], "ref": "old-1", "event": "return"}, "note"),
        ({"at": CREATED["at"], "ref": "old-1", "event": "transfer", "note": "x"}, "queue"),
        ({"at": CREATED["at"], "ref": "old-1", "event": "priority"}, "priority"),
        ({"at": CREATED["at"], "ref": "old-1", "event": "resolve", "resolution": "gone"}, "resolution"),
        ({"at": CREATED["at"], "ref": "old-1", "event": "merge"}, "into"),
    ],
)
def test_wrong_field_is_named(value: dict[str, Any], field: str) -> None:
    with pytest.raises(BadLine, match=rf"^line 17: {field}: ") as refused:
        read(value)
    assert refused.value.field == field
    assert refused.value.ref == (None if field == "ref" else "old-1")


@pytest.mark.parametrize(
    ("raw", "why", "ref"),
    [
        (b"nonsense", "not JSON", None),
        (b'{"ref": "old-1", "at": ', "not JSON", "old-1"),
        (b'["old-1"]', "not a JSON object", None),
        (b'{"ref": "old-1", "body": "\xff"}', "not UTF-8", "old-1"),
        (b'{"ref": "old-1", "ref": "old-2"}', "given twice", "old-1"),
        (b'{"ref": "old-1", "x": NaN}', "NaN", "old-1"),
        (b'{"ref": "old-1", "x": ' + b"[" * 100_000, "nested too deep", "old-1"),
        (b'{"ref": "old-1", "x": ' + b"9" * 5_000 + b"}", "Exceeds", "old-1"),
    ],
)
def test_wrong_line_is_named_and_its_ticket_where_it_can_be_told(
    raw: bytes, why: str, ref: str | None
) -> None:
    with pytest.raises(BadLine, match=rf"^line 4: .*{why}") as refused:
        read_entry(raw, 4, NOW)
    assert refused.value.ref == ref


def test_odd_name_of_a_field_is_fit_to_print() -> None:
    with pytest.raises(BadLine) as refused:
        read({**CREATED, "a\ud800\n": 1})
    assert str(refused.value).isprintable()


def test_digest_tells_what_a_line_says_and_not_how() -> None:
    assert digest_of(CREATED) == digest_of(dict(reversed(CREATED.items())))
    assert digest_of(CREATED) != digest_of({**CREATED, "body": "Else"})
    assert read(CREATED, 1).digest == read(CREATED, 2).digest


def line(at: str, ref: str, event: str, **facts: object) -> bytes:
    return json.dumps({"at": f"2026-03-02T{at}:00Z", "ref": ref, "event": event, **facts}).encode() + b"\n"


def history(*lines: bytes) -> HistoryFile:
    return HistoryFile(BytesIO(b"".join(lines)), lambda raw, number: read_entry(raw, number, NOW))


def test_lines_of_a_ticket_are_found_again_in_file_order() -> None:
    file = history(
        b"\xef\xbb\xbf" + line("09:00", "a", "release"),
        line("09:00", "b", "release"),
        b"\r\n",
        line("09:05", "a", "close"),
        line("08:00", "b", "close").rstrip(),
    )
    assert list(file.survey()) == []
    assert file.lines == 4
    assert list(file.groups(1)) == [[["a"]], [["b"]]]
    assert list(file.groups(100)) == [[["a"], ["b"]]]
    assert [(entry.number, entry.event) for entry in file.entries("a")] == [(1, "release"), (4, "close")]
    assert [entry.number for entry in file.entries("b")] == [2, 5]


def test_ticket_with_a_bad_line_is_left_out() -> None:
    long = line("09:02", "c", "note", body="x" * LONGEST_LINE)
    file = history(
        line("09:00", "a", "release"),
        line("09:01", "b", "release"),
        long,
        line("09:03", "a", "explode"),
        line("09:04", "c", "release"),
    )
    assert [(bad.number, bad.ref) for bad in file.survey()] == [(3, "c"), (4, "a")]
    assert list(file.groups(100)) == [[["b"]]]
    assert file.held_back == {"a", "c"}


def test_tickets_that_merge_come_together() -> None:
    file = history(
        line("09:00", "a", "merge", into="c"),
        line("09:00", "b", "release"),
        line("09:00", "c", "merge", into="d"),
        line("09:00", "e", "merge", into="elsewhere"),
    )
    assert list(file.survey()) == []
    assert list(file.groups(100)) == [[["a", "c"], ["b"], ["e"]]]


def entries(*lines: bytes) -> list[Entry]:
    return [read_entry(raw, number, NOW) for number, raw in enumerate(lines, start=1)]


BORN = json.dumps(CREATED).encode()
CLAIMED = line("10:00", "old-1", "claim", by="dana")
NOTED = line("11:00", "old-1", "note", body="Hm.")


def known(*lines: bytes) -> Known:
    given = entries(*lines)
    return Known([entry.digest for entry in given], given[-1].at)


@pytest.mark.parametrize(
    ("before", "now", "fresh"),
    [
        ((), (BORN, CLAIMED, NOTED), (1, 2, 3)),
        ((BORN,), (BORN, CLAIMED), (2,)),
        ((BORN, CLAIMED), (BORN, CLAIMED), ()),
        ((BORN, CLAIMED), (BORN,), ()),
        ((BORN, CLAIMED), (NOTED,), (1,)),
        ((BORN, NOTED), (BORN, NOTED, NOTED), (3,)),
    ],
)
def test_only_new_lines_go_in(
    before: tuple[bytes, ...], now: tuple[bytes, ...], fresh: tuple[int, ...]
) -> None:
    found = fresh_entries(entries(*now), known(*before) if before else None)
    assert tuple(entry.number for entry in found) == fresh


@pytest.mark.parametrize(
    ("before", "now", "message"),
    [
        ((), (CLAIMED,), "line 1: event: old-1 was not created"),
        ((), (BORN, NOTED, CLAIMED), "line 3: at: This lies before line 2"),
        ((), (BORN, BORN), "line 2: event: old-1 was created before, in line 1"),
        ((BORN, NOTED), (BORN, CLAIMED), "line 2: at: old-1 was replayed before, up to 2026-03-02T11:00:00Z"),
        ((BORN, CLAIMED), (BORN, NOTED), "line 2: old-1 was replayed before with lines that are not"),
        ((NOTED,), (BORN,), "line 1: event: old-1 was replayed before, and created otherwise"),
    ],
)
def test_lines_that_do_not_hang_together_are_named(
    before: tuple[bytes, ...], now: tuple[bytes, ...], message: str
) -> None:
    with pytest.raises(BadLine) as refused:
        fresh_entries(entries(*now), known(*before) if before else None)
    assert str(refused.value).startswith(message)
    assert refused.value.ref == "old-1"
