"""Every operation keeps to the schema, whatever it is asked (contract, section 0).

schemathesis draws requests from the OpenAPI schema, right ones and wrong ones; each is answered in
process and undone. No answer is a 5xx, none has a status, a type, headers or a body that the schema
does not tell, and each error is the envelope.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from math import ceil

import hypothesis
import pytest
import schemathesis
from django.core.cache import caches
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from schemathesis import APIOperation, BaseSchema, Case, CheckContext, Response
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.api.errors import STATUS_BY_CODE
from config.clock import now
from config.tests.addresses import PEOPLE
from config.tests.fuzzing import cases, known_to, told, unknown_words
from config.tests.test_api_permissions import hashed
from config.wsgi import application
from users import tokens
from users.models import SignIn, User

pytestmark = pytest.mark.django_db


def loaded() -> BaseSchema:
    """Return the schema as it is served."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema?format=json", application)
    schema.config.generation.update(with_security_parameters=False)  # the tests sign in themselves
    schema.config.output.sanitization.update(enabled=False)  # a failure tells all that was sent
    return schema


SCHEMA = loaded()
OPERATIONS: list[APIOperation] = [found.ok() for found in SCHEMA.get_all_operations()]


def group_of(operation: APIOperation) -> str:
    """Return the first word of an address, as "clients"."""
    return operation.path.removeprefix("/api/v1/").partition("/")[0]


SIZES = Counter(map(group_of, OPERATIONS))
IS_THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
PER_GROUP = 1000 if IS_THOROUGH else 100  # cases, of each person


def an_error_is_the_envelope(ctx: CheckContext, response: Response, case: Case) -> None:
    """Hold that an error has a sentence and a code, and that the code has this status."""
    if response.status_code < 400:
        return
    body = response.json()
    assert isinstance(body, dict), body
    assert isinstance(body.get("detail"), str), body
    assert body["detail"].strip(), body
    assert STATUS_BY_CODE.get(body.get("error_code")) == response.status_code, body


# What else schemathesis can check is left out. That wrong forms are refused and right ones taken
# does not hold here: the contract takes numbers as text, ignores unknown fields and clamps pages,
# and the state of things may refuse what is right in form. Who may ask is the affair of
# test_api_permissions. The rest looks at several requests that build on each other.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    an_error_is_the_envelope,
]


@pytest.fixture(autouse=True)
def the_connection_outlives_the_requests() -> Iterator[None]:
    """Keep a server's end of a request from closing the connection of our open transaction.

    Django's own test client does the same; schemathesis calls the WSGI application itself.
    """
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.fuzz
@pytest.mark.parametrize("person", ["admin", "covering"], ids=["admin", "photographer"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_every_answer_is_one_that_the_schema_tells(world, operation, person):
    user = world.people[person]
    pair = signed_in(user)
    known = known_to(user, pair)

    @hypothesis.settings(
        max_examples=max(10, ceil(PER_GROUP / SIZES[group_of(operation)])),
        deadline=None,
        database=None,
        derandomize=not IS_THOROUGH,
        print_blob=True,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(cases(operation, known, told(world, operation)))
    def ask(case: Case) -> None:
        answered(case, sent_by(pair))

    ask()


def test_every_address_is_asked_about_something_that_exists(world):
    admin = world.people["admin"]
    known = known_to(admin, signed_in(admin))
    assert unknown_words((operation.path for operation in OPERATIONS), known) == set()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_every_good_request_is_answered_as_the_schema_tells(world, operation):
    requests = told(world, operation)
    for person in PEOPLE:
        user = world.people[person]
        headers = sent_by(signed_in(user)) if user else {}
        for request in requests:
            answered(request.case(operation), headers)


def signed_in(user: User) -> tokens.TokenPair:
    """Sign someone in who also has a password."""
    user.password = hashed()
    user.save(update_fields=["password"])
    at = now()
    return tokens.issue(SignIn.objects.create(user=user, created_at=at, rotated_at=at), at)


def sent_by(pair: tokens.TokenPair) -> dict[str, str]:
    """Return the headers that tell who asks."""
    return {"Authorization": f"Bearer {pair.access_token}"}


def answered(case: Case, headers: dict[str, str]) -> None:
    """Ask, undo what was done and check the answer."""
    for cache in caches.all():
        cache.clear()  # how often was asked before is no matter here
    with transaction.atomic():
        answer = case.call(headers=headers)
        transaction.set_rollback(True)
    case.validate_response(answer, checks=CHECKS, headers=headers)
