"""The codes of a second factor, by the vectors of their standards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from users.errors import SealBroken
from users.one_time_codes import (
    address,
    code_at,
    hashes_of_recovery_code,
    matching_step,
    new_recovery_codes,
    new_secret,
    typed,
)
from users.sealing import seal, unseal

SECRET = b"12345678901234567890"  # of RFC 4226, appendix D
RFC_4226 = [
    *("755224", "287082", "359152", "969429", "338314"),
    *("254676", "287922", "162583", "399871", "520489"),
]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HALF_MINUTE = timedelta(seconds=30)


def test_an_app_shows_what_the_standard_says():
    shown = [code_at(SECRET, EPOCH + number * HALF_MINUTE) for number in range(10)]
    assert shown == RFC_4226


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_an_app_shows_what_rfc_6238_lists(moment, code):
    assert code_at(SECRET, EPOCH + timedelta(seconds=moment)) == code


@pytest.mark.parametrize(
    ("late", "matches"),
    [(-31, False), (-30, True), (-1, True), (0, True), (29, True), (59, True), (60, False)],
)
def test_a_code_is_taken_in_its_half_minute_and_those_beside_it(late, matches):
    began = EPOCH + 1000 * HALF_MINUTE
    step = matching_step(SECRET, code_at(SECRET, began), began + timedelta(seconds=late))
    assert step == (1000 if matches else None)


@pytest.mark.parametrize(
    "code", ["", "0", "28708", "2870820", "abcdef", "２８７０８２", "\x00" * 6]
)
def test_what_is_no_code_matches_nothing(code):
    assert matching_step(SECRET, code, EPOCH + timedelta(seconds=59)) is None


def test_an_app_reads_secret_account_and_studio_from_the_address():
    assert address(SECRET, account="ana@studio.example", issuer="Luz & Sombra") == (
        "otpauth://totp/Luz%20%26%20Sombra:ana%40studio.example?digits=6"
        "&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&algorithm=SHA1"
        "&issuer=Luz%20%26%20Sombra&period=30"
    )
    assert typed(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"


def test_secrets_and_recovery_codes_are_never_the_same_twice():
    assert len({new_secret() for _ in range(100)}) == 100
    codes = [code for _ in range(10) for code in new_recovery_codes()]
    assert len(set(codes)) == 100


def test_a_recovery_code_may_be_typed_in_capitals_with_spaces_or_without_hyphens():
    code = new_recovery_codes()[0]
    plain = code.replace("-", "")
    as_typed = {code, code.upper(), plain, f" {plain[:5]} {plain[5:]} "}
    assert len({hashes_of_recovery_code(one)[0] for one in as_typed}) == 1
    assert hashes_of_recovery_code(code) != hashes_of_recovery_code(code[::-1])


def test_a_recovery_code_is_known_by_a_former_key_too(settings):
    code = new_recovery_codes()[0]
    kept = hashes_of_recovery_code(code)[0]
    settings.SECRET_KEY, former = "n" * 60, settings.SECRET_KEY
    assert kept not in hashes_of_recovery_code(code)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert kept in hashes_of_recovery_code(code)


def test_a_sealed_secret_does_not_show_and_opens_with_its_key_alone(settings):
    sealed = seal(SECRET)
    assert SECRET.hex() not in sealed
    assert SECRET.decode() not in sealed
    assert unseal(sealed) == SECRET
    settings.SECRET_KEY, former = "n" * 60, settings.SECRET_KEY
    with pytest.raises(SealBroken):
        unseal(sealed)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert unseal(sealed) == SECRET


def test_a_seal_that_was_tampered_with_does_not_open():
    sealed = seal(SECRET)
    with pytest.raises(SealBroken):
        unseal(sealed[:-10] + ("A" if sealed[-10] != "A" else "B") + sealed[-9:])
