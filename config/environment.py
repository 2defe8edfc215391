"""The environment, read once, typed and checked: what the settings are made of.

`.env.example` lists every variable. Wrong or missing values are all collected, then named in one
sentence, so that a start fails once and not once per variable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dj_email_url
import dotenv
from environs import Env, EnvError, EnvValidationError
from marshmallow import ValidationError
from marshmallow.validate import Length, OneOf, Range

from config.business_settings import BOUNDS, PLACES, BusinessRules
from config.opening_hours import OpeningHours

BASE_DIR = Path(__file__).resolve().parent.parent
LANGUAGES = ("es", "en")
LOCAL_ORIGINS = [
    f"http://{host}:{port}" for port in (4200, 3000) for host in ("localhost", "127.0.0.1")
]
"""Where the single-page app is served from while one develops it."""


class SettingsError(Exception):
    """The environment cannot be used; the message says, in a sentence, which values and why."""


@dataclass(frozen=True)
class Environment:
    """What the process was told from outside."""

    debug: bool
    secret_key: str
    secret_key_fallbacks: list[str]
    database: dict[str, Any]
    allowed_hosts: list[str]
    csrf_trusted_origins: list[str]
    cors_allowed_origins: list[str]
    trusted_proxies: list[IPv4Network | IPv6Network]
    frontend_url: str
    https: bool
    log_level: str
    log_format: str
    web_concurrency: int
    web_threads: int
    studio_name: str
    studio_time_zone: str
    studio_currency: str
    studio_language: str
    access_token_minutes: int
    refresh_token_days: int
    requests_per_minute: int
    require_second_factor_for_admins: bool
    redis_url: str
    email: dict[str, Any]
    email_from: str
    mail_provider: dict[str, str]
    business_rules: BusinessRules


def load_dotenv(path: Path = BASE_DIR / ".env") -> None:
    """Take variables from a file; what is already set in the process wins."""
    dotenv.load_dotenv(path, override=False)


def explicit_flag(name: str) -> bool | None:
    """Return what a yes-or-no variable says; None where it says nothing, or nothing clear."""
    try:
        return Env().bool(name, None)
    except EnvError:
        return None


def read_environment() -> Environment:
    """Read and check every variable; raise SettingsError naming all that are wrong."""
    env = Env(eager=False)
    env.add_parser("opening_hours", _opening_hours)
    env.add_parser("time_zone", _time_zone)
    env.add_parser("networks", _networks)
    env.add_parser("email_url", _email_url)
    debug = env.bool("DEBUG", False)
    environment = Environment(
        debug=debug,
        secret_key=env.str("SECRET_KEY", validate=Length(min=50)),
        secret_key_fallbacks=env.list("SECRET_KEY_FALLBACKS", []),
        # Under DEBUG the server has a thread for each request, which would leave a kept one behind.
        database=env.dj_db_url(
            "DATABASE_URL", conn_max_age=0 if debug else 60, conn_health_checks=True
        ),
        allowed_hosts=env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1"] if debug else []),
        csrf_trusted_origins=env.list("CSRF_TRUSTED_ORIGINS", []),
        cors_allowed_origins=env.list("CORS_ALLOWED_ORIGINS", LOCAL_ORIGINS if debug else []),
        trusted_proxies=env.networks("TRUSTED_PROXIES", ""),
        frontend_url=env.str("FRONTEND_URL", LOCAL_ORIGINS[0]).rstrip("/"),
        https=env.bool("HTTPS", not debug),
        log_level=env.str(
            "LOG_LEVEL", "INFO", validate=OneOf(["DEBUG", "INFO", "WARNING", "ERROR"])
        ),
        log_format=env.str("LOG_FORMAT", "text", validate=OneOf(["text", "json"])),
        web_concurrency=env.int("WEB_CONCURRENCY", 2, validate=Range(1)),
        web_threads=env.int("WEB_THREADS", 8, validate=Range(1)),
        studio_name=env.str("STUDIO_NAME", "Studio"),
        studio_time_zone=env.time_zone("STUDIO_TIME_ZONE", "America/Guatemala"),
        studio_currency=env.str("STUDIO_CURRENCY", "GTQ", validate=Length(equal=3)),
        studio_language=env.str("STUDIO_LANGUAGE", "es", validate=OneOf(LANGUAGES)),
        access_token_minutes=env.int("ACCESS_TOKEN_MINUTES", 30, validate=Range(1, 24 * 60)),
        refresh_token_days=env.int("REFRESH_TOKEN_DAYS", 7, validate=Range(1, 365)),
        requests_per_minute=env.int("REQUESTS_PER_MINUTE", 1200, validate=Range(1)),
        require_second_factor_for_admins=env.bool("REQUIRE_SECOND_FACTOR_FOR_ADMINS", False),
        redis_url=env.str("REDIS_URL", ""),
        email=env.email_url("EMAIL_URL", "console://"),
        email_from=env.str("EMAIL_FROM", "studio@localhost"),
        mail_provider=_mail_provider(env),
        business_rules=_read_business_rules(env),
    )
    try:
        env.seal()
    except EnvValidationError as error:
        raise SettingsError(_sentence(error)) from None
    if not environment.database["ENGINE"].endswith("postgresql"):
        raise SettingsError("Settings cannot be used. DATABASE_URL: only postgresql:// works.")
    return environment


def _read_business_rules(env: Env) -> BusinessRules:
    def number(name: str, variable: str, default: int) -> int:
        return env.int(variable, default, validate=Range(*BOUNDS[name]))

    def decimal(name: str, variable: str, default: str) -> Decimal:
        checks: list[Callable[[Any], Any]] = [Range(*BOUNDS[name]), _two_places]
        return env.decimal(variable, Decimal(default), validate=checks)

    return BusinessRules(
        payment_deadline_days=number("payment_deadline_days", "PAYMENT_DEADLINE_DAYS", 5),
        changes_deadline_days=number("changes_deadline_days", "CHANGES_DEADLINE_DAYS", 7),
        request_hold_days=number("request_hold_days", "STUDIO_REQUEST_HOLD_DAYS", 14),
        default_deposit_percentage=decimal(
            "default_deposit_percentage", "DEFAULT_DEPOSIT_PERCENTAGE", "50"
        ),
        max_discount_percentage=decimal(
            "max_discount_percentage", "STUDIO_MAX_DISCOUNT_PERCENTAGE", "20"
        ),
        requires_full_payment=env.bool("STUDIO_REQUIRE_FULL_PAYMENT", True),
        refund_within_deadline=decimal("refund_within_deadline", "REFUND_WITHIN_DEADLINE", "100"),
        refund_after_deadline=decimal("refund_after_deadline", "REFUND_AFTER_DEADLINE", "50"),
        refund_force_majeure=decimal("refund_force_majeure", "REFUND_FORCE_MAJEURE", "100"),
        refund_client_after_assigned=decimal(
            "refund_client_after_assigned", "REFUND_CLIENT_AFTER_ASSIGNED", "0"
        ),
        remote_transportation_cost=decimal(
            "remote_transportation_cost", "REMOTE_TRANSPORTATION_COST", "200.00"
        ),
        travel_minutes=number("travel_minutes", "STUDIO_TRAVEL_MINUTES", 0),
        room_turnaround_minutes=number(
            "room_turnaround_minutes", "STUDIO_ROOM_TURNAROUND_MINUTES", 0
        ),
        opening_hours=env.opening_hours(
            "STUDIO_OPENING_HOURS", "mon-fri 08:00-18:00, sat 08:00-13:00"
        ),
        default_editing_days=number("default_editing_days", "DEFAULT_EDITING_DAYS", 5),
        max_concurrent_editing_sessions=number(
            "max_concurrent_editing_sessions", "MAX_CONCURRENT_EDITING_SESSIONS", 10
        ),
    )


def _two_places(value: Decimal) -> None:
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -PLACES:
        raise ValidationError(f"Must have no more than {PLACES} decimal places.")


def _opening_hours(value: str) -> OpeningHours:
    try:
        return OpeningHours.parse(value)
    except ValueError as error:
        raise EnvError(str(error)) from None


MAIL_PROVIDERS = {
    "brevo": "BREVO_API_KEY",
    "mailersend": "MAILERSEND_API_TOKEN",
    "mailgun": "MAILGUN_API_KEY",
    "postmark": "POSTMARK_SERVER_TOKEN",
    "resend": "RESEND_API_KEY",
    "sendgrid": "SENDGRID_API_KEY",
}
"""Providers that `EMAIL_URL` may name, `postmark://token`, and what anymail calls their secret."""


def _mail_provider(env: Env) -> dict[str, str]:
    """Return what anymail must know: the provider's secret, and the one its events come with."""
    scheme, _colon, secret = (env.str("EMAIL_URL", "") or "").partition("://")
    facts = {MAIL_PROVIDERS[scheme]: secret.strip("/")} if scheme in MAIL_PROVIDERS else {}
    events = env.str("EMAIL_EVENTS_SECRET", "")
    return {**facts, "WEBHOOK_SECRET": events} if events else facts


def _email_url(value: str) -> dict[str, Any]:
    scheme, _colon, secret = value.partition("://")
    if scheme in MAIL_PROVIDERS:
        if not secret.strip("/"):
            raise EnvError(f"the secret is missing; {scheme}://secret is one")
        return {"EMAIL_BACKEND": f"anymail.backends.{scheme}.EmailBackend"}
    facts: dict[str, Any] = dj_email_url.parse(value)
    if "EMAIL_BACKEND" not in facts:
        raise EnvError("no mail server is reached that way; smtp://user:password@host:587 is one")
    return facts


def _networks(value: str) -> list[IPv4Network | IPv6Network]:
    try:
        return [ip_network(one.strip(), strict=False) for one in value.split(",") if one.strip()]
    except ValueError as error:
        raise EnvError(str(error)) from None


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise EnvError(f"“{value}” is no time zone of the IANA database") from None
    return value


def _sentence(error: EnvValidationError) -> str:
    messages: dict[str, list[str]] = error.error_messages  # type: ignore[assignment]
    problems = "; ".join(
        f"{name}: {' '.join(map(str, messages[name])).rstrip('.')}" for name in sorted(messages)
    )
    return f"Settings cannot be used. {problems}. (.env.example explains each.)"
