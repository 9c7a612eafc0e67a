"""Prepares a run of the tests: a database, a directory of its own, and Django upon them.

`--database=postgresql` runs everything on PostgreSQL: the one that `DATABASE_URL` names, or one that is
started here for the run and shared by all pytest-xdist workers, each with a test database of its own.
"""

import gc
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import django
import pytest

from tests.support import examples, services

# Fixtures that import models: loaded when Django is ready, so they cannot be in a conftest.py of a directory.
FIXTURES = (
    "api",
    "people",
    "zoom",
    "webinars",
    "pages",
    "missing_variables",
    "installation",
    "connected_account",
    "registrations",
    "browser",
)

# What a developer's environment may hold that the tests must not act upon: every setting, the proxies, and
# what a terminal says about itself. `REDIS_URL` is among them: the tests that need Redis give it to the
# processes that they start (`redis_url`, from `TEST_REDIS_URL`). `DATABASE_URL` may name a server to test on.
EXAMPLE = (Path(__file__).parent.parent / ".env.example").read_text()
SETTINGS = set(re.findall(r"^(?:# )?([A-Z_]+)=", EXAMPLE, re.MULTILINE))
PROXIES = {f"{scheme}_proxy" for scheme in ("http", "https", "all", "no")}
TERMINAL = {"COLUMNS", "DJANGO_COLORS", "FORCE_COLOR", "NO_COLOR"}
OF_THE_DEVELOPER = (SETTINGS - {"DATABASE_URL"}) | PROXIES | {name.upper() for name in PROXIES} | TERMINAL
GIVEN_REDIS_URL = os.environ.get("TEST_REDIS_URL") or os.environ.get("REDIS_URL", "")

examples.register_profiles()

# What a test asks for that starts servers, processes or a browser.
SERVICE_FIXTURES = {"simulator", "sim", "live_server", "installation", "redis_server", "chromium"}
SERVICE_MARKS = ("services", "browser")

# What a test asks for that meets the database.
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "release"}

# Where the workers of one run meet: the first one migrates the test database, the others copy it.
MIGRATED_ONCE_IN = "MIGRATED_ONCE_IN"

