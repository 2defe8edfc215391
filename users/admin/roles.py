"""The page about roles: what each allows, and who holds it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from config.activation import ActiveStatus
from config.admin.forms import SeenForm
from config.clock import now
from users.actions import roles
from users.actors import Actor
from users.admin.actor import actor_of
from users.admin.master_data import ActivationAdmin
from users.admin.rights import may
from users.models import Role
from users.rights import Right, RoleName, codes_of


class RoleForm(SeenForm):
    """A role, with all that it allows."""

    rights = forms.ModelMultipleChoiceField(
        label=_("Rights"),
        queryset=Permission.objects.none(),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = Role
        fields = ("name", "description")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "rights" in self.fields:
            offered = sorted(roles.permissions_by_right().items())
            field: Any = self.fields["rights"]
            field.queryset = Permission.objects.filter(pk__in=[one.pk for _code, one in offered])
            field.choices = [(one.pk, code.value) for code, one in offered]
            if self.instance.pk is not None:
                self.initial["rights"] = list(self.instance.permissions.all())

    def _get_validation_exclusions(self) -> set[str]:
        """Leave it to the action to refuse a name in use: it says so in one sentence."""
        exclusions: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclusions | {"name"}


@admin.register(Role)
class RoleAdmin(ActivationAdmin):
    """Who holds a role is changed with the person; all else here, through the actions."""

    add_right = Right.ROLE_CREATE
    change_right = Right.ROLE_EDIT
    status_right = Right.ROLE_DELETE
    what_deactivating_means = _("Who holds it loses what it allows, at once.")
    list_display = ("name", "description", "people_count", "rights_count", "status_shown")
    ordering = ("status", "name")
    search_fields = ("name", "description")
    readonly_fields = (*ActivationAdmin.readonly_fields, "people_shown", "rights_shown")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Listing roles and reading one are two rights."""
        return may(request, Right.ROLE_LIST if obj is None else Right.ROLE_READ, obj)

    def has_status_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The built-in roles stay."""
        is_built_in = isinstance(obj, Role) and obj.name in list(RoleName)
        return not is_built_in and super().has_status_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The built-in roles keep their names."""
        fixed = ("name",) if obj is not None and obj.name in list(RoleName) else ()
        return (*super().get_readonly_fields(request, obj), *fixed)

    def get_parts(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the page's parts; rights can be ticked but those of `admin`, which has all."""
        if obj is None:
            return [(None, {"fields": ("name", "description", "rights")})]
        rights = "rights" if self.gives_rights(request, obj) else "rights_shown"
        return [
            (None, {"fields": ("name", "description", "status", "people_shown")}),
            (_("Rights"), {"fields": (rights,)}),
        ]

    def gives_rights(self, request: HttpRequest, obj: Role | None) -> bool:
        """Whether the page lets this person tick rights; those of `admin` are all, always."""
        if obj is None:
            return True
        return obj.name != RoleName.ADMIN and self.has_change_permission(request, obj)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Return the form, with rights only where they can be ticked."""
        form: type[forms.ModelForm[Role]] = RoleForm
        if not self.gives_rights(request, obj):
            form = type(form.__name__, (form,), {"rights": None})
        return super().get_form(request, obj, change, **{"form": form, **kwargs})

    def save_seen(
        self, request: HttpRequest, obj: Role, form: forms.ModelForm[Role], change: bool
    ) -> None:
        """Create or change the role through the actions."""
        actor, at, facts = actor_of(request), now(), form.cleaned_data
        if change:
            names = {"name", "description"}.intersection(form.changed_data)
            roles.change_role(obj, {name: facts[name] for name in names}, actor=actor, at=at)
            saved = obj
        else:
            saved = roles.create_role(facts["name"], facts["description"], actor=actor, at=at)
            obj.pk = saved.pk
        if "rights" in form.changed_data:
            roles.set_rights(saved, facts["rights"], actor=actor, at=at)

    def deactivate(self, obj: Role, *, actor: Actor, at: datetime) -> Role:
        """Let a role give nothing any more."""
        return roles.deactivate_role(obj, actor=actor, at=at)

    def reactivate(self, obj: Role, *, actor: Actor, at: datetime) -> Role:
        """Let a role give its rights again."""
        return roles.reactivate_role(obj, actor=actor, at=at)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return roles with how many active people hold them and how many rights they give."""
        active = Q(users__status=ActiveStatus.ACTIVE)
        return (
            super()
            .get_queryset(request)
            .annotate(
                people_count=Count("users", filter=active, distinct=True),
                rights_count=Count("permissions", distinct=True),
            )
        )

    @display(description=_("people"), ordering="people_count")
    def people_count(self, role: Any) -> int:
        """How many active people hold it."""
        count: int = role.people_count
        return count

    @display(description=_("rights"), ordering="rights_count")
    def rights_count(self, role: Any) -> int:
        """How many rights it gives."""
        count: int = role.rights_count
        return count

    @display(description=_("people"))
    def people_shown(self, role: Role) -> str:
        """Who holds it."""
        return ", ".join(map(str, role.users.filter(status=ActiveStatus.ACTIVE)))

    @display(description=_("rights"))
    def rights_shown(self, role: Role) -> str:
        """The codes of its rights."""
        rows = role.permissions.values_list("content_type__app_label", "codename")
        codes = codes_of({f"{app}.{codename}" for app, codename in rows})
        return format_html_join("", "<div>{}</div>", ((code,) for code in codes))
