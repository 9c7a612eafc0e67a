"""The address of a list of contacts: that of all, or the members of a segment."""

from django.http import QueryDict
from django.urls import reverse

from core.row_keys import row_key

# What of an address says which contacts are shown, and how.
KEPT = (
    "q", "zoom", "source", "segment", "result", "created_from", "created_to", "where",
    "columns", "sort", "size",
)  # fmt: skip
OF_MEMBERS = ("q", "columns", "sort", "size")
MEMBERS = "members"


def kept_query(fields: QueryDict) -> str:
    """What of an address a list is made of, in one order."""
    return _picked(fields, KEPT).urlencode()


def member_fields(fields: QueryDict, segment_id: int) -> QueryDict:
    """The page of a segment as a list of contacts."""
    kept = _picked(fields, OF_MEMBERS)
    kept["list"] = MEMBERS
    kept["segment"] = str(segment_id)
    return kept


def list_url(query: str) -> str:
    """The page with the list that `query` describes."""
    fields = QueryDict(query)
    segment = row_key(fields.get("segment", ""))
    if fields.get("list") == MEMBERS and segment:
        address, kept = reverse("contacts:segment", args=[segment]), _picked(fields, OF_MEMBERS).urlencode()
    else:
        address, kept = reverse("contacts:list"), kept_query(fields)
    return f"{address}?{kept}" if kept else address


def _picked(fields: QueryDict, names: tuple[str, ...]) -> QueryDict:
    kept = QueryDict(mutable=True)
    for name in names:
        if value := fields.get(name, ""):
            kept[name] = value
    return kept
