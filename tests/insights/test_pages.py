"""The pages of weekly reports: who sees what, that every number opens what it counted, downloads."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from insights import actions
from insights.definitions import DEFINITIONS
from insights.models import Invitation, Rating, Report
from insights.redaction import redact
from insights.sheets import as_csv
from teams.models import Line, Person
from tests.cast import Cast
from tests.insights.bulk import REPLIED, History, escalated, reopened, solved, write
from tests.insights.lives import BEGINS, WEEK
from tickets import actions as tickets
from tickets.models import Event, Message, Ticket

LATER = BEGINS + 20 * WEEK
HOUR = timedelta(hours=1)
PAGE = "/insights/weekly/creator-rewards/2026-W10/"
SECRET = "write to ana@creator.example or @ana_dances, see https://x.example/a and CS-7K3M9QXA"


@pytest.fixture
def report(cast: Cast) -> Report:
    """A week of both vendors, with ratings and words."""
    acme, bolt, two = cast.rewards_t1_acme, cast.rewards_t1_bolt, cast.rewards_t2
    written = write(
        [
            *(History(acme, [(1.0, "replied", REPLIED), solved(2, acme)]) for _ in range(30)),
            *(History(bolt, [(1.0, "replied", REPLIED), solved(2, bolt), reopened(20, bolt)], status="open")
              for _ in range(10)),
            *(History(acme, [escalated(1, acme, two), solved(2, two)]) for _ in range(12)),
            *(History(bolt, hours=n, status="new", channel="in_app") for n in range(60)),
        ],
        BEGINS,
    )  # fmt: skip
    Ticket.objects.filter(queue=bolt).update(vendor=cast.bolt)
    Ticket.objects.filter(queue=acme).update(vendor=cast.acme)
    Message.objects.bulk_create(
        Message(ticket=ticket, kind="creator", body=SECRET, at=ticket.created_at) for ticket in written
    )
    Event.objects.bulk_create(
        Event(ticket=ticket, seq=9, at=BEGINS + 3 * HOUR, kind="edited", data={"tags": ["=payout"]})
        for ticket in written[:30]
    )
    for place, ticket in enumerate(written[:52]):
        invitation = Invitation.objects.create(
            ticket=ticket, resolved_at=BEGINS + 2 * HOUR, asked_at=BEGINS + 30 * HOUR,
            open_until=LATER, delivered_at=BEGINS + 30 * HOUR,
        )  # fmt: skip
        Rating.objects.create(
            invitation=invitation, seq=1, score=1 if place < 20 else 5, at=BEGINS + 40 * HOUR
        )
    return actions.build_week(line=cast.creator_rewards, week="2026-W10", at=LATER).report


def signed_in(client: Client, person: Person) -> Client:
    client.force_login(person)
    return client


def text_of(response: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def numbers_in(page: str) -> list[str]:
    return re.findall(r'href="([^"]+/numbers/[^"]+)"', page)


def test_lead_reads_all_of_it(report: Report, cast: Cast, client: Client) -> None:
    page = signed_in(client, cast.lea).get(PAGE)
    text = text_of(page)
    assert page.status_code == 200
    for words in ("Creator rewards, week 2026-W10", "revision 1", "bolt", "acme", "Volume", "=payout"):
        assert words in text
    assert "61.5 % (48.0–73.5) 32 of 52" in text  # 32 of 52 rated 4 or 5
    assert "no data" in text  # nothing had a timer


def test_page_and_index_cost_a_counted_number_of_queries(
    report: Report, cast: Cast, client: Client, django_assert_num_queries: Callable[[int], Any]
) -> None:
    signed_in(client, cast.lea)
    session_and_person, found, revisions, weeks = 2, 1, 1, 1
    with django_assert_num_queries(session_and_person + found + revisions + weeks):
        client.get(PAGE)
    lines, reports = 1, 1
    with django_assert_num_queries(session_and_person + lines + reports):
        client.get("/insights/")
    counted, page_of_tickets = 1, 1
    with django_assert_num_queries(session_and_person + found + counted + page_of_tickets):
        client.get(f"{PAGE}numbers/0/")


def test_every_number_opens_the_tickets_that_it_counted(report: Report, cast: Cast, client: Client) -> None:
    signed_in(client, cast.lea)
    links = list(dict.fromkeys(numbers_in(client.get(PAGE).content.decode())))
    assert len(links) == len(report.body["numbers"])
    refs = dict(Ticket.objects.values_list("pk", "ref"))
    for row in report.counted.all():
        number = report.body["numbers"][row.place]
        for side, ids in (("counted", row.counted), ("others", row.others)):
            if side == "others" and number["denominator"] is None:
                continue
            seen: set[str] = set()
            for page in range(1, len(ids) // 50 + 2):
                shown = client.get(f"{PAGE}numbers/{row.place}/?revision=1&side={side}&page={page}")
                seen |= set(re.findall(r"/tickets/(CS-\w{8})/", shown.content.decode()))
            assert seen == {refs[pk] for pk in ids}, (number, side)


def test_a_ticket_that_moved_on_is_still_opened_as_of_the_horizon(
    report: Report, cast: Cast, client: Client
) -> None:
    waiting = Ticket.objects.filter(status="new").first()
    assert waiting is not None
    tickets.resolve(ticket=waiting, by=cast.bob, resolution="solved", at=LATER)
    place = next(
        place for place, number in enumerate(report.body["numbers"]) if number["part"] == {"flow": "closing"}
    )
    signed_in(client, cast.lea)
    pages = [client.get(f"{PAGE}numbers/{place}/?page={page}").content.decode() for page in (1, 2)]
    assert any(waiting.ref in page for page in pages)


def test_a_vendors_manager_sees_the_vendors_own_and_nothing_else(
    report: Report, cast: Cast, client: Client
) -> None:
    signed_in(client, cast.vera)
    text = text_of(client.get(PAGE))
    assert "acme" in text
    assert "bolt" not in text
    for total in ("Backlog", "Ageing", "Drivers"):
        assert total not in text
    for place, number in enumerate(report.body["numbers"]):
        answer = client.get(f"{PAGE}numbers/{place}/")
        own = number["part"].get("vendor") == "acme"
        assert answer.status_code == (200 if own else 404)
        for ref in re.findall(r"/tickets/(CS-\w{8})/", answer.content.decode()):
            assert Ticket.objects.get(ref=ref).vendor == cast.acme
    sheet = client.get(f"{PAGE}report.csv").content.decode("utf-8-sig")
    assert "acme" in sheet
    assert "bolt" not in sheet
    assert {row["numerator"] for row in csv.DictReader(StringIO(sheet)) if row["key"] == "volume"} == {"42"}


def test_a_stakeholder_sees_totals_and_redacted_excerpts(report: Report, cast: Cast, client: Client) -> None:
    signed_in(client, cast.sam)
    page = client.get(PAGE)
    text = text_of(page)
    assert "Backlog" in text
    assert "bolt" not in text
    assert "acme" not in text
    for link in dict.fromkeys(numbers_in(page.content.decode())):
        behind = client.get(unescape(link)).content.decode()
        assert "CS-" not in behind
        assert "ana" not in behind
        assert "x.example" not in behind
    assert "write to" in client.get(f"{PAGE}numbers/0/").content.decode()


@pytest.mark.parametrize("name", ["dana", "bob", "tom", "mia", "ada"])
def test_nobody_else_reads_reports(report: Report, cast: Cast, client: Client, name: str) -> None:
    signed_in(client, getattr(cast, name))
    for path in ("", "insights/", "report.csv", "report.xlsx", "numbers/0/"):
        address = "/insights/" if path == "insights/" else PAGE + path
        assert client.get(address).status_code == 404
    assert Client().get(PAGE).status_code == 302


def test_a_restricted_line_has_no_report_for_those_outside(cast: Cast, client: Client) -> None:
    write([History(cast.minors_t2, status="new")], BEGINS)
    actions.build_week(line=cast.minor_protection, week="2026-W10", at=LATER)
    address = "/insights/weekly/minor-protection/2026-W10/"
    for person in (cast.sam, cast.vera, cast.lea):
        signed_in(client, person)
        for path in ("", "report.csv", "report.xlsx", "numbers/0/"):
            assert client.get(address + path).status_code == 404
        assert "Minor protection" not in text_of(client.get("/insights/"))
    Line.objects.filter(slug="minor-protection").update(owner=cast.lea)
    assert signed_in(client, cast.lea).get(address).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/insights/weekly/creator-rewards/2026-W09/", "/insights/weekly/nowhere/2026-W10/",
     "/insights/weekly/creator-rewards/x/", f"{PAGE}?revision=2", f"{PAGE}numbers/9999/"],
)  # fmt: skip
def test_what_there_is_not_is_not_found(report: Report, cast: Cast, client: Client, path: str) -> None:
    assert signed_in(client, cast.lea).get(path).status_code == 404


@pytest.mark.parametrize(
    "query", ["revision=x", "revision=99999999999", "page=x", "page=-1", "page=9", "side=z"]
)
def test_odd_queries_are_no_errors(report: Report, cast: Cast, client: Client, query: str) -> None:
    signed_in(client, cast.lea)
    assert client.get(f"{PAGE}?{query}").status_code == 200
    assert client.get(f"{PAGE}numbers/0/?{query}").status_code == 200


def test_a_revision_says_what_changed_and_the_former_stays_readable(
    report: Report, cast: Cast, client: Client
) -> None:
    write([History(cast.rewards_t1_acme, hours=3, creator="late", status="new")], BEGINS)
    actions.build_week(line=cast.creator_rewards, week="2026-W10", at=LATER)
    signed_in(client, cast.lea)
    text = text_of(client.get(PAGE))
    assert "Revision 2: something became known late" in text
    assert "Volume 113 112" in text
    assert "Revision 2:" not in text_of(client.get(f"{PAGE}?revision=1"))


def test_sheet_holds_every_number_and_no_formula(report: Report, cast: Cast, client: Client) -> None:
    signed_in(client, cast.lea)
    answer = client.get(f"{PAGE}report.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="creator-rewards-2026-W10-r1.csv"'
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == len(report.body["numbers"])
    for row, number in zip(rows, report.body["numbers"], strict=True):
        assert row["key"] == number["key"]
        assert (float(row["value"]) if row["value"] else None) == number["value"]
    assert all(not cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())
    assert as_csv([["=1+1", "+1", "-1", "@x", "\t=1", -1.5]]).decode("utf-8-sig").splitlines()[1] == (
        "'=1+1,'+1,'-1,'@x,'\t=1,-1.5"
    )


def test_workbook_holds_texts_as_texts(report: Report, cast: Cast, client: Client) -> None:
    answer = signed_in(client, cast.lea).get(f"{PAGE}report.xlsx")
    assert answer["Content-Disposition"].endswith('.xlsx"')
    book = ZipFile(BytesIO(answer.content))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=payout" in book.read("xl/sharedStrings.xml").decode()
    assert sheet.count("<row ") == 1 + len(report.body["numbers"])


def test_every_number_has_a_definition(report: Report, cast: Cast, client: Client) -> None:
    page = signed_in(client, cast.lea).get("/insights/definitions/").content.decode()
    assert {number["key"] for number in report.body["numbers"]} <= set(DEFINITIONS)
    for key in DEFINITIONS:
        assert f'id="{key}"' in page
    shown = client.get(PAGE).content.decode()
    anchors = set(re.findall(reverse("definitions") + r"#(\w+)", shown))
    assert anchors <= set(DEFINITIONS)
    assert {number["key"] for number in report.body["numbers"]} <= anchors


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Ring +49 170 1234567, now", "Ring •••67, now"),
        (SECRET, "write to a•••@c••• or @•••, see ••• and •••"),
        ("a\n\n b", "a b"),
        ("word " * 100, "word " * 47 + "word…"),
    ],
)
def test_redaction(text: str, told: str) -> None:
    assert redact(text) == told


def test_what_people_wrote_is_escaped(report: Report, cast: Cast, client: Client) -> None:
    Ticket.objects.update(subject="<script>alert(1)</script> ana@creator.example")
    behind = signed_in(client, cast.lea).get(f"{PAGE}numbers/0/").content.decode()
    assert "<script>alert" not in behind
    assert "ana@creator" not in behind
    assert "&lt;script&gt;" in behind
