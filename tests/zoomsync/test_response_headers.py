import pytest
from django.test import Client

PAGES = [
    "/",
    "/contacts/",
    "/contacts/?sort=email",
    "/marketing-events/",
    "/calls/",
    "/audit/",
    "/skipped-people/",
    "/skipped-people/download/",
    "/settings/team/",
    "/no-such-page",
    "/account/password/",
]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true", "HX-Target": "main"}])
def test_what_somebody_who_is_signed_in_sees_is_kept_nowhere(
    alice_client: Client, path: str, headers: dict[str, str]
) -> None:
    response = alice_client.get(path, headers=headers)
    assert response["Cache-Control"] == "private, no-store"
    response.close()


@pytest.mark.parametrize("path", ["/login/", "/", "/no-such-page"])
def test_so_are_answers_to_visitors(db: None, path: str) -> None:
    assert "no-store" in Client().get(path)["Cache-Control"]


def test_static_files_may_be_kept(db: None) -> None:
    assert "no-store" not in Client().get("/static/css/tokens.css")["Cache-Control"]


@pytest.mark.parametrize("path", ["/login/", "/", "/metrics", "/healthz"])
def test_pages_use_none_of_the_browsers_sensors(db: None, path: str) -> None:
    policy = Client().get(path)["Permissions-Policy"]
    assert {"camera=()", "microphone=()", "geolocation=()"} <= set(policy.split(", "))
