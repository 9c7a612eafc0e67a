"""A job as a line of a list: its state, what is the matter, and the button or link that helps."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _

from core.web import Request, may
from integrations.models import Webinar
from integrations.rules.registration_reasons import RefusalReason
from workflows.models import RegistrationForm, RegistrationJob, RegistrationStatus
from workflows.registrations.views.remedies import Remedy, remedy_link
from workflows.registrations.wording import detail_of, remedy_of

_TONES = {
    RegistrationStatus.REGISTERED: "success",
    RegistrationStatus.ALREADY_REGISTERED: "success",
    RegistrationStatus.PENDING_APPROVAL: "info",
    RegistrationStatus.RUNNING: "info",
    RegistrationStatus.WAITING: "warning",
    RegistrationStatus.REFUSED: "danger",
    RegistrationStatus.FAILED: "danger",
}


@dataclass(frozen=True)
class JobRow:
    job: RegistrationJob
    topic: str
    link: Remedy | None = None

    @property
    def tone(self) -> str:
        return _TONES.get(self.job.status, "neutral")

    @property
    def state(self) -> str:
        if self.job.status == RegistrationStatus.REMOVED and not self.job.reason_values.get("was_registered"):
            return _("Wasn't registered")
        return str(self.job.status.label)

    @property
    def detail(self) -> str:
        return detail_of(self.job)

    @property
    def remedy(self) -> str:
        return remedy_of(self.job)

    @property
    def zoom_text(self) -> str:
        """What Zoom itself said, where that tells more than our sentence."""
        return str(self.job.reason_values.get("zoom", ""))

    @property
    def can_be_approved(self) -> bool:
        return self.job.can_retry and self.job.reason_code == RefusalReason.DENIED_BEFORE


def job_rows(request: Request, jobs: Sequence[RegistrationJob]) -> list[JobRow]:
    """With the webinars' topics, and what whoever reads them may do. Two queries."""
    topics = topics_of({job.zoom_webinar_id for job in jobs})
    allows = partial(may, request)
    return [JobRow(job, topics.get(job.zoom_webinar_id, ""), remedy_link(job, allows)) for job in jobs]


def topics_of(zoom_webinar_ids: Collection[int]) -> dict[int, str]:
    """As the sync listed them, or as Zoom said when a registration asked for the webinar."""
    forms = RegistrationForm.objects.filter(zoom_webinar_id__in=zoom_webinar_ids)
    listed = Webinar.objects.filter(zoom_webinar_id__in=zoom_webinar_ids)
    return {
        **dict(forms.values_list("zoom_webinar_id", "facts__topic")),
        **dict(listed.values_list("zoom_webinar_id", "topic")),
    }
