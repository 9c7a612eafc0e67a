"""Deletes a contact as the page does (D11): the sync and imports will not bring it back.

Exit code 0 when it was deleted, 1 when there is no such contact, 2 when what was typed is no email address.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contacts.actions import delete_contact
from contacts.addresses import clean_address, owners_of
from contacts.errors import ContactGoneError, InvalidAddressError


class Command(BaseCommand):
    help = "Delete a contact with all that the CRM knows of it. Only a keyed hash of its addresses stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="the contact's primary address")

    def handle(self, *, email: str, **options: Any) -> None:
        try:
            address = clean_address(email)
        except InvalidAddressError as error:
            raise CommandError(str(error), returncode=2) from error
        owner = owners_of([address]).get(address)
        if owner is None:
            raise CommandError(f"There is no contact with the address {address}.")
        if owner.primary_email != address:
            raise CommandError(
                f"{address} is a secondary address of the contact {owner.primary_email}. "
                "To delete that contact, name its primary address."
            )
        try:
            delete_contact(owner.contact_id)
        except ContactGoneError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Deleted {address}. The sync and imports will not bring this contact back.")
