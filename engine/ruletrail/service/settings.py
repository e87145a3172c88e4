"""What a service is told when it starts, and the limits of what it takes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ruletrail.documents import LIST_REPORT_LIMITS, RULEBOOK_LIMITS
from ruletrail.formats import Locale
from ruletrail.verification import LARGEST_TRAIL, StoredTrail

if TYPE_CHECKING:
    from ruletrail.api import Plan
    from ruletrail.library import Source
    from ruletrail.problems import Problem

LARGEST_REPORT = LIST_REPORT_LIMITS.size
LARGEST_RULEBOOK = RULEBOOK_LIMITS.size
LARGEST_CHECKED = 512 * 1024
"""Bytes of a rulebook that is sent to be checked: of the kind that takes longest, long conditions
alone, a megabyte is the work of the seconds that a request may take."""
LARGEST_ROWS = 8 * 1024 * 1024
"""Bytes of the reports that are answered together."""
LARGEST_HEAD = 64 * 1024
"""Bytes of the headers of a request."""
LARGEST_QUICK = 32 * 1024
"""Bytes of a report that is answered in the serving process itself."""
MOST_QUICK_STEPS = 1_000
"""Steps of a rulebook whose reports are answered there."""
MOST_WAITING = 64
"""Requests that wait for a worker, for each worker that there is."""

__all__ = [
    "LARGEST_CHECKED", "LARGEST_HEAD", "LARGEST_QUICK", "LARGEST_REPORT", "LARGEST_ROWS",
    "LARGEST_RULEBOOK", "LARGEST_TRAIL", "MOST_QUICK_STEPS", "MOST_WAITING", "Commands", "Settings",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Commands:
    """What commands do, handed in by the command line: functions at the top of a module of it.

    They cross a process boundary by their names.
    """

    check: "Callable[[Source], list[Problem]]"
    """All that is wrong with a rulebook and what lies beside it, as `ruletrail check`."""
    replay: "Callable[[Plan, StoredTrail, str], tuple[list[Problem], bool]]"
    """What a trail gets wrong when its report is evaluated again, as `ruletrail verify`."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to serve; seconds for all times."""

    commands: Commands
    library: tuple[str, ...] = ()
    language: Locale = "en"
    """The language of problems for those who ask for none."""
    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 1
    """Processes that serve."""
    jobs: int = 1
    """Processes that each of them has for what takes long."""
    timeout: float = 30.0
    """How long one request may be worked on."""
    head_timeout: float = 10.0
    """How long the headers of a request may take to arrive, from the connection or last answer."""
    body_timeout: float = 10.0
    """How long the body of a request may take to arrive."""
    reload: float = 2.0
    """How often files of rulebooks are looked at."""
    token: str = field(default="", repr=False)
