"""Forms of the back office about sessions. What they mean, the actions decide."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Item, Package, PackageType
from config.activation import ActiveStatus
from config.admin.forms import ActionForm, PageForm, SeenForm, dress
from sessions_app.actions.editing import MAX_EDITING_DAYS
from sessions_app.actions.lines import MAX_QUANTITY
from sessions_app.models import (
    Assignment,
    CancellationCategory,
    Initiator,
    PaymentStatus,
    PaymentType,
    PhotographerRole,
    Session,
)
from sessions_app.models.session_constraints import MAX_HOURS, MIN_HOURS
from sessions_app.queries.team import candidates
from users.models import User
from users.rights import RoleName


class Overridable(forms.Form):
    """What one asks an override with."""

    override = forms.BooleanField(
        label=_("Override"),
        required=False,
        help_text=_("Pass what the rules would refuse; it goes to the audit trail."),
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=1000)


class SessionForm(ActionForm, SeenForm, Overridable):
    """A session's fields; an override besides, for whom the page offers one."""

    class Meta:
        model = Session
        fields: ClassVar[list[str]] = []


class BookingForm(SessionForm):
    """A session to be booked, with its first photographer where one is known already."""

    photographer = forms.ModelChoiceField(
        label=_("Photographer"), queryset=User.objects.none(), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "photographer" in self.fields:
            self.fields["photographer"].queryset = holders(RoleName.PHOTOGRAPHER)  # type: ignore[attr-defined]
            dress(self.fields["photographer"])


class OverrideForm(Overridable, PageForm):
    """A page that may ask for an override; `override_fields` are left out for who could not."""

    override_fields: ClassVar[tuple[str, ...]] = ("override", "reason")


class StepForm(OverrideForm):
    """A step in a session's life, with a remark."""

    override_fields = ("override",)

    notes = forms.CharField(label=_("Notes"), required=False, widget=forms.Textarea)
    field_order = ("reason", "notes", "override")


class ExplainedStepForm(StepForm):
    """A step that needs a reason."""

    reason = forms.CharField(label=_("Reason"), max_length=1000)


class ReasonForm(PageForm):
    """Something that must be explained."""

    reason = forms.CharField(label=_("Reason"), max_length=1000)


class RemarkForm(PageForm):
    """Something that may be remarked on."""

    notes = forms.CharField(label=_("Notes"), required=False, widget=forms.Textarea)


SIDES = [choice for choice in Initiator.choices if choice[0] != Initiator.SYSTEM]


class CancelForm(OverrideForm):
    """A cancellation; its reason is the override's too, where another amount is returned."""

    override_fields = ("override", "refund_amount")

    initiator = forms.ChoiceField(label=_("On the side of"), choices=SIDES)
    category = forms.ChoiceField(
        label=_("Category"), required=False, choices=[("", "–"), *CancellationCategory.choices]
    )
    reason = forms.CharField(label=_("Reason"), max_length=1000)
    notes = forms.CharField(label=_("Notes"), required=False, widget=forms.Textarea)
    refund_amount = forms.DecimalField(
        label=_("Another refund"),
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=2,
        help_text=_("Empty: what the rules give. Anything else needs the override."),
    )
    field_order = ("initiator", "category", "reason", "notes", "refund_amount", "override")


class CorrectionForm(ReasonForm):
    """On whose side a cancellation was after all."""

    initiator = forms.ChoiceField(label=_("On the side of"), choices=SIDES)
    field_order = ("initiator", "reason")


class HideForm(PageForm):
    """Deleting a session."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=1000)


class ScheduleForm(PageForm):
    """When a session takes place."""

    session_date = forms.DateField(label=_("Date"))
    session_time = forms.TimeField(label=_("Time"))
    estimated_duration_hours = forms.DecimalField(
        label=_("Duration (hours)"),
        min_value=MIN_HOURS,
        max_value=MAX_HOURS,
        max_digits=4,
        decimal_places=2,
    )


class PostponeForm(ReasonForm, ScheduleForm):
    """When a session takes place instead, and why."""

    field_order = ("session_date", "session_time", "estimated_duration_hours", "reason")


class SlipForm(PageForm):
    """What the slip of a payment or a refund says."""

    amount = forms.DecimalField(
        label=_("Amount"), min_value=Decimal("0.01"), max_digits=10, decimal_places=2
    )
    payment_method = forms.CharField(
        label=_("Method"), max_length=50, help_text=_("Transfer, cash, card, check …")
    )
    payment_date = forms.DateField(label=_("Date"))
    transaction_reference = forms.CharField(
        label=_("Document number"),
        required=False,
        max_length=100,
        help_text=_("Of the bank slip. Empty: one is made."),
    )


class PaymentForm(SlipForm):
    """A payment of the client."""

    payment_type = forms.ChoiceField(
        label=_("Type"),
        choices=[choice for choice in PaymentType.choices if choice[0] != PaymentType.REFUND],
    )
    status = forms.ChoiceField(
        label=_("Status"),
        choices=[
            (PaymentStatus.VERIFIED, PaymentStatus.VERIFIED.label),
            (PaymentStatus.PENDING, PaymentStatus.PENDING.label),
        ],
    )
    notes = forms.CharField(
        label=_("Notes"),
        required=False,
        widget=forms.Textarea,
        help_text=_("Needed for a payment more than 7 days back."),
    )
    field_order = (
        "payment_type",
        "amount",
        "payment_method",
        "payment_date",
        "transaction_reference",
        "status",
        "notes",
    )


class RefundForm(OverrideForm, SlipForm):
    """A refund by hand."""

    override_fields = ("override",)

    transaction_reference = forms.CharField(
        label=_("Document number"),
        required=False,
        max_length=100,
        help_text=_("May wait until the refund is paid out."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=1000)
    field_order = (
        "amount",
        "payment_method",
        "payment_date",
        "transaction_reference",
        "reason",
        "override",
    )


class VerifyForm(PageForm):
    """Verifying a payment."""

    transaction_reference = forms.CharField(
        label=_("Document number"), required=False, max_length=100
    )


class VoidForm(OverrideForm):
    """Why a payment does not count."""

    override_fields = ("override",)

    reason = forms.CharField(label=_("Reason"), max_length=1000)
    field_order = ("reason", "override")


class EditorForm(PageForm):
    """An editor to give a session to."""

    editor_id = forms.ModelChoiceField(label=_("Editor"), queryset=User.objects.none())

    @classmethod
    def offering(cls) -> type[EditorForm]:
        """Return the form with the editors who are active now."""
        return _with_choices(cls, "editor_id", holders(RoleName.EDITOR))


class EditingDaysForm(PageForm):
    """How long an editing takes, and why."""

    estimated_editing_days = forms.IntegerField(
        label=_("Editing days"), min_value=1, max_value=MAX_EDITING_DAYS
    )
    note = forms.CharField(
        label=_("Note"), max_length=1000, help_text=_("The client is told the new date.")
    )


class QuantityForm(OverrideForm):
    """How many of a line."""

    quantity = forms.IntegerField(
        label=_("Quantity"), initial=1, min_value=1, max_value=MAX_QUANTITY
    )
    field_order: tuple[str, ...] = ("quantity", "override", "reason")


class AddItemForm(QuantityForm):
    """An item of the catalog and how many of it."""

    item = forms.ModelChoiceField(
        label=_("Item"), queryset=Item.objects.filter(status=ActiveStatus.ACTIVE)
    )
    field_order = ("item", "quantity", "override", "reason")


class AddPackageForm(QuantityForm):
    """A package of the catalog that fits the session, and how many of it."""

    package = forms.ModelChoiceField(label=_("Package"), queryset=Package.objects.none())
    field_order = ("package", "quantity", "override", "reason")

    @classmethod
    def fitting(cls, session: Session) -> type[AddPackageForm]:
        """Return the form with the packages for this type of session."""
        packages = Package.objects.filter(
            status=ActiveStatus.ACTIVE, session_type__in=(PackageType.BOTH, session.session_type)
        )
        return _with_choices(cls, "package", packages)


class CoverageForm(PageForm):
    """When a photographer is there, and as what."""

    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", "–"), *PhotographerRole.choices]
    )
    coverage_start = forms.SplitDateTimeField(
        label=_("Covers from"),
        required=False,
        widget=forms.SplitDateTimeWidget,
        help_text=_("Empty: the session's time, with travel when it is External."),
    )
    coverage_end = forms.SplitDateTimeField(
        label=_("Covers until"), required=False, widget=forms.SplitDateTimeWidget
    )

    def clean(self) -> dict[str, Any]:
        """Ask for both ends of a coverage or none."""
        form: dict[str, Any] = self.cleaned_data
        if bool(form.get("coverage_start")) != bool(form.get("coverage_end")):
            missing = "coverage_end" if form.get("coverage_start") else "coverage_start"
            self.add_error(missing, _("A coverage has both a start and an end."))
        return form


class AssignForm(CoverageForm):
    """A photographer to put on a session."""

    photographer_id = forms.ModelChoiceField(label=_("Photographer"), queryset=User.objects.none())
    field_order = ("photographer_id", "role", "coverage_start", "coverage_end")

    @classmethod
    def offering(cls, session: Session, viewer: User) -> type[AssignForm]:
        """Return the form with who could come: free people first, the others with the reason."""
        form = _with_choices(cls, "photographer_id", holders(RoleName.PHOTOGRAPHER))
        found = candidates(session, viewer)
        form.base_fields["photographer_id"].choices = [
            ("", "–"),
            (_("Free"), [(one.id, one.name) for one in found if one.is_free]),
            (_("Busy"), [(one.id, f"{one.name} ({one.reason})") for one in found if one.reason]),
        ]
        return form


class ChangeAssignmentForm(CoverageForm):
    """Changing an assignment."""

    notes = forms.CharField(label=_("Notes"), required=False, widget=forms.Textarea)


class ReassignForm(PageForm):
    """Another photographer in someone's place."""

    photographer_id = forms.ModelChoiceField(label=_("Photographer"), queryset=User.objects.none())
    reason = forms.CharField(label=_("Reason"), required=False, max_length=1000)

    @classmethod
    def instead_of(cls, assignment: Assignment) -> type[ReassignForm]:
        """Return the form with everyone who could come in."""
        others = holders(RoleName.PHOTOGRAPHER).exclude(pk=assignment.photographer_id)
        return _with_choices(cls, "photographer_id", others)


class MaintenanceForm(PageForm):
    """Why a room is taken out of service."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=250)


def holders(role: RoleName) -> Any:
    """Return the active people who hold a role, by name."""
    return User.objects.filter(status=ActiveStatus.ACTIVE, roles__name=role)


def _with_choices(form: type[Any], field: str, rows: Any) -> type[Any]:
    chosen = forms.ModelChoiceField(label=form.base_fields[field].label, queryset=rows)
    return type(form.__name__, (form,), {field: chosen})
