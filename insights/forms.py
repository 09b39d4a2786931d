"""The shape of what people send to the pages of insights."""

from __future__ import annotations

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from insights.ratings.models import WORD_MAX

SCORES: Final = (
    (5, _("5, very good")),
    (4, _("4, good")),
    (3, _("3, so-so")),
    (2, _("2, bad")),
    (1, _("1, very bad")),
)


class RatingForm(forms.Form):
    """A score and a word."""

    score = forms.TypedChoiceField(
        label=_("How was our help?"), choices=SCORES, coerce=int, widget=forms.RadioSelect
    )
    word = forms.CharField(
        label=_("A word, if you like"), required=False, max_length=WORD_MAX, widget=forms.Textarea
    )
