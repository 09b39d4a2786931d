"""Reports, dashboards and the rating page in a real browser: readable by everyone, at every size, in both schemes."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from insights import actions
from insights.models import Invitation, Rating
from insights.ratings.links import token_for
from supportdesk.clock import now
from tests.browser.conftest import SignIn
from tests.cast import Cast
from tests.insights.lives import BEGINS, WEEK, Story, define_policies
from tickets.models import Ticket

pytestmark = pytest.mark.browser
PAGE = "/insights/weekly/creator-rewards/2026-W11/"
SHOTS = os.environ.get("INSIGHTS_SHOTS")


@pytest.fixture
def story(cast: Cast) -> Cast:
    """A month of two lines with ratings; the second week is reported, twice."""
    define_policies(BEGINS - WEEK)
    Story(cast, seed=4, tickets=60).tell()
    resolved = Ticket.objects.filter(line=cast.creator_rewards, resolved_at__isnull=False)
    for place, ticket in enumerate(resolved):
        at = ticket.resolved_at + timedelta(hours=30)  # type: ignore[operator]
        invitation = Invitation.objects.create(
            ticket=ticket,
            resolved_at=ticket.resolved_at,
            asked_at=at,
            open_until=at + 2 * WEEK,
            delivered_at=at,
        )
        Rating.objects.create(invitation=invitation, seq=1, score=1 + place % 5, at=at)
    for week in ("2026-W10", "2026-W11"):
        actions.build_week(line=cast.creator_rewards, week=week, at=BEGINS + 2 * WEEK)
    actions.build_week(line=cast.creator_rewards, week="2026-W11", at=now())
    return cast


def check(page: Page, name: str) -> None:
    """Nothing for axe to find, and nothing to scroll sideways."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 320)])
def test_everyone_can_read_a_report(story: Cast, sign_in: SignIn, scheme: str, width: int) -> None:
    page = sign_in(
        story.lea, PAGE, color_scheme=scheme, viewport={"width": width, "height": 900}, has_touch=width < 700
    )
    page.locator("details summary").first.click()
    check(page, f"weekly-{scheme}-{width}")
    if SHOTS:
        for block in ("volume", "attainment", "csat"):
            page.locator(f"#{block}").screenshot(path=Path(SHOTS) / f"{block}-{scheme}-{width}.png")
    page.get_by_role("link", name="First-contact resolution").nth(1).click()
    page.wait_for_url("**/numbers/**")
    check(page, f"behind-{scheme}-{width}")
    page.goto("/insights/definitions/#attainment")
    check(page, f"definitions-{scheme}-{width}")
    page.goto("/insights/dashboards/?line=creator-rewards&channel=&begins=2026-03-02&ends=2026-03-22")
    check(page, f"dashboard-{scheme}-{width}")
    page.goto("/insights/")
    check(page, f"index-{scheme}-{width}")


def test_a_creator_rates_with_the_keyboard_alone(story: Cast, sign_in: SignIn) -> None:
    ticket = Ticket.objects.filter(status="resolved").first()
    assert ticket is not None
    assert ticket.resolved_at is not None
    at = now()
    Rating.objects.all().delete()
    Invitation.objects.all().delete()
    invitation = Invitation.objects.create(
        ticket=ticket, resolved_at=ticket.resolved_at, asked_at=at, open_until=at + WEEK, delivered_at=at
    )
    page = sign_in(
        story.sam, f"/t/{token_for(invitation.code)}/rate/", viewport={"width": 320, "height": 700}
    )
    check(page, "rate-320")
    page.get_by_role("radio", name="5, very good").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("Quick and kind.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Thank you").wait_for()
    assert Rating.objects.values_list("score", "word").get() == (4, "Quick and kind.")
