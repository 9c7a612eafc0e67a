"""Why a change of a contact is rejected: `reason` is a sentence for the person who asked for it."""

from collections.abc import Iterator
from contextlib import contextmanager

from contacts import wording  # noqa: F401  registers the words
from core.emails import EmailProblem
from core.messages import Message


class ContactError(ValueError):
    """The change was not made; nothing of it was written. `field` names the input that is at fault."""

    def __init__(self, reason: Message | str, field: str = "") -> None:
        super().__init__(reason)
        self.reason = reason if isinstance(reason, Message) else Message("contact.rejected", reason=reason)
        self.field = field


@contextmanager
def collecting(errors: list[ContactError]) -> Iterator[None]:
    """Note the error and go on, so that all mistakes of a row are named at once."""
    try:
        yield
    except ContactError as error:
        errors.append(error)


class InvalidNameError(ContactError):
    """A name that no column can hold."""


class InvalidAddressError(ContactError):
    """An address that can't be used. With `is_one_of_many`, the message names it."""

    def __init__(
        self, address: str, problem: EmailProblem, field: str = "", *, is_one_of_many: bool = False
    ) -> None:
        reason = Message(f"email.{problem.name.lower()}")
        if is_one_of_many:
            reason = Message("contact.one_address_invalid", address=address, reason=reason)
        super().__init__(reason, field)


class AddressTakenError(ContactError):
    """The address belongs to another contact already; `contact_id` says to whom."""

    def __init__(self, address: str, owner: str, contact_id: int | None, field: str = "") -> None:
        code = "contact.exists" if address == owner else "contact.address_taken"
        super().__init__(Message(code, address=address, owner=owner), field)
        self.address = address
        self.contact_id = contact_id


class DeletedContactError(ContactError):
    """The address is one of a contact who was deleted, and this is not the way back (D11)."""

    def __init__(self, address: str, field: str = "") -> None:
        super().__init__(Message("contact.deleted_before", address=address), field)
        self.address = address


class LastAddressError(ContactError):
    """The primary address cannot be taken away: it is what the sync knows the contact by."""


class NotItsAddressError(ContactError):
    """The contact does not have that address, or no longer."""

    def __init__(self, address: str) -> None:
        super().__init__(Message("contact.not_its_address", address=address))


class ContactGoneError(ContactError):
    """Someone deleted the contact in the meantime."""

    def __init__(self) -> None:
        super().__init__(Message("contact.gone"))
