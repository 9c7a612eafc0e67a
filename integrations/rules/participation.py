"""The state of a participation: what a person's registration and attendance come to in a session (D6, D8)."""

from datetime import datetime
from enum import StrEnum

from integrations.rules.registration import Registration
from integrations.rules.registration import State as RegistrationState


class State(StrEnum):
    REGISTERED = "registered"
    ATTENDED = "attended"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


def participation_state(
    registration: Registration | None,
    *,
    attended: bool,
    is_final: bool,
    ended_at: datetime | None = None,
) -> State | None:
    """attended, else cancelled, else no_show (only once the session is final, D8), else registered.

    Registered after the end means registered for the replay (D18). None: there is nothing to record, because
    the person neither attended nor is more than pending.
    """
    if attended:
        return State.ATTENDED
    if registration is None or not registration.counts:
        return None
    if registration.state is RegistrationState.CANCELLED:
        return State.CANCELLED
    is_late = ended_at and registration.registered_at and registration.registered_at > ended_at
    return State.NO_SHOW if is_final and not is_late else State.REGISTERED
