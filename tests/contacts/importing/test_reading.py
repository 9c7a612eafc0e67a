from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.importing.columns import Person, Refusal
from contacts.importing.errors import UnreadableFileError
from contacts.importing.reading import BATCH_SIZE, ContactFile
from contacts.models import PropertyDefinition
from contacts.properties.names import ZOOM_PROPERTIES, property_name
from contacts.properties.values import MAX_VALUE_LENGTH


def read(content: str, after_line: int = 0) -> tuple[list[Person], list[Refusal]]:
    batches = list(ContactFile(BytesIO(content.encode())).batches(after_line))
    people = [person for batch in batches for person in batch.people]
    refused = [refusal for batch in batches for refusal in batch.refusals]
    refused += [Refusal(p.line, p.email, tuple(e.reason for e in p.errors)) for p in people if p.errors]
    return [p for p in people if not p.errors], sorted(refused, key=lambda refusal: refusal.line)


def refusals(content: str) -> list[tuple[int, str, str]]:
    return [(refusal.line, refusal.email, str(refusal.reason)) for refusal in read(content)[1]]


# Headers of other programs (case 21), and characters that no one sees (case 18)


@pytest.mark.parametrize(
    ("content", "people"),
    [
        ("Email Address,First Name,Last Name\nm1@x.example,A,B\n", [("m1@x.example", "A", "B")]),
        (
            "First Name,Last Name,E-mail 1 - Label,E-mail 1 - Value\nA,B,Work,g1@x.example\n",
            [("g1@x.example", "A", "B")],
        ),
        (
            "First Name,Last Name,E-mail Address,E-mail 2 Address\nA,B,o1@x.example,\n",
            [("o1@x.example", "A", "B")],
        ),
        ("Given Name;Family Name;e-mail address\nA;B;o1@x.example\n", [("o1@x.example", "A", "B")]),
        (
            (
                'Registration Report\nReport Generated:,"Nov 20, 2026 10:00 AM"\n'
                'Topic,Webinar ID,Scheduled Time,# Registered\n"Demo, part 1",870 0000 0001,x,2\n\n'
                "Registrant Details\nFirst Name,Last Name,Email,Registration Time,Approval Status,\n"
                'Ann,A,zr1@x.example,"Nov 10, 2026 10:00:00",approved,\nBob,B,zr2@x.example,x,approved,\n'
            ),
            [("zr1@x.example", "Ann", "A"), ("zr2@x.example", "Bob", "B")],
        ),
        (
            (
                "Attendee Report\nTopic,ID\nDemo,1\nHost Details,\nAttended,User Name,Email,Join Time\n"
                "Yes,Hanna,host@x.example,x\nAttendee Details,\nAttended,First Name,Last Name,Email\n"
                "Yes,Ann,A,zr1@x.example\n"
            ),
            [("zr1@x.example", "Ann", "A")],
        ),
    ],
)
def test_the_headers_of_other_programs_are_known(content: str, people: list[tuple[str, str, str]]):
    found, refused = read(content)
    assert [(person.email, person.first_name, person.last_name) for person in found] == people
    assert refused == []


def test_further_addresses_of_outlook_and_google_are_secondary_ones():
    (outlook,), _ = read(
        "E-mail Address,E-mail 2 Address,E-mail 3 Address\na@x.example,b@x.example,c@x.example\n"
    )
    assert outlook.addresses == ("a@x.example", "b@x.example", "c@x.example")
    (google,), _ = read("E-mail 1 - Value,E-mail 2 - Value\na@x.example ::: b@x.example,c@x.example\n")
    assert google.addresses == ("a@x.example", "b@x.example", "c@x.example")


def test_a_column_called_email_goes_before_others_that_hold_addresses():
    (person,), _ = read("Email Address,Email\nother@x.example,a@x.example\n")
    assert (person.email, person.properties) == ("a@x.example", {"email_address": "other@x.example"})


def test_lines_above_the_header_are_mentioned_and_keep_their_numbers():
    file = ContactFile(BytesIO(b"Report\n\nEmail,City\nnonsense,Bonn\n"))
    assert "line 3" in str(file.notes[0])
    assert next(file.batches()).people[0].line == 4


