"""The administrator's pages."""

from django.urls import path

from supportdesk.setup_file import views

urlpatterns = [
    path("", views.overview, name="setup"),
    path("file/", views.file, name="setup_file"),
    path("org.toml", views.export, name="setup_export"),
]
