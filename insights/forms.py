"""The shape of what people send to the pages of insights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from insights.definitions import CHANNELS
from insights.ratings.models import WORD_MAX
from teams.models import Line

LONGEST_SPAN: Final = 366
"""Days of a dashboard."""

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


class SpanForm(forms.Form):
    """What a dashboard is about: a line, a channel or all of them, and days of the line's zone, both included."""

    line = forms.ChoiceField(label=_("Line"))
    channel = forms.ChoiceField(label=_("Channel"), required=False, choices=[("", _("All"))])
    begins = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    ends = forms.DateField(label=_("To"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, lines: Iterable[Line], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="span_%s")
        self.lines = {line.slug: line for line in lines}
        self.fields["line"].choices = [(line.slug, line.name) for line in self.lines.values()]  # type: ignore[attr-defined]
        self.fields["channel"].choices = [("", _("All")), *CHANNELS.items()]  # type: ignore[attr-defined]

    def clean_line(self) -> Line:
        return self.lines[self.cleaned_data["line"]]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        begins, ends = found.get("begins"), found.get("ends")
        if isinstance(begins, date) and isinstance(ends, date):
            if ends < begins:
                self.add_error("ends", gettext("This day lies before the first."))
            elif (ends - begins).days >= LONGEST_SPAN:
                self.add_error("ends", gettext("At most %(days)s days.") % {"days": LONGEST_SPAN})
            elif begins.year < 2000 or ends.year > 9000:
                self.add_error("begins", gettext("There is nothing from then."))
        return found
