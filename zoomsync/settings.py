"""Settings, all from the environment; README.md lists each with its default."""

import logging
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import environ
from cryptography.fernet import Fernet
from django.core.management.utils import get_random_secret_key
from django.utils.csp import CSP
from xstatic.pkg import bootstrap

from core import data_settings, logs
from core.local_secret import private_directory, read_or_create, webhook_secret
from core.mailer import mailers

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
# A file of settings beside the code, for those who like it; what the environment says goes before it.
environ.Env.read_env(env("ENV_FILE", default=str(BASE_DIR / ".env")))

DATA_DIR = private_directory((BASE_DIR / env("DATA_DIR", default="var")).resolve())

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="") or read_or_create(DATA_DIR / "secret_key", get_random_secret_key)
ENCRYPTION_KEYS = env.list("ENCRYPTION_KEYS", default=[]) or [
    read_or_create(DATA_DIR / "encryption_key", lambda: Fernet.generate_key().decode())
]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "django_structlog",
    "zoomsync",
    "workflows",
    "integrations",
    "marketing_events",
    "contacts",
]
if find_spec("zoom_simulator"):  # for development; not in the production image
    INSTALLED_APPS.append("zoom_simulator")

MIDDLEWARE = [
    "zoomsync.request_log.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "zoomsync.api.middleware.HeadAsGet",
    "zoomsync.api.middleware.ApiProblems",
    "zoomsync.request_limits.WellFormedRequests",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "zoomsync.response_headers.PrivateAnswers",
    "zoomsync.security_log.middleware.SecurityLogMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "zoomsync.request_limits.BodyLimit",
    "django.middleware.csrf.CsrfViewMiddleware",
    "zoomsync.request_limits.NoNulInForms",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "zoomsync.idle.IdleSignOutMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zoomsync.middleware.SignInRequiredMiddleware",
    "zoomsync.middleware.ViewingMiddleware",
    "zoomsync.middleware.HtmxMessagesMiddleware",
]

ROOT_URLCONF = "zoomsync.urls"
WSGI_APPLICATION = "zoomsync.wsgi.application"
AUTH_USER_MODEL = "zoomsync.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},  # NIST SP 800-63B counts on length, not on kinds of characters
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
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
                "zoomsync.context.frame",
            ],
            "builtins": ["zoomsync.templatetags.clock"],
            "libraries": {"lucide": "core.icons"},  # its tag comes from us, so it is no app of ours
        },
    },
]

# Databases. SQLite takes its write lock when a transaction starts (IMMEDIATE), so that two workers queue up
# instead of one of them failing half-way.
DATABASE_URL = env("DATABASE_URL", default="") or f"sqlite:///{DATA_DIR / 'zoomsync.sqlite3'}"
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-24000;",
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
# A contact may have 1,000 properties, and all of them are in its form. Before sign-in less is accepted.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024  # bytes
FORM_RENDERER = "core.forms.Renderer"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Static files: our own, and Bootstrap's from its package.
STATIC_URL = "static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [
    BASE_DIR / "zoomsync" / "assets",
    ("bootstrap", bootstrap.BASE_DIR),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA_DIR / "files"
WHITENOISE_USE_FINDERS = DEBUG

SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
# Behind TLS (production) cookies travel over TLS only; on a laptop `make run` is plain http.
HTTPS = env.bool("HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SIGN_IN_IDLE_SECONDS = round(env.float("SIGN_IN_IDLE_HOURS", default=12) * 3600)
SESSION_COOKIE_AGE = SIGN_IN_IDLE_SECONDS + 3600  # the session outlives it, so that the end can be told
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # asked from inside, past the proxy
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if HTTPS else 0
# The owner of the domain decides about HSTS for subdomains and in the browsers' built-in lists.
# W040: SQLite leaves the further columns of a covering index away, and reads the table instead.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", "models.W040"]

# The bearer token that /metrics asks for; without one only callers on this machine may read it.
METRICS_TOKEN = env("METRICS_TOKEN", default="")

# Callbacks: what signs those that no API token stands behind, and whether they may stay inside the network.
CALLBACK_SECRET = env("CALLBACK_SECRET", default="") or read_or_create(
    DATA_DIR / "callback_secret", webhook_secret
)
CALLBACKS_INSIDE_NETWORK = env.bool("CALLBACKS_INSIDE_NETWORK", default=False)

# Emails of workflows to the team. Without a mail server their steps say that there is none.
EMAIL_URL = env("EMAIL_URL", default="")
MAILERS = mailers(EMAIL_URL)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="zoomsync@localhost")

