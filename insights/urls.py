"""The addresses of insights."""

from django.urls import path

from insights.views import dashboards, ratings, weekly

WEEK = "insights/weekly/<slug:line>/<str:week>/"

urlpatterns = [
    path("insights/", weekly.index, name="insights"),
    path("insights/dashboards/", dashboards.dashboard, name="dashboards"),
    path("insights/dashboards/numbers/", dashboards.dashboard_number, name="dashboard_number"),
    path("insights/definitions/", weekly.definitions, name="definitions"),
    path(WEEK, weekly.weekly, name="weekly_report"),
    path(f"{WEEK}report.csv", weekly.weekly_csv, name="weekly_csv"),
    path(f"{WEEK}report.xlsx", weekly.weekly_workbook, name="weekly_workbook"),
    path(f"{WEEK}numbers/<int:place>/", weekly.weekly_number, name="weekly_number"),
    path("t/<str:token>/rate/", ratings.rate, name="rate"),
]
