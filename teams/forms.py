"""The shape of what people type on the pages of this app."""

from __future__ import annotations

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from teams.keys import tidy_cidr
from teams.words import SCOPES


def _once() -> str:
    return uuid.uuid4().hex


class KeyForm(forms.Form):
    """A key for the vendor's own system. `once` tells one sending of the form from another."""

    once = forms.UUIDField(widget=forms.HiddenInput, initial=_once)
    name = forms.RegexField(
        r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,30}\Z",
        label=_("What it is for"),
        help_text=_("One word, such as crm; history calls the key by your vendor and this word."),
        required=False,
        strip=True,
        error_messages={"invalid": _("Letters, digits, dots, hyphens and underscores, at most 31.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("May"),
        choices=[(scope, scope) for scope in SCOPES],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(label=_("Days until it ends"), min_value=1, max_value=3650, initial=365)
    cidrs = forms.CharField(
        label=_("Only from these networks"),
        help_text=_("Such as 203.0.113.0/24, one a line; empty: from anywhere."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=2000,
    )

    def clean_cidrs(self) -> list[str]:
        cidrs: list[str] = self.cleaned_data["cidrs"].replace(",", " ").split()
        for cidr in cidrs:
            try:
                tidy_cidr(cidr)
            except ValueError:
                raise forms.ValidationError(_("%(cidr)s is not a network."), params={"cidr": cidr}) from None
        return cidrs
