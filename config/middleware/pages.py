"""What only pages need: the API knows no cookies, so nothing is looked up for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin

from config.logs import working_for

if TYPE_CHECKING:
    _Base = MiddlewareMixin
else:
    _Base = object


class OfPages(_Base):
    """Leaves the API's requests alone."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve a page with the middleware, a request of the API without."""
        if request.path.startswith("/api/"):
            answer: HttpResponseBase = self.get_response(request)  # type: ignore[assignment]
            return answer
        return super().__call__(request)  # type: ignore[return-value]


class Sessions(OfPages, SessionMiddleware):
    """Who is signed in to the back office."""


class Authentication(OfPages, AuthenticationMiddleware):
    """`request.user` of pages, whose lines in the log name them."""

    def process_request(self, request: HttpRequest) -> None:
        """Tell who it is, where someone is signed in."""
        super().process_request(request)
        if request.user.is_authenticated:
            working_for(request.user.pk)


class Languages(OfPages, MiddlewareMixin):
    """The language that the person signed in has chosen; before that, the browser's."""

    def process_request(self, request: HttpRequest) -> None:
        """Speak it from here on."""
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()


class Messages(OfPages, MessageMiddleware):
    """What is said on the next page."""
