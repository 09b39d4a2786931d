"""Who works here and how the work is divided: lines of business, vendors, teams, queues, people, keys."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Sequence
from typing import TypeVar

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from teams.querysets import KeyQuerySet, LineQuerySet, PersonQuerySet, QueueQuerySet, SignInLinkQuerySet
from teams.words import CHANNELS, ROLES, SCOPES, SENSITIVITIES, VENDOR_ROLES

Row = TypeVar("Row", bound=models.Model)

WAYS_IN = ("mfa", "usersessions")
CONFIGURATION = ("teams", "slas", *WAYS_IN)
"""The apps whose rows an administrator may see in Django's admin."""

slug_is_plain = RegexValidator(
    r"^[a-z0-9]+(?:-[a-z0-9]+)*$", "Lower-case letters, digits and single hyphens."
)


def zone_exists(name: str) -> None:
    """Refuse a name that the zone database does not know."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError("%(name)s is not a time zone.", params={"name": name})


def remembered(*, exclude: Sequence[str] = ()) -> Callable[[type[Row]], type[Row]]:
    """Keep each state of a row, whoever changed it by whatever way: an append-only table filled by triggers."""
    trackers = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
    return pghistory.track(  # type: ignore[no-any-return]
        *trackers, exclude=list(exclude), append_only=True, level=pghistory.Statement
    )


def SlugField() -> models.CharField[str, str]:
    return models.CharField(max_length=64, unique=True, validators=[slug_is_plain])


@remembered()
class Vendor(models.Model):
    """A BPO that works Tier 1 queues with its own people."""

    slug = SlugField()
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(username=username)

    def create_user(self, username: str, password: str | None = None, **facts: object) -> Person:
        person = self.model(username=username, **facts)
        person.set_password(password)
        person.save(using=self._db)
        return person


@remembered(exclude=["password", "last_login"])
class Person(AbstractBaseUser):
    """Anyone who signs in: specialist, lead, vendor manager, stakeholder or administrator.

    The role says what a person may do; there are no permissions, groups or superusers beside it.
    """

    username = models.CharField(
        max_length=64,
        unique=True,
        validators=[
            RegexValidator(r"^[a-z0-9][a-z0-9._-]*$", "Lower-case letters, digits, dot, hyphen, underscore.")
        ],
    )
    name = models.CharField(max_length=120)
    email = models.EmailField()
    role = models.CharField(max_length=16, choices=[(role, role.replace("_", " ")) for role in ROLES])
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, null=True, blank=True, related_name="people")
    languages = ArrayField(models.CharField(max_length=35), default=list, blank=True)
    capacity = models.PositiveSmallIntegerField(default=6)
    timezone = models.CharField(max_length=64, default="UTC", validators=[zone_exists])
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    teams: models.ManyToManyField[Team, Membership] = models.ManyToManyField(
        "Team", through="Membership", related_name="people", blank=True
    )
    certified_lines: models.ManyToManyField[Line, Certificate] = models.ManyToManyField(
        "Line", through="Certificate", related_name="certified_people"
    )

    objects = PersonManager.from_queryset(PersonQuerySet)()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name", "email", "role"]

    class Meta:
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_email_is_unique_in_any_case"),
            models.CheckConstraint(name="person_has_a_known_role", condition=Q(role__in=ROLES)),
            models.CheckConstraint(
                name="person_of_a_vendor_has_a_vendor_role",
                condition=Q(vendor=None) | Q(role__in=VENDOR_ROLES),
            ),
            models.CheckConstraint(
                name="vendor_manager_has_a_vendor",
                condition=~Q(role="vendor_manager") | Q(vendor__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def label(self) -> str:
        """How history names this caller."""
        return self.username

    @property
    def is_key(self) -> bool:
        return False

    @property
    def source(self) -> str:
        """Who pushed a ticket that this person files: their vendor, as its keys do, or in-house staff."""
        return f"vendor:{self.vendor.slug}" if self.vendor is not None else "staff"

    @property
    def is_staff(self) -> bool:
        """Whether Django's admin lets this person in."""
        return self.role == "administrator"

    def has_module_perms(self, app_label: str) -> bool:
        """Django's admin: an administrator configures, and sees nothing of the tickets themselves."""
        return self.is_active and self.role == "administrator" and app_label in CONFIGURATION

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """Second factors and sessions can be looked at and taken away, not given: that would be a way in."""
        app, _, what = perm.partition(".")
        return self.has_module_perms(app) and (app not in WAYS_IN or what.startswith(("view_", "delete_")))


