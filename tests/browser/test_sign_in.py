"""The way in, in a real browser: a one-time address, a passkey, a second factor; and the pages of managers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from supportdesk import clock
from teams.actions import create_key, create_sign_in_link
from tests.browser.conftest import SignIn
from tests.cast import Cast

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery staple"


@pytest.fixture
def door(browser: Browser, desk: str) -> Iterator[BrowserContext]:
    """Nobody signed in yet. By name, for a passkey belongs to a name and not to an IP address."""
    context = browser.new_context(base_url=desk.replace("127.0.0.1", "localhost"))
    yield context
    context.close()


def come_in(page: Page, cast: Cast) -> None:
    page.goto(f"/accounts/link/{create_sign_in_link(person=cast.vera, at=clock.now())}/")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/board/")


def test_a_passkey_is_added_after_a_one_time_address_and_opens_the_door(
    cast: Cast, door: BrowserContext
) -> None:
    page = door.new_page()
    come_in(page, cast)
    authenticator = door.new_cdp_session(page)
    authenticator.send("WebAuthn.enable")
    authenticator.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Name").fill("Laptop")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/2fa/**codes/**")
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign Out").click()
    page.wait_for_url("**/accounts/login/**")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/board/")


def test_a_password_is_set_and_opens_the_door_without_scripts(
    cast: Cast, browser: Browser, desk: str
) -> None:
    context = browser.new_context(base_url=desk, java_script_enabled=False)
    page = context.new_page()
    come_in(page, cast)
    page.goto("/accounts/password/change/")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Set Password").click()
    context.clear_cookies()
    page.goto("/vendor/")
    page.get_by_label("Login").fill("vera@acme.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/vendor/")
    expect(page.get_by_role("heading", name="Acme Support")).to_be_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_that_axe_finds(
    cast: Cast, sign_in: SignIn, browser: Browser, desk: str, scheme: str
) -> None:
    create_key(vendor=cast.acme, scopes=["tickets:read"], at=clock.now())
    stranger = browser.new_context(base_url=desk, color_scheme=scheme, viewport={"width": 320, "height": 700})
    door = stranger.new_page()
    pages = []
    for path in (
        "/accounts/login/",
        f"/accounts/link/{create_sign_in_link(person=cast.dana, at=clock.now())}/",
    ):
        door.goto(path)
        pages.append(found_by_axe(door))
    manager = sign_in(cast.vera, "/vendor/", color_scheme=scheme)
    pages.append(found_by_axe(manager))
    for path in ("/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/sessions/"):
        manager.goto(path)
        pages.append(found_by_axe(manager))
    administrator = sign_in(cast.ada, "/setup/", color_scheme=scheme)
    pages.append(found_by_axe(administrator))
    administrator.goto("/setup/file/")
    pages.append(found_by_axe(administrator))
    stranger.close()
    assert [found for found in pages if found] == []


def found_by_axe(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [
        f"{page.url}: {violation['id']}: {violation['nodes'][0]['html']} {violation['nodes'][0]['failureSummary']}"
        for violation in violations
    ]


def test_a_file_is_previewed_and_applied(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.ada, "/setup/")
    page.get_by_role("link", name="Change by file").click()
    text = page.get_by_label("Its text")
    text.fill('[[vendor]]\nslug = "new"')
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("alert")).to_contain_text('vendor "new": name is missing (line 1)')
    page.get_by_label("Its text").fill('[[vendor]]\nslug = "new"\nname = "New"')
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text('vendor "new": new')).to_be_visible()
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**/setup/")
    expect(page.get_by_text("1 thing changed.")).to_be_visible()
