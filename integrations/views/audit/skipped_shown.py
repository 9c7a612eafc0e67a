"""The first of the skipped people, by reason, as the audit log of a webinar names them."""

from collections import defaultdict

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from integrations.models import SkippedPerson, Webinar

SHOWN = 20
_STAGES = 2  # someone may be listed once for each


def first_skipped(webinar: Webinar) -> dict[str, list[SkippedPerson]]:
    """Reason > up to 20 people, each once. One query."""
    order = [F("first_skipped_at").desc(), F("pk").desc()]
    place = Window(RowNumber(), partition_by="reason", order_by=order)
    rows = SkippedPerson.objects.filter(webinar=webinar).annotate(place=place)
    people: dict[str, dict[str, SkippedPerson]] = defaultdict(dict)
    for row in rows.filter(place__lte=SHOWN * _STAGES).order_by("reason", "place"):
        people[row.reason].setdefault(row.person_key, row)
    return {reason: list(shown.values())[:SHOWN] for reason, shown in people.items()}
