"""Django settings. Every value from outside comes typed and checked from `config.environment`."""

from __future__ import annotations

import socket
from datetime import time, timedelta
from email.utils import formataddr, parseaddr
from typing import Any

from celery.schedules import crontab
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from config.content_policies import (  # noqa: F401  (settings like those below)
    API_DOCS_CONTENT_POLICY,
    BACK_OFFICE_CONTENT_POLICY,
    CONTENT_SECURITY_POLICY,
)
from config.environment import BASE_DIR, read_environment
from config.version import VERSION

ENVIRONMENT = read_environment()

# The studio
STUDIO_NAME = ENVIRONMENT.studio_name
STUDIO_CURRENCY = ENVIRONMENT.studio_currency
BUSINESS_RULES = ENVIRONMENT.business_rules

# Core
DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key
SECRET_KEY_FALLBACKS = ENVIRONMENT.secret_key_fallbacks
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
CSRF_TRUSTED_ORIGINS = ENVIRONMENT.csrf_trusted_origins
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "config.apps.StudioAdminConfig",
    "anymail",
    "axes",
    "corsheaders",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "config.records",
    "config.jobs",
    "config.demo",
    "notifications",
    "users",
    "clients",
    "catalog",
    "sessions_app",
]

MIDDLEWARE = [
    "config.middleware.peers.real_address",
    "config.middleware.request_ids.request_id",
    "config.middleware.browser_policy.ContentPolicy",
    "config.middleware.browser_policy.no_devices",
    "config.middleware.freshness.never_stored",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.verbs.no_trace",
    "config.middleware.bodies.whole_body",
    "corsheaders.middleware.CorsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.pages.Sessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.middleware.pages.Authentication",
    "config.middleware.pages.Languages",
    "config.middleware.pages.Messages",
    "users.admin.second_factor_first.SecondFactorFirst",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# Database: PostgreSQL only. Statements that hang or wait for a lock for long are given up, so that
# one stuck transaction cannot take the whole studio with it (answer: 503 BUSY).
DATABASES: dict[str, dict[str, Any]] = {"default": ENVIRONMENT.database}
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    # Compiling a query (jit) takes seconds where running it takes milliseconds.
    "-c lock_timeout=10s -c statement_timeout=60s -c timezone=UTC -c jit=off"
)

REDIS_URL = ENVIRONMENT.redis_url

# What throttles count: in Redis as plain numbers, so that nothing that is read there can be more.
# Without Redis each process counts for itself. All else that is cached stays in its process.
_waits = {"socket_connect_timeout": 0.3, "socket_timeout": 0.3}
_here = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "OPTIONS": {"MAX_ENTRIES": 100_000},  # so that nobody pushes out what others failed
}
CACHES: dict[str, dict[str, Any]] = {
    "default": {**_here, "LOCATION": "default"},
    "counts": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {**_waits, "serializer": "config.numbers_only.NumbersOnly"},
    }
    if REDIS_URL
    else {**_here, "LOCATION": "counts"},
}

# People
AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "users.backends.RightsBackend",
]
PASSWORD_HASHERS = ["users.hashing.OneAtATime"]
SIGN_INS_AT_ONCE = max(1, ENVIRONMENT.web_threads // 2)  # in a process; the rest works for others
PASSWORD_RESET_TIMEOUT = 60 * 60  # seconds
REQUIRE_SECOND_FACTOR_FOR_ADMINS = ENVIRONMENT.require_second_factor_for_admins
FRONTEND_URL = ENVIRONMENT.frontend_url
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "users.passwords.CharacterClassesValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "full_name")},
    },
]
LOGIN_URL = "admin:login"
# E-mail is unique by a constraint that Django does not count, on its lower-case form.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
LOGIN_REDIRECT_URL = "admin:index"

# Who guesses passwords is locked out of that account, from that address, at every door.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "users.attempts.account_tried"
AXES_LOCKOUT_CALLABLE = "users.admin.locked_out.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# Messages
vars().update(ENVIRONMENT.email)
EMAIL_TIMEOUT = 20  # seconds for each answer of the mail server
_name, _address = parseaddr(ENVIRONMENT.email_from)
DEFAULT_FROM_EMAIL = formataddr((_name or STUDIO_NAME, _address))
ANYMAIL = ENVIRONMENT.mail_provider

