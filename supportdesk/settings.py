"""Settings of the whole desk. Everything that differs between places comes from the environment.

The beat table at the end lists all that happens by itself.
"""

import os
from pathlib import Path
from typing import Any

from celery.schedules import crontab

from supportdesk.rest.allowances import limits_from
from supportdesk.servers import addresses

BASE_DIR = Path(__file__).resolve().parent.parent

STATE_DIR = addresses.home()
"""Where a desk on this machine keeps its data, sockets and logs (`SUPPORTDESK_HOME`)."""

KNOWN_SECRET = "for-tests-and-linters-alone"  # noqa: S105
SECRET_KEY = addresses.secret("SUPPORTDESK_SECRET_KEY", STATE_DIR / "secret_key") or KNOWN_SECRET
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", *filter(None, os.environ.get("SUPPORTDESK_HOSTS", "").split(","))]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "teams",
    "slas",
    "tickets",
    "insights",
    "supportdesk",
]

MIDDLEWARE = [
    "supportdesk.request_ids.RequestIdMiddleware",
    "supportdesk.rest.middleware.ApiAnswers",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "teams.middleware.WhoChanged",
    "teams.middleware.ViewerZone",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "supportdesk.urls"
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
                "teams.navigation.navigation",
            ],
        },
    },
]

_found = addresses.find()
DATABASES = {
    "default": {
        **addresses.database_settings(_found.database, STATE_DIR / "run"),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }
}
REDIS_URL = addresses.broker_url(_found.broker, STATE_DIR / "run")
CACHES = {
    "default": {
        "BACKEND": "supportdesk.forgiving_cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

DESK_URL = (
    os.environ.get("SUPPORTDESK_URL")
    or _found.web
    or f"http://127.0.0.1:{os.environ.get('SUPPORTDESK_PORT') or 8000}"
)
"""Where people reach the desk, for links; no slash at the end."""
TRUSTED_PROXIES = int(os.environ.get("SUPPORTDESK_TRUSTED_PROXIES", "0"))
"""How many proxies stand in front, each adding to X-Forwarded-For."""

# Mail: through the server that EMAIL_URL names, else into files below the state folder.
globals().update(addresses.mail_settings(addresses.secret("EMAIL_URL")))
EMAIL_FILE_PATH = STATE_DIR / "mail"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("SUPPORTDESK_MAIL_FROM", "Creator support <support@desk.example>")

LETTERS = {
    "reply_mail": "tickets.mailer.reply_mail",
    "alert_mail": "tickets.mailer.alert_mail",
    "rating_mail": "insights.mailer.rating_mail",
    "report_mail": "insights.mailer.report_mail",
}
"""Who writes the mail of which kind of outbox row: a function from the row to the mail, or to why there is none."""

# Sign-in. People come from the setup file: nobody signs up, and nobody's e-mail address is verified by mail.
AUTH_USER_MODEL = "teams.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
SESSION_COOKIE_AGE = 16 * 3600
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
ACCOUNT_ADAPTER = "teams.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
# Per minute and address, where a whole vendor may share one; and five wrong tries in five minutes per name.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "30/m/ip,5/5m/key"}
ACCOUNT_FORMS = {"change_password": "teams.sign_in.NewPasswordForm"}
MFA_ADAPTER = "teams.sign_in.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
USERSESSIONS_TRACK_ACTIVITY = False

# The REST API. Limits are (calls a second, bursts) by the name of a key; "*" is everyone else.
API_LIMITS: dict[str, tuple[int, int]] = {
    "*": (300, 3000),
    **limits_from(os.environ.get("SUPPORTDESK_API_LIMITS", "")),
}
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["supportdesk.rest.parsers.StrictJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "supportdesk.rest.negotiation.AlwaysAnswers",
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "supportdesk.rest.problems.answer_problem",
    "NON_FIELD_ERRORS_KEY": "",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "supportdesk REST API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "tickets.api.documentation.complete",
    ],
    "COMPONENT_SPLIT_PATCH": False,
    "ENFORCE_NON_BLANK_FIELDS": True,
    "ENUM_NAME_OVERRIDES": {
        "MessageKindEnum": "tickets.words.MESSAGE_KINDS",
        "EventKindEnum": "tickets.words.EVENT_KINDS",
    },
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "DISABLE_DOCSTRING_DESCRIPTIONS": True,
    "SORT_OPERATIONS": False,
    "SORT_OPERATION_PARAMETERS": False,
}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("SUPPORTDESK_STATIC") or STATE_DIR / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "supportdesk.static_files.HashedFiles"},
}
MEDIA_ROOT = STATE_DIR / "media"

# What a browser may do: nothing inline, nothing from elsewhere. Behind TLS also: stay there.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "media-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
BEHIND_TLS = os.environ.get("SUPPORTDESK_TLS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not BEHIND_TLS
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("SUPPORTDESK_ORIGINS", "").split(",") if origin]

LOGGING_CONFIG = "supportdesk.logs.configure"
LOGGING = {"as_json": os.environ.get("SUPPORTDESK_LOG", "console") == "json"}

# Celery: tasks are idempotent and acknowledged when done, so that one whose worker dies runs again elsewhere.
CELERY_BROKER_URL = addresses.celery_url(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300, "socket_keepalive": True}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 240
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0.1, "interval_max": 0.5}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 2000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "supportdesk.celery:PulsingScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5

# What happens by itself. A run that no worker took before the next one came is dropped (`expires`), so that
# nothing piles up while the worker is away; two at once share the work, since rows are locked, not jobs.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "raise alerts": {"task": "tickets.tasks.raise_alerts", "schedule": 3.0, "options": {"expires": 3.0}},
    "show alerts": {"task": "tickets.tasks.show_alerts", "schedule": 1.0, "options": {"expires": 1.0}},
    "send mails": {"task": "tickets.tasks.send_mails", "schedule": 2.0, "options": {"expires": 2.0}},
    "build due weeks": {
        "task": "insights.tasks.build_due_weeks",
        "schedule": crontab(minute="3,18,33,48"),
        "options": {"expires": 800.0},
    },
    "count weeks again": {
        "task": "insights.tasks.count_weeks_again",
        "schedule": crontab(hour=4, minute=40),
        "options": {"expires": 3600.0},
    },
    "ask for ratings": {
        "task": "insights.tasks.ask_for_ratings",
        "schedule": crontab(minute="7,37"),
        "options": {"expires": 1200.0},
    },
    "wake pending": {"task": "tickets.tasks.wake_pending", "schedule": 5.0, "options": {"expires": 5.0}},
    "forget answers": {
        "task": "tickets.tasks.forget_answers",
        "schedule": 600.0,
        "options": {"expires": 600.0},
    },
    "forget sessions": {
        "task": "teams.tasks.forget_sessions",
        "schedule": crontab(hour=3, minute=45),
        "options": {"expires": 3600.0},
    },
    "forget sent": {
        "task": "tickets.tasks.forget_sent",
        "schedule": crontab(hour=3, minute=30),
        "options": {"expires": 3600.0},
    },
}
