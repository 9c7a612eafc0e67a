"""The fields of a step as the editor draws them."""

from contacts.segments.catalogue import Catalogue
from workflows.editor.controls import controls
from workflows.registry import action_of


def test_a_text_says_which_names_are_filled_in_and_other_fields_do_not() -> None:
    fields = action_of("email_team").fields
    drawn = controls(fields, {}, Catalogue(dict, dict), {}, has_trigger_webinar=False)
    helps = {control.name: control.help for control in drawn}
    assert "Filled in for each contact: {first_name}" in helps["subject"]
    assert "Filled in" not in helps["to"]
