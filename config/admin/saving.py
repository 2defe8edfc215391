"""Add and change pages whose saving calls an action, which may refuse."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import models
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from config.admin.forms import SeenForm, blame, changed_at, state_of
from config.clock import now
from config.errors import DomainError
from config.records.changes import stale


class RefusalsOnForm(ModelAdmin):
    """Shows what `save_model` and its kin refuse on the form, with all that was typed.

    Django saves only a valid form and cannot take its word back. So when a DomainError ends the
    saving (its transaction is rolled back), the same request is served once more with a form that
    knows the refusal, hence is not valid, hence is shown again and saves nothing.
    """

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Serve the page; on a refusal, serve it again with the refusal on it."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as refusal:
            request.refusal = refusal  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self,
        request: HttpRequest,
        obj: models.Model | None = None,
        change: bool = False,
        **kwargs: Any,
    ) -> type[forms.ModelForm[Any]]:
        """Return the form; once something was refused, one that says so."""
        form: type[forms.ModelForm[Any]] = super().get_form(request, obj, change, **kwargs)
        refusal: DomainError | None = getattr(request, "refusal", None)
        return form if refusal is None else _refused(form, refusal)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show a refusal as the sentence it is: nothing above it asks to correct fields."""
        if list(context["adminform"].form.errors) == [NON_FIELD_ERRORS]:
            context["errors"] = context["errors"][1:]
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer


def _refused(form: type[forms.ModelForm[Any]], refusal: DomainError) -> type[forms.ModelForm[Any]]:
    class Refused(form):  # type: ignore[valid-type, misc]
        def full_clean(self) -> None:
            super().full_clean()
            if self.is_bound:
                blame(self, refusal)

    return Refused


class NothingOverwritten(RefusalsOnForm):
    """Refuses to save a page that was opened before its row was changed, and says by whom.

    The page carries the state it showed (`SeenForm`); it is compared under the row's lock, which is
    held until the saving has ended.
    """

    form = SeenForm

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """Return the page's parts, and the state that was seen where something can be changed."""
        parts = self.get_parts(request, obj)
        if obj is None or not self.has_change_permission(request, obj):
            return parts
        return [*parts, (None, {"fields": ("seen",), "classes": ["hidden"]})]

    def get_parts(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """Return the page's parts; subclasses whose pages differ say how."""
        return super().get_fieldsets(request, obj)

    def save_model(
        self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: bool
    ) -> None:
        """Refuse a stale page; what is left to save it, subclasses know."""
        if change:
            present = type(obj)._default_manager.select_for_update(no_key=True).get(pk=obj.pk)
            seen = form.cleaned_data.get("seen")
            if seen and state_of(present) != seen:
                raise stale(present, viewer=request.user, at=now(), since=changed_at(seen))
        self.save_seen(request, obj, form, change)

    def save_seen(
        self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: bool
    ) -> None:
        """Save what the page shows, which is known to be what is there."""
        super().save_model(request, obj, form, change)
