"""Which app answers what below /api/v1/: each registers its routers when Django starts."""

from ninja import Router

_ROUTERS: list[tuple[str, Router]] = []


def register(prefix: str, router: Router) -> None:
    """Several routers may share a prefix such as "/contacts"."""
    if (prefix, router) not in _ROUTERS:
        _ROUTERS.append((prefix, router))


def routers() -> list[tuple[str, Router]]:
    """By prefix."""
    return sorted(_ROUTERS, key=lambda pair: pair[0])
