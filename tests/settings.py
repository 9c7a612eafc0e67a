"""The app's own settings, but quick: what only costs time in tests is swapped for something cheap."""

from zoomsync.settings import *  # noqa: F403
from zoomsync.settings import DATA_DIR, DATABASES, INSTALLED_APPS, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Names of static files without digests: no collectstatic before the tests.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True

# A file also on SQLite, so that workers in processes of their own see what the tests wrote.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0  # a test database is dropped in the end: no connection may stay

INSTALLED_APPS = [*INSTALLED_APPS, "tests.core.jobs"]  # a queue to test the jobs of `core` with

EMAIL_URL = "smtp://localhost"  # nothing is sent: Django keeps the emails of tests
