"""Lets the workers follow all that was changed, here and now."""

from contacts.outbox import FollowUpQueue
from contacts.segments.tracking import BuildQueue
from core.jobs import RunResult, run_job


def follow_all() -> int:
    """How many jobs there were. All of them must come to their end."""
    done = 0
    for queue in (BuildQueue(), FollowUpQueue()):
        while leases := queue.claim():
            for lease in leases:
                assert run_job(queue, lease) == RunResult.COMPLETE
                done += 1
    return done
