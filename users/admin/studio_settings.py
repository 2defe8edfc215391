"""The studio's settings: what is in force, every version of it, and changing it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import zip_longest
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.formats import number_format
from django.utils.html import format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.views import ChangeList

from config.admin.buttons import action_page, list_page
from config.admin.forms import PageForm, dress
from config.amounts import money
from config.business_rules import first_rules
from config.business_settings import BOUNDS, NAMES
from config.clock import now
from config.errors import ValidationFailed
from config.records.models import StudioSettings, columns_of
from config.records.models.studio_settings import refuse_unreadable_hours
from users.actions.studio_settings import change_settings
from users.admin.actor import actor_of
from users.admin.rights import RightsAdmin, may
from users.rights import Right

PARTS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("Deadlines"), ("payment_deadline_days", "changes_deadline_days", "request_hold_days")),
    (
        _("Deposit, discount and payment"),
        ("default_deposit_percentage", "max_discount_percentage", "requires_full_payment"),
    ),
    (
        _("Refunds, when a confirmed session is cancelled"),
        (
            "refund_within_deadline",
            "refund_after_deadline",
            "refund_client_after_assigned",
            "refund_force_majeure",
        ),
    ),
    (
        _("Road, rooms and opening hours"),
        (
            "remote_transportation_cost",
            "travel_minutes",
            "room_turnaround_minutes",
            "opening_hours",
        ),
    ),
    (_("Editing"), ("default_editing_days", "max_concurrent_editing_sessions")),
)
"""The settings by subject, in the order of the pages."""


class ChangeSettingsForm(PageForm):
    """Every setting, with what a change of it touches, and which version was seen."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=1000,
        widget=forms.Textarea,
        help_text=_("Why it is changed, for whoever asks later."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in NAMES:
            self.fields[name] = field = _field(name)
            dress(field)

    @property
    def parts(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The settings by subject."""
        return [(title, [self[name] for name in names]) for title, names in PARTS]


class Versions(ChangeList):
    """The list of versions, each with what it changed, for one query more."""

    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        """Fetch the rows of the page; they come newest first and without gaps."""
        super().get_results(request)
        self.result_list = rows = list(self.result_list)
        for row, before in zip_longest(rows, rows[1:]):
            row.changes_shown = _changes(row, before or _before(row))


@admin.register(StudioSettings)
class StudioSettingsAdmin(RightsAdmin):
    """For who may change the settings, and nobody else; a change is a new version."""

    view_right = Right.SYSTEM_SETTINGS
    list_select_related = ("actor",)
    list_before_template = "admin/studio_settings/in_force.html"
    sortable_by = ()
    ordering = ("-pk",)
    actions_list: ClassVar[list[str]] = ["change_all"]
    fieldsets = (
        (None, {"fields": ("at", "actor_shown", "reason", "changes_shown")}),
        *((title, {"fields": names}) for title, names in PARTS),
    )
    readonly_fields = ("at", "actor_shown", "reason", "changes_shown", *NAMES)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return the list that knows the version before each."""
        return Versions

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show what is in force above the versions."""
        newest = _newest()
        values = _values(newest)
        context = {
            "title": _("Studio settings"),
            "subtitle": None,
            "newest": newest,
            "in_force": [
                (title, [(_label(name), _shown(name, values[name])) for name in names])
                for title, names in PARTS
            ],
        }
        return super().changelist_view(request, context | (extra_context or {}))

    def has_change_all_permission(self, request: HttpRequest) -> bool:
        """Whether the person may change the settings."""
        return may(request, Right.SYSTEM_SETTINGS)

    @action(
        description=_("Change the settings"),
        icon="tune",
        url_path="change-settings",
        permissions=["change_all"],
    )
    def change_all(self, request: HttpRequest) -> HttpResponse:
        """Show every setting as it is in force, and make a version of what was typed."""
        newest = _newest()
        answer = action_page(
            self,
            request,
            None,
            title=_("Change the settings"),
            text=_(
                "What you save is in force at once, for everybody. Below each setting stands what "
                "a change of it touches and what it leaves alone. No version is ever lost."
            ),
            form_class=ChangeSettingsForm,
            initial=_values(newest) | {"seen": newest and newest.pk},
            submit=_("Save"),
            run=lambda form: _change(request, form),
            done=_("The settings are changed."),
            next_url=list_page(self),
        )
        if isinstance(answer, TemplateResponse):
            answer.template_name = "admin/studio_settings/change.html"
        return answer

    @display(description=_("who"))
    def actor_shown(self, version: StudioSettings) -> str:
        """The person; the first version was nobody's choice."""
        return str(version.actor or _("the environment"))

    @display(description=_("what changed"))
    def changes_shown(self, version: StudioSettings) -> str:
        """Each setting that is another than before, with both values."""
        return _changes(version, _before(version))


def _change(request: HttpRequest, form: Mapping[str, Any]) -> StudioSettings:
    version = change_settings(
        {name: form[name] for name in NAMES},
        actor=actor_of(request),
        at=now(),
        reason=form["reason"],
        seen=form["seen"],
    )
    if version is None:
        raise ValidationFailed({"": _("All of this is in force already: nothing was changed.")})
    return version


def _newest() -> StudioSettings | None:
    return StudioSettings.objects.order_by("-pk").select_related("actor").first()


def _before(version: StudioSettings) -> StudioSettings | None:
    return StudioSettings.objects.filter(pk__lt=version.pk).order_by("-pk").first()


def _changes(version: StudioSettings, before: StudioSettings | None) -> str:
    if before is None:
        return str(_("These were the values when the settings were first changed."))
    return format_html_join(
        "",
        "<div>{}: {} → <strong>{}</strong></div>",
        (
            (_label(name), _shown(name, getattr(before, name)), _shown(name, value))
            for name, value in version.values.items()
            if getattr(before, name) != value
        ),
    )


def _values(newest: StudioSettings | None) -> dict[str, Any]:
    return columns_of(first_rules()) if newest is None else newest.values


def _label(name: str) -> str:
    return str(capfirst(_column(name).verbose_name))


def _field(name: str) -> forms.Field:
    """Return a field that says itself what is wrong, as the column would."""
    limits: dict[str, Any] = {}
    if name in BOUNDS:
        limits["min_value"], limits["max_value"] = BOUNDS[name]
    if name == "opening_hours":
        limits["validators"] = [refuse_unreadable_hours]
    field: forms.Field = _column(name).formfield(**limits)
    return field


def _column(name: str) -> Any:
    return StudioSettings._meta.get_field(name)


def _shown(name: str, value: Any) -> Any:
    """Return a value as people read it; which unit it has, its label says."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "remote_transportation_cost":
        return money(value)
    if isinstance(value, Decimal):
        return number_format(value.normalize() + 0, use_l10n=True)
    if name == "opening_hours":
        spans = ((span,) for span in value.split(", "))
        return format_html_join(", ", '<span class="whitespace-nowrap">{}</span>', spans)
    return value
