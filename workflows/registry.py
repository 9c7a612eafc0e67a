"""The actions and triggers of workflows: a registry, so that each is one file that registers itself.

    class AddNote(Action):                               # workflows/steps/add_note.py
        key = "add_note"
        label = _("Add a note to the timeline")
        group = Group.CONTACT
        icon = "notebook-pen"
        fields = (TextField(name="text", label=_("Note"), is_long=True, most=500, takes_names=True),)
        outcomes = {"noted": _("Noted")}
        repeat = Repeat.CHANGES_NOTHING

        def sentence(self, arguments, names):
            return _("Add the note %s") % self.words("text", arguments, names)

        def perform(self, arguments, step):
            …write, with `step.key` as the effect's own key…
            return Done("noted")

    register_action(AddNote())

`perform` runs inside the transaction that notes the step as done, so that what it writes here happens once.
What happens outside (Zoom, email, HTTP) is a job's row with `step.key` as its unique key; the step waits for
it with `Wait(waits_for=…)` and is performed again when it ended. So `perform` begins by looking for its own
row. CONTRIBUTING has the whole recipe.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from contacts.models.contact import ContactQuerySet
from workflows.definition.fields import Field, Names, Words

if TYPE_CHECKING:
    from workflows.engine.happenings import ChangeFacts, Happening
    from workflows.models import Enrolment, StepRun


class Group(StrEnum):
    """Where an action or a trigger is found in the editor."""

    ZOOM = "zoom"
    FLOW = "flow"
    CONTACT = "contact"
    SEGMENT = "segment"
    NOTIFY = "notify"
    EVENT = "event"
    RECORDING = "recording"


GROUPS: dict[Group, Words] = {
    Group.ZOOM: _("Zoom"),
    Group.FLOW: _("Flow"),
    Group.CONTACT: _("Contact"),
    Group.SEGMENT: _("Segments"),
    Group.NOTIFY: _("Notify"),
    Group.EVENT: _("Marketing events"),
    Group.RECORDING: _("Recordings"),
}


class Repeat(StrEnum):
    """What it would mean outside if a step were done once more after a crash. Each action declares it."""

    CHANGES_NOTHING = "changes_nothing"
    """All of it is rows here, written together with the step."""
    FOUND_BY_KEY = "found_by_key"
    """The other side is asked, or recognises the key: nothing happens twice."""
    MAY_REPEAT = "may_repeat"
    """The other side gets it again, with the same ID, by which it can be recognised."""


REPEATS: dict[Repeat, Words] = {
    Repeat.CHANGES_NOTHING: _("Happens once for each contact, whatever breaks."),
    Repeat.FOUND_BY_KEY: _("Happens once for each contact, in Zoom too: a second try looks for the first."),
    Repeat.MAY_REPEAT: _("If something breaks just as it is sent, it may arrive twice, with the same ID."),
}


# What a step comes to.


@dataclass(frozen=True)
class Done:
    """The step is over. `outcome` is one of the action's `outcomes`; `values` go with its words."""

    outcome: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Wait:
    """The step is performed again at `until`, or when what it waits for has changed.

    `waits_for` is "event:7", "webinar:93112345678", "registration:8" or "message:9"; "" is only the clock.
    `memory` is kept with the step, and is there when it is performed again.
    """

    reason: str
    until: datetime | None = None
    waits_for: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    memory: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Choose:
    """A branch was chosen: its ID, or "" for else. `decision` says why."""

    branch: str
    decision: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class End:
    """The person leaves the workflow here."""


type StepResult = Done | Wait | Choose | End


class StepError(Exception):
    """The step can't be done until a person changes something. `code` is one of `workflows.wording`."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass
class StepContext:
    """What an action is performed with. In a test run there is no enrolment, and nothing may be written."""

    contact: Contact
    data: Mapping[str, Any]
    """The trigger's own: event_id, webinar_id, occurrence_id, call_id, property."""
    now: datetime
    started_at: datetime
    """When the person came to this step."""
    key: str
    """The effect's own key: the same however often the step is performed."""
    memory: Mapping[str, Any] = field(default_factory=dict)
    results: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Of the steps before, by their IDs: {"outcome": …, "values": {…}}."""
    enrolment: "Enrolment | None" = None
    run: "StepRun | None" = None
    is_retry: bool = False
    """Whether a person has asked for another try of what was refused."""


@dataclass(frozen=True)
class Blocker:
    """What would stop a step now; `affected` of the forecast's contacts, None for all of them."""

    code: str
    sentence: str
    remedy: str = ""
    affected: int | None = None
    is_certain: bool = True
    """False where Zoom couldn't be asked."""


