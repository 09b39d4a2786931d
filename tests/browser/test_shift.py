"""A specialist's shift by keyboard alone, and what the workspace promises while somebody types."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from supportdesk.clock import now
from tests.browser.conftest import SignIn
from tests.cast import Cast
from tests.work import HANDOVER, Work
from tickets import actions
from tickets.models import Message, Ticket

pytestmark = pytest.mark.browser
WIDE = {"viewport": {"width": 1440, "height": 900}}


def opened(page: Page, ref: str) -> None:
    expect(page.locator("#ticket h1")).to_contain_text(ref)


def test_a_shift_by_keyboard(sign_in: SignIn, cast: Cast, work: Work) -> None:
    page = sign_in(cast.dana, "/queue/", **WIDE)
    keys = page.keyboard

    keys.press("j")
    keys.press("j")
    current = page.get_by_role("list", name="Queue", exact=True).locator("[data-current]")
    expect(current).to_have_attribute("data-ref", work.late.ref)
    keys.press("Enter")
    opened(page, work.late.ref)
    expect(page).to_have_url(re.compile(f"/tickets/{work.late.ref}/$"))

    keys.press("i")
    expect(page.locator("#toasts")).to_contain_text("is yours")
    keys.press("r")
    expect(page.get_by_role("textbox", name="Reply")).to_be_focused()
    keys.type("The bonus is on its way; jkn are letters here.")
    keys.press("Control+Enter")
    expect(page.locator(".message-reply")).to_contain_text("jkn are letters here")
    expect(page.get_by_role("textbox", name="Reply")).to_have_value("")

    keys.press("m")
    expect(page.get_by_role("textbox", name="Note")).to_be_focused()
    keys.type("Finance told me so.")
    keys.press("Control+Enter")
    expect(page.locator(".message-note")).to_contain_text("Finance told me so")

    keys.press("Shift+E")
    dialog = page.get_by_role("dialog", name="Escalate")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Reason").select_option("needs_authority")
    dialog.get_by_label("Handover note").fill("short")
    dialog.get_by_label("Handover note").press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    expect(dialog.locator(".error")).to_contain_text("at least 20 characters")
    dialog.get_by_label("Handover note").fill(HANDOVER)
    dialog.get_by_role("button", name="Escalate").press("Enter")
    expect(page.locator("#ticket-head")).to_contain_text("creator-rewards-t2")
    expect(page.get_by_text("handed this ticket up and reads on")).to_be_visible()

    keys.press("n")
    opened(page, work.at_risk.ref)
    keys.press("r")
    keys.type("Solved it for you.")
    keys.press("Control+Shift+Enter")
    opened(page, work.waiting.ref)
    assert Ticket.objects.get(pk=work.at_risk.pk).status == "resolved"

    keys.press("e")
    expect(page.locator("#toasts")).to_contain_text("Nothing is waiting")
    assert Ticket.objects.get(pk=work.waiting.pk).status == "resolved"


def test_going_back_and_going_elsewhere_by_key(sign_in: SignIn, cast: Cast, work: Work) -> None:
    page = sign_in(cast.lea, "/queue/", **WIDE)
    page.keyboard.press("j")
    page.keyboard.press("o")
    opened(page, work.paused.ref)
    page.keyboard.press("u")
    expect(page.locator("#ticket")).to_have_count(0)
    expect(page.locator("#queue-list a").first).to_be_focused()
    page.go_back()
    opened(page, work.paused.ref)
    page.keyboard.press("g")
    page.keyboard.press("b")
    expect(page.get_by_role("heading", name="Board")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type(work.waiting.ref)
    page.keyboard.press("Enter")
    opened(page, work.waiting.ref)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


def test_keys_can_be_changed_and_switched_off(sign_in: SignIn, cast: Cast, work: Work) -> None:
    page = sign_in(cast.dana, "/queue/", **WIDE)
    page.keyboard.press("?")
    page.get_by_role("button", name="Next row: j").press("Enter")
    page.keyboard.press("k")
    expect(page.locator("#keys-error")).to_contain_text("already the key of")
    page.keyboard.press("w")
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("j")
    expect(page.locator("[data-current]")).to_have_count(0)
    page.keyboard.press("w")
    expect(page.locator("[data-current]")).to_have_count(1)
    page.keyboard.press("?")
    page.get_by_label("Use single keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    page.keyboard.press("w")
    expect(page.locator("#queue-list li").nth(0)).to_have_attribute("data-current", "")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Go to or do")).to_be_visible()


def test_draft_outlives_a_reload_and_a_send_empties_it(sign_in: SignIn, cast: Cast, work: Work) -> None:
    page = sign_in(cast.dana, f"/tickets/{work.late.ref}/", **WIDE)
    box = page.get_by_role("textbox", name="Reply")
    box.fill("Half a thought")
    page.reload()
    expect(box).to_have_value("Half a thought")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".message-reply")).to_contain_text("Half a thought")
    page.reload()
    expect(box).to_have_value("")


def test_double_click_sends_one_message(sign_in: SignIn, cast: Cast, work: Work) -> None:
    page = sign_in(cast.dana, f"/tickets/{work.late.ref}/", **WIDE)
    page.get_by_role("textbox", name="Reply").fill("Only once")
    page.get_by_role("button", name="Send").dblclick()
    expect(page.locator(".message-reply")).to_have_count(1)
    assert Message.objects.filter(ticket=work.late, kind="reply").count() == 1


def test_typed_text_survives_a_refused_move(sign_in: SignIn, cast: Cast, work: Work) -> None:
    page = sign_in(cast.dana, f"/tickets/{work.late.ref}/", **WIDE)
    page.get_by_role("textbox", name="Reply").fill("Kept")
    actions.resolve(ticket=work.late, by=cast.dion, resolution="solved", at=now())
    page.get_by_role("button", name="Take", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("cannot be claimed")
    expect(page.get_by_role("alert")).to_contain_text("Reopen")
    expect(page.get_by_role("textbox", name="Reply")).to_have_value("Kept")


def test_reveal_shows_and_a_reload_masks_again(sign_in: SignIn, cast: Cast, work: Work) -> None:
    page = sign_in(cast.dana, f"/tickets/{work.at_risk.ref}/", **WIDE)
    expect(page.locator("#ticket")).not_to_contain_text("ana@creator.example")
    page.get_by_text("Reveal").click()
    page.get_by_label("Why do you need to see it?").fill("Call back was asked for")
    page.get_by_role("button", name="Show personal data").click()
    expect(page.locator("#ticket")).to_contain_text("ana@creator.example")
    page.reload()
    expect(page.locator("#ticket")).not_to_contain_text("ana@creator.example")


def test_expired_session_says_so_and_keeps_the_text(sign_in: SignIn, cast: Cast, work: Work) -> None:
    page = sign_in(cast.dana, f"/tickets/{work.late.ref}/", **WIDE)
    page.get_by_role("textbox", name="Reply").fill("Long work")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#toasts")).to_contain_text("signed out")
    expect(page.get_by_role("textbox", name="Reply")).to_have_value("Long work")
