"""The records behind the set-up, to look at: the setup file is what changes them, checked as a whole.

Keys can be revoked here and people switched off, which cannot wait for a file. History is every state that a
row was in.
"""

from __future__ import annotations

from typing import Any, cast

from django.apps import apps
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from supportdesk import clock
from supportdesk.errors import NotAllowed
from teams.actions import revoke_key, switch_people
from teams.models import Certificate, Key, Line, Membership, Person, Queue, Team, Vendor


class Reading:
    """Nothing is added, changed or deleted in these pages."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MembershipInline(Reading, admin.TabularInline):  # type: ignore[type-arg]
    model = Membership


class CertificateInline(Reading, admin.TabularInline):  # type: ignore[type-arg]
    model = Certificate


@admin.register(Vendor)
class VendorAdmin(Reading, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["slug", "name"]


@admin.register(Line)
class LineAdmin(Reading, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["slug", "name", "owner", "timezone", "sensitivity"]
    list_select_related = ["owner"]


@admin.register(Team)
class TeamAdmin(Reading, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["slug", "name", "vendor", "lead"]
    list_select_related = ["vendor", "lead"]


@admin.register(Queue)
class QueueAdmin(Reading, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["slug", "line", "tier", "team", "locales", "channels", "share"]
    list_select_related = ["line", "team"]
    list_filter = ["tier", "line"]


@admin.register(Person)
class PersonAdmin(Reading, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["username", "name", "role", "vendor", "is_active", "last_login"]
    list_select_related = ["vendor"]
    list_filter = ["role", "vendor", "is_active"]
    search_fields = ["username", "name", "email"]
    exclude = ["password"]
    inlines = [MembershipInline, CertificateInline]
    actions = ["switch_off", "switch_on"]

    @admin.action(description="Switch off: no way in, sessions end")
    def switch_off(self, request: HttpRequest, people: models.QuerySet[Person]) -> None:
        self._switch(request, people, active=False)

    @admin.action(description="Switch on")
    def switch_on(self, request: HttpRequest, people: models.QuerySet[Person]) -> None:
        self._switch(request, people, active=True)

    def _switch(self, request: HttpRequest, people: models.QuerySet[Person], active: bool) -> None:
        try:
            count = switch_people(people=people, active=active, by=cast(Person, request.user))
        except NotAllowed as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, _("%(count)d switched.") % {"count": count})


@admin.register(Key)
class KeyAdmin(Reading, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["name", "prefix", "kind", "scopes", "expires_at", "revoked_at", "last_used_at"]
    list_filter = ["kind", "vendor"]
    search_fields = ["name", "prefix"]
    exclude = ["hash"]
    actions = ["revoke"]

    @admin.action(description="Revoke for good")
    def revoke(self, request: HttpRequest, keys: models.QuerySet[Key]) -> None:
        at = clock.now()
        for key in keys:
            revoke_key(key=key, at=at)


class HistoryAdmin(Reading, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["pgh_created_at", "pgh_label", "__str__", "who"]
    list_select_related = ["pgh_context"]
    list_filter = ["pgh_label"]
    ordering = ["-pgh_id"]
    show_full_result_count = False

    def who(self, event: Any) -> str:
        """The person and page, or the command, that made the change."""
        told = event.pgh_context.metadata if event.pgh_context is not None else {}
        return ", ".join(f"{key} {value}" for key, value in told.items())


for _model in ("Person", "Membership", "Certificate", "Line", "Team", "Queue", "Vendor", "Key"):
    admin.site.register(apps.get_model("teams", f"{_model}Event"), HistoryAdmin)
