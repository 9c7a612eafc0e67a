"""What Zoom does where its documentation is silent or contradicts itself: one field per open question.

The defaults are what was reported most recently. A test that wants the other answer sets the field, or posts
it to `/simulator/unconfirmed`.
"""

from typing import Literal

from msgspec import Struct


class Unconfirmed(Struct, kw_only=True, forbid_unknown_fields=True):
    """About adding and removing registrants."""

    existing_registrant: Literal["returned", "refused"] = "returned"
    """What someone who is registered gets: the first registration again, or an error."""
    denied_can_register_again: bool = False
    delete_lifts_denial: bool = True
    """Whether an address is free again once its registrant was deleted."""
    full_code: Literal[3000, 3035, 3043] = 3043
    """Which code adding one person to a full webinar gets."""
    enforces_questions: bool = True
    """Whether the form's required fields and questions hold for the API too."""
    answer_has_status: bool = True
    """The answer's `status` is documented since October 2026."""
    pending_has_join_url: bool = False
    announces_additions: bool = True
    """Whether `webinar.registration_created` is sent for people added by the API."""
