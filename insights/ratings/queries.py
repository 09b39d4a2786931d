"""Reads of invitations."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from insights.ratings.links import code_in
from insights.ratings.models import Invitation


def invitation_for(token: str) -> Invitation | None:
    """The invitation that a token names, with its ticket; None where it names none. One query."""
    code = code_in(token)
    if code is None:
        return None
    return Invitation.objects.select_related("ticket").filter(code=code).first()


def why_closed(invitation: Invitation, at: datetime) -> str:
    """Why an invitation takes no answer any more; empty where it does. One query."""
    if invitation.open_until <= at:
        return _("The time to rate this is over.")
    if invitation.voided_at is not None or Invitation.objects.overtaken().filter(pk=invitation.pk).exists():
        return _("This was taken up again; you will be asked once it is resolved.")
    return ""