class _Kind:
    key: ClassVar[str]
    label: ClassVar[Words]
    group: ClassVar[Group]
    icon: ClassVar[str] = "circle-dot"
    help: ClassVar[Words] = ""
    fields: ClassVar[tuple[Field, ...]] = ()

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)

    def words(self, name: str, arguments: Mapping[str, Any], names: Names) -> str:
        """The value of a field, as it stands in a sentence; blank where it was left out."""
        value = arguments.get(name)
        return "" if value is None else self.field(name).words(value, names)

    def sentence(self, arguments: Mapping[str, Any], names: Names) -> str:
        """What it does or waits for, with its arguments."""
        return str(self.label)

    def mistakes(self, arguments: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Fields that don't go together: the field's name, and what is wrong."""
        yield from ()


class Action(_Kind, ABC):
    """What a step does. At the outcomes in `problems`, `on_problem` decides whether the path goes on."""

    outcomes: ClassVar[Mapping[str, Words]]
    problems: ClassVar[frozenset[str]] = frozenset()
    repeat: ClassVar[Repeat]

    @abstractmethod
    def perform(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        """Do it, or say what it waits for. Raises `StepError` where a person must act."""

    def perform_many(self, arguments: Mapping[str, Any], steps: Sequence[StepContext]) -> list[StepResult]:
        """The same for people who came to the step together, in their order; each contact is there once.

        Override it where a statement can serve all of them. What it raises undoes what all of them did in
        this claim, and each is then performed alone.
        """
        return [self.perform(arguments, step) for step in steps]

    def try_out(self, arguments: Mapping[str, Any], step: StepContext) -> StepResult:
        """What it would come to for this contact now. Writes and sends nothing."""
        return Done(next(iter(self.outcomes)))

    def blockers(self, arguments: Mapping[str, Any], contacts: ContactQuerySet) -> list[Blocker]:
        """What would stop it now, for all or some of these contacts."""
        return []

    def effects(self, arguments: Mapping[str, Any]) -> Iterable[str]:
        """What it changes, by names that triggers have among their `causes`: "segment:7", "property:city"."""
        return ()


ANYTHING = ""
"""Of a trigger that no name narrows down."""


class Trigger(_Kind, ABC):
    """What enrols contacts. `listens_to` are the parts of a change set that may hold happenings."""

    listens_to: ClassVar[frozenset[str]] = frozenset()
    is_about_event: ClassVar[bool] = False
    """Whether its data name an event: steps can then take "the webinar of the trigger"."""

    def about(self, arguments: Mapping[str, Any]) -> Iterable[str]:
        """Names of what it is about: "webinar:93112345678", "event:7". Other changes don't look at it."""
        return (ANYTHING,)

    def names_in(self, changes: "ChangeFacts") -> Iterable[str]:
        """The same names, of what a change set holds for this kind of trigger; without rows of its own."""
        return (ANYTHING,)

    def happenings(self, arguments: Mapping[str, Any], changes: "ChangeFacts") -> "Iterable[Happening]":
        """The contacts that a change set enrols, each with the occasion's own key."""
        return ()

    def existing(self, arguments: Mapping[str, Any], now: datetime) -> "Iterator[Happening]":
        """Those who meet the trigger already, for workflows with `existing`, in the order of contacts."""
        return iter(())

    def existing_contacts(self, arguments: Mapping[str, Any], now: datetime) -> ContactQuerySet:
        """The same as contacts, for the forecast."""
        return Contact.objects.none()

    def causes(self, arguments: Mapping[str, Any]) -> Iterable[str]:
        """The effects of actions that set it off."""
        return ()


_ACTIONS: dict[str, Action] = {}
_TRIGGERS: dict[str, Trigger] = {}


def register_action(action: Action) -> None:
    """Raises `TypeError` for one that doesn't say what a repeat would mean outside."""
    if not isinstance(getattr(action, "repeat", None), Repeat):
        raise TypeError(f"{type(action).__name__} must declare `repeat`.")
    _register(_ACTIONS, action)


def register_trigger(trigger: Trigger) -> None:
    _register(_TRIGGERS, trigger)


def _register[K: _Kind](known: dict[str, K], kind: K) -> None:
    if kind.key in known and type(known[kind.key]) is not type(kind):
        raise ValueError(f"{kind.key!r} is registered already.")
    known[kind.key] = kind


def actions() -> dict[str, Action]:
    return dict(_ACTIONS)


def triggers() -> dict[str, Trigger]:
    return dict(_TRIGGERS)


def action_of(key: str) -> Action:
    return _ACTIONS[key]


def trigger_of(key: str) -> Trigger:
    return _TRIGGERS[key]
