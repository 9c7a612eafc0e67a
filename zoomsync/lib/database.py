"""What PostgreSQL is told so that much can be written quickly. SQLite needs none of it."""

from django.db import connections, models, router


def refresh_statistics(*tables: type[models.Model]) -> None:
    """Say what many new rows look like: until it finds out by itself it plans as for an empty table."""
    connection = connections[router.db_for_write(tables[0])]
    if connection.vendor == "postgresql":
        names = ", ".join(connection.ops.quote_name(table._meta.db_table) for table in tables)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {names}")


def flush_later() -> None:
    """Let this transaction's commit not wait for the disk: for what would be read anew after a power cut.

    Nothing gets torn, and no later commit survives without this one: the log is written in order.
    """
    connection = connections[router.db_for_write(models.Model)]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")
