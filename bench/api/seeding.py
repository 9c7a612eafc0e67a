"""A migrated database with contacts and many tokens: `python -m bench.api.seeding CONTACTS`."""

import sys

import django

TOKENS = 64  # each may ask 600 times a minute

_CONTACTS = """
INSERT INTO contacts_contact (id, email, first_name, last_name, source, properties, created_at, updated_at,
    zoom_webinar_registration_count, zoom_webinar_attendance_count, zoom_webinar_joinlink)
SELECT n, 'person' || n || '@example.com', 'Ann', 'Berg ' || n, 'zoom', '{}', now(), now(), 3, 2, ''
FROM generate_series(1, %s) AS n
"""
_ADDRESSES = """
INSERT INTO contacts_emailaddress (contact_id, email, created_at)
SELECT id, email, now() FROM contacts_contact
"""


def main(contacts: int) -> None:
    """Prints the tokens, one a line."""
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - needs Django set up
    from django.db import connection, transaction  # noqa: PLC0415

    from zoomsync.api.tokens import create_token  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    with transaction.atomic(), connection.cursor() as cursor:  # a contact's address is checked at the end
        cursor.execute(_CONTACTS, [contacts])
        cursor.execute(_ADDRESSES)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    for number in range(TOKENS):
        print(create_token(f"program {number}", "marketer").plain)


if __name__ == "__main__":
    main(int(sys.argv[1]))
