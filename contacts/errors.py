"""Why a change of a contact is refused. `str(error)` is a sentence for the person who asked for it."""

from django.utils.translation import gettext as _

from core.emails import EmailProblem


class ContactError(ValueError):
    """The change was not made; nothing of it was written. `field` names the input that is at fault."""

    def __init__(self, words: str, field: str = "") -> None:
        super().__init__(words)
        self.field = field


class InvalidNameError(ContactError):
    """A name that no column can hold."""


class InvalidAddressError(ContactError):
    """Of several addresses (`is_one_of_many`) the words name the one that is at fault."""

    def __init__(
        self, address: str, problem: EmailProblem, field: str = "", *, is_one_of_many: bool = False
    ) -> None:
        words = _(problem.value)
        super().__init__(f"{address}: {words}" if is_one_of_many else words, field)


class AddressTakenError(ContactError):
    """The address belongs to another contact already; `contact_id` says to whom."""

    def __init__(self, address: str, owner: str, contact_id: int | None, field: str = "") -> None:
        words = (
            _("A contact with the address %(address)s already exists.")
            if address == owner
            else _("%(address)s is a secondary address of %(owner)s.")
        )
        super().__init__(words % {"address": address, "owner": owner}, field)
        self.address = address
        self.contact_id = contact_id


class DeletedContactError(ContactError):
    """The address is one of a contact who was deleted, and this is not the way back (D11)."""

    def __init__(self, address: str, field: str = "") -> None:
        words = _(
            "%(address)s belonged to a deleted contact. To bring that person back, create the contact "
            "manually."
        )
        super().__init__(words % {"address": address}, field)
        self.address = address


class LastAddressError(ContactError):
    """The primary address cannot be taken away: it is what the sync knows the contact by."""


class NotItsAddressError(ContactError):
    """The contact does not have that address, or no longer."""

    def __init__(self, address: str) -> None:
        super().__init__(_("This contact doesn't have the address %(address)s.") % {"address": address})


class ContactGoneError(ContactError):
    """Somebody deleted the contact in the meantime."""

    def __init__(self) -> None:
        super().__init__(_("This contact has been deleted."))