INVISIBLE = st.text(
    "\u200b\u200c\u200d\u2060\ufeff\xa0\u00ad\u200e\u200f\u202a\u202c \t\u3000\u180e", max_size=4
)


@given(INVISIBLE, INVISIBLE, INVISIBLE)
def test_invisible_characters_around_an_address_and_a_name_are_taken_off(one: str, two: str, three: str):
    content = f'email,first_name,City\n"{one}anna@x.example{two}","{two}Anna{three}","{three}Bonn{one}"\n'
    (person,), refused = read(content)
    assert (person.email, person.first_name, person.properties) == (
        "anna@x.example",
        "Anna",
        {"city": "Bonn"},
    )
    assert refused == []


@pytest.mark.parametrize("inside", ["an\u200bna@x.example", "anna\ufeff@x.example"])
def test_an_invisible_character_within_an_address_is_said(inside: str):
    assert len(read(f"email\n{inside}\n")[1]) == 1


@pytest.mark.parametrize("length", [MAX_VALUE_LENGTH, MAX_VALUE_LENGTH + 1, 90_000])
def test_a_value_that_nobody_could_edit_is_rejected(length: int):
    people, refused = read(f"email,Notes\na@x.example,{'x' * length}\nb@x.example,y\n")
    assert len(people) == (2 if length <= MAX_VALUE_LENGTH else 1)
    assert ["Notes" in str(refusal.reason) for refusal in refused] == [True] * (2 - len(people))


# Columns


@pytest.mark.parametrize(
    "header",
    [
        "email,first_name,last_name,secondary_emails",
        " E-Mail , First Name,LAST-NAME, Secondary Emails ",
        '"EMAIL","firstname","lastname","Secondary E-Mails"',
    ],
)
def test_the_names_of_columns_are_read_whatever_their_case_and_spaces(header: str):
    (person,), _ = read(f"{header}\n Anna@X.example , Anna ,Berg,a@y.example; b@y.example;\n")
    assert (person.email, person.first_name, person.last_name) == ("anna@x.example", "Anna", "Berg")
    assert person.secondary_emails == ("a@y.example", "b@y.example")


def test_a_file_without_an_email_column_says_which_columns_it_has():
    with pytest.raises(UnreadableFileError, match=r'no "email" column.*name, phone'):
        read("name,phone\nAnna,1\n")


def test_two_columns_of_one_name_are_refused_rather_than_guessed():
    with pytest.raises(UnreadableFileError, match="City"):
        read("email,city,City\n")
    with pytest.raises(UnreadableFileError, match="E-Mail"):
        read("email,E-Mail\n")


def test_every_further_column_is_a_property_and_blank_cells_are_none():
    (anna, ben), _ = read("email,Company name,Straße\na@x.example,Acme,\nb@x.example,,Weg 1\n")
    assert anna.properties == {"company_name": "Acme"}
    assert ben.properties == {"straße": "Weg 1"}


def test_what_the_sync_computes_cannot_be_imported_and_that_is_said():
    header = ",".join(["email", *ZOOM_PROPERTIES])
    file = ContactFile(BytesIO(f"{header}\na@x.example,99,99,99,http://x\n".encode()))
    assert [str(note).split('"')[1] for note in file.notes] == list(ZOOM_PROPERTIES)
    assert next(file.batches()).people[0].properties == {}


def test_a_field_that_cannot_be_imported_makes_no_property_of_its_name():
    file = ContactFile(BytesIO(b"email,Source,updated_at,City\na@x.example,zoom,2026-03-02,Bonn\n"))
    assert [str(note).split('"')[1] for note in file.notes] == ["Source", "updated_at"]
    assert next(file.batches()).people[0].properties == {"city": "Bonn"}


def test_columns_without_a_name_are_left_out_and_only_those_in_between_are_mentioned():
    file = ContactFile(BytesIO(b"email,,!!,city,,\na@x.example,1,2,Bonn,,\n"))
    assert tuple(map(str, file.notes)) == (
        "Column 2 was ignored: it has no name.",
        'The column "!!" was ignored: its name has no letters or digits.',
    )
    assert next(file.batches()).people[0].properties == {"city": "Bonn"}


