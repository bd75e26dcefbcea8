"""Logs: a line of JSON per event, with a request id and nothing personal."""

import logging
import re
import sys
from typing import Any, Final

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import Processor

_ADDRESS: Final = re.compile(r"[^\s'\"<>(),:;=]{1,64}@[\w.-]+")

# Local variables would show what a reader typed; so they never stand in a traceback.
_PROCESSORS: Final[list[Processor]] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.ExceptionRenderer(
        ExceptionDictTransformer(show_locals=False, max_frames=30)
    ),
    lambda _logger, _method, event: without_addresses(event),
]


def configure(level: str) -> None:
    """Send all lines of at least this level to standard error, as JSON."""
    structlog.configure(
        processors=[*_PROCESSORS, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=lambda *_names: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.getLogger().setLevel(logging.WARNING)
    # At DEBUG it writes code verifiers and tokens (1.9.10), whatever level the others have.
    logging.getLogger("authlib").setLevel(logging.WARNING)


def of_libraries() -> dict[str, Any]:
    """Return a `logging.config` dictionary that writes what libraries log as the same lines."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(),
                ],
                "foreign_pre_chain": _PROCESSORS,
            }
        },
        "handlers": {
            "lines": {
                "class": "logging.StreamHandler",
                "formatter": "json",
                "stream": "ext://sys.stderr",
            }
        },
        "loggers": {"_granian": {"handlers": ["lines"], "propagate": False}},
        "root": {"handlers": ["lines"], "level": "WARNING"},
    }


def without_addresses(value: Any) -> Any:
    """Return a log line's value with every email address in it taken out.

    Messages of libraries can quote what they failed on: PostgreSQL names a duplicate key's value.
    """
    if isinstance(value, str):
        return _ADDRESS.sub("<address>", value)
    if isinstance(value, dict):
        return {key: without_addresses(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [without_addresses(part) for part in value]
    return value
