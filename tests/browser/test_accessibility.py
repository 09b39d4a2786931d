"""Every page holds up: axe finds nothing, in light, in dark and on a narrow screen; nothing spills over."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from supportdesk.clock import now
from tests.browser.conftest import SignIn
from tests.cast import Cast
from tests.work import Work
from tickets import actions

pytestmark = pytest.mark.browser
SCREENS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "narrow": {"viewport": {"width": 320, "height": 800}, "color_scheme": "light", "has_touch": True},
}


def check(page: Page, what: str) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, f"{what}: {found.generate_report()}"
    spill = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert spill <= 0, f"{what} spills {spill} px over the side"


@pytest.mark.parametrize("screen", SCREENS)
def test_pages_of_the_workspace(sign_in: SignIn, cast: Cast, work: Work, screen: str) -> None:
    actions.raise_alerts(at=now())
    page = sign_in(cast.lea, "/queue/", **SCREENS[screen])
    for path in (
        "/queue/",
        "/queue/?view=mine&sla=breached&priority=high",
        f"/tickets/{work.paused.ref}/",
        f"/tickets/{work.handed_up.ref}/?compose=note",
        f"/tickets/{work.resolved.ref}/",
        "/board/",
        "/internal/",
        "/tickets/CS-00000000/",
    ):
        page.goto(path)
        check(page, f"{path} {screen}")


@pytest.mark.parametrize("screen", SCREENS)
def test_dialogs_and_what_unfolds(sign_in: SignIn, cast: Cast, work: Work, screen: str) -> None:
    page = sign_in(cast.dana, f"/tickets/{work.late.ref}/", **SCREENS[screen])
    for name in ("Pend", "Escalate", "Resolve", "Transfer"):
        page.get_by_role("button", name=name, exact=True).click()
        check(page, f"{name} {screen}")
        page.keyboard.press("Escape")
    page.keyboard.press("?")
    check(page, f"help {screen}")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    check(page, f"palette {screen}")
    page.keyboard.press("Escape")
    page.locator(".timer-line summary").first.click()
    page.get_by_role("link", name="What counted, day by day").first.click()
    page.locator(".timer-table").wait_for()
    for unfold in ("#history > summary", "#routing > summary", "#reveal > summary"):
        page.locator(unfold).click()
    check(page, f"unfolded {screen}")


def test_text_at_twice_the_size(sign_in: SignIn, cast: Cast, work: Work) -> None:
    page = sign_in(cast.dana, "/queue/", viewport={"width": 1280, "height": 800})
    for path in ("/queue/", f"/tickets/{work.late.ref}/"):
        page.goto(path)
        page.evaluate(
            "const sheet = new CSSStyleSheet(); sheet.replaceSync(':root{font-size:200%}');"
            "document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]"
        )
        check(page, f"{path} at 200 %")
