"""People register, are approved or denied, cancel, and are removed.

What Zoom would refuse when its API is called is decided in `api.registering`; here things simply happen.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from zoom_simulator import errors, ids
from zoom_simulator.account.base import WorldBase, happening
from zoom_simulator.account.rows import Registrant, Webinar
from zoom_simulator.clock import iso

REGISTRATION_SETTINGS = (
    "alternative_hosts",
    "approval_type",
    "capacity",
    "closed",
    "custom_questions",
    "is_events_webinar",
    "paid",
    "panelists",
    "questions",
    "registration_type",
    "restrict_number",
    "work_email_only",
)


class Registrations(WorldBase):
    @happening
    def register(
        self,
        webinar_id: int,
        email: str,
        first_name: str = "",
        last_name: str = "",
        *,
        occurrence_ids: Iterable[str] = (),
        status: str = "",
        fields: dict[str, str] | None = None,
        custom_questions: list[dict[str, str]] | None = None,
        source_id: str = "",
        announced: bool = True,
        at: datetime | None = None,
    ) -> Registrant:
        """Adds a registrant: approved or pending as the webinar has it, unless a status is given.

        `announced` is whether a webhook tells of it.
        """
        webinar, moment = self.webinar(webinar_id), self.moment(at)
        status = status or ("pending" if webinar.approval_type == 1 else "approved")
        registrant = Registrant(
            id=ids.short_id(self.random),
            email=email,
            first_name=first_name,
            last_name=last_name,
            status=status,
            create_time=iso(moment),
            occurrences=_chosen_occurrences(webinar, list(occurrence_ids), status),
            fields=fields,
            custom_questions=custom_questions,
            source_id=source_id,
        )
        webinar.registrants[registrant.id] = registrant
        if announced:
            self.tell("webinar.registration_created", webinar, moment, registrant=registrant)
        return registrant

    @happening
    def add_dates(
        self, webinar_id: int, registrant_id: str, occurrence_ids: list[str], *, at: datetime | None = None
    ) -> Registrant:
        """Someone who is registered for dates of a series registers for further ones."""
        webinar, registrant = self.webinar(webinar_id), self.registrant(webinar_id, registrant_id)
        status = "pending" if webinar.approval_type == 1 else "approved"
        further = _chosen_occurrences(webinar, occurrence_ids, status) or {}
        registrant.occurrences = further | (registrant.occurrences or {})
        return registrant

    @happening
    def change_registration(
        self, /, webinar_id: int, *, at: datetime | None = None, **settings: Any
    ) -> Webinar:
        """The host edits what decides who can register; raises TypeError for what is no such setting."""
        webinar = self.webinar(webinar_id)
        known = {name: getattr(webinar, name) for name in REGISTRATION_SETTINGS}
        if unknown := settings.keys() - known.keys():
            raise TypeError(f"no setting of registration: {', '.join(sorted(unknown))}")
        for name, value in settings.items():
            setattr(webinar, name, value)
        self.tell("webinar.updated", webinar, self.moment(at), old_topic=webinar.topic)
        return webinar

    @happening
    def approve(
        self, webinar_id: int, registrant_id: str, *, occurrence_id: str = "", at: datetime | None = None
    ) -> Registrant:
        return self._set_status(webinar_id, registrant_id, "approved", occurrence_id, at)

    @happening
    def deny(
        self, webinar_id: int, registrant_id: str, *, occurrence_id: str = "", at: datetime | None = None
    ) -> Registrant:
        return self._set_status(webinar_id, registrant_id, "denied", occurrence_id, at)

    @happening
    def cancel(
        self, webinar_id: int, registrant_id: str, *, occurrence_id: str = "", at: datetime | None = None
    ) -> Registrant:
        """The host cancels: Zoom lists the person among the denied afterwards."""
        return self._set_status(webinar_id, registrant_id, "cancelled", occurrence_id, at)

    @happening
    def cancel_oneself(
        self, webinar_id: int, registrant_id: str, *, at: datetime | None = None
    ) -> Registrant:
        """The person cancels: gone from every listing, or among the denied, as the world is set."""
        webinar, moment = self.webinar(webinar_id), self.moment(at)
        registrant = self.registrant(webinar_id, registrant_id)
        if self.self_cancel_vanishes:
            del webinar.registrants[registrant_id]
        else:
            _give_status(registrant, "denied", "")
        self.tell("webinar.registration_cancelled", webinar, moment, registrant=registrant, by_host=False)
        return registrant

    @happening
    def delete_registrant(
        self, webinar_id: int, registrant_id: str, *, at: datetime | None = None
    ) -> Registrant:
        """As `DELETE /webinars/…/registrants/…`: gone, and (it is said) free to register again."""
        webinar, moment = self.webinar(webinar_id), self.moment(at)
        registrant = self.registrant(webinar_id, registrant_id)
        if registrant.status == "denied" and not self.unconfirmed.delete_lifts_denial:
            webinar.blocked.add(registrant.email.lower())
        del webinar.registrants[registrant_id]
        self.tell("webinar.registration_cancelled", webinar, moment, registrant=registrant)
        return registrant

    def _set_status(
        self, webinar_id: int, registrant_id: str, verb: str, occurrence_id: str, at: datetime | None
    ) -> Registrant:
        webinar, registrant = self.webinar(webinar_id), self.registrant(webinar_id, registrant_id)
        if occurrence_id and registrant.status_for(occurrence_id) == "":
            raise errors.bad_occurrence(occurrence_id)
        _give_status(registrant, "approved" if verb == "approved" else "denied", occurrence_id)
        self.tell(f"webinar.registration_{verb}", webinar, self.moment(at), registrant=registrant)
        return registrant


def _chosen_occurrences(webinar: Webinar, chosen: list[str], status: str) -> dict[str, str] | None:
    """With registration per occurrence: the status for each chosen occurrence (the first one if none is
    named)."""
    if not webinar.is_per_date:
        return None
    known = [occurrence.id for occurrence in webinar.occurrences]
    for occurrence_id in chosen:
        if occurrence_id not in known:
            raise errors.bad_occurrence(occurrence_id)
    return dict.fromkeys(chosen or known[:1], status)


def _give_status(registrant: Registrant, status: str, occurrence_id: str) -> None:
    if registrant.occurrences is not None:
        for row in [occurrence_id] if occurrence_id else list(registrant.occurrences):
            registrant.occurrences[row] = status
        left = set(registrant.occurrences.values())
        status = next(row for row in ("approved", "pending", "denied") if row in left)
    registrant.status = status
