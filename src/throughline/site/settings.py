"""Django settings. Everything that differs between installations comes from the environment."""

from __future__ import annotations

import os
from pathlib import Path

from throughline.monitoring.access import token_of
from throughline.outbound.ranges import networks_of
from throughline.site.given import chosen, first_line, folders, signs_in
from throughline.site.home import DATABASE, default_home, secret_key

HOME = default_home().resolve()
PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = secret_key(HOME)
DEBUG = False
ALLOWED_HOSTS = os.environ.get("THROUGHLINE_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("THROUGHLINE_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "throughline.ui",
    "throughline.accounts",
    "throughline.audit",
    "throughline.jobs",
    "throughline.api",
    "throughline.vulnerabilities",
    "throughline.sources",
    "throughline.measures",
    "throughline.objectives",
    "throughline.series",
    "throughline.cycles",
    "throughline.reviews",
    "throughline.thread",
    "throughline.plans",
    "throughline.risk",
    "throughline.forecasts",
    "throughline.calibration",
    "throughline.live",
    "throughline.planning",
    "throughline.workshops",
    "throughline.portfolio",
    "throughline.surveys",
    "throughline.inspiration",
    "throughline.people",
    "throughline.assignments",
    "throughline.narratives",
    "throughline.outcomes",
    "throughline.annotations",
    "throughline.exports",
    "throughline.outbound",
    "throughline.backups",
    "throughline.monitoring",
    "throughline.reports",
    "throughline.dashboards",
    "throughline.messages",
    "throughline.connectors",
    "throughline.introductions",
]

MIDDLEWARE = [
    # Outermost, so that static files and failures carry the headers too.
    "throughline.site.headers.SecurityHeaders",
    "throughline.monitoring.requests.CountRequests",
    "throughline.site.proxies.UnknownProxy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "throughline.api.bearer.BearerOnly",
    # Both before the CSRF check, which reads the body: a stranger's upload is never received.
    "throughline.site.limits.UploadLimit",
    "throughline.accounts.gate.SignInRequired",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "throughline.site.directions.NoTurnedText",
    "throughline.site.refusals.RefusalPages",
    "throughline.site.returning.FormPages",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "throughline.site.urls"
WSGI_APPLICATION = "throughline.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "site" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "throughline.ui.context.shell",
            ],
            "builtins": ["throughline.ui.templatetags.show"],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOME / DATABASE,
        # IMMEDIATE: a transaction that will write takes its place in the queue at once, so no lock errors.
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-32000;"
            "PRAGMA temp_store=MEMORY;",
        },
        "CONN_MAX_AGE": None,
        # A file, as in life: SQLite in memory locks differently between threads.
        "TEST": {"NAME": HOME / "test.sqlite3"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["throughline.accounts.hashers.Argon2id"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
CSRF_FAILURE_VIEW = "throughline.site.refusals.form_expired"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"

TIME_ZONE = "UTC"
USE_TZ = True
LANGUAGE_CODE = "en"
USE_I18N = False

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

SECURE = os.environ.get("THROUGHLINE_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
# Whose X-Forwarded-For and -Proto count: the server takes scheme and client from those, Django reads none.
THROUGHLINE_PROXIES = networks_of(
    os.environ.get("THROUGHLINE_PROXIES", "127.0.0.1,::1"), place="THROUGHLINE_PROXIES"
)
SECURE_PROXY_SSL_HEADER = None
X_FRAME_OPTIONS = "DENY"

# Uploads: bounded before anything is parsed.
THROUGHLINE_MAX_UPLOAD_BYTES = int(os.environ.get("THROUGHLINE_MAX_UPLOAD_MB", "512")) * 1024 * 1024
# A one-time sign-in link that was not used in this time is worth nothing.
THROUGHLINE_LINK_HOURS = int(os.environ.get("THROUGHLINE_LINK_HOURS", "24"))
# What leaves goes over TLS and to addresses of others; whoever runs the server lists what differs.
THROUGHLINE_OUTBOUND_HTTP = tuple(
    host.strip().lower()
    for host in os.environ.get("THROUGHLINE_OUTBOUND_HTTP", "").split(",")
    if host.strip()
)
THROUGHLINE_OUTBOUND_NETWORKS = networks_of(
    os.environ.get("THROUGHLINE_OUTBOUND_NETWORKS", ""), place="THROUGHLINE_OUTBOUND_NETWORKS"
)
# Database files may be read from these folders alone, never from the data folder.
THROUGHLINE_SQL_FOLDERS = folders(os.environ.get("THROUGHLINE_SQL_FOLDERS"), place="THROUGHLINE_SQL_FOLDERS")
# Seals secrets; apart from the key that signs, and from the database.
THROUGHLINE_SECRET_KEY_FILE = Path(os.environ.get("THROUGHLINE_SECRET_KEY_FILE") or HOME / "sealing.key")
# A backup holds what no page shows: taking one out by the page is for the owner of the folder to allow.
THROUGHLINE_BACKUP_DOWNLOADS = os.environ.get("THROUGHLINE_BACKUP_DOWNLOADS") == "1"
# How often one token may ask in a minute.
THROUGHLINE_API_PER_MINUTE = int(os.environ.get("THROUGHLINE_API_PER_MINUTE", "600"))
# Whoever brings it reads the figures of /metrics; without one there are none.
THROUGHLINE_METRICS_TOKEN = token_of(os.environ.get("THROUGHLINE_METRICS_TOKEN", ""))
# Mail goes out only where a server is named. Its password stands in a file, never in the environment.
_TLS = chosen(
    os.environ.get("THROUGHLINE_SMTP_TLS"), ("starttls", "tls", "none"), place="THROUGHLINE_SMTP_TLS"
)
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("THROUGHLINE_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("THROUGHLINE_SMTP_PORT") or (465 if _TLS == "tls" else 587))
EMAIL_HOST_USER = os.environ.get("THROUGHLINE_SMTP_USER", "")
EMAIL_HOST_PASSWORD = first_line(
    os.environ.get("THROUGHLINE_SMTP_PASSWORD_FILE"), place="THROUGHLINE_SMTP_PASSWORD_FILE"
)
signs_in(("THROUGHLINE_SMTP_USER", EMAIL_HOST_USER), ("THROUGHLINE_SMTP_PASSWORD_FILE", EMAIL_HOST_PASSWORD))
EMAIL_USE_TLS, EMAIL_USE_SSL = _TLS == "starttls", _TLS == "tls"
DEFAULT_FROM_EMAIL = os.environ.get("THROUGHLINE_MAIL_FROM", "Throughline <throughline@localhost>")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "throughline.site.logs.WithoutLinks",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    # What a stranger mistypes is no news; 4xx stay out of the log.
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
