"""What a service writes of itself: lines of JSON on standard error, never a report's data."""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

NAME = "ruletrail.service"
_LOGGER = logging.getLogger(NAME)
_DEEPEST = 3
"""How many places of a defect are told, the innermost last."""


def log(level: int, event: str, **fields: Any) -> None:
    """Write that something happened, if anybody listens."""
    if _LOGGER.isEnabledFor(level):
        _LOGGER.log(level, event, extra={"fields": fields})


class JsonLines(logging.Formatter):
    """Writes a record as a line of JSON.

    Of an error only its kind and the places in code: its text may hold what somebody sent.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Write one record."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"time": time, "level": record.levelname.lower()}
        if record.name == NAME:
            line |= {"event": record.msg, **getattr(record, "fields", {})}
        elif record.exc_info and record.exc_info[1] is not None:
            line |= {"event": "defect", **tell_defect(record.exc_info[1])}
        else:
            line |= {"event": "server", "message": record.getMessage()}
        return json.dumps(line, ensure_ascii=False, default=str)


def tell_defect(error: BaseException) -> dict[str, Any]:
    """Tell the kind of an error, and where in the code it happened."""
    frames = traceback.extract_tb(error.__traceback__)[-_DEEPEST:]
    places = [f"{frame.name}:{frame.lineno}" for frame in frames]
    return {"error": type(error).__name__, "places": places}


def log_settings() -> dict[str, Any]:
    """Return how Python's logging is set up for a service; uvicorn takes it too."""
    handlers = ["lines"]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "ruletrail.service.logs.JsonLines"}},
        "handlers": {
            "lines": {"class": "logging.StreamHandler", "formatter": "lines",
                      "stream": "ext://sys.stderr"},
        },
        "loggers": {
            NAME: {"handlers": handlers, "level": "INFO", "propagate": False},
            "uvicorn": {"handlers": handlers, "level": "WARNING", "propagate": False},
            "uvicorn.error": {"level": "WARNING"},
        },
    }  # fmt: skip
