"""A migrated database with contacts and many tokens: `python -m bench.api.seeding CONTACTS`."""

import sys
from collections.abc import Mapping
from typing import Any

import django

TOKENS = 64  # each may ask 600 times a minute

# The first row once more for each further number: columns that are added later come along.
_COPIES = "INSERT INTO {table} ({columns}) SELECT {values} FROM {table} AS first, generate_series(2, %s) AS n"
_EMAIL = "'person' || n || '@example.com'"


def main(contacts: int) -> None:
    """Prints the tokens, one a line."""
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - needs Django set up
    from django.db import connection, transaction  # noqa: PLC0415

    from contacts.models import Contact, EmailAddress  # noqa: PLC0415
    from zoomsync.api.tokens import create_token  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    with transaction.atomic(), connection.cursor() as cursor:  # a contact's address is checked at the end
        first = Contact.objects.create(email="person1@example.com", first_name="Ann", last_name="Berg")
        EmailAddress.objects.create(contact=first, email=first.email)
        cursor.execute(_copies_of(Contact, {"id": "n", "email": _EMAIL}), [contacts])
        cursor.execute(_copies_of(EmailAddress, {"id": "n", "contact_id": "n", "email": _EMAIL}), [contacts])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    for number in range(TOKENS):
        print(create_token(f"program {number}", "marketer").plain)


def _copies_of(model: Any, changed: Mapping[str, str]) -> str:
    columns = [field.column for field in model._meta.local_concrete_fields if not field.generated]
    values = [changed.get(column, f"first.{column}") for column in columns]
    return _COPIES.format(table=model._meta.db_table, columns=", ".join(columns), values=", ".join(values))


if __name__ == "__main__":
    main(int(sys.argv[1]))
