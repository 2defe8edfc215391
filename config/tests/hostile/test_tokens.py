"""Access tokens that are forged, of another kind, out of date, or sent where none is read."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.test import Client as Browser
from rest_framework.test import APIClient

from config.clock import now
from config.tests.test_admin_permissions import everything
from conftest import signed_in
from users import tokens
from users.models import SignIn, User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ME = "/api/v1/users/me"
Claims = dict[str, Any]


@pytest.fixture
def pair(coordinator: User) -> tokens.TokenPair:
    at = now()
    return tokens.issue(SignIn.objects.create(user=coordinator, created_at=at, rotated_at=at), at)


@pytest.fixture
def claims(pair: tokens.TokenPair) -> Claims:
    """What a good access token says."""
    read: Claims = jwt.decode(pair.access_token, options={"verify_signature": False})
    return read


def asked(token: str | bytes, **headers: str) -> Any:
    client = APIClient()
    sent = token.encode("latin-1", "replace") if isinstance(token, str) else token
    return client.get(ME, headers={"Authorization": f"Bearer {sent.decode('latin-1')}", **headers})


def signed(claims: Claims, *, key: Any = None, algorithm: str = "HS256", **header: Any) -> str:
    return jwt.encode(claims, key or settings.SECRET_KEY, algorithm, headers=header or None)


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_the_claims_that_are_forged_below_are_good_by_themselves(claims):
    """Or nothing would be proven by their refusal."""
    assert asked(signed(claims)).status_code == 200


RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = RSA.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)

# By name, what somebody makes of the claims of a good token
FORGED: dict[str, Callable[[Claims], str]] = {
    "no signature": lambda c: f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(c)}.",
    "no signature, in other letters": lambda c: f"{part({'alg': 'nOnE'})}.{part(c)}.",
    "no algorithm": lambda c: f"{part({'typ': 'JWT'})}.{part(c)}.",
    "the signature left out": lambda c: signed(c).rpartition(".")[0] + ".",
    "the signature of other claims": lambda c: ".".join(
        (part({"alg": "HS256"}), part({**c, "sub": "1"}), signed(c).rpartition(".")[2])
    ),
    "a key of one's own": lambda c: signed(c, key="x" * 64),
    "the right key, a stronger algorithm": lambda c: signed(c, algorithm="HS512"),
    "a key pair of one's own": lambda c: signed(c, key=RSA, algorithm="RS256"),
    "a public key as the secret": lambda c: _hmac_with(PUBLIC, c),
    "a key that the token names": lambda c: signed(
        c, key="x" * 64, kid="../../../../dev/null", jku="https://hostile.example/keys"
    ),
    "a key that the token brings": lambda c: signed(
        c, key="x" * 64, jwk={"kty": "oct", "k": base64.urlsafe_b64encode(b"x" * 64).decode()}
    ),
    "out of date": lambda c: signed({**c, "exp": int(time.time()) - 1}),
    "without an end": lambda c: signed(_without(c, "exp")),
    "an end that is none": lambda c: signed({**c, "exp": "never"}),
    "of tomorrow": lambda c: signed({**c, "nbf": int(time.time()) + 86400}),
    "for another reader": lambda c: signed({**c, "aud": "another-api"}),
    "for nobody": lambda c: signed(_without(c, "aud")),
    "from another house": lambda c: signed({**c, "iss": "another-studio"}),
    "from nobody": lambda c: signed(_without(c, "iss")),
    "of another kind": lambda c: signed({**c, "type": "refresh"}),
    "of a kind that is none": lambda c: signed({**c, "type": ["access"]}),
    "of no kind": lambda c: signed(_without(c, "type")),
    "without an id": lambda c: signed(_without(c, "jti")),
    "an id that is none": lambda c: signed({**c, "jti": {"$ne": None}}),
    "of no sign-in": lambda c: signed(_without(c, "sid")),
    "of a sign-in that is none": lambda c: signed({**c, "sid": "' OR 1=1 --"}),
    "of a sign-in of lists": lambda c: signed({**c, "sid": [c["sid"]]}),
    "of a sign-in that never was": lambda c: signed({**c, "sid": uuid.uuid4().hex}),
    "claims that are a list": lambda c: _hmac_with(settings.SECRET_KEY.encode(), [c]),
    "twice": lambda c: f"{signed(c)} {signed(c)}",
    "with a comma": lambda c: f"{signed(c)}, {signed(c)}",
    "cut off": lambda c: signed(c)[:-1],
    "with a tail": lambda c: signed(c) + ".x",
    "a megabyte": lambda c: "x" * 2**20,
    "dots": lambda c: "." * 10_000,
    "not ASCII": lambda c: "é.ü.ñ",
    "a NUL": lambda c: signed(c) + "\0",
    "nothing": lambda c: "",
}


def _without(claims: Claims, name: str) -> Claims:
    return {key: value for key, value in claims.items() if key != name}


def _hmac_with(key: bytes, claims: Any) -> str:
    """Return a token signed by HMAC with any bytes, which libraries refuse to do."""
    said = f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}"
    made = hmac.new(key, said.encode(), hashlib.sha256).digest()
    return f"{said}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_is_no_token(claims, name):
    answer = asked(FORGED[name](claims))
    assert answer.status_code == 401
    assert answer.json()["error_code"] in {"TOKEN_INVALID", "NOT_AUTHENTICATED"}
    assert answer["WWW-Authenticate"] == "Bearer"
    assert settings.SECRET_KEY not in answer.content.decode()


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_refreshes_nothing(pair, name):
    read: Claims = jwt.decode(pair.refresh_token, options={"verify_signature": False})
    token = pair.access_token if name == "of another kind" else FORGED[name](read)
    answer = APIClient().post("/api/v1/auth/refresh", {"refresh_token": token})
    assert answer.status_code in {400, 401}
    good = APIClient().post("/api/v1/auth/refresh", {"refresh_token": pair.refresh_token})
    assert good.status_code == 200  # what was forged has ended nothing


def test_who_a_token_names_counts_for_nothing_beside_whose_sign_in_it_is(claims, admin_user):
    """With the key one could forge anything; a mixed-up claim still makes nobody an admin."""
    answer = asked(signed({**claims, "sub": str(admin_user.pk), "user_id": admin_user.pk}))
    assert answer.status_code in {200, 401}
    if answer.status_code == 200:
        assert answer.json()["id"] == int(claims["sub"])


PLACES = {
    "in the address": lambda token: {"path": f"{ME}?access_token={token}&token={token}"},
    "in the address, as a header": lambda token: {"path": f"{ME}?authorization=Bearer%20{token}"},
    "in a cookie": lambda token: {"HTTP_COOKIE": f"access_token={token}; Authorization={token}"},
    "as a password": lambda token: {
        "HTTP_AUTHORIZATION": f"Basic {base64.b64encode(f'x:{token}'.encode()).decode()}"
    },
    "under another name": lambda token: {"HTTP_X_AUTHORIZATION": f"Bearer {token}"},
    "of a proxy": lambda token: {"HTTP_PROXY_AUTHORIZATION": f"Bearer {token}"},
    "by another scheme": lambda token: {"HTTP_AUTHORIZATION": f"Token {token}"},
    "bare": lambda token: {"HTTP_AUTHORIZATION": token},
}


@pytest.mark.parametrize("name", PLACES)
def test_a_token_is_read_in_one_place_alone(pair, name):
    facts: dict[str, str] = PLACES[name](pair.access_token)
    answer = APIClient().get(facts.pop("path", ME), **facts)
    assert answer.status_code == 401


def test_a_token_opens_no_page_of_the_back_office(pair):
    browser = Browser(headers={"Authorization": f"Bearer {pair.access_token}"})
    for address in ("/admin/", "/admin/clients/client/"):
        assert browser.get(address)["Location"].startswith("/admin/login/")


def test_forged_tokens_change_nothing(claims):
    before = everything()
    for forge in FORGED.values():
        APIClient().post(
            "/api/v1/clients",
            {"full_name": "New", "email": "new@example.com", "primary_phone": "1"},
            headers={"Authorization": "Bearer " + forge(claims)},
        )
    assert everything() == before


def test_a_token_of_one_person_is_never_answered_with_another(pair, coordinator):
    """Also when the requests of both are mixed on one connection."""
    other = UserFactory(roles=["coordinator"])
    theirs = signed_in(other)
    for _ in range(3):
        assert asked(pair.access_token).json()["id"] == coordinator.pk
        assert theirs.get(ME).json()["id"] == other.pk