@pytest.mark.django_db
def test_columns_that_are_no_property_yet_are_new_ones_with_the_label_of_the_header():
    PropertyDefinition.objects.create(name="size", label="Size")
    specs = ContactFile(BytesIO(b"email,Company name,size\n")).new_specs()
    assert {name: spec.label for name, spec in specs.items()} == {"company_name": "Company name"}


def test_a_property_name_is_made_of_letters_digits_and_underscores():
    assert property_name(" Annual revenue (€) ") == "annual_revenue"
    assert len(property_name("x" * 300)) == 100


# Lines


def test_each_refused_line_has_its_number_its_email_and_a_reason():
    found = refusals(
        "email,first_name,secondary_emails\n"
        "good@x.example,Anna,\n"
        ",Nobody,\n"
        "not an email,Ben,\n"
        "c@x.example,C,wrong\n"
        "d@x.example,D,,,too many\n"
        f"e@x.example,{'E' * 201},\n"
        'f@x.example,"F\n'
    )
    assert [(line, email) for line, email, _ in found] == [
        (3, ""),
        (4, "not an email"),
        (5, "c@x.example"),
        (6, "d@x.example"),
        (7, "e@x.example"),
        (8, ""),
    ]
    words = [reason for _, _, reason in found]
    assert words[0] == "There is no email address."
    assert words[1] == 'The email address has no "@".'
    assert words[2].startswith("wrong:")
    assert "5 values" in words[3]
    assert "3 columns" in words[3]
    assert "200" in words[4]
    assert "never closed" in words[5]


def test_a_short_line_is_a_line_with_blank_cells_and_blank_cells_too_many_are_none():
    people, refused = read("email,first_name,city\na@x.example\nb@x.example,Ben,Bonn,,\n")
    assert [person.email for person in people] == ["a@x.example", "b@x.example"]
    assert not refused


def test_a_line_with_several_mistakes_names_them_all():
    content = (
        "email,first_name,secondary_emails,Notes\n"
        "good@x.example,,,\n"
        f"bad,{'E' * 201},wrong;fine@x.example;worse,{'x' * (MAX_VALUE_LENGTH + 1)}\n"
        "good@x.example,,wrong,\n"
    )
    _, (all_wrong, repeated) = read(content)
    assert [reason.code for reason in all_wrong.reasons] == [
        "email.no_at_sign",
        "contact.one_address_invalid",
        "contact.one_address_invalid",
        "contact.name_too_long",
        "contact.value_too_long",
    ]
    assert str(repeated.reason) == (
        'wrong: The email address has no "@". The same email is already in row 2.'
    )


def test_the_second_line_with_an_email_is_refused_and_names_the_first():
    people, (refusal,) = read("email,x\na@x.example,1\nb@x.example,2\nA@X.example ,3\n")
    assert len(people) == 2
    assert (refusal.line, str(refusal.reason)) == (4, "The same email is already in row 2.")


def test_a_line_that_was_refused_does_not_make_its_repetition_a_duplicate():
    people, refused = read("email,x\na@x.example,1,2,3\na@x.example,1\n")
    assert [person.line for person in people] == [3]
    assert [refusal.line for refusal in refused] == [2]


def test_duplicates_are_found_over_batches_and_after_going_on_in_the_middle():
    lines = [f"p{n}@x.example" for n in range(BATCH_SIZE + 10)]
    content = "\n".join(["email", *lines, "p3@x.example", ""])
    _, (refusal,) = read(content, after_line=BATCH_SIZE + 1)
    assert (refusal.line, str(refusal.reason)) == (BATCH_SIZE + 12, "The same email is already in row 5.")


def test_going_on_after_a_line_repeats_none_before_it():
    lines = [f"p{n}@x.example" for n in range(BATCH_SIZE * 2)]
    content = "\n".join(["email", *lines])
    first, *_ = ContactFile(BytesIO(content.encode())).batches()
    people, _ = read(content, after_line=first.last_line)
    assert [person.email for person in people] == lines[BATCH_SIZE:]
