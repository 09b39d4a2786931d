"""The servers that tests and desks run on are the ones the product promises."""

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper

from supportdesk.servers.addresses import Addresses
from tests.cast import Cast


def told(cursor: CursorWrapper, question: str) -> object:
    cursor.execute(question)
    row = cursor.fetchone()
    return row[0] if row else None


@pytest.mark.django_db
def test_the_database_sorts_by_the_builtin_locale_and_listens_on_a_socket_only() -> None:
    with connection.cursor() as cursor:
        assert int(str(told(cursor, "SHOW server_version_num"))) >= 180000
        assert (
            told(cursor, "SELECT datlocprovider FROM pg_database WHERE datname = current_database()") == "b"
        )
        assert told(cursor, "SHOW listen_addresses") == ""
        assert told(cursor, "SHOW TimeZone") == "UTC"


def test_the_broker_answers_where_settings_say(servers: Addresses) -> None:
    assert servers.broker == settings.REDIS_URL
    link = redis.Redis.from_url(settings.REDIS_URL)
    assert link.ping()
    link.close()


def test_the_cast_is_divided_by_vendor(cast: Cast) -> None:
    assert cast.dana.vendor == cast.acme
    assert cast.bob.vendor == cast.bolt
    assert cast.tom.vendor is None
    assert cast.minors_t2.line.is_restricted
