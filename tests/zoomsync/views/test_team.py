import re

import pytest
from django.test import Client

from core.roles import Role
from tests.support.at_once import at_once
from tests.support.htmx import htmx
from zoomsync import team
from zoomsync.models import User

NEW = {"email": "dora@acme.test", "name": "Dora", "role": Role.OPERATOR}


def role_of(user):
    user.refresh_from_db()
    return user.role


def test_an_admin_adds_a_colleague_who_sets_a_password(alice_client, client):
    answer = alice_client.post("/settings/team/add/", NEW, headers=htmx("panel"))
    link = re.search(r'value="http://testserver(/account/set-password/[^"]+)"', answer.text)[1]
    form = client.get(link, follow=True).redirect_chain[-1][0]
    new = {"new_password1": "a horse of her own", "new_password2": "a horse of her own"}
    assert client.post(form, new)["Location"] == "/"
    assert Client().login(username="dora@acme.test", password="a horse of her own")
    assert User.objects.get(email="dora@acme.test").role == Role.OPERATOR


def test_a_password_link_works_once(alice_client, client, bob):
    link = team.password_link(bob)
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"new_password1": "a horse of his own", "new_password2": "a horse of his own"})
    assert "no longer works" in Client().get(link).text


def test_an_email_that_is_taken_is_refused_beside_the_field(alice_client, bob):
    answer = alice_client.post("/settings/team/add/", {**NEW, "email": "BOB@acme.test"})
    assert answer.status_code == 422
    assert "already" in answer.text


@pytest.mark.parametrize("headers", [{}, htmx("people")], ids=["form", "htmx"])
def test_an_admin_changes_a_role(alice_client, bob, headers):
    alice_client.post(f"/settings/team/{bob.pk}/role/", {"role": "marketer"}, headers=headers)
    assert role_of(bob) == Role.MARKETER


def test_a_role_that_does_not_exist_changes_nothing(alice_client, bob):
    alice_client.post(f"/settings/team/{bob.pk}/role/", {"role": "king"})
    assert role_of(bob) == Role.OPERATOR


def test_the_last_admin_stays_admin(alice_client, alice):
    answer = alice_client.post(f"/settings/team/{alice.pk}/role/", {"role": "marketer"}, follow=True)
    assert "is the only admin" in answer.text
    assert role_of(alice) == Role.ADMIN


def test_the_last_admin_stays_active(alice, bob):
    with pytest.raises(team.TeamError, match="only admin"):
        team.deactivate(alice, actor=bob)
    alice.refresh_from_db()
    assert alice.is_active


def test_a_deactivated_admin_does_not_count(alice_client, alice, bob):
    User.objects.filter(pk=bob.pk).update(role=Role.ADMIN, is_active=False)
    alice_client.post(f"/settings/team/{alice.pk}/role/", {"role": "marketer"})
    assert role_of(alice) == Role.ADMIN


def test_nobody_deactivates_themselves(alice_client, alice, bob):
    team.change_role(bob, Role.ADMIN)
    answer = alice_client.post(f"/settings/team/{alice.pk}/active/", {"active": "off"}, follow=True)
    assert "deactivate yourself" in answer.text


def test_a_deactivated_colleague_is_out_at_once_and_may_come_back(alice_client, bob_client, bob):
    alice_client.post(f"/settings/team/{bob.pk}/active/", {"active": "off"})
    assert bob_client.get("/").status_code == 302
    alice_client.post(f"/settings/team/{bob.pk}/active/", {"active": "on"})
    bob.refresh_from_db()
    assert bob.is_active


@pytest.mark.django_db(transaction=True)
def test_two_admins_cannot_demote_each_other_at_the_same_time(alice, bob):
    team.change_role(bob, Role.ADMIN)
    _done, refused = at_once(2, lambda number: team.change_role((alice, bob)[number], Role.MARKETER))
    assert [type(problem) for problem in refused] == [team.TeamError]
    assert User.objects.filter(role=Role.ADMIN).count() == 1


@pytest.mark.parametrize("who", ["bob_client", "charlie_client"])
@pytest.mark.parametrize("path", ["add/", "{pk}/role/", "{pk}/active/", "{pk}/link/"])
def test_only_admins_manage_the_team(request, who, path, alice):
    client = request.getfixturevalue(who)
    answer = client.post(f"/settings/team/{path}".format(pk=alice.pk), {"role": "marketer", "active": "off"})
    assert answer.status_code == 403
    alice.refresh_from_db()
    assert (alice.role, alice.is_active) == (Role.ADMIN, True)


def test_others_see_the_team_without_controls(charlie_client, alice):
    text = charlie_client.get("/settings/team/").text
    assert "Alice Admin" in text
    assert "Deactivate" not in text
    assert "Add a colleague" not in text
