"""Many contacts at once: by the same rules, and with the same few queries, as an import from a file."""

from dataclasses import replace

from contacts.api.schemas import ContactGiven, RowError, RowResult
from contacts.errors import ContactError
from contacts.importing.batches import Change, apply
from contacts.importing.columns import Person, clean_person
from contacts.models import Contact
from contacts.properties.definitions import UnknownPropertyError, custom_specs

_STATUS = {Change.ADDED: "created", Change.CHANGED: "changed", Change.UNCHANGED: "unchanged"}


def write_batch(rows: list[ContactGiven]) -> list[RowResult]:
    """In the order given. A row that is refused keeps no other from being written."""
    known = {name for name, spec in custom_specs().items() if not spec.is_archived}
    people = [_person(index, row, known) for index, row in enumerate(rows)]
    by_line = apply(people, source=Contact.Source.API).by_line
    results = (by_line[index] for index in range(len(rows)))
    return [_refused(result) if isinstance(result, list) else _written(*result) for result in results]


def _person(line: int, row: ContactGiven, known_properties: set[str]) -> Person:
    names = {"first_name": row.first_name, "last_name": row.last_name}
    person = clean_person(line, row.email, names, row.secondary_emails)
    unknown = [UnknownPropertyError(name) for name in row.properties if name not in known_properties]
    given = {
        name: value
        for name, value in row.properties.items()
        if name in known_properties and value not in ("", [])
    }
    return replace(person, properties=given, errors=(*person.errors, *unknown))


def _refused(errors: list[ContactError]) -> RowResult:
    """Everything that is wrong with the row."""
    rows = [RowError(field=error.field or "email", message=str(error)) for error in errors]
    return RowResult(status="refused", id=None, errors=rows)


def _written(change: Change, contact: Contact) -> RowResult:
    return RowResult.model_validate({"status": _STATUS[change], "id": contact.pk, "errors": []})
