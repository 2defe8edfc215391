"""Forms of the back office outside of Django's own add and change pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from unfold import widgets

from config.errors import DomainError, ValidationFailed


class SeenForm(forms.ModelForm):
    """A form that remembers which state of its row was seen when the page was opened."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.initial["seen"] = state_of(self.instance)


def state_of(row: models.Model) -> str:
    """Return what changes with every change of a row: its version, or else when it was changed."""
    version = getattr(row, "version", None)
    return str(version) if version is not None else row.updated_at.isoformat()  # type: ignore[attr-defined]


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
    forms.SplitDateTimeWidget: widgets.UnfoldAdminSplitDateTimeWidget,
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


def blame(form: forms.BaseForm, refusal: DomainError) -> None:
    """Put a refusal on a bound form: problems of its fields beside them, all else on top."""
    if not isinstance(refusal, ValidationFailed):
        form.add_error(None, refusal.detail)
        return
    for field, problems in refusal.errors.items():
        names = (field, field.removesuffix("_id"))  # an action's room_id is a form's room
        place = next((name for name in names if name in form.fields), None)
        form.add_error(place, [str(problem) for problem in problems])
