"""Forms of the back office outside of Django's own add and change pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from unfold import widgets

from config.errors import DomainError, ValidationFailed


class SeenForm(forms.ModelForm):
    """A form that remembers which state of its row was seen when the page was opened."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.initial["seen"] = state_of(self.instance)


class ActionForm(forms.ModelForm):
    """A form whose values an action takes, which decides what holds between them."""

    def _post_clean(self) -> None:
        """Check each field, but leave what holds between them to the action.

        It refuses in sentences; the table's constraints, which Django would ask, name themselves.
        """
        forms.models.construct_instance(self, self.instance)
        try:
            excluded = self._get_validation_exclusions()  # type: ignore[attr-defined]
            self.instance.clean_fields(exclude=excluded)
        except forms.ValidationError as problems:
            self._update_errors(problems)  # type: ignore[attr-defined]


def state_of(row: models.Model) -> str:
    """Return what changes with every change of a row that its page shows.

    Its version; or else when it was changed and what it was tied to: a person's roles, a role's
    rights.
    """
    version = getattr(row, "version", None)
    if version is not None:
        return str(version)
    ties = (
        getattr(row, field.name).order_by("pk").values_list("pk", flat=True)
        for field in row._meta.many_to_many
    )
    changed: datetime = row.updated_at  # type: ignore[attr-defined]
    return "|".join([changed.isoformat(), *(",".join(map(str, pks)) for pks in ties)])


def changed_at(state: str) -> datetime | None:
    """Return when a row was changed whose state this is; None for a version, and for nonsense."""
    try:
        moment = datetime.fromisoformat(state.partition("|")[0])
    except ValueError:
        return None
    return moment if moment.tzinfo else None


class SplitDateTime(widgets.UnfoldAdminSplitDateTimeWidget):
    """The theme's pair of a date and a time, each named for who cannot see them."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        for part, name in zip(self.widgets, (_("Date"), _("Time")), strict=True):
            part.attrs["aria-label"] = name


UNFOLD_WIDGETS: dict[type[forms.Widget], type[forms.Widget]] = {
    forms.CheckboxInput: widgets.UnfoldBooleanSwitchWidget,
    forms.CheckboxSelectMultiple: widgets.UnfoldAdminCheckboxSelectMultipleWidget,
    forms.DateInput: widgets.UnfoldAdminSingleDateWidget,
    forms.EmailInput: widgets.UnfoldAdminEmailInputWidget,
    forms.NumberInput: widgets.UnfoldAdminDecimalFieldWidget,
    forms.PasswordInput: widgets.UnfoldAdminPasswordWidget,
    forms.RadioSelect: widgets.UnfoldAdminRadioSelectWidget,
    forms.Select: widgets.UnfoldAdminSelectWidget,
    forms.SelectMultiple: widgets.UnfoldAdminSelectMultipleWidget,
    forms.SplitDateTimeWidget: SplitDateTime,
    forms.TextInput: widgets.UnfoldAdminTextInputWidget,
    forms.Textarea: widgets.UnfoldAdminTextareaWidget,
    forms.TimeInput: widgets.UnfoldAdminSingleTimeWidget,
    forms.URLInput: widgets.UnfoldAdminURLInputWidget,
}


class PageForm(forms.Form):
    """The form of an action page: plain Django fields, dressed as Unfold dresses its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            dress(field)


def dress(field: forms.Field) -> None:
    """Give a field with a plain widget of Django the widget that Unfold has in its place."""
    plain = field.widget
    dressed_as = UNFOLD_WIDGETS.get(type(plain))
    if dressed_as is None:
        return
    is_text = isinstance(plain, forms.Textarea)
    dressed = dressed_as(attrs={**plain.attrs, **({"rows": 3} if is_text else {})})
    dressed.is_required = plain.is_required
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        dressed.choices = field.choices  # type: ignore[attr-defined]
    field.widget = dressed


def blame(form: forms.BaseForm, refusal: DomainError, **renamed: str) -> None:
    """Put a refusal on a bound form: problems of its fields beside them, all else on top.

    `renamed` says what the form calls what the action names otherwise.
    """
    if not isinstance(refusal, ValidationFailed):
        form.add_error(None, [refusal.detail, *_told(refusal.context)])
        return
    for field, problems in refusal.errors.items():
        names = (
            renamed.get(field, field),
            field.removesuffix("_id"),
        )  # an action's room_id is a form's room
        place = next((name for name in names if name in form.fields), None)
        form.add_error(place, [str(problem) for problem in problems])


def _told(context: dict[str, Any]) -> list[str]:
    """Return what a refusal knows besides its sentence, which names the first of each.

    All that stands in the way, and further times at which it would fit.
    """
    conflicts: list[dict[str, Any]] = context.get("conflicts", [])
    lines = [
        _("In the way: %(what)s, %(times)s")
        % {"what": one["code"] or _(one["kind"].replace("_", " ")), "times": _times(one)}
        for one in (conflicts if len(conflicts) > 1 else ())
    ]
    free = ", ".join(_times(one) for one in context.get("next_free", ())[1:])
    return [*lines, _("Also free: %(times)s") % {"times": free}] if free else lines


def _times(period: dict[str, Any]) -> str:
    first, last = (
        datetime.fromisoformat(period[end]) if period[end] else None
        for end in ("starts_at", "ends_at")
    )
    if first is None:
        return "…"
    until = date_format(last, "H:i") if last else "…"
    if last and last.date() != first.date():
        until = date_format(last, "j M H:i")
    return f"{date_format(first, 'D j M H:i')}–{until}"
