"""Small words of every template: icons, and instants that scripts can read."""

from datetime import datetime

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from supportdesk.clock import now
from supportdesk.instants import write_instant

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative picture of the sprite `desk/icons.svg`; the words beside it carry the meaning."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("desk/icons.svg"), name
    )


@register.simple_tag
def server_time() -> str:
    """The present instant, for scripts that must not trust the reader's own clock."""
    return now().isoformat(timespec="milliseconds").replace("+00:00", "Z")


@register.filter
def instant(moment: datetime | None) -> str:
    """An instant as machines write it (UTC, ISO 8601, `Z`), for `datetime` attributes; empty without one."""
    return write_instant(moment) if moment else ""
