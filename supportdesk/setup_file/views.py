"""`/setup/`: the organisation as it is, and the file that changes it. For administrators."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from supportdesk import clock
from supportdesk.setup_file.applying import apply_setup
from supportdesk.setup_file.exporting import export_setup
from supportdesk.setup_file.findings import SetupRefused
from supportdesk.setup_file.overview import overview_of
from teams.models import Person
from teams.views.access import only_for

LARGEST = 2_000_000
"""Characters that the page takes; a larger file goes through `manage.py apply_setup`."""


class SetupForm(forms.Form):
    """A file, or its text as it stands in the page; the file wins."""

    file = forms.FileField(label=gettext_lazy("Setup file"), required=False, allow_empty_file=True)
    text = forms.CharField(
        label=gettext_lazy("Its text"),
        required=False,
        max_length=LARGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "code"}),
    )

    def clean_file(self) -> bytes | None:
        file = self.cleaned_data["file"]
        if file is None:
            return None
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is too large for this page."))
        content: bytes = file.read()
        return content

    def content(self) -> bytes:
        file: bytes | None = self.cleaned_data["file"]
        return file if file is not None else self.cleaned_data["text"].encode()


@require_safe
@only_for("administrator")
def overview(request: HttpRequest, administrator: Person) -> HttpResponse:
    """`/setup/`"""
    return render(
        request, "setup/overview.html", {"desk": overview_of(search=request.GET.get("q", "").strip())}
    )


@require_safe
@only_for("administrator")
def export(request: HttpRequest, administrator: Person) -> HttpResponse:
    """`/setup/org.toml`"""
    return HttpResponse(
        export_setup(),
        content_type="application/toml; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="org.toml"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@only_for("administrator")
def file(request: HttpRequest, administrator: Person) -> HttpResponse:
    """`/setup/file/`: look what a file would change, then change it."""
    if request.method != "POST":
        return render(request, "setup/file.html", {"form": SetupForm()})
    form = SetupForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "setup/file.html", {"form": form}, status=400)
    name = getattr(request.FILES.get("file"), "name", None) or "org.toml"
    content = form.content()
    told = SetupForm(initial={"text": content.decode(errors="replace")})
    applying = request.POST.get("do") == "apply"
    try:
        outcome = apply_setup(content=content, dry_run=not applying, at=clock.now())
    except SetupRefused as refusal:
        faults = [fault.told(name) for fault in refusal.faults]
        return render(request, "setup/file.html", {"form": told, "faults": faults}, status=400)
    if not applying:
        return render(request, "setup/file.html", {"form": told, "outcome": outcome})
    count = len(outcome.changes)
    messages.success(
        request, ngettext("%(count)s thing changed.", "%(count)s things changed.", count) % {"count": count}
    )
    return redirect("setup")
