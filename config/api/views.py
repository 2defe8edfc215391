"""Views that every door may build on."""

from __future__ import annotations

from rest_framework.permissions import AllowAny
from rest_framework.views import APIView


class PublicView(APIView):
    """For everyone; a token that happens to be sent is not looked at."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
