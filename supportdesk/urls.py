"""Every address of the desk."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.cache import cache_control
from django.views.decorators.vary import vary_on_headers
from django.views.i18n import JavaScriptCatalog

from supportdesk.health import healthz, readyz
from tickets.views.events import events

words = cache_control(private=True, max_age=600)(
    vary_on_headers("Accept-Language", "Cookie")(JavaScriptCatalog.as_view())
)

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("teams.urls")),
    path("setup/", include("supportdesk.setup_file.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("tickets.api.urls")),
    path("events/", events, name="events"),
    path("healthz", healthz, name="healthz"),
    path("words.js", words, name="words"),
    path("", include("tickets.urls")),
    path("", include("insights.urls")),
    path("readyz", readyz, name="readyz"),
]
