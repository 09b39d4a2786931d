"""Dashboards: any span of a line and channel, by the same definitions, and the tickets behind each number."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from insights.actions import build_week
from tests.cast import Cast
from tests.insights.bulk import REPLIED, History, solved, write
from tests.insights.lives import BEGINS, WEEK
from tests.insights.test_pages import numbers_in, signed_in, text_of
from tickets import actions as tickets
from tickets.models import Ticket

AT = BEGINS + 20 * WEEK
HOUR = timedelta(hours=1)
WEEK_10 = "/insights/dashboards/?line=creator-rewards&channel={}&begins=2026-03-02&ends=2026-03-08"


@pytest.fixture
def week(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> list[Ticket]:
    """Twelve tickets by web form, eight by the app, of acme and of bolt, half of them resolved."""
    monkeypatch.setattr("insights.views.dashboards.now", lambda: AT)
    acme, bolt = cast.rewards_t1_acme, cast.rewards_t1_bolt
    done = [(1.0, "replied", REPLIED), solved(2, acme)]
    written = write(
        [
            *(History(acme, done) for _ in range(6)),
            *(History(acme, hours=n, status="new") for n in range(6)),
            *(History(bolt, [solved(2, bolt)], channel="in_app") for _ in range(4)),
            *(History(bolt, hours=n, status="new", channel="in_app") for n in range(4)),
        ],
        BEGINS,
    )
    Ticket.objects.filter(queue=acme).update(vendor=cast.acme)
    Ticket.objects.filter(queue=bolt).update(vendor=cast.bolt)
    return written


def rows_in(page: str) -> dict[str, str]:
    """Each number's accessible name, "Volume, All: 20", as name and value."""
    names = re.findall(r'aria-label="([^"]+): ([^":]+)\. Show the tickets"', unescape(page))
    return dict(names)


def test_a_weeks_dashboard_has_the_numbers_of_its_report(
    week: list[Ticket], cast: Cast, client: Client
) -> None:
    signed_in(client, cast.lea)
    build_week(line=cast.creator_rewards, week="2026-W10", at=AT)
    report = rows_in(client.get("/insights/weekly/creator-rewards/2026-W10/").content.decode())
    shown = rows_in(client.get(WEEK_10.format("")).content.decode())
    assert shown["Volume, All"] == "20"
    assert {name: value for name, value in report.items() if not name.startswith("CSAT change")} == shown


def test_a_channel_narrows_every_number(week: list[Ticket], cast: Cast, client: Client) -> None:
    signed_in(client, cast.lea)
    shown = rows_in(client.get(WEEK_10.format("in_app")).content.decode())
    assert (shown["Volume, All"], shown["Backlog, Closing"], shown["Reopen rate, All"]) == ("8", "4", "0.0 %")
    assert "Volume, Web form" not in shown


def test_every_number_opens_its_tickets_as_of_the_moment_it_was_shown(
    week: list[Ticket], cast: Cast, client: Client
) -> None:
    signed_in(client, cast.lea)
    page = client.get(WEEK_10.format("webform")).content.decode()
    for ticket in week[6:12]:
        tickets.resolve(ticket=ticket, by=cast.dana, resolution="solved", at=AT + HOUR)
    for link in dict.fromkeys(numbers_in(page)):
        assert client.get(unescape(link)).status_code == 200, link
    (closing,) = {link for link in numbers_in(page) if "flow%3Aclosing" in link}
    seen = re.findall(r"/tickets/(CS-\w{8})/", client.get(unescape(closing)).content.decode())
    assert set(seen) == {ticket.ref for ticket in week[6:12]}


def test_each_tile_says_how_many_and_how_fresh(week: list[Ticket], cast: Cast, client: Client) -> None:
    text = text_of(signed_in(client, cast.lea).get(WEEK_10.format("")))
    assert "First-contact resolution 60.0 % (31.3–83.2) 6 of 10 as of 01:00:00" in text


def test_a_vendors_manager_sees_the_vendors_own(week: list[Ticket], cast: Cast, client: Client) -> None:
    signed_in(client, cast.vera)
    page = client.get(WEEK_10.format("")).content.decode()
    assert rows_in(page)["Volume, acme"] == "12"
    assert "bolt" not in text_of(client.get(WEEK_10.format("")))
    assert "Backlog" not in page
    total = WEEK_10.format("").replace("dashboards/?", "dashboards/numbers/?")
    stolen = f"{total}&horizon=2026-07-20T08:00:00Z&key=volume"
    assert client.get(stolen).status_code == 404
    assert client.get(f"{stolen}&part=vendor:bolt").status_code == 404
    assert client.get(f"{stolen}&part=vendor:acme").status_code == 200


def test_a_stakeholder_gets_no_reference(week: list[Ticket], cast: Cast, client: Client) -> None:
    signed_in(client, cast.sam)
    page = client.get(WEEK_10.format("")).content.decode()
    assert "acme" not in page
    for link in dict.fromkeys(numbers_in(page)):
        assert "CS-" not in client.get(unescape(link)).content.decode()


def test_the_usual_dashboard_is_of_ones_own_line_and_the_last_seven_days(
    week: list[Ticket], cast: Cast, client: Client
) -> None:
    page = signed_in(client, cast.lea).get("/insights/dashboards/").content.decode()
    assert 'value="2026-07-14"' in page
    assert 'value="2026-07-20"' in page
    assert rows_in(page)["Backlog, Closing"] == "10"
    assert signed_in(client, cast.mia).get("/insights/dashboards/").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "line=minor-protection&begins=2026-03-02&ends=2026-03-08",
        "line=nowhere&begins=2026-03-02&ends=2026-03-08",
        "line=creator-rewards&begins=2026-03-08&ends=2026-03-02",
        "line=creator-rewards&begins=2024-03-08&ends=2026-03-02",
        "line=creator-rewards&begins=x&ends=2026-03-02",
        "line=creator-rewards&begins=0001-01-01&ends=0001-01-01",
        "line=creator-rewards&begins=9999-12-31&ends=9999-12-31",
        "line=creator-rewards&channel=fax&begins=2026-03-02&ends=2026-03-08",
        "line=creator-rewards",
    ],
)
def test_what_makes_no_sense_is_said_at_the_field(
    week: list[Ticket], cast: Cast, client: Client, query: str
) -> None:
    answer = signed_in(client, cast.lea).get(f"/insights/dashboards/?{query}")
    assert answer.status_code == 422
    assert b"errorlist" in answer.content
    assert client.get(f"/insights/dashboards/numbers/?{query}&key=volume").status_code == 404


def test_days_to_come_show_nothing_new(week: list[Ticket], cast: Cast, client: Client) -> None:
    signed_in(client, cast.lea)
    query = "line=creator-rewards&begins=2026-08-03&ends=2026-08-04"
    shown = rows_in(client.get(f"/insights/dashboards/?{query}").content.decode())
    assert (shown["Volume, All"], shown["Backlog, Opening"], shown["Backlog, Closing"]) == ("0", "10", "10")


def test_a_dashboard_costs_a_counted_number_of_queries(
    week: list[Ticket], cast: Cast, client: Client, django_assert_num_queries: Callable[[int], Any]
) -> None:
    signed_in(client, cast.lea)
    session_and_person, lines, numbers = 2, 1, 5
    with django_assert_num_queries(session_and_person + lines + numbers):
        client.get(WEEK_10.format(""))
