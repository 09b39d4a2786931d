"""Whatever an organisation is, it reads as it was written."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from slas.matching import Match
from slas.metrics import METRICS
from slas.rules import PRIORITIES
from slas.terms import WEEKDAYS, CalendarTerms, OwnDay, PolicyTerms
from supportdesk.setup_file.exporting import write
from supportdesk.setup_file.reading import read
from supportdesk.setup_file.records import (
    LineRecord,
    Organisation,
    PersonRecord,
    QueueRecord,
    TeamRecord,
    VendorRecord,
)
from supportdesk.texts import fault_in_line, fault_in_prose
from teams.words import CHANNELS, ROLES, SENSITIVITIES
from tickets.appeals.windows import WindowTerms

slugs = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4})?", fullmatch=True)
names = st.text(min_size=1, max_size=40).filter(lambda text: bool(text.strip()) and not fault_in_line(text))
zones = st.sampled_from(["UTC", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Chatham"])
locales = st.lists(st.sampled_from(["en", "pt-BR", "zh-Hant", "ar", "es-419"]), unique=True, max_size=3)
windows = st.sampled_from(["09:00-17:00", "22:00-06:00", "00:00-24:00", "13:30-18:00"])
days = st.integers(0, 3000).map(lambda offset: date(2024, 1, 1) + timedelta(offset))


def maybe(values: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    return st.none() | values


def listed(values: st.SearchStrategy[str], **terms: Any) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(values, unique=True, max_size=3, **terms).map(tuple)


@st.composite
def calendars(draw: st.DrawFn) -> CalendarTerms:
    named = draw(st.lists(days, unique=True, max_size=4))
    split = draw(st.integers(0, len(named)))
    hours = draw(
        st.dictionaries(st.sampled_from(WEEKDAYS), listed(windows, min_size=1), min_size=1, max_size=7)
    )
    return CalendarTerms(
        timezone=draw(zones),
        hours=hours,
        holidays=draw(listed(st.sampled_from(["US", "US-CA", "DE-BY", "BR"]))),
        closed=tuple(sorted(named[:split])),
        open=tuple(OwnDay(day, draw(listed(windows))) for day in sorted(named[split:])),
    )


durations = st.integers(1, 3650 * 86_400)
policies = st.builds(
    PolicyTerms,
    order=st.integers(0, 32767),
    targets=st.dictionaries(
        st.sampled_from(list(METRICS)),
        st.dictionaries(st.sampled_from(PRIORITIES), durations, min_size=1),
        max_size=4,
    ),
    match=st.builds(
        Match,
        line=listed(slugs),
        channel=listed(st.sampled_from(CHANNELS)),
        tier=st.lists(st.sampled_from([1, 2]), unique=True).map(tuple),
        priority=listed(st.sampled_from(PRIORITIES)),
        segment=listed(st.text(min_size=1, max_size=10).filter(lambda text: text.isprintable())),
        locale=locales.map(tuple),
        vendor=listed(slugs),
    ),
    calendar=maybe(slugs.filter(lambda slug: slug != "always")),
    warn_at=st.lists(st.integers(1, 99), unique=True, max_size=3).map(lambda levels: tuple(sorted(levels))),
    update_pauses=st.booleans(),
)


appeal_windows = st.builds(
    lambda length, **terms: WindowTerms(**length, **terms),
    length=st.integers(1, 100).map(lambda n: {"months": n}) | st.integers(1, 3000).map(lambda n: {"days": n}),
    jurisdiction=st.sampled_from(["*", "EU", "BR", "US-CA"]),
    decision_type=st.just("*") | names,
    source=names,
    timezone=zones,
    redress=st.text(max_size=80).filter(lambda text: not fault_in_prose(text)),
    line=maybe(slugs),
)


@st.composite
def organisations(draw: st.DrawFn) -> Organisation:
    def some(build: Any) -> dict[str, Any]:
        return {slug: draw(build(slug)) for slug in draw(st.lists(slugs, unique=True, max_size=3))}

    return Organisation(
        calendar={slug: terms for slug, terms in some(lambda _: calendars()).items() if slug != "always"},
        line=some(
            lambda slug: st.builds(
                LineRecord,
                slug=st.just(slug),
                name=names,
                owner=maybe(slugs),
                timezone=zones,
                sensitivity=st.sampled_from(SENSITIVITIES),
                vendors_may_pend=st.booleans(),
                vendors_may_prioritise=st.booleans(),
            )
        ),
        vendor=some(lambda slug: st.builds(VendorRecord, slug=st.just(slug), name=names)),
        team=some(
            lambda slug: st.builds(
                TeamRecord, slug=st.just(slug), name=names, vendor=maybe(slugs), lead=maybe(slugs)
            )
        ),
        queue=some(
            lambda slug: st.builds(
                QueueRecord,
                slug=st.just(slug),
                line=slugs,
                tier=st.sampled_from([1, 2]),
                team=slugs,
                locales=locales.map(tuple),
                channels=listed(st.sampled_from(CHANNELS)),
                share=st.integers(1, 1000),
            )
        ),
        person=some(
            lambda slug: st.builds(
                PersonRecord,
                username=st.just(slug),
                name=names,
                email=st.just(f"{slug}@x.example"),
                role=st.sampled_from(ROLES),
                vendor=maybe(slugs),
                teams=listed(slugs).map(sorted).map(tuple),
                languages=locales.map(tuple),
                lines=listed(slugs).map(sorted).map(tuple),
                capacity=st.integers(0, 1000),
                timezone=zones,
                active=st.sampled_from([None, False]),
            )
        ),
        policy=some(lambda _: policies),
        appeal_window=some(lambda _: appeal_windows),
    )


@settings(deadline=None)
@given(organisations())
def test_what_is_written_reads_the_same(organisation: Organisation) -> None:
    text = write(organisation)
    again, findings = read(text.encode())
    assert findings.faults == []
    assert again == organisation
    assert write(again) == text