cleanup = ExitStack()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=["sqlite", "postgresql"],
        default=None,
        help="which database to test on (default: the one in DATABASE_URL, else sqlite)",
    )
    parser.addoption(
        "--only-with-database",
        action="store_true",
        help="leave out what meets no database, or brings one of its own: for the second one to test on",
    )
    parser.addoption(
        "--without-services",
        action="store_true",
        help="leave out what starts servers, processes or a browser: for a quick answer",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Sets the environment before Django reads it; pytest-django finds Django set up already."""
    for name in [name for name in os.environ if name in OF_THE_DEVELOPER or name.startswith("ZOOM_")]:
        del os.environ[name]
    given = os.environ.get("DATABASE_URL", "")
    os.environ["DATABASE_URL"] = _database_url(config.getoption("database"))
    os.environ["TEST_REDIS_URL"] = GIVEN_REDIS_URL
    if _only_starts_workers(config):
        if not given or os.environ["DATABASE_URL"] != given:  # a server that was given keeps what it has
            _let_workers_migrate_once()
        return
    gc.disable()  # nothing of what is loaded from here to the first test is garbage
    _set_up_django()
    if hasattr(config, "workerinput") and MIGRATED_ONCE_IN in os.environ:
        _migrate_once(Path(os.environ[MIGRATED_ONCE_IN]))
    for name in FIXTURES:
        config.pluginmanager.import_plugin(f"tests.support.{name}")


def pytest_collection_finish() -> None:
    """The code and the tests stay to the end: garbage is looked for among what the tests make alone."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("only_with_database"):
        _keep(config, items, _meets_the_database)
    if config.getoption("without_services"):
        _keep(config, items, lambda item: not _starts_services(item))


def _keep(config: pytest.Config, items: list[pytest.Item], is_wanted: Callable[[pytest.Item], bool]) -> None:
    config.hook.pytest_deselected(items=[item for item in items if not is_wanted(item)])
    items[:] = filter(is_wanted, items)


def _starts_services(item: pytest.Item) -> bool:
    asked = SERVICE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
    return bool(asked) or any(item.get_closest_marker(name) for name in SERVICE_MARKS)


# What is the same on both databases, and tested on SQLite alone.
SAME_ON_BOTH = (
    # Pages, headers, logs, exit codes.
    "tests/house_rules/",
    "tests/core/test_logs.py",
    "tests/contacts/management/test_import_contacts.py::test_in_a_pipe_the_report_is_plain_lines",
    "tests/integrations/management/test_export.py::test_bad_arguments_end_with_2",
    "tests/integrations/views/audit/test_panel.py",
    "tests/workflows/views/test_each_kind.py",
    "tests/zoomsync/api/test_generated_client.py",
    "tests/zoomsync/test_admin_site.py",
    "tests/zoomsync/test_request_limits.py",
    "tests/zoomsync/test_request_log.py",
    "tests/zoomsync/test_response_headers.py",
    "tests/zoomsync/test_web_worker.py",
    # What Zoom is asked and says: the flow of OAuth, webhooks over HTTP, files that failed.
    "tests/field_cases/test_transcripts.py",
    "tests/integrations/management/test_connect_zoom.py",
    "tests/integrations/sync/test_requests.py",
    "tests/integrations/views/connect/",
    "tests/integrations/webhooks/test_over_http.py",
    # On both, the oracle of the sync kills workers and reads transcripts, tests/integrations/audit warns and
    # resolves, and workers work on Redis, as they do with PostgreSQL.
    "tests/integrations/sync/test_deleted_dates.py::test_d12_a_date_that_is_deleted_when_a_sync_is_killed",
    "tests/integrations/webhooks/test_with_worker.py",
    "tests/journeys/test_connection_warnings.py",
    "tests/journeys/test_warnings.py",
    "tests/journeys/test_workers.py::test_d13_a_worker_without_redis_brings_everything_in_step",
    "tests/journeys/test_workers.py::test_d13_without_redis_the_worker_keeps_the_schedule",
    # On both, tests/integrations/webhooks handles each event, and these run with one story of two or three; a
    # contact goes without a trace, and tests/integrations/sync excludes and replaces addresses.
    "tests/integrations/webhooks/test_same_as_polling.py::test_d13_events_alone_come_to_what_polling_finds[1-none]",
    "tests/integrations/webhooks/test_same_as_polling.py::test_d13_events_alone_come_to_what_polling_finds[2-late]",
    "tests/integrations/webhooks/test_same_as_polling.py::test_d13_events_before_a_webinar_is_known_or_while_it_is_off_change_no_row[2-off]",
    "tests/journeys/test_a_contact_goes_and_comes_back.py::test_d11_r28_",
    "tests/journeys/test_a_contact_goes_and_comes_back.py::test_r29_",
    # The demo is made with the functions of the pages and of the sync.
    "tests/zoomsync/local/test_demo.py",
)


def _meets_the_database(item: pytest.Item) -> bool:
    if item.nodeid.startswith(SAME_ON_BOTH):
        return False
    asked = DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
    return bool(asked) or item.get_closest_marker("django_db") is not None


def _only_starts_workers(config: pytest.Config) -> bool:
    """Whether this is the process that hands the tests out to pytest-xdist's workers, and runs none."""
    return config.getoption("dist", "no") != "no" and not hasattr(config, "workerinput")


def _let_workers_migrate_once() -> None:
    directory = tempfile.mkdtemp(prefix="zoomsync-migrated-")
    cleanup.callback(shutil.rmtree, directory, ignore_errors=True)
    os.environ[MIGRATED_ONCE_IN] = directory


def _set_up_django() -> None:
    data_dir = tempfile.mkdtemp(prefix="zoomsync-tests-")
    cleanup.callback(shutil.rmtree, data_dir, ignore_errors=True)
    os.environ |= {"DATA_DIR": data_dir, "DJANGO_SETTINGS_MODULE": "tests.settings", "ENV_FILE": os.devnull}
    django.setup()
    _forget_permissions()
    _delete_instead_of_truncating()


def _migrate_once(directory: Path) -> None:
    from tests.support.migrated_once import share_migrated_database  # noqa: PLC0415  needs Django set up

    share_migrated_database(directory)


def _forget_permissions() -> None:
    """Django's own permissions, which roles take the place of here, are not made anew after each test that
    commits: that took longer than many of these tests."""
    from django.contrib.contenttypes.management import create_contenttypes  # noqa: PLC0415  needs Django set up
    from django.db.models.signals import post_migrate  # noqa: PLC0415

    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)


def _delete_instead_of_truncating() -> None:
    """PostgreSQL empties sixty small tables with DELETE in a twentieth of the time that TRUNCATE takes, which
    makes new files for each of them. All of them go in one message."""
    from django.db.backends.postgresql.operations import DatabaseOperations  # noqa: PLC0415  needs Django

    def sql_flush(
        self: DatabaseOperations, _style: object, tables: list[str], **_options: object
    ) -> list[str]:
        deletes = [f"DELETE FROM {self.quote_name(table)}" for table in tables]
        return ["; ".join(["SET CONSTRAINTS ALL DEFERRED", *deletes])]

    DatabaseOperations.sql_flush = sql_flush


def pytest_unconfigure() -> None:
    cleanup.close()


def pytest_report_header() -> str:
    return f"database: {os.environ['DATABASE_URL'].partition(':')[0] or 'sqlite'}"


def _database_url(database: str | None) -> str:
    """The database to test on. Workers of pytest-xdist inherit the address from the run that started them."""
    given = os.environ.get("DATABASE_URL", "")
    if database == "sqlite":
        return ""
    if database == "postgresql" and not given.startswith("postgres"):
        return cleanup.enter_context(services.private_postgresql())
    return given
