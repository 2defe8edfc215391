"""People, their roles, and their sign-ins."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, NoReturn, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.core.management.base import CommandError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from config.activation import Activatable, ActiveStatus
from config.languages import studio_language
from config.search import folded, folded_text
from users.rights import STAFF_ROLES, Right, RoleName


class Role(Group, Activatable):
    """A Django group with the facts the contract tells of a role; an inactive one gives nothing."""

    description = models.TextField(_("description"), blank=True)

    objects: ClassVar[models.Manager[Role]] = models.Manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        default_permissions = ()
        permissions = [
            ("list_role", "List roles"),
            ("read_role", "Read a role"),
            ("create_role", "Create roles"),
            ("edit_role", "Edit roles"),
            ("delete_role", "Delete roles"),
            ("list_permission", "List permissions"),
            ("read_permission", "Read a permission"),
        ]


class UserManager(BaseUserManager["User"]):
    """Finds people by e-mail, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the person with that e-mail; raise User.DoesNotExist."""
        folded = self.alias(folded_email=Lower("email"))
        return folded.get(folded_email=self.normalize_email(username))

    def create_superuser(self, **_typed: Any) -> NoReturn:
        """Answer Django's command of that name: rights come from roles alone."""
        raise CommandError(
            "There are no superusers: rights come from roles. `manage.py setup_studio` makes the "
            "first admin, who invites all others."
        )

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Return the e-mail as it is stored: trimmed and lower case."""
        return (email or "").strip().lower()


class User(Activatable, AbstractBaseUser, PermissionsMixin):  # type: ignore[override]
    """A person who works with the system. Rights come from roles alone: no superusers."""

    is_superuser = None
    groups = None  # type: ignore[assignment]
    user_permissions = None  # type: ignore[assignment]

    email = models.EmailField(_("e-mail"))
    full_name = models.CharField(_("full name"), max_length=150)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default=studio_language
    )
    roles = models.ManyToManyField(Role, verbose_name=_("roles"), related_name="users", blank=True)
    signed_out_at = models.DateTimeField(_("signed out everywhere at"), null=True, editable=False)
    search_text = folded("full_name", "email", "phone")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["status", folded_text("full_name"), "id"]
        default_permissions = ()
        permissions = [
            ("list_user", "List people"),
            ("view_user", "See a person"),
            ("create_user", "Create people"),
            ("edit_user", "Edit people"),
            ("delete_user", "Deactivate people"),
            ("assign_role", "Give and take roles"),
        ]
        constraints = [
            # Not `unique=True`: a key column would make every change of it wait for the rows that
            # refer to the person, hence two people who correct each other's wait in a circle.
            models.UniqueConstraint(Lower("email"), name="user_email_unique"),
            models.CheckConstraint(
                condition=models.Q(status__in=ActiveStatus.values), name="user_status_known"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    def get_short_name(self) -> str:
        """Return the first name, as the admin greets people."""
        return self.full_name.partition(" ")[0]

    def get_full_name(self) -> str:
        """Return the full name."""
        return self.full_name

    @cached_property
    def role_names(self) -> frozenset[str]:
        """Names of the active roles held."""
        return frozenset(
            self.roles.filter(status=ActiveStatus.ACTIVE).values_list("name", flat=True)
        )

    @property
    def is_staff(self) -> bool:
        """Whether this person may enter the admin site: active, with one of the four roles."""
        return self.is_active and not self.role_names.isdisjoint(STAFF_ROLES)

    def hold(self, permissions: Iterable[str]) -> None:
        """Know the permissions of one's active roles, which were read along with the person."""
        self._held_permissions = set(permissions)

    def may(self, right: Right, obj: Any = None) -> bool:
        """Ask the one permission back end for a right by its code."""
        return self.has_perm(right.permission, obj)

    @property
    def has_second_factor(self) -> bool:
        """Whether signing in asks for a code besides the password."""
        return hasattr(self, "second_factor")

    @property
    def lacks_second_factor(self) -> bool:
        """Whether the studio asks for a second factor which this person has not set up yet."""
        return (
            settings.REQUIRE_SECOND_FACTOR_FOR_ADMINS
            and not self.has_second_factor
            and RoleName.ADMIN in self.role_names
        )

    def get_session_auth_hash(self) -> str:
        """Tie sign-ins of the back office to the password, and to the last sign-out everywhere."""
        since = self.signed_out_at.isoformat() if self.signed_out_at else ""
        return f"{super().get_session_auth_hash()}{since}"


class SecondFactor(models.Model):
    """What a person signs in with besides the password; there is a row from its set-up on.

    The authenticator's secret is sealed (`users.sealing`); of recovery codes hashes are kept.
    """

    user = models.OneToOneField(
        User,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="second_factor",
    )
    since = models.DateTimeField(_("since"))
    sealed_secret = models.CharField(max_length=200)
    last_step = models.BigIntegerField(_("step of the last code that was taken"))
    recovery_hashes = ArrayField(models.CharField(max_length=64), default=list)
    failures = models.PositiveSmallIntegerField(_("wrong codes in a row"), default=0)
    closed_until = models.DateTimeField(_("closed until"), null=True)

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id} {self.since:%Y-%m-%d %H:%M}"


class InvitationStatus(models.TextChoices):
    """What has become of an invitation."""

    PENDING = "Pending", _("Pending")
    ACCEPTED = "Accepted", _("Accepted")
    REVOKED = "Revoked", _("Revoked")
    EXPIRED = "Expired", _("Expired")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Which invitations."""

    def open_at(self, at: datetime) -> Self:
        """Keep those that can still be accepted."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=at)


class Invitation(models.Model):
    """A letter that lets one person register, with roles for them; only its hash is kept."""

    email = models.EmailField(_("e-mail"))
    roles = models.ManyToManyField(Role, verbose_name=_("roles"), related_name="+", blank=True)
    custom_message = models.TextField(_("message"), blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        User,
        verbose_name=_("invited by"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("invited at"), editable=False)
    expires_at = models.DateTimeField(_("expires at"), editable=False)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    objects: ClassVar[InvitationQuerySet] = InvitationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-id"]
        default_permissions = ()
        indexes = [
            models.Index(
                Lower("email"),
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_open",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")),
                name="invitation_lives_a_while",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(revoked_at=None),
                name="invitation_accepted_or_revoked",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def status_at(self, at: datetime) -> InvitationStatus:
        """Return what has become of it."""
        if self.accepted_at is not None:
            return InvitationStatus.ACCEPTED
        if self.revoked_at is not None:
            return InvitationStatus.REVOKED
        return InvitationStatus.EXPIRED if self.expires_at <= at else InvitationStatus.PENDING


class SignIn(models.Model):
    """One sign-in of the app: the family of tokens that descend from one login by rotation.

    The row knows only its current refresh token and the one before it, so a stolen older one is
    noticed. Tokens are re-made from these facts, never stored.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="sign_ins"
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    current_jti = models.UUIDField(_("current token"), default=uuid.uuid4)
    previous_jti = models.UUIDField(_("token before it"), null=True)
    rotated_at = models.DateTimeField(_("rotated at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True)

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        default_permissions = ()
        indexes = [
            models.Index(fields=["user"], condition=models.Q(revoked_at=None), name="sign_in_live")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at:%Y-%m-%d %H:%M}"

    def revoke(self, at: datetime) -> None:
        """End this sign-in: none of its tokens is good any more."""
        self.revoked_at = self.revoked_at or at
        self.save(update_fields=["revoked_at"])
