"""The rows that insights write: frozen reports, who reads them, and what creators thought of the help."""

from insights.models.reports import Counted, Reader, Report
from insights.ratings.models import Invitation, Rating

__all__ = ["Counted", "Invitation", "Rating", "Reader", "Report"]
