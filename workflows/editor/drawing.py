"""A draft as it is drawn: its triggers and steps as sentences, each with what is wrong with it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from contacts.segments.builder.page import sentences_of
from contacts.segments.catalogue import Catalogue
from contacts.segments.errors import DefinitionError, Problem
from workflows.definition.fields import Names, Words
from workflows.definition.naming import names_of, step_sentence, trigger_sentence
from workflows.definition.parsing import VERSION, read_definition
from workflows.definition.tree import BRANCH, Again, Definition, EnrolmentRules, Step, TriggerUse
from workflows.editor.draft import Draft, RawStep, lists_of
from workflows.registry import Action, Trigger, actions, triggers

AGAIN: dict[str, Words] = {
    Again.NEVER: lazy("Each contact once"),
    Again.ALWAYS: lazy("Each time"),
    Again.ONCE_PER_EVENT: lazy("Once for each event"),
    Again.AFTER_DAYS: lazy("Again after %(days)s days"),
}


@dataclass
class DrawnBranch:
    id: str
    name: str
    lines: list[tuple[int, str]]
    path: "DrawnList"
    problems: list[str]


@dataclass
class DrawnStep:
    """`place` is its path in the JSON, such as `steps[2].branches[0].steps[1]`; `action` its key."""

    id: str
    place: str
    action: str
    sentence: str
    icon: str
    problems: list[str]
    is_selected: bool = False
    branches: list[DrawnBranch] = field(default_factory=list)
    otherwise: "DrawnList | None" = None
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass
class DrawnList:
    """A list of steps; `name` is the one of `workflows.editor.draft`."""

    name: str
    steps: list[DrawnStep]

    def walk(self) -> Iterator[DrawnStep]:
        """Each step, in the order of the text."""
        for step in self.steps:
            yield step
            for branch in step.branches:
                yield from branch.path.walk()
            if step.otherwise:
                yield from step.otherwise.walk()


@dataclass
class DrawnTrigger:
    position: int
    sentence: str
    icon: str
    problems: list[str]
    is_selected: bool = False


@dataclass
class Drawing:
    triggers: list[DrawnTrigger]
    path: DrawnList

    def list_names(self) -> dict[str, str]:
        """What a person calls each list of steps: its branch; blank for the outermost one."""
        names = {"": ""}
        for step in self.path.walk():
            names |= {branch.path.name: f"{step.sentence}, {branch.name}" for branch in step.branches}
            if step.otherwise:
                names[step.otherwise.name] = f"{step.sentence}, {_('Else')}"
        return names

    def located(self, problem: Problem) -> tuple[str, str]:
        """The sentence of the part that it is about, and what to show to mend it; blank for none."""
        for trigger in self.triggers:
            if problem.path.startswith(f"triggers[{trigger.position}]"):
                return trigger.sentence, f"trigger@{trigger.position}"
        steps = [step for step in self.path.walk() if problem.path.startswith(step.place)]
        if steps:
            deepest = max(steps, key=lambda step: len(step.place))
            return deepest.sentence, f"step@{deepest.id}"
        return (_("Enrolment rules"), "rules") if problem.path.startswith("enrolment") else ("", "")


def decision_text(step: DrawnStep | None, decision: Mapping[str, Any]) -> str:
    """What a branch step decided: each branch that was tried, and whether its conditions were met."""
    names = {branch.id: branch.name for branch in step.branches} if step else {}
    tried = ((names.get(test["branch"], test["branch"]), test["held"]) for test in decision.get("tried", []))
    return ", ".join(_("%s: met") % name if is_held else _("%s: not met") % name for name, is_held in tried)


def draw(
    draft: Draft,
    catalogue: Catalogue,
    problems: Iterable[Problem] = (),
    *,
    selected: str = "",
    counts: Mapping[str, Mapping[str, int]] | None = None,
) -> Drawing:
    """`selected` is a step's ID or `trigger-N`; `counts` are of people, by the step's ID."""
    return _Drawer(draft, catalogue, list(problems), selected, counts or {}).draw()


class _Drawer:
    def __init__(
        self,
        draft: Draft,
        catalogue: Catalogue,
        problems: list[Problem],
        selected: str,
        counts: Mapping[str, Mapping[str, int]],
    ) -> None:
        self.draft = draft
        self.catalogue = catalogue
        self.problems = problems
        self.selected = selected
        self.counts = counts
        self.uses = [read_trigger(use, catalogue) for use in draft["triggers"]]
        steps = [step for _name, steps in lists_of(draft) for step in steps]
        self.read = {step["id"]: read_step(step, catalogue) for step in steps}
        self.names = self._names()

    def _names(self) -> Names:
        uses = tuple(use for use in self.uses if use)
        steps = tuple(step for step in self.read.values() if step)
        return names_of(Definition(uses, EnrolmentRules(), steps), self.catalogue)

    def draw(self) -> Drawing:
        return Drawing(
            [self._trigger(number, use) for number, use in enumerate(self.draft["triggers"])],
            self._list("", "steps", self.draft["steps"]),
        )

    def _trigger(self, number: int, raw: dict[str, Any]) -> DrawnTrigger:
        kind, use = triggers().get(raw["trigger"]), self.uses[number]
        return DrawnTrigger(
            number,
            _trigger_words(raw, use, self.names),
            kind.icon if kind else "circle-help",
            self._problems_at(f"triggers[{number}]", kind),
            self.selected == f"trigger-{number}",
        )

    def _list(self, name: str, path: str, steps: list[RawStep]) -> DrawnList:
        return DrawnList(name, [self._step(f"{path}[{index}]", step) for index, step in enumerate(steps)])

    def _step(self, path: str, raw: RawStep) -> DrawnStep:
        kind, step = actions().get(raw["action"]), self.read[raw["id"]]
        label = str(kind.label) if kind else raw["action"]
        drawn = DrawnStep(
            raw["id"],
            path,
            raw["action"],
            step_sentence(step, self.names) if step else str(raw.get("name") or label),
            kind.icon if kind else "circle-help",
            self._problems_at(path, kind, but=(f"{path}.branches[", f"{path}.else[")),
            self.selected == raw["id"],
            counts=self.counts.get(raw["id"], {}),
        )
        if raw["action"] == BRANCH:
            drawn.branches = [
                self._branch(raw["id"], f"{path}.branches[{number}]", number, branch)
                for number, branch in enumerate(raw.get("branches", []))
            ]
            drawn.otherwise = self._list(f"{raw['id']}.", f"{path}.else", raw.get("else", []))
        return drawn

    def _branch(self, step_id: str, path: str, number: int, raw: dict[str, Any]) -> DrawnBranch:
        return DrawnBranch(
            raw["id"],
            str(raw.get("name") or _("Branch %d") % (number + 1)),
            condition_lines(raw, self.catalogue),
            self._list(f"{step_id}.{raw['id']}", f"{path}.steps", raw.get("steps", [])),
            self._problems_at(path, but=(f"{path}.steps[",)),
        )

    def _problems_at(
        self, path: str, kind: Action | Trigger | None = None, but: tuple[str, ...] = ()
    ) -> list[str]:
        """Problems at this place and inside it, without those of parts that are drawn on their own."""
        inside = (f"{path}.", f"{path}[")
        labels = {field.name: str(field.label) for field in kind.fields} if kind else {}
        problems = [row for row in self.problems if row.path == path or row.path.startswith(inside)]
        shown = [problem for problem in problems if not problem.path.startswith(but)]
        return list(dict.fromkeys(_named(problem, path, labels) for problem in shown))


def _trigger_words(raw: dict[str, Any], use: TriggerUse | None, names: Names) -> str:
    """What it waits for; its label while it is incomplete."""
    kind = triggers().get(raw["trigger"])
    return trigger_sentence(use, names) if use else str(kind.label) if kind else str(raw["trigger"])


def trigger_sentences(drafts: Sequence[Draft], catalogue: Catalogue) -> list[list[str]]:
    """The sentences of the triggers of each draft. As many queries as for one."""
    uses = [[(raw, read_trigger(raw, catalogue)) for raw in draft["triggers"]] for draft in drafts]
    read = tuple(use for of_draft in uses for _raw, use in of_draft if use)
    names = names_of(Definition(read, EnrolmentRules(), ()), catalogue)
    return [[_trigger_words(raw, use, names) for raw, use in of_draft] for of_draft in uses]


def _named(problem: Problem, path: str, labels: Mapping[str, str]) -> str:
    """The message, with the label of the field that it is about."""
    inner = problem.path.removeprefix(f"{path}.arguments.")
    label = labels.get(inner.partition(".")[0].partition("[")[0])
    return f"{label}: {problem.message}" if label else problem.message


def rule_sentences(rules: Mapping[str, Any], known: Catalogue) -> list[str]:
    """Who is enrolled again, and who never, each as a short sentence."""
    again = rules.get("again", Again.NEVER)
    text = str(AGAIN.get(again, again))
    sentences = [text % {"days": rules.get("days", "")} if again == Again.AFTER_DAYS else text]
    suppressed = [known.segments[key].name for key in _keys(rules.get("suppress")) if key in known.segments]
    if suppressed:
        sentences.append(_("Never members of %s") % ", ".join(f"“{name}”" for name in suppressed))
    if "only" in rules:
        sentences.append(_("Only contacts who meet further conditions"))
    if rules.get("existing"):
        sentences.append(_("Contacts who meet a trigger already are enrolled when it is published"))
    return sentences


def _keys(raw: Any) -> list[int]:
    return [key for key in raw if isinstance(key, int)] if isinstance(raw, list) else []


def condition_lines(raw: Mapping[str, Any], known: Catalogue) -> list[tuple[int, str]]:
    """Conditions in words, each with how far it is set in; nothing where they can't be read."""
    try:
        lines = sentences_of({"version": 1, "where": raw["where"]}, known=known) if "where" in raw else []
    except DefinitionError:
        lines = []
    return [*lines, *((0, line) for line in _result_lines(raw))]


