"""What one person's registration and attendance make of a session together, and whether it is recorded.

Decides the state of a participation (D6, D8). Knows nothing of how either part was found.
"""

from enum import StrEnum

from integrations.rules.registration import Registration
from integrations.rules.registration import State as RegistrationState


class State(StrEnum):
    REGISTERED = "registered"
    ATTENDED = "attended"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


def participation_state(registration: Registration | None, *, attended: bool, is_final: bool) -> State | None:
    """attended, else cancelled, else no_show (only once the session is final, D8), else registered.

    None: there is nothing to record, because the person neither attended nor is more than pending.
    """
    if attended:
        return State.ATTENDED
    if registration is None or not registration.counts:
        return None
    if registration.state is RegistrationState.CANCELLED:
        return State.CANCELLED
    return State.NO_SHOW if is_final else State.REGISTERED
