"""Every address of the desk."""

from django.urls import URLPattern, URLResolver, include, path

from supportdesk.health import healthz, readyz

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("tickets.api.urls")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
