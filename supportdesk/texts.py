"""Which characters may stand in a text that somebody outside sent us.

Refused everywhere: NUL (PostgreSQL cannot store it), lone surrogates (UTF-8 cannot carry them) and the
two bidirectional overrides U+202D and U+202E, whose only use in a support desk is to make a text read
otherwise than it is. Isolates and embeddings stay allowed in prose, where people who mix Arabic and Latin
script need them. A line (a subject, a handle, a tag) also refuses every other control character, line
break and bidirectional embedding or isolate: a line is shown beside other words and must not reach over.
"""

import re
from typing import Final

NUL_OR_SURROGATE: Final = re.compile("[\x00\ud800-\udfff]")
OVERRIDES: Final = re.compile("[\u202d\u202e]")
LINE_CONTROLS: Final = re.compile("[\x01-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202c\u2066-\u2069]")


def is_blank(text: str) -> bool:
    """Whether nothing of it can be seen: only spaces, controls and marks of no width."""
    return not any(sign.isprintable() and not sign.isspace() for sign in text)


def fault_in_prose(text: str) -> tuple[str, str] | None:
    """What a text of several lines may not contain, as (code, sentence); None where it is fit."""
    if NUL_OR_SURROGATE.search(text):
        return "invalid_characters", "NUL characters and lone surrogates are not allowed."
    if OVERRIDES.search(text):
        return "invalid_characters", "Bidirectional override characters are not allowed."
    return None


def fault_in_line(text: str) -> tuple[str, str] | None:
    """What a text of one line may not contain, as (code, sentence); None where it is fit."""
    if LINE_CONTROLS.search(text):
        return (
            "invalid_characters",
            "Control characters, line breaks and bidirectional marks are not allowed.",
        )
    return fault_in_prose(text)