@remembered()
class Line(models.Model):
    """A line of business: its owner, zone and sensitivity. A record, not code."""

    slug = SlugField()
    name = models.CharField(max_length=120)
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="owned_lines"
    )
    timezone = models.CharField(max_length=64, default="UTC", validators=[zone_exists])
    sensitivity = models.CharField(max_length=16, choices=[(s, s) for s in SENSITIVITIES], default="standard")
    vendors_may_pend = models.BooleanField(default=True)
    vendors_may_prioritise = models.BooleanField(default=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                name="line_has_a_known_sensitivity", condition=Q(sensitivity__in=SENSITIVITIES)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_restricted(self) -> bool:
        return self.sensitivity == "restricted"


@remembered()
class Certificate(models.Model):
    """The skill that lets an in-house person see and work a line, and lets anyone claim on it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="certificates")
    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="certificates")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "line"], name="one_certificate_per_person_and_line")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.line_id}"


@remembered()
class Team(models.Model):
    """People who share queues; a vendor's, or in-house where there is no vendor."""

    slug = SlugField()
    name = models.CharField(max_length=120)
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, null=True, blank=True, related_name="teams")
    lead = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="led_teams"
    )

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name


@remembered()
class Membership(models.Model):
    """A person in a team."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "team"], name="one_membership_per_person_and_team")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.team_id}"


@remembered()
class Queue(models.Model):
    """One line, one tier, one owner: where tickets wait."""

    slug = SlugField()
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="queues")
    tier = models.PositiveSmallIntegerField(choices=[(1, "Tier 1"), (2, "Tier 2")])
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="queues")
    locales = ArrayField(models.CharField(max_length=35), default=list, blank=True)
    channels = ArrayField(
        models.CharField(max_length=16, choices=[(channel, channel) for channel in CHANNELS]),
        default=list,
        blank=True,
    )
    share = models.PositiveIntegerField(default=100)

    objects = QueueQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(name="queue_is_of_tier_one_or_two", condition=Q(tier__in=(1, 2)))
        ]

    def __str__(self) -> str:
        return self.slug


@remembered(exclude=["hash", "last_used_at"])
class Key(models.Model):
    """A machine's way in: a vendor's system, the in-app channel or an internal tool. Stored as a hash."""

    name = models.CharField(max_length=80, unique=True)
    prefix = models.CharField(max_length=8, unique=True)
    hash = models.CharField(max_length=64)
    kind = models.CharField(
        max_length=8, choices=[("vendor", "vendor"), ("in_app", "in_app"), ("tool", "tool")]
    )
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, null=True, blank=True, related_name="keys")
    tool = models.CharField(max_length=64, blank=True)
    scopes = ArrayField(
        models.CharField(max_length=32, choices=[(scope, scope) for scope in SCOPES]), default=list
    )
    cidrs = ArrayField(models.CharField(max_length=43), default=list, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = KeyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="key_belongs_to_a_vendor_the_app_or_a_tool",
                condition=Q(kind="vendor", vendor__isnull=False, tool="")
                | Q(kind="in_app", vendor__isnull=True, tool="")
                | (Q(kind="tool", vendor__isnull=True) & ~Q(tool="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """How history names this caller."""
        return f"api:{self.name}"

    @property
    def is_key(self) -> bool:
        return True

    @property
    def source(self) -> str:
        """Who pushed a ticket that this key creates; kept on the ticket for life."""
        if self.vendor is not None:
            return f"vendor:{self.vendor.slug}"
        return "in_app" if self.kind == "in_app" else f"tool:{self.tool}"


class SignInLink(models.Model):
    """A one-time address that signs one person in. Only the SHA-256 of its token is kept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sign_in_links")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = SignInLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"link for {self.person_id}"
