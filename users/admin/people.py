"""The page about people: who works here, with which roles."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminPasswordWidget

from config.activation import ActiveStatus
from config.admin.buttons import action_page, button
from config.admin.forms import PageForm, SeenForm
from config.admin.search import FoldedSearch
from config.clock import now
from users.actions.passwords import set_password
from users.actions.people import (
    assign_role,
    change_user,
    create_user,
    deactivate_user,
    reactivate_user,
    remove_role,
)
from users.actions.second_factor import remove_second_factor
from users.actors import Actor
from users.admin.actor import actor_of
from users.admin.master_data import ActivationAdmin
from users.admin.own_profile import OwnProfile
from users.admin.own_second_factor import OwnSecondFactor
from users.admin.rights import may
from users.models import Role, User
from users.rights import Right

PROFILE = ("full_name", "email", "phone", "language")


class PersonForm(SeenForm):
    """Facts about a person, and the roles they are to hold."""

    held_roles = forms.ModelMultipleChoiceField(
        label=_("Roles"),
        queryset=Role.objects.none(),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = User
        fields = PROFILE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "held_roles" not in self.fields:  # the page only shows them
            return
        offered = Q(status=ActiveStatus.ACTIVE)
        if self.instance.pk is not None:
            offered |= Q(users=self.instance)
            self.initial["held_roles"] = list(self.instance.roles.all())
        self.fields["held_roles"].queryset = (  # type: ignore[attr-defined]
            Role.objects.filter(offered).distinct().order_by("id")
        )

    def _get_validation_exclusions(self) -> set[str]:
        """Leave it to the action to refuse an e-mail in use: it says so in one sentence."""
        exclusions: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclusions | {"email"}


class NewPersonForm(PersonForm):
    """A person who is not there yet."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1024,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html,
    )


