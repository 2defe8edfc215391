"""One's own notifications: the page behind the bell, and what comes by e-mail too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from config.admin.buttons import action_page
from config.admin.forms import PageForm
from config.admin.pages import WithPages, page
from config.clock import now
from notifications import kinds
from notifications.actions import mark_all_read, mark_read, wish_by_email
from notifications.admin.session_pages import pages_of
from notifications.models import EmailPreference, Notification

if TYPE_CHECKING:
    from users.models import User

SHOWN = 25


def everyone(request: HttpRequest) -> bool:
    """Whoever may enter the back office is told something there."""
    return True


class OpenedForm(forms.Form):
    """Which notification is opened."""

    notification = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class WishesForm(PageForm):
    """What a person wishes to get by e-mail, of all that may concern them."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("By e-mail too"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, person: User, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = [(kind.name, kind.label) for kind in kinds.concerning(person)]
        cast(forms.MultipleChoiceField, self.fields["kinds"]).choices = offered


@admin.register(Notification)
class OwnNotifications(WithPages):
    """Everyone's pages about what they are told; of what others are told there is none."""

    def get_urls(self) -> list[URLPattern]:
        """Return these pages alone: no list of all, and no page of one."""
        return self.page_urls()

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the menu shows it: the bell does."""
        return False

    @page("", "notifications", for_whom=everyone)
    def notifications(self, request: HttpRequest) -> HttpResponse:
        """Show what one is told, newest first."""
        person = _person_of(request)
        own = Notification.objects.visible_to(person)
        shown = Paginator(own, SHOWN).get_page(request.GET.get("page"))
        return self.shown_page(
            request,
            "admin/notifications/own.html",
            _("Notifications"),
            rows=_with_pages(person, list(shown)),
            shown=shown,
            unread=own.unread().count(),
        )

    @page("unread/", "unread_notifications", for_whom=everyone)
    def unread(self, request: HttpRequest) -> HttpResponse:
        """Answer how many are unread, and the bell's name for who cannot see it."""
        count = Notification.objects.visible_to(_person_of(request)).unread().count()
        label = ngettext("%(count)d unread notification", "%(count)d unread notifications", count)
        return JsonResponse({"count": count, "label": label % {"count": count}})

    @page("open/", "open_notification", for_whom=everyone)
    @method_decorator(require_POST)
    def open(self, request: HttpRequest) -> HttpResponse:
        """Note that one was read, and show its session where one may still see it."""
        person, form = _person_of(request), OpenedForm(request.POST)
        asked = form.cleaned_data["notification"] if form.is_valid() else None
        told = get_object_or_404(Notification.objects.visible_to(person), pk=asked)
        mark_read(told, at=now())
        [(_told, session_page)] = _with_pages(person, [told])
        return HttpResponseRedirect(session_page or reverse("admin:notifications"))

    @page("read-all/", "read_all_notifications", for_whom=everyone)
    @method_decorator(require_POST)
    def read_all(self, request: HttpRequest) -> HttpResponse:
        """Note that all were read."""
        mark_all_read(_person_of(request), at=now())
        messages.success(request, _("All notifications are marked as read."))
        return HttpResponseRedirect(reverse("admin:notifications"))

    @page("by-email/", "notifications_by_email", for_whom=everyone)
    def by_email(self, request: HttpRequest) -> HttpResponse:
        """Ask what is to come by e-mail too, then keep it."""
        person = _person_of(request)
        wished = EmailPreference.objects.filter(person=person.pk)

        def keep(form: dict[str, Any]) -> Model:
            wish_by_email(person, form["kinds"])
            return person

        return action_page(
            self,
            request,
            None,
            title=_("What I get by e-mail"),
            text=_("The bell tells you of all of this. What is ticked comes to %(email)s as well.")
            % {"email": person.email},
            form_class=lambda *args, **options: WishesForm(*args, person=person, **options),
            initial={"kinds": list(wished.values_list("kind", flat=True))},
            submit=_("Save"),
            run=keep,
            done=_("Saved."),
            next_url=reverse("admin:notifications_by_email"),
            back_url=reverse("admin:notifications"),
        )


def _person_of(request: HttpRequest) -> User:
    """Return the person signed in: the admin site has let nobody else in."""
    return cast("User", request.user)


def _with_pages(person: User, told: list[Notification]) -> list[tuple[Notification, str | None]]:
    """Return each with the address of its session, where the person may still see that."""
    pages = pages_of(person, {one.session_id for one in told if one.session_id is not None})
    return [(one, pages.get(one.session_id) if one.session_id else None) for one in told]
