"""The words for why a contact, a file or a line of it is rejected, and what an import noted."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core.emails import EmailProblem
from core.messages import define

define({f"email.{problem.name.lower()}": _(problem.value) for problem in EmailProblem})
define(
    {
        "contact.rejected": "%(reason)s",
        "contact.one_address_invalid": _("%(address)s: %(reason)s"),
        "contact.exists": _("A contact with the address %(address)s already exists."),
        "contact.address_taken": _("%(address)s is a secondary address of %(owner)s."),
        "contact.deleted_before": _(
            "%(address)s belonged to a deleted contact. To bring that person back, create the contact "
            "manually."
        ),
        "contact.last_address": _("Make another address primary before you remove this one."),
        "contact.not_its_address": _("This contact doesn't have the address %(address)s."),
        "contact.gone": _("This contact has been deleted."),
        "contact.name_with_nul": _("A name can't contain a NUL character."),
        "contact.name_too_long": _("A name can't be longer than %(max)s characters."),
        "bulk.list_grew": _(
            "You confirmed %(expected)s contacts, but %(number)s match by now. Nothing was changed."
        ),
        "merge.same": _("This is the same contact. Choose another one."),
        "merge.gone": _("This merge can't be undone any more: it was undone already, or it is too long ago."),
        "merge.undo_later_first": _("The contact was merged into %(contact)s since. Undo that merge first."),
        "merge.address_is_primary": _(
            "%(address)s is the primary address now. Make another address primary, then undo the merge."
        ),
        "merge.address_elsewhere": _(
            "%(address)s belongs to the contact %(owner)s by now. Remove it there, then undo the merge."
        ),
        "contact.note_blank": _("Write something first."),
        "contact.note_too_long": _("A note can't be longer than %(max)s characters."),
        "property.unstorable_character": _("“%(label)s” contains a character that can't be stored."),
        "property.unknown": _("There's no property called “%(name)s”."),
        "property.wrong_kind": _("“%(label)s” must be %(wanted)s, not “%(given)s”."),
        "property.a_text": _("a text"),
        "property.a_link": _("a link such as https://example.com"),
        "property.a_number": _("a number such as 1234.5"),
        "property.a_date": _("a date such as 2026-03-31"),
        "property.a_moment": _("a date and time such as 2026-03-31T14:30:00Z"),
        "property.yes_or_no": _("yes or no"),
        "property.a_list": _("a list of texts"),
        "property.no_choices_yet": _("one of its choices, of which there are none yet"),
        "property.one_of": _("one of %(choices)s"),
        "contact.value_too_long": _('The value of "%(label)s" is longer than %(max)s characters.'),
    }
)
define(
    {
        # The whole file.
        "import.no_email_column": _(
            'The file has no "email" column. Its first row names these columns: %(columns)s'
        ),
        "import.too_many_rejected": _(
            "Stopped at line %(line)s: too many rows in a row were rejected. Fix the file and import it "
            "again."
        ),
        "import.file_gone": _("The uploaded file no longer exists. Upload it again."),
        "import.no_header": _("No row names the columns."),
        "import.empty": _("The file is empty."),
        "import.bad_header": _("The first row, which names the columns: %(reason)s"),
        "import.too_many_columns": _(
            "The file has %(found)s columns. At most %(most)s are allowed: remove those you don't need."
        ),
        "import.too_many_properties": _(
            "Contacts can have %(most)s properties. Remove columns that you don't need from the file."
        ),
        "import.column_twice": _('Two columns are named "%(column)s". Rename or remove one of them.'),
        "import.choose_email_column": _("Choose the one column that has the email addresses."),
        "import.column_chosen_twice": _("Choose a different column for each field."),
        "import.column_not_nameable": _("A column without a usable name can't become a new property."),
        "import.more_than_columns": _("The file has more than %(most)s columns."),
        "import.spreadsheet": _("This is a spreadsheet, not a CSV file. Save it as CSV (UTF-8) first."),
        # A line.
        "import.row_with_nul": _("The row contains a NUL byte."),
        "import.row_unreadable": _("The row contains characters that can't be read. Save the file as UTF-8."),
        "import.quote_never_closed": _("A quote that opens in this row is never closed."),
        "import.row_too_long": _("The row is too long."),
        "import.text_after_quote": _(
            "There is text after a closing quote. Double the quotes inside a value."
        ),
        "import.too_many_values": _("The line has %(found)s values, but the header names %(named)s columns."),
        "import.same_email": _("The same email is already in row %(line)s."),
        "import.reasons": "%(reason)s %(more)s",
        # Many lines with one reason.
        "import.rows_rejected": ngettext_lazy(
            "%(count)s row (%(lines)s): %(reason)s", "%(count)s rows (%(lines)s): %(reason)s", "count"
        ),
        "import.all_secondary_invalid": _("A secondary email: %(reason)s"),
        "import.all_address_taken": _("The address belongs to another contact."),
        "import.all_deleted_before": _("The address belonged to a deleted contact."),
        "import.all_wrong_kind": _("“%(label)s” must be %(wanted)s."),
        "import.all_same_email": _("The same email is in an earlier row."),
        "import.all_too_many_values": _("The line has more values than the header names columns."),
        # Notes.
        "import.guessed_encoding": _(
            "The file isn't UTF-8. It was read as %(encoding)s: check the letters that aren't English."
        ),
        "import.starts_at_line": _("Reading starts at line %(line)s, which has the column names."),
        "import.column_calculated": _('The column "%(column)s" was ignored: the sync calculates it.'),
        "import.column_fixed": _(
            'The column "%(column)s" was ignored: the name is that of a field that can\'t be imported. '
            "Rename the column to make it a property."
        ),
        "import.column_unnameable": _(
            'The column "%(column)s" was ignored: its name has no letters or digits.'
        ),
        "import.column_nameless": _("Column %(number)s was ignored: it has no name."),
        "import.properties_made": ngettext_lazy(
            "New property: %(names)s", "New properties: %(names)s", "count"
        ),
    }
)
