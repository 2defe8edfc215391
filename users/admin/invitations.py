"""The page about invitations: whom one lets register, with which roles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from config.activation import ActiveStatus
from config.admin.buttons import WithButtons, action_page, button
from config.admin.forms import PageForm
from config.clock import now
from users.actions import inviting
from users.admin.actor import actor_of
from users.admin.rights import RightsAdmin, may
from users.models import Invitation, InvitationStatus, Role
from users.rights import Right

COLORS = {"Pending": "info", "Accepted": "success", "Revoked": "", "Expired": "warning"}


class InvitationForm(PageForm):
    """Whom to invite."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    roles = forms.ModelMultipleChoiceField(
        label=_("Roles"),
        required=False,
        queryset=Role.objects.filter(status=ActiveStatus.ACTIVE).order_by("id"),
        widget=forms.CheckboxSelectMultiple,
    )
    custom_message = forms.CharField(
        label=_("Message"), required=False, max_length=2000, widget=forms.Textarea
    )


class PlainInvitationForm(InvitationForm):
    """Whom to invite, for who may not give roles."""

    roles = None  # type: ignore[assignment]


@admin.register(Invitation)
class InvitationAdmin(WithButtons, RightsAdmin):
    """Made and revoked through the actions, never edited."""

    view_right = Right.USER_CREATE
    add_right = Right.USER_CREATE
    list_display = ("email", "roles_shown", "status_shown", "invited_by", "expires_at")
    list_select_related = ("invited_by",)
    search_fields = ("email",)
    fields = (
        *("email", "roles_named", "custom_message", "status_named", "invited_by"),
        *("created_at", "expires_at", "accepted_at", "revoked_at"),
    )
    readonly_fields = fields
    actions_detail = ("again", "revoke")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return invitations with their roles at hand."""
        return super().get_queryset(request).prefetch_related("roles")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Ask whom, then invite."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        gives_roles = may(request, Right.USER_ASSIGN_ROLE)
        return action_page(
            self,
            request,
            None,
            title=_("Invite someone"),
            text=_("They get an e-mail with a link by which they register within seven days."),
            form_class=InvitationForm if gives_roles else PlainInvitationForm,
            run=lambda form: inviting.invite(**form, actor=actor_of(request), at=now()).invitation,
            done=_sent,
        )

    @display(description=_("roles"), label=True)
    def roles_shown(self, invitation: Invitation) -> list[str]:
        """The names of the roles it carries."""
        return [role.name for role in invitation.roles.all()]

    @display(description=_("status"), label=COLORS)
    def status_shown(self, invitation: Invitation) -> tuple[str, str]:
        """What has become of it, in its colour."""
        status = invitation.status_at(now())
        return status.value, str(status.label)

    @display(description=_("roles"))
    def roles_named(self, invitation: Invitation) -> str:
        """The names of the roles it carries, in words."""
        return ", ".join(self.roles_shown(invitation))

    @display(description=_("status"))
    def status_named(self, invitation: Invitation) -> str:
        """What has become of it, in a word."""
        return str(invitation.status_at(now()).label)

    @button(
        title=_("Invite again"),
        icon="forward_to_inbox",
        offered=lambda self, request, invitation: (
            invitation.accepted_at is None and self.has_add_permission(request)
        ),
    )
    def again(self, request: HttpRequest, invitation: Invitation) -> HttpResponse:
        """Ask, then send a new letter; older ones are void."""
        return action_page(
            self,
            request,
            invitation,
            title=_("Invite “%(email)s” again") % {"email": invitation},
            text=_("The links of older invitations stop working."),
            submit=_("Invite again"),
            run=lambda _form: (
                inviting.invite_again(
                    invitation.email, actor=actor_of(request), at=now()
                ).invitation
            ),
            done=_sent(invitation),
        )

    @button(
        title=_("Revoke"),
        icon="block",
        variant=ActionVariant.DANGER,
        offered=lambda self, request, invitation: (
            invitation.status_at(now()) == InvitationStatus.PENDING
            and self.has_add_permission(request)
        ),
    )
    def revoke(self, request: HttpRequest, invitation: Invitation) -> HttpResponse:
        """Ask, then make the invitation worthless."""
        return action_page(
            self,
            request,
            invitation,
            title=_("Revoke the invitation of “%(email)s”") % {"email": invitation},
            submit=_("Revoke"),
            danger=True,
            run=lambda _form: inviting.revoke_invitation(
                invitation, actor=actor_of(request), at=now()
            ),
            done=_("The invitation of “%(email)s” is revoked.") % {"email": invitation},
        )


def _sent(invitation: Model) -> str:
    return gettext("The invitation is on its way to %(email)s.") % {"email": invitation}
