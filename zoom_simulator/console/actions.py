"""What the buttons of a webinar's page do: each takes the form, and says in a sentence what happened."""

from collections.abc import Callable, Mapping
from random import Random

from msgspec import Struct

from zoom_simulator.account import SimulatedAccount
from zoom_simulator.account.rows import Registrant, Webinar
from zoom_simulator.scenarios.names import crowd
from zoom_simulator.scenarios.talk import talk
from zoom_simulator.vtt import write_vtt

Form = Mapping[str, str]


class Doing(Struct, frozen=True):
    account: SimulatedAccount
    webinar: Webinar
    form: Form
    random: Random
    """Not the world's: what it gives is written to the journal with the happening."""

    def is_registered(self, email: str) -> bool:
        return any(
            registrant.email.lower() == email.lower() for registrant in self.webinar.registrants.values()
        )

    @property
    def uuid(self) -> str:
        return self.form["uuid"]


type Action = Callable[[Doing], str]
ACTIONS: dict[str, Action] = {}


def action(name: str) -> Callable[[Action], Action]:
    def keep(function: Action) -> Action:
        ACTIONS[name] = function
        return function

    return keep


@action("register")
def register(doing: Doing) -> str:
    form, email = doing.form, doing.form["email"].strip()
    if doing.is_registered(email):
        return f"{email} is registered already."
    registrant = doing.account.register(
        doing.webinar.id, email, form.get("first_name", ""), form.get("last_name", "")
    )
    waiting = " and waits for approval" if registrant.status == "pending" else ""
    return f"{_name(registrant)} registered{waiting}."


@action("register several")
def register_several(doing: Doing) -> str:
    wanted = min(int(doing.form.get("count") or 10), 1000)
    new = [row for row in crowd(doing.random, wanted) if not doing.is_registered(row.email)]
    for row in new:
        doing.account.register(doing.webinar.id, row.email, row.first_name, row.last_name)
    return f"{len(new)} people registered."


@action("approve")
def approve(doing: Doing) -> str:
    registrant = doing.account.approve(doing.webinar.id, doing.form["registrant_id"])
    return f"{_name(registrant)} is approved."


@action("deny")
def deny(doing: Doing) -> str:
    registrant = doing.account.deny(doing.webinar.id, doing.form["registrant_id"])
    return f"{_name(registrant)} is denied."


@action("cancel")
def cancel(doing: Doing) -> str:
    registrant = doing.account.cancel(doing.webinar.id, doing.form["registrant_id"])
    return f"The host cancelled {_name(registrant)}, who is listed among the denied now."


@action("cancel oneself")
def cancel_oneself(doing: Doing) -> str:
    registrant = doing.account.cancel_oneself(doing.webinar.id, doing.form["registrant_id"])
    return f"{_name(registrant)} cancelled, and is gone from every listing."


@action("delete registrant")
def delete_registrant(doing: Doing) -> str:
    registrant = doing.account.delete_registrant(doing.webinar.id, doing.form["registrant_id"])
    return f"{_name(registrant)} was removed and may register again."


@action("start")
def start(doing: Doing) -> str:
    doing.account.start_webinar(doing.webinar.id)
    return "The webinar is running."


@action("start practice")
def start_practice(doing: Doing) -> str:
    doing.account.start_webinar(doing.webinar.id, practice=True)
    return "A practice session is running."


@action("join")
def join(doing: Doing) -> str:
    row = doing.account.join(doing.webinar.id, registrant_id=doing.form["registrant_id"])
    return f"{row.name or row.user_email} joined."


@action("join as guest")
def join_as_guest(doing: Doing) -> str:
    form = doing.form
    row = doing.account.join(doing.webinar.id, name=form["name"], email=form.get("email", "").strip())
    return f"{row.name} joined{'' if row.user_email else ', without an email'}."


@action("all join")
def all_join(doing: Doing) -> str:
    live = doing.webinar.live
    there = {row.registrant_id for row in live.rows if not row.leave_time} if live else set()
    coming = [
        registrant
        for registrant in doing.webinar.registrants.values()
        if registrant.status == "approved" and registrant.id not in there
    ]
    for item in coming:
        doing.account.join(doing.webinar.id, registrant_id=item.id)
    return f"{len(coming)} registrants joined."


@action("leave")
def leave(doing: Doing) -> str:
    row = doing.account.leave(doing.webinar.id, doing.form["user_id"])
    return f"{row.name} left."


@action("end")
def end(doing: Doing) -> str:
    doing.account.end_webinar(doing.webinar.id)
    return "The webinar has ended; everybody left."


@action("record")
def record(doing: Doing) -> str:
    doing.account.record(doing.uuid)
    return "It was recorded; Zoom is processing the recording."


@action("recording ready")
def recording_ready(doing: Doing) -> str:
    doing.account.recording_ready(doing.uuid)
    return "The recording is ready."


@action("transcript ready")
def transcript_ready(doing: Doing) -> str:
    doing.account.transcript_ready(doing.uuid, content=_conversation(doing))
    return "The transcript is ready."


@action("change transcript")
def change_transcript(doing: Doing) -> str:
    doing.account.change_transcript(doing.uuid, content=_conversation(doing))
    return "Somebody changed the transcript."


@action("rename recording")
def rename_recording(doing: Doing) -> str:
    doing.account.rename_recording(doing.uuid, doing.form["topic"])
    return f"The recording is called “{doing.form['topic']}” now."


@action("trash recording")
def trash_recording(doing: Doing) -> str:
    doing.account.trash_recording(doing.uuid)
    return "The recording is in the trash."


@action("recover recording")
def recover_recording(doing: Doing) -> str:
    doing.account.recover_recording(doing.uuid)
    return "The recording is back from the trash."


@action("delete recording")
def delete_recording(doing: Doing) -> str:
    doing.account.delete_recording(doing.uuid)
    return "The recording is gone for good."


@action("rename")
def rename(doing: Doing) -> str:
    doing.account.rename_webinar(doing.webinar.id, doing.form["topic"])
    return f"The webinar is called “{doing.form['topic']}” now."


@action("delete")
def delete(doing: Doing) -> str:
    doing.account.delete_webinar(doing.webinar.id)
    return f"The webinar “{doing.webinar.topic}” was deleted in Zoom."


def _name(registrant: Registrant) -> str:
    name = f"{registrant.first_name} {registrant.last_name}".strip()
    return f"{name} ({registrant.email})" if name else registrant.email


def _conversation(doing: Doing) -> str:
    """Between the host and the panelists, as long as the session was."""
    _, instance = doing.account.instance(doing.uuid)
    host = doing.account.users[doing.webinar.host_id].display_name
    speakers = [host, *(name for name, _ in doing.webinar.panelists)]
    length = (instance.end or doing.account.clock.now()) - instance.start
    cues = talk(doing.random, speakers, max(1.0, length.total_seconds() / 60))
    return write_vtt(cues).decode()
