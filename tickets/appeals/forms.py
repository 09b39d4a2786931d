"""What people type about an appeal on the ticket page. What is allowed is the actions' to say."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.appeals.actions.decision import REASONS_MAX
from tickets.appeals.states import OUTCOMES
from tickets.appeals.windows import REDRESS_MAX
from tickets.forms import PageForm, TextField, choices
from tickets.wording import OUTCOME


class QuestionForm(PageForm):
    question = TextField(
        label=_("What is needed"),
        help_text=_("The appellant reads this. The decision clock stands still until they answer."),
    )

    def offer(self) -> None:
        self.fields["question"].widget.attrs["data-draft"] = f"{self.ticket.ref}:question"


class DecideForm(PageForm):
    outcome = forms.ChoiceField(
        label=_("The contested decision is"), choices=choices(OUTCOMES, OUTCOME), widget=forms.RadioSelect
    )
    reasons = TextField(
        label=_("Reasons"),
        rows=6,
        max_length=REASONS_MAX,
        help_text=_("The appellant reads these."),
        error_messages={"required": _("A decision gives its reasons.")},
    )
    redress = TextField(
        label=_("Further redress"),
        rows=3,
        max_length=REDRESS_MAX,
        required=False,
        help_text=_("What is still open to the appellant; empty: what the rule for their jurisdiction says."),
    )

    def offer(self) -> None:
        self.fields["reasons"].widget.attrs["data-draft"] = f"{self.ticket.ref}:decision"


class WithdrawForm(PageForm):
    note = TextField(
        label=_("Remark for colleagues"),
        required=False,
        rows=2,
        help_text=_("Only the appellant withdraws an appeal; say how they told you."),
    )


class AdmitForm(PageForm):
    reason = TextField(
        label=_("Why it is taken up although it came late"),
        rows=3,
        help_text=_("Kept as a note; the appellant is told only that it is taken up."),
    )
