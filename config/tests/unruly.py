"""Addresses that fail in every way, for the tests of the error envelope."""

from __future__ import annotations

from django.db import OperationalError, connection
from django.urls import path
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from config import urls
from config.api.views import PublicView

SECRET = "the-secret-of-the-house"


class Broken(PublicView):
    """Raises what nobody expects."""

    def get(self, request: Request) -> Response:
        raise RuntimeError(SECRET)

    def post(self, request: Request) -> Response:
        return Response(request.data[SECRET])


class Busy(PublicView):
    """Meets a database that does not answer."""

    def get(self, request: Request) -> Response:
        raise OperationalError(SECRET)


class Stuck(PublicView):
    """Waits longer than a statement may."""

    def get(self, request: Request) -> Response:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '20ms'")
            cursor.execute("SELECT pg_sleep(5)")
        return Response({})


class Throttled(PublicView):
    """Has been asked too often."""

    def get(self, request: Request) -> Response:
        raise exceptions.Throttled(wait=4.2)


urlpatterns = [
    path("api/v1/broken", Broken.as_view()),
    path("api/v1/busy", Busy.as_view()),
    path("api/v1/stuck", Stuck.as_view()),
    path("api/v1/throttled", Throttled.as_view()),
    *urls.urlpatterns,
]
