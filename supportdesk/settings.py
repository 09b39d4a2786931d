"""Settings of the whole desk. Everything that differs between places comes from the environment.

The beat table at the end lists all that happens by itself.
"""

import os
from pathlib import Path

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
    "teams",
    "slas",
    "tickets",
    "insights",
    "supportdesk",
]

MIDDLEWARE = [
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

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
STATIC_URL = "static/"
