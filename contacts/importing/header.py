"""Names of columns, as people, Google, Outlook and Zoom's own reports write them. Pure."""

from collections.abc import Iterable

FIELDS = ("email", "first_name", "last_name", "secondary_emails")
# Those that we put in front of rejected rows: when the file comes back with the rows put right, they are
# nobody's property.
REPORT_COLUMNS = ("rejected_row", "rejected_because")
# In the order in which they count, as `fold` leaves them: "E-mail 1 - Value" is Google's, "E-mail Address"
# Outlook's.
_NAMES = {
    "email": ("email", "emailaddress", "email1value", "emailaddress1", "primaryemail"),
    "first_name": ("firstname", "givenname"),
    "last_name": ("lastname", "familyname", "surname"),
    "secondary_emails": (
        *("secondaryemails", "email2address", "email3address", "email2value", "email3value", "email4value"),
        "additionalemailaddresses",
    ),
}
_FIELD_OF = {name: field for field, names in _NAMES.items() for name in names}


def fold(label: str) -> str:
    """A column's name without case, spaces, quotes and hyphens: " E-Mail" is "email"."""
    return "".join(char for char in label.casefold() if char.isalnum())


def fields_named(cells: Iterable[str]) -> dict[str, list[int]]:
    """The fields that a header names, each with its columns, the ones that count most first."""
    positions: dict[str, list[tuple[int, int]]] = {}
    for position, cell in enumerate(cells):
        name = fold(cell)
        if field := _FIELD_OF.get(name):
            positions.setdefault(field, []).append((_NAMES[field].index(name), position))
    return {field: [position for _rank, position in sorted(columns)] for field, columns in positions.items()}


def header_score(cells: Iterable[str]) -> int:
    """How surely these cells are a header: how many fields they name; 0 without an email column."""
    fields = fields_named(cells)
    return len(fields) if "email" in fields else 0
