import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.actions import NewContact, create_contact, edit_contact
from contacts.models import Contact
from contacts.names import Source, SourcedName, merge_names

firsts, lasts = st.sampled_from(["", " ", "Jill", "Joan"]), st.sampled_from(["", "Chill", "Frost"])


def named(source: st.SearchStrategy[str]) -> st.SearchStrategy[SourcedName]:
    return st.builds(SourcedName, firsts, lasts, source)


names = named(st.sampled_from(Source))
typed, registered, displayed = (
    named(st.just(source.value)) for source in (Source.PERSON, Source.REGISTRATION, Source.DISPLAY_NAME)
)


@given(names, names)
def test_d12_a_name_that_is_offered_twice_changes_nothing_more(
    current: SourcedName, offered: SourcedName
) -> None:
    once = merge_names(current, offered)
    assert merge_names(once, offered) == once


@given(typed | registered, names)
def test_d5_a_part_that_is_there_is_never_overwritten(current: SourcedName, offered: SourcedName) -> None:
    merged = merge_names(current, offered)
    for before, after, part in zip(current[:2], merged[:2], offered[:2], strict=True):
        assert after.strip() in ({before.strip()} if before.strip() else {"", part.strip()})


@given(typed, registered)
def test_d5_what_is_blank_is_filled_from_a_registration(current: SourcedName, offered: SourcedName) -> None:
    merged = merge_names(current, offered)
    for before, after, part in zip(current[:2], merged[:2], offered[:2], strict=True):
        assert after.strip() == (before.strip() or part.strip())


@given(displayed, registered, displayed)
def test_d27_a_registration_corrects_a_display_name_and_none_corrects_it(
    current: SourcedName, offered: SourcedName, later: SourcedName
) -> None:
    merged = merge_names(current, offered)
    if not offered.is_blank:
        assert merged == (offered.first.strip(), offered.last.strip(), Source.REGISTRATION)
    if all(part.strip() for part in offered[:2]):
        assert merge_names(merged, later) == merged


@given(names, displayed)
def test_d27_parts_of_two_people_make_no_name(current: SourcedName, offered: SourcedName) -> None:
    merged = merge_names(current, offered)
    common = {*offered[:2]} & {*current[:2]} - {"", " "}
    assert merged[:2] == current[:2] or current.is_blank or common


@pytest.mark.django_db
def test_d27_a_persons_edit_makes_the_name_theirs() -> None:
    contact = create_contact(NewContact(email="anna@x.example", first_name="Anna"))
    Contact.objects.update(name_source=Source.DISPLAY_NAME)
    edit_contact(contact.pk, first_name="Anna", last_name="")
    assert Contact.objects.get().name_source == Source.DISPLAY_NAME
    edit_contact(contact.pk, first_name="Anna", last_name="Berg")
    assert Contact.objects.get().name_source == Source.PERSON
