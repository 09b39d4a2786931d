"""Settings of the whole desk. Everything that differs between places comes from the environment.

The beat table at the end lists all that happens by itself.
"""

import os
from pathlib import Path

from supportdesk.rest.allowances import limits_from
from supportdesk.servers import addresses

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = os.environ.get("SUPPORTDESK_SECRET_KEY", "only-for-a-desk-on-this-machine")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("SUPPORTDESK_HOSTS", "127.0.0.1,localhost,testserver").split(",")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "pgtrigger",
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
    "supportdesk.rest.middleware.api_answers",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
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
            ],
        },
    },
]

STATE_DIR = addresses.home()
"""Where a desk on this machine keeps its data, sockets and logs (`SUPPORTDESK_HOME`)."""

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
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
    }
}
AUTH_USER_MODEL = "teams.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The REST API. Limits are (calls a second, bursts) by the name of a key; "*" is everyone else.
API_LIMITS: dict[str, tuple[int, int]] = {
    "*": (300, 3000),
    **limits_from(os.environ.get("SUPPORTDESK_API_LIMITS", "")),
}
TRUSTED_PROXIES = int(os.environ.get("SUPPORTDESK_TRUSTED_PROXIES", "0"))
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

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
STATIC_URL = "static/"
