"""Why contacts enter and leave segments: codes in the rows, and their words."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BY_HAND = "by_hand"
DEFINITION = "definition"
CLOCK = "clock"

_WORDS: dict[str, str | Promise] = {
    BY_HAND: _("changed by %(who)s"),
    DEFINITION: _("the conditions changed"),
    CLOCK: _("a date passed"),
}


def register_reason(code: str, words: str | Promise) -> None:
    """`words` is a format with the values that a row of this code has."""
    _WORDS[code] = words


def words_of_reason(code: str, details: Mapping[str, Any]) -> str:
    return str(_WORDS.get(code, code)) % defaultdict(str, details)
