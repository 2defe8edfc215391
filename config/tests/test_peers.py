"""Whose address counts: the peer's, unless a trusted proxy vouches for another (contract, 0)."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from config.middleware.peers import caller, real_address
from conftest import signed_in

PROXY, INNER = "10.0.0.1", "10.0.0.2"
CALLER, SPOOFED = "203.0.113.7", "198.51.100.9"
V6, V6_PROXY = "2001:db8::7", "fd00::1"

# trusted, peer, X-Forwarded-For, who is calling
TABLE = {
    "nobody is trusted": ("", CALLER, SPOOFED, CALLER),
    "nobody is trusted, not even oneself": ("", "127.0.0.1", CALLER, "127.0.0.1"),
    "nor oneself in the other family": ("", "::1", V6, "::1"),
    "oneself, when listed": ("127.0.0.1", "127.0.0.1", CALLER, CALLER),
    "a stranger says what they like": (PROXY, CALLER, SPOOFED, CALLER),
    "a proxy that heard the caller": (PROXY, PROXY, CALLER, CALLER),
    "a proxy without a word": (PROXY, PROXY, "", PROXY),
    "what stands to the left is anybody's": (PROXY, PROXY, f"{SPOOFED}, {CALLER}", CALLER),
    "also when it looks like a proxy": (PROXY, PROXY, f"{SPOOFED}, {PROXY}, {CALLER}", CALLER),
    "two proxies in a row": (f"{PROXY},{INNER}", PROXY, f"{CALLER}, {INNER}", CALLER),
    "spoofed before two proxies": (
        f"{PROXY},{INNER}",
        PROXY,
        f"{SPOOFED}, {CALLER}, {INNER}",
        CALLER,
    ),
    "an inner proxy that is not listed": (PROXY, PROXY, f"{CALLER}, {INNER}", INNER),
    "only proxies": (f"{PROXY},{INNER}", PROXY, INNER, INNER),
    "a network": ("10.0.0.0/8", "10.200.3.4", CALLER, CALLER),
    "beside the network": ("10.0.0.0/8", "11.0.0.1", CALLER, "11.0.0.1"),
    "two in a network": ("10.0.0.0/8", PROXY, f"{CALLER},{INNER}", CALLER),
    "the other family": (V6_PROXY, V6_PROXY, V6, V6),
    "a network of the other family": ("fd00::/8", "fd12:3456::9", V6, V6),
    "beside that network": ("fd00::/8", "fe80::9", V6, "fe80::9"),
    "from one family to the other": (f"{V6_PROXY},{PROXY}", V6_PROXY, f"{CALLER}, {PROXY}", CALLER),
    "blanks": (PROXY, PROXY, f"  {SPOOFED} ,{CALLER}  ", CALLER),
    "no address at all": (PROXY, PROXY, "unknown", PROXY),
    "garbage after the caller": (PROXY, PROXY, f"{CALLER}, <script>", PROXY),
    "garbage before the caller": (PROXY, PROXY, f"'; --, {CALLER}", CALLER),
    "a number too high": (PROXY, PROXY, "300.1.1.1", PROXY),
    "nothing between commas": (PROXY, PROXY, f"{CALLER},,", PROXY),
    "a network is no address": (PROXY, PROXY, "203.0.113.0/24", PROXY),
    "a socket has no peer": (PROXY, "", CALLER, ""),
}


def trust(settings: Any, listed: str) -> None:
    settings.TRUSTED_PROXIES = [ip_network(one) for one in listed.split(",") if one]


@pytest.mark.parametrize("case", TABLE)
def test_the_caller_is_read_from_the_right_as_far_as_trusted_proxies_vouch(settings, case):
    trusted, peer, forwarded, expected = TABLE[case]
    trust(settings, trusted)
    assert caller(peer, forwarded) == expected


def test_a_very_long_header_costs_no_more_than_what_is_vouched_for(settings):
    trust(settings, PROXY)
    assert caller(PROXY, f"{SPOOFED}," * 10_000 + CALLER) == CALLER


@pytest.mark.parametrize(
    "case", ["a proxy that heard the caller", "a stranger says what they like"]
)
def test_the_caller_is_what_every_view_finds_as_the_address(settings, case):
    trusted, peer, forwarded, expected = TABLE[case]
    trust(settings, trusted)
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    headers = {"X-Forwarded-For": forwarded}
    real_address(view)(RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer))
    real_address(view)(RequestFactory().get("/", REMOTE_ADDR=peer))
    assert seen == [expected, peer]


@pytest.fixture
def exhausted(db: None) -> Any:
    """Return a function that asks until one address has had its 60 tries of a minute."""
    caches["counts"].clear()

    def ask(forwarded: str, peer: str = PROXY) -> int:
        headers = {"X-Forwarded-For": forwarded}
        body = {"email": "nobody@studio.example"}
        answer = signed_in().post(
            "/api/v1/auth/password/forgot", body, headers=headers, REMOTE_ADDR=peer
        )
        return int(answer.status_code)

    yield ask
    caches["counts"].clear()


def test_throttles_count_whom_a_trusted_proxy_names(settings, exhausted):
    trust(settings, PROXY)
    assert {exhausted(f"{n}.1.1.1, {CALLER}") for n in range(60)} == {202}
    assert exhausted(CALLER) == 429
    assert exhausted(SPOOFED) == 202


def test_throttles_count_the_peer_who_only_pretends_to_be_a_proxy(settings, exhausted):
    trust(settings, INNER)
    assert {exhausted(f"203.0.113.{n}") for n in range(60)} == {202}
    assert exhausted(CALLER) == 429
    assert exhausted(CALLER, peer=SPOOFED) == 202
