"""The verbs of insights: ratings asked for and recorded, reports built and mailed."""

from insights.actions.build_week import build_due_weeks, build_week
from insights.ratings.actions import invite_ratings, note_deliveries, record_rating, void_overtaken

__all__ = [
    "build_due_weeks",
    "build_week",
    "invite_ratings",
    "note_deliveries",
    "record_rating",
    "void_overtaken",
]