class PasswordForm(PageForm):
    """A new password, twice."""

    new_password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html,
    )
    repeated = forms.CharField(
        label=_("The same again"),
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_repeated(self) -> str:
        """Refuse a slip of the finger."""
        repeated: str = self.cleaned_data["repeated"]
        if repeated != self.cleaned_data.get("new_password"):
            raise forms.ValidationError(_("The two passwords differ."))
        return repeated


@admin.register(User)
class PersonAdmin(OwnProfile, OwnSecondFactor, FoldedSearch, ActivationAdmin):
    """People and their roles; everything goes through the actions, which know who may what."""

    add_right = Right.USER_CREATE
    change_right = Right.USER_EDIT
    status_right = Right.USER_DELETE
    what_deactivating_means = _(
        "They are signed out everywhere at once, and cannot sign in until they are reactivated."
    )
    list_display = ("full_name", "email", "phone", "roles_shown", "status_shown")
    list_display_links = ("full_name", "email")
    list_filter = ("status", "roles")
    readonly_fields = (
        *ActivationAdmin.readonly_fields,
        "last_login",
        "roles_shown",
        "second_factor_shown",
    )
    actions_detail: ClassVar[list[str]] = [
        "password",
        "without_second_factor",
        *ActivationAdmin.actions_detail,
    ]

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Listing people and seeing one are two rights."""
        return may(request, Right.USER_LIST if obj is None else Right.USER_VIEW, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return people with their roles and second factors at hand."""
        people = super().get_queryset(request).prefetch_related("roles")
        return people.select_related("second_factor")

    def get_parts(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the page's parts; roles can be ticked by who may give them."""
        roles = "held_roles" if self.gives_roles(request, obj) else "roles_shown"
        if obj is None:
            return [
                (None, {"fields": (*PROFILE, "password")}),
                (_("Roles"), {"fields": (roles,)}),
            ]
        times = (
            ("status", "last_login"),
            ("created_at", "updated_at"),
            "second_factor_shown",
        )
        return [
            (None, {"fields": PROFILE}),
            (_("Roles"), {"fields": (roles,)}),
            (_("Status"), {"fields": times}),
        ]

    def gives_roles(self, request: HttpRequest, obj: User | None) -> bool:
        """Whether the page lets this person tick roles."""
        changes = obj is None or self.has_change_permission(request, obj)
        return changes and may(request, Right.USER_ASSIGN_ROLE, obj)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Return the form; a new person has a password besides, roles only where they are asked."""
        form: type[forms.ModelForm[User]] = PersonForm if change else NewPersonForm
        if not self.gives_roles(request, obj):
            form = type(form.__name__, (form,), {"held_roles": None})
        return super().get_form(request, obj, change, **{"form": form, **kwargs})

    def save_seen(
        self, request: HttpRequest, obj: User, form: forms.ModelForm[User], change: bool
    ) -> None:
        """Create or change the person through the actions; roles are among the changes."""
        actor, at, facts = actor_of(request), now(), form.cleaned_data
        if not change:
            created = create_user(
                **{name: facts[name] for name in (*PROFILE, "password")},
                roles=facts.get("held_roles", ()),
                actor=actor,
                at=at,
            )
            obj.pk = created.pk
            return
        changes = {name: facts[name] for name in PROFILE if name in form.changed_data}
        change_user(obj, changes, actor=actor, at=at)
        if "held_roles" in form.changed_data:
            held, asked = set(form.initial["held_roles"]), set(facts["held_roles"])
            for role in asked - held:
                assign_role(obj, role, actor=actor, at=at)
            for role in held - asked:
                remove_role(obj, role, actor=actor, at=at)

    def deactivate(self, obj: User, *, actor: Actor, at: datetime) -> User:
        """Deactivate a person."""
        return deactivate_user(obj, actor=actor, at=at)

    def reactivate(self, obj: User, *, actor: Actor, at: datetime) -> User:
        """Let a person in again."""
        return reactivate_user(obj, actor=actor, at=at)

    @display(description=_("roles"), label=True)
    def roles_shown(self, person: User) -> list[str]:
        """The names of the roles held."""
        return [role.name for role in person.roles.all()] if person.pk else []

    @display(description=_("second factor"))
    def second_factor_shown(self, person: User) -> str | None:
        """Since when signing in asks for a code."""
        if not person.has_second_factor:
            return None
        return date_format(localtime(person.second_factor.since), "SHORT_DATETIME_FORMAT")

    @button(
        title=_("Remove second factor"),
        icon="phonelink_erase",
        offered=lambda self, request, person: (
            person.has_second_factor
            and person.pk != request.user.pk
            and self.has_change_permission(request, person)
        ),
    )
    def without_second_factor(self, request: HttpRequest, person: User) -> HttpResponse:
        """Let someone in by the password alone who has lost telephone and recovery codes."""
        return action_page(
            self,
            request,
            person,
            title=_("Remove the second factor of “%(name)s”") % {"name": person},
            text=_(
                "Only for who has lost the telephone and the recovery codes: make sure that it is "
                "they who ask. Their password alone lets them in afterwards."
            ),
            submit=_("Remove second factor"),
            danger=True,
            run=lambda form: remove_second_factor(person, actor=actor_of(request), at=now()),
            done=_("“%(name)s” has no second factor any more.") % {"name": person},
        )

    @button(
        title=_("Set password"),
        icon="key",
        offered=lambda self, request, person: (
            person.pk != request.user.pk and self.has_change_permission(request, person)
        ),
    )
    def password(self, request: HttpRequest, person: User) -> HttpResponse:
        """Ask for a new password, then set it."""
        return action_page(
            self,
            request,
            person,
            title=_("Set the password of “%(name)s”") % {"name": person},
            text=_("Whoever is signed in as this person is signed out everywhere."),
            form_class=PasswordForm,
            submit=_("Set password"),
            run=lambda form: set_password(
                person, form["new_password"], actor=actor_of(request), at=now()
            ),
            done=_("“%(name)s” has a new password.") % {"name": person},
        )
