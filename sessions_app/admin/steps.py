"""The page behind every button that takes a session to another state."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from config.admin.buttons import action_page
from config.clock import now
from sessions_app.actions.transition import transition
from sessions_app.admin import forms, offers
from sessions_app.lifecycle import Status
from sessions_app.models import Session
from users.admin.actor import actor_of


class StepPages:
    """What the buttons of a session's life and of the work on it have in common."""

    def step_page(
        self,
        request: HttpRequest,
        session: Session,
        to: Status,
        *,
        sources: Container[str],
        submit: Any,
        text: Any = "",
        form_class: type[Any] = forms.StepForm,
    ) -> HttpResponse:
        """Ask for a remark, and an override of who may; then take the session to a state.

        Only from one of `sources`: the same state may be reached from elsewhere by what is another
        button's to say.
        """
        actor = actor_of(request)

        return action_page(
            self,
            request,
            session,
            title=_("%(code)s: to “%(state)s”") % {"code": session.code, "state": to.label},
            text=text,
            form_class=offers.overridable(form_class, request, session),
            submit=submit,
            run=lambda form: transition(
                session,
                to,
                reason=form["reason"],
                notes=form.get("notes", ""),
                actor=actor,
                at=now(),
                override=offers.override_in(form, actor),
                sources=sources,
            ),
            done=_("%(code)s is now in “%(state)s”.") % {"code": session.code, "state": to.label},
        )
