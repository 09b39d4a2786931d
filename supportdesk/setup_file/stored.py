"""What is stored, as the records of a setup file. Ten queries."""

from __future__ import annotations

from slas.models import CalendarVersion, PolicyVersion
from slas.queries import calendar_terms, policy_terms
from supportdesk.setup_file.records import (
    LineRecord,
    Organisation,
    PersonRecord,
    QueueRecord,
    TeamRecord,
    VendorRecord,
)
from teams.models import Line, Person, Queue, Team, Vendor
from tickets.models import WindowRule


def stored_organisation() -> Organisation:
    """Everything, by slug; calendars and policies as they say now."""
    calendars = CalendarVersion.objects.order_by("calendar_id", "-number").distinct("calendar_id")
    policies = PolicyVersion.objects.present().select_related("policy", "calendar")
    return Organisation(
        calendar={
            version.calendar.slug: calendar_terms(version) for version in calendars.select_related("calendar")
        },
        line={line.slug: line_record(line) for line in Line.objects.select_related("owner")},
        vendor={vendor.slug: VendorRecord(vendor.slug, vendor.name) for vendor in Vendor.objects.all()},
        team={team.slug: team_record(team) for team in Team.objects.select_related("vendor", "lead")},
        queue={queue.slug: queue_record(queue) for queue in Queue.objects.select_related("line", "team")},
        person={
            person.username: person_record(person)
            for person in Person.objects.select_related("vendor").prefetch_related("teams", "certified_lines")
        },
        policy={version.policy.slug: policy_terms(version) for version in policies},
        appeal_window={rule.slug: rule.terms for rule in WindowRule.objects.select_related("line")},
    )


def line_record(line: Line) -> LineRecord:
    return LineRecord(
        slug=line.slug,
        name=line.name,
        owner=line.owner.username if line.owner else None,
        timezone=line.timezone,
        sensitivity=line.sensitivity,
        vendors_may_pend=line.vendors_may_pend,
        vendors_may_prioritise=line.vendors_may_prioritise,
    )


def team_record(team: Team) -> TeamRecord:
    return TeamRecord(
        slug=team.slug,
        name=team.name,
        vendor=team.vendor.slug if team.vendor else None,
        lead=team.lead.username if team.lead else None,
    )


def queue_record(queue: Queue) -> QueueRecord:
    return QueueRecord(
        slug=queue.slug,
        line=queue.line.slug,
        tier=queue.tier,
        team=queue.team.slug,
        locales=tuple(queue.locales),
        channels=tuple(queue.channels),
        share=queue.share,
    )


def person_record(person: Person) -> PersonRecord:
    return PersonRecord(
        username=person.username,
        name=person.name,
        email=person.email,
        role=person.role,
        vendor=person.vendor.slug if person.vendor else None,
        teams=tuple(sorted(team.slug for team in person.teams.all())),
        languages=tuple(person.languages),
        lines=tuple(sorted(line.slug for line in person.certified_lines.all())),
        capacity=person.capacity,
        timezone=person.timezone,
        active=person.is_active,
    )