# No form takes a file.
FILE_UPLOAD_HANDLERS = ["config.middleware.bodies.NoFiles"]

# Language, time, files
LANGUAGE_CODE = ENVIRONMENT.studio_language
LANGUAGES = [("es", _("Spanish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_TZ = True
TIME_ZONE = ENVIRONMENT.studio_time_zone
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
# The name of a collected file has a hash of its content, so that browsers keep it for good.
COLLECTED = "whitenoise.storage.CompressedManifestStaticFilesStorage"
AS_THEY_ARE = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": AS_THEY_ARE if DEBUG else COLLECTED},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MIMETYPES = {".svg": "image/svg+xml; charset=utf-8"}

# The back office
UNFOLD = {
    "SITE_URL": None,
    "SITE_SYMBOL": "photo_camera",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda _request: static("sessions_app/favicon.svg"),
        }
    ],
    "ACCOUNT": {"navigation": "users.admin.own_profile.account_links"},
    "DASHBOARD_CALLBACK": "sessions_app.admin.today.today",
    "SIDEBAR": {"navigation": "sessions_app.admin.menu.navigation"},
    "STYLES": [lambda _request: static("sessions_app/studio.css")],
    "SCRIPTS": [
        lambda _request: static("sessions_app/studio.js"),
        lambda _request: static("notifications/bell.js"),
    ],
}

# Transport
TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies
CORS_ALLOWED_ORIGINS = ENVIRONMENT.cors_allowed_origins
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
CORS_ALLOW_HEADERS = [
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "x-request-id",
]
CORS_EXPOSE_HEADERS = ["ETag", "X-Request-ID", "Retry-After", "Idempotent-Replayed"]
SECURE_SSL_REDIRECT = ENVIRONMENT.https
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if ENVIRONMENT.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENVIRONMENT.https
SECURE_HSTS_PRELOAD = ENVIRONMENT.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.https else None
# The prefix keeps any other host of the domain from setting or overwriting them.
_prefix = "__Host-" if ENVIRONMENT.https else ""
SESSION_COOKIE_NAME = f"{_prefix}sessionid"
CSRF_COOKIE_NAME = f"{_prefix}csrftoken"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_SECURE = ENVIRONMENT.https
CSRF_COOKIE_SECURE = ENVIRONMENT.https
CSRF_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# REST
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["users.api.authentication.SignInAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["config.api.throttles.PerPerson"],
    "DEFAULT_RENDERER_CLASSES": ["config.api.rendering.FastJSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "config.api.negotiation.FirstWhereNoneFits",
    "DEFAULT_PARSER_CLASSES": ["config.api.parsers.StrictJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["config.api.filters.WhereAsked"],
    "DEFAULT_PAGINATION_CLASS": "config.api.pagination.ItemsPagination",
    "DEFAULT_SCHEMA_CLASS": "config.api.schema.StudioSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "config.api.errors.exception_handler",
    "COERCE_DECIMAL_TO_STRING": False,
    "TIME_FORMAT": "%H:%M",
    "TIME_INPUT_FORMATS": ["%H:%M", "%H:%M:%S"],
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=ENVIRONMENT.access_token_minutes),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=ENVIRONMENT.refresh_token_days),
    "ISSUER": "studio",
    "AUDIENCE": "studio-api",
    "TOKEN_TYPE_CLAIM": "type",
    "USER_ID_CLAIM": "sub",
    "UPDATE_LAST_LOGIN": False,
}

REQUESTS_PER_MINUTE = ENVIRONMENT.requests_per_minute  # of one person; then 429

SPECTACULAR_SETTINGS = {
    "TITLE": "Studio",
    "VERSION": VERSION,
    "DESCRIPTION": "A photography studio whose rooms and people are never booked twice.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "PREPROCESSING_HOOKS": ["config.api.schema.only_the_contract"],
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "ENUM_NAME_OVERRIDES": {
        "ActiveStatus": "config.activation.ActiveStatus",
        "Channel": "config.records.models.Channel",
        "ClientType": "clients.models.ClientType",
        "ItemType": "catalog.models.ItemType",
        "PackageType": "catalog.models.PackageType",
        "RoomStatus": "catalog.models.RoomStatus",
        "SessionStatus": "sessions_app.lifecycle.Status",
        "SessionType": "sessions_app.models.SessionType",
        "DeliveryMethod": "sessions_app.models.DeliveryMethod",
        "PhotographerRole": "sessions_app.models.PhotographerRole",
        "LineType": "sessions_app.models.LineType",
        "PaymentType": "sessions_app.models.PaymentType",
        "PaymentStatus": "sessions_app.models.PaymentStatus",
        "CancellationCategory": "sessions_app.models.CancellationCategory",
        "CancellationInitiator": "sessions_app.models.Initiator",
        "AskedInitiator": "sessions_app.api.forms.INITIATORS",
        "AssignmentStatus": "sessions_app.models.AssignmentStatus",
        "ReferenceType": "sessions_app.models.ReferenceType",
        "AlertKind": "sessions_app.queries.dashboard.ALERTS",
        "ErrorCode": "config.api.errors.CODES",
        "InvitationStatus": "users.models.InvitationStatus",
        "Language": LANGUAGES,
    },
}

# Jobs: when each is due, on the studio's clocks; None is each minute. What a worker or a broker
# misses is asked for again every ten minutes; the record of runs lets each time count once.
JOB_TIMES = {
    "cancel_unpaid_sessions": time(0, 0),
    "assign_confirmed_sessions": time(0, 5),
    "check_integrity": time(2, 0),
    "send_reminders": time(9, 0),
    "send_pending_messages": None,
}
CATCH_UP_MINUTES = 10
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    name: {
        "task": "config.jobs.tasks.run_job",
        "args": [name],
        "schedule": crontab(hour=at.hour, minute=at.minute) if at else crontab(),
        "options": {"expires": 60 * CATCH_UP_MINUTES if at else 60},  # seconds
    }
    for name, at in JOB_TIMES.items()
} | {
    "catch_up": {
        "task": "config.jobs.tasks.catch_up",
        "schedule": crontab(minute=f"*/{CATCH_UP_MINUTES}"),
        "options": {"expires": 60 * CATCH_UP_MINUTES},
    }
}
# In memory, because what beat missed while it was down is caught up with from the record of runs.
CELERY_BEAT_SCHEDULER = "celery.beat.Scheduler"
CELERY_TIMEZONE = TIME_ZONE
CELERY_ENABLE_UTC = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_EXPIRES = None
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 9 * 60  # seconds; the run is interrupted, the next one goes on
CELERY_TASK_TIME_LIMIT = 10 * 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # for ever
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 15 * 60,  # seconds, above the time limit: no task is given out twice
    "socket_connect_timeout": 5,
    # A Redis that is gone without a word is found out by the system's probes, not by a time limit
    # on answers: after one that only hung, Celery waits for ever for what it could not confirm.
    "socket_keepalive": True,
    "socket_keepalive_options": {
        getattr(socket, name): value
        for name, value in (
            ("TCP_KEEPIDLE", 30),
            ("TCP_KEEPINTVL", 10),
            ("TCP_KEEPCNT", 3),
            ("TCP_USER_TIMEOUT", 30_000),  # milliseconds
        )
        if hasattr(socket, name)  # Linux
    },
}

# Logs: one line an event, to the standard error stream, for whatever collects it.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"context": {"()": "config.logs.WithContext"}},
    "formatters": {
        "text": {"()": "config.logs.TextLines"},
        "json": {"()": "config.logs.JsonLines"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["context"],
            "formatter": ENVIRONMENT.log_format,
        }
    },
    "root": {"handlers": ["console"], "level": ENVIRONMENT.log_level},
    "loggers": {
        # Named, so that the handlers they bring along go: every line leaves by the one above.
        **{
            name: {"level": ENVIRONMENT.log_level, "propagate": True}
            for name in ("django", "django.server", "gunicorn.access", "gunicorn.error")
        },
        "django.db.backends": {"level": "INFO"},  # below it tells queries with their values
        "axes": {"level": "WARNING"},  # it tells each step of what it does
    },
}
