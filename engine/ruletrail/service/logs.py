"""What a service writes of itself: lines of JSON on standard error, never a report's data."""

import json
import logging
import time
import traceback
from typing import Any

from ruletrail.problems import ProblemsError, escape_invisible, find_shortage

NAME = "ruletrail.service"
_write = json.JSONEncoder(ensure_ascii=False, default=str).encode
_LOGGER = logging.getLogger(NAME)
_DEEPEST = 3
"""How many places of a defect are told, the innermost last."""


def log(level: int, event: str, **fields: Any) -> None:
    """Write that something happened, if anybody listens."""
    if _LOGGER.isEnabledFor(level):
        # who called is always the same few places, and costs more to find out than to write
        record = logging.LogRecord(NAME, level, "", 0, event, None, None)
        record.fields = fields
        _LOGGER.handle(record)


class JsonLines(logging.Formatter):
    """Writes a record as a line of JSON.

    Of an error only its kind and the places in code: its text may hold what somebody sent.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Write one record."""
        line: dict[str, Any] = {"time": _write_time(record.created)}
        line["level"] = record.levelname.lower()
        if record.name == NAME:
            line |= {"event": record.msg, **getattr(record, "fields", {})}
        elif record.exc_info and (error := record.exc_info[1]) is not None:
            short = find_shortage(error)
            told = tell_defect(error) if short is None else {"message": tell_shortage(short)}
            line |= {"event": "server" if short else "defect", **told}
        elif kind := _kind_of_traceback(record.getMessage()):
            line |= {"event": "defect", "error": kind}
        else:
            line |= {"event": "server", "message": record.getMessage()}
        # a name of a file may hold what a terminal obeys, and JSON knows escapes for it
        return escape_invisible(_write(line))


def tell_shortage(short: ProblemsError) -> str:
    """Say what the system does not give."""
    return "; ".join(problem.message("en") for problem in short.problems)


_TRACEBACK = "Traceback (most recent call last):"
_CANCELLED = "CancelledError"
_ENDED_ALREADY = "Unknown child process"


def _kind_of_traceback(message: str) -> str:
    """Name the error of a message that is a traceback, which the server writes as text; else ''."""
    if not message.startswith(_TRACEBACK):
        return ""
    return message.rstrip().rpartition("\n")[2].partition(":")[0].rpartition(".")[2]


class LeaveOutEndings(logging.Filter):
    """Leaves out what the server, and Python's loop, say of ends that were asked for.

    That it was made to stop at once, by a second signal; and that a process had ended already when
    the loop asked for its status, which nobody wants to know.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a record is written."""
        if record.name == NAME:
            return True
        said = record.getMessage()
        return _kind_of_traceback(said) != _CANCELLED and not said.startswith(_ENDED_ALREADY)


def _write_time(seconds: float) -> str:
    """Write a moment as RFC 3339 has it, to the millisecond."""
    whole, rest = divmod(int(seconds * 1000), 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(whole))}.{rest:03}Z"


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
        "filters": {"endings": {"()": "ruletrail.service.logs.LeaveOutEndings"}},
        "handlers": {
            "lines": {"class": "logging.StreamHandler", "formatter": "lines",
                      "filters": ["endings"], "stream": "ext://sys.stderr"},
        },
        "loggers": {
            NAME: {"handlers": handlers, "level": "INFO", "propagate": False},
            "uvicorn": {"handlers": handlers, "level": "WARNING", "propagate": False},
            "uvicorn.error": {"level": "WARNING"},
            # Python's own loop, which would write lines of no form
            "asyncio": {"handlers": handlers, "level": "WARNING", "propagate": False},
        },
    }  # fmt: skip
