"""Every address of the app: no one reads or changes anything without being signed in, with few exceptions."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

# Open to all, each for a reason: signing in, machines that prove themselves otherwise or only look.
# `theme` is for the page that signs people in, and touches nothing but a cookie.
# The operations of the API ask for a token instead (tests/zoomsync/api/test_permissions.py). Of
# Django's admin all is for admins alone (tests/zoomsync/test_admin_site.py).
PUBLIC = {
    "login",
    "logout",
    "set_password",
    "theme",
    "webhooks:zoom",
    "favicon",
    "healthz",
    "readyz",
    "metrics",
}

EXAMPLES = {
    "int": "1",
    "slug": "acme",
    "str": "x",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "path": "x",
}


def addresses(
    patterns: list[URLPattern | URLResolver], path: str = "/", names: str = ""
) -> Iterator[tuple[str, str]]:
    """Name and an example path of each."""
    for pattern in patterns:
        here = path + _example(pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{names}{pattern.namespace}:" if pattern.namespace else names
            yield from addresses(pattern.url_patterns, here, inner)
        else:
            yield f"{names}{pattern.name or here}", here


def _example(pattern: URLPattern | URLResolver) -> str:
    route = str(pattern.pattern)
    for name, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        route = route.replace(f"<{kind}:{name}>", EXAMPLES[kind]).replace(f"<{name}>", EXAMPLES["str"])
    return route


ADDRESSES = {
    name: path
    for name, path in addresses(get_resolver().url_patterns)
    if not name.startswith(("api:", "admin:"))
}


def test_the_addresses_are_found():
    assert {"login", "dashboard"} <= set(ADDRESSES)


def test_every_address_has_a_name():
    assert [name for name in ADDRESSES if name.startswith("/")] == []


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", sorted(set(ADDRESSES) - PUBLIC))
def test_a_stranger_is_sent_to_sign_in(client, name, method):
    answer = getattr(client, method)(ADDRESSES[name])
    assert answer.status_code == 302, answer.status_code
    assert answer["Location"].startswith("/login/"), answer["Location"]
