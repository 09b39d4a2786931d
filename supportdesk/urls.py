"""Every address of the desk."""

from django.urls import URLPattern, URLResolver, path

from supportdesk.health import healthz, readyz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
