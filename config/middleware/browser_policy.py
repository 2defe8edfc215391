"""What a browser may do with an answer: where content comes from, which devices, who embeds it."""

from __future__ import annotations

from collections.abc import Callable

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

BACK_OFFICE = "/admin/"

PERMISSIONS_POLICY = ", ".join(
    f"{device}=()"
    for device in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)


class ContentPolicy(CSPMiddleware):
    """Sends the strictest policy with every answer, but with pages of the back office theirs.

    A view that needs something else says so by django-csp's decorators.
    """

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """Return the policy of the view, else that of the part of the site."""
        parts = super().get_policy_parts(request, response, report_only)
        if parts.config is None and not report_only and request.path.startswith(BACK_OFFICE):
            parts.config = settings.BACK_OFFICE_CONTENT_POLICY
        return parts


def no_devices(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Ask for no device or sensor, and let no other site load an answer as part of a page.

    Scripts that were allowed to read the API (CORS) still may: they ask for it openly.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware
