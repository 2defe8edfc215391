"""The back office pages about people, and what the pages of every app build on."""

from django.contrib import admin
from django.contrib.auth.models import Group

from users.admin.audit import AuditEntryAdmin
from users.admin.invitations import InvitationAdmin
from users.admin.job_runs import JobRunAdmin
from users.admin.outbox import OutboxAdmin
from users.admin.own_password import OwnPasswordForm
from users.admin.people import PersonAdmin
from users.admin.roles import RoleAdmin
from users.admin.signing_in import SecondStepView, SignInView
from users.admin.studio_settings import StudioSettingsAdmin

__all__ = [
    "AuditEntryAdmin",
    "InvitationAdmin",
    "JobRunAdmin",
    "OutboxAdmin",
    "PersonAdmin",
    "RoleAdmin",
    "StudioSettingsAdmin",
]

admin.site.login_view = SignInView  # type: ignore[attr-defined]  # our site's
admin.site.second_step_view = SecondStepView  # type: ignore[attr-defined]
admin.site.password_change_form = OwnPasswordForm

# Roles are Django's groups with more to them; their own page tells all of it.
admin.site.unregister(Group)
