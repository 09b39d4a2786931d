"""The page hears of what others do, and time goes on in it, without anything moving under the reader's hands."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from supportdesk.clock import now
from tests.browser.conftest import SignIn
from tests.cast import Cast
from tests.work import Work, file_ticket
from tickets import actions
from tickets.models import Ticket

pytestmark = pytest.mark.browser
WIDE = {"viewport": {"width": 1440, "height": 900}}


def listening(page: Page) -> Page:
    """Once the stream is open; what happens from now on is heard."""
    expect(page.locator("html")).to_have_attribute("data-stream", "open")
    return page


def test_rows_change_in_place_and_new_ones_wait_to_be_pressed(
    sign_in: SignIn, cast: Cast, work: Work
) -> None:
    page = listening(sign_in(cast.dana, "/queue/", **WIDE))
    page.keyboard.press("j")
    rows = page.locator("#queue-list li")
    before = [row.get_attribute("data-ref") for row in rows.all()]
    actions.claim(ticket=work.late, by=cast.dion, at=now())
    expect(page.locator(f"[data-ref={work.late.ref}] .row-holder")).to_have_text("dion")
    fresh = file_ticket(
        cast.creator_rewards, cast.lea, at=now() - timedelta(hours=3.9), queue=cast.rewards_t1_acme
    )
    expect(page.locator("#queue-fresh")).to_contain_text("1 new")
    assert [row.get_attribute("data-ref") for row in rows.all()] == before
    expect(page.locator("#queue-list li").first).to_have_attribute("data-current", "")
    actions.resolve(ticket=work.waiting, by=cast.dion, resolution="solved", at=now())
    expect(page.locator(f"[data-ref={work.waiting.ref}]")).to_have_attribute("data-gone", "")
    page.locator("#queue-fresh").click()
    expect(page.locator(f"[data-ref={fresh.ref}]")).to_be_visible()
    expect(page.locator("#queue-fresh")).to_be_hidden()
    expect(page.locator("#queue-list li").first).to_have_attribute("data-current", "")


def test_another_vendors_work_is_not_heard_of(sign_in: SignIn, cast: Cast, work: Work) -> None:
    page = listening(sign_in(cast.bob, "/queue/", **WIDE))
    actions.claim(ticket=work.late, by=cast.dion, at=now())
    actions.claim(ticket=work.no_policy, by=cast.bob, at=now())
    expect(page.locator(f"[data-ref={work.no_policy.ref}] .row-holder")).to_have_text("bob")
    expect(page.locator("#queue-list li")).to_have_count(1)
    expect(page.locator("#queue-fresh")).to_be_hidden()


def test_creators_message_arrives_beside_the_typed_text_and_stops_the_send_once(
    sign_in: SignIn, cast: Cast, work: Work
) -> None:
    page = listening(sign_in(cast.dana, f"/tickets/{work.late.ref}/", **WIDE))
    box = page.get_by_role("textbox", name="Reply")
    box.fill("Dear Ana, ")
    box.press("ArrowLeft")
    actions.receive_message(ticket=work.late, by=None, body="It came, thank you!", at=now())
    expect(page.locator(".message-creator").last).to_contain_text("It came, thank you!")
    expect(box).to_be_focused()
    assert box.evaluate("box => box.selectionStart") == 9
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("wrote again")
    expect(box).to_have_value("Dear Ana, ")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".message-reply")).to_have_count(1)


def test_timer_goes_into_breach_without_a_reload(sign_in: SignIn, cast: Cast, work: Work) -> None:
    soon = file_ticket(
        cast.creator_rewards,
        cast.lea,
        at=now() - timedelta(hours=4) + timedelta(seconds=8),
        queue=cast.rewards_t1_acme,
    )
    page = sign_in(cast.dana, "/queue/", **WIDE)
    timer = page.locator(f"[data-ref={soon.ref}] time.timer")
    expect(timer).to_have_attribute("data-band", "at_risk")
    expect(timer).to_have_text(re.compile(r"at risk, 0:0\d left"))
    expect(timer).to_have_text(re.compile(r"breached 0:0\d ago"), timeout=15_000)
    expect(timer).to_have_attribute("data-band", "breached")
    expect(timer.locator("use")).to_have_attribute("href", re.compile(r"#breached$"))


def test_timer_is_right_on_a_computer_whose_clock_is_wrong(sign_in: SignIn, cast: Cast, work: Work) -> None:
    page = sign_in(cast.dana, "/healthz", **WIDE)
    page.clock.install(time=now() + timedelta(minutes=10))
    page.goto("/queue/")
    page.clock.run_for(3000)
    expect(page.locator(f"[data-ref={work.at_risk.ref}] time.timer")).to_have_text(
        re.compile("at risk, (29|30):")
    )


def test_board_is_live_and_an_alert_is_told(sign_in: SignIn, cast: Cast, work: Work) -> None:
    page = listening(sign_in(cast.lea, "/board/", **WIDE))
    waiting = page.locator(".figure", has_text="Waiting").locator("a")
    before = int(waiting.inner_text())
    actions.claim(ticket=work.waiting, by=cast.dion, at=now())
    expect(waiting).to_have_text(str(before - 1))
    actions.raise_alerts(at=now())
    breach = page.locator(".alerts li", has_text=work.late.ref)
    expect(breach).to_contain_text("First reply")
    breach.get_by_placeholder("What you do about it").fill("Dana takes it")
    breach.get_by_role("button", name="Acknowledge").click()
    expect(breach).to_have_count(0)
    event = Ticket.objects.get(pk=work.late.pk).events.get(kind="sla_acknowledged")
    assert event.actor == cast.lea


def test_one_stream_for_all_tabs(sign_in: SignIn, cast: Cast, work: Work) -> None:
    first = listening(sign_in(cast.dana, "/queue/", **WIDE))
    second = first.context.new_page()
    streams: list[str] = []
    second.on("request", lambda asked: streams.append(asked.url) if "/events/" in asked.url else None)
    second.goto("/queue/")
    expect(second.locator("#queue-list li").first).to_be_visible()
    actions.claim(ticket=work.late, by=cast.dion, at=now())
    expect(second.locator(f"[data-ref={work.late.ref}] .row-holder")).to_have_text("dion")
    expect(first.locator(f"[data-ref={work.late.ref}] .row-holder")).to_have_text("dion")
    assert not streams
    first.close()
    expect(second.locator("html")).to_have_attribute("data-leads", "")
    actions.claim(ticket=work.waiting, by=cast.dion, at=now())
    expect(second.locator(f"[data-ref={work.waiting.ref}] .row-holder")).to_have_text("dion")


def test_lost_stream_says_since_when_and_catches_up(sign_in: SignIn, cast: Cast, work: Work) -> None:
    beat = f'event: beat\ndata: {{"at":"{now().isoformat()}"}}'
    page = sign_in(cast.dana, "/healthz", **WIDE)
    page.context.route(
        "**/events/",
        lambda route: route.fulfill(content_type="text/event-stream", body=f"retry: 300\n\n{beat}\n\n"),
    )
    page.goto("/queue/")
    expect(page.locator("#stream")).to_have_text(re.compile(r"Reconnecting, data from \d\d:\d\d"))
    page.context.unroute("**/events/")
    page.context.route("**/events/", lambda route: route.abort())
    expect(page.locator("html")).to_have_attribute("data-stream", "lost")
    actions.claim(ticket=work.late, by=cast.dion, at=now())
    page.context.unroute("**/events/")
    expect(page.locator("#stream")).to_be_hidden(timeout=20_000)
    expect(page.locator(f"[data-ref={work.late.ref}] .row-holder")).to_have_text("dion")
