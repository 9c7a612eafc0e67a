"""One leased job for every queue: work is a row, a lease says who does it, and nothing that dies keeps it.

A queue is a model and a class:

    class RegistrationJob(LeasedJob):              # workflows/models.py
        contact = models.ForeignKey(Contact, on_delete=models.CASCADE)

        class Meta(LeasedJob.Meta):
            pass

    class Registrations(JobQueue[RegistrationJob]):    # workflows/queue.py
        name = "registrations"
        model = RegistrationJob
        at_once = 4

        def perform(self, job: RegistrationJob, lease: Lease) -> None:
            answer = call_zoom(job.contact)        # no lock is held while calling out
            with lease.writing():                  # void if another worker has taken the job over
                record(job, answer)

    registrations = register(Registrations())      # imported by the app's `ready()`

and to have something done: `RegistrationJob.objects.create(contact=contact)`, then `wake()`.

`perform` returns when the job is done. It raises `RetryLater` for another attempt after a growing pause,
`JobFailedError` to give up with a reason. Any other exception is a bug: it is logged and the job fails. A
database connection that breaks puts the job off for some seconds; a worker that is stopped hands it back at
the next `lease.writing()`; one that is killed loses it to another worker within a minute.
"""

from core.jobs.errors import JobFailedError, LeaseLostError, RetryLater, StoppedError
from core.jobs.lease import LEASE, Ending, Lease, RunResult, end_jobs
from core.jobs.models import JobState, LeasedJob
from core.jobs.queue import JobQueue, register, registered
from core.jobs.run import run_job
from core.jobs.wakeup import wake

__all__ = [
    "LEASE",
    "Ending",
    "JobFailedError",
    "JobQueue",
    "JobState",
    "Lease",
    "LeaseLostError",
    "LeasedJob",
    "RetryLater",
    "RunResult",
    "StoppedError",
    "end_jobs",
    "register",
    "registered",
    "run_job",
    "wake",
]
