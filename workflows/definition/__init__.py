"""The definition of a workflow: versioned JSON, its strict reader and its writer.

    {
      "version": 1,
      "triggers": [TRIGGER, …],            any of them enrols a contact; none: only manually, or by the API
      "enrolment": {                       may be left out
        "again": "never",                  never | always | once_per_event | after_days
        "days": 30,                        with after_days
        "only": NODE,                      conditions of a segment that must hold too
        "suppress": [7, 9],                IDs of segments whose members are not enrolled
        "existing": false                  enrol those who meet a trigger already when it is published
      },
      "steps": [STEP, …]
    }

TRIGGER is `{"trigger": KEY, "arguments": {…}}`. STEP is an object:

    {
      "id": "remind",                      stable and unique here: up to 40 letters, digits, _ and -
      "action": "add_to_webinar",          a key of `workflows.registry.actions()`
      "arguments": {…},                    what the action's `fields` say
      "name": "Register for May",          optional: a name in place of the action's sentence
      "on_problem": "stop"                 optional: stop (default) | continue
    }

`on_problem` decides what follows when the step could not do its work (Zoom rejected the person, the webinar
was cancelled): the person stops there, or goes on. A branch is a step with further keys instead of arguments:

    {
      "id": "came", "action": "branch",
      "branches": [{"id": "yes", "name": "Came", "where": NODE, "results": [RESULT, …], "steps": [STEP, …]}],
      "else": [STEP, …]
    }

The first branch that holds is taken, else `else`; then the steps after the branch follow, unless the path
came to an `end`. NODE is a node of a segment's definition (`docs/api.md`). RESULT tests an earlier step, by
its outcome, `{"step": "add", "outcome": ["registered", "already_registered"]}`, or by a webhook's answer,
`{"step": "ask", "answer": "lead.score", "is": "at_least", "value": 50}`. `where` and all of `results` hold.

A webinar is `"931 1234 5678"`, `{"property": "next_webinar"}` (the contact's property holds the ID, R80) or
`{"trigger": "webinar_id"}` (the webinar that the trigger is about). A length of time is `{"days": 2}`, in
minutes, hours, days or weeks. `workflows/registry.py` has the fields of each trigger and action, and
`docs/workflows.md` all of them with examples.

    from workflows.definition.parsing import read_definition
    from workflows.definition.writing import write_definition

    definition = read_definition(raw, catalogue())     # raises DefinitionError with the path of each place
    write_definition(definition)                       # the same as JSON, in its canonical form
"""
