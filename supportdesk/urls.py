"""Every address of the desk."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.cache import cache_control
from django.views.decorators.vary import vary_on_headers
from django.views.i18n import JavaScriptCatalog

from supportdesk.health import healthz, readyz

words = cache_control(private=True, max_age=600)(
    vary_on_headers("Accept-Language", "Cookie")(JavaScriptCatalog.as_view())
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("tickets.api.urls")),
    path("healthz", healthz, name="healthz"),
    path("words.js", words, name="words"),
    path("", include("tickets.urls")),
    path("readyz", readyz, name="readyz"),
]
