"""Log lines on standard error, one per event, as text or as JSON.

Our own events (structlog) and those of Django, Celery and other libraries get the same shape. A traceback
shows where an exception came from, and never the values of variables: among them are tokens and passwords.
"""

import logging
from typing import Any

import structlog
from structlog.processors import ExceptionRenderer
from structlog.tracebacks import ExceptionDictTransformer

_SHARED: tuple[structlog.typing.Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def configure(*, as_json: bool, level: str) -> dict[str, Any]:
    """Sets structlog up, and returns what Django's `LOGGING` is to be."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": _last_processors(as_json),
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # django-structlog says the same, with the request's ID and without the query string.
            "django.request": {"level": "CRITICAL"},
            "celery.app.trace": {"level": "CRITICAL"},
            # Django would mail what breaks to admins that no one named: here it goes where all else goes.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": ["console"], "propagate": False},
            # A line for each message says less than the log of the run that it woke someone for.
            "celery": {"level": "WARNING"},
            "celery.apps.worker": {"level": "INFO"},
        },
    }


def _last_processors(as_json: bool) -> list[structlog.typing.Processor]:
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if as_json:
        # structlog's own `dict_tracebacks` writes down the local variables of every frame.
        traces = ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
        return [strip, traces, structlog.processors.JSONRenderer()]
    plain = structlog.dev.plain_traceback
    return [strip, structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)]


def of_celery(**_signal: object) -> None:
    """Connected to Celery's `setup_logging`: that anybody listens keeps Celery from setting up its own."""
    logging.captureWarnings(True)
