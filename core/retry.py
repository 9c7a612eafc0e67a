"""Trying again after an error, in one way everywhere: tenacity, with the last error itself at the end.

For pauses between the attempts of a job see `core.jobs.backoff`.
"""

from collections.abc import Callable

from tenacity import RetryCallState, Retrying, nap, retry_if_exception_type, stop_after_attempt


def retrying(
    *errors: type[Exception],
    tries: int,
    pause: Callable[[int], float] = lambda _tries: 0.0,
    sleep: Callable[[float], None] = nap.sleep,
    before_sleep: Callable[[RetryCallState], None] | None = None,
) -> Retrying:
    """Calls a function up to `tries` times: `retrying(OSError, tries=3)(read, path)`.

    `pause` gives the seconds to wait after that many tries. Other errors, and the last one, are raised.
    """
    return Retrying(
        retry=retry_if_exception_type(errors),
        stop=stop_after_attempt(tries),
        wait=lambda state: pause(state.attempt_number),
        before_sleep=before_sleep,
        sleep=sleep,
        reraise=True,
    )
