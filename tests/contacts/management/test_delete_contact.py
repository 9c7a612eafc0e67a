from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from contacts.actions import NewContact, create_contact
from contacts.models import Contact
from contacts.suppression import deleted_among

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Contact:
    return create_contact(NewContact(email="anna@x.example", secondary_emails=["a@y.example"]))


def run(email: str) -> str:
    out = StringIO()
    call_command("delete_contact", email, stdout=out)
    return out.getvalue()


def test_d11_the_contact_is_deleted_as_in_the_page(anna: Contact):
    assert "anna@x.example" in run("Anna@X.example")
    assert not Contact.objects.exists()
    assert deleted_among(["anna@x.example", "a@y.example"]) == {"anna@x.example", "a@y.example"}


@pytest.mark.parametrize(
    ("typed", "returncode", "words"),
    [("ben@x.example", 1, "no contact"), ("a@y.example", 1, "anna@x.example"), ("nonsense", 2, "@")],
)
def test_what_cannot_be_deleted_ends_with_a_sentence_and_a_code(
    anna, typed: str, returncode: int, words: str
):
    with pytest.raises(CommandError, match=words) as ended:
        run(typed)
    assert ended.value.returncode == returncode
    assert Contact.objects.exists()
