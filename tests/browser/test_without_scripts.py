"""Queue, ticket and reply without any script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SignIn
from tests.cast import Cast
from tests.work import HANDOVER, Work
from tickets.models import Ticket

pytestmark = pytest.mark.browser


def test_work_without_scripts(sign_in: SignIn, cast: Cast, work: Work) -> None:
    page = sign_in(cast.dana, "/queue/", java_script_enabled=False)
    row = page.get_by_role("list", name="Queue", exact=True).get_by_role("link", name=work.late.ref)
    expect(row).to_contain_text("breached 1h")
    row.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(work.late.ref)
    page.get_by_role("button", name="Take", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("is yours")
    page.get_by_role("textbox", name="Reply").fill("On its way.")
    page.get_by_label("Then").select_option("pend")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".message-reply")).to_contain_text("On its way.")
    expect(page.locator("#ticket-head")).to_contain_text("Pending: the creator")
    page.get_by_role("button", name="Note", exact=True).click()
    page.get_by_role("textbox", name="Note").fill("Told finance.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".message-note")).to_contain_text("Told finance.")
    page.get_by_role("button", name="Escalate").click()
    page.get_by_label("Reason").select_option("other")
    page.get_by_role("textbox", name="Handover note").fill(HANDOVER)
    page.get_by_role("dialog").get_by_role("button", name="Escalate").click()
    expect(page.locator("#ticket-head")).to_contain_text("creator-rewards-t2")
    assert Ticket.objects.get(pk=work.late.pk).queue == cast.rewards_t2
    page.goto("/queue/")
    page.get_by_role("button", name="Next ticket").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(work.at_risk.ref)
