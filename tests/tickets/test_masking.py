"""What the mask hides and what it must leave readable."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tickets.masking import mask_email, mask_text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("write to ana.silva@creator.example please", "write to a•••@c••• please"),
        ("ANA+pay@MAIL.EXAMPLE.COM", "A•••@M•••"),
        ("call +55 11 91234-5678 now", "call •••78 now"),
        ("call (11) 91234-5678", "call •••78"),
        ("card 4111 1111 1111 1111 was charged", "card •••11 was charged"),
        ("IBAN DE89 3704 0044 0532 0130 00.", "IBAN DE•••00."),
        ("passport 123456789", "passport •••89"),
        ("電話は09012345678です", "電話は•••78です"),
        ("x4111111111111111x", "x•••11x"),
        ("phone 912 345 678", "phone •••78"),
        ("phone 912.345.678", "phone •••78"),
        ("ID-123456789", "ID-•••89"),
        ("on 2026-11-22 14:05 call 0912 345 678", "on 2026-11-22 14:05 call •••78"),
        ("my id is 7231998877665544", "my id is •••44"),
    ],
)
def test_personal_data_in_texts_is_hidden(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "see CS-7K3M9QXA",
        "on 2026-11-22 at 14:05:00",
        "it was 1.250.000 views",
        "1 250 000 followers",
        "paid 120.50 on 03.11.2026",
        "24 hours, 168 hours",
        "in 2025-2026",
        "2026-11-22T14:05:00.123Z and 2026-11-22 14:05",
        "CS-12345678, CS-00000001.",
        "version 12.3.456",
        "",
    ],
)
def test_what_is_nobodys_secret_stays(text: str) -> None:
    assert mask_text(text) == text


@pytest.mark.parametrize(
    ("address", "masked"), [("ana@desk.example", "a•••@d•••"), ("é@ü.example", "é•••@ü•••"), ("", "")]
)
def test_email_field(address: str, masked: str) -> None:
    assert mask_email(address) == masked


@given(st.text(max_size=300))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask_text(text)
    assert mask_text(once) == once


@given(st.emails())
@example("0@A.A.A.A.A.A.A.A.A.COM")
def test_no_plain_address_survives(address: str) -> None:
    local, _, host = address.partition("@")
    masked = mask_text(f"x {local.strip('.')}@{host} y")
    if local.isascii() and local.replace(".", "").isalnum() and "--" not in host:
        assert address not in masked


def test_a_long_text_without_any_is_masked_in_linear_time() -> None:
    long = "a" * 20_000
    assert mask_text(long) == long
    assert mask_text("1 " * 10_000).count("•••") > 0