# Zoom. With the database in `DATA_DIR`, settings saved beside it apply to each process that works on it.
_saved = {} if env("DATABASE_URL", default="") else data_settings.load(DATA_DIR)


def _zoom(name: str, otherwise: str = "") -> str:
    return str(env(name, default="") or _saved.get(name, otherwise))


ZOOM_API_URL = _zoom("ZOOM_API_URL", "https://api.zoom.us/v2").rstrip("/")
_domain = "zoomgov.com" if urlsplit(ZOOM_API_URL).hostname == "api.zoomgov.com" else "zoom.us"
ZOOM_OAUTH_URL = _zoom("ZOOM_OAUTH_URL", f"https://{_domain}").rstrip("/")
ZOOM_CLIENT_ID = _zoom("ZOOM_CLIENT_ID")
ZOOM_CLIENT_SECRET = _zoom("ZOOM_CLIENT_SECRET")
ZOOM_WEBHOOK_SECRET_TOKEN = _zoom("ZOOM_WEBHOOK_SECRET_TOKEN")
ZOOM_PLAN = _zoom("ZOOM_PLAN", "pro")
# Zoom's three additions a day: of a person to one "webinar" (documented), or of an "address" to any of them.
ZOOM_ADDITIONS_LIMITED_BY = _zoom("ZOOM_ADDITIONS_LIMITED_BY", "webinar")
# "Connect Zoom" posts a form that answers with a redirect to Zoom: the policy must allow that address.
_oauth = urlsplit(ZOOM_OAUTH_URL)
SECURE_CSP["form-action"].append(f"{_oauth.scheme}://{_oauth.netloc}")

# A line for each request, task and broker message only with LOG_LEVEL=DEBUG; what goes wrong always has one.
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_STATUS_DEFAULT_LOG_LEVEL = DJANGO_STRUCTLOG_CELERY_DEFAULT_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
LOGGING = logs.configure(
    as_json=env("LOG_FORMAT", default="text") == "json", level=env("LOG_LEVEL", default="INFO")
)

# How many days old rows are kept (`core.retention`).
KEEP_SYNC_RUNS_DAYS = env.int("KEEP_SYNC_RUNS_DAYS", default=30)
KEEP_AUDIT_INFORMATION_DAYS = env.int("KEEP_AUDIT_INFORMATION_DAYS", default=180)
KEEP_RESOLVED_WARNINGS_DAYS = env.int("KEEP_RESOLVED_WARNINGS_DAYS", default=400)
KEEP_WEBHOOK_EVENTS_DAYS = env.int("KEEP_WEBHOOK_EVENTS_DAYS", default=14)
KEEP_IMPORTS_DAYS = env.int("KEEP_IMPORTS_DAYS", default=90)
KEEP_CHANGE_SETS_DAYS = env.int("KEEP_CHANGE_SETS_DAYS", default=7)
KEEP_MERGES_DAYS = env.int("KEEP_MERGES_DAYS", default=30)
KEEP_CALLBACKS_DAYS = env.int("KEEP_CALLBACKS_DAYS", default=30)
KEEP_SECURITY_EVENTS_DAYS = env.int("KEEP_SECURITY_EVENTS_DAYS", default=400)

# Workers. What is to be done is in the database, and workers look there each second (D13).
# How many syncs one worker process does at once: most of a sync is waiting for Zoom.
SYNC_THREADS = env.int("SYNC_THREADS", default=8)

# With Redis, Celery wakes workers at once and its beat keeps the schedule. Without, the one worker process
# (`manage.py worker`) does both by itself, and nothing is sent.
REDIS_URL = env("REDIS_URL", default="")
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "retry_on_timeout": False,
}
CELERY_WORKER_POOL = "threads"  # tasks are wake-ups and the schedule; jobs have threads of their own
CELERY_WORKER_CONCURRENCY = 2
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # for as long as it takes Redis to come back
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    # What has become due. A tick that had to wait for a worker is void once the next one is sent.
    "sync": {"task": "integrations.tasks.tick", "schedule": 60.0, "options": {"expires": 55}},
    # Relative dates of segments.
    "segments": {"task": "contacts.tasks.follow_segments", "schedule": 60.0, "options": {"expires": 55}},
    # Lists in the order of a custom property, among many contacts.
    "indexes of properties": {
        "task": "contacts.tasks.index_properties",
        "schedule": 600.0,
        "options": {"expires": 590},
    },
    "old registration limits": {"task": "workflows.tasks.forget_old", "schedule": 3600.0},
    "old API answers": {"task": "zoomsync.tasks.forget_old_answers", "schedule": 3600.0},
    # What the KEEP_ settings say.
    "prune": {"task": "zoomsync.tasks.prune", "schedule": 24 * 3600.0},
}
