"""What the strict reader of JSON refuses, and at which field."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import UnsupportedMediaType

from supportdesk.errors import BadInput
from supportdesk.rest.parsers import DEEPEST, LARGEST, StrictJSONParser, read_object
from supportdesk.rest.problems import Problem


def nested(levels: int) -> bytes:
    return b'{"a":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


WRONG = [
    (b"{", "", "invalid_json"),
    (b"[]", "", "not_an_object"),
    (b"null", "", "not_an_object"),
    (b'"text"', "", "not_an_object"),
    (b"7", "", "not_an_object"),
    (b"NaN", "", "invalid"),
    (b'{"a": 1} {"b": 2}', "", "invalid_json"),
    (b"{'a': 1}", "", "invalid_json"),
    (b'{"a": 1,}', "", "invalid_json"),
    (b'\xef\xbb\xbf{"a": 1}', "", "invalid_json"),
    (b'{"a": "\xff"}', "", "invalid_encoding"),
    ('{"a": 1}'.encode("utf-16"), "", "invalid_encoding"),
    (b'{"a": "line\nbreak"}', "", "invalid_json"),
    (b'{"subject": "a\\u0000b"}', "/subject", "invalid_characters"),
    (b'{"creator": {"handle": "\\ud800"}}', "/creator/handle", "invalid_characters"),
    (b'{"tags": ["a", "b", {"c": "\\udfff\\ud83d"}]}', "/tags/2/c", "invalid_characters"),
    (b'{"creator": {"a\\u0000": 1}}', "/creator", "invalid_characters"),
    (b'{"\\ud800": 1}', "", "invalid_characters"),
    (b'{"' + b"n" * 300 + b'": 1}', "", "unknown_field"),
    (b'{"a": 1, "a": 1}', "/a", "duplicate"),
    (b'{"creator": {"a/b": 1, "a/b": 2}}', "/creator/a~1b", "duplicate"),
    (b'{"a": NaN}', "/a", "invalid"),
    (b'{"a": [1, -Infinity]}', "/a/1", "invalid"),
    (b'{"a": 1e999}', "/a", "out_of_range"),
    (b'{"a": 9223372036854775808}', "/a", "out_of_range"),
    (b'{"a": ' + b"9" * 10_000 + b"}", "/a", "out_of_range"),
    (nested(DEEPEST + 1), "/a" + "/0" * (DEEPEST - 1), "too_deep"),
    (nested(100_000), "", "too_deep"),
    (b'{"a":' * 100_000, "", "too_deep"),
]


@pytest.mark.parametrize(("body", "pointer", "code"), WRONG)
def test_a_wrong_body_is_refused_at_the_deepest_field(body: bytes, pointer: str, code: str) -> None:
    with pytest.raises(BadInput) as wrong:
        read_object(body)
    assert (wrong.value.pointer, wrong.value.code) == (pointer, code)


def test_what_is_right_comes_through() -> None:
    body = {"text": "Überraschung 🎉 שלום", "list": [1, -2.5, True, None], "deep": {"er": {}}}
    assert read_object(json.dumps(body).encode()) == body
    assert read_object(json.dumps(body, ensure_ascii=False).encode()) == body
    assert read_object(b" \n") == {}
    assert read_object(nested(DEEPEST))
    assert read_object(b'{"a": 9223372036854775807}') == {"a": 2**63 - 1}


def test_a_body_that_is_too_large_is_413() -> None:
    with pytest.raises(Problem) as large:
        StrictJSONParser().parse(io.BytesIO(b" " * (LARGEST + 1)))
    assert large.value.kind.status == 413


@pytest.mark.parametrize("charset", ["utf-16", "latin-1", "'"])
def test_another_charset_is_refused(charset: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        StrictJSONParser().parse(io.BytesIO(b"{}"), f"application/json; charset={charset}")


@pytest.mark.parametrize("media_type", ["application/json", 'application/json; charset="UTF-8"', None])
def test_utf_8_is_read(media_type: str | None) -> None:
    assert StrictJSONParser().parse(io.BytesIO(b'{"a": 1}'), media_type) == {"a": 1}


@given(st.binary(max_size=200) | st.text(alphabet='{}[]",:\\u0d8fNae1-. ', max_size=60).map(str.encode))
def test_no_bytes_are_anything_but_an_object_or_bad_input(body: bytes) -> None:
    try:
        value: Any = read_object(body)
    except BadInput:
        return
    assert isinstance(value, dict)
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
