"""Requests as htmx sends them."""


def htmx(target: str = "", page: str = "") -> dict[str, str]:
    """Headers of a request for the element with this id, on the page with this address."""
    headers = {"HX-Request": "true"}
    if target:
        headers["HX-Target"] = target
    if page:
        headers["HX-Current-URL"] = f"http://testserver{page}"
    return headers
