import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from contacts.models import Contact
from core import web
from core.roles import Right
from tests.contacts.make import make_contact, make_contacts


@pytest.fixture
def contacts(db):
    make_contacts(f"p{n}@acme.test" for n in range(7))
    return Contact.objects.order_by("pk")


def test_a_page_that_does_not_exist_is_the_nearest_one(rf, contacts):
    page = web.paginate(rf.get("/", {"page": "99"}), contacts, per_page=3)
    assert (page.number, len(page.object_list)) == (3, 1)
    assert web.paginate(rf.get("/", {"page": "x"}), contacts, per_page=3).number == 1


def test_counting_stops_at_a_limit(rf, contacts, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(web, "COUNTED_ROWS", 5)
    with django_assert_num_queries(2):  # the count, and the rows
        page = web.paginate(rf.get("/"), contacts, per_page=2)
        assert page.paginator.is_capped
        assert (page.paginator.count, page.paginator.num_pages) == (5, 3)
        assert len(list(page)) == 2


@pytest.mark.parametrize("per_page", [7, 8])
def test_what_one_page_holds_is_not_counted_as_well(rf, contacts, django_assert_num_queries, per_page):
    with django_assert_num_queries(1):
        page = web.paginate(rf.get("/"), contacts, per_page=per_page)
        assert (page.paginator.count, page.paginator.num_pages, len(list(page))) == (7, 1, 7)


def test_few_rows_are_counted_to_the_last(rf, contacts):
    page = web.paginate(rf.get("/"), contacts, per_page=2)
    assert (page.paginator.count, page.paginator.is_capped) == (7, False)


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ("", ("-updated_at", "-pk")),
        ("-new", ("-updated_at", "-pk")),
        ("new", ("updated_at", "pk")),
        ("name", ("last_name", "first_name", "pk")),
        ("-name", ("-last_name", "-first_name", "-pk")),
        ("password", ("-updated_at", "-pk")),
    ],
)
def test_sorting_takes_known_columns_only_and_ends_in_the_key(rf, asked, fields):
    columns = {"new": ("updated_at",), "name": ("last_name", "first_name")}
    assert web.sorting(rf.get("/", {"sort": asked}), columns, "-new").order_by == fields


def test_blanks_come_last_in_both_directions_where_that_is_asked_for(rf, db):
    make_contact("none@acme.test")
    make_contact("half@acme.test", zoom_webinar_attendance_average_duration=50)
    columns = {"share": ("zoom_webinar_attendance_average_duration",)}
    for asked in ("share", "-share"):
        order = web.sorting(rf.get("/", {"sort": asked}), columns, "share", columns["share"])
        assert Contact.objects.order_by(*order.order_by).first().email == "half@acme.test"


@pytest.mark.parametrize(
    ("sent", "referer", "goes_to"),
    [
        ("/contacts/?page=2", "", "/contacts/?page=2"),
        ("https://evil.test/", "", "/home/"),
        ("//evil.test/", "", "/home/"),
        ("javascript:alert(1)", "", "/home/"),
        ("", "http://testserver/audit/?q=x", "/audit/?q=x"),
        ("", "http://evil.test/audit/", "/home/"),
        ("", "", "/home/"),
    ],
)
def test_going_back_never_leaves_the_app(rf, sent, referer, goes_to):
    request = rf.post("/", {"next": sent}, headers={"referer": referer})
    assert web.back(request, "/home/").url == goes_to


def test_going_back_does_not_open_an_address_that_only_takes_forms(rf):
    request = rf.post("/domains/add/", headers={"referer": "http://testserver/domains/add/"})
    assert web.back(request, "/home/").url == "/home/"


def test_a_view_with_a_right_refuses_who_lacks_it(rf, alice, charlie):
    @web.require(Right.SYNC_NOW)
    def view(request):
        return HttpResponse("done")

    request = rf.post("/")
    request.user = alice
    assert view(request).content == b"done"
    for user in (charlie, AnonymousUser()):
        request.user = user
        with pytest.raises(PermissionDenied):
            view(request)


def test_somebody_deactivated_has_no_right(rf, alice):
    alice.is_active = False
    request = rf.get("/")
    request.user = alice
    assert not web.may(request, Right.SYNC_NOW)
