"""Users exist, webinars are scheduled, start, are joined and left, and end; and they are deleted."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from zoom_simulator import errors, ids
from zoom_simulator.account.base import WorldBase, happening
from zoom_simulator.account.rows import Attendance, Instance, Occurrence, User, Webinar
from zoom_simulator.clock import iso, parse_iso


class Sessions(WorldBase):
    def add_user(self, email: str, first_name: str, last_name: str, **more: Any) -> User:
        """The first one is the account's owner."""
        user = User(
            id=ids.short_id(self.random), email=email, first_name=first_name, last_name=last_name, **more
        )
        self.users[user.id] = user
        self.owner_id = self.owner_id or user.id
        return user

    @happening
    def add_webinar(
        self,
        /,
        host_id: str,
        topic: str,
        *,
        start: datetime | None = None,
        duration: int = 60,
        occurrence_starts: Iterable[datetime] = (),
        at: datetime | None = None,
        **more: Any,
    ) -> Webinar:
        """Schedules a webinar: type 9 with `occurrence_starts`, type 6 without a start, else type 5."""
        moment = self.moment(at)
        occurrences = [
            Occurrence(
                id=ids.occurrence_number(int(occurrence_start.timestamp() * 1000)),
                start=occurrence_start,
                duration=duration,
            )
            for occurrence_start in occurrence_starts
        ]
        webinar = Webinar(
            id=ids.webinar_number(self.random),
            uuid=ids.instance_uuid(self.random),
            host_id=self.user(host_id).id,
            topic=topic,
            type=9 if occurrences else 5 if start else 6,
            start=start or (occurrences[0].start if occurrences else None),
            duration=duration,
            occurrences=occurrences,
            created=more.pop("created", moment),
            **more,
        )
        self.webinars[webinar.id] = webinar
        self.tell("webinar.created", webinar, moment)
        return webinar

    @happening
    def delete_webinar(self, webinar_id: int, *, at: datetime | None = None) -> Webinar:
        webinar = self.webinar(webinar_id)
        webinar.deleted = True
        self.tell("webinar.deleted", webinar, self.moment(at))
        return webinar

    @happening
    def delete_occurrence(
        self, webinar_id: int, occurrence_id: str, *, at: datetime | None = None
    ) -> Occurrence:
        """One date of a series: it stays in the webinar's details, as deleted."""
        webinar = self.webinar(webinar_id)
        date = next(
            (occurrence for occurrence in webinar.occurrences if occurrence.id == occurrence_id), None
        )
        if date is None:
            raise errors.bad_occurrence(occurrence_id)
        date.status = "deleted"
        self.tell("webinar.deleted", webinar, self.moment(at), occurrence=date)
        return date

    @happening
    def rename_webinar(self, webinar_id: int, topic: str, *, at: datetime | None = None) -> Webinar:
        webinar = self.webinar(webinar_id)
        old, webinar.topic = webinar.topic, topic
        self.tell("webinar.updated", webinar, self.moment(at), old_topic=old)
        return webinar

    @happening
    def start_webinar(
        self,
        webinar_id: int,
        *,
        practice: bool = False,
        occurrence_id: str = "",
        uuid_shape: str = "",
        at: datetime | None = None,
    ) -> Instance:
        """A new instance under the webinar's id; the host is in it from the start."""
        webinar, moment = self.webinar(webinar_id), self.moment(at)
        if webinar.live:
            raise errors.ZoomError(400, 3000, "The webinar is already running.")
        instance = Instance(
            uuid=ids.instance_uuid(self.random, shape=uuid_shape),
            start=moment,
            occurrence_id=occurrence_id or _nearest_occurrence(webinar, moment),
            practice=practice,
        )
        webinar.instances.append(instance)
        webinar.uuid = instance.uuid
        self.by_uuid[instance.uuid] = webinar, instance
        self.tell("webinar.started", webinar, moment, instance=instance)
        host = self.users[webinar.host_id]
        self.join(
            webinar_id,
            name=host.display_name,
            email=host.email,
            participant_id=host.id,
            internal_user=True,
            role="host",
            at=moment,
        )
        return instance

    @happening
    def join(
        self,
        webinar_id: int,
        *,
        registrant_id: str = "",
        name: str = "",
        email: str = "",
        participant_id: str = "",
        internal_user: bool = False,
        role: str = "attendee",
        status: str = "in_meeting",
        at: datetime | None = None,
    ) -> Attendance:
        """Someone joins the running instance: a registrant (name and email follow from it) or anybody."""
        webinar, moment = self.webinar(webinar_id), self.moment(at)
        instance = self._running(webinar)
        if registrant_id:
            registrant = self.registrant(webinar_id, registrant_id)
            name = name or f"{registrant.first_name} {registrant.last_name}".strip()
            email = email or registrant.email
        row = Attendance(
            user_id=str(16_778_240 + 1024 * len(instance.rows)),
            name=name,
            join_time=iso(moment),
            id=participant_id,
            user_email=email,
            registrant_id=registrant_id,
            status=status,
            internal_user=internal_user,
            role=role,
        )
        instance.rows.append(row)
        self.tell("webinar.participant_joined", webinar, moment, instance=instance, row=row)
        return row

    @happening
    def leave(self, webinar_id: int, user_id: str, *, at: datetime | None = None) -> Attendance:
        webinar, moment = self.webinar(webinar_id), self.moment(at)
        instance = self._running(webinar)
        row = next((row for row in instance.rows if row.user_id == user_id and not row.leave_time), None)
        if row is None:
            raise errors.ZoomError(400, 300, f"Nobody with the number {user_id} is there.")
        self._leave(webinar, instance, row, moment)
        return row

    @happening
    def end_webinar(self, webinar_id: int, *, at: datetime | None = None) -> Instance:
        webinar, moment = self.webinar(webinar_id), self.moment(at)
        instance = self._running(webinar)
        for row in instance.rows:
            if not row.leave_time:
                self._leave(webinar, instance, row, moment)
        instance.end = moment
        self.tell("webinar.ended", webinar, moment, instance=instance)
        return instance

    def hold(
        self, webinar_id: int, start: datetime, minutes: float, *, practice: bool = False, shape: str = ""
    ) -> Instance:
        """Starts and ends an instance in the past, with the host alone; rows are added with `stay`."""
        self.start_webinar(webinar_id, practice=practice, uuid_shape=shape, at=start)
        return self.end_webinar(webinar_id, at=start + timedelta(minutes=minutes))

    def stay(self, instance: Instance, join: datetime, leave: datetime, **row: Any) -> Attendance:
        """Adds an attendance row to a held instance, as the arguments have it and without any check."""
        one = Attendance(
            user_id=row.pop("user_id", str(16_778_240 + 1024 * len(instance.rows))),
            join_time=iso(join),
            leave_time=iso(leave),
            duration=max(0, int((leave - join).total_seconds())),
            **row,
        )
        instance.rows.append(one)
        return one

    def _running(self, webinar: Webinar) -> Instance:
        if webinar.live is None:
            raise errors.ZoomError(400, 3000, "The webinar is not running.")
        return webinar.live

    def _leave(self, webinar: Webinar, instance: Instance, row: Attendance, moment: datetime) -> None:
        row.leave_time = iso(moment)
        row.duration = int((moment - parse_iso(row.join_time)).total_seconds())
        self.tell("webinar.participant_left", webinar, moment, instance=instance, row=row)


def _nearest_occurrence(webinar: Webinar, moment: datetime) -> str:
    near = min(webinar.occurrences, key=lambda occurrence: abs(occurrence.start - moment), default=None)
    return near.id if near and abs(near.start - moment) < timedelta(hours=12) else ""
