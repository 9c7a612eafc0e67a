import pytest

from contacts.models import Brand
from integrations.connections.brands import (
    BrandError,
    add_brand,
    all_names,
    brand_named,
    make_primary,
)
from integrations.models import SettingChange, ZoomSettings
from integrations.settings_changes import NotAllowed
from tests.support.at_once import at_once
from zoomsync.models import User


def test_d2_the_first_brand_is_the_primary_one_and_there_is_only_one(db: None) -> None:
    first, second = add_brand("Acme", actor=None), add_brand("Globex", actor=None)
    assert (first.is_primary, second.is_primary) == (True, False)
    make_primary(second, actor=None)
    assert list(Brand.objects.filter(is_primary=True)) == [second]
    assert SettingChange.objects.get().old == "Acme"


def test_making_the_primary_brand_primary_changes_nothing(brand: Brand) -> None:
    make_primary(brand, actor=None)
    assert not SettingChange.objects.exists()


def test_d3_a_new_brand_starts_with_everything_off(db: None) -> None:
    settings = ZoomSettings.objects.get(brand=add_brand("Acme", actor=None))
    assert (settings.sync_webinars, settings.recordings, settings.create_contacts) == (False, "none", True)


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "ACME", " acme "])
def test_a_brand_needs_a_name_of_its_own(brand: Brand, name: str) -> None:
    with pytest.raises(BrandError):
        add_brand(name, actor=None)
    assert all_names() == ["Acme"]


@pytest.mark.parametrize(
    "name",
    ["Glo\0bex", "Globex\x1b[31m", "Glo\x07bex", "xeb\u202eolG", "Glo\u200bbex", "\ud800"],
    ids=["nul", "escape", "bell", "direction", "no width", "surrogate"],
)
def test_a_name_that_cannot_be_printed_is_refused_and_never_found(brand: Brand, name: str) -> None:
    with pytest.raises(BrandError, match="unprintable characters"):
        add_brand(name, actor=None)
    assert brand_named(name) is None
    assert all_names() == ["Acme"]


def test_blanks_in_a_name_are_made_one_and_letters_of_any_script_are_kept(db: None) -> None:
    assert add_brand(" Glo\tbex \n Inc", actor=None).name == "Glo bex Inc"
    for name in ("Ümläut & Söhne", "日本", "क्\u200dष", "👩\u200d💻"):
        assert add_brand(name, actor=None).name == name


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Ümläut & Söhne", "umlaut-sohne"), ("日本", "brand"), ("Callback", "callback-2"), ("Acme!", "acme-2")],
)
def test_a_brands_address_is_made_of_its_name_and_collides_with_no_page(
    brand: Brand, name: str, slug: str
) -> None:
    assert add_brand(name, actor=None).slug == slug


@pytest.mark.parametrize("name", ["Acme", "acme", " ACME "])
def test_a_brand_is_found_however_its_name_is_written(brand: Brand, name: str) -> None:
    assert brand_named(name) == brand


def test_an_unknown_brand_is_not_guessed(brand: Brand) -> None:
    assert brand_named("Acm") is None
    assert brand_named("") is None


def test_only_an_admin_adds_brands_and_chooses_the_primary_one(brand: Brand, bob: User) -> None:
    with pytest.raises(NotAllowed):
        add_brand("Globex", actor=bob)
    with pytest.raises(NotAllowed):
        make_primary(brand, actor=bob)


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_add_the_same_brand_at_once_make_one() -> None:
    brands, problems = at_once(4, lambda _number: add_brand("Acme", actor=None))
    assert len(brands) == 1
    assert {type(problem) for problem in problems} == {BrandError}
    assert Brand.objects.filter(is_primary=True).count() == 1
