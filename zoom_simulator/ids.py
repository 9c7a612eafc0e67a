"""Identifiers that look like Zoom's, drawn from a seeded generator: the same world for the same seed."""

from base64 import b64encode, urlsafe_b64encode
from random import Random


def short_id(random: Random) -> str:
    """A user's or registrant's id: 22 characters, safe in a URL."""
    return urlsafe_b64encode(random.randbytes(16)).decode().rstrip("=")


def webinar_number(random: Random) -> int:
    return random.randrange(91_000_000_000, 99_999_999_999)


def instance_uuid(random: Random, *, shape: str = "") -> str:
    """Plain base64, as Zoom's are; `shape` asks for one of the awkward ones.

    Zoom wants the uuids that start with a slash or contain two encoded twice in a path.
    """
    text = b64encode(random.randbytes(16)).decode()
    match shape:
        case "leading slash":
            return "/" + text[1:]
        case "double slash":
            return text[:8] + "//" + text[10:]
        case "single slash":
            return text[:9].replace("/", "a") + "/+" + text[11:]
        case "":
            return text
    raise ValueError(f"no such shape of uuid: {shape}")


def occurrence_number(start_milliseconds: int) -> str:
    """Zoom names an occurrence by the milliseconds of its start."""
    return str(start_milliseconds)
