"""The outbox: what was written to whom, what became of it, and how it looks.

It is here and not in `notifications`, which knows nobody: it asks who may see what, and who acts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, cast

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from config.admin.buttons import WithButtons, action_page, button
from config.admin.forms import PageForm
from config.admin.pages import WithPages, page
from config.admin.search import told_by_ids
from config.clock import now
from notifications import kinds
from notifications.actions import send_again
from notifications.kinds import FactIsDead, Kind
from notifications.models import Email, EmailStatus
from notifications.rendering import Letter, example_of, letter_of
from users.admin.actor import actor_of, person_of
from users.admin.rights import RightsAdmin, may
from users.rights import Right

COLORS = {
    EmailStatus.PENDING.value: "info",
    EmailStatus.CLAIMED.value: "info",
    EmailStatus.SENDING.value: "info",
    EmailStatus.SENT.value: "success",
    EmailStatus.FAILED.value: "danger",
    EmailStatus.SUPPRESSED.value: "warning",
}
REASON_SHOWN = 80


@dataclass(frozen=True)
class Preview:
    """A letter as it would be sent now, an example instead, or why there is none."""

    letter: Letter | None = None
    is_example: bool = False
    obstacle: str = ""


def kinds_seen(request: HttpRequest) -> list[str]:
    """Return the names of the kinds of messages that the person may see."""
    person = person_of(request)
    return [kind.name for kind in kinds.registered() if person.has_perm(kind.seen_with)]


def sees_all_sessions(request: HttpRequest) -> bool:
    """Whether the person may look at how messages look."""
    return may(request, Right.SESSION_VIEW_ALL)


def preview_of(email: Email, at: datetime) -> Preview:
    """Return a message as it would be sent now, in its reader's language, its fact asked anew.

    Of what lets its reader in there is only an example.
    """
    kind = kinds.find(email.kind)
    if kind.is_secret:
        return Preview(example_of(kind, email.language), is_example=True)
    try:
        return Preview(letter_of(email, at))
    except FactIsDead as dead:
        return Preview(obstacle=gettext("It would not be sent now: %(reason)s") % {"reason": dead})
    except Exception as error:  # a poisoned one is looked at here, of all places
        return Preview(
            obstacle=gettext("It cannot be made: %(error)s")
            % {"error": f"{type(error).__name__}: {error}"}
        )


class KindForm(PageForm):
    """Which kind of message to look at."""

    kind = forms.ChoiceField(label=_("Kind"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        readers: dict[Any, list[tuple[str, Any]]] = {}
        for kind in kinds.registered():
            readers.setdefault(_reader(kind), []).append((kind.name, kind.label))
        cast(forms.ChoiceField, self.fields["kind"]).choices = list(readers.items())


def _reader(kind: Kind) -> Any:
    if kind.is_secret:
        return _("To people who are to sign in")
    return _("To staff") if kind.is_for_staff else _("To clients")


class KindFilter(admin.SimpleListFilter):
    """Asks for messages of one kind, of those that the person may see."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the kinds by their labels."""
        return sorted(
            ((name, kinds.label_of(name)) for name in kinds_seen(request)),
            key=lambda named: named[1],
        )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the messages of the kind that was asked for."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Email)
class OutboxAdmin(WithButtons, WithPages, RightsAdmin):
    """E-mails, newest first, of the kinds that the person may see; messages write the rows."""

    list_display = (
        *("written", "kind_shown", "to", "session_shown", "status_shown"),
        *("attempts", "reason_shown"),
    )
    list_display_links = ("written", "kind_shown")
    list_filter = ("status", KindFilter)
    list_before_template = "admin/notifications/preview_link.html"
    show_full_result_count = False
    search_fields = ("session_code", "to")
    search_help_text = _("Code of a session, or an address")
    fields: ClassVar[list[str]] = [
        *("kind_shown", "status", "to", "person", "language_shown", "session_shown"),
        *("created_at", "due_at", "sent_at", "attempts", "uncertain", "reason"),
    ]
    readonly_fields = fields
    actions_detail = ("again",)
    change_form_after_template = "admin/notifications/preview.html"

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whether the person may see messages of its kind, or of any."""
        if not request.user.is_authenticated:
            return False
        seen = kinds_seen(request)
        return obj.kind in seen if isinstance(obj, Email) else bool(seen)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the messages of the kinds that the person may see."""
        return super().get_queryset(request).filter(kind__in=kinds_seen(request))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Keep the messages of a session's code, or to an address."""
        found, repeats = super().get_search_results(request, queryset, search_term)
        return (told_by_ids(queryset, found) if search_term.strip() else found), repeats

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the letter below its facts."""
        context["preview"] = preview_of(context["original"], now())
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer

    @display(description=_("kind"), ordering="kind")
    def kind_shown(self, email: Email) -> str:
        """What kinds of messages are called."""
        return kinds.label_of(email.kind)

    @display(description=_("session"), ordering="session_code")
    def session_shown(self, email: Email) -> str:
        """The session's code, which leads to its page."""
        if email.session_id is None:
            return ""
        address = reverse("admin:sessions_app_session_change", args=[email.session_id])
        return format_html(
            '<a class="whitespace-nowrap" href="{}">{}</a>', address, email.session_code
        )

    @display(description=_("written at"), ordering="created_at")
    def written(self, email: Email) -> str:
        """When it was written, in few letters."""
        moment = date_format(localtime(email.created_at), "SHORT_DATETIME_FORMAT")
        return format_html('<span class="whitespace-nowrap">{}</span>', moment)

    @display(description=_("status"), ordering="status", label=COLORS)
    def status_shown(self, email: Email) -> tuple[str, str]:
        """What became of it, in its colour."""
        return email.status, email.get_status_display()

    @display(description=_("language"))
    def language_shown(self, email: Email) -> str:
        """The reader's language by its name."""
        return str(dict(settings.LANGUAGES)[email.language])

    @display(description=_("reason"))
    def reason_shown(self, email: Email) -> str:
        """How the reason begins."""
        return Truncator(email.reason).chars(REASON_SHOWN)

    @button(
        title=_("Send again"),
        icon="forward_to_inbox",
        offered=lambda self, request, email: email.status == EmailStatus.FAILED,
    )
    def again(self, request: HttpRequest, email: Email) -> HttpResponse:
        """Ask, then let a message that has failed be due once more."""
        return action_page(
            self,
            request,
            email,
            title=_("Send “%(kind)s” to %(to)s again")
            % {"kind": kinds.label_of(email.kind), "to": email.to},
            text=_("It goes out at once, if what it tells is still so."),
            submit=_("Send again"),
            run=lambda _form: send_again(email, actor=actor_of(request), at=now()),
            done=_("The message is on its way again."),
        )

    @page("how-they-look/", "how_messages_look", for_whom=sees_all_sessions)
    def how_they_look(self, request: HttpRequest) -> HttpResponse:
        """Show an example of one kind of message in each language; the first kind unless asked."""
        form = KindForm(request.GET or {"kind": kinds.registered()[0].name})
        chosen = kinds.find(form.cleaned_data["kind"]) if form.is_valid() else None
        return self.shown_page(
            request,
            "admin/notifications/preview_all.html",
            _("Messages: how they look"),
            form=form,
            chosen=chosen,
            examples=[
                (name, example_of(chosen, code)) for code, name in settings.LANGUAGES if chosen
            ],
        )
