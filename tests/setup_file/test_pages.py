"""`/setup/`: the administrator reads the organisation, previews a file, applies it, downloads it."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from slas.actions import define_policy
from slas.terms import PolicyTerms
from supportdesk.setup_file.exporting import export_setup
from teams.models import Person
from tests.cast import Cast
from tests.setup_file.example import AT, ORG, apply

NEW_VENDOR = '[[vendor]]\nslug = "new"\nname = "New & Co"\n'


@pytest.fixture
def ada(cast: Cast, client: Client) -> Client:
    client.force_login(cast.ada)
    return client


def test_everything_is_shown(cast: Cast, ada: Client) -> None:
    define_policy(
        slug="rewards", terms=PolicyTerms(order=5, targets={"first_reply": {"normal": 28800}}), at=AT
    )
    page = ada.get("/setup/").content.decode()
    for word in (
        "minor-protection",
        "creator-rewards-t1-acme",
        "rewards@1",
        "first_reply: normal 8h",
        "Dana Cruz",
        "Digital Services Act",
    ):
        assert word in page


def test_what_the_page_costs(cast: Cast, ada: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(
        9
    ):  # session, person, lines, queues, policies, calendars, people with teams, appeal windows
        ada.get("/setup/")


def test_people_are_found(ada: Client) -> None:
    page = ada.get("/setup/", {"q": "DANA"}).content.decode()
    assert "dana@acme.example" in page
    assert "lea@desk.example" not in page
    assert ada.get("/setup/", {"q": "\0"}).status_code == 200


@pytest.mark.parametrize("username", ["dana", "lea", "vera", "sam"])
@pytest.mark.parametrize("path", ["/setup/", "/setup/file/", "/setup/org.toml"])
def test_for_others_it_does_not_exist(username: str, path: str, cast: Cast, client: Client) -> None:
    assert client.get(path).url == f"/accounts/login/?next={path}"
    client.force_login(getattr(cast, username))
    assert client.get(path).status_code == 404
    assert client.post("/setup/file/", {"text": NEW_VENDOR, "do": "apply"}).status_code == 404
    assert 'slug = "new"' not in export_setup()


def test_a_preview_writes_nothing_and_applying_does(cast: Cast, ada: Client) -> None:
    before = export_setup()
    preview = ada.post("/setup/file/", {"text": NEW_VENDOR, "do": "preview"})
    assert "vendor &quot;new&quot;: new" in preview.content.decode()
    assert "New &amp; Co" in preview.content.decode()
    assert export_setup() == before
    assert ada.post("/setup/file/", {"text": NEW_VENDOR, "do": "apply"}).url == "/setup/"
    assert "New & Co" in export_setup()
    event = apps.get_model("teams", "VendorEvent").objects.get(slug="new")
    assert event.pgh_context.metadata == {"user": cast.ada.pk, "url": "/setup/file/"}


def test_an_uploaded_file_wins_over_the_text(ada: Client) -> None:
    file = SimpleUploadedFile("desk.toml", NEW_VENDOR.encode())
    preview = ada.post("/setup/file/", {"file": file, "text": "[[", "do": "preview"})
    assert preview.status_code == 200
    assert preview.context["form"].initial["text"] == NEW_VENDOR


@pytest.mark.parametrize("do", ["preview", "apply"])
def test_a_wrong_file_says_where_and_changes_nothing(do: str, ada: Client) -> None:
    before = export_setup()
    file = SimpleUploadedFile(
        "desk.toml", (NEW_VENDOR + '[[team]]\nslug = "t"\nname = "T"\nvendor = "x"').encode()
    )
    answer = ada.post("/setup/file/", {"file": file, "do": do})
    assert answer.status_code == 400
    assert answer.context["faults"] == ['desk.toml: team "t": vendor "x" is not defined (line 7)']
    assert export_setup() == before


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\0", b"x" * 2_000_001])
def test_what_is_no_setup_file(content: bytes, ada: Client) -> None:
    answer = ada.post("/setup/file/", {"file": SimpleUploadedFile("desk.toml", content), "do": "apply"})
    assert answer.status_code == 400


def test_nothing_to_apply_is_said_and_not_offered(ada: Client) -> None:
    page = ada.post("/setup/file/", {"text": export_setup(), "do": "preview"}).content.decode()
    assert "Nothing: the desk is as the file says." in page
    assert 'value="apply"' not in page


def test_the_download_is_a_setup_file(ada: Client) -> None:
    answer = ada.get("/setup/org.toml")
    assert answer["Content-Disposition"] == 'attachment; filename="org.toml"'
    assert apply(answer.content.decode()).changes == ()
    people = Person.objects.count()
    assert (
        ada.post("/setup/file/", {"text": ORG.replace("tier = 1", "tier = 7"), "do": "apply"}).status_code
        == 400
    )
    assert Person.objects.count() == people
