"""Who is calling: the peer's address, or the one that a trusted proxy says it speaks for."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def real_address(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Put the caller's address into REMOTE_ADDR, for throttles, lock-out and logs alike."""

    def middleware(request: HttpRequest) -> HttpResponse:
        peer = request.META.get("REMOTE_ADDR", "")
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        request.META["REMOTE_ADDR"] = caller(peer, forwarded)
        return get_response(request)

    return middleware


def caller(peer: str, forwarded: str) -> str:
    """Return the caller's address, given the peer's and what X-Forwarded-For says.

    Every proxy adds to the right whom it heard; anyone may write what they like to the left. So it
    is read from the right, as far as TRUSTED_PROXIES vouch for it; no further.
    """
    address = peer
    for claimed in reversed(forwarded.split(",")):
        if not _is_trusted(address) or not _is_address(claimed.strip()):
            break
        address = claimed.strip()
    return address


def _is_trusted(address: str) -> bool:
    return _is_address(address) and any(
        ip_address(address) in network for network in settings.TRUSTED_PROXIES
    )


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
