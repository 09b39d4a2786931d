"""`manage.py create_key`: the key on the last line, and one clear sentence for anything else."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from supportdesk import clock
from teams.actions import authenticate_key
from teams.models import Key
from tests.cast import Cast


def run(*options: str) -> str:
    out = StringIO()
    call_command("create_key", *options, stdout=out)
    return out.getvalue()


def test_the_last_line_is_the_key(cast: Cast) -> None:
    text = run("--vendor", "acme", "--scopes", "tickets:read, queues:claim").splitlines()[-1]
    key = authenticate_key(token=text, address="203.0.113.9", at=clock.now())
    assert key is not None
    assert (key.name, key.vendor, key.kind) == ("acme", cast.acme, "vendor")
    assert key.scopes == ["tickets:read", "queues:claim"]
    assert timedelta(days=364) < key.expires_at - clock.now() <= timedelta(days=365)


def test_every_option(cast: Cast) -> None:
    run("--tool", "warehouse", "--scopes", "tickets:read", "--name", "nightly", "--days", "7",
        "--cidr", "10.0.0.0/8", "--cidr", "203.0.113.9,2001:db8::/32")  # fmt: skip
    run("--in-app", "--scopes", "tickets:write")
    nightly, in_app = Key.objects.get(name="nightly"), Key.objects.get(name="in_app")
    assert (nightly.kind, nightly.tool, nightly.source) == ("tool", "warehouse", "tool:warehouse")
    assert nightly.cidrs == ["10.0.0.0/8", "203.0.113.9/32", "2001:db8::/32"]
    assert nightly.expires_at - nightly.created_at == timedelta(days=7)
    assert (in_app.kind, in_app.source) == ("in_app", "in_app")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("--scopes tickets:read", "Give exactly one of --vendor SLUG, --tool NAME and --in-app."),
        ("--vendor acme --in-app --scopes tickets:read", "Give exactly one of"),
        ("--vendor acme --tool crm --scopes tickets:read", "Give exactly one of"),
        ("--vendor akme --scopes tickets:read", '--vendor: there is no vendor "akme".'),
        ("--vendor acme", "--scopes: A key has at least one scope"),
        ("--vendor acme --scopes ,", "--scopes: A key has at least one scope"),
        ("--vendor acme --scopes tickets:reed", '--scopes: "tickets:reed" is not a scope'),
        ("--vendor acme --scopes tickets:read --days soon", '--days: "soon" is not a number of days.'),
        ("--vendor acme --scopes tickets:read --days=-1", "--days:"),
        ("--vendor acme --scopes tickets:read --days 99999999999999999999", "--days:"),
        ("--vendor acme --scopes tickets:read --cidr home", '--cidr: "home" is not a network'),
        ("--vendor acme --scopes tickets:read --name a/b", '--name: "a/b" is no name'),
        ("--vendor acme --scopes tickets:read --name taken", '--name: There is or was a key "taken"'),
        ("--tool= --scopes tickets:read", "--tool:"),
    ],
)
def test_bad_input_is_one_sentence_that_names_the_option(options: str, sentence: str, cast: Cast) -> None:
    run("--vendor", "bolt", "--scopes", "tickets:read", "--name", "taken")
    with pytest.raises(CommandError) as refusal:
        run(*options.split(" "))
    assert str(refusal.value).startswith(sentence)
    assert "\n" not in str(refusal.value)
    assert Key.objects.count() == 1
