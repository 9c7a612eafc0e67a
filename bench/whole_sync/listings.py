"""The listings that every contender reads: registrants in three statuses, and the stays of one session."""

from dataclasses import dataclass

from bench.services import in_path


@dataclass(frozen=True, kw_only=True)
class Listing:
    table: str
    """Also the name of the list in Zoom's answer."""
    path: str
    status: str = ""

    @property
    def params(self) -> dict[str, str]:
        return {"page_size": "300", **({"status": self.status} if self.status else {})}


def listings(webinar_id: str, uuid: str) -> list[Listing]:
    registrants = [
        Listing(table="registrants", path=f"/webinars/{webinar_id}/registrants", status=status)
        for status in ("approved", "pending", "denied")
    ]
    stays = Listing(table="participants", path=f"/past_webinars/{in_path(uuid)}/participants")
    return [*registrants, stays]
