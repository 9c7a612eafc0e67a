"""Many contacts at once: by the same rules, and with the same few queries, as an import from a file."""

from contacts.addresses import clean_address, clean_name, clean_secondaries
from contacts.api.schemas import ContactGiven, RowError, RowResult
from contacts.errors import ContactError
from contacts.importing.batches import Change, apply
from contacts.importing.columns import Person
from contacts.models import Contact
from contacts.properties.definitions import UnknownPropertyError, custom_specs

_STATUS = {Change.ADDED: "created", Change.CHANGED: "changed", Change.UNCHANGED: "unchanged"}


def write_batch(rows: list[ContactGiven]) -> list[RowResult]:
    """In the order given. A row that is refused keeps no other from being written."""
    known = {name for name, spec in custom_specs().items() if not spec.is_archived}
    people: list[Person] = []
    results: dict[int, RowResult] = {}
    for index, row in enumerate(rows):
        try:
            people.append(_person(index, row, known))
        except ContactError as refusal:
            results[index] = _refused(refusal)
    for line, outcome in apply(people, source=Contact.Source.API).by_line.items():
        results[line] = _refused(outcome) if isinstance(outcome, ContactError) else _written(*outcome)
    return [results[index] for index in range(len(rows))]


def _person(line: int, row: ContactGiven, known_properties: set[str]) -> Person:
    """Raises `ContactError`."""
    for name in row.properties:
        if name not in known_properties:
            raise UnknownPropertyError(name)
    email = clean_address(row.email)
    return Person(
        line=line,
        email=email,
        first_name=clean_name(row.first_name, "first_name"),
        last_name=clean_name(row.last_name, "last_name"),
        secondary_emails=clean_secondaries(row.secondary_emails, email),
        properties={name: value for name, value in row.properties.items() if value not in ("", [])},
    )


def _refused(refusal: ContactError) -> RowResult:
    error = RowError(field=refusal.field or "email", message=str(refusal))
    return RowResult(status="refused", id=None, errors=[error])


def _written(change: Change, contact: Contact) -> RowResult:
    return RowResult.model_validate({"status": _STATUS[change], "id": contact.pk, "errors": []})
