"""Notes that people write on a contact: lines of its timeline."""

from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from contacts.errors import ContactError, ContactGoneError
from contacts.history import NOTE
from contacts.models import Contact, TimelineEntry
from core.messages import Message
from core.security_log import actor_name

MAX_LENGTH = 10_000


@transaction.atomic
def add_note(contact_id: int, text: str) -> TimelineEntry:
    """Raises `ContactError` for a note that is blank or too long, or if the contact is gone."""
    text = text.replace("\0", "").replace("\r\n", "\n").strip()
    if not text:
        raise ContactError(Message("contact.note_blank"), "text")
    if len(text) > MAX_LENGTH:
        raise ContactError(Message("contact.note_too_long", max=MAX_LENGTH), "text")
    if not Contact.objects.select_for_update().filter(pk=contact_id).exists():
        raise ContactGoneError
    return TimelineEntry.objects.create(
        contact_id=contact_id,
        kind=NOTE,
        subject_key=f"note:{uuid4().hex}",
        occurred_at=timezone.now(),
        details={"who": actor_name(), "text": text},
    )


def delete_note(contact_id: int, note_id: int) -> str | None:
    """The text of the note that was deleted, so that it can be written again; None if there was none."""
    with transaction.atomic():
        notes = TimelineEntry.objects.select_for_update().filter(contact=contact_id, kind=NOTE, pk=note_id)
        note = notes.first()
        if note is None:
            return None
        note.delete()
        return str(note.details.get("text", ""))