def _result_lines(raw: Mapping[str, Any]) -> Iterator[str]:
    results = raw.get("results", [])
    for test in results if isinstance(results, list) else []:
        if isinstance(test, dict) and "outcome" in test:
            yield _("Step %(step)s ended as %(outcome)s") % {
                "step": test.get("step"),
                "outcome": ", ".join(map(str, test["outcome"])),
            }
        elif isinstance(test, dict):
            yield _("The answer of step %(step)s: %(answer)s %(is)s %(value)s") % {
                "step": test.get("step"),
                "answer": test.get("answer"),
                "is": test.get("is"),
                "value": test.get("value", ""),
            }


def read_trigger(raw: dict[str, Any], catalogue: Catalogue) -> TriggerUse | None:
    """One trigger by itself; None while it is incomplete."""
    try:
        return read_definition({"version": VERSION, "triggers": [raw], "steps": []}, catalogue).triggers[0]
    except DefinitionError:
        return None


def read_step(raw: RawStep, catalogue: Catalogue) -> Step | None:
    """One step by itself; None while it is incomplete. A branch has no sentence of its own."""
    if raw["action"] == BRANCH:
        return None
    try:
        return read_definition({"version": VERSION, "triggers": [], "steps": [raw]}, catalogue).steps[0]
    except DefinitionError:
        return None
