"""Whatever refers to a contact has a rule for what becomes of it when the contact is merged (D28)."""

from contacts.merging.rules import merge_rules
from contacts.models import Contact


def test_every_foreign_key_to_a_contact_has_a_merge_rule() -> None:
    relations = Contact._meta.get_fields(include_hidden=True)
    keys = {
        f"{relation.related_model._meta.label_lower}.{relation.field.name}"
        for relation in relations
        if relation.auto_created and not relation.concrete
    }
    assert keys == merge_rules().keys(), (
        "Register a rule (contacts.merging.rules) in the app that has the foreign key."
    )
