"""The vendor manager's page: own people, own queues, own keys."""

from __future__ import annotations

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from supportdesk import clock
from teams.actions import create_key, revoke_key
from teams.forms import KeyForm
from teams.models import Key, Person
from teams.queries import vendor_page
from teams.views.access import only_for

ONE_SENDING = 3600
"""Seconds for which the same sending of a form is known again."""


@require_safe
@only_for("vendor_manager")
def overview(request: HttpRequest, manager: Person) -> HttpResponse:
    """`/vendor/`"""
    return _page(request, manager, KeyForm(), status=200)


@require_POST
@never_cache
@only_for("vendor_manager")
def make_key(request: HttpRequest, manager: Person) -> HttpResponse:
    """Make a key and show it, this once. The same sending again makes no second one."""
    form = KeyForm(request.POST)
    if not form.is_valid() or manager.vendor is None:
        return _page(request, manager, form, status=400)
    given = form.cleaned_data
    if not cache.add(f"key-form:{manager.pk}:{given['once']}", True, ONE_SENDING):
        messages.warning(request, _("This form was sent already. Its key was shown once."))
        return redirect("vendor")
    word = f"-{given['name']}" if given["name"] else ""
    key, token = create_key(
        vendor=manager.vendor,
        scopes=given["scopes"],
        name=manager.vendor.slug + word,
        numbered=True,
        days=given["days"],
        cidrs=given["cidrs"],
        at=clock.now(),
    )
    return render(request, "teams/key.html", {"key": key, "token": token})


@require_POST
@only_for("vendor_manager")
def end_key(request: HttpRequest, manager: Person, prefix: str) -> HttpResponse:
    """Revoke one of the vendor's own keys."""
    key = get_object_or_404(Key.objects.visible_to(manager), prefix=prefix)
    revoke_key(key=key, at=clock.now())
    messages.success(request, _("%(name)s is revoked.") % {"name": key.name})
    return redirect("vendor")


def _page(request: HttpRequest, manager: Person, form: KeyForm, status: int) -> HttpResponse:
    page = vendor_page(manager, at=clock.now())
    context = {"vendor": manager.vendor, "page": page, "form": form}
    return render(request, "teams/vendor.html", context, status=status)
