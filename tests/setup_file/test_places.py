"""Which line a thing stands on, whatever way TOML is written."""

from __future__ import annotations

import tomllib

import pytest

from supportdesk.setup_file.places import Places

TEXT = '''\
# [[line]] is not here
title = """
[[line]]
slug = "nor here"
"""

[[line]]
slug = "a"   # [[line]]
names = [
  "x", # ]
  'y]',
  [[1], [2]],
]
owner.name = "lea"

[[ line ]]
"slug" = "b"
'other key' = { a = 1, b = ["]"] }
text = \'\'\'
[[line]]\'\'\'

[line.deep.er]
first = 1
"\\u0073econd" = 2
[other]
slug = 1
[[policy]]
[policy.targets]
first_reply = { normal = "8h" }
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("line", 0), 7),
        (("line", 0, "slug"), 8),
        (("line", 0, "names"), 9),
        (("line", 0, "names", 2), 9),
        (("line", 0, "owner", "name"), 14),
        (("line", 0, "missing"), 7),
        (("line", 1), 16),
        (("line", 1, "slug"), 17),
        (("line", 1, "other key"), 18),
        (("line", 1, "text"), 19),
        (("line", 1, "deep", "er"), 22),
        (("line", 1, "deep", "er", "first"), 23),
        (("line", 1, "deep", "er", "second"), 24),
        (("other", "slug"), 26),
        (("policy", 0, "targets", "first_reply", "normal"), 29),
        (("nothing",), None),
        (("line", 7), 7),
    ],
)
def test_places(path: tuple[str | int, ...], line: int | None) -> None:
    assert Places(TEXT).line_of(*path) == line
    assert Places(TEXT.replace("\n", "\r\n")).line_of(*path) == line


def test_the_text_is_toml() -> None:
    assert [table["slug"] for table in tomllib.loads(TEXT)["line"]] == ["a", "b"]


def test_things_in_one_array_share_its_line() -> None:
    assert Places('\nline = [{ slug = "a" }, { slug = "b" }]').line_of("line", 1, "slug") == 2
